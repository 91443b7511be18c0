"""What writing a few cells costs workbooks made by other programs: `python -m benchmarks.fidelity [FOLDER]`.

The folder is XLSYNC_CORPUS or ../shared/corpus when none is given.
"""

from __future__ import annotations

import io
import os
import re
import sys
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.patching import load_and_save
from xlsync.errors import WorkbookError
from xlsync.ooxml import patch_cells
from xlsync.ooxml.read.reader import open_workbook

Changes = Mapping[tuple[str, str], str]
Tool = Callable[[bytes, Changes], bytes]

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
_WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".xltm"}
_CACHED = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*<(?:\w+:)?v>[^<]")
# Far from what anybody filled in, so that nothing depends on it.
_ADDRESSES = ("CZ3", "CZ4", "B2001")


@dataclass
class Toll:
    """What one tool did to all files: how many it refused, and in how many something is not as it was."""

    written: int = 0
    refused: int = 0
    altered: int = 0
    parts_altered: int = 0
    missing: int = 0
    parts_missing: int = 0
    results_lost: int = 0


def fidelity(folder: Path) -> str:
    """Return the table over the folder's workbooks, or a sentence where there are none."""
    files = sorted(file for file in folder.iterdir() if file.suffix in _WORKBOOKS)
    tools: dict[str, Tool] = {
        "xlsync patch_cells": patch_cells,
        "openpyxl load + save": load_and_save,
    }
    head = (
        "| tool | written | refused or failed | files with other parts altered | parts altered "
        "| files with parts missing | parts missing | files with stored results lost |"
    )
    lines = [
        f"## Fidelity: {len(_ADDRESSES)} cells written into each of {len(files)} workbooks of other programs",
        "",
        head,
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, tool in tools.items():
        toll = Toll()
        for file in files:
            _try(toll, tool, file.read_bytes())
        lines.append(
            f"| {name} | {toll.written} | {toll.refused} | {toll.altered} | {toll.parts_altered:,} "
            f"| {toll.missing} | {toll.parts_missing:,} | {toll.results_lost} |"
        )
    words = (
        "A part counts as altered when it is neither the worksheet written nor the workbook part (which may ask for "
        "calculation) and its bytes differ; a part moved to another name counts as missing. Results stored beside "
        "formulas are counted in the whole file."
    )
    return "\n".join([*lines, "", words]) + "\n"


def _try(toll: Toll, tool: Tool, data: bytes) -> None:
    """Write into the first worksheet, and add what became of the rest."""
    worksheet = _first_worksheet(data)
    if worksheet is None:
        toll.refused += 1
        return
    title, own = worksheet
    changes = {(title, address): "追記" for address in _ADDRESSES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            out = tool(data, changes)
        except Exception:  # noqa: BLE001 - openpyxl raises whatever its parsers happen to raise
            toll.refused += 1
            return
    toll.written += 1
    before, after = _parts(data), _parts(out)
    altered = [n for n in before.keys() & after.keys() - own if before[n] != after[n]]
    missing = before.keys() - after.keys()
    toll.altered += bool(altered)
    toll.parts_altered += len(altered)
    toll.missing += bool(missing)
    toll.parts_missing += len(missing)
    toll.results_lost += _results(after) < _results(before)


def _first_worksheet(data: bytes) -> tuple[str, set[str]] | None:
    """The first worksheet's title, and the names of the parts that may change; None where nobody can say."""
    try:
        book = open_workbook(data)
        entry = book._part.worksheets[0]  # noqa: SLF001 - which part is which
    except (WorkbookError, IndexError):
        return None
    return entry.title, {entry.part, book._part.part}  # noqa: SLF001


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Some programs write their names with backslashes.
        return {name.replace("\\", "/"): archive.read(name) for name in archive.namelist()}


def _results(parts: Mapping[str, bytes]) -> int:
    return sum(len(_CACHED.findall(part)) for part in parts.values())


def corpus() -> Path:
    """The folder of foreign workbooks."""
    return Path(os.environ.get("XLSYNC_CORPUS") or _BESIDE)


if __name__ == "__main__":
    print(fidelity(Path(sys.argv[1]) if len(sys.argv) > 1 else corpus()))

"""`python -m tests.ugly.judge FOLDER`: one line of JSON per workbook named in FOLDER/manifest.json, under hard limits.

The process dies when a workbook takes more than it may; the last line then tells which one came before it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xlsync.errors import XlsyncError
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read

MEMORY = 512 * 2**20
SECONDS = 2
SPOT = "C5"
TITLE = "評価シート"
WRITTEN = "直した"


def main() -> None:
    """Judge the workbooks one after the other."""
    folder = Path(sys.argv[1])
    load_all()
    _bound_memory()
    for name, file, form in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        data = (folder / file).read_bytes()
        _bound_time()
        told = {"name": name, **judged(data, form=form)}
        sys.stdout.write(json.dumps(told, ensure_ascii=True) + "\n")
        sys.stdout.flush()


def load_all() -> None:
    """Import what is imported only when it is first needed."""
    with contextlib.suppress(XlsyncError):
        read(b"")


def judged(data: bytes, *, form: bool) -> dict[str, Any]:
    """What becomes of the workbook when it is read, and when it is written into."""
    begun = time.process_time()
    told = _tried(lambda: _read(data, form=form))
    told["seconds"] = time.process_time() - begun
    begun = time.process_time()
    told["patch"] = _tried(lambda: _patched(data))
    told["patch"]["seconds"] = time.process_time() - begun
    return told


def _tried(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"error": "", "reason": "", **work()}
    except XlsyncError as error:
        return {"error": type(error).__name__, "reason": str(error)}
    except Exception as error:  # noqa: BLE001 - the test says which one came out
        return {"error": f"escaped: {error!r}", "reason": ""}


def _read(data: bytes, *, form: bool) -> dict[str, Any]:
    """What a watcher does: every byte is there, and then what stands in the cells."""
    Package.open(data).verify()
    book = open_workbook(data)
    for title in book.worksheets:
        book.merged(title)
    assert len(book.names) + len(book.custom_properties) >= 0
    if form:
        readings = read(data)
        found = [f for reading in readings for f in reading.findings]
        said = [reading.sheet.to_json().decode() for reading in readings]
        return {"findings": [[f.code, f.path, f.cell] for f in found], "sheets": said}
    sheets = read_cells(data)
    first = next(iter(sheets.values()), {})
    return {"cells": {at: repr(value) for at, value in first.items()}}


def _patched(data: bytes) -> dict[str, Any]:
    """Write one cell; tell which members' bytes differ afterwards, and whether it reads as written."""
    title = next(iter(open_workbook(data).worksheets), TITLE)
    changed = patch_cells(data, {(title, SPOT): WRITTEN})
    old, new = _members(data), _members(changed)
    differing = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
    with contextlib.suppress(XlsyncError):
        before = read_cells(data)
        after = read_cells(changed)
        before[title][SPOT] = WRITTEN
        return {"differing": differing, "kept": repr(_sorted(before)) == repr(_sorted(after))}
    return {"differing": differing, "kept": True}


def _sorted(sheets: dict[str, dict[str, Any]]) -> list[Any]:
    return [
        (title, sorted(cells.items(), key=lambda item: item[0])) for title, cells in sheets.items()
    ]


def _members(data: bytes) -> dict[str, bytes]:
    """The packed bytes of each member, by another reader than ours; nothing where it cannot read the archive."""
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for info in archive.infolist():
            name, extra = (
                int.from_bytes(data[info.header_offset + at :][:2], "little") for at in (26, 28)
            )
            start = info.header_offset + 30 + name + extra
            found[info.filename] = data[start : start + info.compress_size]
        return found
    return {}


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _bound_time() -> None:
    """End this process when reading and writing one workbook takes far more than it may."""
    if sys.platform != "win32":
        import resource

        limit = int(time.process_time()) + 4 * SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()

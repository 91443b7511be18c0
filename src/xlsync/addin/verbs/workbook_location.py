"""Where a workbook open in Excel lies: its full name in Excel → the source path by which the store knows the file."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.inbox.share_paths import source_path

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig

OUTSIDE: Final = "共有フォルダの外"
"""Begins the path of a workbook that lies elsewhere; no such folder exists, so nobody takes it for emptied."""

_NAMELESS: Final = "名前のないブック"


def locate_workbook(config: InboxConfig, name: str) -> tuple[str, str]:
    r"""Return (source path, displayed name) of a workbook open in Excel: \\server\share\評価シート\総務部\a.xlsx, Z:/…, a URL.

    It lies in the shared folder if what follows 評価シート names a file there, whatever the way to it is called.
    """
    steps = [step for step in name.replace("\\", "/").split("/") if step]
    for tail in _tails(steps, config.sheets.name):
        if (file := _path_on_disk(config.sheets, tail)) is not None:
            path = f"{source_path(config.sheets, config.folder)}/{file}"
            return path, path
    # Source paths are looked up on the disk: no step may be special to it.
    printable = [_printable(step) for step in steps if step not in {".", ".."}]
    return "/".join((OUTSIDE, *(printable or [_NAMELESS]))), name or _NAMELESS


def _printable(step: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in step)


def _tails(steps: list[str], folder: str) -> Iterator[list[str]]:
    """Yield the path below each 評価シート in a name, the last one first."""
    for at in range(len(steps) - 1, -1, -1):
        if _same(steps[at]) == _same(folder) and steps[at + 1 :]:
            yield steps[at + 1 :]


def _path_on_disk(folder: Path, tail: list[str]) -> str | None:
    """Return the path below a folder as spelled on the disk, None if there is no such file.

    Only names that a folder lists are followed: ".." is none.
    """
    spelled = []
    for step in tail:
        if (name := _entry(folder, step)) is None:
            return None
        spelled.append(name)
        folder /= name
    return "/".join(spelled) if folder.is_file() else None


def _entry(folder: Path, step: str) -> str | None:
    """Return the only name in a folder that Windows and macOS treat as equal to `step`."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone
    except OSError:
        return None
    if step in names:
        return step
    alike = [name for name in names if _same(name) == _same(step)]
    return alike[0] if len(alike) == 1 else None


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

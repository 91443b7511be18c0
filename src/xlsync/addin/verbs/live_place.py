"""Where a live workbook lies: the full name Excel gives, turned into the place the store knows the file by."""

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
"""Begins the place of a workbook that lies elsewhere; no such folder exists, so nobody takes it for emptied."""

_NAMELESS: Final = "名前のないブック"


def live_place(office: InboxConfig, name: str) -> tuple[str, str]:
    r"""Give (place, the file as shown to people) of a live workbook: \\server\share\評価シート\総務部\a.xlsx, Z:/…, a URL.

    It lies in the shared folder if what follows 評価シート names a file there, whatever the way to it is called.
    """
    steps = [step for step in name.replace("\\", "/").split("/") if step]
    for tail in _tails(steps, office.sheets.name):
        if (file := _found(office.sheets, tail)) is not None:
            place = f"{source_path(office.sheets, office.folder)}/{file}"
            return place, place
    # Others ask the disk about places: nothing in one may mean anything to it.
    plain = ["".join(c if c.isprintable() else "?" for c in step) for step in steps]
    told = [step for step in plain if step not in {".", ".."}] or [_NAMELESS]
    return "/".join((OUTSIDE, *told)), name or _NAMELESS


def _tails(steps: list[str], folder: str) -> Iterator[list[str]]:
    """Give what follows each 評価シート in a name, the last one first."""
    for at in range(len(steps) - 1, -1, -1):
        if _same(steps[at]) == _same(folder) and steps[at + 1 :]:
            yield steps[at + 1 :]


def _found(folder: Path, tail: list[str]) -> str | None:
    """Give the path below a folder as its names are spelled on the disk, None where no such file is there.

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
    """Give the one name in a folder that Windows and macOS hold for the same."""
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

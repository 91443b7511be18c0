"""Which of the workbooks in the watched folder are open, and who has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from xlsync.owner_file import may_be_open, opened_by

if TYPE_CHECKING:
    from pathlib import Path

SOMEBODY: Final = "だれか"
"""Who has a workbook open, where the program does not say."""


def open_workbooks(
    sheets: Path, owner_files: Iterable[str], workbooks: Iterable[str]
) -> dict[str, str]:
    """Return who has each workbook open, by its path below the folder; only those beside an owner file are looked at.

    Args:
        sheets: The watched folder.
        owner_files: The owner files in it, as a scan has found them.
        workbooks: The workbooks in it.

    """
    names: defaultdict[str, list[str]] = defaultdict(list)
    for owner_file in owner_files:
        folder, _, name = owner_file.rpartition("/")
        names[folder].append(name)
    opened = {}
    for workbook in workbooks:
        folder, _, name = workbook.rpartition("/")
        if folder not in names or not may_be_open(name, names[folder]):
            continue
        if (who := opened_by(sheets / workbook)) is not None:
            opened[workbook] = who.who or SOMEBODY
    return opened


__all__ = ["SOMEBODY", "open_workbooks"]

"""A .zip of workbooks taken apart: by the same strict reading of its directory as a workbook's, in memory, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.errors import NotAWorkbook
from xlsync.inbox.intake.file_filter import kind_of
from xlsync.ooxml.opc.package import Package

_MOST: Final = 200
_CONTENT_TYPES: Final = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Inside:
    """A file of an archive: its path there, and its bytes."""

    name: str
    data: bytes


def workbooks_in(data: bytes) -> list[Inside]:
    """Give the workbooks of an archive; a workbook whatever it is named gives itself, under no name.

    WorkbookError where it is no sound archive, holds none or too many, or holds archives again.
    """
    package = Package.open(data)
    if _CONTENT_TYPES in package:
        return [Inside("", data)]
    kinds = {name: kind_of(name.rpartition("/")[2]) for name in package.names}
    if "archive" in kinds.values():
        raise NotAWorkbook(
            "圧縮ファイルの中に圧縮ファイルがあります。展開して、ブックを置いてください"
        )
    wanted = [name for name, kind in kinds.items() if kind == "workbook"]
    if not wanted:
        raise NotAWorkbook("圧縮ファイルの中にExcelブックがありません")
    if len(wanted) > _MOST:
        raise NotAWorkbook(
            f"圧縮ファイルの中のブックが多すぎます（{len(wanted)}件）。{_MOST}件以下に分けてください"
        )
    return [Inside(_shown(name), package.part(name)) for name in sorted(wanted)]


def _shown(name: str) -> str:
    """Give a name as the people know it: Windows packs Japanese names in cp932, and does not say so."""
    try:
        return name.encode("cp437").decode("cp932")
    except UnicodeError:
        return name

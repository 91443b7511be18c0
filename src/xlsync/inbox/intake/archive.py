"""Workbooks inside a .zip, unpacked in memory with the same strict checks and limits as a workbook's own package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.errors import NotAWorkbook
from xlsync.inbox.intake.file_filter import kind_of
from xlsync.ooxml.opc.package import Package

_MAX_WORKBOOKS: Final = 200
_CONTENT_TYPES: Final = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive: its path there and its bytes."""

    name: str
    data: bytes


def workbooks_in(data: bytes) -> list[ArchiveMember]:
    """Return the workbooks in an archive; data that is itself a workbook is returned as one member without a name.

    WorkbookError where it is damaged, holds no workbook or too many, or holds another archive.
    """
    package = Package.open(data)
    if _CONTENT_TYPES in package:
        return [ArchiveMember("", data)]
    kinds = {name: kind_of(name.rpartition("/")[2]) for name in package.names}
    if "archive" in kinds.values():
        raise NotAWorkbook(
            "圧縮ファイルの中に圧縮ファイルがあります。展開して、ブックを置いてください"
        )
    wanted = [name for name, kind in kinds.items() if kind == "workbook"]
    if not wanted:
        raise NotAWorkbook("圧縮ファイルの中にExcelブックがありません")
    if len(wanted) > _MAX_WORKBOOKS:
        raise NotAWorkbook(
            f"圧縮ファイルの中のブックが多すぎます（{len(wanted)}件）。{_MAX_WORKBOOKS}件以下に分けてください"
        )
    return [ArchiveMember(_decoded_name(name), package.part(name)) for name in sorted(wanted)]


def _decoded_name(name: str) -> str:
    """Return a member's name as people wrote it: Windows stores Japanese names in cp932 without saying so."""
    try:
        return name.encode("cp437").decode("cp932")
    except UnicodeError:
        return name

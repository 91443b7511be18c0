"""Workbooks in a file: the file itself, or those inside a .zip, unpacked in memory with the checks and limits of a package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import NotAWorkbook
from xlsync.inbox.intake.file_filter import kind_of, normalized_name
from xlsync.inbox.intake.unsupported_files import why_unsupported
from xlsync.ooxml.opc.package import Package

if TYPE_CHECKING:
    from xlsync.exchange import Source

_MAX_WORKBOOKS: Final = 200
_CONTENT_TYPES: Final = "[Content_Types].xml"
_NESTED: Final = (
    "圧縮ファイルの中の圧縮ファイルは開けません。展開して、中のExcelファイルを置いてください"
)
_NOTHING: Final = "圧縮ファイルの中にExcelブックがありません"


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive: its path there ("" for a file that is no archive), its bytes, or why it is not received."""

    name: str
    data: bytes
    refusal: str = ""


def workbooks_of(file_name: str, data: bytes) -> list[ArchiveMember]:
    """Return the workbooks that a file holds: the file itself unless it is an archive by name.

    Raises WorkbookError where an archive is damaged, or holds no workbook or too many.
    """
    return workbooks_in(data) if kind_of(file_name) == "archive" else [ArchiveMember("", data)]


def workbooks_in(data: bytes) -> list[ArchiveMember]:
    """Return the workbooks in an archive, and the files in it that may be sheets and cannot be received.

    Data that is itself a workbook is returned as one member without a name. Raises WorkbookError where the archive is
    damaged, or holds no workbook or too many.
    """
    package = Package.open(data)
    if _CONTENT_TYPES in package:
        return [ArchiveMember("", data)]
    wanted = [name for name in package.names if _kind_of_member(name) == "workbook"]
    refused = list(_refused(package))
    if not wanted:
        raise NotAWorkbook("。".join((_NOTHING, *map(_refusal_text, refused))))
    if len(wanted) > _MAX_WORKBOOKS:
        raise NotAWorkbook(
            f"圧縮ファイルの中のブックが多すぎます（{len(wanted)}件）。{_MAX_WORKBOOKS}件以下に分けてください"
        )
    workbooks = [ArchiveMember(_decoded_name(name), package.part(name)) for name in sorted(wanted)]
    return workbooks + refused


def member_source(source: Source, member: ArchiveMember) -> Source:
    """Return where a workbook in an archive comes from, given where the archive does."""
    if not member.name:
        return source
    file, path = f"{source.file} の {member.name}", f"{source.source_path}/{member.name}"
    return replace(source, file=file, source_path=path)


def _kind_of_member(name: str) -> str:
    return kind_of(name.rpartition("/")[2])


def _refused(package: Package) -> Iterator[ArchiveMember]:
    for name in sorted(package.names):
        shown = _decoded_name(name)
        kind = _kind_of_member(shown)
        if kind == "archive":
            yield ArchiveMember(shown, b"", _NESTED)
        elif kind == "unsupported":
            yield ArchiveMember(shown, b"", why_unsupported(normalized_name(shown)))


def _refusal_text(member: ArchiveMember) -> str:
    return f"{member.name}：{member.refusal}"


def _decoded_name(name: str) -> str:
    """Return a member's name as people wrote it: Windows stores Japanese names in cp932 without saying so."""
    try:
        return name.encode("cp437").decode("cp932")
    except UnicodeError:
        return name

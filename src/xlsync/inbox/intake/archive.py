"""Workbooks in a file: the file itself, or those inside a .zip, unpacked in memory with the checks and limits of a package.

Those of an older format are converted when they are read; what is kept of them is the file as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import NotAWorkbook
from xlsync.finding import finding
from xlsync.inbox.intake.file_filter import kind_of, normalized_name
from xlsync.inbox.intake.libreoffice import LibreOffice, convertible_ending
from xlsync.inbox.intake.unsupported_files import why_unsupported
from xlsync.ooxml.opc.package import Package

if TYPE_CHECKING:
    from xlsync.exchange import Source
    from xlsync.workbook.reading.reading import Reading

CONVERTED: Final = "converted"
"""The code of the finding that a file was converted."""
_MAX_WORKBOOKS: Final = 200
_CONTENT_TYPES: Final = "[Content_Types].xml"
_NESTED: Final = (
    "圧縮ファイルの中の圧縮ファイルは開けません。展開して、中のExcelファイルを置いてください"
)
_NOTHING: Final = "圧縮ファイルの中にExcelブックがありません"


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive: its path there ("" for a file that is no archive), its bytes, or why it is not received.

    `old_ending` is ".xls" or ".ods" for one that has to be converted before it is read.
    """

    name: str
    data: bytes
    reason: str = ""
    old_ending: str = ""


def workbooks_of(file_name: str, data: bytes, libreoffice: LibreOffice) -> list[ArchiveMember]:
    """Return the workbooks that a file holds: the file itself unless it is an archive by name.

    Those that LibreOffice would have to convert are refused where there is none.

    Raises WorkbookError where an archive is damaged, or holds no workbook or too many.
    """
    if kind_of(file_name) == "archive":
        return workbooks_in(data, libreoffice)
    return [ArchiveMember("", data, old_ending=convertible_ending(file_name))]


def workbooks_in(data: bytes, libreoffice: LibreOffice) -> list[ArchiveMember]:
    """Return the workbooks in an archive, and the files in it that may be sheets and cannot be received.

    Data that is itself a workbook is returned as one member without a name. Raises WorkbookError where the archive is
    damaged, or holds no workbook or too many.
    """
    package = Package.open(data)
    if _CONTENT_TYPES in package:
        return [ArchiveMember("", data)]
    wanted = [name for name in package.names if _is_readable(name, libreoffice)]
    refused = list(_refused(package, libreoffice))
    if not wanted:
        raise NotAWorkbook("。".join((_NOTHING, *map(_refusal_text, refused))))
    if len(wanted) > _MAX_WORKBOOKS:
        raise NotAWorkbook(
            f"圧縮ファイルの中のブックが多すぎます（{len(wanted)}件）。{_MAX_WORKBOOKS}件以下に分けてください"
        )
    return [_member(package, name) for name in sorted(wanted)] + refused


def read_member(
    member: ArchiveMember, libreoffice: LibreOffice, read: Callable[[bytes], list[Reading]]
) -> list[Reading]:
    """Read a workbook of a file, one of an older format after its conversion, which its findings then say.

    Raises WorkbookError.
    """
    if member.reason:
        raise NotAWorkbook(member.reason)
    if not member.old_ending:
        return read(member.data)
    readings = read(libreoffice.as_xlsx(f"_{member.old_ending}", member.data))
    converted = finding(CONVERTED, "", shown=member.old_ending)
    return [
        replace(reading, findings=(converted.at(reading.worksheet, ""), *reading.findings))
        for reading in readings
    ]


def member_source(source: Source, member: ArchiveMember) -> Source:
    """Return where a workbook in an archive comes from, given where the archive does."""
    if not member.name:
        return source
    file, path = f"{source.file} の {member.name}", f"{source.source_path}/{member.name}"
    return replace(source, file=file, source_path=path)


def _kind_of_member(name: str) -> str:
    return kind_of(name.rpartition("/")[2])


def _is_readable(name: str, libreoffice: LibreOffice) -> bool:
    return _kind_of_member(name) == "workbook" or libreoffice.reads(_decoded_name(name))


def _member(package: Package, name: str) -> ArchiveMember:
    shown = _decoded_name(name)
    return ArchiveMember(shown, package.part(name), old_ending=convertible_ending(shown))


def _refused(package: Package, libreoffice: LibreOffice) -> Iterator[ArchiveMember]:
    for name in sorted(package.names):
        shown = _decoded_name(name)
        kind = _kind_of_member(shown)
        if _is_readable(name, libreoffice):
            continue
        if kind == "archive":
            yield ArchiveMember(shown, b"", _NESTED)
        elif kind == "unsupported":
            yield ArchiveMember(shown, b"", why_unsupported(normalized_name(shown)))


def _refusal_text(member: ArchiveMember) -> str:
    return f"{member.name}：{member.reason}"


def _decoded_name(name: str) -> str:
    """Return a member's name as people wrote it: Windows stores Japanese names in cp932 without saying so."""
    try:
        return name.encode("cp437").decode("cp932")
    except UnicodeError:
        return name

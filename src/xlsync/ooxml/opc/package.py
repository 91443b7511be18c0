"""An OPC package as named parts over the original bytes (ECMA-376 part 2).

What is not changed is never unpacked and packed again: `with_parts` copies its compressed bytes, headers, times, extra
fields and comments as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Protocol

from xlsync.errors import (
    DamagedWorkbook,
    EncryptedWorkbook,
    HostileWorkbook,
    NotAWorkbook,
)
from xlsync.ooxml import limits
from xlsync.ooxml.opc.zip_directory import STORED, Member, read_directory
from xlsync.ooxml.opc.zip_writer import ZipWriter
from xlsync.ooxml.source import Source, bytes_of

__all__ = ["Package", "Parts"]

_NOTHING: Mapping[str, bytes] = MappingProxyType({})
# Of the parts that were verified, those that are likely to be asked for: pictures are larger.
_CACHED_BYTES = 2**20
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class Parts(Protocol):
    """Parts by name: those of a package, or those that one being edited will have."""

    def __contains__(self, name: str, /) -> bool:
        """Whether there is a part of that name, in whichever case."""

    def as_written(self, name: str) -> str:
        """Return the name as the package writes it."""

    def part(self, name: str) -> bytes:
        """Return the bytes of a part."""


class Package:
    """The named parts of one workbook file; open it with `Package.open`.

    Attributes:
        names: The names of the parts as the ZIP directory writes them, in its order; folders are left out. Names are
            compared without regard to case, as the Open Packaging Conventions say.

    Example:
        >>> package = Package.open("sheet.xlsx")
        >>> "xl/workbook.xml" in package
        True
        >>> package.part("XL/Workbook.xml") == package.part("xl/workbook.xml")
        True

    """

    __slots__ = ("_cache", "_comment", "_data", "_members", "_order", "names")

    def __init__(self, data: bytes, members: tuple[Member, ...], comment: bytes) -> None:
        self._data = data
        self._order = members
        self._comment = comment
        self._members = {m.name.casefold(): m for m in members if not m.is_folder}
        self._cache: dict[str, bytes] = {}
        self.names: tuple[str, ...] = tuple(m.name for m in members if not m.is_folder)

    @classmethod
    def open(cls, source: Source) -> Package:
        """Return the package of a file, its directory verified and no part inflated yet.

        Args:
            source: A path, the file's bytes, or a file opened in binary mode.

        Raises:
            NotAWorkbook: The file is no ZIP file, or an old binary workbook (.xls).
            EncryptedWorkbook: The file, or a part of it, is encrypted.
            DamagedWorkbook: The file is empty or cut off.
            HostileWorkbook: Parts overlap, are named twice or lead outside, or are larger than any honest workbook's.

        """
        data = bytes_of(source)
        _refuse_other_files(data)
        members, comment = read_directory(data)
        return cls(data, members, comment)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._members

    def as_written(self, name: str) -> str:
        """Return the name as the directory writes it, which may differ in case; the name itself when there is no such part."""
        member = self._members.get(name.casefold())
        return name if member is None else member.name

    def size_of(self, name: str) -> int:
        """Return the number of bytes of a part once it is inflated, 0 where there is no such part.

        Args:
            name: The part's name, in any case.

        Returns:
            The size that the directory states; `part` refuses a part that does not inflate to it.

        """
        member = self._members.get(name.casefold())
        return 0 if member is None else member.sizes.plain

    def part(self, name: str) -> bytes:
        """Return the inflated bytes of a part.

        Args:
            name: The part's name ("xl/workbook.xml"), in any case.

        Raises:
            DamagedWorkbook: There is no such part, or it does not inflate to its length and CRC-32.

        """
        key = name.casefold()
        if key not in self._cache:
            member = self._members.get(key)
            if member is None:
                raise DamagedWorkbook(
                    "ブックの一部が見つかりません。Excelで開いて保存し直してください。", name
                )
            self._cache[key] = self._inflated(member)
        return self._cache[key]

    def verify(self) -> None:
        """Return if every part inflates to its length and CRC-32, as those of a file that was copied to its end do.

        Raises:
            DamagedWorkbook: Some part does not.

        """
        for key, member in self._members.items():
            if key not in self._cache:
                plain = self._inflated(member)
                if len(plain) <= _CACHED_BYTES:
                    self._cache[key] = plain

    def _inflated(self, member: Member) -> bytes:
        sizes = member.sizes
        packed = self._data[member.data_start : member.data_start + sizes.packed]
        plain = packed if member.method == STORED else _inflate(packed, member)
        if len(plain) != sizes.plain or zlib.crc32(plain) != sizes.crc:
            raise DamagedWorkbook(
                "ファイルの中身が壊れています。Excelで開いて保存し直してください。", member.name
            )
        return plain

    def with_parts(
        self,
        changed: Mapping[str, bytes],
        added: Mapping[str, bytes] = _NOTHING,
        removed: Collection[str] = (),
    ) -> bytes:
        """Return the package's bytes with some parts changed, added at the end, or left out.

        All other members keep their very bytes, order, names, times, extra fields, flags and comments; a changed one
        keeps its name, order, time and method.

        Args:
            changed: New contents by the name of a part that exists.
            added: Contents by the name of a part that does not exist. Content types and relationships are parts like
                others: state there what is added.
            removed: Names of parts that exist.

        Raises:
            ValueError: A part to change or to remove does not exist, or one to add does.

        Example:
            >>> package = Package.open("sheet.xlsx")
            >>> changed = package.with_parts({"docProps/app.xml": b"<Properties/>"})
            >>> Package.open(changed).part("docProps/app.xml")
            b'<Properties/>'

        """
        contents = {name.casefold(): content for name, content in changed.items()}
        left_out = {name.casefold() for name in removed}
        self._refuse_wrong_names(contents.keys() | left_out, added)
        writer = ZipWriter(self._data)
        kept = [m for m in self._order if m.is_folder or m.name.casefold() not in left_out]
        for member in sorted(kept, key=lambda member: member.start):
            content = None if member.is_folder else contents.get(member.name.casefold())
            writer.copy(member) if content is None else writer.replace(member, content)
        for name, content in added.items():
            writer.add(name, content)
        return writer.finished(kept, self._comment)

    def _refuse_wrong_names(self, existing: AbstractSet[str], added: Collection[str]) -> None:
        """Raise ValueError unless the first are names of parts, in lower case, and the others are not."""
        unknown = existing - self._members.keys()
        doubled = {name.casefold() for name in added} & self._members.keys()
        if unknown or doubled:
            raise ValueError(
                f"parts to change must exist, parts to add must not: {unknown | doubled}"
            )


def _refuse_other_files(data: bytes) -> None:
    """Raise with the reason unless `data` begins like a ZIP file of acceptable size."""
    if not data or not data[:4].strip(b"\0"):
        raise DamagedWorkbook("ファイルの中身が空です。Excelで開いて保存し直してください。")
    if len(data) > limits.FILE_BYTES:
        raise HostileWorkbook("ファイルが大きすぎます。写真などを減らして20MB以下にしてください。")
    if data.startswith(_OLE_MAGIC):
        if _ENCRYPTED_STREAM in data:
            raise EncryptedWorkbook(
                "パスワードがかかっています。パスワードを外して保存し直してください。"
            )
        raise NotAWorkbook(
            "古い形式（.xls）のファイルです。Excelで.xlsx形式に保存し直してください。"
        )
    if not data.startswith(b"PK\3\4"):
        raise NotAWorkbook("Excelブックではありません。.xlsx形式のファイルを置いてください。")


def _inflate(packed: bytes, member: Member) -> bytes:
    """The member's plain bytes, never more than one beyond the size its directory entry admits to."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return inflater.decompress(packed, member.sizes.plain + 1)
    except zlib.error:
        raise DamagedWorkbook(
            "ファイルの中身が壊れています。Excelで開いて保存し直してください。", member.name
        ) from None

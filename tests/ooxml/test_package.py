"""An archive is believed where its bytes bear it out, and copied without a change where nothing was asked."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from time import process_time

import pytest

from tests.ooxml import samples
from xlsync.errors import (
    DamagedWorkbook,
    EncryptedWorkbook,
    HostileWorkbook,
    NotAWorkbook,
    WorkbookError,
)
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.opc.package import Package

ROWS = '<row r="1"><c r="A1"><v>1</v></c></row>'
PLAIN = samples.book(ROWS)
PLAIN_AS_WORD = samples.zipped(
    samples.parts(samples.sheet(ROWS))
    | {"[Content_Types].xml": samples.CONTENT_TYPES.replace("spreadsheetml.sheet", "word.document")}
)


def with_members(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    return out.getvalue()


def patched_header(data: bytes, field: int, value: int, form: str = "<L") -> bytes:
    """The archive with one field of its first directory header overwritten."""
    changed = bytearray(data)
    struct.pack_into(form, changed, data.index(b"PK\1\2") + field, value)
    return bytes(changed)


def a_link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("xl/link.xml")
    info.external_attr = 0o120777 << 16
    return info


def overlapping() -> bytes:
    """Two directory headers for one local header, the second under another name of the same length."""
    start = PLAIN.index(b"PK\1\2")
    end = PLAIN.rindex(b"PK\5\6")
    size = 46 + len("[Content_Types].xml")
    doubled = PLAIN[:end] + PLAIN[start : start + size].replace(b"Types", b"Typez") + PLAIN[end:]
    count = struct.unpack_from("<H", PLAIN, end + 10)[0] + 1
    changed = bytearray(doubled)
    struct.pack_into("<2HL", changed, end + size + 8, count, count, end - start + size)
    return bytes(changed)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("reason", "error", "make"),
    [
        ("empty", DamagedWorkbook, lambda: b""),
        ("zero-filled", DamagedWorkbook, lambda: bytes(len(PLAIN))),
        ("a hole at its start", DamagedWorkbook, lambda: bytes(40) + PLAIN[40:]),
        ("cut off", DamagedWorkbook, lambda: PLAIN[:-200]),
        ("not yet at its end", DamagedWorkbook, lambda: PLAIN[:-100] + bytes(100)),
        ("with a tail", DamagedWorkbook, lambda: PLAIN + b"\0x"),
        ("a picture", NotAWorkbook, lambda: b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("a text", NotAWorkbook, lambda: "部,課\r\n".encode("cp932")),
        ("an .xls", NotAWorkbook, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999)),
        (
            "with a password",
            EncryptedWorkbook,
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ),
        ("another archive", NotAWorkbook, lambda: samples.zipped({"a.txt": "a"})),
        ("a Word document", NotAWorkbook, lambda: PLAIN_AS_WORD),
        ("junk in front", NotAWorkbook, lambda: b"MZ" + PLAIN),
        ("an archive in front", HostileWorkbook, lambda: samples.zipped({"a": "a"}) + PLAIN),
        ("too big", HostileWorkbook, lambda: b"PK\3\4" + bytes(20 * 2**20)),
        ("a path outside", HostileWorkbook, lambda: with_members(("../a.xml", b""))),
        ("a path from the root", HostileWorkbook, lambda: with_members(("/etc/passwd", b""))),
        ("a drive", HostileWorkbook, lambda: with_members(("C:/a.xml", b""))),
        ("a symbolic link", HostileWorkbook, lambda: with_members((a_link(), b"/etc/passwd"))),
        ("a name twice", HostileWorkbook, lambda: with_members(("XL/workbook.XML", b"<a/>"))),
        ("overlapping members", HostileWorkbook, overlapping),
        (
            "too many members",
            HostileWorkbook,
            lambda: with_members(*((f"a{n}", b"") for n in range(1000))),
        ),
        ("a bomb", HostileWorkbook, lambda: with_members(("bomb.bin", bytes(2**21)))),
        ("a lie about size", HostileWorkbook, lambda: patched_header(PLAIN, 24, 2**27)),
        ("an encrypted member", EncryptedWorkbook, lambda: patched_header(PLAIN, 8, 1, "<H")),
        ("an unknown method", NotAWorkbook, lambda: patched_header(PLAIN, 10, 14, "<H")),
        ("a member beyond the end", WorkbookError, lambda: patched_header(PLAIN, 42, 2**31)),
        ("a packed size beyond the end", WorkbookError, lambda: patched_header(PLAIN, 20, 2**31)),
    ],
)
def test_a_file_that_is_refused_says_why(
    reason: str,
    error: type[WorkbookError],
    make: Callable[[], bytes],
) -> None:
    with pytest.raises(error) as caught:
        read_cells(make())
    assert caught.value.reason.endswith("ください。"), reason


def test_a_damaged_part_is_found_when_it_is_read_or_verified() -> None:
    name = b"xl/worksheets/sheet1.xml"
    broken = bytearray(PLAIN)
    broken[PLAIN.index(name) + len(name) + 12] ^= 0xFF
    package = Package.open(bytes(broken))
    with pytest.raises(DamagedWorkbook):
        package.part("xl/worksheets/sheet1.xml")
    with pytest.raises(DamagedWorkbook):
        package.verify()
    Package.open(PLAIN).verify()


def test_a_bomb_that_lies_about_its_size_is_never_inflated_beyond_it() -> None:
    bomb = zlib.compress(bytes(2**26), 9)[2:-4]
    data = with_members(("bomb.bin", bomb))
    at = data.index(b"bomb.bin")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.getinfo("bomb.bin").file_size == len(bomb)
    package = Package.open(data)
    assert at > 0
    assert package.part("bomb.bin") == bomb


def test_doctypes_are_refused_in_any_encoding() -> None:
    evil = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + samples.sheet(ROWS).split("\n")[1]
    )
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"):
            files = samples.parts(samples.sheet(ROWS)) | {part: evil.encode(encoding)}
            with pytest.raises(HostileWorkbook):
                read_cells(samples.zipped(files))
    declared = samples.sheet(ROWS).replace("UTF-8", "UTF-7").encode()
    with pytest.raises(DamagedWorkbook):
        read_cells(samples.zipped(samples.parts(declared)))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_deep_elements_are_refused(part: str) -> None:
    deep = f'<x:worksheet xmlns:x="{samples.MAIN}">' + "<a>" * 100 + "</a>" * 100 + "</x:worksheet>"
    with pytest.raises(WorkbookError):
        read_cells(samples.zipped(samples.parts(samples.sheet(ROWS)) | {part: deep}))


def test_a_part_that_would_fill_the_memory_is_refused() -> None:
    many = " ".join(f'a{n}=""' for n in range(700_000))
    for bomb in ("<a/>" * 600_000, f"<a {many}/>", "<a>" * 2_000_000):
        workbook = samples.WORKBOOK.replace("<sheets>", f"{bomb}<sheets>")
        files = samples.parts(samples.sheet(ROWS), workbook=workbook)
        with pytest.raises(WorkbookError):
            read_cells(samples.zipped(files, zipfile.ZIP_STORED))


@pytest.mark.parametrize(
    "rows",
    [
        "<!--" * 1_000_000,
        '<row r="1"><c r="' * 300_000,
        "<row " + "a " * 2_000_000 + ">",
        '<row r="1">' + '<c r="A1"><v>1' * 500_000,
        '<row r="1"><c r="A1"' + " " * 3_000_000 + "x></c></row>",
    ],
    ids=["comments", "quotes", "attributes", "open cells", "white space"],
)
def test_no_shape_of_xml_takes_long(rows: str) -> None:
    data = samples.zipped(samples.parts(samples.sheet(rows)), zipfile.ZIP_STORED)
    begun = process_time()
    for work in (read_cells, lambda data: patch_cells(data, {("評価シート", "B2"): 1})):
        with contextlib.suppress(WorkbookError):
            work(data)
    assert process_time() - begun < 2


def test_nothing_changed_is_the_same_archive() -> None:
    assert Package.open(PLAIN).with_parts({}) == PLAIN


def test_unchanged_members_keep_their_very_bytes() -> None:
    data = odd_archive()
    package = Package.open(data)
    out = package.with_parts({"xl/workbook.xml": b"<new/>"}, {"追加.xml": b"<a/>"}, ["gone.xml"])
    before, after = infos(data), infos(out)
    assert list(after) == [name for name in before if name != "gone.xml"] + ["追加.xml"]
    for name in before.keys() - {"gone.xml", "xl/workbook.xml"}:
        old, new = before[name], after[name]
        assert raw(data, old) == raw(out, new)
        for field in (
            "date_time",
            "flag_bits",
            "extra",
            "comment",
            "external_attr",
            "compress_type",
        ):
            assert getattr(old, field) == getattr(new, field), (name, field)
    assert after["xl/workbook.xml"].date_time == before["xl/workbook.xml"].date_time
    assert samples.unzipped(out)["xl/workbook.xml"] == b"<new/>"
    assert samples.unzipped(out)["追加.xml"] == b"<a/>"
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert archive.testzip() is None
        assert archive.comment == b"written by hand"
    assert Package.open(out).part("XL/Workbook.xml") == b"<new/>"


def infos(data: bytes) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: info for info in archive.infolist()}


def raw(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """The member's bytes from its local header on, without what follows it."""
    name, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
    return data[info.header_offset :][: 30 + name + extra + info.compress_size]


class _Stream(io.BytesIO):
    """A sink that cannot seek, so that members get data descriptors."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


def odd_archive() -> bytes:
    """Members streamed, stored, of ZIP64 form, with extra fields and comments, and a folder."""
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"written by hand"
        archive.writestr("folder/", b"")
        for name, content in samples.parts(samples.sheet(ROWS)).items():
            info = zipfile.ZipInfo(name, (2018, 4, 1, 9, 30, 2))
            info.extra = struct.pack("<2HL", 0x5455, 4, 1234)
            info.comment = "注".encode()
            with archive.open(info, "w", force_zip64=name.endswith(".rels")) as member:
                member.write(content.encode() if isinstance(content, str) else content)
        archive.writestr("stored.bin", bytes(range(99)), zipfile.ZIP_STORED)
        archive.writestr("gone.xml", b"<a/>")
    return out.getvalue()


def test_streamed_and_zip64_members_are_read() -> None:
    data = odd_archive()
    package = Package.open(data)
    assert {name: package.part(name) for name in package.names} == {
        name: content for name, content in samples.unzipped(data).items() if name != "folder/"
    }
    assert read_cells(data) == {"評価シート": {"A1": 1}}


def test_no_flipped_byte_makes_the_reader_fail_in_any_other_way() -> None:
    chance = random.Random(2018)  # noqa: S311 - the same damage each time
    for _ in range(3000):
        data = bytearray(PLAIN)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        try:
            read_cells(bytes(data))
        except WorkbookError as error:
            assert error.reason  # noqa: PT017 - the point is that no other error comes out

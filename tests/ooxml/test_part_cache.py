"""What workbooks of one form share byte for byte is made once; what differs in a byte is made anew."""

from __future__ import annotations

from tests.ooxml import samples
from xlsync.ooxml.opc.part_cache import cached_by_content
from xlsync.ooxml.read.reader import read_cells

TITLE = "評価シート"


def test_the_same_bytes_are_answered_from_memory() -> None:
    made: list[tuple[bytes, str]] = []

    @cached_by_content
    def make(data: bytes, where: str) -> str:
        made.append((data, where))
        return f"{where}: {data.decode()}"

    assert [make(b"1", "a"), make(bytes(bytearray(b"1")), "a")] == ["a: 1", "a: 1"]
    assert make(b"2", "a") == "a: 2"
    assert make(b"1", "b") == "b: 1"
    assert made == [(b"1", "a"), (b"2", "a"), (b"1", "b")]


def test_large_parts_are_made_each_time_and_old_ones_forgotten() -> None:
    made: list[int] = []

    @cached_by_content
    def make(data: bytes, _where: str) -> int:
        made.append(len(data))
        return len(data)

    large = bytes(2**20)
    assert make(large, "") == make(large, "") == 2**20
    assert len(made) == 2
    for size in range(1000):
        make(bytes(size), "")
    made.clear()
    make(b"", "")
    assert made == [0]


def test_workbooks_that_share_some_parts_are_each_read_as_they_are() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>43191</v></c></row>'
    dates, numbers = (samples.styles(code) for code in ("yyyy/m/d", "0.0"))
    moved = samples.WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    books = [
        samples.book(rows, styles=dates),
        samples.book(rows, styles=numbers),
        samples.book(rows, styles=dates, workbook=moved),
    ]
    once = [str(read_cells(data)[TITLE]["A1"]) for data in books]
    assert once == ["2018-04-01", "43191", "2022-04-02"]
    assert [str(read_cells(data)[TITLE]["A1"]) for data in reversed(books)] == once[::-1]

"""What the buttons send and are answered, as bytes: golden files written by hand, laws, and what is refused."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from xlsync.addin.protocol.accepted import MOST_CHANGES, accepted, in_order, is_open_name
from xlsync.addin.protocol.changes import (
    Answer,
    Ask,
    Change,
    GoTo,
    Mark,
    Message,
    Open,
    PutStamp,
    Request,
    Row,
    Table,
    Typed,
    Unmark,
    Verb,
    Write,
)
from xlsync.addin.protocol.json_codec import from_json, to_json
from xlsync.addin.protocol.request import pack, unpack
from xlsync.addin.protocol.tsv import from_tsv, to_tsv
from xlsync.errors import ProtocolError
from xlsync.ooxml.a1 import column_letters

DATA = Path(__file__).parent.parent / "data/buttons"
ID = "00112233445566778899aabbccddeeff"
SHEET = "評価シート"
GOLDEN = Answer(
    "validate",
    ID,
    (
        Unmark(SHEET),
        Mark(
            SHEET, "B25", "FFC7CE", "エラー：「事業の目的」が未入力です。\n2行目\t𠮷野家 C:\\共有"
        ),
        Write(SHEET, "C3", "0120", None),
        Write(SHEET, "C4", "=1+1", "4-5-6"),
        Write(SHEET, "C5", Decimal("-12.5"), Decimal("1E-5")),
        Write(SHEET, "C6", value=True, expected=False),
        Ask(SHEET, "XFD1048576", None, "改行\r\nあり", "「目的」を登録データの内容にしますか。"),
        PutStamp(
            SHEET,
            "form=jimu-jigyo-hyoka;edition=2018;key=01-02-01-08-14-01;base=3;copy=1f2e3d4c",
        ),
        Table("検証結果", ("重さ", "内容")),
        Row(SHEET, "B25", ("エラー", "未入力です")),
        Row("", "", ("参考", "")),
        GoTo(SHEET, "B25"),
        Open("集計/総務部.xlsx"),
        Message("warning", "エラーが1件あります。"),
    ),
)
REQUEST = Request(
    ID,
    "selftest",
    r"\\server\共有\評価シート\総務部\0120.xlsx",
    "𠮷田\t花子",
    b"PK\x03\x04 anything\n",
    SHEET,
    "xlam 0.1.0",
    (("Excel", "16.0 (日本語)"), ("2行", "上\r\n下")),
)


def wide(text: str) -> bytes:
    """A hand-written text as the protocol wants it, done without the code under test."""
    return text.replace("\n", "\r\n").encode("utf-16-le")


def golden(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def golden_tsv() -> bytes:
    return b"\xff\xfe" + wide(golden("answer.txt"))


def golden_request(workbook: bytes = REQUEST.workbook) -> bytes:
    header = wide(golden("request.txt"))
    return b"xlsync-request 1 %d %d\n" % (len(header), len(workbook)) + header + workbook


def kinds(answer: Answer) -> list[type]:
    return [type(one.value) for one in answer.changes if isinstance(one, Write | Ask)]


def test_the_answer_written_by_hand_as_tsv_is_read_and_written() -> None:
    assert from_tsv(golden_tsv()) == GOLDEN
    assert kinds(from_tsv(golden_tsv())) == [str, str, Decimal, bool, type(None)]
    # The same number has two spellings: we write the plain one.
    assert to_tsv(GOLDEN) == golden_tsv().replace(wide("1E-05"), wide("0.00001"))


def test_the_answer_written_by_hand_as_json_is_read_and_written() -> None:
    data = (DATA / "answer.json").read_bytes()
    assert from_json(data) == GOLDEN
    assert kinds(from_json(data)) == [str, str, Decimal, bool, type(None)]
    assert from_json(to_json(GOLDEN)) == GOLDEN


def test_the_request_written_by_hand_is_read_and_written() -> None:
    assert unpack(golden_request()) == REQUEST
    assert pack(REQUEST) == golden_request()


# --- laws

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "0120", "=1+1", "4-5-6", "a\tb", "\\", "\\n", "\r\n", "\n", "𠮷", "true", "-", "\ufeff"]
)
WORKSHEETS = TEXTS.filter(bool)
CELLS = st.builds(
    lambda column, row: f"{column_letters(column)}{row}",
    st.integers(1, 16_384),
    st.integers(1, 1_048_576),
)
NUMBERS = st.integers(-(10**15), 10**15) | st.decimals(
    -(10**9), 10**9, allow_nan=False, places=4
).filter(lambda number: number != 0)
VALUES: SearchStrategy[Typed] = st.none() | st.booleans() | NUMBERS | TEXTS
COLOURS = st.from_regex(r"[0-9A-F]{6}", fullmatch=True)
STAMPS = st.from_regex(r"[a-z0-9=;-]{1,80}", fullmatch=True)
NAMES = st.sampled_from(
    ["集計/総務部.xlsx", "提出状況.html", "集計/a b_2.xlsx", "集計/部／課.xlsx"]
)


@st.composite
def lists(draw: st.DrawFn) -> list[Change]:
    """A table with its rows."""
    columns = draw(st.lists(TEXTS, max_size=4))
    texts = st.lists(TEXTS, min_size=len(columns), max_size=len(columns)).map(tuple)
    rows = st.builds(Row, WORKSHEETS, CELLS, texts) | st.builds(
        Row, st.just(""), st.just(""), texts
    )
    return [Table(draw(TEXTS), tuple(columns)), *draw(st.lists(rows, max_size=4))]


SINGLE: SearchStrategy[Change] = st.one_of(
    st.builds(Unmark, WORKSHEETS),
    st.builds(Mark, WORKSHEETS, CELLS, COLOURS, TEXTS),
    st.builds(Write, WORKSHEETS, CELLS, VALUES, VALUES),
    st.builds(Ask, WORKSHEETS, CELLS, VALUES, VALUES, TEXTS),
    st.builds(PutStamp, WORKSHEETS, STAMPS),
    st.builds(GoTo, WORKSHEETS, CELLS),
    st.builds(Open, NAMES),
    st.builds(Message, st.sampled_from(["info", "warning", "error"]), TEXTS),
)
VERBS: SearchStrategy[Verb] = st.sampled_from(
    ["validate", "submit", "pull", "diff", "summary", "selftest"]
)
IDS = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer the protocol knows."""
    verb, number = draw(VERBS), draw(IDS)
    if draw(st.integers(0, 9)) == 0:
        return Answer(verb, number, (Message("error", draw(TEXTS)),), failed=True)
    changes = draw(st.lists(SINGLE, max_size=8))
    tables = [change for table in draw(st.lists(lists(), max_size=2)) for change in table]
    return Answer(verb, number, in_order([*changes, *tables]))


def spelled(answer: Answer) -> list[tuple[type, Typed]]:
    """The values with their types: True is 1 to Python, but not in a cell."""
    found = [one for one in answer.changes if isinstance(one, Write | Ask)]
    sides = [side for one in found for side in (one.value, one.expected)]
    return [
        (
            bool
            if isinstance(one, bool)
            else type(None)
            if one is None
            else str
            if isinstance(one, str)
            else Decimal,
            one,
        )
        for one in sides
    ]


@given(answers())
def test_an_answer_comes_back_from_tsv_as_it_went(answer: Answer) -> None:
    again = from_tsv(to_tsv(answer))
    assert again == answer
    assert spelled(again) == spelled(answer)


@given(answers())
def test_an_answer_comes_back_from_json_as_it_went(answer: Answer) -> None:
    again = from_json(to_json(answer))
    assert again == answer
    assert spelled(again) == spelled(answer)


@given(
    st.builds(
        Request, IDS, VERBS, TEXTS, TEXTS, st.binary(max_size=50), TEXTS, TEXTS,
        st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    )
)  # fmt: skip
def test_a_request_comes_back_as_it_went(request: Request) -> None:
    assert unpack(pack(request)) == request


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_float_comes_back_as_the_number_its_spelling_says(number: float) -> None:
    answer = Answer("pull", ID, (Write(SHEET, "A1", number, None),))
    for again in (from_tsv(to_tsv(answer)), from_json(to_json(answer))):
        [write] = again.changes
        assert isinstance(write, Write)
        assert float(str(write.value)) == number


READERS: list[Callable[[bytes], object]] = [from_tsv, from_json, unpack]


@given(st.binary(max_size=200), st.sampled_from(READERS), st.integers(0, 3))
def test_no_bytes_raise_anything_but_our_error(
    data: bytes, reader: Callable[[bytes], object], beginning: int
) -> None:
    head = [b"", b"\xff\xfe", b"xlsync-request 1 10 10\n", b'{"xlsync-answer": 1,'][beginning]
    with pytest.raises(ProtocolError):
        reader(head + data)


@given(st.data(), st.sampled_from(["tsv", "request", "json"]))
def test_a_damaged_file_is_read_as_something_sound_or_refused(
    data: st.DataObject, which: str
) -> None:
    reader, whole = {
        "tsv": (from_tsv, golden_tsv()),
        "request": (unpack, golden_request()),
        "json": (from_json, (DATA / "answer.json").read_bytes()),
    }[which]
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = (
        whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + data.draw(st.integers(0, 3)) :]
    )
    try:
        read = reader(damaged)
    except ProtocolError as fault:
        assert "。" in fault.reason  # noqa: PT017 - most are refused, and politely
    else:
        assert isinstance(read, Answer | Request)


@pytest.mark.parametrize("most", range(0, 900, 7))
def test_what_was_cut_off_is_refused(most: int) -> None:
    for reader, whole in ((from_tsv, golden_tsv()), (unpack, golden_request())):
        with pytest.raises(ProtocolError):
            reader(whole[: min(most, len(whole) - 1)])


# --- what is refused

REFUSED_LINES = [
    "explode\t評価シート",
    "unmark\t",
    "unmark",
    "mark\t評価シート\tB25\tFFC7C\ta",
    "mark\t評価シート\tb25\tFFC7CE\ta",
    "mark\t評価シート\t$B$25\tFFC7CE\ta",
    "mark\t評価シート\tB25:C30\tFFC7CE\ta",
    "mark\t評価シート\tXFE1\tFFC7CE\ta",
    "mark\t評価シート\tA1048577\tFFC7CE\ta",
    "mark\t評価シート\tA0\tFFC7CE\ta",
    "write\t評価シート\tB2\tnumber\t1,000\tblank\t",
    "write\t評価シート\tB2\tnumber\tNaN\tblank\t",
    "write\t評価シート\tB2\tnumber\t1E+309\tblank\t",
    "write\t評価シート\tB2\tnumber\t１２\tblank\t",
    "write\t評価シート\tB2\tnumber\t\tblank\t",
    "write\t評価シート\tB2\tboolean\tTRUE\tblank\t",
    "write\t評価シート\tB2\tblank\t0\tblank\t",
    "write\t評価シート\tB2\tformula\t=1\tblank\t",
    "write\t評価シート\tB2\ttext\ta",
    "write\t評価シート\tB2\ttext\ta\\x\tblank\t",
    "write\t評価シート\tB2\ttext\ta\\\tblank\t",
    'stamp\t評価シート\ta"b',
    "stamp\t評価シート\t発行印",
    "row\t\t\ta",
    "message\tfatal\ta",
    "open\t../secret.xlsx",
    "goto\t評価シート\t",
    "",
]


@pytest.mark.parametrize("line", REFUSED_LINES)
def test_a_line_that_nobody_knows_is_refused(line: str) -> None:
    text = f"xlsync-answer\t1\tdiff\t{ID}\tdone\r\n{line}\r\nend\t1\r\n"
    with pytest.raises(ProtocolError):
        from_tsv(codecs.BOM_UTF16_LE + text.encode("utf-16-le"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("answer\t1\t", "answer\t2\t"),
        ("\tdone", "\tfailed"),
        ("\tdone", "\tperhaps"),
        ("end\t14", "end\t13"),
        ("validate", "destroy"),
        (ID, ID[:-1]),
        (ID, ID[:-1] + "g"),
        ("table\t検証結果\t重さ\t内容", "table\t検証結果\t重さ"),
        ("end\t14\r\n", "end\t14"),
        ("\r\n", "\n"),
    ],
)
def test_an_answer_with_one_thing_wrong_is_refused(old: str, new: str) -> None:
    text = golden_tsv().decode("utf-16")
    assert old in text
    with pytest.raises(ProtocolError):
        from_tsv(codecs.BOM_UTF16_LE + text.replace(old, new).encode("utf-16-le"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"xlsync-answer": 1', '"xlsync-answer": true'),
        ('"xlsync-answer": 1', '"xlsync-answer": 1, "more": 0'),
        ('"done"', '"failed"'),
        ("-12.5", "NaN"),
        ("-12.5", "1e999"),
        ("-12.5", "1e99999999999999999999"),
        ("-12.5", "[1]"),
        ('["重さ", "内容"]', '["重さ", 1]'),
        ('"kind": "goto"', '"kind": "goto", "kind": "open"'),
        ('"kind": "goto"', '"kind": ["goto"]'),
        ('"colour": "FFC7CE"', '"colour": null'),
        ('"text": "エラーが1件あります。"', '"text": null'),
        ("\n}\n", "\n"),
    ],
)
def test_json_with_one_thing_wrong_is_refused(old: str, new: str) -> None:
    text = golden("answer.json")
    assert old in text
    with pytest.raises(ProtocolError):
        from_json(text.replace(old, new).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("verb\tselftest", "verb\tdestroy"),
        ("verb\tselftest\n", ""),
        ("client\t", "clients\t"),
        ("client\t", "user\t"),
        ("fact\tExcel\t", "fact\t"),
        (ID, "../../etc/passwd"),
        ("\\\\server", "\\server"),
    ],
)
def test_a_header_with_one_thing_wrong_is_refused(old: str, new: str) -> None:
    text = golden("request.txt")
    assert old in text
    header = wide(text.replace(old, new))
    with pytest.raises(ProtocolError):
        unpack(b"xlsync-request 1 %d 0\n" % len(header) + header)


def test_a_header_whose_last_line_has_no_end_is_refused() -> None:
    header = wide(golden("request.txt"))[:-4]
    with pytest.raises(ProtocolError, match="途中で切れて"):
        unpack(b"xlsync-request 1 %d 0\n" % len(header) + header)


@pytest.mark.parametrize(
    "first",
    [
        b"xlsync-request 2 0 0\n",
        b"xlsync-request 1 65537 0\n",
        b"xlsync-request 1 0 20971521\n",
        b"xlsync-request 1 0 99999999999\n",
        b"xlsync-request 1 -1 0\n",
        b"xlsync-request 1  0 0\n",
        b"GET / HTTP/1.1\r\n",
        b"\n",
    ],
)
def test_a_first_line_with_one_thing_wrong_is_refused(first: bytes) -> None:
    with pytest.raises(ProtocolError):
        unpack(first + golden_request())


@pytest.mark.parametrize(
    "name",
    [
        "../集計/総務部.xlsx",
        "集計/../../a.xlsx",
        "..\\a.xlsx",
        "集計\\総務部.xlsx",
        "/etc/a.xlsx",
        "//server/share/a.xlsx",
        "C:/a.xlsx",
        "C:a.xlsx",
        "https://example.jp/a.xlsx",
        "file:///a.html",
        "集計/総務部.xlsm",
        "集計/run.cmd",
        "集計/総務部.xlsx:stream.xlsx",
        "集計//a.xlsx",
        ".. /a.xlsx",
        "．．/a.xlsx",
        "集計/NUL.xlsx",
        "con.html",
        "集計/a\u0000.xlsx",
        "",
        ".xlsx/",
        "a" * 300 + ".xlsx",
    ],
)
def test_a_name_that_leads_out_of_the_folder_is_never_opened(name: str) -> None:
    assert not is_open_name(name)
    with pytest.raises(ProtocolError):
        accepted(Answer("summary", ID, (Open(name),)))


def test_what_the_summaries_are_called_can_be_opened() -> None:
    assert all(map(is_open_name, ["集計/総務部.xlsx", "集計/部／課_2.xlsx", "提出状況.html"]))


def test_a_stamp_before_the_writes_it_vouches_for_is_refused() -> None:
    changes = (PutStamp(SHEET, "a"), Write(SHEET, "A1", 1, None))
    with pytest.raises(ProtocolError):
        accepted(Answer("pull", ID, changes))
    assert in_order(changes) == changes[::-1]


def test_too_many_changes_are_refused() -> None:
    with pytest.raises(ProtocolError):
        to_tsv(Answer("validate", ID, (Unmark(SHEET),) * (MOST_CHANGES + 1)))


def test_an_answer_beyond_eight_megabytes_is_neither_written_nor_read() -> None:
    huge = Answer("validate", ID, (Message("info", "あ" * 5 * 2**20),))
    for write in (to_tsv, to_json):
        with pytest.raises(ProtocolError):
            write(huge)
    for read in (from_tsv, from_json):
        with pytest.raises(ProtocolError, match="大きすぎます"):
            read(b" " * (8 * 2**20 + 1))


def test_a_request_too_large_for_anyone_is_not_even_packed() -> None:
    with pytest.raises(ProtocolError, match="大きすぎます"):
        pack(Request(ID, "submit", "a", "b", b" " * (20 * 2**20 + 1)))
    with pytest.raises(ProtocolError, match="大きすぎます"):
        pack(Request(ID, "submit", "a" * 40_000, "b"))

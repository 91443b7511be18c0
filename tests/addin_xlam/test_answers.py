"""Answers as they should never be: nothing of them is carried out. And values that look like others stay what they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pyopenvba.exceptions import VBARuntimeError

from tests import cities, exploring
from tests.addin_xlam.conftest import Opened
from tests.addin_xlam.memory_excel import Excel, World
from tests.addin_xlam.offices import Town
from xlsync.addin.protocol import changes as of
from xlsync.addin.protocol.request import unpack
from xlsync.addin.protocol.tsv import from_tsv, to_tsv, words_of
from xlsync.errors import ProtocolError

pytestmark = pytest.mark.slow  # an Excel in memory is no fast one

SHEET = cities.WORKSHEET
TROUBLE = 31001
ID = "0123456789abcdef" * 2
HEAD = f"xlsync-answer\t1\tvalidate\t{ID}\tdone\r\n"

SIGNS = st.text(st.sampled_from("a0-=+'\"\\\t\r\n 　あ表𠮷é\u200b,|"), max_size=8)
CELLS = st.sampled_from(["A1", "XFD1048576", "B2", "AA10"])
TYPED: SearchStrategy[of.Typed] = st.one_of(
    st.none(), st.booleans(), SIGNS, st.integers(-(10**15), 10**15), st.decimals(-1, 1, places=4)
)
ANYWHERE = SIGNS.filter(bool)
LINES = st.one_of(
    st.builds(of.Unmark, ANYWHERE),
    st.builds(of.Mark, ANYWHERE, CELLS, st.just("FFC7CE"), SIGNS),
    st.builds(of.Write, ANYWHERE, CELLS, TYPED, TYPED),
    st.builds(of.Ask, ANYWHERE, CELLS, TYPED, TYPED, SIGNS),
    st.builds(of.PutStamp, ANYWHERE, st.sampled_from(["form=a;base=1", ""])),
    st.builds(of.Table, SIGNS, st.just(("一", "二"))),
    st.builds(of.GoTo, ANYWHERE, CELLS),
    st.builds(of.Open, st.sampled_from(["集計/総務部.xlsx", "a.html"])),
    st.builds(of.Message, st.sampled_from(["info", "warning", "error"]), SIGNS),
)
KINDS = (of.Unmark, of.Mark, of.Write, of.Ask, of.PutStamp, of.Table, of.GoTo, of.Open, of.Message)


@st.composite
def answers(draw: st.DrawFn) -> of.Answer:
    """Any answer that docs/protocol.md allows."""
    lines: list[of.Change] = []
    for line in sorted(draw(st.lists(LINES, max_size=6)), key=lambda one: KINDS.index(type(one))):
        lines.append(line)
        if isinstance(line, of.Table):
            lines += [of.Row("", "", ("a", draw(SIGNS))), of.Row("表", "C3", (draw(SIGNS), ""))]
    return of.Answer("validate", ID, tuple(lines))


@pytest.fixture(scope="module")
def reader() -> Callable[[str], list[list[str]] | None]:
    """What the add-in reads out of an answer's text; None where it refuses it."""
    excel = Excel(World(lambda: None, {}))
    excel.app.add_module(
        "Public Function Reread(words, id)\n"
        "Dim change, i\n"
        'For Each change In ReadAnswer(words, "validate", id)\n'
        "For i = 0 To UBound(change): Reread = Reread & change(i) & Chr(0): Next\n"
        "Reread = Reread & Chr(1)\n"
        "Next\n"
        "End Function\n",
        name="Rereading",
    )

    def read(text: str) -> list[list[str]] | None:
        try:
            told = str(excel.app.run("Reread", _units(text), ID) or "")
        except VBARuntimeError as fault:
            if fault.number != TROUBLE:
                raise
            return None
        return [line.split("\0")[:-1] for line in _text(told).split("\1")[:-1]]

    return read


@settings(suppress_health_check=exploring.ONE_FIXTURE)
@given(answer=answers())
def test_the_add_in_reads_whatever_the_other_side_may_write(
    reader: Callable[[str], list[list[str]] | None], answer: of.Answer
) -> None:
    assert reader(_said(answer)) == [list(words_of(change)) for change in answer.changes]


@settings(suppress_health_check=exploring.ONE_FIXTURE)
@given(
    answer=answers(),
    at=st.integers(0, 400),
    cut=st.integers(0, 3),
    put=st.sampled_from(["", "\t", "\r\n", "\\", "0", "A", "\n", "write", "-", ".", "E", "\\\\"]),
)
def test_the_add_in_never_takes_what_the_protocol_does_not_allow(
    reader: Callable[[str], list[list[str]] | None], answer: of.Answer, at: int, cut: int, put: str
) -> None:
    text = _said(answer)
    text = text[: at % len(text)] + put + text[at % len(text) + cut :]
    if reader(text) is not None:
        from_tsv(b"\xff\xfe" + text.encode("utf-16-le"))


REFUSED = {
    "cut off": HEAD + "message\tinfo\tabc",
    "no end": HEAD + "message\tinfo\tabc\r\n",
    "wrong count": HEAD + "message\tinfo\tabc\r\nend\t2\r\n",
    "nothing": "",
    "another version": HEAD.replace("\t1\t", "\t2\t") + "end\t0\r\n",
    "another's answer": HEAD.replace("0123", "ffff") + "end\t0\r\n",
    "another verb's answer": HEAD.replace("validate", "submit") + "end\t0\r\n",
    "unknown kind": HEAD + "shell\tcalc.exe\r\nend\t1\r\n",
    "a formula for an address": HEAD + f"write\t{SHEET}\t=A1\ttext\ta\tblank\t\r\nend\t1\r\n",
    "a range for an address": HEAD + f"write\t{SHEET}\tA1:B9\ttext\ta\tblank\t\r\nend\t1\r\n",
    "beyond the worksheet": HEAD + f"write\t{SHEET}\tXFE1\ttext\ta\tblank\t\r\nend\t1\r\n",
    "row 0": HEAD + f"goto\t{SHEET}\tA0\r\nend\t1\r\n",
    "an unknown type": HEAD + f"write\t{SHEET}\tA1\tformula\t=1\tblank\t\r\nend\t1\r\n",
    "a number of letters": HEAD + f"write\t{SHEET}\tA1\tnumber\t&HFF\tblank\t\r\nend\t1\r\n",
    "a number too large": HEAD + f"write\t{SHEET}\tA1\tnumber\t1E400\tblank\t\r\nend\t1\r\n",
    "a colour of words": HEAD + f"mark\t{SHEET}\tA1\tyellow\ta\r\nend\t1\r\n",
    "out of the folder": HEAD + "open\t../../windows/a.xlsx\r\nend\t1\r\n",
    "a drive": HEAD + "open\tC:/a.xlsx\r\nend\t1\r\n",
    "a server": HEAD + "open\t//server/a.xlsx\r\nend\t1\r\n",
    "a program": HEAD + "open\ta.exe\r\nend\t1\r\n",
    "a stamp of quotes": HEAD + f'stamp\t{SHEET}\t"&CALL()&"\r\nend\t1\r\n',
    "a row without a table": HEAD + "row\t\t\ta\r\nend\t1\r\n",
    "out of order": HEAD + f"message\tinfo\ta\r\nunmark\t{SHEET}\r\nend\t2\r\n",
    "a failure that writes": HEAD.replace("done", "failed") + f"unmark\t{SHEET}\r\nend\t1\r\n",
    "too many": HEAD + "message\tinfo\ta\r\n" * 20_001 + "end\t20001\r\n",
    "no meaning": HEAD + "message\tinfo\ta\\x\r\nend\t1\r\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_hostile_answers_are_refused(
    reader: Callable[[str], list[list[str]] | None], text: str
) -> None:
    assert reader(text) is None
    with suppress(ProtocolError):
        answer = from_tsv(b"\xff\xfe" + text.encode("utf-16-le"))
        assert (answer.id, answer.verb) != (ID, "validate"), "read well: then it answers another"


def test_a_refused_answer_changes_nothing_and_says_so(opened: Opened, here: Town) -> None:
    excel = opened()
    before = excel.save(here.folder / "look.xlsx")
    answer_with(excel, here, lambda _: f"{HEAD}write\t{SHEET}\tA1\ttext\tx\tblank\t\r\n")
    said = excel.press("Validate")
    assert "途中で切れていました" in said
    assert excel.save(here.folder / "look.xlsx") == before
    assert excel.lists() == []


def test_changes_of_other_worksheets_are_told(opened: Opened, here: Town) -> None:
    excel = opened()
    put(excel, here, of.Unmark("よそ"), of.Write("よそ", "A1", "a", None), of.PutStamp("よそ", "x"))
    said = excel.press("Validate")
    assert said.count("ワークシート「よそ」がこのブックにありません") == 3


ODD = (
    "0120",
    "4-5-6",
    "=1+1",
    "'quoted",
    "TRUE",
    "1E5",
    "１２",
    "#N/A",
    "@",
    "a\nb",
    "-",
    "𠮷",
    "",
)


FORMATS = {"AZ": "General", "BA": "@", "BB": "#,##0", "BC": "yyyy/m/d"}
"""The number format of each column written to: one press writes them all, for each takes seconds."""


def test_text_stays_text_whatever_it_looks_like_in_any_number_format(
    opened: Opened, here: Town
) -> None:
    excel = opened()
    places = [(column, row, text) for column in FORMATS for row, text in enumerate(ODD, start=200)]
    for column, form in FORMATS.items():
        unlock(excel, form, column)
    put(
        excel,
        here,
        *(of.Write(SHEET, f"{column}{row}", text, None) for column, row, text in places),
    )
    assert excel.press("Validate") == ""
    for column, row, text in places:
        cell = f'Worksheets("{SHEET}").Range("{column}{row}")'
        assert (excel.sheet(SHEET).value(f"{column}{row}") or "") == text, (column, text)
        assert excel.do(f"{cell}.NumberFormat") == FORMATS[column], (column, text)
        assert not excel.do(f"{cell}.HasFormula"), (column, text)


def test_numbers_and_truths_are_no_text_in_any_number_format(opened: Opened, here: Town) -> None:
    excel = opened()
    values = {200: 12345, 201: -0.5, 202: True}
    for column, form in FORMATS.items():
        unlock(excel, form, column)
    writes = [
        of.Write(SHEET, f"{column}{row}", value=value, expected=None)
        for column in FORMATS
        for row, value in values.items()
    ]
    put(excel, here, *writes)
    assert excel.press("Validate") == ""
    kinds = {200: "Double", 201: "Double", 202: "Boolean"}
    for column, row in itertools.product(FORMATS, values):
        value = f'Worksheets("{SHEET}").Range("{column}{row}").Value2'
        assert excel.do(f"TypeName({value})") == kinds[row], (column, row)
        assert excel.do(value) == values[row], (column, row)


def test_where_formats_are_protected_text_stays_text_all_the_same(
    opened: Opened, here: Town
) -> None:
    excel = opened()
    unlock(excel, "General")
    statement(excel, ".Protect")  # AllowFormattingCells:=False
    put(
        excel,
        here,
        *(of.Write(SHEET, f"AZ{200 + row}", text, None) for row, text in enumerate(ODD[:3])),
    )
    assert excel.press("Validate") == ""
    assert [excel.sheet(SHEET).value(f"AZ{200 + row}") for row in range(3)] == list(ODD[:3])


def test_formulas_and_changed_cells_are_never_overwritten_and_keep_the_stamp(
    opened: Opened, here: Town
) -> None:
    excel = opened()
    unlock(excel, "General")
    statement(excel, '.Range("AZ200").Formula = "=1+1"')
    excel.sheet(SHEET).set_value("AZ201", "いま")
    former = excel.do(f'Worksheets("{SHEET}").Names("_xlsync.stamp").RefersTo')
    put(
        excel,
        here,
        of.Write(SHEET, "AZ200", 5, 2),
        of.Write(SHEET, "AZ201", "あと", "まえ"),
        of.PutStamp(SHEET, "form=x"),
    )
    said = excel.press("Validate")
    assert "AZ200」には数式" in said
    assert "AZ201」は答えを待つ間に変わった" in said
    assert excel.sheet(SHEET).formula("AZ200") == "=1+1"
    assert excel.sheet(SHEET).value("AZ201") == "いま"
    assert excel.do(f'Worksheets("{SHEET}").Names("_xlsync.stamp").RefersTo') == former


def test_a_list_keeps_text_as_text(opened: Opened, here: Town) -> None:
    excel = opened()
    put(
        excel,
        here,
        of.Table("一覧/[1]", ("番号", "値")),
        *(of.Row("", "", (text, text)) for text in ODD),
    )
    assert excel.press("Validate") == ""
    assert [row[0] for row in excel.rows()] == ["番号", *ODD]
    assert excel.lists()[-1].sheets_[0].name == "一覧__1_"


def put(excel: Excel, here: Town, *changes: of.Change) -> None:
    """Let the desk answer the next press with these changes."""
    answer_with(
        excel,
        here,
        lambda request: to_tsv(of.Answer(request.verb, request.id, changes)).decode("utf-16"),
    )


def answer_with(excel: Excel, here: Town, said: Callable[[of.Request], str]) -> None:
    """Let somebody else answer the next press."""
    inside = here.office.shared / ".xlsync" / "in"

    def answer() -> None:
        for file in inside.glob("*.request"):
            request = unpack(file.read_bytes())
            file.unlink()
            out = inside.parent / "out" / f"{request.id}.answer"
            out.write_bytes(b"\xff\xfe" + said(request).replace(ID, request.id).encode("utf-16-le"))

    excel.world.at_pause = answer


def unlock(excel: Excel, form: str, column: str = "AZ") -> None:
    """Let cells beside the form be typed into, in a number format."""
    statement(excel, ".Unprotect")
    statement(excel, f'.Range("{column}200:{column}220").Locked = False')
    statement(excel, f'.Range("{column}200:{column}220").NumberFormat = "{form}"')


def statement(excel: Excel, code: str) -> None:
    """Run a statement on the form worksheet."""
    assert excel.book is not None
    name = f"Extra{len(excel.app.interpreter.modules)}"
    line = f'Workbooks("{excel.book.name}").Worksheets("{SHEET}"){code}'
    excel.app.add_module(f"Public Sub {name}Run()\n{line}\nEnd Sub\n", name=name)
    excel.app.run(f"{name}Run")


def _said(answer: of.Answer) -> str:
    return to_tsv(answer).decode("utf-16")


def _units(text: str) -> str:
    """Text as VBA holds it: a sign beyond the first 65,536 is two."""
    return "".join(
        chr(unit) for unit in memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    )


def _text(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")

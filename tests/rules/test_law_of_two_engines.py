"""Law 6: a rule evaluated in Python and the formula compiled from it, recalculated by other programs, agree on any sheet.

LibreOffice counts characters, HyperFormula UTF-16 units as Excel does: texts with characters beyond U+FFFF are compared
with the latter alone. `XLSYNC_LAW6=2000` draws so many sheets instead of a few dozen (some 30 minutes for both programs).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.rules.two_engines import (
    COST,
    FEW,
    FTE,
    GENERAL,
    TARGET,
    Case,
    case,
    changed,
    checks,
    contradictions,
    disagreements,
    drawn_sheets,
    drawn_typed,
    near_misses,
    recalculated,
    same,
    template,
    typed,
    typed_into_many_cells,
)
from xlsync.kinds import Choice
from xlsync.ooxml.read.reader import open_workbook
from xlsync.rules.term import number
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import FIRST_ROW, SENTENCE, WORKSHEET, cell_at
from xlsync.workbook.checks.visible_sheet import FIRST, PAGE

DRAWN = int(os.environ.get("XLSYNC_LAW6", str(FEW)))
engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


@cache
def official_and_near_misses() -> list[Case]:
    """The workbooks of both engines, filled in once."""
    blank = Sheet(papers.edition(), "", {})
    official = [papers.sheet(key) for key in papers.KEYS]
    cases = [case(one) for one in [blank, *official, *near_misses()]]
    return [*cases, *(case(one, all_of_it=False) for one in [blank, *official])]


@engines
def test_python_and_excel_agree_on_the_official_sheets_and_every_near_miss(engine: str) -> None:
    for one, made in recalculated(engine, official_and_near_misses()):
        assert disagreements(one, made) == []


@engines
def test_python_and_excel_agree_on_any_sheet(engine: str) -> None:
    cases = [
        case(sheet, all_of_it=place % 3 > 0)
        for place, sheet in enumerate(drawn_sheets(engine, DRAWN))
    ]
    assert len(cases) >= DRAWN * 0.9
    for one, made in recalculated(engine, cases):
        assert disagreements(one, made) == []


@cache
def typed_in() -> list[Case]:
    """The workbooks of both engines with every spelling typed in."""
    return [typed(texts) for texts in typed_into_many_cells()]


@engines
def test_excel_reads_what_people_type_as_the_store_does(engine: str) -> None:
    """The workbook holds what was typed; Excel's findings are those of the sheet that is read from it."""
    for one, made in recalculated(engine, typed_in()):
        assert contradictions(one, made) == []


@engines
def test_python_and_excel_agree_on_whatever_is_typed(engine: str) -> None:
    """Fractions, huge numbers, spellings, marks, truth values and long texts, in a few fields of a workbook at once."""
    cases = [typed(texts) for texts in drawn_typed(engine, DRAWN // 2)]
    for one, made in recalculated(engine, cases):
        assert contradictions(one, made) == []


REFUSED: list[str | int | float | bool] = [12.5, 10**15, 1e20, "12.5千円", "1e20", "1" * 25, "⁇", "？？"]  # fmt: skip
QUOTED = ("２３，３８７件", "23387 件", "23,387件①", " 23,387件", "23,387\n件")
TABS = ("ｶ%・　（Ａ\t２)）1Y全#Ｂ9〜Y〜ｸ●角\n", "一つめ\t二つめ\n三つめ", "\t" * 300 + "\n終わり")
DECOMPOSED = {
    field.path: unicodedata.normalize("NFD", field.kind.items[0])
    for field in papers.edition().fields
    if isinstance(field.kind, Choice)
    and unicodedata.normalize("NFD", field.kind.items[0]) != field.kind.items[0]
}
WITHOUT_PLACE = {
    GENERAL: "\u206a",
    TARGET: "\u206a",
    "next_year.direction": "\u206a",
    FTE: "2.5\u206a人",
}
TYPED_HERE: dict[str, list[dict[str, str | int | float | bool]]] = {
    "refused": [{GENERAL: value} for value in REFUSED],
    "as text": [{GENERAL: text} for text in ("23,387千円", "0", 23387, "-")],
    "decomposed": [dict(DECOMPOSED)],
    "quoted": [{TARGET: text} for text in QUOTED],
    "tabs": [{"budget.name": text, "purpose": text + "終わり"} for text in TABS],
    "tabs around a number": [{GENERAL: "\t23,387千円\t", "purpose": "\t"}],
    "without a place": [dict(WITHOUT_PLACE)],
    "true": [{GENERAL: True}],
}
Results = list[tuple[Case, dict[str, Any]]]


@cache
def cases_typed_here() -> list[Case]:
    """The workbooks of both engines with all that the tests below type."""
    return [typed(texts) for rounds in TYPED_HERE.values() for texts in rounds]


@cache
def all_typed_here(engine: str) -> Mapping[str, Results]:
    """What a program makes of all that the tests below type: starting it takes longer than a dozen workbooks."""
    made = iter(list(recalculated(engine, cases_typed_here())))
    return {name: list(islice(made, len(rounds))) for name, rounds in TYPED_HERE.items()}


def typed_here(engine: str, name: str) -> Results:
    """The workbooks of one of the tests, with what a program makes of each."""
    return all_typed_here(engine)[name]


@engines
def test_a_word_of_a_list_is_that_word_as_macos_writes_it(engine: str) -> None:
    """A kana and its voicing mark are two characters there."""
    assert len(DECOMPOSED) > 1
    for one, made in typed_here(engine, "decomposed"):
        composed = {path: unicodedata.normalize("NFC", word) for path, word in DECOMPOSED.items()}
        assert {path: one.sheet[path] for path in DECOMPOSED} == composed
        assert contradictions(one, made) == []


@engines
def test_a_part_that_is_no_amount_makes_one_error_and_none_on_locked_cells(engine: str) -> None:
    for one, made in typed_here(engine, "refused"):
        assert contradictions(one, made) == []
        told = sum(finding.severity == "error" for finding in one.known.store_findings)
        assert made[f"{WORKSHEET}!D1"] == told + 1
        assert "読み取れません" in str(made[f"{PAGE}!C{FIRST}"])


@engines
def test_an_amount_typed_as_text_is_told_where_the_totals_leave_it_out(engine: str) -> None:
    page, cells = papers.edition().worksheet, template().addresses
    lines = [(line.code, line.path) for line in checks().check_sheet.lines]
    *_, place = (at for at, line in enumerate(lines) if line == ("number-as-text", COST))
    sentence = cell_at(FIRST_ROW + place, SENTENCE)  # general funds are the last part of the cost
    # The totals are the page's: LibreOffice's answer holds the worksheets of the checks alone.
    told, totals = [], []
    for one, made in typed_here(engine, "as text"):
        assert contradictions(one, made) == []
        told.append("文字で入力" in str(made.get(f"{WORKSHEET}!{sentence}")))
        totals.append(made.get(f"{page}!{cells[COST]}") or "")
    assert told == [True, True, False, False]
    if engine == "hyperformula":
        values = papers.sheet()
        total = number(values[COST]) - number(values[GENERAL]) + 23387
        assert totals == ["", "", total, ""]


@engines
def test_workbooks_calculated_one_after_the_other_come_to_what_each_comes_to_alone(
    engine: str,
) -> None:
    """The tests here calculate each workbook as a change of the one before."""
    sheets = [
        changed({"program_totals.2017-settled.total_cost": -1, "purpose": "行\n" * 30}),
        Sheet(papers.edition(), "", {}),
        changed({"program_totals.2017-settled.total_cost": None, COST: None}),
        papers.sheet(papers.KEYS[1]),
    ]
    cases = [case(one, all_of_it=place < 3) for place, one in enumerate(sheets)]
    alone = [dict(made) for one in cases[1:] for _, made in recalculated(engine, [one])]
    assert [made for _, made in recalculated(engine, cases)][1:] == alone


@pytest.mark.node
def test_a_tab_is_a_space_around_a_number() -> None:
    """LibreOffice takes the tab in a cell for another character."""
    for one, made in typed_here("hyperformula", "tabs around a number"):
        assert one.sheet[GENERAL] == 23_387
        assert one.sheet["purpose"] is None
        assert contradictions(one, made) == []


@pytest.mark.node
def test_a_truth_value_is_no_amount() -> None:
    """To LibreOffice, a cell with TRUE in a file holds the number 1."""
    for one, made in typed_here("hyperformula", "true"):
        assert contradictions(one, made) == []
        assert "「TRUE」を読み取れません" in made[f"{PAGE}!C{FIRST}"]


@engines
def test_a_number_that_is_no_amount_is_refused_with_its_reason(engine: str) -> None:
    (_, fraction), (_, large), *_ = typed_here(engine, "refused")
    assert "「12.5」を読み取れません（整数ではありません）" in fraction[f"{PAGE}!C{FIRST}"]
    assert "（数が大きすぎます）" in large[f"{PAGE}!C{FIRST}"]


LONG = [
    "\n".join(["あ" * 30] * 33),
    "あ" * 32_767,
    "行" + "\n行" * 16_000,
    "a" * 9_000 + "\n" + "b" * 9_000,
    "　字" * 9_000,
]


@engines
def test_the_longest_texts_are_measured_like_others(engine: str) -> None:
    cases = [case(changed({"purpose": text, "outline": text})) for text in LONG]
    for one, made in recalculated(engine, cases):
        assert disagreements(one, made) == []


@pytest.mark.node
def test_a_character_beyond_the_plane_counts_twice_as_in_excel() -> None:
    texts = ["𠮷" * n for n in (29, 30, 31, 120)] + [
        "𠮷野家\n" * 12,
        "目的" + "👪" * 40,
        "a" * 31_990 + "\n" + "b" * 30,
    ]
    cases = [case(changed({"purpose": text, "outline": text})) for text in texts]
    cases.append(case(changed({GENERAL: None}, {GENERAL: "𠮷" * 29 + "ab"})))
    cases.append(case(changed({"comprehensive_strategy.0.name": "・～）9c【=〜👪【b1=～あ（"})))
    for one, made in recalculated("hyperformula", cases):
        assert disagreements(one, made) == []


@engines
def test_a_text_with_tabs_and_line_breaks_is_measured_like_others(engine: str) -> None:
    """LibreOffice takes the tab of such a text for U+0001."""
    for one, made in typed_here(engine, "tabs"):
        assert contradictions(one, made) == []


@engines
def test_a_quantity_is_quoted_as_it_was_typed(engine: str) -> None:
    for text, (one, made) in zip(QUOTED, typed_here(engine, "quoted"), strict=True):
        assert contradictions(one, made) == []
        assert any(f"（{text}）".replace("\n", " ") in str(value) for value in made.values())


@pytest.mark.node
def test_a_text_of_characters_without_a_place_in_the_order_of_texts_is_no_blank() -> None:
    """HyperFormula takes such a text for equal to "", as programs that compare by a language's order do."""
    for one, made in typed_here("hyperformula", "without a place"):
        assert contradictions(one, made) == []
        assert one.sheet.unreadable[GENERAL] == "\u206a"


@given(st.sampled_from(papers.KEYS))
@settings(max_examples=exploring.examples(5))
def test_what_is_stored_beside_the_formulas_is_what_they_come_to(key: str) -> None:
    one = case(papers.sheet(key))
    book = open_workbook(one.data)
    for (title, address), said in checks().results(one.sheet, one.known).items():
        assert same(said, book.cells(title)[address].value), f"{title}!{address}"

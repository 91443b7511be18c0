"""款項目別 compares what the sheets of a 予算事業 state with their sums; 評価 counts last year's grades: from plain JSON."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from tests import exploring
from tests.summary.conftest import MakeCity
from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.kinds import DASH
from xlsync.sheet import Sheet, sheet_of
from xlsync.summary import Item, summarize

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
PERIODS = {
    "H28年度決算": "2016-settled",
    "H29年度決算": "2017-settled",
    "H30年度当初": "2018-initial",
    "H31年度当初": "2019-initial",
}
MEASURES = {
    "事業費(A)": "project_cost",
    "人件費(B)": "personnel_cost",
    "事業コスト(A+B)": "total_cost",
}
OWN, OTHER = "部", "他部"
PAST = "総合評価（前年度の版）"
LISTED = ("A:成果を維持して継続実施", "B:成果・費用対効果の向上に努めつつ継続実施")
GRADES = (*LISTED, "継続", DASH, None)
MARKS: dict[object, str | None] = dict(zip(GRADES, ("A", "B", "※継続", "-", None), strict=True))
"""How 事業一覧 shows them: a grade by its letter, one that the list does not have with a mark."""
Document = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One 予算事業 as its sheets have it: those of the summary, and those of other departments."""

    own: Sequence[Document]
    others: Sequence[Document]

    def stated(self, measure: str, period: str) -> tuple[Decimal | None, bool]:
        """The total that all sheets of the summary state alike, and whether they differ."""
        totals = (_number(document["program_totals"], measure, period) for document in self.own)
        said = {total for total in totals if total is not None}
        return (said.pop(), False) if len(said) == 1 else (None, bool(said))

    def difference(self, measure: str, period: str) -> Decimal | None:
        """The stated total less the sum over all sheets, where every number is there."""
        sheets = (*self.own, *self.others)
        amounts = [_number(document["costs"], measure, period) for document in sheets]
        stated, _ = self.stated(measure, period)
        known = [amount for amount in amounts if amount is not None]
        return None if stated is None or len(known) < len(amounts) else stated - sum(known)

    @property
    def verdict(self) -> str:
        """Whether every total agrees."""
        differences = [self.difference(*pair) for pair in _pairs(self.own[0])]
        if any(differences) or any(self.stated(*pair)[1] for pair in _pairs(self.own[0])):
            return "不一致"
        return "確認できません" if None in differences else "一致"

    @property
    def complete(self) -> str:
        """How many sheets have every amount, "" for all."""
        sheets = (*self.own, *self.others)
        count = sum(
            all(_number(document["costs"], *pair) is not None for pair in _pairs(document))
            for document in sheets
        )
        return "" if count == len(sheets) else f"{len(sheets)}件中{count}件"


def _pairs(document: Document) -> list[tuple[str, str]]:
    """Every measure and period in which a sheet states a total of its program."""
    totals = document["program_totals"]
    return [(measure, period) for period in totals for measure in totals[period]]


def _number(amounts: Any, measure: str, period: str) -> Decimal | None:
    value = amounts[period].get(measure)
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else None


@pytest.fixture(scope="module")
def invented(make_city: MakeCity) -> Any:
    """A city with several sheets under most codes, right and wrong totals, blanks, and grades of last year here and there."""

    def invent(count: int, seed: int, blanks: float) -> list[Item]:
        dice = random.Random(f"{count} {seed}")  # noqa: S311 - the same city every time
        items = make_city(count, seed)
        documents = [_document(item.sheet, dice, blanks) for item in items]
        for code in {_code(document) for document in documents}:
            _state([d for d in documents if _code(d) == code], dice)
        edition = items[0].sheet.edition
        return [Item(sheet_of(edition, d), last_year=_last_year(d["key"], dice)) for d in documents]

    return invent


def _document(sheet: Sheet, dice: random.Random, blanks: float) -> Document:
    document: Document = dict(sheet.to_document())
    names = dice.choice(((OWN, "甲課", "係"), (OWN, "乙課", "係"), (OTHER, "丙課", "係")))
    document["organization"] = dict(zip(("department", "division", "section"), names, strict=True))
    for costs in document["costs"].values():
        for measure in sorted(set(MEASURES.values()) & costs.keys()):
            costs[measure] = dice.choice((0, 7, 300_000))
            if dice.random() < blanks:
                costs[measure] = dice.choice((None, "-"))
    return document


def _code(document: Document) -> str:
    return str(document["key"]).rpartition("-")[0]


def _state(sheets: Sequence[Document], dice: random.Random) -> None:
    """Let the sheets of a program state its totals: the sum of what is there, now and then another, blank or at odds."""
    for measure, period in _pairs(sheets[0]):
        whole = sum(_number(sheet["costs"], measure, period) or 0 for sheet in sheets)
        for sheet in sheets:
            total = dice.choice((*[int(whole)] * 40, int(whole) + 1, None, "-"))
            sheet["program_totals"][period][measure] = total


def _last_year(key: str, dice: random.Random) -> Sheet | None:
    if dice.random() < 0.3:
        return None
    return Sheet(load_form().at(2017), key, {"years.2016.overall": dice.choice(GRADES)})


CITIES = st.tuples(
    st.integers(1, 16), st.integers(0, 10_000), st.sampled_from([0.0, 0.0, 0.02, 0.2])
)


@given(city=CITIES, department=st.sampled_from([None, OWN]))
@settings(max_examples=exploring.examples(6), phases=(Phase.explicit, Phase.generate))
def test_a_total_is_compared_with_exactly_the_sheets_of_its_code(
    invented: Any, edition: Edition, city: tuple[int, int, float], department: str | None
) -> None:
    items = invented(*city)
    documents = [item.sheet.to_document() for item in items]
    data = summarize(items, department=department, edition=edition, made_on=None)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    own = [d for d in documents if department in (None, d["organization"]["department"])]
    lines = {
        code: Line(
            [d for d in own if _code(d) == code],
            [d for d in documents if d not in own and _code(d) == code],
        )
        for code in map(_code, own)
    }
    assert list(_program_faults(book["款項目別"], lines)) == []
    assert list(_count_faults(book["概要"], lines)) == []
    grades = {d["key"]: items[index].last_year for index, d in enumerate(documents)}
    assert list(_grade_faults(book["評価"], own, grades)) == []
    assert list(_list_faults(book["事業一覧"], grades)) == []


def _program_faults(page: Worksheet, lines: dict[str, Line]) -> Iterator[str]:
    columns = [
        (column, MEASURES[block], PERIODS[label])
        for column, block, label in _heads(page)
        if block in MEASURES and label in PERIODS
    ]
    verdict = next(column for column, block, _ in _heads(page) if block == "照合")
    rows = {str(page.cell(row, 2).value): row for row in range(6, page.max_row + 1)}
    if missing := lines.keys() - rows.keys():
        yield f"no line of {missing}"
    for code, line in lines.items():
        top = rows[code]
        stated, last = (top + 2, top + 3) if line.others else (top + 1, top + 2)
        if len(columns) != len(_pairs(line.own[0])):
            yield f"{len(columns)} columns"
        for column, measure, period in columns:
            total, differing = line.stated(measure, period)
            difference = line.difference(measure, period)
            wanted = (total, "相違" if differing else "", difference, "≠" if difference else "")
            shown = tuple(
                page.cell(row, column + side).value for row in (stated, last) for side in (0, 1)
            )
            if tuple(value or None for value in shown) != tuple(value or None for value in wanted):
                yield f"{code} {measure} {period}: {shown} for {wanted}"
            if (shown[2] is None or shown[2] == "") is not (difference is None):
                yield f"{code} {measure} {period}: a difference of {shown[2]!r} for {difference}"
        words = [page.cell(row, verdict).value or "" for row in (top, top + 1)]
        if words != [line.verdict, line.complete]:
            yield f"{code}: {words} for {line.verdict} {line.complete}"


def _heads(page: Worksheet) -> Iterator[tuple[int, str, str]]:
    """Each column with the block above it and its own label."""
    block = ""
    for column in range(1, page.max_column + 1):
        above, label = (str(page.cell(row, column).value or "") for row in (4, 5))
        block = above or block
        yield column, block, label


def _count_faults(page: Worksheet, lines: dict[str, Line]) -> Iterator[str]:
    """概要 counts the verdicts."""
    counted = Counter(line.verdict for line in lines.values())
    head = next(
        cell for row in page.iter_rows() for cell in row if cell.value == "要する経費全体の照合"
    )
    for offset, word in enumerate(("一致", "不一致", "確認できません"), 1):
        row, column = head.row + offset, head.column
        shown = [page.cell(row, column + side).value for side in range(3)]
        if shown != [word, counted[word], pytest.approx(counted[word] / len(lines))]:
            yield f"{shown} for {counted}"


def _grade_faults(
    page: Worksheet, own: Sequence[Document], grades: dict[str, Sheet | None]
) -> Iterator[str]:
    """評価 counts the grades of last year's edition, where any sheet of the summary has one."""
    columns = [(column, label) for column, block, label in _heads(page) if block == PAST]
    if bool(columns) is not any(grades[document["key"]] for document in own):
        yield f"{len(columns)} columns of last year"
    listed = {label for _, label in columns}
    for row in range(6, page.max_row + 1):
        name = str(page.cell(row, 2).value)
        if not name.endswith(("課", "合計")):
            continue
        those = [d for d in own if name.endswith((d["organization"]["division"], "合計"))]
        past = (grades[document["key"]] for document in those)
        given = [None if sheet is None else sheet["years.2016.overall"] for sheet in past]
        apart = {
            "選択肢外": sum(grade not in {*listed, DASH, None} for grade in given),
            "－": given.count(DASH),
            "未記入": given.count(None),
        }
        for column, label in columns:
            wanted = apart.get(label, given.count(label))
            if page.cell(row, column).value != wanted:
                yield f"{name} {label}: {page.cell(row, column).value} for {wanted}"


def _list_faults(page: Worksheet, grades: dict[str, Sheet | None]) -> Iterator[str]:
    """事業一覧 shows the grade of last year's edition beside each project."""
    found = _past_column(page)
    if found is None:
        return
    top, column = found
    for row in range(top + 1, page.max_row + 1):
        for key in {str(cell.value) for cell in page[row]} & grades.keys():
            before = grades[key]
            wanted = None if before is None else before["years.2016.overall"]
            shown = page.cell(row, column).value
            if (shown or None) != MARKS[wanted]:
                yield f"{key}: {shown} for {wanted}"


def _past_column(page: Worksheet) -> tuple[int, int] | None:
    """The row of the heads of 事業一覧, and the column of last year's 総合評価."""
    for row in range(1, 12):
        block = ""
        for column in range(1, page.max_column + 1):
            block = str(page.cell(row, column).value or "") or block
            if "前年度の版" in block and page.cell(row + 1, column).value == "総合評価":
                return row + 1, column
    return None

"""What the pages count is what the sheets say: states, grades, targets, findings, largest projects; the board's numbers too."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import exploring
from tests.summary.conftest import MakeCity
from tests.summary.test_populations import close
from xlsync.finding import finding
from xlsync.form.edition import Edition
from xlsync.kinds import DASH
from xlsync.summary import Item, summarize
from xlsync.summary.figures.progress import Board, Line
from xlsync.summary.figures.projects import STATE_WORDS
from xlsync.summary.figures.sheet_completion import ALL_STATES, STATES, Completion, State
from xlsync.summary.sheets.submission_status import board_workbook

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
TOTAL = ("2016-settled", "2017-settled")
YEARS = ("2014", "2015", "2016", "2017")
BLANK = finding("required", "purpose", field="目的", dash="")
ERROR = finding(
    "sum",
    "costs.2017-settled.project_cost",
    field="A",
    shown="1",
    sum="2",
    difference="1",
    parts="x",
)
WARNING = finding("carried-over", "outline", field="概要", length="99")
OVERLAP = finding("conflict", "purpose", field="目的", shown="甲", kept="乙", registered="")
CITIES = st.tuples(st.integers(1, 25), st.integers(0, 10_000))


def _city(make_city: MakeCity, count: int, seed: int) -> list[Item]:
    """A city with findings of every class here and there; everybody is of one 部."""
    dice = random.Random(seed)  # noqa: S311 - the same city every time
    items = []
    for item in make_city(count, seed):
        kinds = [found for found in (BLANK, BLANK, ERROR, WARNING) if dice.random() < 0.4]
        findings = (*(f for f in item.findings if f.severity == "note"), *kinds)
        overlaps = (OVERLAP,) * (dice.random() < 0.2)
        sheet = item.sheet.with_values({"organization.department": "部"})
        items.append(replace(item, sheet=sheet, findings=findings, conflict_findings=overlaps))
    return items


@pytest.mark.parametrize("department", [None, "部"])
@given(city=CITIES)
@settings(max_examples=exploring.examples(8), phases=(Phase.explicit, Phase.generate))
def test_every_count_is_that_of_the_sheets(
    make_city: MakeCity, edition: Edition, department: str | None, city: tuple[int, int]
) -> None:
    items = _city(make_city, *city)
    data = summarize(items, department=department, edition=edition, made_on=None)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert list(_faults(book, items)) == []


def _faults(book: Workbook, items: Sequence[Item]) -> Iterator[str]:
    yield from _state_faults(book["概要"], items)
    yield from _finding_card_faults(book["概要"], items)
    yield from _ranking_faults(book["概要"], items)
    yield from _target_faults(book, items)
    yield from _finding_faults(book["要確認"], items)
    yield from _cross_faults(book["評価"], items)


def _below(page: Worksheet, column: int, title: str) -> int:
    """The row below a title in a column."""
    rows = range(1, page.max_row + 1)
    return 1 + next(row for row in rows if str(page.cell(row, column).value or "") == title)


def _state_faults(page: Worksheet, items: Sequence[Item]) -> Iterator[str]:
    """How many sheets are in each state, and the same figures in large."""
    states = Counter(item.state for item in items)
    for row, word in enumerate(STATE_WORDS, _below(page, 14, "状況")):
        shown = [page.cell(row, column).value for column in (14, 15, 16)]
        if shown[:2] != [word, states[word]] or not close(shown[2], states[word] / len(items)):
            yield f"状況 {word}: {shown}"
    large = [page.cell(row, 1).value for row in (5, 6)]
    if large != [len(items), states["提出済"]]:
        yield f"事務事業 in large: {large}"


def _classes(item: Item) -> Counter[str]:
    """How many findings of a sheet a clerk would count as what."""
    words = {
        "required": "未入力",
        "sum": "エラー",
        "carried-over": "注意",
        "conflict": "入力の重なり",
    }
    codes = [found.code for found in (*item.findings, *item.conflict_findings)]
    return Counter(words.get(code, "参考") for code in codes)


def _finding_card_faults(page: Worksheet, items: Sequence[Item]) -> Iterator[str]:
    counts = sum(map(_classes, items), Counter[str]())
    shown = [page.cell(row, 18).value for row in (5, 6, 7)]
    if shown != [counts["エラー"], counts["注意"], f"未入力 {counts['未入力']}件"]:
        yield f"要確認 in large: {shown} for {counts}"


def _finding_faults(page: Worksheet, items: Sequence[Item]) -> Iterator[str]:
    """A line for each finding, errors first, and one line for the blanks of a sheet; the legend counts all."""
    counts = sum(map(_classes, items), Counter[str]())
    order = ("入力の重なり", "エラー", "注意")
    wanted = [word for word in order for _ in range(counts[word])]
    wanted += ["未入力" for item in items if _classes(item)["未入力"]]
    listed = [page.cell(row, 1).value for row in range(5, page.max_row + 1)]
    if listed != (wanted or ["指摘はありません"]):
        yield f"要確認: {listed} for {wanted}"
    words = [
        f"{w} {counts[w]}件" for w in ("入力の重なり", "未入力", "エラー", "注意") if counts[w]
    ]
    legend = "・".join(words) or "指摘なし"
    if not str(page["A3"].value).startswith(f"{legend}（ほかに参考 {counts['参考']}件"):
        yield f"要確認: {page['A3'].value} for {legend}"


def _cost(item: Item, period: str) -> int | None:
    value = item.sheet.to_document()["costs"][period]["total_cost"]
    return value if isinstance(value, int) else None


def _ranking_faults(page: Worksheet, items: Sequence[Item]) -> Iterator[str]:
    """The five largest and the five most changed, with the amounts of their own sheets."""
    costs = {item.sheet.key: [_cost(item, period) for period in TOTAL] for item in items}
    largest = sorted((after for _, after in costs.values() if after is not None), reverse=True)[:5]
    pairs = [(before, after) for before, after in costs.values() if None not in {before, after}]
    changes = sorted((abs(after - before) for before, after in pairs), reverse=True)  # type: ignore[operator]
    for title, column, wanted in (
        ("事業コスト(A+B)の大きい事業（H29年度決算）", 10, largest),
        (
            "事業コスト(A+B)の増減が大きい事業（H28年度決算→H29年度決算）",
            12,
            [change for change in changes if change][:5],
        ),
    ):
        top = 1 + _below(page, 1, title)
        rows = [
            [page.cell(row, c).value for c in (1, 8, 10, column)] for row in range(top, top + 5)
        ]
        rows = [row for row in rows if row[0] in costs][: len(wanted)]
        shown = [int(str(row[3])) for row in rows]
        if (shown if column == 10 else [*map(abs, shown)]) != wanted:
            yield f"{title}: {rows} for {wanted}"
        for key, before, after, _ in rows:
            if not all(map(close, (before, after), costs[str(key)])):
                yield f"{title} {key}: {before} {after}"


def _met(target: Any, actual: Any) -> str:
    """Whether a target is met, from the sheet's JSON."""
    if target == DASH:
        return "なし"
    if target is None or actual is None:
        return ""
    if actual == DASH:
        return "なし"
    if not (isinstance(target, dict) and isinstance(actual, dict)):
        return "○" if target == actual else "－"
    (wanted, unit), (reached, its_unit) = map(_plain, (target, actual))
    if unit != its_unit or actual.get("bound"):
        return "－"
    holds = {
        "": reached >= wanted,
        "以上": reached >= wanted,
        "以内": reached <= wanted,
        "未満": reached < wanted,
    }
    return "○" if holds[target.get("bound") or ""] else "×"


def _plain(quantity: dict[str, Any]) -> tuple[Decimal, str]:
    number, unit = Decimal(str(quantity["value"])), str(quantity.get("unit") or "")
    return (number * 10_000, unit[1:]) if unit.startswith("万") else (number, unit)


def _target_faults(book: Workbook, items: Sequence[Item]) -> Iterator[str]:
    """The marks of each project on 指標, how many are met above them, and how many of each on 概要."""
    page = book["指標"]
    head = next(row for row in range(1, 10) if page.cell(row, 1).value == "事業コード")
    columns = [
        c
        for c in range(1, page.max_column + 1)
        if page.cell(head, c).value in {"H26", "H27", "H28", "H29"}
    ]
    rows = {page.cell(row, 1).value: row for row in range(head + 1, page.max_row + 1)}
    marks: list[list[str]] = []
    for year, column in zip(YEARS, columns, strict=True):
        series = [item.sheet.to_document()["indicator"] for item in items]
        told = [_met(one["targets"][year], one["actuals"][year]) for one in series]
        marks.append(told)
        shown = [page.cell(rows[item.sheet.key], column).value or "" for item in items]
        if shown != told:
            yield f"指標 {year}: {shown} for {told}"
        met, missed = told.count("○"), told.count("×")
        if page.cell(head - 2, column).value != f"{met}/{met + missed}":
            yield f"指標 {year}: {page.cell(head - 2, column).value}"
    names = {
        "達成": "○",
        "未達成": "×",
        "判定できない": "－",
        "目標・実績なし": "なし",
        "未入力": "",
    }
    overview = book["概要"]
    for row, (name, mark) in enumerate(names.items(), _below(overview, 18, "指標 H29年度")):
        if [overview.cell(row, c).value for c in (18, 19)] != [name, marks[-1].count(mark)]:
            yield f"概要 指標 {name}: {overview.cell(row, 19).value}"


def _cross_faults(page: Worksheet, items: Sequence[Item]) -> Iterator[str]:
    """How often each pair of 有効性 and 効率性 was given."""
    years = [item.sheet.to_document()["years"]["2017"] for item in items]
    given = Counter((year["effectiveness"], year["efficiency"]) for year in years)
    titles = [row for row in range(1, page.max_row + 1) if "×" in str(page.cell(row, 2).value)]
    for title in titles[:1]:
        heads = [page.cell(title + 1, column).value for column in range(3, page.max_column + 1)]
        for row in range(title + 2, page.max_row + 1):
            for column, head in enumerate(heads, 3):
                wanted = given[page.cell(row, 2).value, head]
                if head and page.cell(row, column).value != wanted:
                    yield f"評価 {page.cell(row, 2).value} × {head}: {page.cell(row, column).value} for {wanted}"
    if not titles:
        yield "評価: no table of pairs"


COMPLETIONS: dict[State, Completion] = {
    "conflict": Completion(started=True, open_conflicts=1, errors=2),
    "error": Completion(started=True, errors=1, blank=3),
    "filling": Completion(started=True, blank=3),
    "idle": Completion(blank=57, errors=1),
    "done": Completion(started=True, warnings=2, stage="submitted"),
    "complete": Completion(started=True, warnings=2),
    "returned": Completion(stage="returned", blank=57),
    "endorsed": Completion(started=True, stage="endorsed"),
    "received": Completion(started=True, stage="received", errors=1),
    "confirmed": Completion(started=True, stage="confirmed"),
    "final": Completion(started=True, stage="final"),
    "correcting": Completion(started=True, stage="correcting"),
    "published": Completion(started=True, stage="published"),
}
LINES = st.lists(
    st.tuples(
        st.sampled_from(["総務部", "こども部", "*部", ""]),
        st.sampled_from(get_args(State)),
        st.sampled_from(["", "2018-05-07T09:00:00+09:00", "2018-06-30T23:59:59+09:00"]),
    ),
    max_size=40,
)


@given(drawn=LINES)
@settings(max_examples=exploring.examples(30))
def test_the_board_counts_its_lines(drawn: list[tuple[str, State, str]]) -> None:
    lines = tuple(
        Line((name, "課", "係"), f"01-{n}", "事業", COMPLETIONS[state], distributed_at=day)
        for n, (name, state, day) in enumerate(drawn)
    )
    book = openpyxl.load_workbook(io.BytesIO(board_workbook(Board("市", "様式", lines))))
    states = Counter(state for _, state, _ in drawn)
    top = [str(book["提出状況"].cell(row, 1).value) for row in (3, 4)]
    later: tuple[State, ...] = ("done", "endorsed", "received", "confirmed", "final", "published")
    handed_in = sum(states[state] for state in later)
    share = 100 * handed_in // len(drawn) if drawn else 0
    assert top[0].startswith(f"提出済 {handed_in}／{len(drawn)}件（{share}%）")
    shown = {state: word for state, word in ALL_STATES.items() if state in STATES or states[state]}
    assert all(f"{word} {states[state]}件" in top[1] for state, word in shown.items())
    rows = [[cell.value for cell in row] for row in book["部別"].iter_rows(min_row=5)]
    names = list(dict.fromkeys(name for name, _, _ in drawn))
    for name, row in zip([*names, None], rows, strict=True):
        those = [line for line in drawn if name is None or line[0] == name]
        counts = [sum(state == one for _, state, _ in those) for one in shown]
        last_count = 2 + len(shown)
        assert row[1:last_count] == [len(those), *counts]
        done = sum(state in later for _, state, _ in those) / len(those) if those else None
        assert row[last_count] == (done if done is None else pytest.approx(done))
        last = max((day for _, _, day in those), default="")
        assert (
            row[last_count + 1] == {"": None, "2018-05": "5月7日", "2018-06": "6月30日"}[last[:7]]
        )

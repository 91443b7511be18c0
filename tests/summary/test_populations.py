"""Every figure of a page is that of exactly the sheets it names: worked out again from their JSON, with blanks anywhere."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import office
from tests.summary.conftest import MakeCity
from xlsync.form.edition import Edition
from xlsync.sheet import Sheet, sheet_of
from xlsync.summary import Item, summarize

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
PERIODS = {
    "H28年度決算": "2016-settled",
    "H29年度決算": "2017-settled",
    "H30年度当初": "2018-initial",
    "H31年度当初": "2019-initial",
}
BEFORE, AFTER = "H28年度決算", "H29年度決算"
SOURCES = {
    "国庫支出金": "national",
    "県支出金": "prefectural",
    "地方債": "local_bonds",
    "その他特財": "other_specific",
    "一般財源": "general",
}
COSTS = {
    "事業費(A)": "project_cost",
    "人件費(B)": "personnel_cost",
    "事業コスト(A+B)": "total_cost",
    "一般財源": "sources.general",
    "正職員 従事割合（人）": "regular_staff_fte",
    "時間外勤務（時間）": "overtime_hours",
}
Number = Decimal | None


class Papers:
    """The sheets as plain JSON: no code of ours between them and the sums."""

    def __init__(self, documents: Sequence[dict[str, Any]]) -> None:
        self.documents = documents

    def column(self, measure: str, period: str) -> list[Number]:
        """A measure of every sheet in one column of the form; None for blank, "-" and words."""
        return [_number(document["costs"][PERIODS[period]], measure) for document in self.documents]

    def has(self, measure: str, period: str) -> bool:
        """True where the form has the measure in that column."""
        return measure.partition(".")[0] in self.documents[0]["costs"][PERIODS[period]]

    def of(self, names: tuple[str, ...]) -> Papers:
        """Those of a 課, or all with ()."""
        levels = ("department", "division", "section")
        return Papers(
            [
                d
                for d in self.documents
                if tuple(d["organization"][level] for level in levels)[: len(names)] == names
            ]
        )


def _number(costs: dict[str, Any], measure: str) -> Number:
    value: Any = costs
    for step in measure.split("."):
        value = value[step]
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else None


def complete(columns: Sequence[list[Number]]) -> tuple[list[tuple[Decimal, ...]], int]:
    """The rows that have every number, and how many have not."""
    rows = [row for row in zip(*columns, strict=True) if None not in row]
    return [tuple(n for n in row if n is not None) for row in rows], len(columns[0]) - len(rows)


def population(count: int, missing: int) -> str:
    return f"{count}件で比較" + (f"、未入力{missing}件" if missing else "")


def close(shown: object, wanted: Decimal | float | None) -> bool:
    if wanted is None:
        return shown in (None, "")
    return isinstance(shown, int | float) and shown == pytest.approx(float(wanted))


@pytest.fixture(scope="module")
def invented(make_city: MakeCity) -> Any:
    """A city whose amounts are blank or "-" here and there, as often as asked."""

    def invent(count: int, seed: int, blanks: float) -> list[Item]:
        dice = random.Random(seed)  # noqa: S311 - the same city every time
        return [_with_blanks(item, dice, blanks) for item in make_city(count, seed)]

    return invent


def _with_blanks(item: Item, dice: random.Random, blanks: float) -> Item:
    document: Any = item.sheet.to_document()
    unit = document["organization"]
    unit["department"], unit["division"] = "部", dice.choice(("甲課", "乙課", "丙課"))
    unit["section"] = "係"
    for costs in document["costs"].values():
        for name in costs:
            if name == "sources":
                for source in costs[name]:
                    costs[name][source] = _amount(dice, blanks)
            elif name != "temporary_staff":
                costs[name] = _amount(dice, blanks)
    for period, totals in document["program_totals"].items():
        for name in totals:
            own = document["costs"][period][name]
            totals[name] = dice.choice((own, own, own, 0, 1, _amount(dice, blanks)))
    sheet: Sheet = sheet_of(item.sheet.edition, document)
    return Item(sheet, state=item.state)


def _amount(dice: random.Random, blanks: float) -> int | str | None:
    if dice.random() < blanks:
        return dice.choice((None, "-"))
    return dice.choice((0, 1, dice.randrange(1_000_000)))


CITIES = st.tuples(st.integers(1, 30), st.integers(0, 10_000), st.sampled_from([0.0, 0.05, 0.3]))


@given(city=CITIES, department=st.sampled_from([None, "部"]))
@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
def test_every_figure_is_that_of_the_sheets_it_names(
    invented: Any, edition: Edition, city: tuple[int, int, float], department: str | None
) -> None:
    """On the pages of the whole city, and on those of a 部, which are of its sheets."""
    items = invented(*city)
    papers = Papers([item.sheet.to_document() for item in items])
    data = summarize(items, department=department, edition=edition, made_on=None)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert list(_faults(book, papers)) == []


@pytest.mark.office
def test_libreoffice_works_out_the_same(invented: Any, edition: Edition, tmp_path: Path) -> None:
    cities = [invented(20, seed, 0.1) for seed in range(3)]
    files = [tmp_path / f"{seed}.xlsx" for seed in range(3)]
    for file, items in zip(files, cities, strict=True):
        file.write_bytes(summarize(items, department=None, edition=edition, made_on=None))
    for file, items in zip(office.resave(files, tmp_path / "again"), cities, strict=True):
        papers = Papers([item.sheet.to_document() for item in items])
        assert list(_faults(openpyxl.load_workbook(file, data_only=True), papers)) == []


def _faults(book: Workbook, papers: Papers) -> Iterator[str]:
    yield from _trend_faults(book["概要"], papers)
    yield from _card_faults(book["概要"], papers)
    yield from _chart_faults(book["概要"], papers)
    yield from _source_faults(book["財源内訳"], papers)
    yield from _division_faults(book["課別・係別"], papers)
    yield from _list_faults(book["事業一覧"], papers)
    yield from _staff_faults(book["人員"], papers)
    yield from _program_faults(book["款項目別"], papers)
    yield from _reconciliation_faults(book, papers)
    yield from _grade_faults(book["評価"], papers)


def _trend_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """The sums of 概要 are over the sheets with a number there, the changes over those with both."""
    for label, measure in COSTS.items():
        row = _row(page, 1, label)
        for index, period in enumerate(PERIODS):
            if not papers.has(measure, period):
                continue
            known = [n for n in papers.column(measure, period) if n is not None]
            shown, mark = (page.cell(row, 2 + 2 * index + side).value for side in (0, 1))
            if not close(shown, sum(known, Decimal(0)) if known else None):
                yield f"{label} {period}: {shown}"
            if mark != len(papers.documents) - len(known):
                yield f"{label} {period}: 未{mark}"
        rows, missing = complete([papers.column(measure, period) for period in (BEFORE, AFTER)])
        before, after = (sum((r[i] for r in rows), Decimal(0)) for i in (0, 1))
        change, rate, words = (page.cell(row, column).value for column in (10, 11, 12))
        if not close(change, after - before if rows else None):
            yield f"{label} 増減: {change}"
        if not close(rate, (after - before) / before if before else None):
            yield f"{label} 増減率: {rate}"
        if words != population(len(rows), missing):
            yield f"{label} 対象: {words}"


def _share(papers: Papers, periods: Sequence[str], source: str) -> tuple[list[float | None], int]:
    """The share of a source in each column, over the sheets with all sources in all of these columns; how many they are."""
    columns = [papers.column(f"sources.{s}", p) for p in periods for s in SOURCES.values()]
    rows, _ = complete(columns)
    shares: list[float | None] = []
    for index in range(len(periods)):
        first = index * len(SOURCES)
        whole = sum((n for row in rows for n in row[first : first + len(SOURCES)]), Decimal(0))
        at = first + list(SOURCES.values()).index(source)
        part = sum((row[at] for row in rows), Decimal(0))
        shares.append(float(part / whole) if whole else None)
    return shares, len(rows)


def _card_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """The share of 一般財源 on 概要, how it changed, and the same figures in large."""
    row = _row(page, 1, "一般財源の割合")
    for index, period in enumerate(PERIODS):
        (share,), count = _share(papers, [period], "general")
        shown, mark = (page.cell(row, 2 + 2 * index + side).value for side in (0, 1))
        if not close(shown, share) or mark != len(papers.documents) - count:
            yield f"一般財源の割合 {period}: {shown} 未{mark}"
    (before, after), count = _share(papers, [BEFORE, AFTER], "general")
    points = None if before is None or after is None else 100 * (after - before)
    shown, words = page.cell(row, 10).value, page.cell(row, 12).value
    if not (close(shown, points) or (points is not None and abs(points) < 1e-9)):
        yield f"一般財源の割合 増減: {shown}"
    if words != population(count, len(papers.documents) - count):
        yield f"一般財源の割合 対象: {words}"
    lines = {4: "事業コスト(A+B)", 8: "正職員 従事割合（人）", 14: "一般財源の割合"}
    for column, label in lines.items():
        line = _row(page, 1, label)
        change = page.cell(line, 10 if column == 14 else 11).value
        large = [page.cell(row, column).value for row in (5, 6, 7)]
        if large != [page.cell(line, 4).value, change, page.cell(line, 12).value]:
            yield f"{label} in large: {large}"


def _chart_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """What a chart draws stands right of the print; all of it is of the sheets that have all of it."""
    captions = [str(cell.value) for row in page.iter_rows() for cell in row]
    for name, first, measures in (
        ("コストの推移", "事業費(A)", ("project_cost", "personnel_cost")),
        ("財源の内訳", "国庫支出金", tuple(f"sources.{s}" for s in SOURCES.values())),
    ):
        top = next((r for r in range(9, 30) if page.cell(r, 28).value == first), None)
        if top is None:
            continue
        heads = [page.cell(top - 1, column).value for column in range(29, 33)]
        periods = [str(head) for head in heads if head in PERIODS]
        columns = [papers.column(m, p) for m in measures for p in periods]
        rows, missing = complete(columns)
        sums = iter([sum((row[i] for row in rows), Decimal(0)) for i in range(len(columns))])
        for line, _ in enumerate(measures, top):
            for offset, _ in enumerate(periods):
                shown, wanted = page.cell(line, 29 + offset).value, next(sums)
                if not close(shown, wanted):
                    yield f"{name}: {shown} for {wanted}"
        if f"{name}：{population(len(rows), missing)}" not in captions:
            yield f"{name}: no caption says {len(rows)}"


def _source_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """財源内訳 is over the sheets with all sources, so that the sources of a 課 are its whole."""
    for top in _tops(page):
        name = str(page.cell(top, 2).value)
        those = papers.of(("部", name)) if name.endswith("課") else papers
        for index, period in enumerate(PERIODS):
            column = 4 + 3 * index
            columns = [those.column(f"sources.{s}", period) for s in SOURCES.values()]
            rows, missing = complete(columns)
            sums = [sum((row[i] for row in rows), Decimal(0)) for i in range(len(SOURCES))]
            whole = sum(sums)
            shown = [page.cell(top + i, column).value for i in range(len(SOURCES) + 1)]
            wanted = [whole, *sums] if rows else [None] * (len(SOURCES) + 1)
            if not all(map(close, shown, wanted)):
                yield f"{name} {period}: {shown} for {wanted}"
            if page.cell(top, column + 1).value != missing:
                yield f"{name} {period}: 未{page.cell(top, column + 1).value}"
            shares = [page.cell(top + i, column + 2).value for i in range(len(SOURCES) + 1)]
            parts = [float(n / whole) if rows and whole else None for n in (whole, *sums)]
            if not all(map(close, shares, parts)):
                yield f"{name} {period}: shares {shares}"


def _tops(page: Worksheet) -> list[int]:
    """The rows of 財源内訳 that begin a group."""
    return [r - 1 for r in range(7, page.max_row + 1) if page.cell(r, 2).value == "国庫支出金"]


def _division_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    for row in range(6, page.max_row + 1):
        name = str(page.cell(row, 2).value)
        if not name.endswith(("課", "合計")):
            continue
        those = papers.of(("部", name)) if name.endswith("課") else papers
        column = 4
        for label in ("事業費(A)", "人件費(B)", "事業コスト(A+B)"):
            for period in PERIODS:
                if not those.has(COSTS[label], period):
                    continue
                known = [n for n in those.column(COSTS[label], period) if n is not None]
                shown, mark = page.cell(row, column).value, page.cell(row, column + 1).value
                if not close(shown, sum(known, Decimal(0)) if known else None):
                    yield f"{name} {label} {period}: {shown}"
                if mark != len(those.documents) - len(known):
                    yield f"{name} {label} {period}: 未{mark}"
                column += 2


def _heads(page: Worksheet, rows: tuple[int, int]) -> Iterator[tuple[int, str, str]]:
    """Each column with the block above it and its own label, without units and line breaks."""
    block = ""
    for column in range(1, page.max_column + 1):
        above, label = (str(page.cell(row, column).value or "") for row in rows)
        block = above or block
        yield column, block.partition("（千円）")[0], label.replace("\n", "")


def _known(papers: Papers, measure: str, period: str) -> tuple[Decimal | None, int]:
    """The sum of what is there, and how many have nothing there."""
    numbers = papers.column(measure, period)
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known else None, len(numbers) - len(known)


def _list_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """The sums above 事業一覧, with how many sheets have no number there."""
    top = next(r for r in range(1, 12) if any("合計（" in str(cell.value) for cell in page[r]))
    measures = COSTS | {name: f"sources.{source}" for name, source in SOURCES.items()}
    checked = 0
    for column, block, label in _heads(page, (top + 2, top + 3)):
        if block in measures and label in PERIODS and papers.has(measures[block], label):
            wanted, missing = _known(papers, measures[block], label)
            shown, lacking = (page.cell(row, column).value for row in (top, top + 1))
            if not close(shown, wanted) or lacking != missing:
                yield f"事業一覧 {block} {label}: {shown} 未{lacking}"
            checked += 1
    if checked < len(PERIODS) * len(SOURCES):
        yield f"事業一覧: only {checked} columns have sums"


def _staff_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """The sums of 人員 for each 課 and the whole city."""
    columns = [head for head in _heads(page, (4, 5)) if head[1] in COSTS and head[2] in PERIODS]
    if len(columns) < 2 * (len(PERIODS) - 1):
        yield f"人員: only {len(columns)} columns"
    for row in range(6, page.max_row + 1):
        name = str(page.cell(row, 2).value)
        if not name.endswith(("課", "合計")):
            continue
        those = papers.of(("部", name)) if name.endswith("課") else papers
        for column, block, label in columns:
            wanted, missing = _known(those, COSTS[block], label)
            shown, mark = (page.cell(row, column + side).value for side in (0, 1))
            if not close(shown, wanted) or mark != missing:
                yield f"人員 {name} {block} {label}: {shown} 未{mark}"


def _program_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """What the sheets under each budget code add up to."""
    columns = [head for head in _heads(page, (4, 5)) if head[1] in COSTS and head[2] in PERIODS]
    if len(columns) < 3 * (len(PERIODS) - 1):
        yield f"款項目別: only {len(columns)} columns"
    for row in range(6, page.max_row + 1):
        code = str(page.cell(row, 2).value or "")
        if not code:
            continue
        those = Papers([d for d in papers.documents if f"{d['key']}-".startswith(f"{code}-")])
        if page.cell(row, 4).value != len(those.documents):
            yield f"款項目別 {code}: {page.cell(row, 4).value} sheets"
        for column, block, label in columns:
            wanted, missing = _known(those, COSTS[block], label)
            shown, mark = (page.cell(row, column + side).value for side in (0, 1))
            if not close(shown, wanted) or mark != missing:
                yield f"款項目別 {code} {block} {label}: {shown} 未{mark}"


def _reconciliation_faults(book: Workbook, papers: Papers) -> Iterator[str]:
    """要する経費全体, its difference from the sheets of the program, the verdict, and how often each stands on 概要."""
    page = book["款項目別"]
    columns = [head for head in _heads(page, (4, 5)) if head[1] in COSTS and head[2] in PERIODS]
    verdicts = []
    for row in range(6, page.max_row + 1):
        code = str(page.cell(row, 2).value or "")
        if code.count("-") < 4:
            continue
        those = Papers([d for d in papers.documents if d["key"].startswith(f"{code}-")])
        wanted = [_reconciled(those, COSTS[block], label) for _, block, label in columns]
        for (column, block, label), (stated, mark, difference) in zip(columns, wanted, strict=True):
            shown = [page.cell(row + line, column).value for line in (1, 2)]
            marks = [page.cell(row + line, column + 1).value or "" for line in (1, 2)]
            if not close(shown[0], stated) or not close(shown[1], difference):
                yield f"款項目別 {code} {block} {label}: {shown}, not {stated} and {difference}"
            if marks != [mark, "≠" if difference else ""]:
                yield f"款項目別 {code} {block} {label}: {marks}"
        verdicts.append(_verdict(those, columns, wanted))
        if page.cell(row, columns[-1][0] + 2).value != verdicts[-1]:
            yield f"款項目別 {code}: not {verdicts[-1]}"
    for verdict in ("一致", "不一致", "確認できません"):
        line = _row(book["概要"], 14, verdict)
        if book["概要"].cell(line, 15).value != verdicts.count(verdict):
            yield f"概要 {verdict}: not {verdicts.count(verdict)}"


def _reconciled(papers: Papers, measure: str, period: str) -> tuple[Number, str, Number]:
    """What all that say anything state alike, 相違 where they do not, and what that is more than the sum of the sheets."""
    totals = [d["program_totals"][PERIODS[period]][measure] for d in papers.documents]
    stated = {Decimal(total) for total in totals if isinstance(total, int)}
    if len(stated) != 1:
        return None, "相違" if stated else "", None
    (amount,) = stated
    own, missing = _known(papers, measure, period)
    return amount, "", None if own is None or missing else amount - own


def _verdict(
    papers: Papers,
    columns: Sequence[tuple[int, str, str]],
    wanted: Sequence[tuple[Number, str, Number]],
) -> str:
    if any(mark or difference for _, mark, difference in wanted):
        return "不一致"
    due = [
        difference
        for (_, block, label), (_, _, difference) in zip(columns, wanted, strict=True)
        if label != "H31年度当初" or _known(papers, COSTS[block], label)[0] is not None
    ]
    return "確認できません" if None in due else "一致"


def _grade_faults(page: Worksheet, papers: Papers) -> Iterator[str]:
    """評価 counts each sheet once under every scale, "-" and blank apart."""
    blocks: dict[str, list[tuple[int, str]]] = {}
    for column, block, label in _heads(page, (4, 5)):
        blocks.setdefault(block, []).append((column, label))
    for row in range(6, page.max_row + 1):
        name = str(page.cell(row, 2).value)
        if not name.endswith(("課", "合計")):
            continue
        those = papers.of(("部", name)) if name.endswith("課") else papers
        for label, key in (
            ("有効性", "effectiveness"),
            ("効率性", "efficiency"),
            ("総合評価", "overall"),
        ):
            given = [d["years"]["2017"][key] for d in those.documents]
            for column, head in blocks[f"{label}（H29年度）"]:
                listed = {h for _, h in blocks[f"{label}（H29年度）"]}
                apart = {
                    "選択肢外": sum(g not in listed and g not in {None, "-"} for g in given),
                    "－": given.count("-"),
                    "未記入": given.count(None),
                }
                wanted = apart.get(head, given.count(head))
                if page.cell(row, column).value != wanted:
                    yield f"評価 {name} {label} {head}: {page.cell(row, column).value} for {wanted}"


def _row(page: Worksheet, column: int, name: str) -> int:
    return next(r for r in range(1, page.max_row + 1) if page.cell(r, column).value == name)

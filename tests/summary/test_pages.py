"""What the worksheets beyond the sums say: other departments, the year before, conflicts, long texts, missing units."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.excel_text import breadth
from xlsync.finding import finding
from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.organization import Organization
from xlsync.sheet import Sheet
from xlsync.summary import Item, summarize
from xlsync.summary.excel.text_layout import lines_of_text, pieces

MADE_ON = dt.date(2018, 9, 3)
OURS, THEIRS = "政策イノベーション部", "総務部"
pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")


def _book(
    items: Sequence[Item],
    edition: Edition,
    department: str | None = None,
    organization: Organization | None = None,
) -> Workbook:
    data = summarize(
        items, department=department, edition=edition, made_on=MADE_ON, organization=organization
    )
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def _with(sheet: Sheet, changed: dict[str, Any], key: str = "") -> Sheet:
    return Sheet(sheet.edition, key or sheet.key, {**sheet, **changed})


def _row_of(page: Worksheet, column: int, name: str) -> int:
    return next(r for r in range(1, page.max_row + 1) if page.cell(r, column).value == name)


@pytest.fixture
def shared(five: Sequence[Sheet]) -> list[Item]:
    """A program of two projects in two departments: 23,387 of ours, 1,000 of theirs, and both state the sum."""
    total = {"program_totals.2016-settled.project_cost": 23_387 + 1_000}
    own = {"project.number": "02", "costs.2016-settled.project_cost": 1_000}
    ours = _with(five[0], total)
    theirs = _with(
        five[0], {**total, **own, "organization.department": THEIRS}, "01-02-01-08-14-02"
    )
    return [Item(ours), Item(theirs)]


def test_a_departments_program_is_reconciled_with_what_other_departments_add(
    shared: Sequence[Item], edition: Edition
) -> None:
    page = _book(shared, edition, OURS)["款項目別"]
    row = _row_of(page, 2, "01-02-01-08-14")
    lines = [(page.cell(row + n, 5).value, page.cell(row + n, 6).value) for n in range(4)]
    assert lines == [
        ("シートの合計", 23_387),
        ("ほかの部のシート（1件）", 1_000),
        ("要する経費全体（記載）", 24_387),
        ("差（記載－合計）", 0),
    ]
    assert page.cell(row, 4).value == 1


def test_a_program_that_disagrees_is_marked_and_counted(
    shared: Sequence[Item], edition: Edition
) -> None:
    path = "program_totals.2016-settled.project_cost"
    first, second = (item.sheet for item in shared)
    wrong = [Item(s.with_values({path: 24_000})) for s in (first, second)]
    book = _book(wrong, edition)
    page = book["款項目別"]
    row = _row_of(page, 2, "01-02-01-08-14")
    assert (page.cell(row + 2, 6).value, page.cell(row + 2, 7).value) == (-387, "≠")
    assert page.cell(row, page.max_column).value == "不一致"
    front = book["概要"]
    row = _row_of(front, 14, "不一致")
    assert front.cell(row, 15).value == 1


def test_a_program_says_how_many_of_its_sheets_have_every_amount(
    shared: Sequence[Item], edition: Edition
) -> None:
    first, second = (item.sheet for item in shared)
    blank = second.with_values({"costs.2016-settled.project_cost": None})
    for items, department, wanted in (
        ([Item(first), Item(second)], None, None),
        ([Item(first), Item(blank)], None, "2件中1件"),
        ([Item(first), Item(blank)], OURS, "2件中1件"),
        ([Item(blank), Item(first)], THEIRS, "2件中1件"),
    ):
        page = _book(items, edition, department)["款項目別"]
        row = _row_of(page, 2, "01-02-01-08-14")
        assert page.cell(row + 1, page.max_column).value == wanted


def test_sheets_that_state_different_totals_are_told(
    shared: Sequence[Item], edition: Edition
) -> None:
    first, second = (item.sheet for item in shared)
    torn = second.with_values({"program_totals.2016-settled.project_cost": 1})
    page = _book([Item(first), Item(torn)], edition)["款項目別"]
    row = _row_of(page, 2, "01-02-01-08-14")
    assert (page.cell(row + 1, 6).value, page.cell(row + 1, 7).value) == (None, "相違")
    assert page.cell(row, page.max_column).value == "不一致"


def test_last_years_grades_stand_beside_this_years(five: Sequence[Sheet], edition: Edition) -> None:
    grade = "C:事業内容を見直して継続実施"
    before = Sheet(load_form().at(2017), five[0].key, {"years.2016.overall": grade})
    page = _book([Item(five[0], last_year=before), Item(five[1])], edition)["評価"]
    heads = [page.cell(4, column).value for column in range(1, page.max_column + 1)]
    past, this = (heads.index(f"総合評価（{year}）") + 1 for year in ("前年度の版", "H29年度"))
    row = _row_of(page, 2, "情報政策課")
    assert [page.cell(row, past + n).value for n in range(7)] == [0, 0, 1, 0, 0, 0, 1]
    assert [page.cell(row, this + n).value for n in range(7)] == [1, 1, 0, 0, 0, 0, 0]


def test_grades_stand_in_the_order_of_the_form_and_their_columns_are_explained(
    five: Sequence[Sheet], edition: Edition
) -> None:
    book = _book([Item(sheet) for sheet in five], edition)
    overview = [[cell.value for cell in row] for row in book["概要"]]
    scales = {"有効性", "効率性", "総合評価"}
    heads = [row[row.index(name) :] for row in overview for name in row if name in scales]
    assert [head[: head.index("外") + 1] for head in heads] == [
        ["有効性", "高", "中", "低", "－", "未", "外"],
        ["効率性", "高", "中", "低", "－", "未", "外"],
        ["総合評価", "A", "B", "C", "D", "－", "未", "外"],
    ]
    below = overview[next(row for row, cells in enumerate(overview) if "総合評価" in cells) + 2]
    assert "－：「-」と記載　未：未記入　外：選択肢にない記載" in below
    titles = [cell.value for cell in book["評価"][4] if cell.value is not None]
    assert titles[2:] == [
        "有効性（H29年度）",
        "効率性（H29年度）",
        "総合評価（H29年度）",
        "総合評価（H30年度）",
    ]
    (legend,) = [str(cell.value) for cell in book["評価"][3] if cell.value is not None]
    assert all(f"「{word}」は" in legend for word in ("選択肢外", "－", "未記入"))


def test_without_an_edition_before_no_empty_table_is_shown(
    five: Sequence[Sheet], edition: Edition
) -> None:
    page = _book([Item(five[0])], edition)["評価"]
    assert "総合評価（前年度の版）" not in {cell.value for cell in page[4]}


def test_open_conflicts_are_among_what_is_to_be_looked_at(
    five: Sequence[Sheet], edition: Edition
) -> None:
    torn = finding("conflict", "purpose", field="事業の目的", shown="甲", kept="乙", registered="")
    item = Item(five[0], conflict_findings=(torn.at("評価シート", "C7"),), state="入力の重なり")
    book = _book([item], edition)
    page = book["要確認"]
    assert page["A5"].value == "入力の重なり"
    assert "甲" in str(page.cell(5, page.max_column).value)
    assert str(page["A3"].value).startswith("入力の重なり 1件（")
    front = book["概要"]
    assert front.cell(_row_of(front, 14, "入力の重なり"), 15).value == 1


def test_units_without_a_sheet_are_named_for_their_department_only(
    five_items: Sequence[Item], edition: Edition
) -> None:
    listed = Organization(
        (
            (OURS, "情報政策課", "企画推進係"),
            (OURS, "情報政策課", "新しい係"),
            (OURS, "係のない課", ""),
            (THEIRS, "総務課", "庶務係"),
        )
    )
    for department, missing in ((OURS, 2), (None, 3)):
        page = _book(five_items, edition, department, listed)["要確認"]
        rows = [row for row in page.iter_rows(values_only=True) if row[0] == "シートなし"]
        assert len(rows) == missing
    empty = _book([], edition, THEIRS, listed)
    assert empty.sheetnames == ["概要", "要確認"]


def test_a_long_text_goes_on_in_further_rows_and_none_is_lost(
    five: Sequence[Sheet], edition: Edition
) -> None:
    text = "\n".join(f"第{n}の課題です。" * 20 for n in range(40))
    item = Item(_with(five[0], {"years.2017.issues": text}))
    page = _book([item], edition)["課題と方向性"]
    rows = [row for row in page.iter_rows(min_row=5, values_only=True) if row[0] == item.sheet.key]
    assert len(rows) > 1
    assert "".join(str(row[5]) for row in rows).replace("\n", "") == text.replace("\n", "")
    assert str(rows[1][4]).endswith("（続き）")
    heights = [page.row_dimensions[n].height for n in range(5, 5 + len(rows))]
    assert all(height is not None and height < 400 for height in heights)


def test_a_long_name_on_the_overview_gets_smaller_and_never_loses_a_line(
    five: Sequence[Sheet], edition: Edition
) -> None:
    """Its row is one line high: what wraps there is cut off on paper."""
    name = "庁内情報化事業（イントラネットとパソコンの整備および更新）" * 2
    items = [Item(_with(sheet, {"project.name": name})) for sheet in five]
    data = summarize(items, department=None, edition=edition, made_on=MADE_ON)
    page = openpyxl.load_workbook(io.BytesIO(data))["概要"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value == name]
    assert cells
    assert all(c.alignment.shrink_to_fit and not c.alignment.wrap_text for c in cells)


def test_charts_and_sparklines_are_native_and_told_apart_by_pattern(
    five_items: Sequence[Item], edition: Edition
) -> None:
    data = summarize(five_items, department=OURS, edition=edition, made_on=MADE_ON)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if "/" in name}
    charts = [text for name, text in parts.items() if name.startswith("xl/charts/")]
    assert len(charts) == 2
    assert all("<a:pattFill" in chart and "<c:ser>" in chart for chart in charts)
    assert "230020" in charts[0]  # the numbers are in the chart too, for who does not calculate
    drawn = "".join(parts.values()).count("<x14:sparkline>")
    assert drawn == 4  # 08-14, 08-15, 09-11 and 10-11; 10-12 has no indicator
    assert not [name for name in parts if name.endswith((".png", ".emf", ".jpeg"))]


@given(st.text(max_size=80), st.integers(2, 20), st.integers(1, 4))
def test_pieces_are_the_text(text: str, room: int, most: int) -> None:
    found = pieces(text, room, most)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")
    for piece in found:
        lines = [line for part in piece.split("\n") for line in lines_of_text(part, room)]
        assert len(lines) <= most
        assert all(breadth(line) <= room for line in lines)

"""Where a sheet comes from: amounts of several old sheets add up by their shares, and last year's values follow."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.commands import EXAMPLES, Run
from tests.strategies import sheets
from xlsync import open_city
from xlsync.checks import check
from xlsync.exchange.check_context import context_of
from xlsync.exchange.lineage import combined, last_years_sheet
from xlsync.form.library import load_form
from xlsync.publication.predecessors import public_predecessors
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import audit

EDITION = load_form().at(papers.EDITION)
KEY, OTHER, THIRD = papers.KEYS[:3]
COST = "costs.2017-settled.project_cost"
BAD = (
    (("--from", f"{OTHER}=101"), "割合は0より大きく100%まで"),
    (("--from", f"{OTHER}=0"), "割合は0より大きく100%まで"),
    (("--from", f"{OTHER}=nan"), "%の数字で"),
    (("--from", OTHER, "--from", OTHER), "同じ事業が二度あります"),
    (("--from", "99-99-99-99-99-99"), "2018年度のシートがありません"),
    (("--from", f"{THIRD}=50"), "ほかの事業への分と合わせて110%になり、100%を超えます"),
)
SHARES = st.integers(1, 100).map(lambda percent: Decimal(percent) / 100)


@given(sheets(EDITION), sheets(EDITION), SHARES, SHARES)
def test_amounts_are_the_sum_of_their_shares_and_texts_those_of_the_first(
    first: Sheet, second: Sheet, one: Decimal, other: Decimal
) -> None:
    both = combined([(first, one), (second, other)])
    for field in EDITION.fields:
        left, right = first[field.path], second[field.path]
        if field.kind.name not in {"money", "measure"}:
            assert both[field.path] == left
        elif isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
            exact = Fraction(left) * Fraction(one) + Fraction(right) * Fraction(other)
            is_whole = isinstance(left, int) and isinstance(right, int)
            assert both[field.path] == (rounded(exact) if is_whole else decimal(exact))
        else:
            assert both[field.path] is None


def decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def rounded(exact: Fraction) -> int:
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return int(quotient.to_integral_value(ROUND_HALF_UP))


@given(sheets(EDITION))
def test_a_sheet_that_went_on_as_a_whole_is_itself(sheet: Sheet) -> None:
    assert combined([(sheet, Decimal(1))]) is sheet


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city of the five official sheets, rolled over into 2019; the working directory."""
    folder = tmp_path / "市"
    assert run("init", folder).code == 0
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    assert run("rollover", 2019, "--yes").code == 0
    return folder


def compared_costs(folder: Path) -> list[str]:
    """The findings about the amount that last year's sheet said, of the sheet of 2019."""
    town = open_city(folder)
    sheet = town.store.head(SheetId(KEY), 2019)
    assert sheet is not None
    found = check(sheet, context_of(town.store, town.settings.terms, sheet))
    return [each.message for each in found if each.code == "settled-project-cost"]


def test_last_years_values_follow_a_merger_and_a_split(city: Path, run: Run) -> None:
    store = open_city(city).store
    own, other = (store.head(SheetId(key), papers.EDITION) for key in (KEY, OTHER))
    assert own is not None
    assert other is not None
    assert compared_costs(city) == []
    assert (
        run("sheets", "lineage", KEY, "--from", KEY, "--from", f"{OTHER}=60", "--as", "統合").code
        == 0
    )
    expected = own[COST] + int((other[COST] * Decimal("0.6")).to_integral_value(ROUND_HALF_UP))  # type: ignore[operator]
    (sentence,) = compared_costs(city)
    assert f"（{expected:,}千円）" in sentence
    last = last_years_sheet(open_city(city).store, SheetId(KEY), 2019)
    assert last is not None
    assert last[COST] == expected
    assert run("summarize").code in {0, 1}
    assert f"統合  2018年度の {OTHER} から" in run("history", KEY).out
    assert audit(open_city(city).store) == []


def test_what_became_of_the_projects_stands_in_one_list_and_is_published_without_the_reason(
    city: Path, run: Run
) -> None:
    assert (
        run(
            "sheets",
            "lineage",
            KEY,
            "--from",
            KEY,
            "--from",
            f"{OTHER}=60",
            "--as",
            "統合",
            "--reason",
            "効率化",
        ).code
        == 0
    )
    assert run("sheets", "lineage", THIRD, "--from", f"{OTHER}=40", "--as", "分割").code == 0
    public = list(public_predecessors(open_city(city).store, 2019, [SheetId(KEY), SheetId(THIRD)]))
    assert [
        (each.sheet_id, each.earlier_id, each.relation_word, each.share_percent) for each in public
    ] == [
        (KEY, KEY, "統合", Decimal(100)),
        (KEY, OTHER, "統合", Decimal(60)),
        (THIRD, OTHER, "分割", Decimal(40)),
    ]
    assert "効率化" not in str(public)
    assert run("sheets", "retire", OTHER, "--reason", "統合のため").code == 0
    assert run("sheets", "retire", papers.KEYS[3], "--reason", "完了").code == 0
    rows = run("sheets", "lineage", "--json").json["rows"]
    shown = [
        (row["relation"], row["old"]["key"], row["new"] and row["new"]["key"], row["share_percent"])
        for row in rows
    ]
    assert shown == [
        ("統合", KEY, KEY, "100"),
        ("統合", OTHER, KEY, "60"),
        ("分割", OTHER, THIRD, "40"),
        ("廃止・完了", papers.KEYS[3], None, "100"),
    ]
    assert run("sheets", "lineage", "--out", "新旧.xlsx").code == 0
    assert openpyxl.load_workbook("新旧.xlsx").active.max_row == 5  # type: ignore[union-attr]


def test_a_lineage_that_cannot_be_true_is_refused_and_nothing_is_written(
    city: Path, run: Run
) -> None:
    assert run("sheets", "lineage", KEY, "--from", f"{THIRD}=60", "--as", "分割").code == 0
    before = {file: file.read_bytes() for file in (city / "store/lineage").rglob("*.json")}
    for words, sentence in BAD:
        said = run("sheets", "lineage", OTHER, *words, "--as", "統合")
        assert (said.code, sentence in said.err) == (3, True), said
    assert {file: file.read_bytes() for file in (city / "store/lineage").rglob("*.json")} == before

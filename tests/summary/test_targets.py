"""Whether a target is met: the bound is honoured, units are compared, and what cannot be told is said so."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.cities import WORKSHEET, cells_of, city, saved
from xlsync.exchange.department_summaries import survey
from xlsync.kinds import Amount, Parsed, Value
from xlsync.ooxml import read_cells
from xlsync.summary import figures_of
from xlsync.summary.export.tidy import tidy_rows
from xlsync.summary.figures.targets import VERDICTS, verdict


def _value(text: str | None) -> Value:
    parsed = Amount().parse(text)
    assert isinstance(parsed, Parsed)
    return parsed.value


@pytest.mark.parametrize(
    ("target", "actual", "told"),
    [
        ("280分以内", "90分", "○"),
        ("280分以内", "280分", "○"),
        ("280分以内", "281分", "×"),
        ("5件以下", "5件", "○"),
        ("0.1%未満", "0.1%", "×"),
        ("0.1%未満", "0.09%", "○"),
        ("100人以上", "100人", "○"),
        ("100人以上", "99人", "×"),
        ("100人超", "100人", "×"),
        ("100人超", "101人", "○"),
        ("8,000件", "8,098件", "○"),
        ("8,100件", "8,098件", "×"),
        ("８，０００件", "8000件", "○"),
        ("200万人", "2,100,000人", "○"),
        ("200万人", "1,950,000人", "×"),
        ("3千円", "3000円", "○"),
        ("10", "10", "○"),
        ("100件", "100人", "－"),
        ("280分以内", "90分以内", "－"),
        ("100件", "おおむね達成", "－"),
        ("策定", "実施", "－"),
        ("実施", "実 施", "○"),
        ("-", "90分", "なし"),
        ("-", None, "なし"),
        ("90分以内", None, ""),
        ("100件", "-", "なし"),
        (None, "90分", ""),
        ("100件", None, ""),
        ("0件", "0件", "○"),
    ],
)
def test_a_target_is_met_by_its_bound(target: str | None, actual: str | None, told: str) -> None:
    assert verdict(_value(target), _value(actual)) == told


@given(number=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_inner_and_outer_bounds_are_opposites(number: int, other: int) -> None:
    actual = _value(f"{other}件")
    for inner, outer in (("以下", "超"), ("以内", "超"), ("未満", "以上")):
        told = {verdict(_value(f"{number}件{bound}"), actual) for bound in (inner, outer)}
        assert told == set(VERDICTS[:2])


def test_a_half_under_percent_is_fifty_percent_beside_its_target_in_the_summary(
    tmp_path: Path,
) -> None:
    """A cell that shows 50% holds 0.5: the summary compares and shows what the page shows, never 0.5 with 95."""
    here = city(tmp_path)
    here.register(papers.CLEAN)
    data = here.give_out()
    book, cells = openpyxl.load_workbook(io.BytesIO(data)), cells_of(data)
    typed = {
        "targets.2016": (0.95, "0.0%"),
        "actuals.2016": (0.5, "0%"),
        "targets.2017": ("95%", "@"),
        "actuals.2017": ("0.5%", "@"),
    }
    for path, (value, number_format) in typed.items():
        cell = book[WORKSHEET][cells[f"indicator.{path}"]]
        cell.value, cell.number_format = value, number_format
    assert here.bring_one(saved(book)).outcome == "accepted"
    seen = survey(here.store, here.terms)
    page = read_cells(seen.summary(None, seen.items(lambda _: "")).data)["指標"]
    row = next(at[1:] for at, value in page.items() if value == papers.CLEAN and at[0] == "A")
    line = {at.removesuffix(row): value for at, value in page.items() if at.endswith(row)}
    head = {at.removesuffix("6"): value for at, value in page.items() if at.endswith("6")}
    shown = {
        (kind, label): line.get(column)
        for kind, columns in (("目標値", "EFGHIJKL"), ("実績", "MNOPQRST"))
        for column in columns
        if (label := head.get(column))
    }
    assert (shown["目標値", "単位"], shown["実績", "単位"]) == ("%", "%")
    assert [shown["目標値", label] for label in ("H28年度", "H29年度")] == [95, 95]
    assert [shown["実績", label] for label in ("H28年度", "H29年度")] == [50, Decimal("0.5")]
    met = [value for value in line.values() if value in {"○", "×", "－", "なし"}]
    assert met.count("×") == 2


def test_durations_and_days_are_in_store_tables_and_summaries_what_the_page_shows(
    tmp_path: Path,
) -> None:
    """1499:15 is no 62 days, and a day has the era, or no year, as the page has it."""
    here = city(tmp_path)
    here.register(papers.CLEAN)
    data = here.give_out()
    book, cells = openpyxl.load_workbook(io.BytesIO(data)), cells_of(data)
    typed = {
        "costs.2017-settled.overtime_hours": (timedelta(hours=1499, minutes=15), "[h]:mm"),
        "indicator.name": (date(2018, 4, 1), '[$-411]ggge"年"m"月"d"日"'),
        "indicator.targets.2017": (date(2018, 4, 1), 'm"月"d"日"'),
    }
    for path, (value, number_format) in typed.items():
        cell = book[WORKSHEET][cells[path]]
        cell.value, cell.number_format = value, number_format
    receipt = here.bring_one(saved(book))
    assert {found.code for found in receipt.findings if found.path == "indicator.targets.2017"} == {
        "unreadable"
    }
    seen = survey(here.store, here.terms)
    rows = tidy_rows(
        figures_of(seen.items(lambda _: ""), department=None, edition=papers.edition()),
        papers.edition(),
    )
    row = next(row for row in rows if row["period"] == "2017-settled")
    assert row["costs.overtime_hours"] == 1499.25
    assert row["indicator.name"] == "平成30年4月1日"
    sheets = read_cells(seen.summary(None, seen.items(lambda _: "")).data)
    texts = [str(value) for page in sheets.values() for value in page.values()]
    assert any(text == "平成30年4月1日" for text in texts)
    assert any("4月1日" in text and "読み取れません" in text for text in texts)
    assert not any("day" in text or "43191" in text or "62.4" in text for text in texts)

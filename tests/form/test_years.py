"""Years as the city writes them, and the form at other years."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from xlsync.errors import FormError
from xlsync.form.library import collecting, load_form
from xlsync.form.years import Calendar, expand, parse_year
from xlsync.store.form_versions import FormVersions
from xlsync.store.store_location import files_at


@given(
    year=st.integers(1868, 2060),
    issued=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    first=st.sampled_from(["1", "元"]),
    ending=st.sampled_from(["", "年", "年度"]),
)
def test_a_label_is_read_as_its_year(year: int, issued: dt.date, first: str, ending: str) -> None:
    assert parse_year(Calendar(issued, first).label(year) + ending) == year


@given(
    year=st.integers(1868, 2060),
    issued=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    ending=st.sampled_from(["", "度"]),
)
def test_a_label_with_the_name_of_the_era_is_read_as_its_year(
    year: int, issued: dt.date, ending: str
) -> None:
    calendar = Calendar(issued)
    written = expand(f"{{0元号年{ending}}}決算", year, calendar)
    assert parse_year(written.removesuffix("決算")) == year


@pytest.mark.parametrize(
    ("label", "year"),
    [
        ("H29", 2017), ("Ｈ２９", 2017), ("H29年度", 2017), ("平成29年度", 2017), ("平成２９年", 2017),
        ("H31", 2019), ("R1", 2019), ("R元", 2019), ("令和元年度", 2019), ("R2", 2020), ("S63", 1988),
        ("2017", 2017), ("2017年度", 2017), (" H29 ", 2017),
    ],
)  # fmt: skip
def test_years_as_people_write_them(label: str, year: int) -> None:
    assert parse_year(label) == year


@pytest.mark.parametrize(
    "label", ["", "29", "H", "H29.4", "X29", "17", "20171", "H元元", "来年度", "H29年4月"]
)
def test_what_is_no_year_is_none(label: str) -> None:
    assert parse_year(label) is None


@pytest.mark.parametrize(
    ("year", "periods", "title"),
    [
        (
            2017,
            ("H27年度決算", "H28年度決算", "H29年度当初", "H30年度当初"),
            "【対象年度：H28年度～H29年度】",
        ),
        (
            2018,
            ("H28年度決算", "H29年度決算", "H30年度当初", "H31年度当初"),
            "【対象年度：H29年度～H30年度】",
        ),
        (
            2019,
            ("H29年度決算", "H30年度決算", "R1年度当初", "R2年度当初"),
            "【対象年度：H30年度～R1年度】",
        ),
        (
            2020,
            ("H30年度決算", "R1年度決算", "R2年度当初", "R3年度当初"),
            "【対象年度：R1年度～R2年度】",
        ),
    ],
)
def test_labels_follow_the_style_of_the_day(
    year: int, periods: tuple[str, ...], title: str
) -> None:
    edition = papers.edition(year)
    assert tuple(label for _, label in edition.axis("period")) == periods
    assert edition.title == f"予算事業別事務事業評価シート{title}"
    assert len(edition.fields) == 128
    assert f"costs.{year - 1}-settled.sources.general" in edition.by_path
    assert f"years.{year}.plan" in edition.by_path


def test_the_first_year_can_be_written_gannen(tmp_path: Path) -> None:
    form = papers.edited_form(tmp_path / "form", ('first-year = "1"', 'first-year = "元"'))
    assert form.at(2019).title == "予算事業別事務事業評価シート【対象年度：H30年度～R元年度】"
    assert form.at(2018).expand("{+1年度}") == "H31年度"


def test_an_edition_issued_before_the_change_of_era_keeps_heisei(tmp_path: Path) -> None:
    form = papers.edited_form(tmp_path / "form", ("issue-month = 7 ", "issue-month = 4 "))
    assert form.at(2019).expand("{0年度}") == "H31年度"
    assert form.at(2020).expand("{-1年度}") == "R1年度"


@pytest.mark.parametrize(
    ("since", "years"), [("since = 2020", [2020, 2021]), ("until = 2018", [2017, 2018])]
)
def test_a_field_exists_in_its_years_only(tmp_path: Path, since: str, years: list[int]) -> None:
    old = 'path = "other_indicators"\n'
    form = papers.edited_form(tmp_path / "form", (old, old + since + "\n"))
    found = [year for year in range(2017, 2022) if "other_indicators" in form.at(year).by_path]
    assert found == years
    for year in range(2017, 2022):
        assert ("other_indicators" in form.at(year).greyed) == (year not in years)


def test_a_field_of_an_axis_exists_in_its_years_only(tmp_path: Path) -> None:
    old = 'path = "environment.{year}.detail"\n'
    form = papers.edited_form(tmp_path / "form", (old, old + "since = 2019\n"))
    assert not any(path.endswith(".detail") for path in form.at(2018).by_path)
    assert {"environment.2017.detail", "environment.2018.detail"} <= set(form.at(2018).greyed)
    assert {"environment.2018.detail", "environment.2019.detail"} <= set(form.at(2019).by_path)


@pytest.mark.parametrize("year", [0, -1, 1988, 2101, 99999])
def test_a_year_no_form_can_have_is_refused(year: int) -> None:
    with pytest.raises(FormError, match=str(year)):
        papers.edition(year)


def test_equal_forms_of_two_stores_keep_the_versions_of_their_own(tmp_path: Path) -> None:
    shipped = load_form()
    histories = [FormVersions(files_at(tmp_path, name), shipped.id) for name in "ab"]
    mine, others = (replace(shipped, version=1, history=history) for history in histories)
    assert mine == others
    assert collecting(mine, 2018).history is histories[0]
    assert collecting(others, 2018).history is histories[1]

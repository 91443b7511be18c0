"""The template: drawing and definition together, the same bytes every time, every field where it belongs."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests import office, papers
from tests.cities import WORKSHEET, cells_of
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from xlsync.form.library import load_form
from xlsync.kinds import DASH, Choice
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.page_layout import drawn_cells
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

ROWS = papers.field_table()
by_row = pytest.mark.parametrize("row", ROWS, ids=[row["path"] for row in ROWS])


@cache
def template() -> bytes:
    return build_template(load_form(), papers.EDITION).data


@cache
def page() -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(template()))[WORKSHEET]


@cache
def cells() -> dict[str, str]:
    return cells_of(template())


def test_every_field_has_a_name_of_the_worksheet_alone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    assert sorted(cells()) == sorted(row["path"] for row in ROWS)
    assert len(set(cells().values())) == 128
    assert {name.removeprefix("_xlsync.") for name in book.defined_names} == {
        *("checks", "colours", "states", "request", "request.mark"),
        *("submission", "submission.date", "submission.mark", "submission.name"),
    }


@pytest.mark.parametrize("small", SMALL_FORMS, ids=lambda small: small.name)
def test_the_drawing_tells_the_cells_of_the_template(small: SmallForm, tmp_path: Path) -> None:
    form = small.form(tmp_path)
    assert drawn_cells(form, YEAR) == build_template(form, YEAR).addresses


def test_a_template_built_twice_is_the_same_bytes() -> None:
    assert build_template.__wrapped__(load_form(), papers.EDITION).data == template()


def test_the_template_is_blank_and_says_so() -> None:
    (reading,) = read(template())
    assert set(reading.sheet.values()) == {None}
    assert reading.stamp == Stamp("jimu-jigyo-hyoka", 2018)
    assert reading.findings == ()
    assert len(reading.live) == len([row for row in ROWS if row["filled_by"] == "computed"])


@by_row
def test_a_cell_has_its_number_format(row: dict[str, str]) -> None:
    cell = page()[cells()[row["path"]]]
    expected = {"money": '#,##0"千円"', "measure": f'0.00"{row["unit"]}"'}
    if row["kind"] in expected:
        assert cell.number_format == expected[row["kind"]]
    else:
        assert cell.number_format in {"@", "General"}
    if row["kind"] == "code":
        assert cell.number_format == "@"


@by_row
def test_inputs_are_unlocked_and_formulas_locked(row: dict[str, str]) -> None:
    cell = page()[cells()[row["path"]]]
    assert cell.protection.locked == (row["filled_by"] == "computed")
    assert (cell.data_type == "f") == (row["filled_by"] == "computed")


def test_the_page_is_protected_without_a_password_and_labels_are_locked() -> None:
    protection = page().protection
    assert protection.sheet
    assert not protection.password
    inputs = set(cells().values())
    labels = [
        c
        for line in page().iter_rows()
        for c in line
        if isinstance(c.value, str) and c.coordinate not in inputs
    ]
    assert len(labels) > 60
    assert all(label.protection.locked for label in labels)
    assert not [label.value for label in labels if re.search(r"\{|\[\[", str(label.value))]


@by_row
def test_a_cell_shows_a_hint_and_a_list_its_words(row: dict[str, str]) -> None:
    address = cells()[row["path"]]
    rules = [
        rule
        for rule in page().data_validations.dataValidation
        if address in str(rule.sqref).split()
    ]
    assert len(rules) == 1
    assert rules[0].prompt
    assert len(rules[0].prompt) <= 255
    assert len(rules[0].promptTitle) <= 32
    assert (rules[0].type == "list") == (row["kind"] == "choice")
    field = papers.edition().by_path[row["path"]]
    if isinstance(field.kind, Choice):
        title, _, area = rules[0].formula1.rpartition("!")
        book = openpyxl.load_workbook(io.BytesIO(template()))
        words = [line[0].value for line in book[title.strip("'")][area.replace("$", "")]]
        assert words == [*field.kind.items, *([DASH] if field.dash_allowed else [])]
        assert book[title.strip("'")].sheet_state == "veryHidden"
        assert rules[0].errorStyle == ("stop" if field.list_closed else "warning")


def test_greyed_places_are_grey_locked_and_empty() -> None:
    drawing = openpyxl.load_workbook(io.BytesIO(load_form().drawing()))[WORKSHEET]
    marked = {
        papers.edition().expand(str(c.value)[2:-2]): c.coordinate
        for line in drawing.iter_rows()
        for c in line
        if isinstance(c.value, str) and c.value.startswith("[[")
    }
    assert set(marked) == {*papers.edition().by_path, *papers.edition().greyed}
    for path in papers.edition().greyed:
        cell = page()[marked[path]]
        assert cell.value is None
        assert cell.protection.locked
        assert cell.fill.fill_type == "solid"
        assert cell.fill.fgColor.rgb.endswith("D9D9D9")
    open_cell = page()[cells()["costs.2018-initial.personnel_cost"]]
    assert open_cell.fill.fill_type is None


@pytest.mark.parametrize("year", [2017, 2019, 2020, 2030])
def test_another_years_template_has_its_own_names_and_labels(year: int) -> None:
    built = build_template(load_form(), year)
    assert f"costs.{year - 1}-settled.sources.general" in built.addresses
    labels = {
        c.value
        for line in openpyxl.load_workbook(io.BytesIO(built.data))[WORKSHEET].iter_rows()
        for c in line
    }
    edition = papers.edition(year)
    assert {
        edition.title,
        edition.expand("{-1年度}決算"),
        edition.expand("{+1年度}の方向性"),
    } <= labels
    assert set(built.addresses.values()) == set(cells().values())


def test_a_field_that_is_not_there_this_year_is_grey_on_the_page(tmp_path: Path) -> None:
    old = 'path = "other_indicators"\n'
    form = papers.edited_form(tmp_path / "form", (old, old + "since = 2020\n"))
    then, now = build_template(form, 2018), build_template(form, 2020)
    assert "other_indicators" not in then.addresses
    assert "other_indicators" in now.addresses
    where = now.addresses["other_indicators"]
    cell = openpyxl.load_workbook(io.BytesIO(then.data))[WORKSHEET][where]
    assert (cell.value, cell.protection.locked, cell.fill.fill_type) == (None, True, "solid")


@pytest.mark.parametrize("year", [2017, 2018, 2030])
def test_the_drawing_tells_the_cells_of_the_shipped_template(year: int) -> None:
    form = load_form("jimu-jigyo-hyoka")
    assert drawn_cells(form, year) == build_template(form, year).addresses


def test_the_template_lies_ready_in_the_repository() -> None:
    shipped = Path(__file__).parents[2] / "templates/sheet_template.xlsx"
    assert cells_of(shipped.read_bytes()) == cells()


@pytest.mark.office
def test_every_sheet_prints_on_one_a3_page_and_its_checks_on_another(tmp_path: Path) -> None:
    built = build_template(load_form(), papers.EDITION)
    files = [tmp_path / "blank.xlsx"]
    files[0].write_bytes(built.data)
    for key in papers.KEYS:
        files.append(tmp_path / f"{key}.xlsx")
        files[-1].write_bytes(
            fill(built, papers.sheet(key), Stamp("jimu-jigyo-hyoka", 2018, key, 1, "ab"))
        )
    pdfs = office.convert(files, "pdf", tmp_path / "pdf")
    assert [office.pdf_pages(pdf) for pdf in pdfs] == [2] * 6
    for pdf in pdfs:
        picture = office.render(pdf, tmp_path / "png", dpi=20)[0].read_bytes()
        width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
        assert abs(width - 420 / 25.4 * 20) <= 2
        assert abs(height - 297 / 25.4 * 20) <= 2


@pytest.mark.office
def test_formulas_calculate_what_we_wrote_beside_them(tmp_path: Path) -> None:
    """Law 6 for the sums of the page: LibreOffice reckons anew what our cached values say."""
    built = build_template(load_form(), papers.EDITION)
    wrong = papers.with_values(papers.CLEAN, {"costs.2017-settled.sources.general": None})
    blank = Sheet(
        wrong.edition,
        wrong.key,
        {
            **wrong,
            "costs.2017-settled.project_cost": None,
            "costs.2017-settled.total_cost": None,
        },
    )
    files = []
    for name, sheet in (("whole", papers.sheet()), ("blank", blank)):
        files.append(tmp_path / f"{name}.xlsx")
        files[-1].write_bytes(
            fill(built, sheet, Stamp("jimu-jigyo-hyoka", 2018, sheet.key, 1, "ab"))
        )
    for file, saved_file in zip(files, office.resave(files, tmp_path / "saved"), strict=True):
        ours, theirs = (
            openpyxl.load_workbook(one, data_only=True)[WORKSHEET] for one in (file, saved_file)
        )
        for path in (row["path"] for row in ROWS if row["filled_by"] == "computed"):
            one, other = ours[built.addresses[path]].value, theirs[built.addresses[path]].value
            assert (one or None) == (other or None) or (one, other) == (0, 0), path

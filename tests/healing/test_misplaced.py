"""Names that stand at another field or outside the form, and texts beside a field's first cell: never read as the field's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests import papers
from tests.healing.pages import Paper, filled, given_out
from tests.ooxml import samples
from xlsync.form.library import load_form
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.read.reader import Cell
from xlsync.workbook.reading.field_recovery import states
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

NATIONAL = "costs.2017-settled.sources.national"
PREFECTURAL = "costs.2017-settled.sources.prefectural"
GENERAL = "costs.2017-settled.sources.general"
ISSUES, NEXT_ISSUES = "years.2017.issues", "years.2018.issues"
DESCRIPTION = "indicator.description"
WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"


def name(path: str) -> str:
    return papers.edition().by_path[path].cell_name


def cut_and_paste(paper: Paper, source: str, target: str) -> None:
    """Move a cell as Excel does: its names come along, and those of the cell pasted on are lost."""
    old, new = split_reference(source), split_reference(target)
    for names in (paper.names, paper.truth):
        lost = [key for key, at in names.items() if at == new]
        names.update(dict.fromkeys(lost))
        names.update({key: new for key, at in names.items() if at == old})
    paper.cells[new] = paper.cells.pop(old, Cell(None, None))


def remarks(reading: Reading) -> dict[str, str]:
    return {found.path: found.code for found in reading.findings}


def read_paper(paper: Paper) -> Reading:
    (reading,) = read(paper.save())
    return reading


def edited(part: str, edit: Callable[[str], str]) -> Reading:
    """The reading of an official sheet as given out, one of its parts edited by another program."""
    parts = samples.unzipped(given_out())
    parts[part] = edit(parts[part].decode()).encode()
    (reading,) = read(samples.zipped(parts))
    return reading


@pytest.mark.parametrize(
    ("path", "source", "target", "there", "errors"),
    [
        (NATIONAL, "AA16", "AA18", "県支出金」の欄", {PREFECTURAL: "ambiguous-cell"}),
        (ISSUES, "I48", "O48", "H30年度 課題」の欄", {NEXT_ISSUES: "ambiguous-cell"}),
        (NATIONAL, "AA16", "AE16", "様式の欄の外", {}),
        (GENERAL, "AA24", "AN70", "様式の欄の外", {}),
    ],
)
def test_a_cell_cut_and_pasted_is_no_longer_its_field(
    path: str, source: str, target: str, there: str, errors: dict[str, str]
) -> None:
    paper = filled()
    cut_and_paste(paper, source, target)
    reading = read_paper(paper)
    assert remarks(reading) == {path: "misplaced-name"} | errors
    assert reading.unlocated == {path, *errors}
    error = next(found for found in reading.findings if found.path == path)
    assert (error.severity, error.cell) == ("error", target)
    assert f"セル{target}（" in error.message
    assert there in error.message
    assert states(load_form(), reading)[path] == "misplaced"


def test_two_cells_that_changed_places_are_neither_ones_field() -> None:
    paper = filled()
    first, second = paper.names[name(NATIONAL)], paper.names[name(PREFECTURAL)]
    paper.names |= {name(NATIONAL): second, name(PREFECTURAL): first}
    reading = read_paper(paper)
    assert remarks(reading) == dict.fromkeys((NATIONAL, PREFECTURAL), "misplaced-name")


def test_cells_moved_with_their_labels_stay_the_fields_they_are() -> None:
    paper = filled()
    for name_, at in paper.names.items():
        paper.names[name_] = None if at is None else (at[0] + 60, at[1] + 2)
    paper.cells = {(row + 60, column + 2): cell for (row, column), cell in paper.cells.items()}
    paper.areas = [(a + 60, b + 2, c + 60, d + 2) for a, b, c, d in paper.areas]
    assert remarks(read_paper(paper)) == {}


@pytest.mark.parametrize("at", range(1, 56, 6))
def test_inserted_rows_and_columns_make_no_name_suspect(at: int) -> None:
    paper = filled()
    paper.insert_rows(at)
    paper.insert_columns(1 + at // 2, 2)
    reading = read_paper(paper)
    assert remarks(reading) == {}
    assert reading.sheet.same_content(papers.sheet(papers.CLEAN))


@pytest.mark.parametrize("kept", [True, False])
def test_a_text_that_a_merged_area_hides_is_reported(*, kept: bool) -> None:
    paper = filled()
    paper.cells[7, 22] = Cell("右のセルに入っている概要", None)
    if not kept:
        paper.cells.pop((7, 21), None)
    (warning,) = read_paper(paper).findings[-1:]
    assert (warning.code, warning.severity, warning.path) == ("unread-text", "warning", DESCRIPTION)
    assert warning.cell == "V7"
    assert "V7の「右のセルに入っている概要」" in warning.message


def test_a_text_beside_the_first_cell_of_an_area_no_longer_merged_is_reported() -> None:
    paper = filled()
    top, left = paper.names[name(DESCRIPTION)] or (0, 0)
    paper.areas = [area for area in paper.areas if area[:2] != (top, left)]
    assert "unread-text" not in remarks(read_paper(paper)).values()
    paper.cells[top + 1, left] = Cell("続き", None)
    assert remarks(read_paper(paper)) == {DESCRIPTION: "unread-text"}


def test_scopes_left_behind_by_a_moved_tab_are_told_by_what_the_names_refer_to() -> None:
    def moved(text: str) -> str:
        tabs = re.findall("<sheet [^>]*/>", text)
        assert len(tabs) > 1
        return text.replace(tabs[0], "").replace(tabs[1], tabs[1] + tabs[0])

    reading = edited(WORKBOOK, moved)
    assert remarks(reading) == {}
    assert reading.stamp is not None
    assert reading.sheet.same_content(papers.sheet(papers.CLEAN))


def test_labels_name_a_year_by_either_era() -> None:
    paper = filled()
    paper.forget()
    printed = {at: cell for at, cell in paper.cells.items() if isinstance(cell.value, str)}
    for at, cell in printed.items():
        label = str(cell.value).replace("H31年", "令和元年").replace("H30年", "平成30年")
        paper.cells[at] = Cell(label.replace("H32年", "R2年"), None)
    assert any("令和元年" in str(cell.value) for cell in paper.cells.values())
    assert read_paper(paper).unlocated == set()


def test_names_that_a_copied_sheet_left_behind_do_no_harm() -> None:
    names = "".join(f'<definedName name="z_{n}">#REF!</definedName>' for n in range(25_000))
    reading = edited(
        WORKBOOK, lambda text: text.replace("</definedNames>", f"{names}</definedNames>")
    )
    assert remarks(reading) == {}


def test_a_cell_stated_twice_is_said_on_its_field() -> None:
    reading = edited(SHEET, lambda text: re.sub('(<c r="AA24".*?</c>)', r"\1\1", text))
    assert remarks(reading) == {GENERAL: "repeated-cell"}
    assert GENERAL in reading.unlocated


def test_a_row_stated_twice_is_said_on_each_of_its_fields() -> None:
    reading = edited(
        SHEET, lambda text: re.sub('(<row r="24".*?</row>)', r"\1\1", text, flags=re.DOTALL)
    )
    cells = edited(SHEET, lambda text: text).cells
    fields = {path for path, cell in cells.items() if re.fullmatch("[A-Z]+24", cell)}
    assert GENERAL in fields
    assert remarks(reading) == dict.fromkeys(fields, "repeated-cell")
    assert fields <= reading.unlocated


@pytest.mark.parametrize("astray_first", [True, False])
def test_of_a_name_stated_twice_the_one_at_its_labels_is_read_or_the_other_is_said(
    *, astray_first: bool
) -> None:
    """Excel repairs such a workbook by dropping one of the two."""

    def twice(text: str) -> str:
        found = re.search(r"<definedName [^>]*>[^<]*\$AA\$24</definedName>", text)
        assert found is not None
        names = [found[0], found[0].replace("$AA$24", "$AA$23")]
        return text.replace(found[0], "".join(reversed(names) if astray_first else names))

    reading = edited(WORKBOOK, twice)
    if astray_first:
        assert remarks(reading) == {GENERAL: "repeated-name"}
        assert reading.sheet[GENERAL] == papers.sheet()[GENERAL]
        (finding,) = [found for found in reading.findings if found.path == GENERAL]
        assert "AA23" in finding.message
    else:
        assert remarks(reading).get(GENERAL) == "misplaced-name"
        assert GENERAL in reading.unlocated


@pytest.mark.parametrize(
    "refers_to", ["評価シート!$AA$24", "評価シート!#REF!", "評価シート!$AA$24:$AA$24"]
)
def test_a_name_stated_twice_for_one_cell_is_no_matter(refers_to: str) -> None:
    def twice(text: str) -> str:
        found = re.search(r"<definedName [^>]*>([^<]*\$AA\$24)</definedName>", text)
        assert found is not None
        return text.replace(found[0], found[0] + found[0].replace(found[1], refers_to))

    assert remarks(edited(WORKBOOK, twice)) == {}


@pytest.mark.parametrize(
    ("area", "code"), [("$AA$22:$AA$24", "misplaced-name"), ("$AA$24:$AA$24", "")]
)
def test_a_name_over_several_cells_is_said_on_its_field(area: str, code: str) -> None:
    reading = edited(WORKBOOK, lambda text: text.replace("!$AA$24<", f"!{area}<"))
    assert remarks(reading).get(GENERAL, "") == code

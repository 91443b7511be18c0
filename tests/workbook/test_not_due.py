"""A column nobody has to fill yet prints "－": neither 0 nor missing. Which columns those are, the form says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import office, papers
from tests.rules import two_engines
from tests.rules.two_engines import Case, recalculated
from xlsync.errors import FormError
from xlsync.form.library import Form
from xlsync.ooxml import read_cells
from xlsync.sheet import Sheet
from xlsync.workbook.checks.visible_sheet import Known
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import Template, build_template

NEXT_YEAR = 'label = "{+1年度}当初" }'
SOURCES = ("national", "prefectural", "local_bonds", "other_specific", "general")
PARTS = tuple(f"costs.2019-initial.sources.{source}" for source in SOURCES)
COST, TOTAL = "costs.2019-initial.project_cost", "program_totals.2019-initial.project_cost"
DUE_COST = "costs.2018-initial.project_cost"
ENGINES = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The shipped form, its last column not due."""
    changed = (NEXT_YEAR, NEXT_YEAR.replace(" }", ", due = false }"))
    return papers.edited_form(tmp_path_factory.mktemp("form") / "form", changed)


@pytest.fixture(scope="module")
def template(form: Form) -> Template:
    return build_template(form, papers.EDITION)


def _filled(template: Template, values: dict[str, Any], unreadable: Any = ()) -> Case:
    sheet = Sheet(template.edition, papers.CLEAN, values, unreadable=dict(unreadable))
    stamp = Stamp(sheet.edition.form, sheet.edition.year, sheet.key, 1, "ab")
    return Case(fill(template, sheet, stamp), sheet, Known())


def _shown(template: Template, data: bytes, path: str) -> object:
    return read_cells(data)["評価シート"].get(template.addresses[path])


def test_what_is_not_due_is_not_missing(form: Form) -> None:
    due, shipped = form.at(papers.EDITION), papers.edition()
    assert all(shipped.by_path[path].required for path in (COST, *PARTS))
    assert not any(due.by_path[path].required for path in (COST, *PARTS))
    assert due.not_due >= {COST, TOTAL, *PARTS}
    assert DUE_COST not in due.not_due
    running = "years.2018.results"
    assert running in shipped.not_due
    assert COST not in shipped.not_due


def test_a_finished_column_is_due(tmp_path: Path) -> None:
    finished = 'label = "{-1年度}決算", finished = true'
    with pytest.raises(FormError, match="due = false は書けません"):
        papers.edited_form(tmp_path / "form", (finished, finished + ", due = false"))


def test_a_total_that_is_not_due_prints_a_dash_in_programs_that_do_not_calculate(
    template: Template,
) -> None:
    blank = _filled(template, {}).data
    for data in (template.data, blank):
        assert _shown(template, data, COST) == "－"
        assert _shown(template, data, TOTAL) == "－"
        assert _shown(template, data, DUE_COST) in {"", None}


@pytest.mark.parametrize(
    ("values", "unreadable", "shown"),
    [
        ({PARTS[0]: 5}, {}, ""),
        ({}, {PARTS[0]: "未定"}, ""),
        (dict.fromkeys(PARTS, 7) | {COST: 35, TOTAL: 35}, {}, 35),
        (dict.fromkeys(PARTS, 0) | {COST: 0, TOTAL: 0}, {}, 0),
    ],
)
def test_once_something_is_typed_the_total_is_blank_or_a_number(
    template: Template, values: dict[str, Any], unreadable: dict[str, str], shown: object
) -> None:
    data = _filled(template, values, unreadable).data
    assert (_shown(template, data, COST) or shown) == shown
    assert (_shown(template, data, TOTAL) or shown) == shown


def test_the_dash_is_read_as_nothing(form: Form, template: Template) -> None:
    case = _filled(template, {"purpose": "目的"})
    incoming = read(case.data, form)[0]
    assert incoming.sheet == case.sheet
    assert not incoming.sheet[COST]
    assert {finding.path for finding in incoming.findings}.isdisjoint({COST, TOTAL, *PARTS})


@ENGINES
def test_other_programs_print_and_check_the_same(engine: str, template: Template) -> None:
    numbers = dict.fromkeys(PARTS, 7) | {COST: 35, TOTAL: 35}
    cases = [
        _filled(template, {}),
        _filled(template, {PARTS[0]: 5}),
        _filled(template, numbers),
        _filled(template, {}, {PARTS[0]: "未定"}),
    ]
    for one, made in recalculated(engine, cases):
        said = template.checks.results(one.sheet, one.known)
        assert two_engines.differences(said, made) == []
        listed = template.checks.check_sheet.line_findings(one.sheet, {})
        codes = {f.code for _, _, f in listed if f is not None and f.path in {COST, TOTAL}}
        assert codes <= {"required"}


@pytest.mark.office
def test_the_page_shows_the_dash_when_calculated_anew(template: Template, tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    file.write_bytes(_filled(template, {}).data)
    (again,) = office.resave([file], tmp_path / "again")
    shown = {path: _shown(template, again.read_bytes(), path) for path in (COST, TOTAL, DUE_COST)}
    assert shown == {COST: "－", TOTAL: "－", DUE_COST: ""}

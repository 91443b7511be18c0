"""A total of what only the present phase does not ask for prints "－": in workbooks new and living, and in summaries."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import office, papers
from tests.cities import City, typed
from tests.stages.test_phases import named, settled
from xlsync.exchange import Source, bring_up_to_date
from xlsync.exchange.department_summaries import survey
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.patch.patch import Formula
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
PHASES = ("計画", "上半期", "当初・方向性")
COST, TOTAL = "costs.2019-initial.project_cost", "program_totals.2019-initial.project_cost"
PAST_COST = "costs.2017-settled.project_cost"
SOURCE = Source("評価シート/a.xlsx", "2018-07-05T09:00:00+09:00", "監視")


def in_phase(folder: Path, phase: str) -> City:
    return settled(folder, phase=phase, phases=named(*PHASES))


def shown(data: bytes, path: str = COST) -> object:
    return read_cells(data)["評価シート"].get(read(data)[0].cells[path]) or ""


def formula(data: bytes, path: str) -> str:
    cells = open_workbook(data).cells("評価シート")
    return cells[read(data)[0].cells[path]].formula or ""


def brought_up(city: City, data: bytes) -> bytes:
    update = bring_up_to_date(city.store, city.terms, data, SOURCE)
    assert update is not None
    return update.data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A city with a sheet whose last column nobody has filled in."""
    city = in_phase(tmp_path / "市", "計画")
    sheet = papers.sheet()
    city.bring_one(
        sheet.with_values({p: None for p in sheet if "2019-initial" in p}).to_json(), "a"
    )
    return tmp_path / "市"


def test_a_new_workbook_prints_the_dash_in_the_phase_that_does_not_ask(folder: Path) -> None:
    data = in_phase(folder, "上半期").give_out()
    assert [shown(data, path) for path in (COST, TOTAL)] == ["－", "－"]
    assert isinstance(shown(data, PAST_COST), int)
    assert [shown(in_phase(folder, "当初・方向性").give_out(), p) for p in (COST, TOTAL)] == [
        "",
        "",
    ]


def test_a_living_workbook_follows_the_phase(folder: Path) -> None:
    asked = in_phase(folder, "当初・方向性")
    data = asked.give_out()
    asked.bring_one(data)
    first_half = in_phase(folder, "上半期")
    closed = brought_up(first_half, data)
    assert [shown(closed, path) for path in (COST, TOTAL)] == ["－", "－"]
    assert first_half.bring_one(closed).outcome == "unchanged"
    assert bring_up_to_date(first_half.store, first_half.terms, closed, SOURCE) is None
    reopened = brought_up(in_phase(folder, "当初・方向性"), closed)
    assert [shown(reopened, path) for path in (COST, TOTAL)] == ["", ""]
    assert formula(reopened, COST) == formula(data, COST)


def test_what_the_programs_other_sheets_add_stays_in_the_formula(folder: Path) -> None:
    asked = in_phase(folder, "当初・方向性")
    data = asked.give_out()
    at = read(data)[0].cells
    text = f'IF(COUNT({at[COST]})=1,{at[COST]}+700,"")'
    data = patch_cells(
        data, {("評価シート", at[TOTAL]): Formula(text, "")}, overwrite_formulas=True
    )
    asked.bring_one(data)
    closed = brought_up(in_phase(folder, "上半期"), data)
    assert "+700" in formula(closed, TOTAL)
    assert shown(closed, TOTAL) == "－"


def test_an_amount_typed_all_the_same_is_summed(folder: Path) -> None:
    city = in_phase(folder, "上半期")
    sources = [p for p in papers.edition().by_path if p.startswith("costs.2019-initial.sources.")]
    data = typed(city.give_out(), dict.fromkeys(sources, 7))
    assert city.bring_one(data).outcome == "accepted"
    assert city.head()[COST] == 7 * len(sources)
    assert shown(city.give_out()) == 7 * len(sources)


@pytest.mark.office
def test_another_program_calculates_the_dash(folder: Path, tmp_path: Path) -> None:
    city = in_phase(folder, "上半期")
    file = tmp_path / "a.xlsx"
    file.write_bytes(city.give_out())
    (again,) = office.resave([file], tmp_path / "again")
    assert [shown(again.read_bytes(), path) for path in (COST, TOTAL)] == ["－", "－"]
    before, after = (_listed(one.read_bytes()) for one in (file, again))
    assert before == after


def _listed(data: bytes) -> list[Any]:
    page = read_cells(data)["チェック"]
    return [page.get(f"{column}{row}") or "" for column in "AC" for row in range(3, 70)]


def test_a_summary_prints_the_dash_and_counts_nothing_missing(folder: Path) -> None:
    def words(phase: str) -> tuple[Any, ...]:
        seen = survey((city := in_phase(folder, phase)).store, city.terms)
        data = seen.summary(None, seen.items(lambda _sheet: "")).data
        page = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["課別・係別"]
        heads = [c for row in page.iter_rows(max_row=6) for c in row if c.value == "H31年度当初"]
        head = heads[0]
        rows = range(head.row + 1, page.max_row + 1)
        cells = [
            (page.cell(r, head.column).value, page.cell(r, head.column + 1).value) for r in rows
        ]
        return tuple(pair for pair in cells if pair != (None, None))

    assert ("－", 0) in words("上半期")
    assert "－" not in {amount for amount, _ in words("当初・方向性")}

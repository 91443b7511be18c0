"""Workbooks of every kind, as other programs see them: Microsoft's validator finds no fault, and HyperFormula, which is no
kin of LibreOffice, computes what stands beside the formulas.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests import node_tools, papers
from tests.rules.two_engines import GENERAL, changed
from tests.workbook.test_conflict_page import row, showing
from xlsync.cli.app import app
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.formula_faults import array_fault
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

ROOT = Path(__file__).parent.parent
SUMMARIES = ("集計/全庁.xlsx", "集計/政策イノベーション部.xlsx", "提出状況.xlsx")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo leaves in the shared folder: living workbooks, filled and written back, summaries, the board."""
    folder = tmp_path_factory.mktemp("city") / "demo"
    result = CliRunner().invoke(app, ["demo", str(folder)])
    assert result.exit_code == 0, result.output
    return folder / "shared"


def _books(demo: Path, out: Path) -> Iterator[Path]:
    """One workbook of every kind, by name."""
    template = build_template(load_form(), papers.EDITION)
    stamp = Stamp(template.edition.form, papers.EDITION, papers.CLEAN, 1, "ab")
    filled = fill(template, papers.sheet(), stamp)
    address = template.cells[GENERAL]
    made = {
        "template": template.data,
        "filled": filled,
        "unreadable": fill(template, changed({GENERAL: None}, {GENERAL: "約5千円"}), stamp),
        "conflicts": showing(filled, row(0), row(1)),
        "written back": patch_cells(filled, {(template.edition.worksheet, address): 5}),
    }
    for name, data in made.items():
        (out / f"{name}.xlsx").write_bytes(data)
        yield out / f"{name}.xlsx"
    yield from sorted(demo.rglob("*.xlsx"))
    yield ROOT / "addin/xlsync.xlam"


@pytest.mark.node
def test_microsofts_validator_finds_nothing_in_any_kind_of_workbook(
    demo: Path, tmp_path: Path
) -> None:
    books = list(_books(demo, tmp_path))
    assert len(books) == 5 + 5 + len(SUMMARIES) + 1
    assert {book.name: node_tools.faults(book) for book in books if node_tools.faults(book)} == {}


@pytest.mark.node
def test_the_validator_sees_a_fault_where_there_is_one(tmp_path: Path) -> None:
    data = build_template(load_form(), papers.EDITION).data
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(odd, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<fonts ", b"<fonts odd='1' ", 1))
    assert [fault.part for fault in node_tools.faults(odd)] == ["/xl/styles.xml"]


@pytest.mark.node
@pytest.mark.parametrize("name", SUMMARIES)
def test_hyperformula_computes_the_figures_of_the_summaries(demo: Path, name: str) -> None:
    data = (demo / name).read_bytes()
    book = open_workbook(data)
    (computed,) = node_tools.recalculated([data])
    wrong = [
        f"{title}!{address}: {cell.value!r} != {computed[title][address]!r}"
        for title in book.worksheets
        for address, cell in book.cells(title).items()
        if cell.formula is not None and not _same(cell.value, computed[title][address])
    ]
    assert wrong == []


@pytest.mark.parametrize("name", SUMMARIES)
def test_no_formula_of_a_summary_takes_a_range_where_excel_takes_one_value(
    demo: Path, name: str
) -> None:
    book = open_workbook((demo / name).read_bytes())
    formulas = [
        cell.formula
        for title in book.worksheets
        for cell in book.cells(title).values()
        if cell.formula is not None
    ]
    assert [formula for formula in formulas if array_fault(formula)] == []


def _same(cached: object, computed: object) -> bool:
    if isinstance(cached, str) or isinstance(computed, str) or cached is None:
        return str(cached or "") == str(computed or "")
    return abs(float(str(cached)) - float(str(computed))) < 1e-9 * max(1.0, abs(float(str(cached))))

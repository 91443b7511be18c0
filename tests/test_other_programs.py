"""Workbooks of every kind, as other programs see them: Microsoft's validator finds no fault, and HyperFormula, which is no
kin of LibreOffice, computes what stands beside the formulas.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from typer.testing import CliRunner

from tests import node_tools, papers
from tests.rules.two_engines import GENERAL, changed
from tests.workbook.test_conflict_page import row, showing
from xlsync.cli.app import app
from xlsync.form.library import load_form
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, local_name, parsed
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
    address = template.addresses[GENERAL]
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


def test_no_formula_of_any_kind_of_workbook_takes_a_range_where_excel_takes_one_value(
    demo: Path, tmp_path: Path
) -> None:
    books = list(_books(demo, tmp_path))
    formulas = {book.name: _formulas(book) for book in books}
    faults = {
        name: [formula for formula in written if array_fault(formula)]
        for name, written in formulas.items()
    }
    assert {name: wrong for name, wrong in faults.items() if wrong} == {}
    # 提出状況 and the add-in's own workbook have none.
    without = {name for name, written in formulas.items() if not written}
    assert without == {"xlsync.xlam", "提出状況.xlsx"}
    assert min(len(written) for name, written in formulas.items() if name not in without) > 50


def _formulas(book: Path) -> set[str]:
    """Every formula a workbook states: of cells, conditional formats, and data validations that are no lists."""
    package = Package.open(book)
    parts = [name for name in package.names if name.startswith("xl/worksheets/sheet")]
    return {text for part in parts for text in _stated(parsed(package.part(part), part))}


def _stated(worksheet: Element) -> Iterator[str]:
    for element in worksheet.iter():
        kind = local_name(element.tag)
        # Those of sparklines, in another namespace, are ranges and nothing but.
        if element.tag == f"{{{MAIN_NAMESPACES[0]}}}f" and element.text:
            yield element.text
        if kind == "cfRule" or (kind == "dataValidation" and element.get("type") != "list"):
            yield from (part.text for part in element if part.text)


def _same(cached: object, computed: object) -> bool:
    if isinstance(cached, str) or isinstance(computed, str) or cached is None:
        return str(cached or "") == str(computed or "")
    return abs(float(str(cached)) - float(str(computed))) < 1e-9 * max(1.0, abs(float(str(cached))))

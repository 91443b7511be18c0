"""Only the rules of a page are replaced: its lists and conditional formats."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from tests import node_tools
from tests.ooxml import pages, samples, schema
from tests.ooxml.pages import LISTS, MINE, TITLE
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.rules_replacement import replace_validation_and_formats

SOURCE = pages.new_page()
BOOKS = {"openpyxl": pages.by_openpyxl(), "XlsxWriter": pages.by_xlsxwriter()}
RULES = re.compile(
    r"<(conditionalFormatting|dataValidations)[ >].*</\1>|<extLst>.*</extLst>", re.DOTALL
)


def with_rules(data: bytes, source: bytes = SOURCE) -> bytes:
    """The workbook with the rules of the source's page."""
    edit = PackageEdit(data)
    replace_validation_and_formats(
        edit, TITLE, pages.package(source), TITLE, titles={LISTS: "一覧"}
    )
    return edit.finished()


def xml(data: bytes) -> str:
    return samples.unzipped(data)["xl/worksheets/sheet1.xml"].decode()


@pytest.mark.parametrize("data", BOOKS.values(), ids=BOOKS)
def test_the_rules_are_those_of_the_source_and_every_other_byte_of_the_page_stays(
    data: bytes,
) -> None:
    after = with_rules(data)
    page = openpyxl.load_workbook(io.BytesIO(after))[TITLE]
    assert page.data_validations.dataValidation[0].formula1 == "'一覧'!$A$1:$A$3"
    (area,) = page.conditional_formatting
    assert str(area.sqref) == "B3:B6"
    (rule,) = area.rules
    assert rule.formula == ["'一覧'!$A$1=B3"]
    assert (rule.dxf.font.b, rule.dxf.fill.bgColor.rgb) == (True, "FFFF0000")
    assert RULES.sub("", xml(after)) == RULES.sub("", xml(data))
    assert read_cells(after) == read_cells(data)
    assert pages.formats(after, MINE) == pages.formats(data, MINE)
    before, parts = samples.unzipped(data), samples.unzipped(after)
    assert {name for name in parts if before.get(name) != parts[name]} == {
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == []
    assert with_rules(after) == after


@pytest.mark.node
def test_the_open_xml_sdk_finds_nothing_in_the_result(tmp_path: Path) -> None:
    file = tmp_path / "after.xlsx"
    file.write_bytes(with_rules(BOOKS["XlsxWriter"]))
    assert node_tools.faults(file) == []


def test_rules_in_an_extension_go_and_other_extensions_stay() -> None:
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    lines = f'<ext uri="{{a}}" xmlns:x14="{x14}"><x14:sparklineGroups/></ext>'
    rules = f'<ext uri="{{b}}" xmlns:x14="{x14}"><x14:dataValidations count="0"/></ext>'
    data = samples.book("", after=f"<extLst>{rules}{lines}</extLst>")
    assert f"<extLst>{lines}</extLst>" in xml(with_rules(data))
    data = samples.book("", after=f"<extLst>{rules}</extLst>")
    assert "extLst" not in xml(with_rules(data))


def test_a_page_of_which_the_source_has_no_rules_has_none() -> None:
    assert RULES.search(xml(with_rules(BOOKS["XlsxWriter"], samples.book("")))) is None

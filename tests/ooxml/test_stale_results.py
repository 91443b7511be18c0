"""Results of formulas that a change made untrue go; a cell that already holds its value stays as written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ooxml import samples
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import patch_cells
from xlsync.ooxml.formula_references import formula_references, translated
from xlsync.ooxml.patch.cell_xml import Scalar
from xlsync.ooxml.patch.patch import Formula, Stale
from xlsync.ooxml.read.reader import open_workbook

TITLE = "評価シート"
PART = "xl/worksheets/sheet1.xml"


def sheet_of(formulas: dict[str, str]) -> bytes:
    """A workbook with 1 in A1 and A2, and formulas whose stored results are all 9."""
    cells = "".join(
        f'<row r="{row}"><c r="B{row}" t="str"><f>{formula}</f><v>9</v></c></row>'
        for row, formula in enumerate(formulas.values(), start=3)
    )
    inputs = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    return samples.book(inputs + cells)


def kept(data: bytes, stale: Stale = "drop", **changes: Scalar | Formula) -> set[str]:
    """The formula cells that still have a result after the changes."""
    out = patch_cells(data, {(TITLE, at): v for at, v in changes.items()}, stale=stale)
    cells = open_workbook(out).cells(TITLE)
    return {at for at, cell in cells.items() if cell.formula is not None and cell.value is not None}


@pytest.mark.parametrize(
    "formula",
    [
        "A1",
        "$A$1*2",
        "SUM(A1:A9)",
        "SUM(a:a)",
        "SUM(1:1)",
        "SUM($1:2)",
        "評価シート!A1",
        "'評価シート'!$A$1",
        "売上*2",
        "Table1[x]",
        'INDIRECT("A"&amp;A2)',
        "OFFSET(A2,-1,0)",
        "A2:INDEX(A2:A3,1)",
        "失われたシート!A1",
        "[@x]",
    ],
)
def test_what_may_depend_on_the_change_loses_its_result(formula: str) -> None:
    assert kept(sheet_of({"B3": formula}), A1=2) == set()
    assert kept(sheet_of({"B3": formula}), A1=2, stale="keep") == {"B3"}


@pytest.mark.parametrize(
    "formula",
    [
        "A2",
        "A3:A9",
        "SUM(B:B)",
        "NOW()",
        '"A1"&amp;1.5',
        "LOG10(5)",
        "TRUE",
        "1E3",
        "2:2",
        "[1]外部!A1",
        "'[1]外 部'!$A$1",
    ],
)
def test_what_cannot_depend_on_it_keeps_its_result(formula: str) -> None:
    assert kept(sheet_of({"B3": formula}), A1=2) == {"B3"}


def test_results_are_lost_through_other_formulas_and_only_then() -> None:
    data = sheet_of({"B3": "B4+1", "B4": "B5", "B5": "A1", "B6": "A2", "B7": "B6"})
    assert kept(data, A1=2) == {"B6", "B7"}
    assert kept(data, C1="欄外") == {"B3", "B4", "B5", "B6", "B7"}
    assert kept(data, A2=2) == {"B3", "B4", "B5"}


def test_a_result_we_wrote_ourselves_stays_and_what_depends_on_it_does_not() -> None:
    data = sheet_of({"B3": "A1", "B4": "B3", "B5": "A2"})
    changes: dict[tuple[str, str], Scalar] = {(TITLE, "A1"): 2}
    out = patch_cells(data, changes, cached={(TITLE, "B3"): 2})
    cells = open_workbook(out).cells(TITLE)
    assert {at: cells[at].value for at in ("B3", "B4", "B5")} == {"B3": 2, "B4": None, "B5": "9"}


def test_a_formula_without_its_result_keeps_all_else() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c vm="1" r="B1" s="2" t="e"><f ca="1">A1 </f><v>#N/A</v>'
        "<extLst/></c></row>"
    )
    out = patch_cells(samples.book(rows), {(TITLE, "A1"): 2})
    written = samples.unzipped(out)[PART].decode()
    assert '<c r="B1" s="2"><f ca="1">A1 </f><extLst/></c>' in written
    assert b'fullCalcOnLoad="1"' in samples.unzipped(out)["xl/workbook.xml"]


def test_followers_of_a_shared_formula_are_looked_at_one_by_one() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">A1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    assert kept(samples.book(rows), A1=2) == {"B2"}
    assert kept(samples.book(rows), A2=2) == {"B1"}


def test_of_too_many_formulas_all_keep_their_results_and_excel_is_asked() -> None:
    data = sheet_of({f"B{n}": "A1" for n in range(3, 2_100)})
    assert len(kept(data, A1=2)) == 2_097
    chain = sheet_of({f"B{n}": f"B{n + 1}" for n in range(3, 1_500)} | {"B1500": "A1"})
    assert len(kept(chain, A1=2)) in {0, 1_498}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "防災課"),
        ('<c r="A1" t="inlineStr"><is><r><t>防災</t></r><r><t>課</t></r></is></c>', "防災課"),
        ('<c r="A1" s="1"><v>1.50</v></c>', Decimal("1.5")),
        ('<c r="A1"><v>0.1</v></c>', 0.1),
        ('<c r="A1"><v>7</v></c>', 7),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" s="1"></c>', None),
    ],
)
def test_a_cell_that_holds_the_value_already_stays_as_written(element: str, value: Scalar) -> None:
    strings = samples.shared_strings("<r><rPr><b/></rPr><t>防災</t></r><r><t>課</t></r>")
    rows = f'<row r="1">{element}<c r="B1"><f>A1</f><v>1</v></c></row>'
    data = samples.book(rows, '<dimension ref="C3"/>', shared_strings=strings)
    assert patch_cells(data, {(TITLE, "A1"): value}) == data


def test_a_cell_with_a_prefix_is_not_taken_for_a_blank_one() -> None:
    cell = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
    text = f'<x:worksheet xmlns:x="{samples.MAIN}"><x:sheetData>{cell}</x:sheetData></x:worksheet>'
    out = patch_cells(samples.zipped(samples.parts(text)), {(TITLE, "A1"): None})
    assert "A1" not in open_workbook(out).cells(TITLE)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ('<c r="A1"><v>1</v></c>', True),
        ('<c r="A1"><v>1</v></c>', "1"),
        ('<c r="A1" t="str"><v>1</v></c>', 1),
        ('<c r="A1" t="b"><v>1</v></c>', 1),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1"><v>0.1</v></c>', Decimal("0.10000000000000001")),
        ('<c r="A1" t="s"><v>7</v></c>', "7"),
    ],
)
def test_a_cell_of_another_type_or_value_is_written(element: str, value: Scalar) -> None:
    data = samples.book(f'<row r="1">{element}</row>')
    assert patch_cells(data, {(TITLE, "A1"): value}) != data


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1+$A1+A$1+$A$1", "B3+$A3+B$1+$A$1"),
        ("SUM(A:A,1:1,$A:$A,$1:$1)", "SUM(B:B,3:3,$A:$A,$1:$1)"),
        ("'表 1'!A1:B2&\"A1\"", "'表 1'!B3:C4&\"A1\""),
        ("LOG10(A1)+A1_x+TRUE", "LOG10(B3)+A1_x+TRUE"),
        ("XFD1", None),
        ("A1048575", None),
        ("T[x]", None),
    ],
)
def test_a_formula_is_shifted_as_a_copy_of_its_cell_would_be(
    formula: str, moved: str | None
) -> None:
    assert translated(formula, 2, 1) == moved


def test_names_and_tables_are_followed_to_what_they_refer_to() -> None:
    names = (
        '<definedName name="売上">評価シート!$A$1</definedName><definedName name="率">売上*2</definedName>'
        '<definedName name="輪">輪+1</definedName><definedName name="他">評価シート!$A$2</definedName>'
    )
    workbook = samples.WORKBOOK.replace(
        "</sheets>", f"</sheets><definedNames>{names}</definedNames>"
    )
    formulas = ("売上", "率+1", "輪", "他", "SUM(表[x])", "SUM(別表[[#This Row],[x]])")
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
        f'<row r="{n}"><c r="B{n}"><f>{formula}</f><v>9</v></c></row>'
        for n, formula in enumerate(formulas, start=3)
    )
    files = samples.parts(samples.sheet(rows), workbook=workbook)
    relation = f'<Relationship Id="rId2" Type="{samples.RELATIONS}/table" Target="../other.xml"/>'
    files["xl/worksheets/_rels/sheet1.xml.rels"] = samples.relations(table="../table.xml").replace(
        "</Relationships>", f"{relation}</Relationships>"
    )
    for part, name, area in (("table", "表", "A1:A2"), ("other", "別表", "D1:D2")):
        files[f"xl/{part}.xml"] = (
            f'<table xmlns="{samples.MAIN}" displayName="{name}" ref="{area}" headerRowCount="0"/>'
        )
    assert kept(samples.zipped(files), A1=2) == {"B6", "B8"}


def test_what_a_formula_uses_is_said_with_its_worksheet() -> None:
    found = formula_references("SUM(A1:B2)+'表 1'!$C$3*D:D")
    assert found.is_complete
    assert found.areas == (
        (None, (1, 1, 2, 2)),
        ("表 1", (3, 3, 3, 3)),
        (None, (1, 4, 1_048_576, 4)),
    )


def test_an_index_of_thousands_of_digits_is_no_text_and_no_accident() -> None:
    rows = f'<row r="1"><c r="A1" t="s"><v>{"9" * 4_400}</v></c></row>'
    out = patch_cells(
        samples.book(rows, shared_strings=samples.shared_strings("一")), {(TITLE, "A1"): "二"}
    )
    assert open_workbook(out).cells(TITLE)["A1"].value == "二"


def test_what_is_called_a_formula_inside_a_text_is_not_written_beside() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><f/><t>残る</t></is></c><c r="B1"><v>1</v></c></row>'
    with pytest.raises(UnwritableWorkbook):
        patch_cells(samples.book(rows), {(TITLE, "B1"): 2})


ARRAY = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="C1" s="0"><f t="array" ref="C1:D2">A1:A1*{1,2;3,4}</f><v>1</v></c>'
    '<c r="D1" t="str" s="0"><v>二</v><extLst><ext/></extLst></c></row>'
    '<row r="2"><c r="C2"><v>3</v></c><c r="D2"><f>7</f><v>7</v></c><c r="E2"><v>5</v></c></row>'
    '<row r="3"><c r="C3"><v>6</v></c></row>'
)


def filled(data: bytes, **changes: Scalar) -> set[str]:
    """The cells that have a value after the changes."""
    out = patch_cells(data, {(TITLE, at): value for at, value in changes.items()})
    cells = open_workbook(out).cells(TITLE)
    return {at for at, cell in cells.items() if cell.value is not None}


def test_an_array_formula_loses_the_results_of_its_whole_area() -> None:
    out = patch_cells(samples.book(ARRAY), {(TITLE, "A1"): 2})
    cells = open_workbook(out).cells(TITLE)
    assert {at: cell.value for at, cell in cells.items()} == {
        "A1": 2,
        "C1": None,
        "D2": 7,
        "E2": 5,
        "C3": 6,
    }
    text = samples.unzipped(out)[PART].decode()
    assert '<c r="D1" s="0"><extLst><ext/></extLst></c>' in text
    assert '<c r="C2"/>' in text


def test_what_depends_on_the_last_cell_of_an_array_is_untrue_as_well() -> None:
    rows = ARRAY.replace("<f>7</f><v>7</v>", "<v>4</v>").replace(
        '<c r="C3"><v>6</v></c>', '<c r="C3"><f>D2+1</f><v>6</v></c>'
    )
    assert filled(samples.book(rows), A1=2) == {"A1", "E2"}


def test_a_data_table_loses_its_results_and_overlapping_areas_do_no_harm() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c>'
        '<c r="B1"><f t="dataTable" ref="B1:C2" dt2D="0" dtr="0" r1="A1"/><v>1</v></c><c r="C1"><v>2</v></c></row>'
        '<row r="2"><c r="B2"><f t="array" ref="B2:C2">A1</f><v>3</v></c><c r="C2"><v>4</v></c></row>'
    )
    assert filled(samples.book(rows), A1=2) == {"A1"}


def test_the_areas_are_left_where_nothing_they_use_changed() -> None:
    assert filled(samples.book(ARRAY), E2=9) == {"A1", "C1", "D1", "C2", "D2", "E2", "C3"}

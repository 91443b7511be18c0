"""The patcher changes the cells it is told to change, and not one byte beside."""

from __future__ import annotations

import io
import re
import warnings
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.ooxml import samples
from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.patch.patch import Formula
from xlsync.ooxml.read.reader import open_workbook

TITLE = "評価シート"
PART = "xl/worksheets/sheet1.xml"
BEFORE = '<dimension ref="A1:C5"/><cols><col min="4" max="5" width="9" style="7"/></cols>'
ROWS = (
    '<row r="1" spans="1:3" ht="18" customHeight="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="2"/>'
    '<c r="C1" s="3"><v>12</v></c></row>\n'
    '<row r="3" s="5" customFormat="1"/>'
    '<row r="5" spans="1:3"><c r="A5" s="4"><f>C1*2</f><v>24</v></c><c r="C5" t="b"><v>1</v></c></row>'
)
AFTER = '<mergeCells count="1"><mergeCell ref="A8:C9"/></mergeCells><pageMargins left="0.7"/>'
BOOK = samples.book(
    ROWS,
    BEFORE,
    AFTER,
    shared_strings=samples.shared_strings("<t>元</t>"),
    styles=samples.styles(*["0"] * 7),
)


def patched(changes: dict[str, object], data: bytes = BOOK, **options: object) -> bytes:
    return patch_cells(data, {(TITLE, at): v for at, v in changes.items()}, **options)  # type: ignore[call-overload, no-any-return]


def xml(data: bytes, part: str = PART) -> str:
    return samples.unzipped(data)[part].decode()


def cell(data: bytes, address: str) -> str:
    found = re.search(rf'<c r="{address}"[^<>]*?(?:/>|>.*?</c>)', xml(data), re.DOTALL)
    return found[0] if found else ""


def others(data: bytes) -> dict[str, bytes]:
    return {name: content for name, content in samples.unzipped(data).items() if name != PART}


def test_a_patched_cell_keeps_its_extension() -> None:
    extension = '<extLst><ext uri="{0}"><y:c xmlns:y="urn:y" r="Z9"/></ext></extLst>'
    data = samples.book(f'<row r="1"><c r="A1"><v>1</v>{extension}</c><c r="B1"><v>2</v></c></row>')
    assert cell(patched({"A1": 5, "B1": 6}, data), "A1") == f'<c r="A1"><v>5</v>{extension}</c>'
    assert cell(patched({"A1": 5, "B1": 6}, data), "B1") == '<c r="B1"><v>6</v></c>'
    assert cell(patched({"A1": "字"}, data), "A1").endswith(f"</is>{extension}</c>")


def test_a_cleared_cell_keeps_its_style() -> None:
    assert cell(patched({"C1": None}), "C1") == '<c r="C1" s="3"/>'


def test_clearing_what_is_not_there_changes_nothing() -> None:
    assert patched({"Z99": None, "B3": None}) == BOOK


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (5, '<c r="C1" s="3"><v>5</v></c>'),
        (-0.1, '<c r="C1" s="3"><v>-0.1</v></c>'),
        (2.0, '<c r="C1" s="3"><v>2</v></c>'),
        (1e300, '<c r="C1" s="3"><v>1e+300</v></c>'),
        (Decimal("1.10"), '<c r="C1" s="3"><v>1.1</v></c>'),
        (Decimal("1E+3"), '<c r="C1" s="3"><v>1000</v></c>'),
        (Decimal("-0.00"), '<c r="C1" s="3"><v>-0</v></c>'),
        (Decimal("1E-30"), '<c r="C1" s="3"><v>1E-30</v></c>'),
        (False, '<c r="C1" s="3" t="b"><v>0</v></c>'),
        (
            "a\n<b> ",
            '<c r="C1" s="3" t="inlineStr"><is><t xml:space="preserve">a\n&lt;b&gt; </t></is></c>',
        ),
        (
            "\r_x41F_\r_x0041_\x01",
            (
                '<c r="C1" s="3" t="inlineStr"><is><t xml:space="preserve">'
                "_x000D__x41F__x000D__x005F_x0041__x0001_</t></is></c>"
            ),
        ),
        (
            Formula('A1&"<"', "x"),
            '<c r="C1" s="3" t="str"><f>A1&amp;&quot;&lt;&quot;</f><v>x</v></c>',
        ),
        (Formula("1+1", 2), '<c r="C1" s="3"><f>1+1</f><v>2</v></c>'),
        (Formula("TRUE()", True), '<c r="C1" s="3" t="b"><f>TRUE()</f><v>1</v></c>'),  # noqa: FBT003
        (Formula("NOW()", None), '<c r="C1" s="3"><f>NOW()</f></c>'),
    ],
)
def test_a_value_is_written_as_its_type(value: object, written: str) -> None:
    assert cell(patched({"C1": value}), "C1") == written


def test_only_the_touched_cells_differ() -> None:
    out = patched({"A1": "新", "B1": 3, "C5": None})
    expected = xml(BOOK)
    for address in ("A1", "B1", "C5"):
        expected = expected.replace(cell(BOOK, address), cell(out, address))
    assert xml(out) == expected


def test_new_cells_and_rows_stand_in_order_and_take_the_style_there() -> None:
    out = patched({"D1": 1, "B3": 2, "B5": 3, "A2": 4, "E99": 5, "A4": 6, "B4": 7})
    assert re.findall(r'<(?:row|c) r="(\w+)"', xml(out)) == (
        [
            "1",
            "A1",
            "B1",
            "C1",
            "D1",
            "2",
            "A2",
            "3",
            "B3",
            "4",
            "A4",
            "B4",
            "5",
            "A5",
            "B5",
            "C5",
            "99",
            "E99",
        ]
    )
    assert cell(out, "D1") == '<c r="D1" s="7"><v>1</v></c>'
    assert cell(out, "B3") == '<c r="B3" s="5"><v>2</v></c>'
    assert '<row r="3" s="5" customFormat="1"><c ' in xml(out)
    assert '<dimension ref="A1:E99"/>' in xml(out)
    assert '<row r="1" spans="1:4" ht="18" customHeight="1">' in xml(out)
    assert '<row r="5" spans="1:3">' in xml(out)


@pytest.mark.parametrize("empty", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
def test_an_empty_worksheet_is_written_into(empty: str) -> None:
    text = samples.sheet("").replace("<sheetData></sheetData>", empty)
    out = patched({"B2": "x", "A1": 1, "C2": 2}, samples.zipped(samples.parts(text)))
    assert read_cells(out) == {TITLE: {"A1": 1, "B2": "x", "C2": 2}}


ODD = {
    "prefixes": (
        f'<x:worksheet xmlns:x="{samples.MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
        '</x:row><x:row r="2"/></x:sheetData></x:worksheet>'
    ),
    "comments and CDATA that look like cells": samples.sheet(
        '<row r="1"><!-- <row r="2"><c r="A1"><v>9</v></c> --><c r="A1"><v><![CDATA[1]]></v></c></row>'
        '<!-- </sheetData> --><row r="2"/>',
        before="<!-- <sheetData> -->",
    ),
    "attributes in any order and quotes": samples.sheet(
        "<row\tspans='1:1' r='1'><c s='0'  t='n'\nr='A1' ><v >1</v ></c ></row ><row r='2'></row>"
    ),
    "angle brackets in attributes": samples.sheet(
        '<row r="1"><c r="A1" n="a>b/"><v>1</v></c></row>'
    ),
    "no references": samples.sheet("<row><c><v>1</v></c></row><row/>"),
    "rows out of order": samples.sheet('<row r="2"/><row r="1"><c r="A1"><v>1</v></c></row>'),
    "alternatives after the data": samples.sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        after='<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>',
    ),
    "a byte order mark": "\ufeff" + samples.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'),
}


@pytest.mark.parametrize("shape", ODD)
def test_odd_xml_is_patched_like_usual_xml(shape: str) -> None:
    data = samples.zipped(samples.parts(ODD[shape]))
    out = patched({"A1": "甲", "B1": 2, "A2": "乙", "C2": True}, data)
    assert read_cells(out) == {TITLE: {"A1": "甲", "B1": 2, "A2": "乙", "C2": True}}
    assert [c.value for row in openpyxl.load_workbook(io.BytesIO(out)).active for c in row][:2] == [  # type: ignore[union-attr]
        "甲",
        2,
    ]
    shrunk = re.sub(r"[\ufeff\s]", "", xml(out))
    for piece in re.findall(r"<!--.*?-->|<!\[CDATA\[\d{9}", ODD[shape]):
        assert re.sub(r"\s", "", piece) in shrunk


def test_a_utf_16_part_stays_utf_16() -> None:
    text = samples.sheet(ROWS).replace("UTF-8", "UTF-16")
    out = patched({"C1": "課"}, samples.zipped(samples.parts(text.encode("utf-16"))))
    assert samples.unzipped(out)[PART].decode("utf-16") == text.replace(
        '<c r="C1" s="3"><v>12</v></c>',
        '<c r="C1" s="3" t="inlineStr"><is><t xml:space="preserve">課</t></is></c>',
    ).replace("<f>C1*2</f><v>24</v>", "<f>C1*2</f>")


@pytest.mark.parametrize(
    ("rows", "address"),
    [
        ('<row r="1"><c r="A1"><f>B1</f><v>1</v></c></row>', "A1"),
        ('<row r="1"><c r="A1"><f t="array" ref="A1:B2">C1:D2</f><v>1</v></c></row>', "B2"),
        ("", "B8"),
        ("", "XFE1"),
        ("", "三"),
    ],
)
def test_what_must_not_be_written_is_refused_with_its_address(rows: str, address: str) -> None:
    data = samples.book(rows, after=AFTER)
    with pytest.raises(UnwritableWorkbook) as caught:
        patched({address: 1}, data)
    assert caught.value.where == f"{TITLE}!{address}"


@pytest.mark.parametrize(
    ("area", "hidden", "seen"),
    [
        ("C3:E3", ("D3", "E3"), ("C3", "B3", "F3", "C2", "D4", "E2")),
        ("C3:C5", ("C4", "C5"), ("C3", "C2", "C6", "B4", "D4")),
        ("C3:D4", ("D3", "C4", "D4"), ("C3", "B3", "B4", "E3", "E4", "C5", "D2")),
    ],
)
def test_only_what_a_merged_area_hides_is_refused(
    area: str, hidden: tuple[str, ...], seen: tuple[str, ...]
) -> None:
    after = f'<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
    data = samples.book('<row r="1"><c r="A1"><v>1</v></c></row>', after=after)
    for address in hidden:
        with pytest.raises(UnwritableWorkbook) as caught:
            patched({"A1": 2, address: "x", "Z9": 3}, data)
        assert caught.value.where == f"{TITLE}!{address}"
    for address in seen:
        assert read_cells(patched({"A1": 2, address: "x"}, data))[TITLE][address] == "x"


def test_a_merged_area_is_written_at_its_top_left() -> None:
    assert read_cells(patched({"A8": "x"}))[TITLE]["A8"] == "x"


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), 10**400, "あ" * 32_768]
)
def test_what_excel_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(UnwritableWorkbook):
        patched({"C1": value})


def test_a_formula_is_overwritten_only_when_told_and_leaves_the_calculation_chain() -> None:
    chain = f'<calcChain xmlns="{samples.MAIN}"><c r="A5" i="1"/><c r="B7"/></calcChain>'
    rows = ROWS + '<row r="7"><c r="B7"><f>A5</f><v>24</v></c></row>'
    data = samples.book(rows, calc_chain=chain)
    with pytest.raises(UnwritableWorkbook):
        patched({"A5": 1}, data)
    out = patched({"A5": 1}, data, overwrite_formulas=True)
    assert cell(out, "A5") == '<c r="A5" s="4"><v>1</v></c>'
    assert (
        xml(out, "xl/calcChain.xml")
        == '<calcChain xmlns="' + samples.MAIN + '"><c r="B7" i="1"/></calcChain>'
    )
    gone = samples.unzipped(patched({"B7": 2}, out, overwrite_formulas=True))
    assert "xl/calcChain.xml" not in gone
    assert b"calcChain" not in gone["xl/_rels/workbook.xml.rels"]
    kept = patched({"A5": Formula("1+1", 2)}, data)
    assert xml(kept, "xl/calcChain.xml") == chain


def test_the_calculation_chain_of_another_worksheet_stays() -> None:
    chain = f'<calcChain xmlns="{samples.MAIN}"><c r="A5" i="2"/><c r="A5" i="1"/></calcChain>'
    out = patched({"A5": 1}, samples.book(ROWS, calc_chain=chain), overwrite_formulas=True)
    assert xml(out, "xl/calcChain.xml") == chain.replace('<c r="A5" i="1"/>', "")


SHARED = (
    '<row r="1"><c r="A1"><f t="shared" ref="A1:C1" si="0">{0}</f><v>1</v></c>'
    '<c r="B1"><f t="shared" si="0"/><v>1</v></c><c r="C1"><f t="shared" si="0"/><v>1</v></c></row>'
)


def test_an_overwritten_follower_leaves_the_shared_formula_to_the_others() -> None:
    out = patched({"B1": 5}, samples.book(SHARED.format("A9")), overwrite_formulas=True)
    formulas = {at: one.formula for at, one in open_workbook(out).cells(TITLE).items()}
    assert formulas == {"A1": "A9", "B1": None, "C1": ""}


@pytest.mark.parametrize(
    ("gone", "heir", "written"),
    [
        ({"A1": 1}, "B1", '<f t="shared" si="0" ref="B1:C1">$A9+B$9&amp;&quot;A9&quot;</f>'),
        ({"A1": 1, "B1": 2}, "C1", '<f t="shared" si="0" ref="C1">$A9+C$9&amp;&quot;A9&quot;</f>'),
    ],
)
def test_an_overwritten_master_passes_the_shared_formula_on_to_the_first_follower_left(
    gone: dict[str, object], heir: str, written: str
) -> None:
    data = samples.book(SHARED.format("$A9+A$9&amp;&quot;A9&quot;"))
    with pytest.raises(UnwritableWorkbook):
        patched(gone, data)
    out = patched(gone, data, overwrite_formulas=True)
    assert written in cell(out, heir)
    openpyxl.load_workbook(io.BytesIO(out))
    whole = patched({"A1": 1, "B1": 2, "C1": 3}, data, overwrite_formulas=True)
    assert "<f" not in xml(whole)


@pytest.mark.parametrize("doubtful", ["XFD1", "Table1[x]", "R1C[1]"])
def test_a_master_whose_formula_cannot_be_passed_on_for_certain_is_refused(doubtful: str) -> None:
    with pytest.raises(UnwritableWorkbook) as caught:
        patched({"A1": 1}, samples.book(SHARED.format(doubtful)), overwrite_formulas=True)
    assert caught.value.where == f"{TITLE}!A1"


def test_a_cached_result_leaves_its_formula_as_written() -> None:
    rows = '<row r="1"><c r="A1" s="2" t="e" vm="1"><f ca="1">B1 </f><v>#N/A</v></c></row>'
    data = samples.book(rows)
    for value, written in (
        (5, '><f ca="1">B1 </f><v>5</v></c>'),
        ("x", ' t="str"><f ca="1">B1 </f><v>x</v></c>'),
    ):
        out = patch_cells(data, {}, cached={(TITLE, "A1"): value})
        assert cell(out, "A1") == f'<c r="A1" s="2"{written}'
        assert others(out) == others(data)
    with pytest.raises(UnwritableWorkbook):
        patch_cells(data, {}, cached={(TITLE, "B1"): 1})


def test_excel_is_asked_to_calculate_when_a_formula_is_not_ours() -> None:
    assert '</sheets><calcPr fullCalcOnLoad="1"/></workbook>' in xml(
        patched({"C1": 5}), "xl/workbook.xml"
    )
    ours = patch_cells(BOOK, {(TITLE, "C1"): 5}, cached={(TITLE, "A5"): 10})
    assert "calcPr" not in xml(ours, "xl/workbook.xml")
    workbook = samples.WORKBOOK.replace(
        "</workbook>", '<definedNames/><calcPr calcId="1"/><extLst/></workbook>'
    )
    out = patched({"C1": 5}, samples.book(ROWS, workbook=workbook))
    assert '<calcPr calcId="1" fullCalcOnLoad="1"/>' in xml(out, "xl/workbook.xml")
    assert patched({"C1": 5}, out).count(b"PK\1\2") == out.count(b"PK\1\2")


def test_a_worksheet_that_is_no_xml_is_not_written_into() -> None:
    rows = '<row r="2"><c r="B2"><v>4<c r="C2"><v>6</v></c></row>'
    with pytest.raises(DamagedWorkbook):
        patched({"B2": 1}, samples.book(rows))


@pytest.mark.parametrize(
    ("where", "element"),
    [
        (
            "_rels/.rels",
            '<Relationship Id="s" Type="urn:x/digital-signature/origin" Target="s.sigs"/>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            '<Relationship Id="s" Type="x/revisionHeaders" Target="r.xml"/>',
        ),
    ],
)
def test_signed_and_shared_books_are_read_but_not_written(where: str, element: str) -> None:
    files = samples.parts(samples.sheet(ROWS))
    files[where] = str(files[where]).replace("</Relationships>", f"{element}</Relationships>")
    data = samples.zipped(files)
    assert read_cells(data)[TITLE]["C1"] == 12
    with pytest.raises(UnwritableWorkbook):
        patched({"C1": 5}, data)


def test_a_tables_heading_is_refused_and_its_rows_are_not() -> None:
    files = samples.parts(samples.sheet(ROWS))
    files["xl/worksheets/_rels/sheet1.xml.rels"] = samples.relations(table="../table.xml")
    files["xl/table.xml"] = f'<table xmlns="{samples.MAIN}" ref="A1:C5"/>'
    data = samples.zipped(files)
    assert read_cells(patched({"B5": 5}, data))[TITLE]["B5"] == 5
    with pytest.raises(UnwritableWorkbook):
        patched({"B1": "見出し"}, data)


def test_a_tables_heading_is_written_when_it_is_what_the_table_says() -> None:
    files = samples.parts(samples.sheet(ROWS))
    files["xl/worksheets/_rels/sheet1.xml.rels"] = samples.relations(table="../table.xml")
    columns = '<tableColumn id="1" name="甲"/><tableColumn id="2" name="乙_x000a_丙"/>'
    files["xl/table.xml"] = (
        f'<table xmlns="{samples.MAIN}" ref="A1:C5"><tableColumns>{columns}</tableColumns></table>'
    )
    data = samples.zipped(files)
    assert read_cells(patched({"B1": "乙\n丙"}, data))[TITLE]["B1"] == "乙\n丙"
    for wrong in ("甲", None, 5):
        with pytest.raises(UnwritableWorkbook):
            patched({"B1": wrong}, data)


VALUES = st.one_of(
    st.text(max_size=60),
    st.text("_x0041\r\n\t\x00\x1f\ufffe<&>\"'] =+", max_size=30),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
ADDRESSES = st.from_regex(r"\A[A-Z]{1,2}[1-9][0-9]?\Z").filter(
    lambda at: at not in {"A5", "B8", "C8", "A9", "B9", "C9"}
)


@given(st.dictionaries(ADDRESSES, VALUES, max_size=8))
def test_what_is_patched_is_read_again_and_all_else_is_untouched(
    changes: dict[str, object],
) -> None:
    out = patched(changes)
    before, after = read_cells(BOOK)[TITLE], read_cells(out)[TITLE]
    expected = {**before, **changes}
    if changes.get("C1", 12) != 12:
        expected["A5"] = None  # =C1*2: what was stored beside it is true no longer
    assert after == {address: value for address, value in expected.items() if value is not None}
    for address, value in changes.items():
        if isinstance(value, bool | str):
            assert type(after[address]) is type(value)
    old, new = others(BOOK), others(out)
    assert old.pop("xl/workbook.xml") in {
        new["xl/workbook.xml"],
        new["xl/workbook.xml"].replace(b'<calcPr fullCalcOnLoad="1"/>', b""),
    }
    assert {name: new[name] for name in old} == old


@given(st.dictionaries(ADDRESSES, VALUES, min_size=1, max_size=4))
def test_two_other_libraries_read_the_same(changes: dict[str, object]) -> None:
    visible = {at: v for at, v in changes.items() if not isinstance(v, str) or _plain(v)}
    out = patched(visible)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl misses a default style in our small samples
        sheet = openpyxl.load_workbook(io.BytesIO(out), data_only=True)[TITLE]
    grid = CalamineWorkbook.from_filelike(io.BytesIO(out)).get_sheet_by_name(TITLE)
    rows = grid.to_python(skip_empty_area=False)
    for address, value in visible.items():
        found = sheet[address]
        assert found.value == value
        line = rows[found.row - 1] if found.row <= len(rows) else []
        theirs = line[found.column - 1] if found.column <= len(line) else ""
        assert theirs == ("" if value is None else value)


def _plain(text: str) -> bool:
    """True for text that the other libraries do not leave encoded, nor take for an error."""
    return (
        all(c in "\n\t" or (c >= " " and c not in "\ufffe\uffff") for c in text)
        and "_x" not in text
    )

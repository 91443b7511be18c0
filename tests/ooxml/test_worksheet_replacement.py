"""A worksheet gets the page of another workbook, and what people added to the old page and to others stays."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font, PatternFill

from tests import exploring, node_tools, office
from tests.ooxml import pages, samples, schema
from tests.ooxml.pages import LISTS, MINE, TITLE
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import open_workbook, read_cells
from xlsync.ooxml.patch.comment_moves import comments_of
from xlsync.ooxml.patch.kept_cells import NotKept
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_replacement import replace_worksheet

SOURCE = pages.new_page()
BOOKS = {"openpyxl": pages.by_openpyxl(), "XlsxWriter": pages.by_xlsxwriter()}
TABLE = {f"{column}{row}": f"{column}{row + 10}" for column in "HI" for row in (20, 21, 22)}
KEPT = {"F2": "F7", "F3": "F8", **TABLE}
MOVED = {"B9": "B3"}

both = pytest.mark.parametrize("data", BOOKS.values(), ids=BOOKS)


def replaced(data: bytes, source: bytes = SOURCE, title: str = TITLE, **more: Any) -> bytes:
    """The workbook with the page of the source, and nothing that could not be kept."""
    edit = PackageEdit(data)
    assert replace_worksheet(edit, title, pages.package(source), TITLE, **more) == []
    return edit.finished()


def page_xml(data: bytes, title: str = TITLE) -> str:
    edit = PackageEdit(data)
    entry = edit.workbook.worksheet(title)
    assert entry is not None
    return edit.text(entry.part)


@pytest.fixture(scope="session")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbooks of the other programs as LibreOffice saves them."""
    folder = tmp_path_factory.mktemp("resaved")
    files = []
    for name, data in BOOKS.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(data)
    saved = office.resave(files, folder / "out")
    return {file.stem: file.read_bytes() for file in saved}


def check_law(data: bytes) -> bytes:
    """The page is the source's with the kept cells, and everything else as it was."""
    after = replaced(data, kept=KEPT, moved=MOVED)
    old_page, old_looks = read_cells(data)[TITLE], pages.formats(data, TITLE)
    kept = {new: old_page[old] for old, new in KEPT.items() if old in old_page}
    assert read_cells(after)[TITLE] == read_cells(SOURCE)[TITLE] | kept
    looks = {new: old_looks[old] for old, new in KEPT.items() if old in old_looks}
    shown = pages.formats(after, TITLE)
    assert {at: shown.get(at) for at in looks} == looks
    wanted = {**pages.formats(SOURCE, TITLE), **looks}
    assert {at: look for at, look in shown.items() if at in wanted} == wanted
    for title in (MINE, LISTS):
        assert read_cells(after).get(title) == read_cells(data).get(title)
        assert pages.formats(after, title) == pages.formats(data, title)
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == []
    edit = PackageEdit(after)
    entry = edit.workbook.worksheet(TITLE)
    assert entry is not None
    assert comments_of(edit, entry.part).keys() == {"B3", "F7"}
    again = {new: new for new in KEPT.values()}
    assert replaced(after, kept=again) == after
    return after


@both
def test_the_page_is_the_new_one_and_everything_else_stays(data: bytes) -> None:
    check_law(data)


@pytest.mark.office
def test_the_same_holds_for_what_libreoffice_saved(by_libreoffice: dict[str, bytes]) -> None:
    for data in by_libreoffice.values():
        check_law(data)


@pytest.mark.node
@both
def test_the_open_xml_sdk_finds_nothing_in_the_result(data: bytes, tmp_path: Path) -> None:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(data)
    edit = PackageEdit(data)
    replace_worksheet(edit, TITLE, pages.package(SOURCE), TITLE, kept=KEPT, moved=MOVED)
    after.write_bytes(edit.finished())
    known = {fault.what for fault in node_tools.faults(before)}
    assert [fault for fault in node_tools.faults(after) if fault.what not in known] == []


@pytest.mark.office
def test_libreoffice_opens_the_result_and_shows_the_same(tmp_path: Path) -> None:
    files = []
    for name, data in BOOKS.items():
        files.append(tmp_path / f"{name}.xlsx")
        edit = PackageEdit(data)
        replace_worksheet(edit, TITLE, pages.package(SOURCE), TITLE, kept=KEPT, moved=MOVED)
        files[-1].write_bytes(edit.finished())
    for file, resaved in zip(files, office.resave(files, tmp_path / "out"), strict=True):
        cells = read_cells(resaved)[TITLE]
        assert cells["A1"] == "評価シート（新）", file
        assert cells["F7"] == "メモ"
        page = openpyxl.load_workbook(resaved)[TITLE]
        assert page["B3"].comment.text.endswith("課長に確認")
        assert page["F7"].comment is not None


def test_a_picture_a_link_and_a_comment_with_its_shape_go_along() -> None:
    after = replaced(BOOKS["XlsxWriter"], kept=KEPT, moved=MOVED)
    parts = samples.unzipped(after)
    assert parts["xl/media/image1.png"] == pages.DOT
    assert '<drawing r:id="' in page_xml(after)
    page = openpyxl.load_workbook(io.BytesIO(after))[TITLE]
    assert page["F7"].hyperlink.target == "https://example.jp/"
    assert page["C6"].hyperlink.location == f"'{LISTS}'!A1"
    shapes = parts["xl/drawings/vmlDrawing1.vml"].decode()
    places = re.findall(r"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", shapes)
    assert set(places) == {("2", "1"), ("6", "5")}
    anchors = re.findall(r"<x:Anchor>\s*([^<]*)</x:Anchor>", shapes)
    before = samples.unzipped(BOOKS["XlsxWriter"])["xl/drawings/vmlDrawing1.vml"].decode()
    tops = [int(one.split(",")[2]) for one in re.findall(r"<x:Anchor>\s*([^<]*)<", before)]
    assert sorted(int(one.split(",")[2]) for one in anchors) == sorted(
        top - 6 if top > 5 else top + 5 for top in tops
    )


def test_a_table_goes_along_with_all_its_cells() -> None:
    after = replaced(BOOKS["XlsxWriter"], kept=KEPT, moved=MOVED)
    page = openpyxl.load_workbook(io.BytesIO(after))[TITLE]
    assert page.tables["表一"].ref == "H30:I32"
    assert page["H31"].value == "鉛筆"


def outcome(data: bytes, source: bytes = SOURCE, **more: Any) -> tuple[bytes, list[NotKept]]:
    """The workbook with the page of the source, and what could not be kept."""
    edit = PackageEdit(data)
    not_kept = replace_worksheet(edit, TITLE, pages.package(source), TITLE, **more)
    return edit.finished(), not_kept


def test_what_found_no_room_is_returned_and_what_is_there_stays() -> None:
    data = samples.book(
        '<row r="2"><c r="F2"><v>1</v></c><c r="G2"><v>2</v></c><c r="H2"><v>3</v></c></row>'
    )
    after, not_kept = outcome(data, kept={"F2": "B3", "G2": "B1", "H2": "B5"})
    assert not_kept == [NotKept("cell", "F2"), NotKept("cell", "G2")]
    page = read_cells(after)[TITLE]
    assert (page["B3"], page["B5"]) == (1234.5, 3)


def test_a_formula_that_cells_share_is_written_out_and_a_part_of_an_array_keeps_its_value() -> None:
    data = samples.book(
        '<row r="1"><c r="F1"><f t="shared" ref="F1:F2" si="0">$A1&amp;"x"</f><v>1</v></c>'
        '<c r="G1"><f t="array" ref="G1:G2">A1:A2*2</f><v>7</v></c>'
        '<c r="H1"><f t="array" ref="H1">SUM(A1:A2*2)</f><v>8</v></c></row>'
        '<row r="2"><c r="F2"><f t="shared" si="0"/><v>2</v></c><c r="G2"><v>9</v></c></row>'
    )
    after, not_kept = outcome(data, kept={"F2": "F20", "G1": "G20", "H1": "H20"})
    assert not_kept == [NotKept("formula", "G1")]
    cells = open_workbook(after).cells(TITLE)
    assert (cells["F20"].formula, cells["F20"].value) == ('$A2&"x"', 2)
    assert (cells["G20"].formula, cells["G20"].value) == (None, 7)
    assert '<f t="array" ref="H20">SUM(A1:A2*2)</f>' in page_xml(after)


def test_worksheets_are_named_as_they_are_called_in_the_edited_workbook() -> None:
    data = replaced(BOOKS["openpyxl"], kept=KEPT, titles={LISTS: "人の'一覧"})
    assert open_workbook(data).cells(TITLE)["B4"].formula == (
        "'人の''一覧'!A1&TEXT('人の''一覧'!A2,\"0\")"
    )
    page = openpyxl.load_workbook(io.BytesIO(data))[TITLE]
    assert page.data_validations.dataValidation[0].formula1 == "'人の''一覧'!$A$1:$A$3"
    rules = [rule for area in page.conditional_formatting for rule in area.rules]
    assert rules[0].formula == ["'人の''一覧'!$A$1=B3"]
    assert page["C6"].hyperlink.location == "'人の''一覧'!A1"


def test_only_the_worksheet_that_was_selected_is_selected() -> None:
    after = replaced(BOOKS["XlsxWriter"], kept=KEPT)
    book = openpyxl.load_workbook(io.BytesIO(after))
    assert [page.title for page in book if page.sheet_view.tabSelected] == [MINE]
    assert book.active is book[MINE]


def test_the_order_of_calculation_goes_and_excel_is_asked_to_calculate() -> None:
    chain = f'<calcChain xmlns="{samples.MAIN}"><c r="A1" i="1"/></calcChain>'
    data = samples.book('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', calc_chain=chain)
    after = replaced(data)
    assert "xl/calcChain.xml" not in samples.unzipped(after)
    assert b'fullCalcOnLoad="1"' in samples.unzipped(after)["xl/workbook.xml"]
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == []


def test_extensions_of_the_old_page_go_with_it_and_its_sparklines_are_returned() -> None:
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    main = "http://schemas.microsoft.com/office/excel/2006/main"
    extension = (
        f'<extLst><ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" xmlns:x14="{x14}">'
        f'<x14:sparklineGroups xmlns:xm="{main}"><x14:sparklineGroup><x14:sparklines><x14:sparkline>'
        "<xm:f>A1:B1</xm:f><xm:sqref>C1</xm:sqref></x14:sparkline></x14:sparklines>"
        "</x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
    )
    after, not_kept = outcome(samples.book("", after=extension))
    assert not_kept == [NotKept("sparklines", "C1")]
    assert "x14:" not in page_xml(after)


def with_part(kind: str, name: str, content: str, after: str = "", more: str = "") -> bytes:
    """A workbook whose page is related to one more part."""
    parts = samples.parts(samples.sheet("", after=after))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = samples.relations(**{kind: f"../{name}"})
    parts[f"xl/{name}"] = content
    types = str(parts["[Content_Types].xml"])
    override = f'<Override PartName="/xl/{name}" ContentType="application/xml"/>'
    parts["[Content_Types].xml"] = types.replace("</Types>", f"{override}</Types>")
    if more:
        workbook = str(parts["xl/workbook.xml"])
        parts["xl/workbook.xml"] = workbook.replace("</workbook>", f"{more}</workbook>")
    return samples.zipped(parts)


def test_a_pivot_table_on_the_page_is_refused() -> None:
    with pytest.raises(UnwritableWorkbook, match="ピボットテーブル"):
        replaced(with_part("pivotTable", "pivotTable1.xml", "<pivotTableDefinition/>"))


TABLE_PART = f'<table xmlns="{samples.MAIN}" id="1" name="表" displayName="表" ref="A1:B2"/>'
TABLE_PARTS = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'


def test_a_table_that_finds_no_room_is_returned_and_its_part_is_gone() -> None:
    after, not_kept = outcome(with_part("table", "table1.xml", TABLE_PART, TABLE_PARTS))
    assert not_kept == [NotKept("table", "表")]
    assert "xl/table1.xml" not in samples.unzipped(after)
    assert "tableParts" not in page_xml(after)
    assert schema.violations(schema.parts_of(after), set(schema.parts_of(after))) == {}


def test_a_table_that_finds_no_room_and_that_a_formula_names_is_refused() -> None:
    names = "<definedNames><definedName name='x'>SUM(表[数])</definedName></definedNames>"
    with pytest.raises(UnwritableWorkbook, match="テーブル「表」"):
        replaced(with_part("table", "table1.xml", TABLE_PART, TABLE_PARTS, names))


def test_threads_move_with_their_comments_and_one_without_room_is_returned() -> None:
    threads = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="A9" id="{1}"><text>なぜ</text></threadedComment>'
        '<threadedComment ref="A9" id="{2}" parentId="{1}"><text>たぶん</text></threadedComment>'
        '<threadedComment ref="C2" id="{3}"><text>残る</text></threadedComment>'
        "</ThreadedComments>"
    )
    data = with_part("threadedComment", "threads.xml", threads)
    edit = PackageEdit(data)
    assert comments_of(edit, "xl/worksheets/sheet1.xml") == {"A9": "なぜ\nたぶん", "C2": "残る"}
    after, not_kept = outcome(data, moved={"A9": "C2"})
    assert not_kept == [NotKept("comment", "C2")]
    edit = PackageEdit(after)
    assert comments_of(edit, "xl/worksheets/sheet1.xml") == {"C2": "なぜ\nたぶん"}


def test_a_comment_left_out_is_gone_with_its_shape_and_returned() -> None:
    after, not_kept = outcome(BOOKS["XlsxWriter"], kept=KEPT, moved={"B9": None})
    assert not_kept == [NotKept("comment", "B9")]
    parts = samples.unzipped(after)
    assert parts["xl/drawings/vmlDrawing1.vml"].count(b"<x:Row>") == 1
    assert parts["xl/comments1.xml"].decode().count("<comment ") == 1


def test_comments_of_two_cells_that_change_places_change_places() -> None:
    after = replaced(BOOKS["openpyxl"], kept={"F2": "B9", "F3": "F3"}, moved={"B9": "F2"})
    page = openpyxl.load_workbook(io.BytesIO(after))[TITLE]
    comments = {at: page[at].comment.text for at in ("B9", "F2")}
    assert comments == {"B9": "二つめ", "F2": "課長に確認"}


def test_a_page_whose_elements_have_a_prefix_keeps_its_cells_and_pictures() -> None:
    data = BOOKS["XlsxWriter"]
    name = "xl/worksheets/sheet1.xml"
    xml = samples.unzipped(data)[name].decode()
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml.partition("?>")[2])
    prefixed = prefixed.replace("xmlns=", "xmlns:x=", 1)
    other = pages.package(data).with_parts({name: prefixed.encode()})
    after = replaced(other, kept=KEPT, moved=MOVED)
    assert read_cells(after) == read_cells(replaced(data, kept=KEPT, moved=MOVED))
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == []
    assert openpyxl.load_workbook(io.BytesIO(after))[TITLE].tables["表一"].ref == "H30:I32"


def test_a_strict_workbook_stays_strict() -> None:
    strict = "http://purl.oclc.org/ooxml"
    parts = samples.parts(samples.sheet('<row r="2"><c r="F2"><v>1</v></c></row>'))
    for name in parts:
        text = str(parts[name]).replace(samples.MAIN, f"{strict}/spreadsheetml/main")
        parts[name] = text.replace(samples.RELATIONS, f"{strict}/officeDocument/relationships")
    after = samples.unzipped(replaced(samples.zipped(parts), kept={"F2": "F9"}))
    assert b"purl.oclc.org/ooxml/spreadsheetml/main" in after["xl/worksheets/sheet1.xml"]
    assert b"purl.oclc.org/ooxml/spreadsheetml/main" in after["xl/styles.xml"]
    assert not any(samples.MAIN.encode() in data for data in after.values())


def test_shared_strings_of_the_source_stand_in_its_cells() -> None:
    rich = "<r><rPr><b/></rPr><t>太い</t></r><r><t>字</t></r>"
    source = samples.book(
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>',
        shared_strings=samples.shared_strings("<t>甲&amp;乙</t>", rich),
    )
    after = replaced(samples.book(""), source)
    assert read_cells(after)[TITLE] == {"A1": "太い字", "B1": "甲&乙"}
    assert "<is><r><rPr><b/></rPr><t>太い</t></r><r><t>字</t></r></is>" in page_xml(after)


VALUES = st.one_of(st.integers(-999, 999), st.text("あ<&\"' \n", min_size=1), st.booleans())
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 8), st.integers(1, 5)),
    st.tuples(VALUES, st.sampled_from(["FFFF0000", "FF00FF00", None]), st.booleans()),
)


def drawn(cells: dict[tuple[int, int], tuple[object, str | None, bool]]) -> bytes:
    """A workbook of two worksheets whose first has these cells, and whose second has them below."""
    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = TITLE
    mine: Any = book.create_sheet(MINE)
    for (row, column), (value, color, bold) in cells.items():
        for page, below in ((first, 0), (mine, 10)):
            cell = page.cell(row + below, column, value)
            cell.font = Font(bold=bold, size=9 + below)
            cell.fill = PatternFill("solid", color) if color else PatternFill()
    return pages.saved(book)


@settings(max_examples=exploring.examples(20))
@given(CELLS, CELLS, st.integers(-1, 3))
def test_law_any_page_is_replaced_with_its_formats(
    old: dict[tuple[int, int], tuple[object, str | None, bool]],
    new: dict[tuple[int, int], tuple[object, str | None, bool]],
    shift: int,
) -> None:
    data, source = drawn(old), drawn(new)
    kept = {f"A{row}": f"G{row + shift}" for row in range(2, 9)}
    edit = PackageEdit(data)
    assert replace_worksheet(edit, TITLE, pages.package(source), TITLE, kept=kept) == []
    after = edit.finished()
    old_page = read_cells(data)[TITLE]
    expected = {target: old_page[at] for at, target in kept.items() if at in old_page}
    assert read_cells(after)[TITLE] == read_cells(source)[TITLE] | expected
    assert read_cells(after)[MINE] == read_cells(data)[MINE]
    assert pages.formats(after, MINE) == pages.formats(data, MINE)
    wanted = pages.formats(source, TITLE)
    shown = pages.formats(after, TITLE)
    assert {at: shown[at] for at in wanted} == wanted
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == []
    targets = {target: target for target in kept.values()}
    assert replaced(after, source, kept=targets) == after

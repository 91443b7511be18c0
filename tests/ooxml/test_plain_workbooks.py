"""Plain workbooks of other programs, with the values Excel shows: shapes that this reader or writer once took wrongly."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.ooxml import samples
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import patch_cells, read_cells

TITLE = "評価シート"
# Whatever is in front of a worksheet's cells makes its part go through a parser instead of regular expressions.
READERS = pytest.mark.parametrize("before", ["", "<!-- no regular expression -->"])


def cells(rows: str, before: str = "", **more: str) -> dict[str, object]:
    return dict(read_cells(samples.book(rows, before, **more))[TITLE])


def test_a_module_sheet_of_old_excel_is_no_worksheet() -> None:
    module = '<sheet name="Module1" sheetId="7" r:id=""/>'
    workbook = samples.WORKBOOK.replace("<sheets>", f"<sheets>{module}")
    names = (
        '<definedNames><definedName name="費用" localSheetId="1">A1</definedName></definedNames>'
    )
    workbook = workbook.replace("</sheets>", f"</sheets>{names}")
    data = samples.book('<row r="1"><c r="A1"><v>1</v></c></row>', workbook=workbook)
    assert read_cells(data) == {TITLE: {"A1": 1}}
    assert read_cells(patch_cells(data, {(TITLE, "A1"): 2})) == {TITLE: {"A1": 2}}


EDGES = {
    "<t>  a  </t>": "a",
    "<t>\tb\n</t>": "b",
    "<t> </t>": "",
    '<t xml:space="preserve">  kept  </t>': "  kept  ",
    "<t xml:space='preserve'> kept</t>": " kept",
    '<t xml:space="default"> a </t>': "a",
    "<t>\u3000全角\u3000</t>": "\u3000全角\u3000",
    "<t>\u00a0a\u200b</t>": "\u00a0a\u200b",
    "<t>&#32;a&#10;</t>": "a",
    "<t>a&amp;</t>": "a&",
    "<t> _x0020_a</t>": " a",
    "<t> a<!-- b --> </t>": "a",
    "<t> a </t><rPh sb='0' eb='1'><t xml:space='preserve'> エー </t></rPh>": "a",
    "<r><t> a</t></r><r><rPr><b/></rPr><t>b </t></r>": " ab ",
}


@READERS
@pytest.mark.parametrize("written", EDGES)
def test_white_space_at_the_edges_of_a_text_counts_where_the_file_preserves_it(
    written: str, before: str
) -> None:
    inline = f'<row r="1"><c r="A1" t="inlineStr"><is>{written}</is></c></row>'
    assert cells(inline, before).get("A1") == EDGES[written]
    shared = before + samples.shared_strings("<t>first</t>", written)
    indexed = '<row r="1"><c r="A1" t="s"><v>1</v></c></row>'
    assert cells(indexed, shared_strings=shared).get("A1") == EDGES[written]


def test_white_space_is_preserved_by_what_a_text_stands_in() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"{}><is{}><t> a </t></is></c></row>'
    space = ' xml:space="preserve"'
    assert cells(rows.format(space, "")) == cells(rows.format("", space)) == {"A1": " a "}
    strings = samples.shared_strings("<t> a </t>")
    for tag in ("<sst", "<si"):
        shared = strings.replace(tag, tag + space, 1)
        indexed = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        assert cells(indexed, shared_strings=shared) == {"A1": " a "}


def test_a_text_whose_edges_are_trimmed_is_that_text_for_the_writer_too() -> None:
    data = samples.book('<row r="1"><c r="A1" t="inlineStr"><is><t> a </t></is></c></row>')
    assert patch_cells(data, {(TITLE, "A1"): "a"}) == data
    spaced = patch_cells(data, {(TITLE, "A1"): " a "})
    assert read_cells(spaced) == {TITLE: {"A1": " a "}}


@READERS
@pytest.mark.parametrize(
    ("inside", "value"),
    [
        ("<v>1.0</v><is><t>1.</t></is>", "1."),
        ("<is><t>1.</t></is><v>1.0</v>", "1."),
        ("<v></v><is><t>1.</t></is>", "1."),
        ("<v>1.0</v>", "1.0"),
        ("<v>1.0</v><is><r><t>1</t></r><r><t>.</t></r></is>", "1."),
    ],
)
def test_the_text_of_an_inline_string_is_what_stands_in_it(
    inside: str, value: str, before: str
) -> None:
    rows = f'<row r="1"><c r="A1" t="inlineStr">{inside}</c><c r="B1"><v>2</v></c></row>'
    assert cells(rows, before) == {"A1": value, "B1": 2}
    patched = patch_cells(samples.book(rows, before), {(TITLE, "A1"): "2.", (TITLE, "B1"): 3})
    assert read_cells(patched) == {TITLE: {"A1": "2.", "B1": 3}}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("PT1488H0M0.000S", timedelta(hours=1488)),
        ("P1DT2H", timedelta(hours=26)),
        ("-PT0.5S", timedelta(seconds=-0.5)),
        ("2021-01-01T10:10:10Z", datetime(2021, 1, 1, 10, 10, 10)),  # noqa: DTZ001
        ("2021-01-01", date(2021, 1, 1)),
        ("P1Y", "P1Y"),
        ("PT", "PT"),
        ("P999999999DT999999999H", "P999999999DT999999999H"),
    ],
)
def test_dates_and_durations_may_be_written_by_iso_8601(written: str, value: object) -> None:
    assert cells(f'<row r="1"><c r="A1" t="d"><v>{written}</v></c></row>') == {"A1": value}


@pytest.mark.parametrize("name", ["UTF-16BE", "UTF-16LE", "utf-16"])
def test_a_part_may_say_in_which_order_its_bytes_are(name: str) -> None:
    parts = samples.parts(samples.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    codec = name if name != "utf-16" else "utf-16-be"
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        parts[part] = str(parts[part]).replace("UTF-8", name).encode(codec)
    data = samples.zipped(parts)
    assert read_cells(data) == {TITLE: {"A1": 1}}
    assert read_cells(patch_cells(data, {(TITLE, "A1"): 2})) == {TITLE: {"A1": 2}}


@pytest.mark.parametrize("formula", ["", "<f>1+1</f>"])
def test_full_calculation_is_asked_only_where_a_cell_has_a_formula(formula: str) -> None:
    validation = (
        '<extLst><ext xmlns:x14="http://x14" xmlns:xm="http://xm"><x14:dataValidation>'
        "<x14:formula1><xm:f>B1:B2</xm:f></x14:formula1></x14:dataValidation></ext></extLst>"
    )
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="C1">{formula}<v>2</v></c></row>'
    patched = patch_cells(samples.book(rows, after=validation), {(TITLE, "A1"): 3})
    asked = b"fullCalcOnLoad" in samples.unzipped(patched)["xl/workbook.xml"]
    assert asked == bool(formula)


@pytest.mark.parametrize("padding", [1, 512, 70_000])
def test_zeros_behind_the_archive_are_no_part_of_it(padding: int) -> None:
    data = samples.book('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert read_cells(data + bytes(padding)) == {TITLE: {"A1": 1}}
    assert patch_cells(data + bytes(padding), {(TITLE, "A1"): 2}) == patch_cells(
        data, {(TITLE, "A1"): 2}
    )


MAIN = f'xmlns="{samples.MAIN}"'
ROWS = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "worksheet",
    [
        samples.sheet(ROWS.replace("<row", f"<row {MAIN}")),
        samples.sheet(ROWS.replace("<c ", f"<c {MAIN} ")),
        samples.sheet(ROWS.replace('row r="1"', 'row r=" 1 "')),
        samples.sheet(ROWS).replace(MAIN, f'{MAIN} xmlns:x="{samples.MAIN}"'),
    ],
)
def test_worksheets_that_excel_opens_are_written_into(worksheet: str) -> None:
    data = samples.zipped(samples.parts(worksheet))
    patched = patch_cells(data, {(TITLE, "A1"): "新", (TITLE, "C3"): 4})
    assert read_cells(patched) == {TITLE: {"A1": "新", "C3": 4}}


def test_rows_of_another_namespace_are_not_guessed_at() -> None:
    data = samples.book(ROWS + '<row xmlns="http://elsewhere" r="2"><c r="A2"><v>1</v></c></row>')
    with pytest.raises(UnwritableWorkbook, match="通常と異なり"):
        patch_cells(data, {(TITLE, "A2"): 2})

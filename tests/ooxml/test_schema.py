"""What a patch alters still obeys the schemas' rules of order, names and uniqueness, whatever workbook it was."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ooxml import samples, schema
from tests.ugly.test_ugly import SAMPLES
from xlsync.errors import UnwritableWorkbook, WorkbookError, XlsyncError
from xlsync.ooxml.patch.cell_xml import Formula, Scalar
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.properties import put_custom_property, put_defined_name, put_sheet_state
from xlsync.ooxml.read.reader import open_workbook

CELLS = 20
TITLE = "評価シート"
_VALUES: tuple[Scalar | Formula, ...] = (
    *("新しい\n文 & <字>", 12.5, True, None, 70_000, "", -1, None),
    Formula("1+1", 2),
)
# New cells in rows that are there and in rows that are not, before, between and after the others.
_NEW = ("A1", "B2", "C3", "D4", "CZ2", "CZ3", "F17", "B2001", "A2001", "G1999", "XFD1")

Changes = dict[tuple[str, str], Scalar | Formula]


def changed(data: bytes) -> bytes | None:
    """The workbook with twenty cells, a name of the book and one of a worksheet, a property and a tab changed."""
    edit = PackageEdit(data)
    book = open_workbook(data)
    written = [title for title in book.worksheets if _write(edit, data, title)]
    if not written:
        return None
    put_defined_name(edit, None, "_xlsync.試し", '"甲"', hidden=True)
    put_defined_name(edit, written[0], "Ｍ_試し", "1", hidden=False)
    put_custom_property(edit, "xlsync.試し", "乙")
    with suppress(UnwritableWorkbook):  # the only one, or the one on top
        put_sheet_state(edit, written[-1], "hidden")
    return edit.finished()


def _write(edit: PackageEdit, data: bytes, title: str) -> bool:
    """Twenty cells of the worksheet changed, less those that must stay; False where none may be."""
    changes = _changes(data, title)
    while changes:
        try:
            put_cells(edit, changes, overwrite_formulas=True)
        except UnwritableWorkbook as error:
            refused = error.where.rpartition("!")[2]
            if changes.pop((title, refused), changes) is changes:
                return False  # for the worksheet's sake, not for that of a cell
        else:
            return True
    return False


def _changes(data: bytes, title: str) -> Changes:
    cells = list(open_workbook(data).cells(title))
    chance = random.Random(title)  # noqa: S311 - the same cells each time
    chosen = chance.sample(cells, min(CELLS - len(_NEW), len(cells)))
    places = [*chosen, *(at for at in _NEW if at not in chosen)]
    return {(title, at): _VALUES[n % len(_VALUES)] for n, at in enumerate(places)}


def test_a_patch_breaks_no_rule_of_the_schemas(corpus_file: Path) -> None:
    data = corpus_file.read_bytes()
    try:
        out = changed(data)
    except WorkbookError as error:
        assert error.reason.endswith("。")  # noqa: PT017 - signed, shared, of no shape we know …
        return
    if out is not None:
        assert out != data
        assert schema.introduced(schema.parts_of(data), schema.parts_of(out)) == []


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_a_patch_of_an_ugly_workbook_breaks_no_rule_either(sample: object) -> None:
    data = next(one for one in SAMPLES if one is sample).make()
    try:
        out = changed(data)
    except XlsyncError:
        return
    if out is not None:
        try:
            before = schema.parts_of(data)
        except Exception:  # noqa: BLE001 - what another program cannot open it cannot compare
            return
        assert schema.introduced(before, schema.parts_of(out)) == []


PLAIN = samples.parts(
    samples.sheet(
        '<row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>1</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"/></row>',
        before='<dimension ref="A1:B3"/>',
        after='<mergeCells><mergeCell ref="C1:D1"/></mergeCells><pageMargins/>',
    ),
    shared_strings=samples.shared_strings("<t>甲</t>", count=1),
    calc_chain=f'<calcChain xmlns="{samples.MAIN}"><c r="B1" i="1"/></calcChain>',
    workbook=samples.WORKBOOK.replace(
        "</workbook>",
        '<definedNames><definedName name="a">1</definedName><definedName name="b">1</definedName>'
        "</definedNames><calcPr/></workbook>",
    ),
)
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
CHAIN, STRINGS = "xl/calcChain.xml", "xl/sharedStrings.xml"
TYPES, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (SHEET, "<pageMargins/>", "<pageMargins/><cols/>", "cols after pageMargins"),
        (SHEET, "<pageMargins/>", "<pageMargins/><pageMargins/>", "pageMargins twice"),
        (SHEET, "<pageMargins/>", "<pageMargin/>", "no place"),
        (SHEET, '<row r="3"', '<row r="1"', "row 1 after row 1"),
        (SHEET, 'r="A3"', 'r="A4"', "A4 in row 3"),
        (SHEET, 'r="B1"', 'r="A1"', "A1 in row 1 after column 1"),
        (SHEET, "<f>1</f><v>1</v>", "<v>1</v><f>1</f>", "f after v"),
        (SHEET, 'c r="A3"', 'c r="A3" x="1"', "attribute x"),
        (SHEET, 'c r="A3"', 'c r="A3" t="text"', "type text"),
        (SHEET, 'row r="3"', 'row r="3" height="1"', "has height"),
        (SHEET, 'spans="1:2"', 'spans="1-2"', "spans"),
        (SHEET, "A1:B3", "A1:B", "dimension"),
        (SHEET, '<c r="A3"/>', '<c r="A3" t="inlineStr"><v>1</v></c>', "an inline text"),
        (SHEET, "<v>0</v>", "<v>1</v>", "no string 1"),
        (SHEET, '<c r="A3"/>', '<c r="A3" t="s"><v>0</v></c>', "more references"),
        (SHEET, "<f>1</f>", "", "B1 of 1 has no formula"),
        (BOOK, "<calcPr/>", "<calcPr/><bookViews/>", "bookViews after calcPr"),
        (BOOK, 'name="b"', 'name="A"', "name a of -1 twice"),
        (BOOK, 'name="a"', 'name="c"', "not in order"),
        (BOOK, 'name="b"', 'name="b" localSheetId="7"', "name of tab 7"),
        (BOOK, 'sheetId="1"', 'sheetId="1" state="hidden"', "no tab can be seen"),
        (TYPES, "</Types>", '<Override PartName="/XL/calcChain.xml"/></Types>', "Override"),
        (TYPES, "</Types>", '<Override PartName="/xl/none.xml"/></Types>', "of no part"),
        (TYPES, "</Types>", '<Default Extension="XML"/></Types>', "Default xml twice"),
        (RELATIONS, 'Id="rId2"', 'Id="rId1"', "Id rId1 twice"),
        (RELATIONS, "sharedStrings.xml", "strings.xml", "leads to no part"),
        (SHEET, "</worksheet>", "", "no XML"),
    ],
)
def test_each_rule_is_seen_to_be_broken(part: str, old: str, new: str, words: str) -> None:
    before = {name: str(content).encode() for name, content in PLAIN.items()}
    assert old in str(PLAIN[part])
    after = before | {part: str(PLAIN[part]).replace(old, new, 1).encode()}
    found = schema.introduced(before, after)
    assert any(words in sentence for sentence in found), found
    assert schema.introduced(after, after) == []


def test_a_sound_workbook_breaks_no_rule() -> None:
    parts = {name: str(content).encode() for name, content in PLAIN.items()}
    assert schema.violations(parts, set(parts)) == {}

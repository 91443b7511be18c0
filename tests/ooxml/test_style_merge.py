"""The formats of one workbook in the styles of another: each once, and shown as it was."""

from __future__ import annotations

import re

import pytest

from tests.ooxml import pages, samples
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import StyleNumbers, merge_styles

MAIN = samples.MAIN
FONTS = '<fonts count="1"><font><sz val="11"/><name val="A"/></font></fonts>'
FILLS = (
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
)
BORDERS = '<borders count="1"><border/></borders>'
STYLES = (
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
)


def styled(formats: str, fonts: str = FONTS, before: str = "", after: str = "") -> str:
    """A styles part with these cell formats."""
    return (
        f'<styleSheet xmlns="{MAIN}">{before}{fonts}{FILLS}{BORDERS}{STYLES}'
        f"<cellXfs>{formats}</cellXfs>{after}</styleSheet>"
    )


def book(styles: str) -> bytes:
    """A workbook with this styles part."""
    return samples.book("", styles=styles)


def merged(target: bytes, source: bytes) -> tuple[StyleNumbers, bytes]:
    """Where the formats of the source are in the target, and the target with them."""
    edit = PackageEdit(target)
    numbers = merge_styles(edit, Package.open(source))
    return numbers, edit.finished()


def styles_of(data: bytes) -> str:
    """The styles part's text."""
    return samples.unzipped(data)["xl/styles.xml"].decode()


PLAIN = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'


@pytest.mark.parametrize("data", [pages.by_openpyxl(), pages.by_xlsxwriter()])
def test_merging_again_adds_nothing(data: bytes) -> None:
    numbers, after = merged(data, pages.new_page())
    assert len(styles_of(after)) > len(styles_of(data))
    assert merged(after, pages.new_page()) == (numbers, after)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (PLAIN, '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyFont="true"/>'),
        (PLAIN, PLAIN.replace("/>", '><alignment wrapText="false" horizontal="general"/></xf>')),
        (PLAIN, PLAIN.replace("/>", '><protection locked="true" hidden="0"/></xf>')),
        (
            PLAIN.replace("/>", '><alignment wrapText="1"/></xf>'),
            PLAIN.replace("/>", '><alignment vertical="bottom" wrapText="true"/></xf>'),
        ),
    ],
)
def test_formats_that_show_alike_are_one(ours: str, theirs: str) -> None:
    data = book(styled(theirs))
    assert merged(data, book(styled(ours))) == (StyleNumbers((0,), ()), data)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("<font><b/><sz val='9'/></font>", "<font><sz val='9'/><b val='true'/></font>"),
        ("<font><color rgb='00AABBCC'/></font>", "<font><color rgb='ffaabbcc'/></font>"),
        ("<font><u/></font>", "<font><u val='single'/></font>"),
    ],
)
def test_fonts_that_show_alike_are_one(ours: str, theirs: str) -> None:
    data = book(styled(PLAIN, f"<fonts>{theirs}</fonts>"))
    assert merged(data, book(styled(PLAIN, f"<fonts>{ours}</fonts>")))[1] == data


@pytest.mark.parametrize(
    "change",
    [
        '<protection locked="0"/>',
        '<alignment horizontal="center"/>',
        '<alignment indent="1"/>',
    ],
)
def test_formats_that_show_otherwise_are_added(change: str) -> None:
    other = PLAIN.replace("/>", f">{change}</xf>")
    numbers, after = merged(book(styled(PLAIN)), book(styled(PLAIN + other)))
    assert numbers == StyleNumbers((0, 1), ())
    assert change in styles_of(after)


def test_number_formats_get_ids_that_are_free() -> None:
    codes = '<numFmts count="1"><numFmt numFmtId="164" formatCode="0&quot;{}&quot;"/></numFmts>'
    xf = PLAIN.replace('numFmtId="0"', 'numFmtId="164"')
    numbers, after = merged(
        book(styled(xf, before=codes.format("点"))), book(styled(xf, before=codes.format("人")))
    )
    assert numbers == StyleNumbers((1,), ())
    text = styles_of(after)
    assert 'count="2"' in text
    assert re.findall(r'numFmtId="(\d+)" formatCode="0&quot;(.)&quot;"', text) == [
        ("164", "点"),
        ("165", "人"),
    ]
    assert '<xf numFmtId="165"' in text


def test_an_id_built_into_excel_is_itself_whatever_a_program_states_of_it() -> None:
    stated = '<numFmts count="1"><numFmt numFmtId="0" formatCode=""/></numFmts>'
    data = book(styled(PLAIN, before=stated))
    assert merged(data, book(styled(PLAIN))) == (StyleNumbers((0,), ()), data)


def test_formats_of_rules_are_merged_as_well() -> None:
    red, blue = (
        f'<dxf><fill><patternFill><bgColor rgb="{color}"/></patternFill></fill></dxf>'
        for color in ("FFFF0000", "FF0000FF")
    )
    target = book(styled(PLAIN, after=f'<dxfs count="1">{red}</dxfs>'))
    source = book(styled(PLAIN, after=f'<dxfs count="2">{blue}{red}</dxfs>'))
    numbers, after = merged(target, source)
    assert numbers.differential_formats == (1, 0)
    assert '<dxfs count="2">' in styles_of(after)


def test_a_workbook_without_styles_gets_a_part_for_them() -> None:
    data = samples.book('<row r="1"><c r="A1"><v>1</v></c></row>')
    numbers, after = merged(data, pages.new_page())
    assert numbers.cell_formats[0] > 0, "its own cells show what they showed"
    parts = samples.unzipped(after)
    assert b"/xl/styles.xml" in parts["[Content_Types].xml"]
    assert b"relationships/styles" in parts["xl/_rels/workbook.xml.rels"]
    assert merged(after, pages.new_page()) == (numbers, after)


def test_lists_that_are_lacking_stand_where_the_schema_has_them() -> None:
    data = book(
        f'<x:styleSheet xmlns:x="{MAIN}"><x:cellXfs><x:xf numFmtId="0"/></x:cellXfs></x:styleSheet>'
    )
    _, after = merged(data, pages.new_page())
    names = re.findall(r"<x:(\w+) count=|<x:(cellXfs)>", styles_of(after))
    assert ["".join(name) for name in names] == [
        *("numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs"),
    ]


def test_a_fill_is_none_of_the_two_that_excel_presets() -> None:
    yellow = '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill>'
    false = styled(PLAIN).replace('<fill><patternFill patternType="gray125"/></fill>', yellow)
    xf = PLAIN.replace('fillId="0"', 'fillId="2"')
    source = styled(PLAIN + xf).replace("</fills>", f"{yellow}</fills>")
    _, after = merged(book(false), book(source))
    assert '<xf numFmtId="0" fontId="0" fillId="2"' in styles_of(after)

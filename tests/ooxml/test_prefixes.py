"""Elements under two prefixes of one namespace, as the Open XML SDK leaves them, are one kind of element to us too."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring
from tests.ooxml import samples
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.ooxml.xml.prefixes import with_one_prefix

TITLE = "評価シート"
MAIN = f'xmlns="{samples.MAIN}"'
SECOND = f'xmlns:x="{samples.MAIN}"'
DECLARED_BY = pytest.mark.parametrize("declared_by", ["element", "root"])
ROW = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>字</t></is></c></row>'


def second(xml: str, *, declared_by: str = "element") -> str:
    """The same element under the second prefix, declared by itself or else by the root."""
    renamed = re.sub(r"<(/?)(?=\w)", r"<\1x:", xml)
    return (
        re.sub(r"(?<=\w)(?=[\s/>])", f" {SECOND}", renamed, count=1)
        if declared_by == "element"
        else renamed
    )


def worksheet(text: str, *, declared_by: str) -> str:
    """A worksheet part whose root declares the second prefix unless its users do."""
    return text if declared_by == "element" else text.replace(MAIN, f"{MAIN} {SECOND}")


@DECLARED_BY
@pytest.mark.parametrize(
    "rows",
    ['<row r="3"><c r="A3"><v>3</v></c></row>', '<row r="3">{}</row>'],
    ids=["row", "cell"],
)
def test_cells_under_a_second_prefix_are_read_and_written(rows: str, declared_by: str) -> None:
    added = (
        rows.format(second('<c r="A3"><v>3</v></c>', declared_by=declared_by))
        if "{}" in rows
        else second(rows, declared_by=declared_by)
    )
    part = worksheet(samples.sheet(ROW + added), declared_by=declared_by)
    data = samples.zipped(samples.parts(part))
    assert read_cells(data) == {TITLE: {"A1": 1, "B1": "字", "A3": 3}}
    patched = patch_cells(data, {(TITLE, "A3"): "新", (TITLE, "C1"): 5})
    assert read_cells(patched) == {TITLE: {"A1": 1, "B1": "字", "A3": "新", "C1": 5}}


@DECLARED_BY
def test_merged_areas_under_a_second_prefix_hide_cells_too(declared_by: str) -> None:
    merges = second('<mergeCells><mergeCell ref="A1:B1"/></mergeCells>', declared_by=declared_by)
    part = worksheet(samples.sheet(ROW, after=merges), declared_by=declared_by)
    data = samples.zipped(samples.parts(part))
    assert open_workbook(data).merged(TITLE) == ("A1:B1",)
    with pytest.raises(UnwritableWorkbook, match="結合セル"):
        patch_cells(data, {(TITLE, "B1"): "見えない"})


@DECLARED_BY
@pytest.mark.parametrize("first", ["<si><t>一</t></si>", ""])
def test_shared_strings_under_a_second_prefix_keep_their_numbers(
    first: str, declared_by: str
) -> None:
    items = first + second("<si><t>二</t></si>", declared_by=declared_by)
    strings = worksheet(f"<sst {MAIN}>{items}<si><t>三</t></si></sst>", declared_by=declared_by)
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    values = list(read_cells(samples.book(rows, shared_strings=strings))[TITLE].values())
    assert values == (["一", "二"] if first else ["二", "三"])


@DECLARED_BY
def test_number_formats_under_a_second_prefix_make_dates_of_numbers(declared_by: str) -> None:
    styles = samples.styles("yyyy/m/d")
    element = re.search("<numFmt .*?/>", styles)
    assert element is not None
    changed = styles.replace(element[0], second(element[0], declared_by=declared_by))
    data = samples.book(
        '<row r="1"><c r="A1" s="1"><v>43191</v></c></row>',
        styles=worksheet(changed, declared_by=declared_by),
    )
    assert read_cells(data)[TITLE]["A1"] == date(2018, 4, 1)


def test_a_workbook_part_with_names_under_a_second_prefix_gets_no_second_list_of_names() -> None:
    from xlsync.ooxml.patch.properties import set_defined_name

    names = second(
        "<definedNames><definedName name='一'>評価シート!$A$1</definedName></definedNames>"
    )
    workbook = samples.WORKBOOK.replace("</sheets>", f"</sheets>{names}")
    data = set_defined_name(samples.book(ROW, workbook=workbook), None, "二", "評価シート!$B$1")
    assert [name.name for name in open_workbook(data).names] == ["一", "二"]
    part = samples.unzipped(data)["xl/workbook.xml"].decode()
    assert len(re.findall(r"<(?:x:)?definedNames[\s>]", part)) == 1


def test_a_prefix_that_means_two_things_is_not_guessed_at() -> None:
    inner = f'<q xmlns="http://elsewhere"><x:c {SECOND} r="A3"/></q>'
    text = f"<worksheet {MAIN}>{inner}</worksheet>"
    assert with_one_prefix(text) == text


PREFIXES = ("", "x:", "y:")
ATTRIBUTES = st.sampled_from(["", ' r="A1"', " r='<x:c'".replace("<", "&lt;"), ' a=">"', ' b="/"'])
TEXTS = st.sampled_from(
    ["", "1", "&lt;x:c/>", "<!-- <x:c> -->", "<![CDATA[<x:c/>]]>", "字", "<o:c/>"]
)
ELEMENTS = st.recursive(
    st.builds(
        lambda prefix, attributes, text: (
            f"<{prefix}c{attributes}>{text}</{prefix}c>" if text else f"<{prefix}c{attributes}/>"
        ),
        st.sampled_from(PREFIXES),
        ATTRIBUTES,
        TEXTS,
    ),
    lambda inner: st.builds(
        lambda prefix, inside, text: f"<{prefix}row>{''.join(inside)}{text}</{prefix}row >",
        st.sampled_from(PREFIXES),
        st.lists(inner, max_size=3),
        TEXTS,
    ),
    max_leaves=12,
)


@settings(max_examples=exploring.examples(100))
@given(st.sampled_from(PREFIXES), ELEMENTS)
def test_one_prefix_changes_no_name_and_no_text(prefix: str, inner: str) -> None:
    namespaces = f'{MAIN} {SECOND} {SECOND.replace(":x", ":y")} xmlns:o="http://elsewhere"'
    text = f"<{prefix}worksheet {namespaces}>{inner}</{prefix}worksheet>"
    changed = with_one_prefix(text)
    trees = [ET.fromstring(part) for part in (changed, text)]  # noqa: S314 - our own
    assert ET.tostring(trees[0]) == ET.tostring(trees[1])
    bare = re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", changed)
    assert set(re.findall(r"</?((?:[xy]:)?)(?=(?:c|row|worksheet)\b)", bare)) == {prefix}

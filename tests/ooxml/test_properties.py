"""What a workbook says of itself can be changed without touching its cells."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ooxml import samples
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.patch.properties import set_custom_property, set_defined_name
from xlsync.ooxml.read.reader import open_workbook

TITLE = "評価シート"
BOOK = samples.book('<row r="1"><c r="A1"><v>1</v></c></row>')
STRICT = samples.zipped(
    {
        name: content.replace(
            samples.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"
        ).replace(samples.RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        if isinstance(content, str)
        else content
        for name, content in samples.parts(samples.sheet("")).items()
    }
)


def workbook_xml(data: bytes) -> str:
    return samples.unzipped(data)["xl/workbook.xml"].decode()


@pytest.mark.parametrize("data", [BOOK, STRICT], ids=["transitional", "Strict"])
def test_a_custom_property_is_made_and_replaced(data: bytes) -> None:
    once = set_custom_property(set_custom_property(data, "xlsync", "甲 & <乙>"), "other", "2")
    assert open_workbook(once).custom_properties == {"xlsync": "甲 & <乙>", "other": "2"}
    twice = set_custom_property(once, "xlsync", "丙")
    assert open_workbook(twice).custom_properties == {"xlsync": "丙", "other": "2"}
    changed = {"[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"}
    after = samples.unzipped(twice)
    assert {n for n, content in samples.unzipped(data).items() if after[n] != content} <= changed


def test_all_properties_of_one_name_get_the_value() -> None:
    once = set_custom_property(BOOK, "stamp", "1")
    files = samples.unzipped(once)
    part = files["docProps/custom.xml"].decode()
    one = part[part.index("<property") : part.index("</Properties>")]
    empty = '<property fmtid="" pid="3" name="stamp"/>'
    files["docProps/custom.xml"] = part.replace(one, one + empty + one).encode()
    second = part.replace(one, one.replace("stamp", "other") + one)
    files["docProps/second.xml"] = second.encode()
    relations = files["_rels/.rels"].decode()
    last = relations[relations.rindex("<Relationship") : relations.index("</Relationships>")]
    another = last.replace("custom.xml", "second.xml").replace("rId2", "rId3")
    files["_rels/.rels"] = relations.replace(last, last + another).encode()
    changed = set_custom_property(samples.zipped(dict(files)), "stamp", "2")
    assert open_workbook(changed).custom_properties == {"stamp": "2", "other": "1"}
    after = samples.unzipped(changed)
    first, second = (after[f"docProps/{name}.xml"].decode() for name in ("custom", "second"))
    assert (first.count(">2<"), first.count(">1<")) == (3, 0)
    assert (second.count(">2<"), second.count(">1<")) == (1, 1)


def test_all_names_that_are_the_same_get_the_meaning() -> None:
    names = (
        '<definedNames><definedName name="a" localSheetId="0">1</definedName>'
        '<definedName name="A" localSheetId="0">2</definedName><definedName name="a">3</definedName>'
        "</definedNames></workbook>"
    )
    files = samples.unzipped(BOOK)
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(b"</workbook>", names.encode())
    changed = set_defined_name(samples.zipped(dict(files)), TITLE, "a", "9")
    assert [name.refers_to for name in open_workbook(changed).names] == ["9", "9", "3"]


def test_another_library_reads_the_custom_property() -> None:
    book = openpyxl.load_workbook(io.BytesIO(set_custom_property(BOOK, "xlsync", "発行印")))
    found = book.custom_doc_props.props  # type: ignore[attr-defined]  # the stubs do not know it
    assert {p.name: p.value for p in found} == {"xlsync": "発行印"}


@given(st.text(max_size=20), st.text(min_size=1, max_size=8).filter(lambda t: t.isprintable()))
def test_any_text_survives_in_a_custom_property(value: str, name: str) -> None:
    found = open_workbook(set_custom_property(BOOK, name, value)).custom_properties
    assert found == {name: value}


def test_a_defined_name_is_added_in_order_and_replaced() -> None:
    data = BOOK
    for name in ("costs.b", "Costs.a", "zeile", "costs.b"):
        data = set_defined_name(data, TITLE, name, f"{TITLE}!$A$1", hidden=name == "zeile")
    data = set_defined_name(data, None, "costs.b", '"x & y"')
    data = set_defined_name(data, TITLE, "costs.b", f"{TITLE}!$B$2", hidden=True)
    names = [(n.name, n.scope, n.refers_to, n.hidden) for n in open_workbook(data).names]
    assert names == [
        ("Costs.a", TITLE, f"{TITLE}!$A$1", False),
        ("costs.b", None, '"x & y"', False),
        ("costs.b", TITLE, f"{TITLE}!$B$2", True),
        ("zeile", TITLE, f"{TITLE}!$A$1", True),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(data))[TITLE]
    assert sheet.defined_names["costs.b"].attr_text == f"{TITLE}!$B$2"


def test_names_stand_where_the_schema_wants_them() -> None:
    workbook = samples.WORKBOOK.replace("</workbook>", '<calcPr calcId="1"/></workbook>')
    data = set_defined_name(samples.book("", workbook=workbook), None, "a", "1")
    assert '</sheets><definedNames><definedName name="a">1</definedName></definedNames><calcPr' in (
        workbook_xml(data)
    )
    empty = samples.WORKBOOK.replace("</workbook>", "<definedNames/></workbook>")
    data = set_defined_name(samples.book("", workbook=empty), None, "a", "1")
    assert "<definedNames><definedName " in workbook_xml(data)


def test_a_name_for_a_worksheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnwritableWorkbook):
        set_defined_name(BOOK, "別のシート", "a", "1")
    with pytest.raises(UnwritableWorkbook):
        set_defined_name(BOOK, TITLE, "a", "\x01")

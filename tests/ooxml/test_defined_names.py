"""Our names of a workbook are exchanged for others, and nobody else's changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ooxml import samples, schema
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import open_workbook
from xlsync.ooxml.opc.workbook_part import Name
from xlsync.ooxml.patch.defined_names import replace_defined_names
from xlsync.ooxml.patch.kept_cells import NotKept
from xlsync.ooxml.patch.package_editor import PackageEdit

TITLE = "評価シート"
OURS = "ours."


def book(names: str) -> bytes:
    """A workbook with these elements for names."""
    group = f"<definedNames>{names}</definedNames>" if names else ""
    workbook = samples.WORKBOOK.replace("</workbook>", f"{group}</workbook>")
    return samples.book("", workbook=workbook)


def is_ours(name: Name) -> bool:
    return name.name.startswith(OURS)


def test_ours_are_exchanged_and_others_stay_as_they_are_written() -> None:
    data = book(
        '<definedName name="ours.old" localSheetId="0">A1</definedName>'
        '<definedName name="わたしの" comment="大事">評価シート!$C$3</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">評価シート!$A$1:$C$9</definedName>'
    )
    edit = PackageEdit(data)
    names = [
        Name("ours.b", TITLE, "評価シート!$B$1", hidden=False),
        Name("ours.a", None, '評価シート!$A$1&"<"', hidden=True),
    ]
    assert replace_defined_names(edit, is_ours, names) == []
    after = edit.finished()
    assert set(open_workbook(after).names) == {
        *names,
        *(name for name in open_workbook(data).names if not is_ours(name)),
    }
    text = samples.unzipped(after)["xl/workbook.xml"].decode()
    assert '<definedName name="わたしの" comment="大事">評価シート!$C$3</definedName>' in text
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == [], "in order"


def test_a_name_of_somebody_that_is_one_of_the_new_ones_is_returned() -> None:
    edit = PackageEdit(book('<definedName name="OURS.A">1</definedName>'))
    new = Name("ours.a", None, "2", hidden=False)
    assert replace_defined_names(edit, is_ours, [new]) == [NotKept("name", "OURS.A")]
    assert open_workbook(edit.finished()).names == (new,)


def test_the_scope_must_be_a_worksheet_there_is() -> None:
    with pytest.raises(UnwritableWorkbook, match="シートが見つかりません"):
        replace_defined_names(
            PackageEdit(book("")), is_ours, [Name("a", "ない", "1", hidden=False)]
        )


def test_without_any_name_left_there_is_no_list_of_names() -> None:
    edit = PackageEdit(book('<definedName name="ours.a">1</definedName>'))
    assert replace_defined_names(edit, is_ours, []) == []
    assert b"definedName" not in samples.unzipped(edit.finished())["xl/workbook.xml"]


NAMES = st.builds(
    Name,
    st.text("abcAB点_", min_size=1, max_size=4).map(lambda text: f"n{text}"),
    st.sampled_from([None, TITLE]),
    st.text("A1&<\"'! ", min_size=1),
    st.booleans(),
)


@given(st.lists(NAMES), st.lists(NAMES))
def test_law_names_are_what_was_put_and_to_put_them_again_changes_nothing(
    first: list[Name], second: list[Name]
) -> None:
    edit = PackageEdit(book('<definedName name="zz">1</definedName>'))
    replace_defined_names(edit, lambda name: name.name != "zz", first)
    replace_defined_names(edit, lambda name: name.name != "zz", second)
    after = edit.finished()
    last = {(name.name.casefold(), name.scope): name for name in second}
    assert set(open_workbook(after).names) == {
        *last.values(),
        Name("zz", None, "1", hidden=False),
    }
    assert schema.violations(schema.parts_of(after), {"xl/workbook.xml"}) == {}
    again = PackageEdit(after)
    replace_defined_names(again, lambda name: name.name != "zz", second)
    assert again.finished() == after

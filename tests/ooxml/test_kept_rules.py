"""Rules of a worksheet put into another page: each applies after its own, in an extension where it stood in one."""

from __future__ import annotations

import pytest

from tests.ooxml import samples
from xlsync.ooxml.patch.kept_rules import Rule, rules_of, with_rules
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.patch.worksheet_replacement import refuse_unbound
from xlsync.workbook.upgrade.own_rules import rules_beside, rules_of_form

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
FORMATS = f'<x:ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:y="{X14}" xmlns:xm="{XM}">'
FORMAT = (
    '<y:conditionalFormatting><y:cfRule type="expression" priority="2" id="{{0}}"><xm:f>{}</xm:f></y:cfRule>'
    "<xm:sqref>A1 B2:B3</xm:sqref></y:conditionalFormatting>"
)
OLD = (
    f'<x:worksheet xmlns:x="{samples.MAIN}"><x:sheetData/><x:extLst>{FORMATS}<y:conditionalFormattings>'
    f"{FORMAT.format('C1&gt;1')}</y:conditionalFormattings></x:ext></x:extLst></x:worksheet>"
)
PLAIN = '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="7"/></conditionalFormatting>'
PAGES = {
    "without extensions": "<sheetData/>",
    "with a rule of its own": f"<sheetData/>{PLAIN}",
    "with an empty list of extensions": "<sheetData/><extLst/>",
    "with another extension": '<sheetData/><extLst><ext uri="{0}"/></extLst>',
    "with an extension for such rules": (
        f'<sheetData/><extLst><ext uri="{{1}}" xmlns:x14="{X14}"><x14:conditionalFormattings/></ext></extLst>'
    ),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_rule_of_an_extension_stands_in_the_other_pages(page: str) -> None:
    old = Children.of(OLD)
    before = Children.of(f'<worksheet xmlns="{samples.MAIN}">{PAGES[page]}</worksheet>')
    rules = list(rules_of(old))
    assert [rule[:3] for rule in rules] == [
        ("conditionalFormatting", "A1 B2:B3", ("C1>1",)),
    ]
    text = with_rules(before, rules, old.root_element.prefix)
    after = [rule for rule in rules_of(Children.of(text)) if rule.is_extended]
    assert [rule[:3] for rule in after] == [rule[:3] for rule in rules]
    assert text.count("<extLst>") == 1
    assert priority(after[0]) == (9 if page == "with a rule of its own" else 2)
    refuse_unbound(text, "sheet1.xml")


def priority(rule: Rule) -> int:
    return int(rule.text.partition('priority="')[2].partition('"')[0])


AS_WE_WRITE_IT = '<dataValidation promptTitle="直すところの位置" prompt="図です。" showInputMessage="1" sqref="AE1:AJ55"/>'
AS_LIBREOFFICE_WRITES_IT = (
    '<dataValidation allowBlank="false" errorStyle="stop" operator="between" prompt="図です。" '
    'promptTitle="直すところの位置" showDropDown="false" showErrorMessage="false" showInputMessage="true" '
    'sqref="AE1:AJ55" type="none"><formula1>0</formula1><formula2>0</formula2></dataValidation>'
)


def test_a_note_of_the_form_is_known_again_as_libreoffice_writes_it() -> None:
    written, saved = (
        f'<worksheet xmlns="{samples.MAIN}"><sheetData/><dataValidations count="1">{rule}'
        "</dataValidations></worksheet>"
        for rule in (AS_WE_WRITE_IT, AS_LIBREOFFICE_WRITES_IT)
    )
    assert rules_beside(saved, rules_of_form(written, ())) == []
    own = saved.replace('type="none"', 'type="whole"')
    assert len(rules_beside(own, rules_of_form(written, ()))) == 1

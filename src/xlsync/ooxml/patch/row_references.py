"""What in a workbook speaks of a worksheet's cells, once rows were inserted there: areas, rules, formulas, names, charts."""

from __future__ import annotations

import re
from typing import Final

from xlsync.ooxml.opc.relationships import related
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.row_shift import RowShift
from xlsync.ooxml.xml.encoding import escaped, unescaped

_TAG: Final = re.compile(r"<(?:[\w.-]+:)?([A-Za-z]\w*)(\s[^<>]*)?>")
_ATTRIBUTE: Final = re.compile(
    r"""(\s(ref|sqref|activeCell|topLeftCell)\s*=\s*["'])([^"'<>]*)(?=["'])"""
)
_BREAKS: Final = re.compile(r"<((?:[\w.-]+:)?)rowBreaks\b.*?</\1rowBreaks\s*>", re.DOTALL)
_BREAK_ID: Final = re.compile(r"""(<(?:[\w.-]+:)?brk\b[^<>]*?\sid\s*=\s*["'])([0-9]+)(?=["'])""")
_GROWING: Final = frozenset(
    {"conditionalFormatting", "dataValidation", "ignoredError", "protectedRange"}
)
"""What is for some cells each by itself: rows put behind the last of them are to be alike."""
_FORMULA: Final = re.compile(
    r"(<(?:[\w.-]+:)?(?:f|formula|formula1|formula2|definedName)(?:\s[^<>]*(?<!/))?>)([^<]+)(?=</)"
)
_SQREF: Final = re.compile(r"(<(?:[\w.-]+:)?sqref\s*>)([^<]+)(?=</)")
_LINKED_CELL: Final = re.compile(r"""(\s(?:fmlaLink|fmlaRange)\s*=\s*["'])([^"'<>]+)(?=["'])""")
_SKIPPED: Final = frozenset({"c", "row", "f"})


def with_rules_shifted(text: str, shift: RowShift) -> str:
    """Return a worksheet part's text with the areas around its cells where they are afterwards."""
    start, end = text.find("sheetData"), text.rfind("sheetData")
    head, cells, tail = text[:start], text[start:end], text[end:]
    head, tail = (_TAG.sub(lambda m: _shifted_tag(m, shift), part) for part in (head, tail))
    tail = _SQREF.sub(lambda m: m[1] + shift.areas(m[2], grows=True), tail)
    tail = _BREAKS.sub(lambda m: _BREAK_ID.sub(lambda b: _break(b, shift), m[0]), tail)
    return head + cells + tail


def _shifted_tag(match: re.Match[str], shift: RowShift) -> str:
    if match[1] in _SKIPPED or not match[2]:
        return match[0]
    grows = match[1] in _GROWING
    return _ATTRIBUTE.sub(lambda m: m[1] + shift.areas(m[3], grows=grows), match[0])


def _break(match: re.Match[str], shift: RowShift) -> str:
    return f"{match[1]}{shift.row(int(match[2]))}"


def with_formulas_shifted(edit: PackageEdit, worksheet_part: str, shift: RowShift) -> None:
    """Let every formula, name, chart and control of the workbook refer to the same cells as before."""
    for entry in edit.workbook.worksheets:
        if entry.part not in edit:
            continue
        is_own = entry.part == worksheet_part
        _put_shifted(edit, entry.part, shift, is_own=is_own)
        for drawing in related(edit, entry.part, "drawing"):
            for chart in related(edit, drawing, "chart"):
                _put_shifted(edit, chart, shift, is_own=False)
        for control in related(edit, entry.part, "ctrlProp"):
            _put_shifted(edit, control, shift, is_own=is_own, pattern=_LINKED_CELL)
    _put_shifted(edit, edit.workbook.part, shift, is_own=False)
    edit.read_workbook_again()


def _put_shifted(
    edit: PackageEdit,
    part: str,
    shift: RowShift,
    *,
    is_own: bool,
    pattern: re.Pattern[str] = _FORMULA,
) -> None:
    text = edit.text(part)
    title = escaped(shift.title).replace("&apos;", "'")
    if not is_own and shift.title not in text and title not in text:
        return
    shifted = pattern.sub(lambda m: _formula(m, shift, is_own=is_own), text)
    if shifted != text:
        edit.put(part, shifted)


def _formula(match: re.Match[str], shift: RowShift, *, is_own: bool) -> str:
    formula = unescaped(match[2])
    shifted = shift.formula(formula, is_own=is_own)
    return match[0] if shifted == formula else match[1] + escaped(shifted)

"""Whether Excel bears what a form asks for: lengths and depths of formulas, their arguments, formats, lines.

Limits: "Excel specifications and limits" (Microsoft, Excel 2016 and later). A workbook beyond them is called damaged when it is
opened, so the form is refused before a template is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError
from xlsync.excel_text import CELL_LIMIT
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.titled_references import seen_from
from xlsync.workbook.checks.check_layout import SLOTS, STATES
from xlsync.workbook.checks.formula_faults import TextLengths, array_fault
from xlsync.workbook.reading.field_values import formula_text

if TYPE_CHECKING:
    from xlsync.workbook.checks.hidden_sheet import CheckSheet

LENGTH: Final = 8_192
"""Characters of a formula, "=" included."""
DEPTH: Final = 64
"""Functions within functions."""
ARGUMENTS: Final = 255
"""Of one function."""
FORMATS: Final = 65_490
"""Different formats of a workbook; each condition of a field's colour counts as one, to be on the safe side."""
AREAS_OF_A_FIELD: Final = 2
"""Of a field: its own area, and the map in the page's margin."""
_PIECE: Final = re.compile(
    r"""\"(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z_.][A-Za-z0-9_.]*\(|[({})]|,"""
)


def refuse_beyond_excel(sheet: CheckSheet, where: str) -> None:
    """Raise FormError, naming the entry, where the checks or sums of a page ask more than Excel bears."""
    fields = len(sheet.edition.fields)
    if fields * len(STATES) * AREAS_OF_A_FIELD > FORMATS:
        reason = f"欄が多すぎます（{fields:,}）。色分けの条件付き書式がExcelの上限（{FORMATS:,}）を超えます"
        raise FormError(reason, where)
    lines, most = len(sheet.lines) + SLOTS, sheet.order(0, "blank") - sheet.order(0, "error")
    if lines >= most:
        reason = f"規則が多すぎます。欄ごとに数えて {lines:,} になります（{most - SLOTS:,} まで）"
        raise FormError(reason, where)
    lengths = TextLengths(sheet.formulas, sheet.statics)
    for entry, formula in _formulas(sheet):
        fault = fault_of(formula) or _fault_in_excel(formula, lengths)
        if fault:
            raise FormError(f"{entry}のExcelの計算式が作れません。{fault}", where)


def _formulas(sheet: CheckSheet) -> Iterator[tuple[str, str]]:
    """Yield every formula of a page's sums and checks with the form entry it is compiled from."""
    for path, rule in sheet.edition.formulas.items():
        cells = sheet.field_addresses
        _, known = seen_from(cells, cells[path], sheet.title)
        yield f"規則 {rule.code}（{path}）", formula_text(sheet.edition, rule, known)
    owners = _Owners(sheet)
    for address, formula in sheet.formulas.items():
        yield owners.entry(address), formula


class _Owners:
    """What each formula of the hidden worksheet is made of: by its row a field, or a line of a field or a rule."""

    def __init__(self, sheet: CheckSheet) -> None:
        fields = {
            split_reference(cells["value"])[0]: path
            for path, cells in sheet.addresses.helpers.items()
        }
        self._fields, self._first, self._sheet = fields, min(fields), sheet
        self._lines_from = split_reference(sheet.outside("row").rpartition("!")[2].split(":")[0])[1]
        self._codes = {rule.code for rule in sheet.edition.rules}

    def entry(self, address: str) -> str:
        row, column = split_reference(address)
        index = row - self._first
        if column < self._lines_from and row in self._fields:
            return self._field(self._fields[row])
        if column >= self._lines_from and 0 <= index < len(self._sheet.lines):
            line = self._sheet.lines[index]
            return (
                f"規則 {line.code}（{line.path}）"
                if line.code in self._codes
                else self._field(line.path)
            )
        return "チェックの集計"

    def _field(self, path: str) -> str:
        listed = self._sheet.edition.by_path[path].list_name
        return f"欄 {path}" + (f"（choices「{listed}」）" if listed is not None else "")


def fault_of(formula: str) -> str:
    """Say in what a formula (without "=") is beyond Excel, "" where it is not."""
    if len(formula) + 1 > LENGTH:
        return f"長すぎます（{len(formula) + 1:,}字、上限 {LENGTH:,}字）。欄や言葉の数を減らすか、短くしてください"
    if formula.count("(") <= DEPTH and formula.count(",") < ARGUMENTS:
        return ""  # most formulas; looking closer takes its time
    deepest, widest = _depth_and_width(formula)
    if deepest > DEPTH:
        return f"関数の重なりが深すぎます（{deepest}段、上限 {DEPTH}段）。言葉や欄の数を減らしてください"
    if widest > ARGUMENTS:
        return f"並べる数が多すぎます（{widest}個、上限 {ARGUMENTS}個）。欄や言葉の数を減らしてください"
    return ""


def _fault_in_excel(formula: str, lengths: TextLengths) -> str:
    """Return in what only Excel would not compute a formula, "" where it would."""
    if array_fault(formula):
        return f"{array_fault(formula)} に、1つの値でなく範囲が渡されています"
    if lengths.too_long(formula):
        return f"{lengths.too_long(formula)} の途中の結果が、Excelの上限（{CELL_LIMIT:,}字）より長くなることがあります"
    return ""


def _depth_and_width(formula: str) -> tuple[int, int]:
    """Return the nesting depth of a formula's functions, and the most arguments one of them has."""
    depth = deepest = widest = 0
    opened: list[tuple[str, int]] = []
    for match in _PIECE.finditer(formula):
        piece = match[0]
        if piece[-1] in "({":
            opened.append((piece, 1))
            depth += piece not in "({"
            deepest = max(deepest, depth)
        elif piece in {")", "}"} and opened:
            name, count = opened.pop()
            depth -= name not in "({"
            widest = max(widest, count if name not in "({" else 0)
        elif piece == "," and opened:
            opened[-1] = (opened[-1][0], opened[-1][1] + 1)
    return deepest, widest

"""The hidden worksheet behind チェック: every field's value, every line of the rules, as formulas with their results.

    row 1          a fingerprint of this layout; a cell of the page; how a link there begins; the counts;
                   the characters that mean "-", and those that are marks of notes
    rows 2 to 4    all half-width characters; 1, 2, 3 …; characters that nobody sees
    FIELDS.. rows  path | helper cells | where the cell is | state (1 blank, 2 error, 3 warning)
    LINES.. rows   code | path's row | class | sentence | order

It holds no value of its own but the facts from outside, which stand in a column beside the fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from xlsync.kinds import Amount, Quantity, Value
from xlsync.kinds.excel.cell_formulas import Scalar
from xlsync.kinds.invisible import without_picture_parts
from xlsync.ooxml.formula_titles import quoted
from xlsync.ooxml.titled_references import reference_to, shown_reference, split_title
from xlsync.rules import Given, Line
from xlsync.workbook.checks.cell_map import CellMap
from xlsync.workbook.checks.check_layout import (
    ADDRESS,
    CLASS,
    CLASS_WORDS,
    CLASSES,
    CODE,
    COUNT,
    COUNTS,
    FACT_VALUE,
    FIRST_ROW,
    LAYOUT,
    ORDER,
    RANK,
    ROW,
    SENTENCE,
    SLOTS,
    STATE,
    STATE_OF_RANK,
    STATES,
    STEP,
    cell_at,
    class_of,
    fixed_at,
)
from xlsync.workbook.checks.formula_results import results
from xlsync.workbook.checks.reader_findings import UNSEEN, until_changed
from xlsync.workbook.checks.row_line_cells import row_line_formulas, row_line_results

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.ooxml.patch.cell_xml import Formula
    from xlsync.ooxml.read.reader import Cell
    from xlsync.sheet import Sheet

NOTHING_MOVED: Final[Mapping[str, str]] = MappingProxyType({})
LineFinding: TypeAlias = "tuple[int, Line, Finding | None]"


@dataclass(frozen=True)
class CheckSheet(CellMap):
    """The hidden worksheet: its formulas, what they come to, and what is written beside them."""

    @cached_property
    def fingerprint(self) -> str:
        """What tells this layout from any other: where a workbook bears it, addresses and formulas are these."""
        text = "\n".join(f"{at}={formula}" for at, formula in self.formulas.items()) + LAYOUT
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def formulas(self) -> dict[str, str]:
        """Address → formula without "="."""
        # A reference that shows how this program writes the page's title, whatever the page is called now.
        formulas = {
            "B1": f"{self._page}!$A$1",
            "C1": 'SUBSTITUTE(MID(_xlfn.FORMULATEXT(B1),2,99),"$A$1","")',
        }
        for title, titled in self.further_titles.items():
            formulas |= _title_formulas(title, titled)
        for index, field in enumerate(self.edition.fields):
            row = self._row(index)
            for column, formula in row.formulas().items():
                formulas[row.addresses[column]] = formula
            where = f"ADDRESS(ROW({row.page_cell}),COLUMN({row.page_cell}),4)"
            where = self.title_before(field.path) + where
            formulas[cell_at(FIRST_ROW + index, ADDRESS)] = f'IFERROR({where},"")'
            formulas[cell_at(FIRST_ROW + index, STATE)] = self._state(field.path)
        for index, line in enumerate(self.lines):
            row_number = FIRST_ROW + index
            formulas[cell_at(row_number, SENTENCE)] = line.formula(self.addresses)
            order = self.order(index, class_of(line))
            formulas[cell_at(row_number, ORDER)] = (
                f'IF({cell_at(row_number, SENTENCE)}="","",{order})'
            )
        words = ",".join(f'"{CLASS_WORDS[name]}"' for name in CLASSES)
        for index in range(len(self.lines), len(self.lines) + SLOTS):
            row_number = FIRST_ROW + index
            order_of = f"{STEP}*MATCH({cell_at(row_number, CLASS)},{{{words}}},0)+{index}"
            formulas[cell_at(row_number, ORDER)] = (
                f'IF({cell_at(row_number, SENTENCE)}="","",{order_of})'
            )
        for name, at in COUNTS.items():
            classes, sentences = self.column(CLASS), self.column(SENTENCE)
            times = f"*{self.column(COUNT)}" if self.row_lines else ""
            formulas[at] = f'SUMPRODUCT(({classes}="{CLASS_WORDS[name]}")*({sentences}<>""){times})'
        return formulas | row_line_formulas(self)

    def results(
        self,
        sheet: Sheet,
        evaluated: Sequence[LineFinding],
        store_findings: Sequence[Finding],
        moved_cells: Mapping[str, str] = NOTHING_MOVED,
    ) -> dict[str, Scalar]:
        """Address → what each formula comes to where the lines say this, and these findings stand in the slots.

        `moved_cells` are the addresses, by path, of fields that stand elsewhere than drawn, and of the cells of rows.
        """
        values: dict[str, Scalar] = {"B1": "", "C1": f"{self._page}!"}
        for title, column in self.further_titles.items():
            bare = title.replace("'", "")
            texts = ("", f"{bare}!$A$1", bare)
            values |= {cell_at(1, column + at): text for at, text in enumerate(texts)}
        states: dict[str, int] = {}
        counts = dict.fromkeys(COUNTS, 0)
        for row, line, finding in evaluated:
            values[cell_at(row, SENTENCE)] = finding.message if finding is not None else ""
            order = self.order(row - FIRST_ROW, class_of(line))
            values[cell_at(row, ORDER)] = order if finding is not None else ""
            if finding is not None:
                counts[class_of(line)] += line.count(finding)
                rank = RANK.get(class_of(line), 9)
                states[line.path] = min(states.get(line.path, 9), rank)
        values |= self._slot_results(store_findings, counts)
        values |= row_line_results(self, evaluated, moved_cells)
        for index, field in enumerate(self.edition.fields):
            row_of = self._row(index)
            for name, value in results(field, sheet, measured=field.path in self.measured).items():
                values[row_of.addresses[name]] = value
            values[cell_at(FIRST_ROW + index, ADDRESS)] = self.shown_address(
                field.path, moved_cells
            )
            values[cell_at(FIRST_ROW + index, STATE)] = STATE_OF_RANK.get(
                states.get(field.path, 9), 0
            )
        return values | {COUNTS[name]: counts[name] for name in COUNTS}

    def slots(self, store_findings: Sequence[Finding]) -> dict[str, str | int | None]:
        """Address → what stands in the slots for these findings; further ones than there are slots are left out."""
        cells: dict[str, str | int | None] = {}
        for index in range(SLOTS):
            row = FIRST_ROW + len(self.lines) + index
            finding = store_findings[index] if index < len(store_findings) else None
            cells[cell_at(row, CODE)] = finding.code if finding is not None else None
            cells[cell_at(row, ROW)] = (
                self._index.get(finding.path, -1) + 1 if finding is not None else None
            )
            cells[cell_at(row, CLASS)] = (
                CLASS_WORDS[class_of(finding)] if finding is not None else None
            )
            cells[cell_at(row, SENTENCE)] = finding.message if finding is not None else None
        return cells

    def sentences_until_changed(
        self, store_findings: Sequence[Finding], cells: Mapping[str, Cell]
    ) -> dict[str, Formula]:
        """Address → formula, for the sentences in the slots that only the reader can make.

        Args:
            store_findings: What stands in the slots.
            cells: The cells of the page by address, as its first worksheet refers to them.

        """
        formulas: dict[str, Formula] = {}
        for index, finding in enumerate(store_findings[:SLOTS]):
            at = reference_to(finding.worksheet or self.title, finding.cell, self.title)
            if finding.code in UNSEEN and at in cells:
                slot = cell_at(FIRST_ROW + len(self.lines) + index, SENTENCE)
                formulas[slot] = until_changed(finding.message, self._on_page(at), cells[at])
        return formulas

    def shown_address(self, path: str, moved_cells: Mapping[str, str] = NOTHING_MOVED) -> str:
        """Return the address of a field as people read it, "" where it has none: C5, of a further worksheet 様式2!C5."""
        return shown_reference(moved_cells.get(path, self.field_addresses.get(path, "")))

    def title_before(self, path: str) -> str:
        """Return the formula of what stands before a field's address: the title of a further worksheet."""
        title, _ = split_title(self.field_addresses[path], self.title)
        if title == self.title:
            return ""
        return f'{fixed_at(1, self.further_titles[title] + 2)}&"!"&'

    def _slot_results(
        self, store_findings: Sequence[Finding], counts: dict[str, int]
    ) -> dict[str, Scalar]:
        values: dict[str, Scalar] = {}
        for index in range(SLOTS):
            row = len(self.lines) + index
            if index < len(store_findings):
                name = class_of(store_findings[index])
                counts[name] += 1
                values[cell_at(FIRST_ROW + row, ORDER)] = self.order(row, name)
            else:
                values[cell_at(FIRST_ROW + row, ORDER)] = ""
        return values

    def listed(
        self, evaluated: Sequence[LineFinding], store_findings: Sequence[Finding]
    ) -> list[tuple[int, Finding]]:
        """Return the findings in the order of the page, each with its row among the lines, counted from 1."""
        rows = [(row - FIRST_ROW, finding) for row, _, finding in evaluated if finding is not None]
        rows += [
            (len(self.lines) + index, finding)
            for index, finding in enumerate(store_findings[:SLOTS])
        ]
        rows.sort(key=lambda pair: (CLASSES.index(class_of(pair[1])), pair[0]))
        return [(index + 1, finding) for index, finding in rows]

    def line_findings(
        self, sheet: Sheet, facts: Mapping[str, Value], texts: frozenset[str] = frozenset()
    ) -> list[LineFinding]:
        """Return each line with its row and its finding over a sheet (None where the line finds nothing)."""
        given = Given(sheet, facts, as_excel=True, texts=texts)
        return [
            (row, line, line.finding(given)) for row, line in enumerate(self.lines, start=FIRST_ROW)
        ]

    def fact_cells(self, facts: Mapping[str, Value]) -> dict[str, Scalar | None]:
        """Address → fact, for those the lines ask for; None where one is not known."""
        cells: dict[str, Scalar | None] = {}
        for index, name in enumerate(self.fact_names):
            fact = facts.get(name)
            assert not isinstance(fact, tuple)  # noqa: S101 - rows are no fact
            # A quantity is its text, as in its cell.
            shown = str(Amount().show(fact)) if isinstance(fact, Quantity) else fact
            cells[cell_at(FIRST_ROW + index, FACT_VALUE)] = (
                without_picture_parts(shown) if isinstance(shown, str) else shown
            )
        return cells

    @staticmethod
    def order(index: int, name: str) -> int:
        """Return the sort key of the line at an index (from 0) whose finding has a class."""
        return STEP * (CLASSES.index(name) + 1) + index

    def _state(self, path: str) -> str:
        """The state of a field: an error before a blank, a blank before a warning; notes do not colour a cell."""
        formula = "0"
        for name in ("warning", "blank", "error"):
            rows = [
                index
                for index, line in enumerate(self.lines)
                if line.path == path and class_of(line) == name
            ]
            filled = ",".join(f'{cell_at(FIRST_ROW + index, SENTENCE)}<>""' for index in rows)
            formula = f"IF(OR({filled}),{STATES[name]},{formula})" if rows else formula
        return formula


def _title_formulas(title: str, column: int) -> dict[str, str]:
    """Return the formulas that say what a further worksheet is called now, as programs write a reference to it.

    Excel writes '様式2'!$A$1, LibreOffice $'様式2'.$A$1.
    """
    reference, raw, bare = (cell_at(1, column + at) for at in range(3))
    started = f'IF(LEFT({raw},1)="$",MID({raw},2,99),{raw})'
    return {
        reference: f"{quoted(title)}!$A$1",
        raw: f'SUBSTITUTE(MID(_xlfn.FORMULATEXT({reference}),2,99),"\'","")',
        bare: f'SUBSTITUTE(SUBSTITUTE({started},"!$A$1",""),".$A$1","")',
    }

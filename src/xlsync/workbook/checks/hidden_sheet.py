"""The hidden worksheet behind チェック: every field's value, every line of the rules, as formulas with their results.

    row 1          a fingerprint of this layout; a cell of the page; how a link there begins; the counts; the signs of "-"
    row 2, row 3   all half-width signs; 1, 2, 3 …
    FIELDS.. rows  path | helper cells | where the cell is | state (1 blank, 2 error, 3 warning)
    LINES.. rows   code | path's row | class | sentence | order

It holds no value of its own but the facts from outside, which stand in a column beside the fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from xlsync.kinds import Amount, Quantity, Value
from xlsync.rules import Given, Line
from xlsync.workbook.checks.cell_map import CheckPlaces
from xlsync.workbook.checks.check_layout import (
    ADDRESS,
    CLASS,
    CLASS_WORDS,
    CLASSES,
    CODE,
    COUNTS,
    FACT_VALUE,
    FIRST_ROW,
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
)
from xlsync.workbook.checks.normalised_values import (
    Scalar,
    results,
)

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet

Said: TypeAlias = "tuple[int, Line, Finding | None]"


@dataclass(frozen=True)
class CheckSheet(CheckPlaces):
    """The hidden worksheet: its formulas, what they come to, and what is written beside them."""

    @cached_property
    def fingerprint(self) -> str:
        """What tells this layout from any other: where a workbook bears it, addresses and formulas are these."""
        said = "\n".join(f"{at}={text}" for at, text in self.formulas.items())
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @cached_property
    def formulas(self) -> dict[str, str]:
        """Address → formula without "="."""
        # A reference that shows how this program writes the page's title, whatever the page is called now.
        found = {
            "B1": f"{self._page}!$A$1",
            "C1": 'SUBSTITUTE(MID(_xlfn.FORMULATEXT(B1),2,99),"$A$1","")',
        }
        for place, field in enumerate(self.edition.fields):
            row = self._row(place)
            for column, formula in row.formulas().items():
                found[row.at[column]] = formula
            where = f"ADDRESS(ROW({row.raw}),COLUMN({row.raw}),4)"
            found[cell_at(FIRST_ROW + place, ADDRESS)] = f'IFERROR({where},"")'
            found[cell_at(FIRST_ROW + place, STATE)] = self._state(field.path)
        for place, line in enumerate(self.lines):
            row_number = FIRST_ROW + place
            found[cell_at(row_number, SENTENCE)] = line.formula(self.places)
            order = self.order(place, class_of(line))
            found[cell_at(row_number, ORDER)] = f'IF({cell_at(row_number, SENTENCE)}="","",{order})'
        words = ",".join(f'"{CLASS_WORDS[name]}"' for name in CLASSES)
        for place in range(len(self.lines), len(self.lines) + SLOTS):
            row_number = FIRST_ROW + place
            order_of = f"{STEP}*MATCH({cell_at(row_number, CLASS)},{{{words}}},0)+{place}"
            found[cell_at(row_number, ORDER)] = (
                f'IF({cell_at(row_number, SENTENCE)}="","",{order_of})'
            )
        for name, at in COUNTS.items():
            classes, sentences = self.column(CLASS), self.column(SENTENCE)
            found[at] = f'SUMPRODUCT(({classes}="{CLASS_WORDS[name]}")*({sentences}<>""))'
        return found

    def results(
        self, sheet: Sheet, said: Sequence[Said], told: Sequence[Finding]
    ) -> dict[str, Scalar]:
        """Address → what each formula comes to where the lines say this, and these findings stand in the slots."""
        found: dict[str, Scalar] = {"B1": "", "C1": f"{self._page}!"}
        states: dict[str, int] = {}
        counts = dict.fromkeys(COUNTS, 0)
        for row, line, finding in said:
            found[cell_at(row, SENTENCE)] = finding.message if finding is not None else ""
            order = self.order(row - FIRST_ROW, class_of(line))
            found[cell_at(row, ORDER)] = order if finding is not None else ""
            if finding is not None:
                counts[class_of(line)] += 1
                rank = RANK.get(class_of(line), 9)
                states[line.path] = min(states.get(line.path, 9), rank)
        found |= self._slot_results(told, counts)
        for place, field in enumerate(self.edition.fields):
            row_of = self._row(place)
            for name, value in results(field, sheet).items():
                found[row_of.at[name]] = value
            found[cell_at(FIRST_ROW + place, ADDRESS)] = self.cells[field.path]
            found[cell_at(FIRST_ROW + place, STATE)] = STATE_OF_RANK.get(
                states.get(field.path, 9), 0
            )
        return found | {COUNTS[name]: counts[name] for name in COUNTS}

    def slots(self, told: Sequence[Finding]) -> dict[str, str | int | None]:
        """Address → what stands in the slots for these findings; further ones than there are slots are left out."""
        found: dict[str, str | int | None] = {}
        for place in range(SLOTS):
            row = FIRST_ROW + len(self.lines) + place
            one = told[place] if place < len(told) else None
            found[cell_at(row, CODE)] = one.code if one is not None else None
            found[cell_at(row, ROW)] = (
                self._place.get(one.path, -1) + 1 if one is not None else None
            )
            found[cell_at(row, CLASS)] = CLASS_WORDS[class_of(one)] if one is not None else None
            found[cell_at(row, SENTENCE)] = one.message if one is not None else None
        return found

    def _slot_results(self, told: Sequence[Finding], counts: dict[str, int]) -> dict[str, Scalar]:
        found: dict[str, Scalar] = {}
        for place in range(SLOTS):
            row = len(self.lines) + place
            if place < len(told):
                name = class_of(told[place])
                counts[name] += 1
                found[cell_at(FIRST_ROW + row, ORDER)] = self.order(row, name)
            else:
                found[cell_at(FIRST_ROW + row, ORDER)] = ""
        return found

    def listed(self, said: Sequence[Said], told: Sequence[Finding]) -> list[tuple[int, Finding]]:
        """Give what the page lists, in its order: (which row of the lines, counted from 1; the finding)."""
        found = [(row - FIRST_ROW, one) for row, _, one in said if one is not None]
        found += [(len(self.lines) + place, one) for place, one in enumerate(told[:SLOTS])]
        found.sort(key=lambda pair: (CLASSES.index(class_of(pair[1])), pair[0]))
        return [(place + 1, one) for place, one in found]

    def said(self, sheet: Sheet, facts: Mapping[str, Value]) -> list[Said]:
        """Give each line's row, the line, and its finding over a sheet."""
        given = Given(sheet, facts, as_excel=True)
        return [
            (row, line, line.finding(given)) for row, line in enumerate(self.lines, start=FIRST_ROW)
        ]

    def fact_cells(self, facts: Mapping[str, Value]) -> dict[str, Scalar | None]:
        """Address → fact, for those the lines ask for; None where one is not known."""
        found: dict[str, Scalar | None] = {}
        for place, name in enumerate(self.fact_names):
            fact = facts.get(name)
            # A quantity is its text, as in its cell.
            found[cell_at(FIRST_ROW + place, FACT_VALUE)] = (
                str(Amount().show(fact)) if isinstance(fact, Quantity) else fact
            )
        return found

    @staticmethod
    def order(place: int, name: str) -> int:
        """Give by what the page sorts the line at a place (from 0) whose finding is of a class."""
        return STEP * (CLASSES.index(name) + 1) + place

    def _state(self, path: str) -> str:
        """The state of a field: an error before a blank, a blank before a warning; notes do not colour a cell."""
        formula = "0"
        for name in ("warning", "blank", "error"):
            rows = [
                place
                for place, one in enumerate(self.lines)
                if one.path == path and class_of(one) == name
            ]
            said = ",".join(f'{cell_at(FIRST_ROW + place, SENTENCE)}<>""' for place in rows)
            formula = f"IF(OR({said}),{STATES[name]},{formula})" if rows else formula
        return formula

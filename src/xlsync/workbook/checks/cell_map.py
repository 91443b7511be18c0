"""Where everything of the checks stands on the hidden worksheet: fields, lines, facts and lists, and what never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlsync.computed import PROGRAM_TOTAL
from xlsync.kinds import Choice
from xlsync.ooxml.a1 import split_reference
from xlsync.rules import Line, Places, facts_used, lines_of
from xlsync.rules.facts import others_share
from xlsync.workbook.checks.check_layout import (
    ASCII,
    CLASS,
    CLASS_WORDS,
    CODE,
    FACT,
    FACT_VALUE,
    FIRST_ROW,
    OF_FIELDS,
    ONES,
    OUTSIDE,
    PATH,
    ROW,
    SLOTS,
    WORDS,
    WORKSHEET,
    cell_at,
    class_of,
    fixed_at,
)
from xlsync.workbook.checks.normalised_values import (
    COLUMNS,
    DASHES,
    DASHES_AT,
    PLACES,
    Row,
    folded,
)

if TYPE_CHECKING:
    from xlsync.form.edition import Edition


@dataclass(frozen=True)
class CheckPlaces:
    """The places on the hidden worksheet of an edition whose fields lie at these addresses of a worksheet of this title."""

    edition: Edition
    title: str
    cells: Mapping[str, str]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the edition's rules."""
        return lines_of(self.edition)

    @cached_property
    def fact_names(self) -> tuple[str, ...]:
        """The facts they ask for, and what other sheets add to program totals."""
        totals = (
            path for path, rule in self.edition.formulas.items() if rule.check == PROGRAM_TOTAL
        )
        return (*facts_used(self.lines), *map(others_share, totals))

    @cached_property
    def statics(self) -> dict[str, str | int]:
        """Address → what never changes."""
        found: dict[str, str | int] = {DASHES_AT.replace("$", ""): DASHES}
        found |= {cell_at(3, place): place for place in PLACES}
        for at, sign in enumerate(ASCII, start=1):
            found[cell_at(2, at)] = sign
            found[cell_at(FIRST_ROW + at - 1, ONES)] = 1
        for place, field in enumerate(self.edition.fields):
            found[cell_at(FIRST_ROW + place, PATH)] = field.path
        for items, column in self._lists.items():
            for place, item in enumerate(items):
                found[cell_at(FIRST_ROW + place, column)] = folded(item)
                found[cell_at(FIRST_ROW + place, column + 1)] = item
        for place, name in enumerate(self.fact_names):
            found[cell_at(FIRST_ROW + place, FACT)] = name
        for place, line in enumerate(self.lines):
            row = FIRST_ROW + place
            found[cell_at(row, CODE)] = line.code
            found[cell_at(row, ROW)] = self._place[line.path] + 1
            found[cell_at(row, CLASS)] = CLASS_WORDS[class_of(line)]
        return found

    @cached_property
    def places(self) -> Places:
        """Where the lines' formulas find their values."""
        rows = {field.path: self._row(place).at for place, field in enumerate(self.edition.fields)}
        facts = {name: self._fact(name) for name in self.fact_names}
        return Places(
            cells={path: at["value"] for path, at in rows.items()},
            numbers={path: at["number"] for path, at in rows.items()},
            units={path: at["unit"] for path, at in rows.items()},
            bounds={path: at["bound"] for path, at in rows.items()},
            raw={path: self._raw(path) for path in rows},
            facts=facts,
            half_width=f"{fixed_at(2, 1)}:{fixed_at(2, len(ASCII))}",
            ones=f"{fixed_at(FIRST_ROW, ONES)}:{fixed_at(FIRST_ROW + len(ASCII) - 1, ONES)}",
        )

    def place(self, path: str) -> int:
        """Give which of the fields one is, counted from 1."""
        return self._place[path] + 1

    def column(self, column: int) -> str:
        """Give a column of the lines."""
        return f"{fixed_at(FIRST_ROW, column)}:{fixed_at(FIRST_ROW + len(self.lines) + SLOTS - 1, column)}"

    def outside(self, what: str) -> str:
        """Give a column as another worksheet writes it.

        "row", "class", "sentence" and "order" are of the lines, "address" and "state" of the fields.
        """
        if what in OF_FIELDS:
            last = FIRST_ROW + len(self.edition.fields) - 1
            column = OF_FIELDS[what]
            return f"'{WORKSHEET}'!{fixed_at(FIRST_ROW, column)}:{fixed_at(last, column)}"
        return f"'{WORKSHEET}'!{self.column(OUTSIDE[what])}"

    @cached_property
    def _place(self) -> dict[str, int]:
        return {field.path: place for place, field in enumerate(self.edition.fields)}

    @property
    def _page(self) -> str:
        return "'" + self.title.replace("'", "''") + "'"

    def _raw(self, path: str) -> str:
        return f"{self._page}!{fixed_at(*split_reference(self.cells[path]))}"

    def _row(self, place: int) -> Row:
        field = self.edition.fields[place]
        at = {
            name: cell_at(FIRST_ROW + place, column) for column, name in enumerate(COLUMNS, start=2)
        }
        rule = self.edition.formulas.get(field.path)
        if isinstance(field.kind, Choice):
            return Row(field, self._raw(field.path), at, words=self._words(field.kind.items))
        if rule is None:
            return Row(field, self._raw(field.path), at)
        parts = tuple(self._value(part) for part in rule.parts)
        name = others_share(field.path)
        others = self._fact(name) if name in self.fact_names else ""
        return Row(field, self._raw(field.path), at, parts, others)

    @cached_property
    def _lists(self) -> dict[tuple[str, ...], int]:
        """The column of each list's words."""
        kinds = (field.kind for field in self.edition.fields)
        lists = dict.fromkeys(kind.items for kind in kinds if isinstance(kind, Choice))
        return {items: WORDS + 2 * place for place, items in enumerate(lists)}

    def _words(self, items: tuple[str, ...]) -> tuple[str, str]:
        column, last = self._lists[items], FIRST_ROW + len(items) - 1
        spelled = (
            f"{fixed_at(FIRST_ROW, one)}:{fixed_at(last, one)}" for one in (column, column + 1)
        )
        return (next(spelled), next(spelled))

    def _value(self, path: str) -> str:
        return cell_at(FIRST_ROW + self._place[path], 2 + COLUMNS.index("value"))

    def _fact(self, name: str) -> str:
        return fixed_at(FIRST_ROW + self.fact_names.index(name), FACT_VALUE)

"""Where everything of the checks stands on the hidden worksheet: fields, lines, facts and lists, and what never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlsync.computed import PROGRAM_TOTAL
from xlsync.kinds.excel.cell_formulas import COLUMNS, DASHES_AT, folded
from xlsync.kinds.excel.note_marks import LOOKED_AT, MARKS, MARKS_AT
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.formula_titles import quoted
from xlsync.ooxml.titled_references import split_title
from xlsync.rules import Addresses, Line, RowLine, facts_used, lines_of, row_lines_of
from xlsync.rules.facts import issued_total, others_share
from xlsync.workbook.checks.check_layout import (
    ASCII,
    CLASS,
    CLASS_WORDS,
    CODE,
    COUNT,
    FACT,
    FACT_VALUE,
    FIRST_ROW,
    INVISIBLE_ROW,
    OF_FIELDS,
    ONES,
    OUTSIDE,
    PATH,
    ROW,
    SLOTS,
    TITLES,
    WORDS,
    WORKSHEET,
    cell_at,
    class_of,
    fixed_at,
)
from xlsync.workbook.checks.normalised_values import DASHES, Row, Total
from xlsync.workbook.checks.seen_text import SUBSTITUTED

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition


@dataclass(frozen=True)
class CellMap:
    """The cells of the hidden worksheet for an edition whose fields lie at these addresses.

    An address that names no worksheet is on that of this title.
    """

    edition: Edition
    title: str
    field_addresses: Mapping[str, str]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the edition's rules, then those of its tables."""
        return (*lines_of(self.edition), *self.row_lines)

    @cached_property
    def row_lines(self) -> tuple[RowLine, ...]:
        """The lines of the edition's tables."""
        return row_lines_of(self.edition)

    @cached_property
    def fact_names(self) -> tuple[str, ...]:
        """The facts they ask for, and what is known of program totals beside the sheet."""
        totals = [
            path for path, rule in self.edition.formulas.items() if rule.check == PROGRAM_TOTAL
        ]
        return (
            *facts_used(self.lines),
            *map(others_share, totals),
            *map(issued_total, totals),
        )

    @cached_property
    def statics(self) -> dict[str, str | int]:
        """Address → what never changes."""
        statics: dict[str, str | int] = {
            DASHES_AT.replace("$", ""): DASHES,
            MARKS_AT.replace("$", ""): MARKS,
        }
        statics |= {cell_at(3, index): index for index in range(1, LOOKED_AT + 1)}
        for at, character in enumerate(SUBSTITUTED, start=1):
            statics[cell_at(INVISIBLE_ROW, at)] = character
        for at, character in enumerate(ASCII, start=1):
            statics[cell_at(2, at)] = character
            statics[cell_at(FIRST_ROW + at - 1, ONES)] = 1
        for index, field in enumerate(self.edition.fields):
            statics[cell_at(FIRST_ROW + index, PATH)] = field.path
        for items, column in self._lists.items():
            for index, item in enumerate(items):
                statics[cell_at(FIRST_ROW + index, column)] = folded(item)
                statics[cell_at(FIRST_ROW + index, column + 1)] = item
                statics[cell_at(FIRST_ROW + index, column + 2)] = index + 1
        for index, name in enumerate(self.fact_names):
            statics[cell_at(FIRST_ROW + index, FACT)] = name
        return statics | self._line_statics()

    def _line_statics(self) -> dict[str, str | int]:
        """Return what never changes of the lines; where some are over rows, that each other one counts once."""
        statics: dict[str, str | int] = {}
        for index, line in enumerate(self.lines):
            row = FIRST_ROW + index
            statics[cell_at(row, CODE)] = line.code
            statics[cell_at(row, ROW)] = self._address_numbers[index] + 1
            statics[cell_at(row, CLASS)] = CLASS_WORDS[class_of(line)]
        if self.row_lines:
            single = (*range(self.first_of_rows), *range(len(self.lines), len(self.lines) + SLOTS))
            statics |= {cell_at(FIRST_ROW + index, COUNT): 1 for index in single}
        return statics

    @property
    def first_of_rows(self) -> int:
        """The position among the lines, from 0, of the first that is over the rows of a table."""
        return len(self.lines) - len(self.row_lines)

    @cached_property
    def _address_numbers(self) -> tuple[int, ...]:
        """The position of each line's address: a field's in page order, then one for each line over rows."""
        fields = [self._index[line.path] for line in self.lines[: self.first_of_rows]]
        return (*fields, *(len(self.edition.fields) + at for at in range(len(self.row_lines))))

    @cached_property
    def addresses(self) -> Addresses:
        """Where the lines' formulas find their values."""
        helpers = {
            field.path: self._row(index).addresses
            for index, field in enumerate(self.edition.fields)
        }
        facts = {name: self._fact(name) for name in self.fact_names}
        for index, line in enumerate(self.row_lines, start=FIRST_ROW + self.first_of_rows):
            facts[line.faulty_rows.name] = fixed_at(index, COUNT)
        columns = (column.path for column in self.edition.columns)
        raw = {path: self._raw(path) for path in (*helpers, *columns)}
        return Addresses(
            helpers=helpers,
            facts=facts,
            raw=raw,
            half_width=f"{fixed_at(2, 1)}:{fixed_at(2, len(ASCII))}",
            ones=f"{fixed_at(FIRST_ROW, ONES)}:{fixed_at(FIRST_ROW + len(ASCII) - 1, ONES)}",
        )

    def field_number(self, path: str) -> int:
        """Return the position of a field in page order, counted from 1."""
        return self._index[path] + 1

    def column(self, column: int) -> str:
        """Return the range of a column over all lines and slots."""
        return f"{fixed_at(FIRST_ROW, column)}:{fixed_at(FIRST_ROW + len(self.lines) + SLOTS - 1, column)}"

    def outside(self, what: str) -> str:
        """Return the range of a column as formulas on another worksheet refer to it.

        "row", "class", "sentence" and "order" are of the lines, "address" and "state" of the fields.
        """
        if what in OF_FIELDS:
            of_rows = len(self.row_lines) if what == "address" else 0
            last = FIRST_ROW + len(self.edition.fields) + of_rows - 1
            column = OF_FIELDS[what]
            return f"'{WORKSHEET}'!{fixed_at(FIRST_ROW, column)}:{fixed_at(last, column)}"
        return f"'{WORKSHEET}'!{self.column(OUTSIDE[what])}"

    @cached_property
    def _index(self) -> dict[str, int]:
        return {field.path: index for index, field in enumerate(self.edition.fields)}

    @property
    def _page(self) -> str:
        return quoted(self.title)

    def _raw(self, path: str) -> str:
        return self._on_page(self.field_addresses[path])

    def _on_page(self, address: str) -> str:
        """The reference to a cell of the page, or to a range of it, from the hidden worksheet."""
        title, cells = split_title(address, self.title)
        corners = (fixed_at(*split_reference(corner)) for corner in cells.split(":"))
        return f"{quoted(title)}!{':'.join(corners)}"

    @cached_property
    def further_titles(self) -> dict[str, int]:
        """The first of the three columns in which it stands what each further worksheet is called, by its title."""
        titles = (split_title(at, self.title)[0] for at in self.field_addresses.values())
        further = dict.fromkeys(title for title in titles if title != self.title)
        return {title: TITLES + 3 * number for number, title in enumerate(further)}

    def _row(self, index: int) -> Row:
        field = self.edition.fields[index]
        at = {
            name: cell_at(FIRST_ROW + index, column) for column, name in enumerate(COLUMNS, start=2)
        }
        rule = self.edition.formulas.get(field.path)
        raw = self._raw(field.path)
        if field.kind.listed():
            return Row(field, raw, at, word_ranges=self._words(field.kind.listed()))
        if rule is None:
            return Row(field, raw, at, measured=field.path in self.measured)
        return Row(field, raw, at, total=self._total(rule))

    def _total(self, rule: BoundRule) -> Total:
        if rule.expression is not None:
            return Total((), (), is_expression=True)
        others, issued = (
            self._fact(name) if name in self.fact_names else ""
            for name in (others_share(rule.path), issued_total(rule.path))
        )
        values = tuple(self._value(part) for part in rule.parts)
        raws = tuple(self._raw(part) for part in rule.parts)
        return Total(values, raws, others, issued, skips_blanks=rule.skips_blanks)

    @cached_property
    def measured(self) -> frozenset[str]:
        """The paths of the texts whose lines on paper a rule counts."""
        return frozenset(rule.path for rule in self.edition.rules if rule.check == "fits")

    @cached_property
    def _lists(self) -> dict[tuple[str, ...], int]:
        """The column of each list's words."""
        kinds = (field.kind for field in self.edition.fields)
        lists = dict.fromkeys(kind.listed() for kind in kinds if kind.listed())
        return {items: WORDS + 3 * index for index, items in enumerate(lists)}

    def _words(self, items: tuple[str, ...]) -> tuple[str, str, str]:
        first, last = self._lists[items], FIRST_ROW + len(items) - 1
        words, spelled, positions = (
            f"{fixed_at(FIRST_ROW, column)}:{fixed_at(last, column)}"
            for column in range(first, first + 3)
        )
        return words, spelled, positions

    def _value(self, path: str) -> str:
        """Return where a field's value is; that of a table's column is on the page, row by row."""
        if path not in self._index:
            return self._raw(path)
        return cell_at(FIRST_ROW + self._index[path], 2 + COLUMNS.index("value"))

    def _fact(self, name: str) -> str:
        return fixed_at(FIRST_ROW + self.fact_names.index(name), FACT_VALUE)

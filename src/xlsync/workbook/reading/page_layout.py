"""Where an edition's labels and fields lie on its page, as the drawing says: what a damaged worksheet is compared with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xlsync.form.years import parse_year
from xlsync.ooxml.a1 import column_letters, split_range, split_reference
from xlsync.ooxml.read.reader import open_workbook
from xlsync.ooxml.titled_references import reference_to

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form

Position = tuple[int, int]
"""(row, column) of a cell, counted from 1."""

_JAPANESE_YEAR: Final = re.compile(r"(?:[MTSHR]|明治|大正|昭和|平成|令和)(?:[0-9]{1,2}|元)(?=年)")
_MARKER: Final = re.compile(r"\[\[(?P<path>[^\[\]]+)\]\]")


class Box(NamedTuple):
    """A cell or a merged area, by its edges."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def position(self) -> Position:
        """Its top left cell, which holds its value."""
        return self.top, self.left

    @property
    def height(self) -> int:
        """How many rows it has."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left + 1

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return (self.top, self.left) == (self.bottom, self.right)


class Label(NamedTuple):
    """A printed text of the page, folded, and where it stands."""

    text: str
    box: Box


class Step(NamedTuple):
    """A direction on the page, in rows and columns."""

    down: int
    across: int


LEFT: Final = Step(0, -1)
UP: Final = Step(-1, 0)
RIGHT: Final = Step(0, 1)
DOWN: Final = Step(1, 0)


@dataclass(frozen=True)
class PagePlan:
    """A worksheet of an edition: the area of each field by path, the labels in reading order, and every merged area.

    `title` is what the form calls it.
    """

    edition: Edition
    title: str
    field_boxes: Mapping[str, Box]
    labels: tuple[Label, ...]
    merges: frozenset[Box]
    column_ranges: Mapping[str, str] = field(default_factory=dict)
    """The range of each column of its tables, from the row above the first to the row below the last printed one."""

    @cached_property
    def holders(self) -> Mapping[Position, Label | str]:
        """What each cell of the page belongs to: a label, or the field of a path."""
        held: dict[Position, Label | str] = {}
        for label in self.labels:
            held.update(dict.fromkeys(_cells(label.box), label))
        for path, box in self.field_boxes.items():
            held.update(dict.fromkeys(_cells(box), path))
        return held

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """The address of each field's cell, by path."""
        return {
            path: f"{column_letters(box.left)}{box.top}" for path, box in self.field_boxes.items()
        }

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of its fields and of the columns of its tables."""
        return frozenset((*self.field_boxes, *self.column_ranges))

    def chain(self, path: str, step: Step) -> tuple[Label | None, Box]:
        """Walk from a field over fields of its own part; return the label behind them (or None) and the last field."""
        part, box = self.edition.by_path[path].part, self.field_boxes[path]
        while True:
            ahead = self.holders.get(_beyond(box, self.field_boxes[path], step))
            if isinstance(ahead, Label):
                return ahead, box
            if ahead is None or self.edition.by_path[ahead].part != part:
                return None, box
            box = self.field_boxes[ahead]


def _cells(box: Box) -> Iterator[Position]:
    return product(range(box.top, box.bottom + 1), range(box.left, box.right + 1))


def _beyond(box: Box, start: Box, step: Step) -> Position:
    """Return the cell next to an area in a direction, in the row or column where the walk began."""
    if step.across:
        return start.top, box.right + 1 if step.across > 0 else box.left - 1
    return box.bottom + 1 if step.down > 0 else box.top - 1, start.left


@lru_cache(maxsize=16)
def plans_of(form: Form, year: int) -> tuple[PagePlan, ...]:
    """Read the plan of each worksheet of an edition off the form's drawing; the template has its cells in the same places."""
    edition = form.at(year)
    return tuple(_plan(form, edition, title) for title in edition.worksheets)


def plan_of(form: Form, year: int) -> PagePlan:
    """Return the plan of the form's first worksheet, which most forms have alone."""
    return plans_of(form, year)[0]


@lru_cache(maxsize=16)
def drawn_cells(form: Form, year: int) -> Mapping[str, str]:
    """Return the cell of each field as the form draws it, by path, as its first worksheet refers to it."""
    return _drawn_references(form, year, "addresses")


@lru_cache(maxsize=16)
def drawn_columns(form: Form, year: int) -> Mapping[str, str]:
    """Return the range of each column of the form's tables as drawn, by path, as its first worksheet refers to it."""
    return _drawn_references(form, year, "column_ranges")


def _drawn_references(
    form: Form, year: int, what: Literal["addresses", "column_ranges"]
) -> dict[str, str]:
    first = form.definition.page.worksheet
    return {
        path: reference_to(plan.title, address, first)
        for plan in plans_of(form, year)
        for path, address in getattr(plan, what).items()
    }


def _plan(form: Form, edition: Edition, title: str) -> PagePlan:
    texts, merges = _drawn(form, title)
    spans = {box.position: box for box in merges}
    fields: dict[str, Box] = {}
    labels: list[Label] = []
    columns: dict[str, str] = {}
    for position, text in texts:
        box = spans.get(position, Box(*position, *position))
        marker = _MARKER.fullmatch(text.strip())
        if marker is None:
            labels.append(Label(folded(edition.expand(text)), box))
        elif (path := edition.expand(marker["path"].strip())) in edition.by_path.keys():  # noqa: SIM118 - no columns
            fields[path] = box
        elif (table := edition.table_of.get(path.partition(".")[0])) is not None:
            letter = column_letters(box.left)
            columns[path] = f"{letter}{box.top - 1}:{letter}{box.top + table.table_entry.rows}"
    return PagePlan(edition, title, fields, tuple(labels), merges, columns)


def lasting_labels(form: Form, title: str) -> frozenset[str]:
    """Return the folded texts of the labels of a worksheet of the form that do not change from year to year."""
    return frozenset(
        folded(text)
        for _, text in _drawn(form, title)[0]
        if "{" not in text and _MARKER.fullmatch(text.strip()) is None
    )


@lru_cache(maxsize=8)
def _drawn(form: Form, worksheet: str) -> tuple[tuple[tuple[Position, str], ...], frozenset[Box]]:
    """Return the texts of a worksheet of the drawing in reading order with their positions, and its merged areas."""
    book = open_workbook(form.drawing())
    texts = (
        (split_reference(address), cell.value)
        for address, cell in book.cells(worksheet).items()
        if isinstance(cell.value, str) and cell.value.strip()
    )
    merges = frozenset(Box(*split_range(area)) for area in book.merged(worksheet))
    return tuple(sorted(texts)), merges


def folded(text: str) -> str:
    """Return a label's text for comparison: one width, without spaces and line breaks, years as western ones (H31 is R1)."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _JAPANESE_YEAR.sub(_western, plain) if "年" in plain else plain


def _western(label: re.Match[str]) -> str:
    return str(parse_year(label[0]) or label[0])

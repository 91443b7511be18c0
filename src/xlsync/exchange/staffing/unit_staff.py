"""How many people work for the projects of each unit, by the sheets, against its posts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.staffing.posts import UnitPosts, staffed_periods
from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.organization import Unit
    from xlsync.sheet import Sheet

_USUAL_DEPTH: Final = 2
"""Levels of a unit that people count posts of where the list says nothing: 部 and 課."""


@dataclass(frozen=True, slots=True)
class UnitStaff:
    """A unit in a period.

    Attributes:
        unit_names: Its names from the top; the units below it are part of it.
        period_label: What the period is called: H29年度決算.
        staffed_sheets: Its sheets that say how many people work for them.
        blank_sheets: Its sheets that do not.
        person_count: The sum of what they say.
        post_count: Its posts, None where the list has none for it.

    """

    unit_names: tuple[str, ...]
    period_label: str
    staffed_sheets: tuple[Sheet, ...]
    blank_sheets: tuple[Sheet, ...]
    person_count: Decimal
    post_count: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """People beyond the posts, None where there are no posts to compare with."""
        return None if self.post_count is None else self.person_count - self.post_count

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at it: it differs, or something is blank."""
        return bool(self.difference) or bool(self.blank_sheets)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        difference = self.difference
        return {
            "unit": list(self.unit_names),
            "period_label": self.period_label,
            "sheets": len(self.staffed_sheets),
            "blank": [sheet.key for sheet in self.blank_sheets],
            "persons": str(self.person_count),
            "posts": None if self.post_count is None else str(self.post_count),
            "difference": None if difference is None else str(difference),
        }


def staff_of_units(
    sheets: Sequence[Sheet], posts: Sequence[UnitPosts], edition: Edition
) -> list[UnitStaff]:
    """Return the units of the list, in its order, then those that it does not have, in each period of the form.

    Args:
        sheets: The sheets that count.
        posts: The city's list of posts.
        edition: The form of the sheets.

    """
    staff: list[UnitStaff] = []
    for period, path in staffed_periods(edition).items():
        label = edition.by_path[path].axis_label or period
        by_unit = _posts_in(posts, period)
        for unit, listed in _sheets_by_unit(sheets, by_unit).items():
            staff.append(_staff(unit, listed, (label, path), by_unit.get(unit)))
    return staff


def persons_in(sheet: Sheet, path: str) -> Decimal | None:
    """Return how many people a sheet says, None where it says no number."""
    value = sheet[path]
    return Decimal(value) if isinstance(value, Decimal | int) else None


def _posts_in(posts: Sequence[UnitPosts], period: str) -> dict[Unit, Decimal]:
    """Return the posts of each unit in a period: those of the period itself before those of every one."""
    own = {listed.unit_names: listed.post_count for listed in posts if listed.period == period}
    return {listed.unit_names: listed.post_count for listed in posts if not listed.period} | own


def _sheets_by_unit(
    sheets: Sequence[Sheet], posts: Mapping[Unit, Decimal]
) -> dict[Unit, list[Sheet]]:
    """Return the sheets of each listed unit and of all below it, then those of no listed unit, by the unit they are of."""
    by_plain = {tuple(map(plain_name, unit)): unit for unit in posts}
    depth = max(map(len, posts), default=_USUAL_DEPTH)
    grouped: dict[Unit, list[Sheet]] = {unit: [] for unit in posts}
    others: dict[tuple[str, ...], Unit] = {}
    for sheet in sheets:
        listed = list(_listed_units(sheet, by_plain))
        if not listed:
            unit = sheet.units[:depth]
            listed = [others.setdefault(tuple(map(plain_name, unit)), unit)]
        for unit in listed:
            grouped.setdefault(unit, []).append(sheet)
    return grouped


def _listed_units(sheet: Sheet, by_plain: Mapping[tuple[str, ...], Unit]) -> Iterator[Unit]:
    """Yield the units of a sheet that are known, from the top."""
    names = tuple(map(plain_name, sheet.units))
    for depth in range(1, len(names) + 1):
        if names[:depth] in by_plain:
            yield by_plain[names[:depth]]


def _staff(
    unit: Unit, sheets: Sequence[Sheet], period: tuple[str, str], posts: Decimal | None
) -> UnitStaff:
    label, path = period
    counts = [(sheet, persons_in(sheet, path)) for sheet in sheets]
    staffed = tuple(sheet for sheet, count in counts if count is not None)
    blank = tuple(_blanks(sheets, path))
    total = sum((count for _, count in counts if count is not None), Decimal(0))
    return UnitStaff(unit, label, staffed, blank, total, posts)


def _blanks(sheets: Sequence[Sheet], path: str) -> Iterator[Sheet]:
    """Yield the sheets in which nothing is said, or nothing that can be read; a dash says that there is nobody."""
    for sheet in sheets:
        if sheet[path] is None:
            yield sheet


__all__ = ["UnitStaff", "persons_in", "staff_of_units"]

"""What is published of one fiscal year: the sheets with their public fields, and those that are left out with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.summary.figures.projects import Item, Project

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.sheet_stage import Stage


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: the city's name and its 団体コード of six digits, the licence with its address, whom to ask.

    All but the name is "" where the city has not said it.
    """

    city_name: str
    city_code: str = ""
    licence: str = ""
    licence_url: str = ""
    enquiries: str = ""


@dataclass(frozen=True, slots=True)
class PublicSheet:
    """A sheet with its public fields; its units from the top in the one spelling that stands for all.

    `former_keys` are the keys that it had before; `is_corrected` is true where it was changed after it had been made final;
    `changed_on` is the day of its newest revision, "" where that is not known.
    """

    sheet: Sheet
    unit_names: tuple[str, ...]
    stage: Stage
    is_corrected: bool = False
    former_keys: tuple[str, ...] = ()
    changed_on: str = ""

    @property
    def project(self) -> Project:
        """The sheet as the tables of a summary take it."""
        return Project(Item(self.sheet), self.unit_names)


@dataclass(frozen=True, slots=True)
class LeftOutSheet:
    """A sheet that is not published, its state in a word (対象外, 入力中 …), and why; `from_day` is "" where none is said."""

    sheet: Sheet
    unit_names: tuple[str, ...]
    state: str
    reason: str
    from_day: str = ""
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class PublicPredecessor:
    """A project of an earlier year that a published one comes from: how, and with how much of its amounts in percent."""

    sheet_id: str
    earlier_id: str
    earlier_year: int
    earlier_key: str
    earlier_title: str
    relation_word: str
    share_percent: Decimal


@dataclass(frozen=True)
class PublishedYear:
    """What is published of a fiscal year. `as_of` is the day of the newest revision in it, "" without sheets.

    `is_preview` is true where sheets are in it that nobody has confirmed: it is to be looked at, not published.
    """

    publisher: Publisher
    edition: Edition
    public_sheets: tuple[PublicSheet, ...]
    left_out_sheets: tuple[LeftOutSheet, ...] = ()
    budget_names: Mapping[str, str] = field(default_factory=dict)
    as_of: str = ""
    is_preview: bool = False
    public_predecessors: tuple[PublicPredecessor, ...] = ()

    @property
    def departments(self) -> tuple[str, ...]:
        """The uppermost units of the sheets in their order; none where the form has no organization."""
        return tuple(
            dict.fromkeys(each.unit_names[0] for each in self.public_sheets if each.unit_names)
        )

    def in_department(self, department: str) -> tuple[PublicSheet, ...]:
        """Return the sheets of a department."""
        return tuple(each for each in self.public_sheets if each.unit_names[:1] == (department,))

    @property
    def counts(self) -> Mapping[str, int]:
        """How many sheets are registered, published, and left out for each state."""
        states = Counter(each.state for each in self.left_out_sheets)
        published = len(self.public_sheets)
        return {"登録": published + len(self.left_out_sheets), "公表": published, **states}


__all__ = ["LeftOutSheet", "PublicPredecessor", "PublicSheet", "PublishedYear", "Publisher"]

"""Store → what is published of a fiscal year: confirmed sheets, in the order of the summaries; the others with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.exchange.register.register_state import registered_sheets
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.sheet_procedure import CORRECTED
from xlsync.publication.predecessors import public_predecessors
from xlsync.publication.public_fields import public_edition, public_sheet
from xlsync.publication.published_year import LeftOutSheet, PublicSheet, PublishedYear
from xlsync.summary.figures.unit_names import names_of, spelling_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.sheet_status import SheetStatus
    from xlsync.organization import Unit
    from xlsync.publication.published_year import Publisher
    from xlsync.sheet_stage import Stage
    from xlsync.store import Store

PUBLISHABLE: Final[frozenset[Stage]] = frozenset({"confirmed", "final", "published"})
"""Stages at which a sheet may be published."""
_NOT_CONFIRMED: Final = "まだ確認済になっていません"
_CONFLICTS: Final = "入力の重なりが決まっていません"
_CHANGED: Final = "確認のあとに変更されています。もう一度確認済にしてください"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the sheets come from; `spelled` maps each unit to the one spelling that stands for all."""

    store: Store
    terms: Terms
    spelled: Mapping[Unit, Unit]

    def published(self, status: SheetStatus) -> PublicSheet:
        """Return a sheet as it is published."""
        sheet = status.sheet
        former = self.store.keys_of(sheet.id, sheet.edition.year)
        return PublicSheet(
            public_sheet(sheet),
            self.spelled[names_of(sheet)],
            status.procedure.state.stage,
            CORRECTED in status.procedure.marks,
            tuple(key for key in former if key != sheet.key),
            status.when[:10],
        )

    def not_counted(self) -> Iterator[LeftOutSheet]:
        """Yield the sheets that the office has taken out of the count."""
        for registered in registered_sheets(self.store, self.terms):
            act = registered.act
            if act is not None and not registered.is_counted:
                sheet, names = registered.sheet, self.spelled[names_of(registered.sheet)]
                yield LeftOutSheet(
                    public_sheet(sheet),
                    names,
                    registered.state,
                    act.reason,
                    act.from_day,
                    is_counted=False,
                )


def published_year(
    store: Store, terms: Terms, publisher: Publisher, *, has_unconfirmed: bool = False
) -> PublishedYear:
    """Return what is published of the terms' fiscal year; with `has_unconfirmed` every sheet that counts."""
    statuses = sheet_statuses(store, terms)
    units = [names_of(head) for head in store.heads(terms.fiscal_year)]
    source = _Source(store, terms, spelling_of(units, terms.organization))
    chosen = [status for status in statuses if has_unconfirmed or not _fault(status)]
    left_out = [
        LeftOutSheet(
            public_sheet(status.sheet),
            source.spelled[names_of(status.sheet)],
            status.procedure.state.word,
            _fault(status),
        )
        for status in statuses
        if status not in chosen
    ]
    days = [status.when[:10] for status in chosen if status.when]
    return PublishedYear(
        publisher,
        public_edition(terms.form.at(terms.fiscal_year)),
        tuple(map(source.published, chosen)),
        (*left_out, *source.not_counted()),
        terms.budget_names,
        max(days, default=""),
        has_unconfirmed,
        tuple(public_predecessors(store, terms.fiscal_year, [each.sheet.id for each in chosen])),
    )


def _fault(status: SheetStatus) -> str:
    """Return why a sheet is not published, "" where it is."""
    stage = status.procedure.state.stage
    if stage not in PUBLISHABLE:
        return _NOT_CONFIRMED
    if stage != "confirmed":
        return ""  # changes of a final sheet wait until the office has decided
    if status.open_conflicts:
        return _CONFLICTS
    return _CHANGED if status.procedure.is_changed else ""


__all__ = ["PUBLISHABLE", "published_year"]

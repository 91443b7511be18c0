"""A workbook compared with the store, before anything is written into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.exchange.incoming import Incoming, read_incoming
from xlsync.exchange.past_editions import city_of_workbook
from xlsync.exchange.write_back.worksheet_state import WorksheetState, worksheet_state

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.store import Store


@dataclass(frozen=True)
class ComparedWorkbook:
    """The form worksheets of a workbook, and how each stands to the store; None for one that may not enter it."""

    incoming_sheets: Sequence[Incoming]
    worksheet_states: Sequence[WorksheetState | None]

    @property
    def unreceived_worksheets(self) -> tuple[str, ...]:
        """The worksheets that hold something the store has not received, or that may not enter it."""
        pairs = zip(self.incoming_sheets, self.worksheet_states, strict=True)
        return tuple(
            incoming.worksheet
            for incoming, state in pairs
            if not incoming.is_trial and not (state is not None and state.is_received)
        )

    def keeps_former_pages(self, version: int) -> bool:
        """Whether the workbook stays as it was drawn by a former version of the form, since a page of it is a trial."""
        versions = [incoming.form_version for incoming in self.incoming_sheets]
        return len(versions) > 1 and not {0, version}.issuperset(versions)


def compare_workbook(store: Store, terms: Terms, data: bytes, source: Source) -> ComparedWorkbook:
    """Return a workbook compared with the store; WorkbookError where the bytes are none of ours."""
    sheets = read_incoming(terms, data, source, store=store)
    store, terms = city_of_workbook(store, terms, sheets)
    states = [worksheet_state(store, terms, incoming, source) for incoming in sheets]
    return ComparedWorkbook(sheets, states)


__all__ = ["ComparedWorkbook", "compare_workbook"]

"""What reading a workbook found that the values of its sheet do not tell: kept with the state of its copy.

A font that is too large, an amount typed over a formula or a struck text are told at every reading; board, `status` and
summaries, which read no workbook, take them from here, so that all count one sheet alike.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlsync.exchange.reconcile.copy_state_names import is_unstamped
from xlsync.finding import Finding
from xlsync.merging import field_as_json
from xlsync.workbook.checks.reader_findings import OUTSIDE_THE_CELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.sheet import Sheet
    from xlsync.store import CopyFile, CopyState, Store


def with_reading_findings(file: CopyFile, incoming: Incoming) -> CopyFile:
    """Return what is known of a copy's file once it was read."""
    findings = (finding for finding in incoming.findings if finding.severity != "note")
    return replace(file, findings=tuple(finding.to_document() for finding in findings))


def stored_reading_findings(store: Store, head: Sheet) -> list[Finding]:
    """Return what the last reading of a sheet's workbook found of the values that the newest revision still has."""
    states = store.copy_states(head.id, head.edition.year)
    name = max(states, key=lambda name: _last_looked_at(name, states[name]), default=None)
    if name is None:
        return []
    state = states[name]
    return [
        _from_document(document)
        for document in state.copy_file.findings
        if _still_holds(document, state.sheet, head)
    ]


def _last_looked_at(name: str, state: CopyState) -> tuple[int, bool, str, str]:
    """The order in which copies were looked at; what has a stamp is a workbook and not a JSON sheet."""
    return state.copy_file.seen, not is_unstamped(name), state.when, name


def _still_holds(document: Mapping[str, Any], read: Sheet, head: Sheet) -> bool:
    path = document["path"]
    if not path or document["code"] in OUTSIDE_THE_CELL:
        return True
    return path in head and field_as_json(read, path) == field_as_json(head, path)


def _from_document(document: Mapping[str, Any]) -> Finding:
    return Finding(**document)


__all__ = ["stored_reading_findings", "with_reading_findings"]

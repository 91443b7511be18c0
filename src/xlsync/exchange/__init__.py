"""Exchange sheets between workbooks and the store: receive, inspect, compare, export, resolve, revert.

The only place where the four neighbours meet. Bytes in, values out: callers read and write the shared folder's files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.lazy_names import lazy_names

if TYPE_CHECKING:
    from xlsync.exchange.blame import Origin, blame_fields
    from xlsync.exchange.inspection import inspect
    from xlsync.exchange.new_workbook import export, export_known, template_of
    from xlsync.exchange.receipt import (
        Outcome,
        Receipt,
        Refusal,
        SheetIdentity,
        Source,
        Terms,
    )
    from xlsync.exchange.receive import compare
    from xlsync.exchange.reconcile.unresolved_conflicts import open_conflicts
    from xlsync.exchange.resolution import Side, as_of, resolve, revert
    from xlsync.exchange.sheet_status import SheetStatus, sheet_statuses
    from xlsync.exchange.write_back.compared_workbook import compare_workbook
    from xlsync.exchange.write_back.live_pull import CatchUp, LiveCell, catch_up
    from xlsync.exchange.write_back.write_back import (
        Update,
        bring_up_to_date,
        note_written,
    )

__all__ = [
    "CatchUp",
    "LiveCell",
    "Origin",
    "Outcome",
    "Receipt",
    "Refusal",
    "SheetIdentity",
    "SheetStatus",
    "Side",
    "Source",
    "Terms",
    "Update",
    "as_of",
    "blame_fields",
    "bring_up_to_date",
    "catch_up",
    "compare",
    "compare_workbook",
    "export",
    "export_known",
    "inspect",
    "note_written",
    "open_conflicts",
    "resolve",
    "revert",
    "sheet_statuses",
    "template_of",
]

__getattr__ = lazy_names(
    __name__,
    {
        "CatchUp": "write_back.live_pull",
        "LiveCell": "write_back.live_pull",
        "Origin": "blame",
        "Outcome": "receipt",
        "Receipt": "receipt",
        "Refusal": "receipt",
        "SheetIdentity": "receipt",
        "SheetStatus": "sheet_status",
        "Side": "resolution",
        "Source": "receipt",
        "Terms": "receipt",
        "Update": "write_back.write_back",
        "as_of": "resolution",
        "blame_fields": "blame",
        "bring_up_to_date": "write_back.write_back",
        "compare_workbook": "write_back.compared_workbook",
        "catch_up": "write_back.live_pull",
        "compare": "receive",
        "export": "new_workbook",
        "export_known": "new_workbook",
        "inspect": "inspection",
        "note_written": "write_back.write_back",
        "open_conflicts": "reconcile.unresolved_conflicts",
        "resolve": "resolution",
        "revert": "resolution",
        "sheet_statuses": "sheet_status",
        "template_of": "new_workbook",
    },
)

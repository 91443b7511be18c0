"""THE JOURNEYS between workbooks and the store: receive, inspect, compare, export, resolve, revert.

The only place where the four neighbours meet. Bytes in, values out: callers read and write the shared folder's files.
"""

from __future__ import annotations

from xlsync.exchange.blame import Origin, blame_fields
from xlsync.exchange.new_workbook import export, export_known, template_of
from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
from xlsync.exchange.receive import compare, inspect, receive
from xlsync.exchange.reconcile.reconcile import open_conflicts
from xlsync.exchange.resolution import Side, as_of, resolve, revert
from xlsync.exchange.sheet_status import SheetStatus, sheet_statuses
from xlsync.exchange.write_back.live_pull import CatchUp, LiveCell, catch_up
from xlsync.exchange.write_back.write_back import Update, bring_up_to_date, note_written, unreceived

__all__ = [
    "CatchUp",
    "LiveCell",
    "Origin",
    "Outcome",
    "Receipt",
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
    "export",
    "export_known",
    "inspect",
    "note_written",
    "open_conflicts",
    "receive",
    "resolve",
    "revert",
    "sheet_statuses",
    "template_of",
    "unreceived",
]

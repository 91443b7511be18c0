"""Exchange sheets between workbooks and the store: receive, inspect, compare, export, resolve, revert.

The only place where the four neighbours meet. Bytes in, values out: callers read and write the shared folder's files.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsync.exchange.blame import Origin, blame_fields
    from xlsync.exchange.new_workbook import export, export_known, template_of
    from xlsync.exchange.receipt import (
        Outcome,
        Receipt,
        Refusal,
        SheetIdentity,
        Source,
        Terms,
    )
    from xlsync.exchange.receive import compare, inspect
    from xlsync.exchange.reconcile.reconcile import open_conflicts
    from xlsync.exchange.resolution import Side, as_of, resolve, revert
    from xlsync.exchange.sheet_status import SheetStatus, sheet_statuses
    from xlsync.exchange.write_back.live_pull import CatchUp, LiveCell, catch_up
    from xlsync.exchange.write_back.write_back import (
        Update,
        bring_up_to_date,
        keeps_former_pages,
        note_written,
        unreceived,
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
    "export",
    "export_known",
    "inspect",
    "keeps_former_pages",
    "note_written",
    "open_conflicts",
    "resolve",
    "revert",
    "sheet_statuses",
    "template_of",
    "unreceived",
]

_MODULES = {
    "CatchUp": "xlsync.exchange.write_back.live_pull",
    "LiveCell": "xlsync.exchange.write_back.live_pull",
    "Origin": "xlsync.exchange.blame",
    "Outcome": "xlsync.exchange.receipt",
    "Receipt": "xlsync.exchange.receipt",
    "Refusal": "xlsync.exchange.receipt",
    "SheetIdentity": "xlsync.exchange.receipt",
    "SheetStatus": "xlsync.exchange.sheet_status",
    "Side": "xlsync.exchange.resolution",
    "Source": "xlsync.exchange.receipt",
    "Terms": "xlsync.exchange.receipt",
    "Update": "xlsync.exchange.write_back.write_back",
    "as_of": "xlsync.exchange.resolution",
    "blame_fields": "xlsync.exchange.blame",
    "bring_up_to_date": "xlsync.exchange.write_back.write_back",
    "catch_up": "xlsync.exchange.write_back.live_pull",
    "compare": "xlsync.exchange.receive",
    "export": "xlsync.exchange.new_workbook",
    "export_known": "xlsync.exchange.new_workbook",
    "inspect": "xlsync.exchange.receive",
    "keeps_former_pages": "xlsync.exchange.write_back.write_back",
    "note_written": "xlsync.exchange.write_back.write_back",
    "open_conflicts": "xlsync.exchange.reconcile.reconcile",
    "resolve": "xlsync.exchange.resolution",
    "revert": "xlsync.exchange.resolution",
    "sheet_statuses": "xlsync.exchange.sheet_status",
    "template_of": "xlsync.exchange.new_workbook",
    "unreceived": "xlsync.exchange.write_back.write_back",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: `xlsync check` needs a third of these modules."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value

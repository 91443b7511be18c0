"""WHAT THE CITY HOLDS: revisions written once, heads derived from them, received workbooks by hash, a read-only audit."""

from __future__ import annotations

from xlsync.store.copy_state import CopyFile, CopyState
from xlsync.store.migration import Migration
from xlsync.store.rebuild import Restored, rebuild
from xlsync.store.revision import Draft, Revision, Submission
from xlsync.store.store import Store
from xlsync.store.store_audit import Damage, audit, held_sheets
from xlsync.store.stored_sheet import DamagedSheet, typed_text

__all__ = [
    "CopyFile",
    "CopyState",
    "Damage",
    "DamagedSheet",
    "Draft",
    "Migration",
    "Restored",
    "Revision",
    "Store",
    "Submission",
    "audit",
    "held_sheets",
    "rebuild",
    "typed_text",
]

"""WHAT THE CITY HOLDS: revisions written once, heads derived from them, received workbooks by hash, a read-only audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.lazy_names import lazy_names

if TYPE_CHECKING:
    from xlsync.store.acts import Decision, PendingChange, sheets_with_acts
    from xlsync.store.copy_state import CopyFile, CopyState
    from xlsync.store.distribution import Distribution, last_distribution, record_distribution
    from xlsync.store.form_versions import form_in_use
    from xlsync.store.migration import Migration
    from xlsync.store.pending_changes import (
        UnplacedChange,
        close,
        pending_changes,
        propose,
        unplaced_changes,
    )
    from xlsync.store.rebuild import Restored, rebuild, remove_leftovers
    from xlsync.store.revision import Draft, Revision, Submission
    from xlsync.store.seal_list import SealLine, read_seal_list
    from xlsync.store.store import Store
    from xlsync.store.store_audit import Damage, audit
    from xlsync.store.store_copy import copy_store
    from xlsync.store.stored_sheet import DamagedSheet, typed_text, with_documents

__all__ = [
    "CopyFile",
    "CopyState",
    "Damage",
    "DamagedSheet",
    "Decision",
    "Distribution",
    "Draft",
    "Migration",
    "PendingChange",
    "Restored",
    "Revision",
    "SealLine",
    "Store",
    "Submission",
    "UnplacedChange",
    "audit",
    "close",
    "copy_store",
    "form_in_use",
    "last_distribution",
    "pending_changes",
    "propose",
    "read_seal_list",
    "rebuild",
    "record_distribution",
    "remove_leftovers",
    "sheets_with_acts",
    "typed_text",
    "unplaced_changes",
    "with_documents",
]

__getattr__ = lazy_names(
    __name__,
    {
        "CopyFile": "copy_state",
        "CopyState": "copy_state",
        "Damage": "store_audit",
        "DamagedSheet": "stored_sheet",
        "Decision": "acts",
        "Distribution": "distribution",
        "Draft": "revision",
        "Migration": "migration",
        "PendingChange": "acts",
        "Restored": "rebuild",
        "Revision": "revision",
        "SealLine": "seal_list",
        "Store": "store",
        "Submission": "revision",
        "UnplacedChange": "pending_changes",
        "audit": "store_audit",
        "close": "pending_changes",
        "copy_store": "store_copy",
        "form_in_use": "form_versions",
        "last_distribution": "distribution",
        "pending_changes": "pending_changes",
        "propose": "pending_changes",
        "read_seal_list": "seal_list",
        "rebuild": "rebuild",
        "record_distribution": "distribution",
        "remove_leftovers": "rebuild",
        "sheets_with_acts": "acts",
        "typed_text": "stored_sheet",
        "unplaced_changes": "pending_changes",
        "with_documents": "stored_sheet",
    },
)

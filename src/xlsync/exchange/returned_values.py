"""Values that a save took back to what they were before somebody's change: an old backup, or a window left open, tells of none.

Each is a finding of the sheet for as long as that save is its newest revision: at its receipt, on the board, in チェック.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsync.exchange.blame import Origin
from xlsync.finding import Finding, finding
from xlsync.merging import json_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.finding_catalogue import Severity
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store import Draft, Store

_CHOSEN = "choice-taken"
_RETURNED = "returned"
_MANY = 2
"""From this many values on, one person's own save is likelier a backup than a change of mind."""


def stored_returned_findings(draft: Draft) -> list[Finding]:
    """Return those findings of a sheet's newest revision, as they were written down with it."""
    changes = {change["path"]: change for change in draft.changes}
    return [
        Finding(
            entry["code"],
            entry["severity"],
            entry["path"],
            entry["message"],
            facts=_facts(draft.sheet.edition, changes.get(entry["path"])),
        )
        for entry in draft.findings
        if entry["code"] == _RETURNED
    ]


def returned_findings(store: Store, edition: Edition, draft: Draft, last: int) -> list[Finding]:
    """Return a finding for each field that a workbook's draft takes back behind a change in the revisions up to `last`.

    A side chosen on the worksheet 入力の重なり is meant. The finding is a warning where somebody else had changed the field,
    or where several fields go back at once; else a note.
    """
    changes = _typed_changes(edition, draft) if draft.submission.workbook_hash else {}
    undone = _undone_changes(store, draft.sheet, changes, last)
    return [
        _finding(edition, changes[path], origin, _severity(origin, draft, len(undone)))
        for path, origin in undone.items()
    ]


def _typed_changes(edition: Edition, draft: Draft) -> dict[str, Mapping[str, Any]]:
    """Return the changes by path of fields people type, but for sides chosen on the worksheet 入力の重なり."""
    chosen = {finding["path"] for finding in draft.findings if finding["code"] == _CHOSEN}
    return {
        change["path"]: change
        for change in draft.changes
        if change["path"] not in chosen and edition.by_path[change["path"]].filled_by != "computed"
    }


def _undone_changes(
    store: Store, sheet: Sheet, changes: Mapping[str, Mapping[str, Any]], last: int
) -> dict[str, Origin]:
    """Return, for each field that has again a value from before a change, who had changed it last and when."""
    changed_by: dict[str, Origin] = {}
    undone: dict[str, Origin] = {}
    for number in range(last if changes else 0, 1, -1):
        revision = store.find_revision(sheet.id, sheet.edition.year, number)
        if revision is None:
            break
        origin = Origin(revision.draft.who, revision.draft.when)
        for earlier in revision.draft.changes:
            path = earlier["path"]
            if path in changes:
                changed_by.setdefault(path, origin)
                if earlier["from"] == changes[path]["to"]:
                    undone.setdefault(path, changed_by[path])
    return {path: undone[path] for path in changes if path in undone}


def _severity(origin: Origin, draft: Draft, count: int) -> Severity:
    return "note" if origin.who == draft.who and count < _MANY else "warning"


def _finding(
    edition: Edition, change: Mapping[str, Any], origin: Origin, severity: Severity
) -> Finding:
    facts = _facts(edition, change)
    return finding(_RETURNED, change["path"], severity, **facts, registered=origin.words())


def _facts(edition: Edition, change: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what the sentence says of a change; nothing where it is not known, or its field is not in the form any more."""
    if change is None or change["path"] not in edition.by_path:
        return {}
    path = change["path"]
    shown, kept = (json_as_text(edition, path, change[side]) or "空欄" for side in ("to", "from"))
    return {"field": edition.by_path[path].title, "shown": shown, "kept": kept}

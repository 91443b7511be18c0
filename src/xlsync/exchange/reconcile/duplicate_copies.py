"""Report copies of one workbook that lie in several folders: each named, with who changed it last and when.

Files that carry one copy's id were one file once. Each is merged over what it itself last held, so nothing is lost; but
people should know that there are two, which of them is abandoned, and where to go on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.blame import spoken_time
from xlsync.exchange.resolution import with_incoming_values
from xlsync.finding import Finding, finding
from xlsync.store import CopyFile, CopyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.reconcile.merge_base import MergeBase
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def copy_findings(
    store: Store, incoming: Incoming, merge_base: MergeBase, source: Source
) -> tuple[Finding, ...]:
    """Return a finding where the arriving workbook is not the only one with its copy's id, none where it is.

    A note while all hold the same, a warning once they have gone different ways. A file that was moved is no copy.
    """
    copy = incoming.stamp.copy
    if not copy:
        return ()
    year = incoming.sheet.edition.year
    save = merge_base.save
    others = [
        state
        for name, state in store.copy_states(incoming.sheet_id, year, f"{copy}-", save.name).items()
        if name != save.moved_from
        and state.copy_file.path != save.source_path  # another state of this very file
        and not source.vanished(state.copy_file.path)
    ]
    if not others:
        return ()
    mine = _mine(incoming, merge_base)
    # Files first seen at once are told apart by their names: a copy's is the longer one.
    files = sorted(
        (*others, mine),
        key=lambda state: (state.copy_file.since, len(state.copy_file.path), state.copy_file.path),
    )
    newest = max(files, key=lambda state: state.when)
    apart = any(not _held(state).same_content(incoming.sheet) for state in others)
    facts = {
        "count": str(len(files)),
        "mine": _name(files, mine),
        "listed": "、".join(_listed(files, state, newest) for state in files),
        "newest": newest.copy_file.path,
    }
    return (
        finding("copy", "", "warning" if apart else "note", **facts).at(incoming.worksheet, ""),
    )


def _mine(incoming: Incoming, merge_base: MergeBase) -> CopyState:
    """Return the state of the incoming file with this save: changed by it, unless it says what it said before."""
    previous, save = merge_base.previous, merge_base.save
    if previous is None:
        file = CopyFile(save.source_path, since=save.when)
        return CopyState(incoming.sheet, (), file, save.when, save.who)
    file = replace(previous.copy_file, path=save.source_path)
    now = replace(previous, sheet=incoming.sheet, copy_file=file)
    is_same = _held(previous).same_content(incoming.sheet)
    return now if is_same else replace(now, when=save.when, who=save.who)


def _held(state: CopyState) -> Sheet:
    """Return what a file says, its values in conflict included."""
    return with_incoming_values(state.sheet, state.conflicts)


def _name(files: Sequence[CopyState], state: CopyState) -> str:
    """Return what people call the file: the one that came first, and copies by number."""
    number = next(at for at, other in enumerate(files, start=1) if other is state)
    return "はじめのファイル" if number == 1 else f"コピー ({number})"


def _listed(files: Sequence[CopyState], state: CopyState, newest: CopyState) -> str:
    changed = f"{spoken_time(state.when)} {state.who}"
    return f"「{state.copy_file.path}」（{_name(files, state)}、{changed}{_age(files, state, newest)}）"


def _age(files: Sequence[CopyState], state: CopyState, newest: CopyState) -> str:
    """Return whether a file was changed last or first, "" where all were changed at once."""
    oldest = min(files, key=lambda other: other.when)
    if oldest.when == newest.when:
        return ""
    if state is newest:
        return "、最後に変更"
    return "、いちばん古い" if state is oldest else ""

"""Copies of one workbook that lie in several places: each named, with who changed it last and when.

Files that carry one copy's id were one file once. Each is merged over what it itself last held, so nothing is lost; but
people should know that there are two, which of them is abandoned, and where to go on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.reconcile.choices import spoken_time
from xlsync.exchange.resolution import answered
from xlsync.finding import Finding, finding
from xlsync.store import CopyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.incoming import Arrival
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.reconcile.merge_base import Memory
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def copies_told(
    store: Store, arrival: Arrival, memory: Memory, source: Source
) -> tuple[Finding, ...]:
    """Give a finding where the arriving workbook is not the only one with its copy's id, none where it is.

    A note while all hold the same, a warning once they have gone different ways. A file that was moved is no copy.
    """
    copy = arrival.stamp.copy
    if not copy:
        return ()
    year = arrival.sheet.edition.year
    others = [
        taken
        for name, taken in store.copy_states(arrival.key, year, f"{copy}-", memory.name).items()
        if name != memory.moved_from
        and taken.source_path != memory.place  # another state of this very file
        and not source.vanished(taken.source_path)
    ]
    if not others:
        return ()
    mine = _mine(arrival, memory)
    # Files first seen at once are told apart by their names: a copy's is the longer one.
    files = sorted(
        (*others, mine), key=lambda one: (one.since, len(one.source_path), one.source_path)
    )
    newest = max(files, key=lambda one: one.when)
    apart = any(not _held(taken).same_content(arrival.sheet) for taken in others)
    facts = {
        "count": str(len(files)),
        "mine": _name(files, mine),
        "listed": "、".join(_listed(files, one, newest) for one in files),
        "newest": newest.source_path,
    }
    return (finding("copy", "", "warning" if apart else "note", **facts).at(arrival.worksheet, ""),)


def _mine(arrival: Arrival, memory: Memory) -> CopyState:
    """Give what is known of the arriving file with this save: changed by it, unless it says what it said before."""
    was = memory.was
    if was is None:
        return CopyState(arrival.sheet, (), memory.place, memory.when, memory.who, memory.when)
    same = _held(was).same_content(arrival.sheet)
    when, who = (was.when, was.who) if same else (memory.when, memory.who)
    return replace(was, sheet=arrival.sheet, source_path=memory.place, when=when, who=who)


def _held(taken: CopyState) -> Sheet:
    """Give what a file says, where it is in conflict too."""
    return answered(taken, [one["path"] for one in taken.conflicts]).sheet


def _name(files: Sequence[CopyState], taken: CopyState) -> str:
    """Give what people call the file: the one that came first, and copies by number."""
    number = next(at for at, other in enumerate(files, start=1) if other is taken)
    return "はじめのファイル" if number == 1 else f"コピー ({number})"


def _listed(files: Sequence[CopyState], taken: CopyState, newest: CopyState) -> str:
    oldest = min(files, key=lambda other: other.when)
    age = "、最後に変更" if taken is newest else "、いちばん古い" if taken is oldest else ""
    age = age if oldest.when < newest.when else ""
    changed = f"{spoken_time(taken.when)} {taken.who}"
    return f"「{taken.source_path}」（{_name(files, taken)}、{changed}{age}）"

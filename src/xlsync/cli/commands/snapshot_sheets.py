"""`xlsync snapshot`: keep how far every sheet is under a name, or list what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.city.clock_and_user import now, user
from xlsync.cli.console import minute_of, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.store.phase_snapshots import phase_snapshots, take_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.store.phase_snapshots import PhaseSnapshot


def snapshot_sheets(folder: Path, name: str, *, as_json: bool) -> int:
    """Keep how far every sheet is, and return the exit code; without a name, list what is kept."""
    city = current_city(folder)
    year = city.terms.fiscal_year
    if name:
        phase = city.terms.procedure_rules.phase
        phase_name = "" if phase is None else phase.name
        kept = [take_snapshot(city.store, year, name.strip(), phase_name, (now(), user()))]
    else:
        kept = phase_snapshots(city.store.files, year)
    if as_json:
        put_json({"snapshots": [snapshot.to_document() for snapshot in kept]})
        return 0
    for snapshot in kept:
        say(_words(snapshot))
    if name:
        say(f"この時点の集計は `xlsync summarize --snapshot {name.strip()}` で作れます。")
    elif not kept:
        say("残した時点はありません。`xlsync snapshot 名前` で残せます。")
    return 0


def _words(snapshot: PhaseSnapshot) -> str:
    when = minute_of(snapshot.when)
    phase = f"、段階「{snapshot.phase_name}」" if snapshot.phase_name else ""
    return f"{snapshot.name}：{len(snapshot.revision_numbers)}件（{when} {snapshot.who}{phase}）"


__all__ = ["snapshot_sheets"]

"""`xlsync resolve`: decide fields that several people changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange import Side, Source, open_conflicts, resolve
from xlsync.exchange.resolution import finish_resolution

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet_keys import SheetId


@dataclass(frozen=True, slots=True)
class Choice:
    """Which side each field takes: by path, or one side for all that are open."""

    head_paths: Sequence[str] = ()
    incoming_paths: Sequence[str] = ()
    every: Side | None = None

    def by_path(self, open_paths: Sequence[str]) -> dict[str, Side]:
        """Return the side of each field."""
        sides: dict[str, Side] = dict.fromkeys(open_paths, self.every) if self.every else {}
        return (
            sides
            | dict.fromkeys(self.head_paths, "ours")
            | dict.fromkeys(self.incoming_paths, "theirs")
        )


def resolve_conflicts(folder: Path, key: str, choice: Choice, *, as_json: bool = False) -> int:
    """Decide a sheet's conflicts, and return the exit code."""
    city = current_city(folder)
    year = city.terms.fiscal_year
    sheet_id = city.store.id_of(key, year)
    key = city.store.key_of(sheet_id, year)
    open_paths = _open_paths(city, sheet_id)
    sides = choice.by_path(open_paths)
    if choice.every and not open_paths and _finish(city, sheet_id, as_json=as_json):
        return 0
    if not sides:
        _say_open(city, open_paths)
        return FAILED
    source = Source("入力の重なりの決定", now(), user())
    revision = resolve(city.store, sheet_id, year, sides, source)
    remaining = _open_paths(city, sheet_id)
    if as_json:
        put_json({"key": key, "revision": revision.number, "resolved": sides, "open": remaining})
    else:
        say(f"{key} 第{revision.number}版として登録しました（{len(sides)}件）")
    return ATTENTION if remaining else 0


def _finish(city: CitySettings, sheet_id: SheetId, *, as_json: bool) -> bool:
    """Finish what a killed `resolve` left half done, and say so; False where there was nothing to finish."""
    year = city.terms.fiscal_year
    paths = finish_resolution(city.store, sheet_id, year)
    key = city.store.key_of(sheet_id, year)
    if paths and as_json:
        sides: dict[str, Side] = dict.fromkeys(paths, "theirs")
        last = city.store.last(sheet_id, year)
        put_json({"key": key, "revision": last, "resolved": sides, "open": []})
    elif paths:
        say(f"{key} 途中で止まっていた前回の決定を、最後まで登録しました（{len(paths)}件）")
    return bool(paths)


def _open_paths(city: CitySettings, sheet_id: SheetId) -> list[str]:
    return [conflict["path"] for conflict in open_conflicts(city.store, city.terms, sheet_id)]


def _say_open(city: CitySettings, paths: Sequence[str]) -> None:
    fields = city.terms.form.at(city.terms.fiscal_year).by_path
    for path in paths:
        complain(f"{path}  {fields[path].title}")
    complain(
        "どちらにするか指定してください（--ours 欄、--theirs 欄、--all-ours、--all-theirs）"
        if paths
        else "まだ決まっていない入力の重なりはありません"
    )

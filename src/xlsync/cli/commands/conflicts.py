"""`xlsync conflicts`: fields that several people changed, and that nobody has decided yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.cli import ATTENTION
from xlsync.cli.change_lines import field_words
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.exchange import open_conflicts

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.form.edition import Edition

_SIDES: Final = (("base", "もとの内容"), ("ours", "登録済み"), ("theirs", "このファイル"))


def show_conflicts(folder: Path, *, as_json: bool) -> int:
    """Print every open conflict, and return the exit code."""
    city = current_city(folder)
    counted = set(city.store.counted_keys(city.terms.fiscal_year))
    every = list(_open(city))
    conflicts = [
        (city.store.key_of(sheet_id, city.terms.fiscal_year), conflict)
        for sheet_id, conflict in every
        if sheet_id in counted
    ]
    if as_json:
        put_json({"conflicts": [{"key": key, **conflict} for key, conflict in conflicts]})
        return ATTENTION if conflicts else 0
    edition = city.terms.form.at(city.terms.fiscal_year)
    for key, conflict in conflicts:
        _say(edition, key, conflict)
    if len(every) > len(conflicts):
        say(f"対象外・廃止のシートの入力の重なり {len(every) - len(conflicts)}件は示していません")
    advice = "。`xlsync resolve 事業コード` で選べます" if conflicts else ""
    say(f"まだ決まっていない入力の重なり {len(conflicts)}件{advice}")
    return ATTENTION if conflicts else 0


def _open(city: CitySettings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each open conflict with its sheet's id; sheets that cannot be read are named and left out."""
    damaged = {sheet.key for sheet in complain_damaged(city)}
    year = city.terms.fiscal_year
    for key in city.store.keys(year):
        if key not in damaged:
            for conflict in open_conflicts(city.store, city.terms, key):
                yield key, conflict


def _say(edition: Edition, key: str, conflict: Mapping[str, Any]) -> None:
    path = conflict["path"]
    say(f"{key} {edition.by_path[path].title}（{path}）")
    for side, words in _SIDES:
        say(f"    {words}：{field_words(edition, path, conflict[side])}")

"""`xlsync store cities|grant|revoke`: the cities in one database, the roles that see them, and how much each may fill."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, put_json, say
from xlsync.errors import StoreError
from xlsync.store.postgres_cities import CityList
from xlsync.store.postgres_saves import save_queue
from xlsync.store.store_location import files_at

if TYPE_CHECKING:
    from xlsync.store.postgres_cities import CityInDatabase

_MEGABYTE: Final = 2**20
_NO_DATABASE: Final = (
    "データベースの住所（postgresql://利用者@サーバー/データベース）を書いてください"
)
_NO_WRITE: Final = "何も書き込んでいません"


def list_cities(database: str, *, as_json: bool) -> int:
    """Print the cities in a database; return the exit code."""
    cities = _cities(database).cities()
    if as_json:
        put_json({"cities": [asdict(city) for city in cities]})
        return 0
    for city in cities:
        say(_line(city))
    if not cities:
        say("市がありません。`xlsync store copy` で登録データを写してください")
    return 0


def grant(database: str, city: str, role: str, most: int | None, *, is_dry_run: bool) -> int:
    """Let a role see and write one city, up to so many megabytes; return the exit code."""
    listed = _cities(database)
    quota = "" if most is None else f"（{most:,}MBまで）"
    if is_dry_run:
        say(f"利用者「{role}」に{city}だけを見せます{quota}。{_NO_WRITE}")
        return 0
    listed.allow(city, role)
    if most is not None:
        listed.limit(city, most * _MEGABYTE or None)
    say(f"利用者「{role}」は{city}だけを読み書きできます{quota}")
    return 0


def revoke(database: str, city: str, role: str, *, is_dry_run: bool) -> int:
    """Let a role not see a city any more; return the exit code."""
    listed = _cities(database)
    if is_dry_run:
        say(f"利用者「{role}」に{city}を見せないようにします。{_NO_WRITE}")
        return 0
    if not listed.forbid(city, role):
        complain(f"利用者「{role}」は、もともと{city}を見られません")
        return ATTENTION
    say(f"利用者「{role}」は{city}を読み書きできなくなりました。登録データはそのままです")
    return 0


def _cities(database: str) -> CityList:
    queue = save_queue(files_at(Path.cwd(), database, "-"))
    if queue is None:
        raise StoreError(_NO_DATABASE, database)
    return CityList(queue)


def _line(city: CityInDatabase) -> str:
    quota = "" if city.most_bytes is None else f"／{city.most_bytes / _MEGABYTE:,.0f}MBまで"
    roles = "、".join(city.role_names) or "なし（表の持ち主だけ）"
    size = f"{city.byte_count / _MEGABYTE:,.1f}MB{quota}"
    return f"{city.city_name}：{city.file_count:,}ファイル（{size}）、利用者 {roles}"


__all__ = ["grant", "list_cities", "revoke"]

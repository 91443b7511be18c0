"""`xlsync revert`: back to an earlier revision, as a new one."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.clock_and_user import now, user
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange import Source, revert


def revert_sheet(
    folder: Path, key: str, number: int, seen: int | None = None, *, as_json: bool = False
) -> int:
    """Make a new revision with the content of an old one, and return the exit code."""
    city = current_city(folder)
    source = Source(f"第{number}版に戻す", now(), user())
    sheet_id = city.store.id_of(key, city.terms.fiscal_year)
    revision = revert(city.store, sheet_id, city.terms.fiscal_year, number, source, seen=seen)
    key = revision.sheet.key
    if as_json:
        put_json({"key": key, "revision": revision.number, "reverted_to": number})
    else:
        say(f"{key} 第{number}版の内容を第{revision.number}版として登録しました")
    return 0

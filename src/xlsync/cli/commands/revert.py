"""`xlsync revert`: back to an earlier revision, as a new one."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.clock_and_user import now, user
from xlsync.cli.change_lines import change_lines, say_first
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import StoreError
from xlsync.exchange import Source, revert
from xlsync.merging import changes_between


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


def show_revert(folder: Path, key: str, number: int, *, as_json: bool = False) -> int:
    """Print what going back to an old revision would change, and return the exit code."""
    city = current_city(folder)
    year = city.terms.fiscal_year
    sheet_id = city.store.id_of(key, year)
    revisions = {each.number: each for each in city.store.revisions(sheet_id, year)}
    newest = city.store.find_newest(sheet_id, year)
    if number not in revisions or newest is None:
        raise StoreError(f"第{number}版はありません", key)
    changes = changes_between(newest.sheet, revisions[number].sheet)
    if as_json:
        documents = [change.to_document() for change in changes]
        put_json(
            {"key": newest.sheet.key, "reverts_to": number, "changes": documents, "done": False}
        )
        return 0
    say(
        f"{newest.sheet.key} 第{number}版の内容に戻すと、{len(changes)}欄が変わります（まだ何もしていません）"
    )
    say_first(change_lines(newest.sheet, changes))
    return 0

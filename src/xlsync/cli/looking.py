"""`xlsync status` and `xlsync audit`: what the store holds, and whether it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsync.cli import ATTENTION
from xlsync.cli.screen import put_json, say
from xlsync.cli.settings import City, find_city
from xlsync.exchange import Standing, standings
from xlsync.store import audit

SUBMITTED = "提出済"


def state_word(one: Standing) -> str:
    """Give a project's state in words, as on the board."""
    words = [
        f"競合 {one.open_conflicts}件" if one.open_conflicts else "",
        f"入力中（{one.blank}件未入力）" if one.blank else "",
        f"エラー {one.errors}件" if one.errors else "",
    ]
    return "・".join(filter(None, words)) or SUBMITTED


def _document(one: Standing) -> dict[str, Any]:
    sheet = one.sheet
    return {
        "key": sheet.key,
        "department": sheet.department,
        "division": sheet.division,
        "section": sheet.section,
        "title": sheet.title,
        "revision": sheet.revision,
        "state": state_word(one),
        "blank": one.blank,
        "errors": one.errors,
        "warnings": one.warnings,
        "conflicts": one.open_conflicts,
        "when": one.when,
        "who": one.who,
    }


def show_status(folder: Path, *, as_json: bool) -> int:
    """Print the standings and give the exit code."""
    city = find_city(folder.resolve())
    found = standings(city.store, city.terms)
    if as_json:
        put_json({"edition": city.terms.edition, "sheets": [_document(one) for one in found]})
    else:
        _say_table(city, found)
    return ATTENTION if any(one.errors or one.blank or one.open_conflicts for one in found) else 0


def _say_table(city: City, found: list[Standing]) -> None:
    from rich.console import Console
    from rich.table import Table

    done = sum(state_word(one) == SUBMITTED for one in found)
    edition = city.terms.form.at(city.terms.edition)
    table = Table(
        title=f"{city.name}　{edition.title}", title_justify="left", caption_justify="left"
    )
    for heading in ("課・係", "事業コード", "事務事業名", "状況", "注意", "最終受領"):
        table.add_column(heading, overflow="fold")
    for one in found:
        who = f"{one.sheet.division} {one.sheet.section}"
        last = f"{one.when[:16].replace('T', ' ')} {one.who}"
        table.add_row(
            who, one.sheet.key, one.sheet.title, state_word(one), str(one.warnings or ""), last
        )
    Console().print(table)
    say(f"提出済 {done}／{len(found)}件")


def show_audit(folder: Path, *, as_json: bool) -> int:
    """Print every damage of the store and give the exit code."""
    city = find_city(folder.resolve())
    found = audit(city.store)
    if as_json:
        put_json({"damages": [damage.to_document() for damage in found]})
        return ATTENTION if found else 0
    for damage in found:
        say(f"{damage.file}：{damage.message}")
    sheets = sum(len(city.store.keys(year)) for year in city.store.editions())
    say(
        f"シート {sheets}件を確かめました。"
        + (f"異常 {len(found)}件。" if found else "異常はありません。")
    )
    return ATTENTION if found else 0

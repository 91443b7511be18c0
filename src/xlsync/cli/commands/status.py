"""`xlsync status` and `xlsync audit`: what the store holds, and whether it is sound."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from xlsync.cli import ATTENTION
from xlsync.cli.console import put_json, say
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.settings import City, find_city
from xlsync.inbox.status.sheet_states import Progress, sheet_progress
from xlsync.store import audit, held_sheets, rebuild
from xlsync.summary.figures.progress import Board


def _document(made: Progress) -> dict[str, Any]:
    one, sheet = made.status, made.status.sheet
    return {
        "key": sheet.key,
        "department": sheet.department,
        "division": sheet.division,
        "section": sheet.section,
        "title": sheet.title,
        "revision": sheet.revision,
        "state": made.line.words,
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
    found = sheet_progress(city.store, city.terms)
    damaged = complain_damaged(city)
    if as_json:
        document = {
            "edition": city.terms.edition,
            "sheets": [_document(one) for one in found],
            "damaged": [{"key": sheet.key, "reason": sheet.reason} for sheet in damaged],
        }
        put_json(document)
    else:
        _say_table(city, found)
    return ATTENTION if damaged or any(not one.line.is_complete for one in found) else 0


def _say_table(city: City, found: list[Progress]) -> None:
    from rich.console import Console
    from rich.table import Table

    done = sum(one.line.state == "done" for one in found)
    edition = city.terms.form.at(city.terms.edition)
    table = Table(
        title=f"{city.name}　{edition.title}", title_justify="left", caption_justify="left"
    )
    for heading in ("課・係", "事業コード", "事務事業名", "状況", "注意", "最終受領"):
        table.add_column(heading, overflow="fold")
    for line in (one.line for one in found):
        unit = f"{line.division} {line.section}"
        last = f"{line.save.when[:16].replace('T', ' ')} {line.save.who}"
        table.add_row(
            unit, line.key, line.title, line.words, str(line.completion.warnings or ""), last
        )
    Console().print(table)
    say("　".join(filter(None, (f"提出済 {done}／{len(found)}件", _deadline_words(city)))))


def _deadline_words(city: City) -> str:
    today = dt.datetime.now().astimezone().date()
    board = Board(
        city.name, "", (), deadline=city.deadline.day, closed=city.deadline.closed, today=today
    )
    return board.deadline_words


def show_audit(folder: Path, *, as_json: bool, rebuilding: bool = False) -> int:
    """Print every damage of the store, having restored what is derivable if told to, and give the exit code."""
    city = find_city(folder.resolve())
    restored = rebuild(city.store) if rebuilding else []
    found = audit(city.store)
    if as_json:
        document = {"damages": [damage.to_document() for damage in found]}
        told = {"restored": [one.to_document() for one in restored]} if rebuilding else {}
        put_json({**document, **told})
        return ATTENTION if found else 0
    for one in restored:
        say(f"{one.file}：{one.message}")
    for damage in found:
        say(f"{damage.file}：{damage.message}")
    if rebuilding:
        say(f"作り直したもの {len(restored)}件。")
    say(
        f"シート {len(held_sheets(city.store))}件を確かめました。"
        + (f"異常 {len(found)}件。" if found else "異常はありません。")
    )
    return ATTENTION if found else 0

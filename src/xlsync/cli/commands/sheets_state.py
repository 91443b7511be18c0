"""`xlsync sheets retire | exclude | restore`: take sheets out of sums and board, or back, with reason and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import StoreError
from xlsync.exchange.register.register_state import (
    ALREADY_RECORDED,
    STATE_WORDS,
    RegisteredSheet,
    refuse_pointless,
    set_register_state,
)
from xlsync.store.register_acts import RegisterAct

if TYPE_CHECKING:
    from xlsync.store.register_acts import ActKind

_QUESTION: Final = "よいですか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"
_DONE: Final = "登録データとファイルは残り、`xlsync sheets restore` で戻せます。集計は次の `xlsync summarize` から変わります。"


@dataclass(frozen=True, slots=True)
class StateOptions:
    """What the options say: why, from which day (ISO 8601, "" for today), and whether to ask or only to show."""

    reason: str
    from_day: str = ""
    agreement: Agreement = ASK


def set_state(folder: Path, keys: Sequence[str], kind: ActKind, options: StateOptions) -> int:
    """Show which sheets an act is about, carry it out where that is agreed, and return the exit code."""
    city = current_city(folder)
    if not options.reason.strip():
        raise StoreError("理由（--reason）を書いてください")
    act = RegisterAct(kind, _day(options.from_day), options.reason.strip(), now(), user())
    sheets = refuse_pointless(city.store, city.terms, keys, act)
    if not options.agreement.as_json:
        _say_sheets(sheets, act)
    new = [registered for registered in sheets if not registered.already_says(act)]
    is_done = options.agreement.is_reached_for_new(len(new), len(sheets), _QUESTION)
    if is_done:
        set_register_state(city.store, city.terms, keys, act)
        renew_board(current_city(folder), (), complain)
    if options.agreement.as_json:
        put_json({"done": is_done, "sheets": [_document(sheet, act) for sheet in sheets]})
    else:
        say(_outcome(len(new), is_done=is_done))
    return 0 if is_done or options.agreement.is_dry_run else ATTENTION


def _outcome(new_count: int, *, is_done: bool) -> str:
    if not new_count:
        return ALREADY_RECORDED
    return _DONE if is_done else _NOT_DONE


def _day(text: str) -> str:
    try:
        return (date.fromisoformat(text) if text else date.fromisoformat(now()[:10])).isoformat()
    except ValueError as fault:
        raise StoreError(f"日付は 2026-04-01 のように書いてください（{text}）") from fault


def _say_sheets(sheets: Sequence[RegisteredSheet], act: RegisterAct) -> None:
    for registered in sheets:
        sheet = registered.sheet
        say(f"{sheet.key} {sheet.title}：{registered.outcome_words(act)}")
    say(f"理由：{act.reason}")


def _document(registered: RegisteredSheet, act: RegisterAct) -> dict[str, Any]:
    sheet = registered.sheet
    return {
        "key": sheet.key,
        "title": sheet.title,
        "before": registered.state,
        "after": STATE_WORDS[act.act_kind],
        "already_recorded": registered.already_says(act),
    }


__all__ = ["StateOptions", "set_state"]

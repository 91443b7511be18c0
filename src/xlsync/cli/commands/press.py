"""`xlsync press`: a button of Excel's pressed on a file, its answer shown, or carried out in a copy."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import read_file
from xlsync.city.clock_and_user import user
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.commands.live import ask_on_terminal, pressed_here
from xlsync.cli.console import complain, is_at_terminal, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.disk import create_once

if TYPE_CHECKING:
    from xlsync.addin.client.carrying_out import Done, Reply
    from xlsync.addin.protocol.changes import Answer, Change, Level, Typed, Verb

_BLANK: Final = "（空欄）"
_EXISTS: Final = "{}：すでにあります。新しい名前を指定してください"


def show_press(folder: Path, verb: Verb, file: Path, out: Path | None, *, as_json: bool) -> int:
    """Do to a file what a button in Excel does, print the answer, and return the exit code; `out` is a copy that it changes."""
    from xlsync.addin.protocol.changes import Request
    from xlsync.version import VERSION

    city, data = current_city(folder), read_file(file)
    if out is not None and out.exists():
        complain(_EXISTS.format(out))
        return FAILED
    request = Request(
        uuid.uuid4().hex, verb, str(file.resolve()), user(), data, client=f"press {VERSION}"
    )
    answer = pressed_here(city, request)
    _print_changes(answer, as_json=as_json)
    level, text = _message(answer)
    if answer.failed:
        complain(text)
        return FAILED
    if out is not None:
        done = _carried_out(answer, data, out)
        level, text = done.level, done.text
    if not as_json:
        say(text)
    return 0 if level == "info" else ATTENTION


def _print_changes(answer: Answer, *, as_json: bool) -> None:
    from xlsync.addin.protocol.json_codec import to_json

    if as_json:
        put_json(json.loads(to_json(answer)))
        return
    for line in _lines(answer):
        say(line)


def _message(answer: Answer) -> tuple[Level, str]:
    """Return the answer's messages as one text, with the level of the last."""
    from xlsync.addin.protocol.changes import Message

    messages = [change for change in answer.changes if isinstance(change, Message)]
    level: Level = messages[-1].level if messages else "info"
    return level, "\n".join(message.text for message in messages)


def _carried_out(answer: Answer, data: bytes, out: Path) -> Done:
    """Carry an answer out in a copy; questions are asked on the terminal, and where there is none nothing is decided."""
    from xlsync.addin.client.carrying_out import carry_out
    from xlsync.workbook.openpyxl_editor import OpenpyxlLive

    def cancel(_question: str) -> Reply:
        return "cancel"

    live = OpenpyxlLive(data)
    done = carry_out(answer, live, ask_on_terminal if is_at_terminal() else cancel)
    remove_abandoned(out.parent)
    if not create_once(out, live.finished()):
        complain(_EXISTS.format(out))
    return done


def _lines(answer: Answer) -> Iterator[str]:
    """Yield the changes as lines; the messages are printed last, apart."""
    for change in answer.changes:
        if line := _line(change):
            yield line


def _line(change: Change) -> str:
    from xlsync.addin.protocol.changes import Ask, Mark, Open, Row, Table, Write

    match change:
        case Mark(worksheet, cell, _, text):
            return f"印 {worksheet}!{cell} {' '.join(text.split())}"
        case Write(worksheet, cell, value, was):
            return f"書き込み {worksheet}!{cell} {_shown(was)} → {_shown(value)}"
        case Ask(worksheet, cell, value, was):
            return f"確認 {worksheet}!{cell} このファイル {_shown(was)} ／ 登録済み {_shown(value)}"
        case Table(title, columns):
            return f"一覧 {title}（{'・'.join(columns)}）"
        case Row(_, _, texts):
            return f"    {' ／ '.join(' '.join(text.split()) for text in texts if text)}"
        case Open(name):
            return f"開くファイル {name}"
        case _:
            return ""


def _shown(value: Typed) -> str:
    return _BLANK if value is None or value == "" else " ".join(str(value).split())

"""`xlsync live` and the buttons by RunPython: what is open in Excel, pressed against this city or against a server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import user
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.console import complain, is_at_terminal, say
from xlsync.cli.current_city import current_city

if TYPE_CHECKING:
    from xlsync.addin.client.carrying_out import Reply
    from xlsync.addin.client.live_session import Desk, LiveVerb, Outcome
    from xlsync.addin.protocol.changes import Answer, Request

KEY_VARIABLE: Final = "XLSYNC_KEY"
_REPLIES: Final[dict[str, Reply]] = {"y": "yes", "n": "no", "c": "cancel"}
_CODES: Final = {"info": 0, "warning": ATTENTION, "error": ATTENTION}


@dataclass(frozen=True)
class Way:
    """Where a press goes: to a server, else to the city whose folder this is or lies above."""

    folder: Path = Path()
    url: str = ""

    def desk(self) -> Desk:
        """Return what answers: a server or this city; SettingsError where there is none."""
        from xlsync.addin.client.live_session import Desk

        if self.url:
            from xlsync.addin.client.web_way import WebWay

            server = WebWay(self.url, os.environ.get(KEY_VARIABLE, ""))
            return Desk(server.press, server.file)
        city = current_city(self.folder)
        return Desk(lambda request: pressed_here(city, request), lambda name: city.shared / name)


def pressed_here(city: CitySettings, request: Request) -> Answer:
    """Press against a city on this machine; its board follows."""
    from xlsync.addin.dispatch import press

    done = press(office_of(city), request, datetime.now().astimezone())
    if done.receipts:
        renew_board(city, done.receipts, complain)
    return done.answer


def press_live(way: Way, verb: LiveVerb, book: str = "") -> Outcome:
    """Press a button in the workbook open in Excel; questions are asked on the terminal, or in Excel without one."""
    from xlsync.addin.client.excel_engine import excel_engine
    from xlsync.addin.client.live_session import Button, press_button

    button = Button(verb, uuid.uuid4().hex, user(), book)
    return press_button(excel_engine(), button, way.desk, _asker())


def show_live(way: Way, verb: LiveVerb, book: str) -> int:
    """Press a button, print what came of it, and return the exit code."""
    outcome = press_live(way, verb, book)
    for line in outcome.list_lines:
        say(line)
    if outcome.failed:
        complain(outcome.text)
        return FAILED
    say(outcome.text)
    return _CODES[outcome.level]


def _asker() -> Callable[[str], Reply] | None:
    """Return what asks on the terminal, None where there is no terminal."""
    return ask_on_terminal if is_at_terminal() else None


def ask_on_terminal(question: str) -> Reply:
    """Ask whoever sits at the terminal; one that has ended cancels."""
    while True:
        try:
            typed = input(f"\n{question}\n[y=はい / n=いいえ / c=キャンセル] ")
        except EOFError:
            return "cancel"
        if reply := _REPLIES.get(typed.strip().lower()[:1]):
            return reply

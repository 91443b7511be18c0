"""A button pressed in the workbook that is open in Excel, over xlwings: a copy out, the answer carried out in it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.addin.client.boxes import Boxes
from xlsync.addin.client.carrying_out import Reply, carry_out
from xlsync.addin.client.live_book import LiveBook
from xlsync.addin.client.open_books import cautions, copy_of, find_book, full_name, refuse_unsaved
from xlsync.addin.protocol.accepted import accepted, refused_answer
from xlsync.addin.protocol.changes import Answer, Level, Message, Request, Row, Unmark, Verb
from xlsync.errors import ExcelError
from xlsync.version import VERSION

if TYPE_CHECKING:
    from xlsync.addin.client.excel_engine import Engine

LiveVerb = Literal["validate", "submit", "pull", "diff", "summary", "selftest", "unmark"]
"""What can be pressed here: the verbs of the protocol, and taking the marks off, for which nobody need be asked."""
NEED_A_FILE: Final = frozenset({"validate", "submit", "pull", "diff", "summary"})
CLIENT: Final = f"live {VERSION}"
UNMARKED: Final = "検証の印をすべて消しました。入力した内容は変わっていません。"


@dataclass(frozen=True)
class Desk:
    """The other side: what answers a request, and where a file lies that an answer names ("集計/総務部.xlsx")."""

    press: Callable[[Request], Answer]
    locate_file: Callable[[str], Path]


@dataclass(frozen=True)
class Button:
    """What is pressed, the id of the request, who presses where Excel names nobody, and in which workbook (`find_book`)."""

    verb: LiveVerb
    id: str
    user: str = ""
    book_name: str = ""
    hwnd: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it, to be told once: `failed` where nothing was done; `list_lines` of a list that no Excel could show."""

    level: Level
    text: str
    failed: bool = False
    list_lines: tuple[str, ...] = ()
    hwnd: int = 0


def press_button(
    engine: Engine,
    button: Button,
    desk: Callable[[], Desk],
    ask: Callable[[str], Reply] | None = None,
) -> Outcome:
    """Press a button in the workbook that is open; questions go to `ask`, or to a box over Excel where there is none.

    Raises ExcelError where the workbook cannot be used, and what the desk raises. Excel may become busy in the middle:
    what was written by then stays, and no stamp says that all was.
    """
    with engine.excel_errors():
        try:
            book = find_book(engine, button.book_name, button.hwnd)
        except ExcelError as fault:
            if button.verb != "selftest":
                raise
            return _without_workbook(button, desk(), str(fault))
        hwnd = int(book.app.hwnd)
        ask = ask or Boxes(engine, hwnd).ask
        if button.verb == "unmark":
            return _carried_out(LiveBook(engine, book, Path), _unmarking(button, book), ask, hwnd)
        if button.verb in NEED_A_FILE:
            refuse_unsaved(book)
        request, warnings = _request(button, button.verb, book), tuple(cautions(book))
    at = desk()
    answer = _answer(at, request)
    with engine.excel_errors():
        outcome = _carried_out(LiveBook(engine, book, at.locate_file), answer, ask, hwnd)
    return (
        outcome if outcome.failed else replace(outcome, text="\n".join((outcome.text, *warnings)))
    )


def _request(button: Button, verb: Verb, book: Any) -> Request:
    facts = tuple(_facts(book)) if verb == "selftest" else ()
    return Request(
        button.id,
        verb,
        full_name(book),
        str(book.app.api.UserName) or button.user,
        copy_of(book),
        str(book.sheets.active.name),
        CLIENT,
        facts,
    )


def _facts(book: Any) -> Iterator[tuple[str, str]]:
    """Yield what only this computer knows about its Excel, as (name, value)."""
    app = book.app.api
    yield "Excel の版", f"{app.Version} {app.Build}"
    yield "Windows", str(app.OperatingSystem)
    yield "Python", platform.python_version()
    yield "計算方法（-4105：自動、-4135：手動）", str(app.Calculation)
    yield "読み取り専用で開いている", "はい" if book.api.ReadOnly else "いいえ"
    yield "保存していない入力がある", "いいえ" if book.api.Saved else "はい"
    for sheet in book.sheets:
        state = "保護あり" if sheet.api.ProtectContents else "保護なし"
        yield f"ワークシート「{sheet.name}」", state


def _answer(desk: Desk, request: Request) -> Answer:
    """Send a request and validate its answer before any change is carried out."""
    answer = accepted(desk.press(request))
    if answer.failed:  # one that says that the request could not even be read names nobody
        return answer
    if (answer.id.lower(), answer.verb) != (request.id.lower(), request.verb):
        raise refused_answer("ほかの依頼への応答です")
    return answer


def _unmarking(button: Button, book: Any) -> Answer:
    marked = tuple(Unmark(str(sheet.name)) for sheet in book.sheets)
    return Answer("validate", button.id, (*marked, Message("info", UNMARKED)))


def _without_workbook(button: Button, desk: Desk, why: str) -> Outcome:
    """Press the self-test although there is no workbook: its list is told in words."""
    request = Request(
        button.id, "selftest", "", button.user, client=CLIENT, facts=(("Excel", why),)
    )
    answer = _answer(desk, request)
    lines = tuple("　".join(row.texts) for row in answer.changes if isinstance(row, Row))
    messages = [change for change in answer.changes if isinstance(change, Message)]
    level = messages[0].level if messages else "info"
    return Outcome(level, "\n".join(message.text for message in messages), answer.failed, lines)


def _carried_out(live: LiveBook, answer: Answer, ask: Callable[[str], Reply], hwnd: int) -> Outcome:
    done = carry_out(answer, live, ask)
    return Outcome(done.level, done.text, answer.failed, (), hwnd)

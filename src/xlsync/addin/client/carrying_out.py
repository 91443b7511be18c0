"""The client's side: an answer carried out in a live workbook, one change after the other (docs/protocol.md).

A cell that no longer holds what the other side saw, or that holds a formula, is left alone, and so is what the workbook
refuses (`UnwritableWorkbook`); all that is told at the end. Marks can be taken off again: their note carries the former fill.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from xlsync.addin.protocol.accepted import accepted
from xlsync.addin.protocol.changes import (
    Answer,
    Ask,
    Change,
    GoTo,
    Level,
    Mark,
    Message,
    Open,
    PutStamp,
    Row,
    Table,
    Typed,
    Unmark,
    Write,
)
from xlsync.errors import UnwritableWorkbook

Reply = Literal["yes", "no", "cancel"]
HEAD: Final = "【xlsync】"
"""Begins the note of every mark."""
_NONE: Final = "（元の塗り：なし）"
_KEPT: Final = "（元の塗り：そのまま）"
_FORMER: Final = re.compile(r"（元の塗り：([0-9A-Fa-f]{6})）")
_SAME: Final = 1e-14
"""Relative; Excel keeps 15 digits of a number."""
_MOST_LISTED: Final = 8
_LEVELS: Final[tuple[Level, ...]] = ("info", "warning", "error")


class Refused(UnwritableWorkbook):
    """The workbook does not let this be done: protected, or no such thing there."""

    def __init__(self, reason: str = "このブックでは行えません", where: str = "") -> None:
        super().__init__(reason, where)


class LiveWorkbook(Protocol):
    """An open workbook. Cells are named by worksheet and address; whatever it does not let happen raises UnwritableWorkbook."""

    def has_worksheet(self, worksheet: str) -> bool:
        """True where there is a worksheet of just that name."""

    def value(self, worksheet: str, cell: str) -> Typed:
        """Return the value of a cell, None for a blank one."""

    def has_formula(self, worksheet: str, cell: str) -> bool:
        """True where a formula stands in the cell."""

    def write(self, worksheet: str, cell: str, value: Typed) -> None:
        """Write a value as it is, text as text whatever it looks like; the number format stays."""

    def fill(self, worksheet: str, cell: str) -> str | None:
        """Return a cell's solid fill as RRGGBB, None for no fill; UnwritableWorkbook for a pattern or gradient."""

    def set_fill(self, worksheet: str, cell: str, colour: str | None) -> None:
        """Fill a cell, or take its fill away."""

    def note(self, worksheet: str, cell: str) -> str | None:
        """Return a cell's note, None for none, "" for a threaded comment, which must not be touched."""

    def set_note(self, worksheet: str, cell: str, text: str | None) -> None:
        """Hang a note on a cell, or take it off."""

    def notes(self, worksheet: str) -> Sequence[tuple[str, str]]:
        """Return every note of a worksheet as (cell, text)."""

    def put_stamp(self, worksheet: str, text: str) -> None:
        """Let the worksheet's stamp say so."""

    def select(self, worksheet: str, cell: str) -> None:
        """Show a cell, where it can be shown."""

    def show_list(self, title: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Show a list beside the workbook."""

    def open(self, name: str) -> None:
        """Open a file of the shared folder, read-only."""


@dataclass(frozen=True)
class Done:
    """What is to be said at the end, in one message; `left_alone` says one by one what was left alone."""

    level: Level
    text: str
    left_alone: tuple[str, ...] = ()


def carry_out(answer: Answer, live: LiveWorkbook, ask: Callable[[str], Reply]) -> Done:
    """Carry out an answer; ProtocolError, and nothing is done, where it holds what docs/protocol.md does not allow."""
    hand = _Hand(live, ask)
    for change in accepted(answer).changes:
        hand.do(change)
    hand.finish_list()
    return hand.done()


def is_same(held: Typed, value: Typed) -> bool:
    """True where both are one value in Excel: of one type, text character by character, numbers as far as Excel keeps them."""
    if held is None or value is None:
        return _is_blank(held) and _is_blank(value)
    if isinstance(value, str) or isinstance(held, str):
        return isinstance(value, str) and isinstance(held, str) and _lines(held) == _lines(value)
    if isinstance(value, bool) or isinstance(held, bool):
        return value is held
    return abs(float(held) - float(value)) <= abs(float(value)) * _SAME


def _is_blank(value: Typed) -> bool:
    return value is None or value == ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


@dataclass
class _Hand:
    """Carries out one change at a time and keeps what was left alone."""

    live_workbook: LiveWorkbook
    ask: Callable[[str], Reply]
    left_alone: list[str] = field(default_factory=list)
    unfinished: set[str] = field(default_factory=set)
    cancelled: bool = False
    table: Table | None = None
    rows: list[Row] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def do(self, change: Change) -> None:
        if not isinstance(change, Row):
            self.finish_list()  # what is gone to afterwards lies in front of it
        match change:
            case Message():
                self.messages.append(change)
            case Table():
                self.table, self.rows = change, []
            case Row():
                self.rows.append(change)
            case Open(name=name):
                self._try(
                    f"・「{name}」を開けません。共有フォルダから直接開いてください。",
                    self.live_workbook.open,
                    name,
                )
            case _ if not self.live_workbook.has_worksheet(change.worksheet):
                self._leave(
                    change, f"・ワークシート「{change.worksheet}」がこのブックにありません。"
                )
            case _:
                self._in_worksheet(change)

    def _in_worksheet(self, change: Unmark | Mark | Write | Ask | PutStamp | GoTo) -> None:
        match change:
            case Unmark():
                self._unmark(change.worksheet)
            case Mark():
                self._mark(change)
            case Write():
                self._write(change)
            case Ask():
                self._ask(change)
            case PutStamp(worksheet=worksheet, text=text):
                if worksheet not in self.unfinished:
                    why = f"・「{worksheet}」の控えを書き込めません（ブックの保護など）。次の［反映］でもう一度尋ねられます。"
                    self._try(why, self.live_workbook.put_stamp, worksheet, text)
            case GoTo(worksheet=worksheet, cell=cell):
                self.live_workbook.select(worksheet, cell)

    # --- marks

    def _unmark(self, worksheet: str) -> None:
        try:
            for cell, text in self.live_workbook.notes(worksheet):
                if text.startswith(HEAD):
                    self._take_off(worksheet, cell, text)
        except UnwritableWorkbook:
            self.left_alone.append(
                f"・「{worksheet}」の印を消せません。シートの保護を外すと消せます。"
            )

    def _take_off(self, worksheet: str, cell: str, text: str) -> None:
        """Restore the fill, then delete the note: if Excel refuses the fill, the note still records what to restore."""
        last = text.rpartition("\n")[2]
        former = _FORMER.fullmatch(last)
        if last == _NONE or former is not None:
            self.live_workbook.set_fill(worksheet, cell, former[1] if former else None)
        self.live_workbook.set_note(worksheet, cell, None)

    def _mark(self, mark: Mark) -> None:
        worksheet, cell = mark.worksheet, mark.cell
        try:
            old = self.live_workbook.note(worksheet, cell)
            if old is not None and not old.startswith(HEAD):
                raise Refused  # somebody's own note is told like any other refusal
            if old is not None:
                self._take_off(worksheet, cell, old)
            self._hang(mark)
        except UnwritableWorkbook:
            why = "に印を付けられません（シートの保護か、ほかの人のメモがあります）。"
            self.left_alone.append(f"・「{worksheet} {cell}」{why}")

    def _hang(self, mark: Mark) -> None:
        worksheet, cell = mark.worksheet, mark.cell
        try:
            fill = self.live_workbook.fill(worksheet, cell)
            former = _NONE if fill is None else f"（元の塗り：{fill}）"
        except UnwritableWorkbook:
            former = _KEPT
        self.live_workbook.set_note(worksheet, cell, f"{HEAD}{mark.text}\n{former}")
        try:
            if former != _KEPT:
                self.live_workbook.set_fill(worksheet, cell, mark.colour)
        except UnwritableWorkbook:
            self.live_workbook.set_note(worksheet, cell, None)
            raise

    # --- values

    def _ask(self, ask: Ask) -> None:
        if not self.cancelled and self._why_not(ask) == "":
            match self.ask(ask.question):
                case "yes":
                    self._write(ask)
                    return
                case "no":
                    return
                case "cancel":
                    self.cancelled = True
        why = "はキャンセルされたので、そのままです。" if self.cancelled else self._why_not(ask)
        self._leave(ask, f"・「{ask.worksheet} {ask.cell}」{why}")

    def _write(self, write: Write | Ask) -> None:
        why = self._why_not(write)
        if not why:
            try:
                self.live_workbook.write(write.worksheet, write.cell, write.value)
            except UnwritableWorkbook:
                why = "に書き込めません（シートの保護など）。"
        if why:
            self._leave(write, f"・「{write.worksheet} {write.cell}」{why}")

    def _why_not(self, write: Write | Ask) -> str:
        if self.live_workbook.has_formula(write.worksheet, write.cell):
            return "には数式があるので、書き込みませんでした。"
        if not is_same(self.live_workbook.value(write.worksheet, write.cell), write.expected):
            return "は答えを待つ間に変わったので、そのままにしました。"
        return ""

    def _leave(self, change: Change, why: str) -> None:
        """Leave a change alone; the stamp of a worksheet does not say that it was made."""
        if isinstance(change, Write | Ask):
            self.unfinished.add(change.worksheet)
        self.left_alone.append(why)

    def _try(self, why: str, act: Callable[..., None], *arguments: str) -> None:
        try:
            act(*arguments)
        except UnwritableWorkbook:
            self.left_alone.append(why)

    # --- what is shown

    def finish_list(self) -> None:
        if self.table is not None:
            self.live_workbook.show_list(self.table.title, self.table.columns, self.rows)
        self.table = None

    def done(self) -> Done:
        level: Level = max(
            (message.level for message in self.messages), key=_LEVELS.index, default="info"
        )
        texts = [message.text for message in self.messages]
        if self.left_alone:
            level = max(level, "warning", key=_LEVELS.index)
            more = ["…"] if len(self.left_alone) > _MOST_LISTED else []
            head = f"行わなかったことが {len(self.left_alone)} 件あります。"
            texts.append("\n".join((head, *self.left_alone[:_MOST_LISTED], *more)))
        return Done(level, "\n\n".join(texts), tuple(self.left_alone))

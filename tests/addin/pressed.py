"""A city whose buttons are pressed, and the workbook on somebody's screen (openpyxl in Excel's place)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import openpyxl
import pytest

from tests import cities, papers
from xlsync.addin.client.carrying_out import Done, Reply, carry_out
from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Answer, Change, Message, Request, Verb
from xlsync.addin.protocol.json_codec import from_json, to_json
from xlsync.addin.protocol.tsv import from_tsv, to_tsv
from xlsync.inbox.config import InboxConfig
from xlsync.workbook.openpyxl_editor import OpenpyxlLive
from xlsync.workbook.reading.form_reader import read

JST = dt.timezone(dt.timedelta(hours=9))
_C = TypeVar("_C", bound=Change)


def never(question: str) -> Reply:
    """Answers no question."""
    raise AssertionError(question)


@dataclass
class Screen:
    """A workbook open on somebody's screen: `data` is what SaveCopyAs would write."""

    data: bytes
    name: str = r"C:\Users\yamada\Desktop\a.xlsx"
    user: str = "山田"

    def type(self, changes: Mapping[str, Any]) -> None:
        """Type values into fields."""
        self.data = cities.typed(self.data, changes)

    def field(self, path: str) -> object:
        """What a field says."""
        return read(self.data)[0].sheet[path]

    def carry_out(self, answer: Answer, ask: Callable[[str], Reply] = never) -> Done:
        """Carry an answer out, having sent it over the wire in both codecs."""
        assert from_tsv(to_tsv(answer)) == answer
        assert from_json(to_json(answer)) == answer
        live = OpenpyxlLive(self.data)
        done = carry_out(answer, live, ask)
        self.data = live.finished()
        return done

    def looks(self) -> dict[str, tuple[object, ...]]:
        """Fill and note of each cell that has one."""
        book = openpyxl.load_workbook(io.BytesIO(self.data))
        return {
            f"{sheet.title}!{cell.coordinate}": (
                cell.fill.fill_type and repr(cell.fill),
                cell.comment and cell.comment.text,
            )
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.fill.fill_type or cell.comment
        }


@dataclass
class Desk:
    """The city's side. A minute goes by at every press."""

    office: InboxConfig
    city: cities.City
    pressed: int = field(default=0)

    def press(self, verb: Verb, screen: Screen, department: str = "", **more: Any) -> Pressed:
        """Press a button."""
        self.pressed += 1
        when = dt.datetime(2018, 7, 3, 9, self.pressed, tzinfo=JST)
        request = Request(
            f"{self.pressed:032x}", verb, screen.name, screen.user, screen.data, cities.WORKSHEET
        )
        return press(self.office, replace(request, **more), when, department)

    def done(self, verb: Verb, screen: Screen, ask: Callable[[str], Reply] = never) -> Done:
        """Press a button and carry its answer out."""
        answer = self.press(verb, screen).answer
        assert not answer.failed, answer
        return screen.carry_out(answer, ask)

    def open(self, key: str = papers.CLEAN, **more: Any) -> Screen:
        """A workbook given out and opened."""
        return Screen(self.city.give_out(key), **more)


def desk(folder: Path) -> Desk:
    """A city that holds the five official sheets."""
    city = cities.city(folder)
    city.register()
    shared = folder / "shared"
    (shared / "評価シート").mkdir(parents=True)
    return Desk(InboxConfig("つくば市", folder, shared, city.terms, city.store), city)


def found(answer: Answer, kind: type[_C]) -> list[_C]:
    """The changes of one kind."""
    return [one for one in answer.changes if isinstance(one, kind)]


def message(answer: Answer) -> str:
    """What the person at the button reads."""
    return "\n".join(one.text for one in found(answer, Message))


def failed(pressed: Pressed) -> str:
    """The one sentence of a failure, which is polite and says that nothing is lost."""
    assert pressed.answer.failed
    [only] = pressed.answer.changes
    if not isinstance(only, Message) or only.level != "error":
        pytest.fail(f"no error message: {only}")
    assert "入力した内容は、このブックにそのまま残っています。" in only.text
    assert only.text.endswith("。")
    return only.text

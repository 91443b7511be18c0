"""What a button's answer consists of: a flat list of changes that a client carries out one after the other (docs/protocol.md).

`worksheet` and `cell` (A1) say where; both are "" where a row belongs to no cell. Values are typed: text stays text.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Verb = Literal["validate", "submit", "pull", "diff", "summary", "selftest"]
Level = Literal["info", "warning", "error"]
Typed = str | bool | int | float | Decimal | None
"""A cell's value: text, boolean, number, or None for blank."""


@dataclass(frozen=True, slots=True)
class Unmark:
    """Take off every mark of an earlier validate."""

    worksheet: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Fill a cell (`colour` RRGGBB) and hang a note on it."""

    worksheet: str
    cell: str
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write a value where the cell still holds `expected` and no formula."""

    worksheet: str
    cell: str
    value: Typed
    expected: Typed


@dataclass(frozen=True, slots=True)
class Ask:
    """Write a value if the user says yes to the question."""

    worksheet: str
    cell: str
    value: Typed
    expected: Typed
    question: str


@dataclass(frozen=True, slots=True)
class PutStamp:
    """Let the worksheet's stamp say so, if all its writes and questions were carried out."""

    worksheet: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Begin a list in a new unsaved workbook."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; links to a cell where it names one."""

    worksheet: str
    cell: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoTo:
    """Select a cell."""

    worksheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Open:
    """Open a file of the shared folder, named relative to it with "/"."""

    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """Say something at the end."""

    level: Level
    text: str


Change = Unmark | Mark | Write | Ask | PutStamp | Table | Row | GoTo | Open | Message
CHANGES: Final[dict[str, type[Change]]] = {
    "unmark": Unmark,
    "mark": Mark,
    "write": Write,
    "ask": Ask,
    "stamp": PutStamp,
    "table": Table,
    "row": Row,
    "goto": GoTo,
    "open": Open,
    "message": Message,
}
"""The word of each kind of change; its words, or members, follow in the order of the attributes."""


@dataclass(frozen=True, slots=True)
class Request:
    """A press of a button: the verb, the live workbook's full name, who pressed, and the workbook as SaveCopyAs wrote it.

    `id` is 32 hexadecimal digits; `facts` (name, value) are what a client tells of its machine for the self-test.
    """

    id: str
    verb: Verb
    file: str
    user: str
    workbook: bytes = b""
    worksheet: str = ""
    client: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request led to; a failure is an answer too, with one message of level error."""

    verb: Verb
    id: str
    changes: tuple[Change, ...]
    failed: bool = False

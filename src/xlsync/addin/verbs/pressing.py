"""Argument and result of every verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.changes import Change, Message
from xlsync.exchange import Receipt, Source
from xlsync.exchange.incoming import Incoming, Reader, read_incoming

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Request
    from xlsync.form.library import Form
    from xlsync.inbox.config import InboxConfig
    from xlsync.workbook.reading.reading import Reading

SAFE: Final = "入力した内容は、このブックにそのまま残っています。"
RETRY: Final = "少し待ってからもう一度押し、続くときは企画担当に連絡してください。"


def ended(sentence: str) -> str:
    """Return a sentence that ends in 。"""
    return sentence if sentence.endswith("。") else f"{sentence}。"


@dataclass(frozen=True)
class VerbResult:
    """Result of a verb: the changes in any order, the store's receipts, and whether the task failed."""

    changes: tuple[Change, ...]
    receipts: tuple[Receipt, ...] = ()
    failed: bool = False


def failure(*sentences: str, receipts: Iterable[Receipt] = ()) -> VerbResult:
    """Return a failure with one message: what was wrong, and that nothing typed is lost."""
    text = "\n".join((*dict.fromkeys(map(ended, sentences)), SAFE))
    return VerbResult((Message("error", text),), tuple(receipts), failed=True)


@dataclass(frozen=True)
class Press:
    """A button pressed at a time in a workbook of a city. `source` says where the workbook lies, as the store knows it.

    `department` is the one whose key was shown, "" where every sheet may be seen.
    """

    config: InboxConfig
    request: Request
    source: Source
    pressed_at: datetime
    workbook_reader: Reader
    department: str = ""

    @cached_property
    def incoming_sheets(self) -> list[Incoming]:
        """The sheets in the workbook, read once; WorkbookError where there are none."""
        config, workbook = self.config, self.request.workbook
        return read_incoming(config.terms, workbook, self.source, self.reader, config.store)

    @cached_property
    def reader(self) -> Callable[[bytes, Form], list[Reading]]:
        """A reader that parses the workbook only once."""
        readings: list[list[Reading]] = []

        def once(data: bytes, form: Form) -> list[Reading]:
            if not readings:
                readings.append(self.workbook_reader(data, form))
            return readings[0]

        return once

    def cell_of(self, worksheet: str, path: str) -> tuple[str, str]:
        """Return worksheet and address of a field of the sheet with a worksheet, both "" where it has no cell."""
        cells = (
            incoming.cell_of(path)
            for incoming in self.incoming_sheets
            if worksheet == incoming.worksheet and path in incoming.cells
        )
        return next(cells, ("", ""))

    @property
    def asked(self) -> Incoming:
        """The sheet of the active worksheet, else the first one."""
        active = (
            incoming
            for incoming in self.incoming_sheets
            if self.request.worksheet in incoming.worksheets
        )
        return next(active, self.incoming_sheets[0])

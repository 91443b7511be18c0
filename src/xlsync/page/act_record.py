"""Everything that was done, newest first: every revision of every year, acts about stages, and what was done on the page."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from xlsync.file_names import last_part
from xlsync.sheet_stage import ACT_WORDS
from xlsync.store import read_seal_list

if TYPE_CHECKING:
    from xlsync.page.page_log import PageLog
    from xlsync.page.sheet_snapshot import SheetRow
    from xlsync.store import SealLine, Store

RecordWay = Literal["page", "file", "other"]
RECORD_EXTENSION: Final = "xlsync.record"
ACT_WAY_WORDS: Final[dict[RecordWay, str]] = {
    "page": "画面",
    "file": "ファイル・ボタン",
    "other": "コマンド・そのほか",
}
_ON_PAGE: Final = "画面（"
_SHOWN: Final = 300
_READ_AT_ONCE: Final = 2_000
"""Revisions that one visit reads for the first time: what is older is had by naming an earlier day."""
_LOG_LINES: Final = 50_000


@dataclass(frozen=True, slots=True)
class RecordLine:
    """Something that was done: when, by whom, in which role or from which file, what, about which sheet, with what result."""

    when: str
    who: str
    role_words: str
    what: str
    sheet_key: str
    result: str
    act_way: RecordWay = "other"


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which lines are wanted; "" admits all. Days are in ISO 8601, the last one included."""

    words: str = ""
    person: str = ""
    way_name: str = ""
    from_day: str = ""
    until_day: str = ""

    def admits_day(self, when: str) -> bool:
        """Whether something of a moment is wanted."""
        day = when[:10]
        return day >= self.from_day and (not self.until_day or day <= self.until_day)

    def admits(self, line: RecordLine) -> bool:
        """Whether a line is wanted."""
        text = f"{line.sheet_key} {line.what} {line.result} {line.role_words}"
        return (
            self.words in text
            and self.person in line.who
            and self.way_name in {"", line.act_way}
            and self.admits_day(line.when)
        )


class RecordPage(NamedTuple):
    """The newest lines that are wanted, and whether there may be older ones."""

    record_lines: list[RecordLine]
    has_more: bool


class _Written(NamedTuple):
    """What a revision's file says of who wrote it."""

    who: str
    file: str
    has_workbook: bool


@dataclass
class ActRecord:
    """The record; what a revision's file says is kept, for it is written once."""

    _written: dict[tuple[int, str, int], _Written] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def page(
        self, store: Store, wanted: RecordFilter, log: PageLog, rows: Iterable[SheetRow]
    ) -> RecordPage:
        """Return the newest lines that a filter admits."""
        seals = [
            line
            for line in reversed(read_seal_list(store.files).seal_lines)
            if wanted.admits_day(line.sealed.when)
        ]
        sources = (
            self._of_revisions(store, seals),
            islice(_of_page(log), _LOG_LINES),
            sorted(_of_stages(rows), key=attrgetter("when"), reverse=True),
        )
        every = merge(*sources, key=lambda line: line.when[:19], reverse=True)
        matching = list(islice(filter(wanted.admits, every), _SHOWN + 1))
        is_cut = len(seals) > _READ_AT_ONCE
        return RecordPage(matching[:_SHOWN], len(matching) > _SHOWN or is_cut)

    def _of_revisions(self, store: Store, seals: Iterable[SealLine]) -> Iterator[RecordLine]:
        unread = 0
        for line in seals:
            sealed = line.sealed
            record_key = (sealed.fiscal_year, sealed.key, sealed.revision)
            unread += record_key not in self._written
            if unread > _READ_AT_ONCE:
                return
            yield _line_of_revision(line, store, self._written_of(store, record_key))

    def _written_of(self, store: Store, record_key: tuple[int, str, int]) -> _Written:
        with self._lock:
            known = self._written.get(record_key)
        if known is not None:
            return known
        year, key, number = record_key
        written = _read(store.revision_file(key, year, number).read_bytes)
        with self._lock:
            self._written[record_key] = written
        return written


def _read(read_bytes: Any) -> _Written:
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        document = json.loads(read_bytes())
        return _Written(str(document["who"]), str(document["file"]), bool(document["workbook"]))
    return _Written("", "（読み取れません）", has_workbook=False)


def _line_of_revision(line: SealLine, store: Store, written: _Written) -> RecordLine:
    sealed = line.sealed
    way: RecordWay = "page" if _ON_PAGE in written.file else "other"
    if written.has_workbook:
        way = "file"
    what = "ファイルの受領" if written.has_workbook else "登録"
    key = store.key_of(sealed.key, sealed.fiscal_year)
    result = f"{sealed.fiscal_year}年度 第{sealed.revision}版"
    return RecordLine(sealed.when, written.who, last_part(written.file), what, key, result, way)


def _of_page(log: PageLog) -> Iterator[RecordLine]:
    for line in log.lines():
        parts = (line.when, line.who, line.role_words, line.what, line.sheet_key, line.result)
        yield RecordLine(*parts, act_way="page")


def _of_stages(rows: Iterable[SheetRow]) -> Iterator[RecordLine]:
    """Yield the acts about stages that are not in the page's log."""
    for row in rows:
        for act in row.progress.status.procedure.stage_acts:
            if not act.file.startswith(_ON_PAGE):
                way: RecordWay = "file" if act.way == "workbook" else "other"
                what = ACT_WORDS[act.stage_act_kind]
                source = last_part(act.file)
                yield RecordLine(
                    act.when, act.who, source, what, row.board_line.key, f"第{act.revision}版", way
                )


__all__ = [
    "ACT_WAY_WORDS",
    "RECORD_EXTENSION",
    "ActRecord",
    "RecordFilter",
    "RecordLine",
    "RecordPage",
]

"""An office played: writers who save as their programs do, rename, copy and move; a watcher killed; a share that is away.

Everything happens on a real folder under a clock that is told; what is left is compared with what the writers know they wrote.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from tests import papers
from tests.watching import QUIET, SEQUENCES, Desk, Steps, desk, owner, vanish
from xlsync.exchange import Receipt, Source, export, template_of
from xlsync.exchange.receive import receive
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.intake.file_state import read_index
from xlsync.inbox.intake.read_stable import signature_of
from xlsync.inbox.intake.sweep import Sweep
from xlsync.merging import changes_between
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet, sheet_of
from xlsync.store import audit
from xlsync.workbook.reading.form_reader import read

_FIRST_NUMBER = 20


class Killed(BaseException):
    """The watcher's process ended here."""


@dataclass
class Save:
    """One save: who knows when it was whole, and when the next one began."""

    key: str
    path: str
    text: str
    done: float = -1.0
    over: float = float("inf")


@dataclass
class Writer:
    """One person with a workbook of her own, and what it says by field."""

    key: str
    book: Path
    cells: dict[str, tuple[str, str]]
    said: dict[str, str] = field(default_factory=dict)
    steps: Steps | None = None
    current: Save | None = None
    copy: Path | None = None


@dataclass
class Outcome:
    """What came of a day."""

    saves: int
    kept: int
    kills: int
    vanishings: int
    passes: int


class Play:
    """A day in an office, a step at a time."""

    def __init__(
        self, folder: Path, seed: int, writers: int = 30, *, write_back: bool = False
    ) -> None:
        self.seed = seed
        self.chance = random.Random(seed)  # noqa: S311 - the same day again by its seed
        self.here: Desk = desk(folder)
        self.here.settle(write_back=write_back)
        self.saves: list[Save] = []
        self.kills = self.vanishings = self.passes = self.number = 0
        self.looks: list[list[float]] = [[]]  # when each watcher looked at a folder that was there
        self.told: Counter[tuple[str, int | None]] = Counter()  # receipts, by key and revision
        self.cut_off: set[tuple[str, int]] = set()  # made by a watcher that died before it told
        *self.fields, self.copys = text_fields()
        self.writers = [self._writer(number) for number in range(writers)]
        self.back: Callable[[], None] | None = None
        self.until_back = 0.0
        self.follow = self._follow()

    def _follow(self) -> FollowUp:
        return FollowUp(self.here.office, self.here.world, lambda _office, _keys: ())

    def _writer(self, number: int) -> Writer:
        document = papers.official_document(papers.KEYS[number % len(papers.KEYS)])
        code = f"{_FIRST_NUMBER + number:02}"
        papers.put(document, "project.number", code)
        document["key"] = document["key"][:-2] + code
        sheet = sheet_of(papers.edition(), document)
        town = self.here.town
        source = Source("登録", "2018-05-01T09:00:00+09:00", "企画担当")
        assert receive(town.store, town.terms, sheet.to_json(), source)[0].outcome == "accepted"
        data = export(template_of(town.terms), town.head(sheet.key), f"{number:08x}")
        division = f"{number % 6}課"
        book = self.here.put(f"{number % 3}部/{division}/{sheet.key}_事業.xlsx", data)
        reading = read(data)[0]
        cells = {path: (reading.worksheet, reading.cells[path]) for path in text_fields()}
        return Writer(sheet.key, book, cells)

    # --- what people do

    def act(self, writer: Writer) -> None:
        """Let a writer do the next thing."""
        if writer.steps is not None:
            if next(writer.steps, self) is self:
                writer.steps = None
                writer.book.with_name(f"~${writer.book.name}").unlink(missing_ok=True)
                if writer.current is not None:
                    writer.current.done = self.here.passed[0]
            return
        if writer.copy is not None and not self._is_received(writer.copy):
            return  # a copy of what is not in the store yet would ask a question about it: that is no accident
        what = self.chance.random()
        if what < 0.75:
            self._save(writer)
        elif what < 0.85:
            self._move(writer)
        elif what < 0.92:
            self._litter(writer)
        elif writer.copy is None and self._is_received(writer.book):
            self._copy(writer)

    def _save(self, writer: Writer) -> None:
        self.number += 1
        path = self.chance.choice(self.fields)
        text = f"{writer.key[-2:]}の{self.number}番目"
        writer.said[path] = text
        if writer.current is not None:
            writer.current.over = self.here.passed[0]
        owner(writer.book)  # from here on nobody writes into it
        data = patch_cells(writer.book.read_bytes(), {writer.cells[path]: text})
        writer.current = Save(writer.key, path, text)
        self.saves.append(writer.current)
        writer.steps = self.chance.choice(SEQUENCES)(writer.book, data)

    def _copy(self, writer: Writer) -> None:
        """Copy the book, and write in the copy what the book does not say."""
        text = f"{writer.key[-2:]}の写しから"
        data = patch_cells(writer.book.read_bytes(), {writer.cells[self.copys]: text})
        writer.copy = writer.book.with_name(f"{writer.book.stem} - コピー.xlsx")
        writer.copy.write_bytes(data)
        writer.said[self.copys] = text
        self.saves.append(Save(writer.key, self.copys, text, self.here.passed[0]))

    def _is_received(self, file: Path) -> bool:
        entry = self.here.sweep.entries.get(file.relative_to(self.here.sheets).as_posix())
        return entry is not None and entry.signature == signature_of(file.stat())

    def _move(self, writer: Writer) -> None:
        """Rename the book, or move it to another folder."""
        self.number += 1
        folder = (
            self.here.sheets / f"{self.chance.randrange(3)}部" / f"移動{self.chance.randrange(4)}"
        )
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"名前を変えた{self.number}.xlsx"
        if writer.current is not None and self.here.passed[0] - writer.current.done < QUIET + 20:
            writer.current.over = self.here.passed[
                0
            ]  # it has not rested at its old place: it does so at the new one
            renewed = replace(writer.current, done=self.here.passed[0], over=float("inf"))
            self.saves[self.saves.index(writer.current)] = writer.current = renewed
        writer.book.rename(target)
        writer.book = target

    def _litter(self, writer: Writer) -> None:
        """Leave things about that are nobody's work, and clear them away again."""
        folder = writer.book.parent
        for name in ("Thumbs.db", "会議.pdf", f"~$古い{self.number}.xlsx", ".DS_Store"):
            (folder / name).write_bytes(b"x")

    # --- what happens to the watcher

    def watch(self) -> None:
        """Look once; now and then the process dies at some write."""
        self.passes += 1
        dies = self.chance.random() < 0.12
        try:
            with dying(self.chance.randrange(1, 25) if dies else 0):
                done = self.here.sweep.run()
                self._note(done.receipts)
                if not done.away:
                    self.looks[-1].append(self.here.passed[0])
                    self.follow.after(self.here.sweep, done)
        except Killed:
            self.kills += 1
            self.cut_off |= self._made() - self.told.keys()
            self.restart()

    def _note(self, receipts: Iterable[Receipt]) -> None:
        """Remember what was told of saves that brought something new."""
        for one in receipts:
            assert one.outcome in {"accepted", "unchanged"}, one
            if one.outcome == "accepted":
                self.told[one.key, one.revision] += 1

    def _made(self) -> set[tuple[str, int]]:
        """Give the revisions that workbooks brought."""
        store = self.here.town.store
        return {
            (writer.key, number)
            for writer in self.writers
            for number in range(2, store.last(writer.key, papers.EDITION) + 1)
        }

    def restart(self) -> None:
        """Start a watcher that knows what is on the disk."""
        self.here.sweep = Sweep(self.here.office, self.here.world, self.here.sweep.read_workbook)
        self.follow = self._follow()
        self.looks.append([])

    def share(self) -> None:
        """Take the share away, or bring it back."""
        now = self.here.passed[0]
        if self.back is not None:
            if now >= self.until_back:
                self.back()
                self.back = None
        elif self.chance.random() < 0.004:
            self.vanishings += 1
            self.back, self.until_back = vanish(self.here), now + self.chance.uniform(20, 3600)

    # --- the day

    def run(self, saves: int) -> Outcome:
        """Play until so many saves were begun, let everything rest, and compare; a failure tells the seed."""
        try:
            return self._run(saves)
        except AssertionError as fault:
            fault.add_note(f"seed {self.seed}, {len(self.saves)} saves")
            raise

    def _run(self, saves: int) -> Outcome:
        while len(self.saves) < saves:
            self.here.pass_time(self.chance.choice((0.02, 0.3, 1, 3, 8, 30)))
            self.share()
            if self.back is None:
                for writer in self.chance.sample(self.writers, self.chance.randrange(1, 8)):
                    self.act(writer)
            if self.chance.random() < 0.5:
                self.watch()
        self.end()
        return Outcome(len(self.saves), self.compare(), self.kills, self.vanishings, self.passes)

    def end(self) -> None:
        """Let everybody finish and the folder rest."""
        if self.back is not None:
            self.back()
            self.back = None
        for writer in self.writers:
            while writer.steps is not None:
                self.here.pass_time(0.5)
                self.act(writer)
        with dying(0):
            for _ in range(4):
                self.here.pass_time(QUIET + 1)
                done = self.here.sweep.run()
                self._note(done.receipts)
                self.follow.after(self.here.sweep, done)
        assert (done.waiting, done.held, done.away) == (0, 0, "")

    def compare(self) -> int:
        """Say how many saves became revisions; AssertionError where the store and the files disagree."""
        store = self.here.town.store
        assert audit(store) == []
        assert max(self.told.values()) == 1, "told twice"
        assert self.told.keys() | self.cut_off == self._made(), "made and not told, or told only"
        made: dict[tuple[str, str, str], int] = {}
        for writer in self.writers:
            head = self.here.town.head(writer.key)
            assert {path: head[path] for path in writer.said} == writer.said
            self._agrees(writer, head)
            for revision in store.revisions(writer.key, papers.EDITION):
                for change in revision.draft.changes:
                    at = (writer.key, str(change["path"]), str(change["to"]))
                    made[at] = made.get(at, 0) + 1
                assert revision.draft.conflicts == ()
        for save in self.saves:
            count = made.get((save.key, save.path, save.text), 0)
            assert count <= 1, f"taken twice: {save}"
            assert count == 1 or not self._rested(save), f"lost: {save}"
        assert set(self.here.sweep.entries) == {
            file.relative_to(self.here.sheets).as_posix()
            for file in self.here.sheets.rglob("*.xlsx")
            if not file.name.startswith(("~$", "._"))
        }
        assert read_index(store.folder) == self.here.sweep.entries
        return sum(made.get((one.key, one.path, one.text), 0) for one in self.saves)

    def _agrees(self, writer: Writer, head: Sheet) -> None:
        """The book says what its writer knows she wrote into it, and with write-back every file all that the store says."""
        files = [file for file in (writer.book, writer.copy) if file is not None]
        held = [read(file.read_bytes())[0].sheet for file in files]
        for path, text in writer.said.items():
            assert path == self.copys or held[0][path] == text
        for sheet in held if self.here.office.write_back else ():
            assert changes_between(sheet, head) == (), f"not brought up to date: {writer}"

    def _rested(self, save: Save) -> bool:
        """True where one watcher saw the save for as long as a file must rest."""
        if save.done < 0:
            return False
        seen = ([at for at in looks if save.done <= at < save.over] for looks in self.looks)
        return any(at[-1] - at[0] >= QUIET for at in seen if at)


def text_fields() -> tuple[str, ...]:
    """Some fields of text that every sheet has."""
    fields = papers.edition().fields
    return tuple(
        one.path for one in fields if one.kind.name == "text" and one.filled_by == "staff"
    )[:4]


@contextmanager
def dying(after: int) -> Iterator[None]:
    """End the process at the so many-th flush to the disk (0: never); the disk's slowness is left out."""
    left = [after]

    def flush(_handle: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    with mock.patch.object(os, "fsync", flush):
        yield

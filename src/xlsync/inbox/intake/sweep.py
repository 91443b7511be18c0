"""One pass over the folder after another: what has settled is taken, the rest waits, is held or told. The scan is the truth."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.inbox.config import BOARD_PAGE
from xlsync.inbox.intake.file_filter import kind_of
from xlsync.inbox.intake.file_state import Entry, read_index, write_index
from xlsync.inbox.intake.ingest import ReadWorkbook, Settled, Taking, take, terms_text
from xlsync.inbox.intake.read_stable import digest_of, look_of, read_as_seen
from xlsync.inbox.intake.scan import Scan, scan
from xlsync.inbox.intake.stability import (
    TOLD_AFTER,
    Look,
    Verdict,
    Watched,
    failed,
    forgotten,
    is_told,
    judged,
    seen,
    taken,
)
from xlsync.inbox.log_messages import line, receipt_words
from xlsync.inbox.share_paths import place_of

if TYPE_CHECKING:
    from xlsync.exchange import Receipt
    from xlsync.inbox.config import Office, World

LOG: Final = logging.getLogger("xlsync.watch")

_AT_ONCE: Final = 10.0
"""Seconds of taking after which a pass ends: the board must not wait for the last of a thousand files."""
_LEFTOVERS_REST: Final = TOLD_AFTER
_HASHED_AT_ONCE: Final = 200
_RESTLESS: Final = "書き込みが続いています。保存が終わるのを待っています"


@dataclass(frozen=True)
class Pass:
    """What one pass saw and did.

    `due` is when to look again at the latest (our clock), None where nothing waits. `taken` are the files decided about
    now, `receipts` what the store said. `waiting` counts files not taken yet, of which `ready` have settled. `away` is a
    sentence where the folder is gone, `scanning` the seconds that looking at it took.
    """

    taken: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    waiting: int = 0
    ready: int = 0
    held: int = 0
    due: float | None = None
    away: str = ""
    files: int = 0
    scanning: float = 0.0


@dataclass
class Sweep:
    """The state that outlives a pass: how each file was seen, what became of it, what is wrong with it.

    `entries` and `troubles` (path → sentence) are for the board.
    """

    office: Office
    world: World
    read: ReadWorkbook
    entries: dict[str, Entry] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    _files: dict[str, Watched] = field(default_factory=dict)
    _failing: dict[str, str] = field(default_factory=dict)
    _to_hash: list[str] = field(default_factory=list)
    _restless: list[str] = field(default_factory=list)
    _away: str = ""
    _prefix: str = ""
    _unsaved: bool = False

    def __post_init__(self) -> None:
        """Remember what the last watcher decided; what it did not take under other terms is looked at anew."""
        self.renew(self.office)
        known = read_index(self.office.store.folder)
        self.entries = {path: one for path, one in known.items() if self._stands(one)}

    def renew(self, office: Office) -> None:
        """Go on under other settings."""
        self.office = office
        self._prefix = place_of(office.sheets, office.folder)
        for path, entry in list(self.entries.items()):
            if not self._stands(entry):
                self.forget([path])

    def forget(self, paths: Iterable[str]) -> None:
        """Take files anew though they look as they did."""
        for path in paths:
            self.entries.pop(path, None)
            if path in self._files:
                self._files[path] = forgotten(self._files[path])

    def hash_everything(self) -> None:
        """From the next pass on compare every file's contents with what was taken, some at each pass."""
        self._to_hash = list(self.entries)

    def note_written(self, path: str, digest: str) -> None:
        """Take a file for known that we have just written into, where it still holds what we wrote: it is no save."""
        entry, file = self.entries.get(path), self.office.sheets / path
        if entry is None:
            return
        try:
            look = look_of(file.lstat())
            data = read_as_seen(file, look)
        except (OSError, XlsyncError):
            return
        if data is not None and digest_of(data) == digest:
            self.entries[path] = replace(entry, look=look, digest=digest)
            self._files[path] = Watched(look, self.world.clock(), look)
            self._unsaved = True

    def place(self, path: str) -> str:
        """Give the place, towards the store, of a path below the watched folder."""
        return f"{self._prefix}/{path}"

    def run(self) -> Pass:
        """Look at everything once, and take what has settled."""
        now = self.world.clock()
        found = scan(self.office.sheets)
        scanning = self.world.clock() - now
        away = self._why_away(found)
        if away != self._away:
            LOG.warning("中断 %s", away) if away else LOG.info("再開 共有フォルダに戻りました")
            self._away = away
        if away:
            return Pass(away=away, files=len(self.entries), scanning=scanning)
        self._look(found, now)
        done = self._take(self._settled(now))
        self._hash_some()
        self._tell(found, self.world.clock())
        if self._unsaved:
            self.save()
        return replace(self._report(done, found), scanning=scanning)

    def save(self) -> None:
        """Keep what became of the files; where that fails, the next watcher takes them once more."""
        try:
            write_index(self.office.store.folder, self.entries)
            self._unsaved = False
        except XlsyncError as fault:
            LOG.warning("控え %s", line(str(fault)))

    def _stands(self, entry: Entry) -> bool:
        return entry.fate == "taken" or entry.terms == terms_text(self.office)

    def _why_away(self, found: Scan) -> str:
        """Say why the folder must be taken for gone: an empty one where it was full is a share that is not there."""
        if found.away:
            return found.away
        vanished = not found.names and self.entries
        if vanished and not (self.office.shared / BOARD_PAGE).exists():
            return "共有フォルダが空になっています。つながっているか確かめてください"
        return ""

    def _look(self, found: Scan, now: float) -> None:
        gone = [path for path in (*self._files, *self.entries) if path not in found.files]
        for path in gone:
            if found.knows(path):
                self._files.pop(path, None)
                self._failing.pop(path, None)
                self._unsaved |= self.entries.pop(path, None) is not None
        for path, look in found.files.items():
            before = self._files.get(path)
            if before is None and (entry := self.entries.get(path)):
                before = Watched(entry.look, now, entry.look)
            self._files[path] = seen(before, look, now)
        self._restless = [path for path, file in self._files.items() if file.look != file.taken]

    def _settled(self, now: float) -> Iterator[tuple[str, Look]]:
        ready = [path for path in self._restless if self._verdict(path, now).answer == "take"]
        for path in sorted(ready, key=self._turn):
            if self.world.stopping() or self.world.clock() - now > _AT_ONCE:
                return
            yield path, self._files[path].look

    def _turn(self, path: str) -> tuple[bool, float, str]:
        """Give when a file's turn comes: leftovers last, for only then is it known which sheets have no other file."""
        return _is_leftover(path), self._files[path].since, path

    def _verdict(self, path: str, now: float) -> Verdict:
        quiet = _LEFTOVERS_REST if _is_leftover(path) else self.office.timing.quiet
        return judged(self._files[path], now, quiet)

    def _take(self, settled: Iterable[tuple[str, Look]]) -> dict[str, tuple[Receipt, ...]]:
        done: dict[str, tuple[Receipt, ...]] = {}
        for path, look in settled:
            taking = self._take_one(path, look)
            if taking.entry is not None:
                done[path] = taking.receipts
                self.entries[path] = taking.entry
                self._files[path] = taken(self._files[path])
                self._failing.pop(path, None)
                self._unsaved = True
                LOG.info(receipt_words(self.place(path), taking.entry, taking.receipts))
            elif taking.trouble:
                self._fail(path, taking.trouble)
        return done

    def _take_one(self, path: str, look: Look) -> Taking:
        """Take a file; a failure, even a bug of ours, is that file's alone and leaves it to be tried again."""
        settled = Settled(self.office.sheets / path, path, self.place(path), look)
        before = self.entries.get(path)
        when = self.world.now().isoformat(timespec="seconds")
        try:
            return take(
                self.office,
                self.read,
                settled,
                before=before,
                when=when,
                who=self.world.user,
                elsewhere=lambda key: self._lives_elsewhere(key, path),
            )
        except XlsyncError as fault:
            return Taking(None, str(fault))
        except Exception:
            LOG.exception("不具合 %s", line(settled.place))
            return Taking(
                None,
                "プログラムの不具合で受け取れません。記録（store/log）を開発者に送ってください",
            )

    def _lives_elsewhere(self, key: str, path: str) -> bool:
        others = (one for other, one in self.entries.items() if other != path)
        return any(told.key == key for one in others for told in one.sheets)

    def _fail(self, path: str, trouble: str) -> None:
        self._files[path] = failed(self._files[path], self.world.clock())
        if self._failing.get(path) != trouble:
            LOG.warning("保留 %s %s", line(self.place(path)), line(trouble))
        self._failing[path] = trouble

    def _hash_some(self) -> None:
        """Compare some files with what was taken of them: equal looks need not mean equal contents."""
        some, self._to_hash = self._to_hash[:_HASHED_AT_ONCE], self._to_hash[_HASHED_AT_ONCE:]
        for path in some:
            entry, file = self.entries.get(path), self._files.get(path)
            if entry is None or file is None or entry.look != file.look:
                continue
            try:
                data = read_as_seen(self.office.sheets / path, file.look)
            except (OSError, XlsyncError):
                continue
            if data is not None and digest_of(data) != entry.digest:
                LOG.warning("照合 %s 日時は同じですが内容が変わっています", line(self.place(path)))
                self._files[path] = forgotten(file)
                self._restless.append(path)

    def _tell(self, found: Scan, now: float) -> None:
        """Gather what is wrong with files, for the board."""
        refused = {path: one.reason for path, one in self.entries.items() if one.reason}
        told = {path for path in self._restless if is_told(self._files[path], now)}
        stuck = {
            path: self._failing.get(path, _RESTLESS) for path in told if not _is_leftover(path)
        }
        for path in set(found.strays) - set(self.troubles):
            LOG.warning("対象外 %s %s", line(self.place(path)), line(found.strays[path]))
        self.troubles = {**refused, **stuck, **found.strays}

    def _report(self, done: dict[str, tuple[Receipt, ...]], found: Scan) -> Pass:
        now = self.world.clock()
        verdicts = [self._verdict(path, now) for path in self._restless]
        dues = [
            now if one.answer == "take" else one.due
            for one in verdicts
            if one.answer != "unchanged"
        ]
        dues += [now] if self._to_hash else []
        return Pass(
            taken=tuple(done),
            receipts=tuple(receipt for receipts in done.values() for receipt in receipts),
            waiting=sum(one.answer in {"wait", "take"} for one in verdicts),
            ready=sum(one.answer == "take" for one in verdicts),
            held=sum(one.answer == "hold" for one in verdicts),
            due=min(dues, default=None),
            files=len(found.files),
        )


def _is_leftover(path: str) -> bool:
    return kind_of(path.rpartition("/")[2]) == "leftover"


__all__ = ["LOG", "Pass", "Sweep"]

"""The buttons' way through the shared folder: requests lie in .xlsync/in, answers in .xlsync/out, and a pass works them.

    in/<id>.part       the client writes it                   in/<id>.taken    renamed by us: being worked
    in/<id>.request    renamed by the client: to be worked    out/<id>.ready   the answer, whole; then .taken goes away,
                                                              out/<id>.answer  and it gets the name the client waits for

So a program killed at any step leaves a .taken, which is worked again (receiving twice changes nothing), or a .ready without
one, which only wants its name: nobody is answered twice.
"""

from __future__ import annotations

import contextlib
import logging
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from xlsync.addin.protocol.request import LARGEST
from xlsync.addin.protocol.tsv import to_tsv
from xlsync.addin.ways.answering import VERB_WORDS, Work, Worked, failure, outcome_words, worked
from xlsync.disk import is_temporary, patiently
from xlsync.errors import HostileWorkbook, XlsyncError
from xlsync.inbox.config import SHEETS
from xlsync.inbox.intake.read_stable import read_unchanged, signature_of
from xlsync.inbox.log_messages import line
from xlsync.open_folder import open_folder
from xlsync.shared_folder import SharedFolder

LOG: Final = logging.getLogger("xlsync.watch")
FOLDER: Final = ".xlsync"

_ID: Final = "[0-9A-Fa-f]{32}"
_WAITING: Final = re.compile(rf"({_ID})\.(?:request|taken)")
_READY: Final = re.compile(rf"({_ID})\.ready")
_KNOWN_NAMES: Final = re.compile(
    rf"{_ID}\.(?:part|request|taken|ready|answer)|\.{_ID}\.ready\.[0-9-]+\.part"
)
_DAY: Final = 24 * 3600 * 10**9
_TIDY_EVERY: Final = 3600.0
_TRIES: Final = 4
"""How often a request that cannot be read is tried: a virus scanner lets go after a moment."""
_LONGEST_PAUSE: Final = 300.0
_UNREAD: Final = "ボタンからの依頼を読み取れません（{why}）。入力した内容はブックにそのまま残っています。もう一度押してください"


@dataclass
class Desk:
    """Works what lies in a shared folder; `run` is one pass. `clock` never goes back, `stopping` ends a pass early."""

    find_shared_folder: Callable[[], Path]
    work: Work
    clock: Callable[[], float]
    stopping: Callable[[], bool] = lambda: False
    _tidied: float | None = None
    _troubles: dict[str, str] = field(default_factory=dict)
    _tries: dict[str, int] = field(default_factory=dict)
    _not_before: dict[str, float] = field(default_factory=dict)

    @property
    def inside(self) -> Path:
        """Where requests lie."""
        return self.find_shared_folder() / FOLDER / "in"

    @property
    def out(self) -> Path:
        """Where answers go."""
        return self.find_shared_folder() / FOLDER / "out"

    def run(self) -> list[Worked]:
        """Work every waiting request and return the results; a share that is away is looked at the next time."""
        done: list[Worked] = []
        try:
            self._tidy()
            for id_, file in self._waiting():
                if self.stopping():
                    break
                done += self._handled(id_, file)
        except FileNotFoundError:
            self._tidied = None
            prepare(self.find_shared_folder())
        except (OSError, XlsyncError) as fault:
            self._tidied = None
            self._complain("", str(fault))
        except Exception:
            LOG.exception("不具合 ボタンの受付")
            self._tidied = None
        return done

    def _waiting(self) -> list[tuple[str, Path]]:
        """Return the waiting requests as (id, file), the oldest first; anything but a file is logged once."""
        waiting: list[tuple[int, str, Path]] = []
        with open_folder(self.inside, self.find_shared_folder()) as inside:
            names = [name for name in inside.names() if _WAITING.fullmatch(name)]
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # given up by its client
                    status = inside.status(name)
                    if stat.S_ISREG(status.st_mode):
                        waiting.append((status.st_mtime_ns, name[:32], self.inside / name))
                    else:
                        self._complain(name, "ファイルではありません")
        self._forget_but({name[:32] for name in names})
        now = self.clock()
        return [(i, file) for _, i, file in sorted(waiting) if now >= self._not_before.get(i, now)]

    def _forget_but(self, left: set[str]) -> None:
        """Forget the troubles of requests that are gone."""
        self._tries = {id_: tries for id_, tries in self._tries.items() if id_ in left}
        self._not_before = {id_: due for id_, due in self._not_before.items() if id_ in left}
        self._troubles = {name: why for name, why in self._troubles.items() if name[:32] in left}

    def _handled(self, id_: str, file: Path) -> Iterator[Worked]:
        """Work one request; what keeps it from being worked is told once, and it is tried again."""
        began = self.clock()
        taken_file = self.inside / f"{id_}.taken"
        try:
            if file != taken_file:
                self._rename(file, taken_file)
            done = self._worked(id_, taken_file)
            if done is None:
                return
            SharedFolder(self.find_shared_folder()).replace_whole(
                self.out / f"{id_}.ready", done.data
            )
            self._remove(taken_file)
            self._name(id_)
        except FileNotFoundError:
            return  # given up by its client, between our look and our hand
        except (OSError, XlsyncError) as fault:
            self._tidied = None  # an answer may be left without its name
            self._pause(id_)
            self._complain(id_, str(fault))
            return
        LOG.info(_words(done, self.clock() - began))
        yield done

    def _worked(self, id_: str, taken_file: Path) -> Worked | None:
        """Read a request and work it; None where it is to be tried again."""
        try:
            data = read_unchanged(
                taken_file, signature_of(taken_file.lstat()), LARGEST, self.find_shared_folder()
            )
        except HostileWorkbook as fault:
            return _unread(id_, fault.reason)
        except FileNotFoundError:
            raise
        except OSError as fault:
            return self._later(id_, fault.strerror or "入出力エラー")
        if data is None:
            return self._later(id_, "書き込みが続いています")
        return worked(self.work, data, LOG, id_)

    def _pause(self, id_: str) -> None:
        """Try a request again after 1, 2, 4 … 300 seconds."""
        tries = self._tries[id_] = self._tries.get(id_, 0) + 1
        self._not_before[id_] = self.clock() + min(_LONGEST_PAUSE, 2.0 ** min(tries - 1, 9))

    def _later(self, id_: str, why: str) -> Worked | None:
        self._pause(id_)
        return _unread(id_, why) if self._tries[id_] >= _TRIES else None

    def _complain(self, name: str, why: str) -> None:
        if self._troubles.get(name) != why:
            LOG.warning("ボタン %s", line(f"{name} {why}".strip()))
        self._troubles[name] = why

    def _tidy(self) -> None:
        """At the start, after trouble, and every hour: name what only wants its name, remove what nobody came for."""
        now = self.clock()
        if self._tidied is not None and now - self._tidied < _TIDY_EVERY:
            return
        self._tidied = now
        with open_folder(self.out, self.find_shared_folder()) as out:
            names = out.names()
        for name in names:
            ready = _READY.fullmatch(name)
            if ready and not (self.inside / f"{ready[1]}.taken").exists():
                self._dare(name, partial(self._name, ready[1]))
        for file in leftovers(self.find_shared_folder(), self.inside, self.out):
            LOG.info("ボタン 片付け %s", line(file.name))
            self._dare(file.name, partial(self._remove, file))

    def _dare(self, name: str, act: Callable[[], None]) -> None:
        """Do what may fail for one file: that is told, and keeps nobody else waiting."""
        try:
            act()
        except (OSError, XlsyncError) as fault:
            LOG.warning("ボタン %s", line(f"{name} {fault}"))

    def _name(self, id_: str) -> None:
        """Rename an answer to the name its client waits for."""
        with open_folder(self.out, self.find_shared_folder()) as out:
            is_file = stat.S_ISREG(out.status(f"{id_}.ready").st_mode)
        if is_file:
            self._rename(self.out / f"{id_}.ready", self.out / f"{id_}.answer")

    def _rename(self, file: Path, target: Path) -> None:
        """Rename a file in its folder, replacing what bears the name."""
        with open_folder(file.parent, self.find_shared_folder()) as folder:
            patiently(lambda: folder.replace(file.name, folder, target.name))
            folder.flush()

    def _remove(self, file: Path) -> None:
        with open_folder(file.parent, self.find_shared_folder()) as folder:
            patiently(lambda: folder.unlink(file.name))
            folder.flush()


def prepare(shared: Path) -> None:
    """Make the two folders beside 評価シート, as open to people as that is; nothing where the share is away."""
    sheets = shared / SHEETS
    with contextlib.suppress(OSError):
        with open_folder(sheets, shared) as opened:
            mode = opened.mode
        for name in ("in", "out"):
            with open_folder(shared, shared) as root:
                root.make(FOLDER, mode)
            with open_folder(shared / FOLDER, shared) as folder:
                folder.make(name, mode)


def leftovers(shared: Path, *folders: Path) -> list[Path]:
    """Return request and answer files a day older than the newest file there: the share's clock decides, which is not ours."""
    files: list[tuple[int, Path]] = []
    newest = 0
    for folder in folders:
        with open_folder(folder, shared) as opened:
            newest = max(newest, opened.status(".").st_mtime_ns)
            for name in opened.names():
                with contextlib.suppress(FileNotFoundError):
                    status = opened.status(name)
                    newest = max(newest, status.st_mtime_ns)
                    if _is_known(name) and not stat.S_ISDIR(status.st_mode):
                        files.append((status.st_mtime_ns, folder / name))
    return [file for when, file in files if newest - when > _DAY]


def _is_known(name: str) -> bool:
    return _KNOWN_NAMES.fullmatch(name) is not None or is_temporary(name)


def _unread(id_: str, why: str) -> Worked:
    reason = _UNREAD.format(why=why)
    return Worked("unread", to_tsv(failure(reason, id_)), reason=reason)


def _words(done: Worked, seconds: float) -> str:
    asked = done.request
    what = f"{VERB_WORDS[asked.verb]} {asked.user} {asked.file}" if asked else "?"
    return line(f"ボタン {what} {outcome_words(done)} {seconds:.2f}秒")

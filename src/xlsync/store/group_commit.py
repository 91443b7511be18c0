"""Files of a store that wait to be flushed together with those of other receipts: group commit, as databases call it.

A flush takes the disk some milliseconds, for one file as for a hundred. So a batch keeps its writes in memory, where its own
reading finds them, and writes them in one go, in the order of `commit_order`. Nobody may be told of a receipt before.

The store's lock is held from the first write of a group until it is flushed: another program never sees half of it. A group
is flushed after `MOST_ACTS` acts, `MOST_BYTES`, or `LONGEST` seconds, and before a second act on one sheet.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.disk import SLEEP, name_folder, patiently, remove, rename_once, reported_at
from xlsync.errors import StoreBusy, StoreError
from xlsync.flushing import THREADS, flush_folders, written_beside
from xlsync.store.commit_order import Act, Write, is_alignable, steps
from xlsync.store.lock import POLL_SECONDS, holding
from xlsync.store.store_path import FileStatus, Notify

MOST_ACTS: Final = 100
MOST_BYTES: Final = 32 * 1024 * 1024
LONGEST: Final = 2.0
"""Seconds after which others may have waited long enough."""
_TURN: Final = 5 * POLL_SECONDS
"""Seconds between two groups: whoever waits tries several times meanwhile, and would never meet a lock let go for a moment."""
_WRITTEN_BY_OTHERS: Final = "ほかのプログラムが同じシートを書き込みました。もう一度実行してください"
_UNFINISHED: Final = "登録データを書き終えられません（{why}）。もう一度実行してください"
_LATER: Final = 1 << 62
"""A time that lies after every time of a file: what was not flushed has changed just now."""
_serials = itertools.count(1)


@dataclass(frozen=True, slots=True)
class _Pending:
    """The bytes that a name will have, None where it is to be deleted; the serial is another after every write."""

    data: bytes | None
    st_ino: int

    @property
    def st_size(self) -> int:
        return len(self.data or b"")

    @property
    def st_mtime_ns(self) -> int:
        return _LATER + self.st_ino

    @property
    def st_ctime_ns(self) -> int:
        return self.st_mtime_ns

    @property
    def st_mtime(self) -> float:
        return self.st_mtime_ns / 10**9


class GroupCommit:
    """The files of a store's folder as they will be once what waits is flushed.

    Args:
        folder: The store's folder.
        clock: Tells seconds, from any moment on.
        threads: How many flushes wait at one time.

    """

    def __init__(self, folder: Path, clock: Callable[[], float], threads: int = THREADS) -> None:
        self._folder = folder
        self._clock = clock
        self._threads = threads
        self._acts: list[list[Write]] = []
        self._pending: dict[str, _Pending] = {}
        self._children: dict[str, set[str]] = {}
        self._lock = ExitStack()
        self._began: float | None = None
        self._failure: StoreError | None = None

    def __eq__(self, other: object) -> bool:
        """Equal for one folder: what was read of a file that is written once holds for all."""
        return isinstance(other, GroupCommit) and other._folder == self._folder

    def __hash__(self) -> int:
        """Return the hash of the folder."""
        return hash(self._folder)

    @property
    def address(self) -> str:
        """The folder, as people know it."""
        return str(self._folder)

    def read(self, name: str) -> bytes:
        """Return the bytes that a file has or will have."""
        pending = self._pending.get(name)
        if pending is None:
            return (self._folder / name).read_bytes()
        if pending.data is None:
            raise FileNotFoundError(2, os.strerror(2), str(self._folder / name))
        return pending.data

    def names(self, name: str) -> list[str]:
        """Return the names that a folder has or will have."""
        added = self._children.get(name, set())
        try:
            names = os.listdir(self._folder / name)  # noqa: PTH208 - names alone
        except FileNotFoundError:
            if not added:
                raise
            names = []
        return [each for each in added.union(names) if not self._is_removed(name, each)]

    def _is_removed(self, folder: str, name: str) -> bool:
        pending = self._pending.get(f"{folder}/{name}" if folder else name)
        return pending is not None and pending.data is None

    def is_folder(self, name: str) -> bool:
        """Whether there is or will be a folder of a name."""
        return bool(self._children.get(name)) or (self._folder / name).is_dir()

    def status(self, name: str) -> FileStatus:
        """Return the status of a file or folder; of one that waits, with a time that is later than all others."""
        pending = self._pending.get(name)
        if pending is None and self._children.get(name):
            below = (file for file in self._pending if file.startswith(f"{name}/"))
            return _Pending(b"", max(self._pending[file].st_ino for file in below))
        if pending is None:
            return (self._folder / name).stat()
        self.read(name)
        return pending

    def statuses(self, name: str) -> list[tuple[str, FileStatus]]:
        """Return the names in a folder, each with its status."""
        return [(each, self.status(f"{name}/{each}")) for each in self.names(name)]

    def create_once(self, name: str, data: bytes) -> bool:
        """Create a file with the group; False where it exists or will exist already."""
        pending = self._pending.get(name)
        if pending is not None and pending.data is not None:
            return False
        if pending is None and (self._folder / name).exists():
            # Whoever made it may have been killed before its name was safe.
            self.flush(name.rpartition("/")[0])
            return False
        self._note(Write("create", name, data))
        return True

    def replace_whole(self, name: str, data: bytes) -> None:
        """Write a file with the group."""
        self._note(Write("replace", name, data))

    def remove(self, name: str) -> None:
        """Delete a file with the group."""
        self._note(Write("remove", name))

    def flush(self, name: str) -> None:
        """Flush a folder's names with the group."""
        self._note(Write("flush", name))

    def name_folder(self, temporary: str, name: str) -> None:
        """Flush what waits, then rename a folder."""
        self._commit(self._acts)
        name_folder(self._folder / temporary, self._folder / name)

    def remove_folder(self, name: str) -> None:
        """Flush what waits, then delete a folder with all that is in it."""
        self._commit(self._acts)
        shutil.rmtree(self._folder / name)

    def batch(self, _clock: Callable[[], float]) -> nullcontext[None]:
        """Do nothing: it is a batch itself."""
        return nullcontext()

    @contextmanager
    def holding(self, patience: float, notify: Notify) -> Iterator[None]:
        """Hold the store's lock for an act, and on until the group is flushed."""
        self._raise_failure()
        if self._is_due():
            self.commit()
            SLEEP(_TURN)
        if self._began is None:
            self._lock.enter_context(holding(self._folder, patience, notify))
            self._began = self._clock()
        self._acts.append([])
        try:
            yield
        finally:
            if self._failure is None and not is_alignable(self._acts[-1]):
                self._commit(self._acts[:-1])
                self._commit(self._acts)

    def commit(self) -> None:
        """Flush what waits, and let others write.

        Raises:
            StoreError: Some of it could not be written, now or earlier: nobody may be told of any of it.

        """
        try:
            self._raise_failure()
            self._commit(self._acts)
        finally:
            self._acts.clear()
            self._began = None
            self._lock.close()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _is_due(self) -> bool:
        size = sum(pending.st_size for pending in self._pending.values())
        is_long = self._began is not None and self._clock() - self._began >= LONGEST
        return is_long or len(self._acts) >= MOST_ACTS or size >= MOST_BYTES

    def _note(self, write: Write) -> None:
        """Note a write of the present act; those of earlier acts on the same sheet are flushed first."""
        self._raise_failure()
        *earlier, act = self._acts
        if write.subject and any(
            each.subject == write.subject for other in earlier for each in other
        ):
            self._commit(earlier)
        act.append(write)
        self._see(write)

    def _see(self, write: Write) -> None:
        """Let reading find a write."""
        if write.write_kind == "flush":
            return
        is_removed = write.write_kind == "remove"
        self._pending[write.name] = _Pending(None if is_removed else write.data, next(_serials))
        name = "" if is_removed else write.name
        while name:
            folder, _, child = name.rpartition("/")
            self._children.setdefault(folder, set()).add(child)
            name = folder

    def _commit(self, acts: Sequence[Act]) -> None:
        """Flush some acts, the first ones; what later ones wrote goes on waiting."""
        try:
            _written([step for step in steps(acts) if step], self._folder, self._threads)
        except StoreError as fault:
            self._failure = fault
            raise
        except Exception as fault:
            self._failure = StoreError(_UNFINISHED.format(why=type(fault).__name__), self.address)
            raise self._failure from fault
        del self._acts[: len(acts)]
        if not self._acts:
            self._acts.append([])
        self._pending.clear()
        self._children.clear()
        for write in itertools.chain.from_iterable(self._acts):
            self._see(write)


def _written(order: list[list[Write]], folder: Path, threads: int) -> None:
    """Write the bytes of all writes, then name them step by step, each step flushed before the next."""
    named = [write for step in order for write in step if write.write_kind in {"create", "replace"}]
    files = ((folder / write.name, write.data) for write in named)
    with written_beside(files, threads) as temporaries:
        temporary_of = {id(write): file for write, file in zip(named, temporaries, strict=True)}
        for step in order:
            for write in step:
                _name(write, folder / write.name, temporary_of.get(id(write)))
            flush_folders(
                (folder / _folder_of(write) for write in step if write.write_kind != "remove"),
                threads,
            )


def _folder_of(write: Write) -> str:
    return write.name if write.write_kind == "flush" else write.name.rpartition("/")[0]


def _name(write: Write, file: Path, temporary: Path | None) -> None:
    """Rename a temporary file to its file, or delete that."""
    if write.write_kind == "remove":
        remove(file)
    if temporary is None:
        return
    with reported_at(file):
        if write.write_kind == "replace":
            patiently(lambda: temporary.replace(file))
            return
        try:
            patiently(lambda: rename_once(temporary, file))
        except FileExistsError as fault:
            raise StoreBusy(_WRITTEN_BY_OTHERS, file.stem) from fault


__all__ = ["LONGEST", "MOST_ACTS", "MOST_BYTES", "GroupCommit"]

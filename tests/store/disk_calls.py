"""Every call by which this process changes the disk, seen before it is made: to count it, to die at it, to make it fail.

The program changes files by the functions of `os` alone; `unseen_changes` finds out where it does not.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = (
    "open",
    "write",
    "fsync",
    "fdatasync",
    "close",
    "link",
    "symlink",
    "rename",
    "replace",
    "unlink",
    "remove",
    "mkdir",
    "rmdir",
    "truncate",
    "ftruncate",
    "chmod",
    "fchmod",
    "utime",
)
REAL: dict[str, Any] = {name: getattr(os, name) for name in NAMES if hasattr(os, name)}
KILLED = 137
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Call:
    """One call about to be made: its name in `os` and what it is given."""

    name: str
    given: tuple[Any, ...]

    @property
    def changes(self) -> bool:
        """True unless a file is opened for reading only."""
        return self.name != "open" or bool(int(self.given[1]) & _WRITING)


Seen = Callable[[Call], Any]
"""Told of each call; an answer that is not None is taken for the call's own, which then is not made."""


@contextlib.contextmanager
def watching(seen: Seen) -> Iterator[None]:
    """Tell of each call that changes the disk before it is made, one at a time; not of what `seen` itself does."""
    at_work, here = threading.Lock(), threading.local()

    def watched(name: str) -> Callable[..., Any]:
        def instead(*given: Any, **options: Any) -> Any:
            call, answer = Call(name, given), None
            if call.changes and not getattr(here, "is_seeing", False):
                with at_work:
                    here.is_seeing = True
                    try:
                        answer = seen(call)
                    finally:
                        here.is_seeing = False
            return REAL[name](*given, **options) if answer is None else answer

        return instead

    with _in_os({name: watched(name) for name in REAL}):
        yield


@contextlib.contextmanager
def _in_os(functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Put functions into `os` in the place of those that are there, and these back."""
    former = {name: getattr(os, name) for name in functions}
    for name, function in functions.items():
        setattr(os, name, function)
    try:
        yield
    finally:
        for name, function in former.items():
            setattr(os, name, function)


def unflushed(call: Call) -> object:
    """Takes a flush for done: what was written outlasts a killed process, flushed or not, and nobody waits for the disk."""
    return 0 if call.name in {"fsync", "fdatasync"} else None


def counted(run: Callable[[], object]) -> list[str]:
    """The names of the calls a run makes, in order."""
    names: list[str] = []

    def count(call: Call) -> object:
        names.append(call.name)
        return unflushed(call)

    with watching(count):
        run()
    return names


def dying_at(number: int, *, half: bool = False) -> Seen:
    """Ends the process, as a kill does, just before the n-th call; `half`: a write is half done then."""
    left = [number]

    def seen(call: Call) -> object:
        left[0] -= 1
        if left[0] == 0:
            if half and call.name == "write":
                REAL["write"](call.given[0], call.given[1][: len(call.given[1]) // 2])
            os._exit(KILLED)
        return unflushed(call)

    return seen


def refusing(number: int, code: int) -> Seen:
    """Let the n-th call fail, a write after half of its bytes."""
    left = [number]

    def seen(call: Call) -> object:
        left[0] -= 1
        if left[0] == 0:
            if call.name == "write":
                REAL["write"](call.given[0], call.given[1][: len(call.given[1]) // 2])
            if call.name == "close":
                REAL["close"](call.given[0])
            raise OSError(code, os.strerror(code))
        return unflushed(call)

    return seen


Said = Callable[[str], None]


def forked(run: Callable[[Said], object]) -> tuple[int, list[str]]:
    """Run in a process of its own; give its exit code, and the lines it said before its end."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 70
        try:
            os.close(reading)
            run(lambda line: REAL["write"](writing, f"{line}\n".encode()))
            code = 0
        except BaseException:  # noqa: BLE001 - whatever it is: the fork must not go on as a second test run
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor, no path
        said = pipe.read().decode().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), said


_OF_FILES = {f"os.{name}" for name in NAMES} | {"open", "shutil.move"}


def unseen_changes(run: Callable[[], object]) -> list[str]:
    """The changes of the disk, as the interpreter's own audit tells of them, that `watching` did not see.

    Call in a forked process: an audit hook stays for ever.
    """
    inside, unseen = [0], list[str]()

    def within(call: Call) -> object:
        inside[0] += 1
        try:
            return REAL[call.name](*call.given) or 0
        finally:
            inside[0] -= 1

    def hook(event: str, given: tuple[Any, ...]) -> None:
        writes = event != "open" or bool(int(given[2] or 0) & _WRITING)
        if event in _OF_FILES and writes and not inside[0] and watched[0]:
            unseen.append(f"{event} {given}")

    watched = [False]
    sys.addaudithook(hook)
    with watching(within):
        watched[0] = True
        run()
        watched[0] = False
    return unseen


def left_on_the_way(run: Callable[[], object], folder: Path, place: Path) -> dict[bytes, Path]:
    """Copies of a folder as it is before each call of a run and in the middle of each write: what a kill there leaves.

    One copy for each state, by what is named in it.
    """
    found = states_on_the_way(lambda _said: run(), folder, place)
    return {state: copy for state, (copy, _) in found.items()}


def states_on_the_way(
    run: Callable[[Said], object], folder: Path, place: Path
) -> dict[bytes, tuple[Path, list[str]]]:
    """The same copies, and that of the end, each with the lines that were said before the folder became another."""
    found: dict[bytes, tuple[Path, list[str]]] = {}
    lines: list[str] = []

    def look() -> None:
        state = state_of(folder, leftovers=False)
        copy = found[state][0] if state in found else None
        if copy is None:
            copy = Path(shutil.copytree(folder, place / f"{folder.name}-{len(found)}"))
        found[state] = (copy, [*lines])

    def seen(call: Call) -> object:
        look()
        if call.name == "write" and len(call.given[1]) > 1:
            return os.write(call.given[0], call.given[1][: len(call.given[1]) // 2])
        return unflushed(call)

    with watching(seen):
        run(lines.append)
    look()
    return found


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder (None: a folder), the lock left out and process numbers with it."""
    found: dict[str, bytes | None] = {}
    for entry in folder.rglob("*"):
        name = entry.relative_to(folder).as_posix()
        if entry.name.endswith(".part") and entry.is_file():
            name = f"{name.rsplit('.', 2)[0]}.part"
        if entry.name != ".lock":
            found[name] = entry.read_bytes() if entry.is_file() else None
    return found


def state_of(folder: Path, *, leftovers: bool = True) -> bytes:
    """The tree as one value to compare, with or without what nobody has named yet."""
    kept = [one for one in tree(folder).items() if leftovers or not one[0].endswith(".part")]
    return pickle.dumps(sorted(kept, key=lambda one: one[0]))


@contextlib.contextmanager
def unlisted(folder: Path, code: int) -> Iterator[None]:
    """Let no program list a folder: a disk that fails there, or rights that were taken away."""
    real = {name: getattr(os, name) for name in ("listdir", "scandir")}

    def refusing(name: str) -> Callable[..., Any]:
        def listing(asked: Any = ".") -> Any:
            if not isinstance(asked, int) and Path(asked) == folder:
                raise OSError(code, os.strerror(code), str(asked))
            return real[name](asked)

        return listing

    with _in_os({name: refusing(name) for name in real}):
        yield

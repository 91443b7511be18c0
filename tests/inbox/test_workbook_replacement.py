"""Write-back destroys no save: whatever a person does before any step of it, the newest save stands in its place."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import multiprocessing
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from xlsync import atomic_rename, file_locks, open_folder, owner_file, shared_folder
from xlsync.errors import StoreError
from xlsync.inbox.followup import workbook_replacement, write_back_record
from xlsync.inbox.followup.workbook_replacement import replace_unchanged
from xlsync.inbox.followup.write_back_record import recover
from xlsync.shared_folder import SharedFolder, remove_leftovers

PARTS = 4
READ, WRITTEN, SAVED = b"what we read", b"what we write", b"a newer save"
STEPS = {
    module.__file__
    for module in (
        atomic_rename, file_locks, open_folder, owner_file, shared_folder, workbook_replacement, write_back_record,
    )
}  # fmt: skip

Act = Callable[[Path], None]


def by_renaming(file: Path) -> None:
    """Save as Excel does."""
    new = file.with_name("1A2B3C4D")
    new.write_bytes(SAVED)
    new.replace(file)


def in_place(file: Path) -> None:
    """Save as a copy program does, without being kept waiting by a lease."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_NONBLOCK)
    except BlockingIOError:
        by_renaming(file)  # a real program would wait and then write
        return
    os.ftruncate(handle, 0)
    os.write(handle, SAVED)
    os.close(handle)


def twice(file: Path) -> None:
    by_renaming(file)
    new = file.with_name("5E6F7A8B")
    new.write_bytes(SAVED + b", and another")
    new.replace(file)


def delete(file: Path) -> None:
    file.unlink()


def move(file: Path) -> None:
    file.rename(file.with_name("moved.xlsx"))


def save_and_move(file: Path) -> None:
    by_renaming(file)
    move(file)


ACTS: dict[str, tuple[Act, bytes | None, str]] = {
    "saves": (by_renaming, SAVED, "a.xlsx"),
    "saves in place": (in_place, SAVED, "a.xlsx"),
    "saves twice": (twice, SAVED + b", and another", "a.xlsx"),
    "deletes": (delete, None, "a.xlsx"),
    "moves": (move, None, "moved.xlsx"),
    "saves and moves": (save_and_move, SAVED, "moved.xlsx"),
}
"""What a person does, what must be kept of it, and the name it must have then."""


class Interruption:
    """Does something before given lines of the steps of a write-back; the system traces nothing of what it does."""

    def __init__(self, acts: Mapping[int, Callable[[], object]]) -> None:
        self.acts, self.lines = acts, 0

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code.co_filename not in STEPS:
            return None
        if event == "line":
            self.lines += 1
            self.begins(frame)
            if self.lines in self.acts:
                self.acts[self.lines]()
        return self

    def begins(self, frame: FrameType) -> None:
        """Look at a line before it runs."""


class SystemCalls(Interruption):
    """Notes the lines before which the system was asked or told something since the line before."""

    def __init__(self, acts: Mapping[int, Callable[[], object]]) -> None:
        super().__init__(acts)
        self.noted = [1]

    def begins(self, frame: FrameType) -> None:
        if frame.f_code.co_filename == atomic_rename.__file__:
            self._note()  # its calls by way of ctypes are not told of

    def called(self, _frame: FrameType, event: str, called: object) -> None:
        owner = getattr(called, "__self__", None)
        homes = {
            getattr(called, "__module__", ""),
            getattr(owner, "__name__", ""),
            type(owner).__module__,
        }
        if event == "c_call" and homes & {"posix", "fcntl", "_io"}:
            self._note()

    def _note(self) -> None:
        if self.noted[-1] <= self.lines:
            self.noted.append(self.lines + 1)


def interrupted(acts: Mapping[int, Callable[[], object]], run: Callable[[], object]) -> int:
    """Run with acts before some lines; return how many lines were begun."""
    interruption = Interruption(acts)
    before = sys.gettrace()
    sys.settrace(interruption)
    try:
        run()
    finally:
        sys.settrace(before)
    return interruption.lines


def lines_after_calls(
    acts: Mapping[int, Callable[[], object]], run: Callable[[], object]
) -> list[int]:
    """Return the lines before which a person or a kill finds something else than before the line above."""
    calls = SystemCalls(acts)
    sys.setprofile(calls.called)
    sys.settrace(calls)
    try:
        run()
    finally:
        sys.settrace(None)
        sys.setprofile(None)
    return [line for line in calls.noted if line <= calls.lines]


def without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that can neither exchange nor rename without replacing, as NFS."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(atomic_rename, "_renameat2", refuse)


@pytest.fixture(autouse=True)
def _no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_flushing(monkeypatch)


def _without_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power is lost here: thousands of write-backs need not wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)


@pytest.fixture(params=["exchange", "moving"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "moving":
        without_exchange(monkeypatch)
    return str(request.param)


@pytest.fixture(params=["our own folder", "beside"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> SharedFolder:
    root = tmp_path / "shared"
    root.mkdir()
    return SharedFolder(root, tmp_path / "temporary", beside=request.param == "beside")


def names(shared: SharedFolder) -> list[str]:
    scratch = shared.scratch
    found = [*shared.root.iterdir(), *(scratch.iterdir() if scratch and scratch.is_dir() else ())]
    return sorted(entry.name for entry in found)


def prepared(shared: SharedFolder) -> Path:
    for old in shared.root.iterdir():
        old.unlink()
    file = shared.root / "a.xlsx"
    file.write_bytes(READ)
    return file


@pytest.mark.usefixtures("way")
def test_a_workbook_that_nobody_touches_is_replaced(shared: SharedFolder) -> None:
    file = prepared(shared)
    assert replace_unchanged(shared, file, READ, WRITTEN) == "written"
    assert file.read_bytes() == WRITTEN
    assert names(shared) == ["a.xlsx"]


@pytest.mark.parametrize("person", ACTS)
def test_what_a_person_does_before_any_step_is_respected(
    way: str, shared: SharedFolder, person: str
) -> None:
    act, kept, name = ACTS[person]
    at = 0
    while True:
        at += 1
        file, done = prepared(shared), list[str]()

        def person_acts(file: Path = file, done: list[str] = done) -> None:
            try:
                act(file)
                done.append("done")
            except FileNotFoundError:
                done.append("told that there is no such file")

        replace = lambda file=file: replace_unchanged(shared, file, READ, WRITTEN)  # noqa: E731
        interrupted({at: person_acts}, replace)
        if not done:
            break  # the end was reached before the act
        here = f"{person}, {way}, before line {at}"
        if done == ["told that there is no such file"]:  # only while the old file is moved aside
            assert way == "moving", here
            assert names(shared) == ["a.xlsx"], here
            continue
        left = names(shared)
        if way == "moving" and person in {"moves", "saves and moves"}:
            left = [
                entry for entry in left if entry != "a.xlsx"
            ]  # may come again there, which loses nothing
        assert left == ([] if person == "deletes" else [name]), here
        if kept is not None:
            assert (shared.root / name).read_bytes() == kept, here
        elif person == "moves":
            assert (shared.root / name).read_bytes() in {READ, WRITTEN}, here
    assert at > 30


def killed(shared: SharedFolder, file: Path, save_at: int, kill_at: int) -> tuple[bool, int]:
    """Write back in another process in which a person saves before a line (0: never) and which is killed before a later one.

    Return whether the person has saved, and the exit code.
    """
    marker = shared.root.parent / "saved"
    marker.unlink(missing_ok=True)
    process = os.fork()
    if process == 0:

        def save() -> None:
            marker.touch()
            by_renaming(file)

        try:
            acts = {save_at: save, kill_at: lambda: os._exit(137)}
            interrupted(acts, lambda: replace_unchanged(shared, file, READ, WRITTEN))
        finally:
            os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    recover(shared)
    assert shared.scratch is not None
    remove_leftovers(shared.scratch)
    return marker.exists(), code


def _points(shared: SharedFolder, save_at: int = 0) -> list[int]:
    file = prepared(shared)
    acts = {save_at: lambda: by_renaming(file)}
    return lines_after_calls(acts, lambda: replace_unchanged(shared, file, READ, WRITTEN))


def _kill_after_a_save(shared: SharedFolder, part: int) -> None:
    for save_at in _points(shared)[part::PARTS]:
        later = [line for line in _points(shared, save_at) if line > save_at]
        for kill_at in [*later[:3], *later[5::5]]:
            file = prepared(shared)
            assert killed(shared, file, save_at, kill_at) == (True, 137), (save_at, kill_at)
            assert file.exists(), (save_at, kill_at)
            contents = [entry.read_bytes() for entry in shared.root.glob("*.xlsx")]
            assert SAVED in contents, (save_at, kill_at)


def _kill_after_every_call(shared: SharedFolder) -> None:
    points = _points(shared)
    assert len(points) > 20
    for at in points:
        file = prepared(shared)
        assert killed(shared, file, 0, at) == (False, 137), at
        assert file.read_bytes() in {READ, WRITTEN}
        # Beside the file: removed by the watcher, which sees that nobody writes it.
        left = [name for name in names(shared) if not (shared.beside and name.endswith(".part"))]
        assert left == ["a.xlsx"], at


def _in_a_small_process(way: str, kill: Callable[..., None], *given: object) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        _without_flushing(monkeypatch)
        if way == "moving":
            without_exchange(monkeypatch)
        kill(*given)


@pytest.fixture(scope="module", name="small")
def _small_process() -> Iterator[ProcessPoolExecutor]:
    """A process that has collected no tests: it forks in a fraction of the time."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as small:
        yield small


@pytest.mark.parametrize("part", range(PARTS))
def test_a_save_outlives_a_write_back_killed_after_it(
    small: ProcessPoolExecutor, way: str, shared: SharedFolder, part: int
) -> None:
    """A person saves before a step and the program is killed some steps later: the next start finds the save."""
    small.submit(_in_a_small_process, way, _kill_after_a_save, shared, part).result()


def test_a_killed_write_back_leaves_nothing_in_our_folder(
    small: ProcessPoolExecutor, way: str, shared: SharedFolder
) -> None:
    """The program is killed after every system call in turn; the next start removes what it left."""
    small.submit(_in_a_small_process, way, _kill_after_every_call, shared).result()


def test_a_start_while_another_process_writes_does_no_harm(tmp_path: Path) -> None:
    root, scratch = tmp_path / "shared", tmp_path / "temporary"
    root.mkdir()
    shared = SharedFolder(root, scratch)
    file = prepared(shared)

    def look() -> None:
        recover(shared)
        remove_leftovers(scratch)

    failed = 0
    for at in range(1, 400):
        file = prepared(shared)
        replace = lambda file=file: replace_unchanged(shared, file, READ, WRITTEN)  # noqa: E731
        try:
            interrupted({at: look}, replace)
        except StoreError:
            failed += 1
            assert file.read_bytes() == READ
    # It may delete a file between its creation and its lock; then nothing is replaced, and it is tried again.
    assert failed < 10


def _saves_all_the_time(file: Path, seconds: float, lost: Any) -> None:
    """Save 250 times a second; before each save the last one, or what was made of it, must be there."""
    end, number = time.monotonic() + seconds, 0
    new = file.with_name("1A2B3C4D")
    while time.monotonic() < end:
        number += 1
        new.write_bytes(b"%d" % number)
        new.replace(file)
        time.sleep(0.004)
        patience = time.monotonic() + 2
        while int(file.read_bytes().split(b"+")[0]) != number:
            if time.monotonic() > patience:
                lost.put(number)
                break


def test_no_save_is_lost_while_another_process_saves_all_the_time(tmp_path: Path) -> None:
    root = tmp_path / "shared"
    root.mkdir()
    shared, file = SharedFolder(root, tmp_path / "temporary"), root / "a.xlsx"
    file.write_bytes(b"0")
    context = multiprocessing.get_context("fork")
    lost = context.Queue()
    saver = context.Process(target=_saves_all_the_time, args=(file, 3.0, lost))
    saver.start()
    outcomes: dict[str, int] = {}
    while saver.is_alive():
        data = file.read_bytes()
        outcome = replace_unchanged(shared, file, data, data + b"+")
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    saver.join()
    assert lost.empty()
    assert outcomes["written"] > 50
    assert names(shared) == ["a.xlsx"]


@contextlib.contextmanager
def _other_process(act: Callable[[], object]) -> Iterator[None]:
    """Another process that has done something and still lives."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        kept = act()
        os.write(writing, b"x")
        time.sleep(60)
        os._exit(0 if kept else 1)
    os.read(reading, 1)
    try:
        yield
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
        os.close(reading)
        os.close(writing)


def _locked(file: Path, lock: Callable[[int, int], None]) -> int:
    handle = os.open(file, os.O_RDWR)
    lock(handle, fcntl.LOCK_EX)
    return handle


HOLDERS: dict[str, Callable[[Path], object]] = {
    "has it open for writing": lambda file: os.open(file, os.O_WRONLY),
    "has locked it": lambda file: _locked(file, fcntl.flock),
    "has locked a part of it": lambda file: _locked(file, fcntl.lockf),
}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("holder", HOLDERS)
def test_a_workbook_in_use_without_an_owner_file_is_left_alone(
    shared: SharedFolder, holder: str
) -> None:
    file = prepared(shared)
    with _other_process(lambda: HOLDERS[holder](file)):
        assert replace_unchanged(shared, file, READ, WRITTEN) == "open"
    assert file.read_bytes() == READ
    assert replace_unchanged(shared, file, READ, WRITTEN) == "written"


def test_a_process_that_begins_to_write_the_old_file_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for our lease while the names are exchanged; its writing must not go into a deleted file."""
    root = tmp_path / "shared"
    root.mkdir()
    shared, file = SharedFolder(root, tmp_path / "temporary"), root / "a.xlsx"
    file.write_bytes(READ)
    writers: list[int] = []

    def exchange(*given: Any) -> None:
        if not writers:
            process = os.fork()
            if process == 0:
                with file.open("r+b") as opened:
                    opened.write(SAVED)
                os._exit(0)
            writers.append(process)
            time.sleep(0.3)
        real(*given)

    real = atomic_rename.exchange
    monkeypatch.setattr(atomic_rename, "exchange", exchange)
    assert replace_unchanged(shared, file, READ, WRITTEN) == "open"
    os.waitpid(writers[0], 0)
    assert file.read_bytes().startswith(SAVED)


def test_permissions_and_attributes_stay(shared: SharedFolder) -> None:
    file = prepared(shared)
    file.chmod(0o640)
    os.setxattr(file, "user.DOSATTRIB", b"0x20")
    assert replace_unchanged(shared, file, READ, WRITTEN) == "written"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.getxattr(file, "user.DOSATTRIB") == b"0x20"


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away")
def test_a_replaced_file_keeps_its_owner(shared: SharedFolder) -> None:
    file = prepared(shared)
    os.chown(file, 65534, 65534)
    file.chmod(0o640)
    assert replace_unchanged(shared, file, READ, WRITTEN) == "written"
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65534, 0o640)


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away")
@pytest.mark.parametrize(("mode", "replaced"), [(0o640, False), (0o666, True)])
def test_a_file_is_not_taken_from_its_owner(
    shared: SharedFolder, monkeypatch: pytest.MonkeyPatch, mode: int, *, replaced: bool
) -> None:
    """Where the new file would be ours alone, those who could write the old one could not any more."""
    file = prepared(shared)
    os.chown(file, 65534, 65534)
    file.chmod(mode)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    if replaced:
        assert replace_unchanged(shared, file, READ, WRITTEN) == "written"
    else:
        with pytest.raises(StoreError):
            replace_unchanged(shared, file, READ, WRITTEN)
    assert file.read_bytes() == (WRITTEN if replaced else READ)
    assert names(shared) == ["a.xlsx"]


@pytest.mark.usefixtures("way")
def test_a_name_of_255_bytes_is_written(shared: SharedFolder) -> None:
    file = shared.root / ("評" * 83 + "a.xlsx")
    file.write_bytes(READ)
    assert replace_unchanged(shared, file, READ, WRITTEN) == "written"
    assert file.read_bytes() == WRITTEN

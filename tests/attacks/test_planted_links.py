"""A person who may only write into the share plants links and swaps folders: nothing outside the share is written or read."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run, living
from tests.watcher import impatient, log, until, watcher
from tests.watching import Desk, desk, saying
from xlsync.addin.ways.folder_way import prepare
from xlsync.inbox.config import BOARD_BOOK, BOARD_PAGE
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.summary_refresh import SummaryWriter

SECRET = b"only root may read this"


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    (tmp_path / "city").mkdir()
    return desk(tmp_path / "city", *papers.KEYS)


def outside(tmp_path: Path) -> Path:
    """A folder nobody in the share has any business in, with files of every name that we write."""
    folder = tmp_path / "root"
    for name in (BOARD_PAGE, BOARD_BOOK, "全庁.xlsx", "in/x", "out/x", "xlsync.toml"):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(SECRET)
    return folder


def untouched(folder: Path) -> bool:
    return {file.read_bytes() for file in folder.rglob("*") if file.is_file()} == {SECRET}


def everything(here: Desk) -> None:
    """Take in what is there, and write board, workbooks and summaries."""
    follow = FollowUp(here.office, here.world, SummaryWriter())
    for done in here.rest():
        follow.after(here.sweep, done)


def files_of(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*"))


@pytest.mark.parametrize("planted", ["集計", ".xlsync", "評価シート/総務部", "評価シート"])
def test_a_folder_swapped_for_a_link_is_not_written_through(
    here: Desk, tmp_path: Path, planted: str
) -> None:
    here.put("総務部/a.xlsx", here.town.give_out())
    everything(here)
    root = outside(tmp_path)
    before = files_of(root)
    target = here.office.shared / planted
    if target.exists():
        target.rename(tmp_path / "away")
    target.symlink_to(root)
    here.put("a.xlsx", saying(here.town.give_out(), "新しい")) if planted != "評価シート" else None
    prepare(here.office.shared)
    everything(here)
    assert untouched(root)
    assert files_of(root) == before


@pytest.mark.parametrize("name", [BOARD_PAGE, BOARD_BOOK, "集計/全庁.xlsx"])
def test_a_file_swapped_for_a_link_is_replaced_and_not_written_through(
    here: Desk, tmp_path: Path, name: str
) -> None:
    root = outside(tmp_path)
    file = here.office.shared / name
    file.parent.mkdir(exist_ok=True)
    file.symlink_to(root / file.name)
    here.put("a.xlsx", here.town.give_out())
    everything(here)
    assert untouched(root)


@pytest.mark.parametrize("name", [BOARD_PAGE, BOARD_BOOK, "集計/全庁.xlsx", "評価シート/~$a.xlsx"])
def test_a_planted_pipe_stops_nobody(here: Desk, name: str) -> None:
    pipe = here.office.shared / name
    pipe.parent.mkdir(exist_ok=True)
    os.mkfifo(pipe)
    here.put("a.xlsx", saying(here.town.give_out(), "受け取れる"))
    thread = threading.Thread(target=everything, args=(here,), daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert here.purpose() == "受け取れる"


def test_names_that_a_writer_of_before_would_have_used_lead_nowhere(
    here: Desk, tmp_path: Path
) -> None:
    """The names were .NAME.PROCESS-THREAD.part: both numbers can be guessed."""
    root = outside(tmp_path)
    for name in (BOARD_PAGE, BOARD_BOOK):
        for thread in {os.getpid(), threading.get_native_id()}:
            planted = here.office.shared / f".{name}.{os.getpid()}-{thread}.part"
            planted.symlink_to(root / "xlsync.toml")
    here.put("a.xlsx", here.town.give_out())
    everything(here)
    assert (here.office.shared / BOARD_PAGE).is_file()
    assert untouched(root)


@pytest.mark.slow
def test_folders_swapped_all_the_time_under_a_running_watcher_lead_nowhere(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    impatient(folder)
    root = outside(tmp_path)
    before = files_of(root)
    book = living(folder)
    issued = book.read_bytes()
    parent = os.open(book.parent, os.O_RDONLY)  # staff save into the true folder, wherever it is
    swapped = [folder / "shared/集計", folder / "shared/.xlsync/out", book.parent]
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for target in swapped:
                aside = target.with_name(f"{target.name}-aside")
                _quietly(lambda target=target, aside=aside: target.rename(aside))  # type: ignore[misc]
                _quietly(lambda target=target: target.symlink_to(root))  # type: ignore[misc]
                time.sleep(0.002)
                _quietly(lambda target=target: target.unlink())  # type: ignore[misc]
                _quietly(lambda target=target, aside=aside: aside.rename(target))  # type: ignore[misc]
                time.sleep(0.002)

    with watcher(folder):
        until(lambda: "開始" in log(folder))
        thread = threading.Thread(target=swap)
        thread.start()
        for number in range(6):
            time.sleep(1.0)
            save = os.open(book.name, os.O_WRONLY | os.O_TRUNC | os.O_CREAT, dir_fd=parent)
            with os.fdopen(save, "wb") as opened:
                opened.write(saying(issued, f"{number}"))
        stop.set()
        thread.join()
    os.close(parent)
    assert untouched(root)
    assert files_of(root) == before


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except OSError:
        return

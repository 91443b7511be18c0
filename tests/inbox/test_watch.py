"""The watcher goes on by itself for months: it rests, listens, comes back from everything, and says that it is there."""

from __future__ import annotations

import datetime as dt
import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests import papers
from tests.watching import MORNING, QUIET, Desk, desk, owner, saying, vanish
from xlsync.errors import StoreBusy, StoreError
from xlsync.inbox.config import BOARD_BOOK, BOARD_PAGE, Deadline, InboxConfig, Timing
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.heartbeat import Heartbeat, is_recent, read_heartbeat
from xlsync.inbox.intake.mounts import file_system, is_on_network
from xlsync.inbox.intake.sweep import Pass
from xlsync.inbox.watcher import EventListener, Watcher, watch, watch_once
from xlsync.inbox.watcher_lock import only_watcher
from xlsync.workbook.reading.reading import Reading


class Day:
    """A watcher whose clock runs as it waits; `at` lets something happen at a second, and rings."""

    def __init__(self, here: Desk, seconds: float, *, poll: float = 5) -> None:
        self.here = here
        self.until = seconds
        self.events: list[tuple[float, object]] = []
        self.summarized: list[tuple[float, list[str]]] = []
        self.renewed: InboxConfig | None = None
        self.waits = 0
        world = replace(here.world, wait=self.wait, stopping=lambda: here.passed[0] >= self.until)
        here.office = replace(here.office, timing=Timing(QUIET, poll, 300, native=False))
        here.world = here.sweep.runtime = world
        here.sweep.renew(here.office)
        self.watcher = Watcher(
            here.office,
            world,
            here.sweep,
            FollowUp(here.office, world, self.summarize),
            EventListener(here.sheets, lambda: None),
            self.settings,
        )

    def at(self, second: float, act: object) -> None:
        self.events.append((second, act))
        self.events.sort(key=lambda event: event[0])

    def wait(self, seconds: float) -> bool:
        """Let the time go by until the next event; it rings."""
        self.waits += 1
        end = self.here.passed[0] + seconds
        if self.events and self.events[0][0] <= end:
            second, act = self.events.pop(0)
            self.here.passed[0] = max(self.here.passed[0], second)
            act()  # type: ignore[operator]
            return True
        self.here.passed[0] = min(end, self.until)
        return False

    def summarize(self, _office: InboxConfig, keys: object) -> list[str]:
        self.summarized.append((self.here.passed[0], list(keys)))  # type: ignore[call-overload]
        return []

    def settings(self) -> InboxConfig | None:
        office, self.renewed = self.renewed, None
        return office

    def live(self) -> None:
        watch(self.watcher)


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path, *papers.KEYS)


def test_a_save_is_in_the_store_and_on_the_board_seconds_after_it_rested(here: Desk) -> None:
    day = Day(here, 130)
    issued = here.town.give_out()
    day.at(100, lambda: here.put("a.xlsx", saying(issued, "保存した")))
    day.live()
    assert here.purpose() == "保存した"
    moment = here.town.store.revisions(papers.CLEAN, papers.EDITION)[-1].draft.when
    assert dt.datetime.fromisoformat(moment) - MORNING <= dt.timedelta(seconds=100 + QUIET + 5)
    page = (here.office.shared / BOARD_PAGE).read_text(encoding="utf-8")
    assert "1欄を受け取りました" in page
    assert (here.office.shared / BOARD_BOOK).exists()


def test_under_the_units_umask_the_board_is_open_to_staff_and_the_store_to_nobody_else(
    here: Desk,
) -> None:
    units = sorted((Path(__file__).parents[2] / "deploy").glob("*.service"))
    masks = {line for unit in units for line in unit.read_text().splitlines() if "UMask=" in line}
    assert (len(units), masks) == (2, {"UMask=0077"})
    here.office.shared.chmod(0o775)
    here.put("a.xlsx", saying(here.town.give_out(), "権限"))
    before, known = os.umask(0o077), set(here.town.store.folder.rglob("*"))
    try:
        Day(here, 60).live()
    finally:
        os.umask(before)
    for name in (BOARD_BOOK, BOARD_PAGE):
        assert (here.office.shared / name).stat().st_mode & 0o777 == 0o664
    fresh = [file for file in here.town.store.folder.rglob("*") if file not in known]
    assert fresh
    assert not [file for file in fresh if file.stat().st_mode & 0o077]


def test_a_burst_of_saves_gives_one_summary_of_its_keys(here: Desk) -> None:
    day = Day(here, 300)
    issued = {key: here.town.give_out(key) for key in papers.KEYS}
    for number, (key, data) in enumerate(issued.items()):
        day.at(
            100 + 4 * number, lambda key=key, data=data: here.put(f"{key}.xlsx", saying(data, "波"))
        )
    day.live()
    first, *later = [(second, keys) for second, keys in day.summarized if keys]
    assert first[1] == sorted(papers.KEYS)  # at the start everything may be out of date
    assert [keys for _, keys in later] == [sorted(papers.KEYS)]


def test_what_another_program_commits_is_followed_at_the_next_look(here: Desk) -> None:
    day = Day(here, 111)
    data = saying(here.town.give_out(), "よそから")
    day.at(100, lambda: here.town.bring(data, "持参.xlsx"))
    day.live()
    second, keys = day.summarized[-1]
    assert papers.CLEAN in keys
    assert 100 <= second < 102  # the bell rang; without looking at the store it were half a minute
    assert not day.watcher.follow.is_behind()


def test_nothing_is_written_while_nothing_changes_but_the_heartbeat(here: Desk) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "静か"))
    day = Day(here, 100, poll=60)
    day.live()
    files = [
        file
        for folder in (here.town.store.folder, here.office.shared)
        for file in folder.rglob("*")
        if file.is_file() and file.name not in {"watch.json", "watch.lock", ".lock"}
    ]
    before = {file: file.stat().st_mtime_ns for file in files}
    day.until = 3_000
    day.live()
    assert {file: file.stat().st_mtime_ns for file in files} == before
    beat = read_heartbeat(here.town.store.folder)
    assert beat is not None
    assert beat.mode == "stopped"
    assert dt.datetime.fromisoformat(beat.when) - MORNING >= dt.timedelta(seconds=3_000 - 60)


def test_the_heartbeat_is_never_as_old_as_that_of_a_watcher_that_hangs(here: Desk) -> None:
    ages: list[float] = []
    day = Day(here, 300, poll=120)

    def look() -> None:
        beat = read_heartbeat(here.town.store.folder)
        assert beat is not None
        now = MORNING + dt.timedelta(seconds=here.passed[0])
        ages.append((now - dt.datetime.fromisoformat(beat.when)).total_seconds())

    def slow(_office: InboxConfig, _keys: object) -> list[str]:
        look()
        here.passed[0] += 25
        return []

    assert isinstance(day.watcher.follow, FollowUp)
    day.watcher.follow.summarize = slow
    for second in range(60, 300, 7):
        day.at(second, look)
    issued = here.town.give_out()
    day.at(121, lambda: here.put("a.xlsx", saying(issued, "長い集計")))
    day.live()
    assert len(ages) > 30
    assert max(ages) < 45


class SilentDay(Day):
    """A day on which no file event comes."""

    def wait(self, seconds: float) -> bool:
        super().wait(seconds)
        return False


def test_a_share_that_is_gone_without_a_file_event_is_told_within_a_minute(here: Desk) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "前"))
    day = SilentDay(here, 200, poll=300)
    modes: list[str] = []
    day.at(100, lambda: vanish(here))
    day.at(160, lambda: modes.append(getattr(read_heartbeat(here.town.store.folder), "mode", "")))
    day.live()
    assert modes == ["away"]


def test_the_days_left_change_once_a_day(here: Desk) -> None:
    here.settle(deadline=Deadline(dt.date(2018, 5, 31)))
    day = Day(here, 60, poll=300)
    day.live()
    page = here.office.shared / BOARD_PAGE
    assert "あと24日" in page.read_text(encoding="utf-8")
    here.pass_time(86_400)
    day.until = here.passed[0] + 60
    day.live()
    assert "あと23日" in page.read_text(encoding="utf-8")


def test_a_board_somebody_has_open_waits_and_the_page_does_not(here: Desk) -> None:
    day = Day(here, 60)
    day.live()
    book, page = here.office.shared / BOARD_BOOK, here.office.shared / BOARD_PAGE
    opened, before = owner(book), book.read_bytes()
    here.put("a.xlsx", saying(here.town.give_out(), "開かれている"))
    day.until = 120
    day.live()
    assert "1欄を受け取りました" in page.read_text(encoding="utf-8")
    assert book.read_bytes() == before
    opened.unlink()
    day.until = 180
    day.live()
    assert book.read_bytes() != before


def test_a_share_that_comes_back_is_caught_up_with_and_nothing_is_written_meanwhile(
    here: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    issued = here.town.give_out()
    here.put("a.xlsx", saying(issued, "前"))
    day = Day(here, 4000)
    come_back: list[object] = []
    day.at(100, lambda: come_back.append(vanish(here)))
    day.at(200, lambda: here.sheets.mkdir(parents=True))
    beats = []
    day.at(300, lambda: beats.append(read_heartbeat(here.town.store.folder)))

    def back() -> None:
        assert list(here.office.shared.rglob("*")) == [
            here.sheets
        ]  # no board in an empty mount point
        here.sheets.rmdir()
        here.office.shared.rmdir()
        come_back[0]()  # type: ignore[operator]
        here.put("a.xlsx", saying(issued, "後"))

    day.at(3700, back)
    day.live()
    assert here.purpose() == "後"
    assert [beat and beat.mode for beat in beats] == ["away"]
    assert len([one for one in caplog.messages if one.startswith("中断")]) == 2
    assert len([one for one in caplog.messages if one.startswith("再開")]) == 1


def test_settings_changed_by_the_office_are_followed(here: Desk) -> None:
    day = Day(here, 400)
    issued = here.town.give_out()

    def close() -> None:
        day.renewed = replace(here.office, deadline=Deadline(closed=True))

    day.at(50, close)
    day.at(100, lambda: here.put("a.xlsx", saying(issued, "締切後")))
    day.at(200, lambda: setattr(day, "renewed", here.office))
    seen: list[object] = []
    day.at(190, lambda: seen.append(here.purpose()))
    day.live()
    assert "締切後" not in seen
    assert here.purpose() == "締切後"


def test_every_night_the_contents_are_compared(here: Desk) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "昼"))
    day = Day(here, 60, poll=300)
    day.live()
    entry = here.sweep.entries["a.xlsx"]
    here.sweep.entries["a.xlsx"] = replace(entry, digest="0" * 64)
    here.pass_time(17 * 3600 - 60)  # 01:30
    day.until = here.passed[0] + 60
    day.live()
    assert here.sweep.entries["a.xlsx"].digest == "0" * 64
    here.pass_time(3600)
    day.until = here.passed[0] + 60
    day.live()
    assert here.sweep.entries["a.xlsx"].digest == entry.digest


def test_only_one_watcher_has_a_store(here: Desk) -> None:
    with only_watcher(here.town.store.folder), pytest.raises(StoreBusy, match="1つだけ"):  # noqa: SIM117
        with only_watcher(here.town.store.folder):
            pass
    with only_watcher(here.town.store.folder):
        pass


def test_once_takes_what_settles_and_leaves_what_grows(here: Desk) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "一度"))
    growing = here.put("b.xlsx", b"x")
    day = Day(here, 1e6)
    for second in range(1, 1000):
        day.at(second, lambda second=second: growing.write_bytes(b"x" * second))
    passes = watch_once(day.watcher)
    assert [one.outcome for done in passes for one in done.receipts] == ["accepted"]
    assert passes[-1].waiting == 1
    assert here.passed[0] < 200


def test_a_storm_of_events_is_no_storm_of_scans(here: Desk) -> None:
    day = Day(here, 100)
    for second in range(100):
        for part in range(50):
            day.at(second + part / 50, lambda: None)
    steps = 0
    step = day.watcher.step

    def counted() -> object:
        nonlocal steps
        steps += 1
        return step()

    day.watcher.step = counted  # type: ignore[method-assign, assignment]
    day.live()
    assert 50 <= steps <= 101


def test_a_beat_that_is_old_or_said_good_bye_is_no_life() -> None:
    now = MORNING
    old = (now - dt.timedelta(seconds=60)).isoformat()
    assert is_recent(Heartbeat(now.isoformat(), "running"), now)
    assert is_recent(Heartbeat(now.isoformat(), "away"), now)
    assert not is_recent(Heartbeat(old, "running"), now)
    assert not is_recent(Heartbeat(now.isoformat(), "stopped"), now)
    assert not is_recent(None, now)


MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
//server/share /mnt/\345\205\261\346\234\211 cifs rw 0 0
//server/share /mnt/my\040share cifs rw 0 0
server:/x /mnt/nfs nfs4 rw 0 0
/dev/sdb1 /mnt/nfs/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/x", "ext4"),
        ("/mnt/my share/評価シート", "cifs"),
        ("/mnt/nfs/a/b", "nfs4"),
        ("/mnt/nfs/local/a", "ext4"),
    ],
)
def test_shares_are_known_by_the_systems_list_of_mounts(folder: str, kind: str) -> None:
    assert file_system(Path(folder), MOUNTS) == kind
    assert is_on_network(Path(folder), MOUNTS) == (kind != "ext4")


def test_this_computers_own_folder_is_on_no_network(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path)


def test_a_summary_that_fails_keeps_nothing_else_from_being_done_and_is_tried_again(
    here: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    day = Day(here, 60)
    tried: list[float] = []

    def full(_office: InboxConfig, keys: object) -> list[str]:
        tried.append(here.passed[0])
        if len(tried) < 3:
            raise StoreError("書き込めません（空き容量がありません）")
        return day.summarize(_office, keys)

    assert isinstance(day.watcher.follow, FollowUp)
    day.watcher.follow.summarize = full
    day.live()
    assert len([one for one in caplog.messages if one.startswith("失敗")]) == 2
    assert [keys for _, keys in day.summarized] == [sorted(papers.KEYS)]
    assert (here.office.shared / BOARD_BOOK).exists()


def test_a_slow_taking_does_not_make_the_next_look_late_but_a_slow_scan_does(here: Desk) -> None:
    day = Day(here, 100)
    read = here.sweep.read_workbook

    def slowly(data: bytes) -> list[Reading]:
        here.pass_time(3)
        return read(data)

    here.sweep.read_workbook = slowly
    here.put("a.xlsx", here.town.give_out())
    here.put("b.xlsx", here.town.give_out())
    here.run()
    here.pass_time(QUIET)
    done, due = day.watcher.step()
    assert len(done.ingested_paths) == 2
    assert due <= here.passed[0] + 5
    assert day.watcher._next(Pass(scanning=30)) == here.passed[0] + 120  # noqa: SLF001 - a server that is slow


def test_once_goes_on_while_more_has_settled_than_one_pass_takes_in(here: Desk) -> None:
    for number in range(4):
        here.put(f"{number}.xlsx", saying(here.town.give_out(), f"{number}番目"))
    read = here.sweep.read_workbook

    def slowly(data: bytes) -> list[Reading]:
        here.pass_time(60)  # a pass ends after ten seconds
        return read(data)

    day = Day(here, 1e6)
    here.sweep.read_workbook = slowly
    passes = watch_once(day.watcher)
    assert sorted(path for done in passes for path in done.ingested_paths) == [
        f"{number}.xlsx" for number in range(4)
    ]
    assert passes[-1].waiting == 0


def test_once_waits_for_what_settles_while_the_first_follow_up_takes_long(here: Desk) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "一度"))
    day = Day(here, 1e6)
    step = day.watcher.step

    def slowly() -> tuple[Pass, float]:
        done = step()
        here.pass_time(600)
        return done

    day.watcher.step = slowly  # type: ignore[method-assign]
    passes = watch_once(day.watcher)
    assert [one.outcome for done in passes for one in done.receipts] == ["accepted"]


def test_once_goes_on_while_workbooks_are_still_to_be_written(tmp_path: Path) -> None:
    here = desk(tmp_path, *papers.KEYS)
    for key in papers.KEYS:
        here.put(f"{key}.xlsx", saying(here.town.give_out(key), "書いた"))

    def ticking() -> float:
        here.pass_time(3)  # a pass writes workbooks for five seconds
        return here.passed[0]

    here.world = replace(here.world, clock=ticking)
    day = Day(here, 1e6)
    passes = watch_once(day.watcher)
    assert day.watcher.follow.unfinished_count == 0
    assert len(passes) > 2

"""What goes wrong after a file was taken in is on the board and in the heartbeat until it works again, not in the log alone."""

from __future__ import annotations

import os
from html import unescape
from pathlib import Path

import pytest

from tests import papers
from tests.inbox.test_watch import Day
from tests.watching import QUIET, Desk, desk, saying
from xlsync.errors import StoreError
from xlsync.inbox.config import BOARD_BOOK, BOARD_PAGE, InboxConfig
from xlsync.inbox.followup.auto_write_back import RETRY_REFUSED_AFTER
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.heartbeat import read_heartbeat
from xlsync.inbox.intake.file_state import FILE


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path, *papers.KEYS)


@pytest.fixture
def day(here: Desk) -> Day:
    day = Day(here, 0)
    assert isinstance(day.watcher.follow, FollowUp)
    day.watcher.follow.summarize = SummaryWriter()
    return day


def live(day: Day, seconds: float) -> None:
    day.until = day.here.passed[0] + seconds
    day.live()


def board(here: Desk) -> str:
    return unescape((here.office.shared / BOARD_PAGE).read_text(encoding="utf-8"))


def heartbeat(here: Desk) -> str:
    beat = read_heartbeat(here.office.store.folder)
    assert beat is not None
    return "\n".join(beat.errors)


def test_workbooks_that_may_not_be_looked_at_stop_no_step(
    here: Desk, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, below = os.stat, f"{here.sheets}/"

    def refusing(path: str | int | Path, **how: bool) -> os.stat_result:
        if str(path).startswith(below):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    here.put("a.xlsx", saying(here.town.give_out(), "権限"))
    live(day, 60)
    monkeypatch.setattr(os, "stat", refusing)
    here.town.bring(saying(here.town.give_out(), "よそから"), "持参.xlsx")
    live(day, 60)
    assert heartbeat(here) == ""
    assert "不具合" not in board(here)


def test_a_summary_that_cannot_be_written_is_told_until_it_can_and_stops_no_other(
    here: Desk, day: Day
) -> None:
    department = here.town.head(papers.CLEAN).department
    obstacle = here.office.summaries / f"{department}.xlsx"
    (obstacle / "フォルダ").mkdir(parents=True)
    live(day, 60)
    for text in (board(here), heartbeat(here)):
        assert "集計" in text
        assert f"{department}.xlsx：書き込めません" in text
    assert (here.office.summaries / "全庁.xlsx").exists()
    (obstacle / "フォルダ").rmdir()
    obstacle.rmdir()
    live(day, 60)
    assert obstacle.is_file()
    assert "書き込めません" not in board(here)
    assert heartbeat(here) == ""


def test_a_disk_error_on_the_boards_workbook_is_on_its_page_and_nobody_is_said_to_have_it_open(
    here: Desk, day: Day, caplog: pytest.LogCaptureFixture
) -> None:
    book = here.office.shared / BOARD_BOOK
    (book / "フォルダ").mkdir(parents=True)
    here.put("a.xlsx", saying(here.town.give_out(), "受け取った"))
    live(day, 60)
    assert here.purpose() == "受け取った"
    for text in (board(here), heartbeat(here)):
        assert f"{BOARD_BOOK}：書き込めません" in text
    assert "開い" not in heartbeat(here)
    assert not [message for message in caplog.messages if message.startswith("待機")]
    (book / "フォルダ").rmdir()
    book.rmdir()
    live(day, 60)
    assert book.is_file()
    assert heartbeat(here) == ""


def test_where_the_page_cannot_be_written_the_workbook_tells_it(here: Desk, day: Day) -> None:
    (here.office.shared / BOARD_PAGE / "フォルダ").mkdir(parents=True)
    live(day, 60)
    assert (here.office.shared / BOARD_BOOK).is_file()
    assert f"{BOARD_PAGE}：書き込めません" in heartbeat(here)


def test_a_workbook_that_cannot_be_written_back_is_named_with_the_reason(
    here: Desk, day: Day
) -> None:
    issued = here.town.give_out()
    file = here.put("a.xlsx", issued)
    live(day, 60)
    here.town.bring(saying(here.town.give_out(), "ほかの人"), "持参.xlsx")
    before = file.read_bytes()
    file.chmod(0o444)
    live(day, 60)
    assert "書き戻せません。読み取り専用のファイルです" in board(here)
    assert file.read_bytes() == before
    file.chmod(0o644)
    live(day, 120)
    assert file.read_bytes() != before
    assert "書き戻せません" not in board(here)


def test_a_workbook_that_could_not_be_written_back_is_tried_again_by_itself(
    here: Desk, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = here.put("a.xlsx", here.town.give_out())
    live(day, 60)
    here.town.bring(saying(here.town.give_out(), "ほかの人"), "持参.xlsx")
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise StoreError("書き込めません（空き容量がありません）")

    with monkeypatch.context() as disk:
        disk.setattr("xlsync.inbox.followup.write_back_file.replace_unchanged", full)
        live(day, 60)
        assert "書き戻せません。書き込めません（空き容量がありません）" in board(here)
    live(day, RETRY_REFUSED_AFTER + 60)
    assert file.read_bytes() != before
    assert "書き戻せません" not in board(here)


def test_a_bug_in_a_step_is_told_to_people_as_well(here: Desk, day: Day) -> None:
    def wrong(_config: InboxConfig, _keys: object) -> list[str]:
        raise ZeroDivisionError

    assert isinstance(day.watcher.follow, FollowUp)
    day.watcher.follow.summarize = wrong
    live(day, 60)
    for text in (board(here), heartbeat(here)):
        assert "集計" in text
        assert "不具合" in text


def test_a_record_of_the_files_that_cannot_be_kept_is_told(here: Desk, day: Day) -> None:
    (here.office.store.folder / FILE / "フォルダ").mkdir(parents=True)
    here.put("a.xlsx", here.town.give_out())
    live(day, QUIET + 60)
    for text in (board(here), heartbeat(here)):
        assert f"{FILE}：書き込めません" in text

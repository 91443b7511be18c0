"""A watcher that starts again does what is left to be done, and all of it where it cannot know."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests import papers
from tests.watching import QUIET, Desk, desk, saying
from xlsync.derived.derived_record import DerivedRecord
from xlsync.inbox.config import BOARD_PAGE, InboxConfig
from xlsync.inbox.followup.follow_up import FollowUp

MINE, OTHER = papers.CLEAN, papers.KEYS[1]


@dataclass
class Summaries:
    """Takes note of whose summaries are asked for."""

    keys: set[str] = field(default_factory=set)

    def __call__(self, _config: InboxConfig, keys: Collection[str]) -> list[str]:
        self.keys |= set(keys)
        return []


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    """A city with two sheets in two programs, and the workbook of one."""
    made = desk(tmp_path, MINE, OTHER)
    made.office.summaries.mkdir(parents=True)
    (made.office.summaries / "全庁.xlsx").write_bytes(b"summary")
    made.put("a.xlsx", made.town.give_out(MINE))
    return made


def started(here: Desk) -> set[str]:
    """Start a watcher that knows what is on the disk, let it do its work, and return whose summaries it wrote."""
    here.restart()
    written = Summaries()
    follow = FollowUp(here.office, here.world, written)
    for seconds in (0.0, QUIET + 1, 1.0, 31.0, 31.0):
        follow.after(here.sweep, here.run(seconds))
    assert follow.unfinished_count == 0
    assert not follow.step_errors.texts
    return written.keys


def test_what_was_done_is_not_done_again(here: Desk) -> None:
    assert started(here) == {MINE, OTHER}
    board = {file: file.stat().st_mtime_ns for file in here.office.shared.glob("*.*")}
    assert board
    assert started(here) == set()
    assert {file: file.stat().st_mtime_ns for file in board} == board


def test_what_other_programs_committed_meanwhile_is_done(here: Desk) -> None:
    started(here)
    document = papers.official_document(OTHER)
    document["purpose"] = "別の目的"
    here.town.bring(papers.changed_sheet(document, {}).to_json(), "登録")
    assert started(here) == {OTHER}
    assert started(here) == set()


def test_a_workbook_saved_meanwhile_is_taken_in_and_told(here: Desk) -> None:
    started(here)
    file = here.sheets / "a.xlsx"
    file.write_bytes(saying(file.read_bytes(), "留守中の保存"))
    assert started(here) == {MINE}
    assert here.purpose() == "留守中の保存"
    assert "1欄を受け取りました" in (here.office.shared / BOARD_PAGE).read_text(encoding="utf-8")


def _without_a_summary(here: Desk) -> None:
    (here.office.summaries / "全庁.xlsx").unlink()


def _with_a_summary_somebody_saved(here: Desk) -> None:
    (here.office.summaries / "全庁.xlsx").write_bytes(b"something else")


def _without_the_record(here: Desk) -> None:
    DerivedRecord(here.town.store.folder).delete()


def _under_another_name(here: Desk) -> None:
    here.office = replace(here.office, name="別の市")


def _under_other_terms(here: Desk) -> None:
    here.office = replace(here.office, terms=replace(here.town.terms, complete_programs=True))


@pytest.mark.parametrize(
    "change",
    [
        _without_a_summary,
        _with_a_summary_somebody_saved,
        _without_the_record,
        _under_another_name,
        _under_other_terms,
    ],
)
def test_where_it_cannot_know_everything_is_done(
    here: Desk, change: Callable[[Desk], None]
) -> None:
    started(here)
    change(here)
    assert started(here) == {MINE, OTHER}


def test_a_board_that_was_deleted_or_changed_is_written_again(here: Desk) -> None:
    started(here)
    page, book = here.office.board_page, here.office.board_book
    written = page.read_bytes(), book.read_bytes()
    page.unlink()
    book.write_bytes(b"something else")
    started(here)
    assert (page.read_bytes(), book.read_bytes()) == written


def test_a_workbook_that_is_open_is_written_by_the_next_watcher(here: Desk) -> None:
    started(here)
    file = here.sheets / "a.xlsx"
    owner = file.with_name("~$a.xlsx")
    owner.write_bytes(b"\x06staff1".ljust(165, b"\0"))
    document = papers.official_document(MINE)
    document["purpose"] = "企画の目的"
    here.town.bring(papers.changed_sheet(document, {}).to_json(), "登録")
    assert started(here) == {MINE}
    owner.unlink()
    assert started(here) == {MINE}
    assert started(here) == set()

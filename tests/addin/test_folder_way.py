"""The way through the shared folder: every request is answered once, whatever lies about, and a share may go and come."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests import papers
from tests.addin.buttons import fetch, lay, left, message, request
from tests.addin_xlam.offices import Town, town
from tests.cities import typed
from xlsync.addin.dispatch import Pressed
from xlsync.addin.protocol.request import LARGEST, pack
from xlsync.addin.ways.answering import Work
from xlsync.addin.ways.folder_way import Desk, prepare
from xlsync.errors import StoreBusy

WATCH = "xlsync.watch"


@pytest.fixture
def here(tmp_path: Path) -> Town:
    return town(tmp_path)


def shared(here: Town) -> Path:
    return here.office.shared


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def desk(here: Town, work: Work | None = None, clock: Clock | None = None) -> Desk:
    return Desk(lambda: shared(here), work or here.desk.work, clock or Clock())


def test_each_official_sheet_is_checked_and_submitted_through_the_folder(here: Town) -> None:
    for number, key in enumerate(papers.KEYS):
        data = typed(here.city.give_out(key), {"purpose": f"{key}の目的"})
        checked, taken = (
            request("validate", data, 10 * number),
            request("submit", data, 10 * number + 1),
        )
        lay(shared(here), checked)
        lay(shared(here), taken)
        assert [one.fate for one in here.desk.run()] == ["done", "done"]
        for asked in (checked, taken):
            answer = fetch(shared(here), asked)
            assert answer is not None
            assert (answer.id, answer.verb, answer.failed) == (asked.id, asked.verb, False)
        assert here.value("purpose", key) == f"{key}の目的"
        assert here.city.revisions(key) == 2
    assert left(shared(here)) == []


def test_a_request_laid_down_twice_is_one_revision(here: Town) -> None:
    asked = request("submit", typed(here.city.give_out(), {"purpose": "二度"}))
    for _ in range(2):
        lay(shared(here), asked)
        here.desk.run()
        assert fetch(shared(here), asked) is not None
    assert here.city.revisions() == 2


def test_what_is_half_written_or_only_looks_like_a_request_is_left_alone(here: Town) -> None:
    inside = shared(here) / ".xlsync/in"
    half = inside / f"{1:032x}.part"
    half.write_bytes(pack(request("selftest"))[:40])
    (inside / f"{2:032x}.request").mkdir()
    (inside / f"{3:032x}.request").symlink_to(half)
    names = ["依頼.request", f"{4:031x}.request", f"{5:032x}.request.txt", f"{6:032x}g.request"]
    for name in names:
        (inside / name).write_bytes(b"x")
    before = left(shared(here))
    assert here.desk.run() == []
    assert left(shared(here)) == before


def test_what_is_no_request_is_answered_with_a_sentence(here: Town) -> None:
    inside = shared(here) / ".xlsync/in"
    (inside / f"{1:032x}.request").write_bytes(b"")
    (inside / f"{2:032x}.request").write_bytes(pack(request("submit", b"x" * 99, 2))[:-1])
    (inside / f"{3:032x}.request").write_bytes(pack(request("selftest", number=4)))
    with (inside / f"{5:032x}.request").open("wb") as huge:
        huge.truncate(LARGEST + 1)
    assert [one.fate for one in here.desk.run()] == ["unread"] * 4
    for number in (1, 2, 3, 5):
        answer = fetch(shared(here), request("selftest", number=number))
        assert answer is not None
        assert answer.failed
        assert "もう一度" in message(answer) or "大きすぎ" in message(answer)
    assert left(shared(here)) == []


def test_what_a_killed_watcher_had_begun_is_worked_by_the_next(here: Town) -> None:
    asked = request("submit", typed(here.city.give_out(), {"purpose": "途中"}))
    taken = lay(shared(here), asked).with_suffix(".taken")
    taken.with_suffix(".request").rename(taken)
    desk(here).run()
    assert fetch(shared(here), asked) is not None
    assert here.value("purpose") == "途中"


def test_an_answer_that_only_wants_its_name_gets_it_and_nothing_is_worked_again(here: Town) -> None:
    asked = request("selftest")
    lay(shared(here), asked)
    here.desk.run()
    answer = shared(here) / ".xlsync/out" / f"{asked.id}.answer"
    answer.rename(answer.with_suffix(".ready"))
    assert desk(here).run() == []
    assert fetch(shared(here), asked) is not None


def test_a_client_that_gave_up_in_time_is_not_worked(here: Town) -> None:
    asked = request("submit", typed(here.city.give_out(), {"purpose": "やめた"}))
    lay(shared(here), asked).unlink()
    assert here.desk.run() == []
    assert here.city.revisions() == 1


def test_a_bug_is_told_to_the_person_and_to_the_log_and_the_next_press_works(
    here: Town, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]

    def work(asked: object) -> Pressed:
        if broken.pop() if broken else False:
            raise ZeroDivisionError
        return here.desk.work(asked)  # type: ignore[arg-type]

    asked = request("selftest")
    lay(shared(here), asked)
    lay(shared(here), request("selftest", number=2))
    with caplog.at_level(logging.INFO, WATCH):
        assert [one.fate for one in desk(here, work).run()] == ["bug", "done"]
    assert "ZeroDivisionError" in caplog.text
    answer = fetch(shared(here), asked)
    assert answer is not None
    assert "不具合" in message(answer)
    assert "Traceback" not in message(answer)


def test_a_store_that_is_busy_is_an_answer(here: Town) -> None:
    def work(_asked: object) -> Pressed:
        raise StoreBusy("ほかのプログラムが登録データに書き込み中です")

    asked = request("submit")
    lay(shared(here), asked)
    assert [one.fate for one in desk(here, work).run()] == ["failed"]
    answer = fetch(shared(here), asked)
    assert answer is not None
    assert "書き込み中" in message(answer)


def test_every_press_is_a_line_in_the_log_that_no_name_can_break(
    here: Town, caplog: pytest.LogCaptureFixture
) -> None:
    data = typed(here.city.give_out(), {"purpose": "記録"})
    asked = request(
        "submit", data, user="山田\n2018 不具合", file="\\\\s\\評価シート\\a\u202e.xlsx"
    )
    lay(shared(here), asked)
    with caplog.at_level(logging.INFO, WATCH):
        here.desk.run()
    (record,) = [one for one in caplog.messages if "提出" in one]
    assert "\n" not in record
    assert "受領" in record
    assert "第2版" in record
    assert "秒" in record


def test_leftovers_of_a_day_go_and_nothing_else(here: Town) -> None:
    folder = shared(here) / ".xlsync"
    ours = [
        folder / "in" / f"{1:032x}.part",
        folder / "out" / f"{2:032x}.answer",
        folder / "out" / f".{3:032x}.ready.12-34.part",
    ]
    others = [folder / "in/控え.part", folder / "out/メモ.txt", folder / "in" / f"{4:032x}.txt"]
    fresh = [folder / "in" / f"{5:032x}.part", folder / "out" / f"{6:032x}.answer"]
    for file in (*ours, *others, *fresh):
        file.write_bytes(b"x")
    for file in (*ours, *others):
        os.utime(file, (1e9, 1e9))
    (shared(here) / "評価シート" / f"{7:032x}.part").write_bytes(b"x")
    here.desk.run()
    assert [file for file in (*ours, *others, *fresh) if not file.exists()] == ours
    assert (shared(here) / "評価シート" / f"{7:032x}.part").exists()


def test_a_server_whose_clock_is_years_behind_loses_no_answer(here: Town) -> None:
    for folder in ("in", "out"):
        place = shared(here) / ".xlsync" / folder
        (place / f"{1:032x}.part").write_bytes(b"x")
        os.utime(place / f"{1:032x}.part", (1e9, 1e9))
        os.utime(place, (1e9, 1e9))
    here.desk.run()
    assert left(shared(here)) == [f"{1:032x}.part"] * 2


def test_a_share_that_goes_is_quiet_and_comes_back(
    here: Town, caplog: pytest.LogCaptureFixture
) -> None:
    asked = request("selftest")
    lay(shared(here), asked)
    away = shared(here).rename(here.folder / "away")
    with caplog.at_level(logging.INFO, WATCH):
        for _ in range(3):
            assert here.desk.run() == []
    assert not shared(here).exists()  # nothing is put where the share belongs
    assert caplog.messages == []
    away.rename(shared(here))
    assert [one.fate for one in here.desk.run()] == ["done"]


def test_the_folders_are_made_anew_where_somebody_deleted_them(here: Town) -> None:
    for folder in ("in", "out", ""):
        (shared(here) / ".xlsync" / folder).rmdir()
    here.desk.run()
    lay(shared(here), request("selftest"))
    assert [one.fate for one in here.desk.run()] == ["done"]


def test_the_folders_are_as_open_as_the_sheets_are(tmp_path: Path) -> None:
    (tmp_path / "評価シート").mkdir()
    (tmp_path / "評価シート").chmod(0o2775)
    prepare(tmp_path)
    assert (tmp_path / ".xlsync/in").stat().st_mode & 0o7777 == 0o2775
    prepare(tmp_path / "ない")
    assert not (tmp_path / "ない").exists()


def test_what_cannot_be_read_is_tried_some_times_and_then_answered(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, tries, real = Clock(), list[float](), os.open

    def refusing(path: str, flags: int, *more: int, **options: int) -> int:
        if str(path).endswith(".taken"):
            tries.append(clock.now)
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refusing)
    asked = request("selftest")
    lay(shared(here), asked)
    waiting, told = desk(here, clock=clock), []
    for _ in range(30):
        told += waiting.run()
        clock.now += 1
    assert [one.fate for one in told] == ["unread"]
    assert tries == [0, 1, 3, 7]
    answer = fetch(shared(here), asked)
    assert answer is not None
    assert "Permission denied" in message(answer)


def test_an_answer_that_cannot_be_laid_down_is_tried_more_and_more_rarely(
    here: Town, caplog: pytest.LogCaptureFixture
) -> None:
    clock, tries = Clock(), []

    def work(asked: object) -> Pressed:
        tries.append(clock.now)
        return here.desk.work(asked)  # type: ignore[arg-type]

    out = shared(here) / ".xlsync/out"
    blocked = out / f".{1:032x}.ready.x"
    asked = replace(request("selftest"), id=f"{1:032x}")
    lay(shared(here), asked)
    (out / f"{1:032x}.ready").mkdir()  # no file can take its name
    (out / f"{1:032x}.ready" / "x").write_bytes(b"x")
    waiting = desk(here, work, clock)
    with caplog.at_level(logging.INFO, WATCH):
        for _ in range(60):
            assert waiting.run() == []
            clock.now += 1
    assert tries == [0, 1, 3, 7, 15, 31]
    assert len([one for one in caplog.messages if "書き込めません" in one]) == 1
    (out / f"{1:032x}.ready" / "x").unlink()
    (out / f"{1:032x}.ready").rmdir()
    clock.now += 60
    assert [one.fate for one in waiting.run()] == ["done"]
    assert fetch(shared(here), asked) is not None
    assert not blocked.exists()

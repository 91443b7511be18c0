"""What one worker does with the saves that wait, whoever else does the same, and what people are told of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import logging
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import psycopg
import pytest

from tests import papers
from tests.cities import typed
from tests.commands import Run
from tests.postgres import Server
from tests.watcher import MAIN, until
from tests.worker_play import Office
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings, read_settings
from xlsync.errors import StoreBusy, StoreError
from xlsync.inbox.config import Runtime
from xlsync.inbox.followup.queued_follow_up import QueuedFollowUp
from xlsync.inbox.intake.queued_intake import QueuedIntake
from xlsync.inbox.intake.read_stable import digest_of, signature_of
from xlsync.inbox.intake.sweep import Sweep
from xlsync.inbox.watcher import EventListener, Watcher
from xlsync.shared_folder import scratch_folder
from xlsync.store import audit
from xlsync.store.postgres_cities import CityList
from xlsync.store.postgres_saves import JOB_FORMAT, MOST_WAITING, QueuedSave, SaveQueue, save_queue
from xlsync.store.postgres_workers import WorkerList
from xlsync.workbook.reading.form_reader import read
from xlsync.workers.job_queue import JobQueue, job_schema
from xlsync.workers.worker_city import WorkerCity
from xlsync.workers.worker_process import WorkerTerms, work

pytestmark = pytest.mark.postgres
_FILLED = (
    "INSERT INTO xlsync_saves (city, path, digest, data, about, format)"
    " SELECT %s, 'filler' || number, '0', '', '{}', 1 FROM generate_series(1, %s) AS number"
)
_NOON = dt.datetime(2018, 7, 3, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))

_DIES = "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'receive' AND args->>'city' = %s RETURNING id"
_QUEUED_AGAIN = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)"
    " SELECT queue_name, task_name, priority, lock, queueing_lock, args FROM procrastinate_jobs"
    " WHERE task_name = 'receive' AND args->>'city' = %s"
)


class Town:
    """A city with a watcher that looks at every step, under a clock of its own, and a worker."""

    def __init__(self, office: Office) -> None:
        self.books = office.books
        self.seconds, self.skew = 0.0, dt.timedelta()
        now = lambda: _NOON + self.skew + dt.timedelta(seconds=self.seconds)  # noqa: E731
        self.world = Runtime(now, lambda: self.seconds, lambda _: False, lambda: False, "見張り")
        self.city: CitySettings = read_settings(office.folder)
        queue = save_queue(self.city.store.files)
        assert queue is not None
        self.queue: SaveQueue = queue
        self.queue.create()
        self.queue.claim_share("a")
        self.watch_anew()
        self.worker = WorkerCity(office.folder, self.world)

    def watch_anew(self) -> None:
        """Begin with a watcher that knows nothing but what is on the disk and in the database."""
        config, intake = office_of(self.city), QueuedIntake(self.queue, "a")
        form = self.city.terms.form
        self.sweep = Sweep(config, self.world, lambda data: read(data, form), ingest_files=intake)
        self.sweep.forget(intake.unknown(self.sweep.entries))
        self.follow = QueuedFollowUp(config, self.world, intake)

    def look(self, times: int = 3) -> None:
        """Look at the folder so often."""
        for _ in range(times):
            self.seconds += 3
            self.follow.after(self.sweep, self.sweep.run())

    def save(self, text: str, book: int = 0) -> Path:
        """Save a workbook with a text in it, and let the watcher find it."""
        file = self.books[book][1]
        file.write_bytes(typed(file.read_bytes(), {"purpose": text}))
        self.look()
        return file

    @property
    def waiting(self) -> list[int]:
        """The numbers of the saves that wait."""
        return [number for _, number, _ in self.queue.waiting([self.queue.city_name], 100)]

    def receive_all(self) -> None:
        """Receive what waits, in its order, and let the watcher see what became of it."""
        for number in self.waiting:
            assert self.worker.receive(number)
        self.look()

    def purposes(self, book: int = 0) -> list[object]:
        """What the field said in each revision that changed it."""
        revisions = self.city.store.revisions(self.books[book][0], papers.EDITION)[1:]
        changes = itertools.chain.from_iterable(each.draft.changes for each in revisions)
        return [change["to"] for change in changes if change["path"] == "purpose"]


@pytest.fixture
def town(office: Office) -> Iterator[Town]:
    """A city whose workbooks are received as they were given out."""
    with ExitStack() as stack:
        yield settled(office, stack)


@pytest.fixture
def towns(offices: list[Office]) -> Iterator[list[Town]]:
    """Two such cities."""
    with ExitStack() as stack:
        yield [settled(office, stack) for office in offices]


def settled(office: Office, stack: ExitStack) -> Town:
    """Let watcher and worker see the workbooks."""
    town = Town(office)
    stack.callback(town.worker.close)
    town.look()
    town.receive_all()
    return town


def test_the_saves_of_a_file_are_received_in_their_order(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "xlsync.watch")
    town.save("一")
    town.save("二")
    first, second = town.waiting
    assert not town.worker.receive(second)
    assert town.worker.receive(first)
    assert town.worker.receive(second)
    assert town.purposes() == ["一", "二"]
    town.look()
    assert town.waiting == []
    assert town.sweep.troubles == {}
    assert "処理係 処理済み" in caplog.text
    assert "変更なし" not in caplog.text


def test_clocks_that_are_hours_apart_and_jump_change_no_order_and_lose_nothing(town: Town) -> None:
    texts = ["一", "二", "三", "四"]
    hours = [9, -30, 0, 24 * 400]
    workers = WorkerList(town.queue)
    for text, skew in zip(texts, hours, strict=True):
        town.skew = dt.timedelta(hours=skew)
        town.save(text)
        town.skew = dt.timedelta(hours=-skew)  # the worker's computer is as far off, the other way
        workers.beat("a", "1", [town.queue.city_name])
        (work,) = (each for each in workers.overview() if each.city_name == town.queue.city_name)
        assert (work.waiting, work.oldest < 60) == (1, True)
        assert all(each.silent < 60 for each in workers.workers())
        with pytest.raises(StoreBusy):
            town.queue.claim_share("b")
        town.receive_all()
        town.worker.follow_up()
    assert town.purposes() == texts
    assert town.waiting == []
    assert town.sweep.troubles == {}
    assert audit(town.city.store) == []


def test_beyond_five_hundred_saves_that_wait_further_ones_stay_in_the_shared_folder(
    town: Town,
) -> None:
    with psycopg.connect(town.queue.uri, autocommit=True) as by_hand:
        by_hand.execute(_FILLED, (town.queue.city_name, MOST_WAITING - 1))
    town.save("一")
    assert town.queue.waiting_count() == MOST_WAITING
    file = town.save("二", book=1)
    assert town.queue.waiting_count() == MOST_WAITING == 500
    assert file.exists()
    with psycopg.connect(town.queue.uri, autocommit=True) as by_hand:
        by_hand.execute("DELETE FROM xlsync_saves WHERE path LIKE 'filler%'")
    town.look()
    town.receive_all()
    assert (town.purposes(), town.purposes(1)) == (["一"], ["二"])


def test_a_change_of_the_settings_ends_no_reading_that_is_under_way(town: Town) -> None:
    readers = multiprocessing.active_children()
    assert readers
    os.utime(town.city.folder / "xlsync.toml", (1, 1))
    assert town.worker.queue.city_name == town.worker.name
    assert multiprocessing.active_children() == readers
    town.save("一")
    town.receive_all()
    assert multiprocessing.active_children() != readers


def test_a_job_that_is_done_twice_finds_that_it_was_done(town: Town) -> None:
    town.save("一")
    (number,) = town.waiting
    other = WorkerCity(town.city.folder, town.world)
    assert town.worker.receive(number)
    assert not other.receive(number)
    assert town.purposes() == ["一"]
    other.close()


def test_a_receipt_whose_answer_cannot_be_committed_is_none(town: Town, server: Server) -> None:
    town.save("一")
    (number,) = town.waiting
    with psycopg.connect(server.address("").partition("#")[0], autocommit=True) as by_hand:
        by_hand.execute("ALTER TABLE xlsync_saves ADD CHECK (answer IS NULL) NOT VALID")
        with pytest.raises(StoreError):
            town.worker.receive(number)
        assert town.purposes() == []
        by_hand.execute("ALTER TABLE xlsync_saves DROP CONSTRAINT xlsync_saves_answer_check")
    assert town.worker.receive(number)
    assert town.purposes() == ["一"]
    assert audit(town.city.store) == []


def test_a_moved_file_waits_for_what_it_was_before(town: Town) -> None:
    file = town.save("一")
    moved = file.with_name("移動.xlsx")
    file.rename(moved)
    moved.write_bytes(typed(moved.read_bytes(), {"purpose": "二"}))
    town.look()
    assert len(town.waiting) == 1
    town.receive_all()
    town.look()
    town.receive_all()
    assert town.purposes() == ["一", "二"]


def test_a_watcher_that_starts_again_queues_nothing_twice(town: Town) -> None:
    town.save("一")
    town.watch_anew()
    town.look()
    assert len(town.waiting) == 1
    town.receive_all()
    town.watch_anew()
    town.look()
    assert town.waiting == []


def test_a_city_that_floods_the_queue_does_not_hold_up_another(towns: list[Town]) -> None:
    flooding, calm = towns
    for number in range(60):
        file = flooding.city.sheets / f"{number}.xlsx"
        file.write_bytes(flooding.books[0][1].read_bytes() + bytes([number]))
    flooding.look()
    calm.save("一")
    queue = JobQueue(calm.queue.uri, {each.queue.city_name: each.worker for each in towns})

    async def first_jobs() -> list[str]:
        async with queue.app.open_async():
            await asyncio.to_thread(queue.create)
            await queue.fill()
            jobs = await queue.app.job_manager.list_jobs_async()
            return [
                str(job.task_kwargs["city"]) for job in sorted(jobs, key=lambda job: job.id or 0)
            ]

    jobs = asyncio.run(first_jobs())
    assert jobs.index(calm.queue.city_name) < 3
    assert jobs.count(flooding.queue.city_name) <= 21


def test_a_city_whose_temporary_folder_cannot_be_read_keeps_no_other_one_waiting(
    towns: list[Town],
) -> None:
    broken, calm = towns
    calm.save("一")
    scratch = scratch_folder(broken.city.store.folder)
    if scratch.exists():
        shutil.rmtree(scratch)
    scratch.write_text("a file of that name", encoding="utf-8")
    last = time.monotonic() + 30
    done = lambda: calm.waiting == [] or time.monotonic() > last  # noqa: E731
    queue = JobQueue(calm.queue.uri, {each.queue.city_name: each.worker for each in towns})
    asyncio.run(work(queue, WorkerTerms("a"), replace(calm.world, stopping=done)))
    assert calm.purposes() == ["一"]


def test_a_dead_workers_job_is_taken_over_where_the_same_save_was_queued_twice(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.save("一")
    queue = JobQueue(town.queue.uri, {town.queue.city_name: town.worker})
    search_path = f"-c search_path={job_schema()}"

    async def fill() -> None:
        async with queue.app.open_async():
            await asyncio.to_thread(queue.create)
            await queue.fill()

    asyncio.run(fill())
    with psycopg.connect(town.queue.uri, options=search_path, autocommit=True) as by_hand:
        city = (town.queue.city_name,)
        dead = by_hand.execute(_DIES, city).fetchall()
        assert len(dead) == 1
        by_hand.execute(_QUEUED_AGAIN, city)
    last = time.monotonic() + 30
    done = lambda: town.waiting == [] or time.monotonic() > last  # noqa: E731
    asyncio.run(work(queue, WorkerTerms("b"), replace(town.world, stopping=done)))
    assert town.purposes() == ["一"]
    assert "引き継ぎ" in caplog.text
    assert "中断" not in caplog.text


def test_what_is_left_for_later_holds_up_nothing_that_is_due_before(town: Town) -> None:
    queue, names = town.queue, [town.queue.city_name]
    queue.note_followed(queue.share().number, 3600)
    assert queue.behind(names) == []
    town.save("一")
    town.receive_all()
    assert queue.behind(names) == names
    queue.note_followed(queue.share().number, 0)
    assert queue.behind(names) == names
    queue.note_followed(queue.share().number, None)
    assert queue.behind(names) == []


def test_a_database_of_an_earlier_program_gets_the_column_for_what_is_left(town: Town) -> None:
    with psycopg.connect(town.queue.uri, autocommit=True) as by_hand:
        by_hand.execute("ALTER TABLE xlsync_shares DROP COLUMN due")
    town.queue.create()
    town.queue.note_followed(0, 0)
    assert town.queue.behind([town.queue.city_name]) == [town.queue.city_name]


def test_the_list_of_jobs_names_what_somebody_must_look_after(town: Town, run: Run) -> None:
    told = run("jobs", "-C", town.city.folder)
    town.save("一")
    told = run("jobs", "-C", town.city.folder)
    assert told.code == 1
    assert f"{town.queue.city_name}：受け取り待ち 1件" in told.out
    assert "処理係がいません" in told.err
    WorkerList(town.queue).beat("a", "9.9.9", [town.queue.city_name])
    with psycopg.connect(town.queue.uri, autocommit=True) as by_hand:
        by_hand.execute("UPDATE xlsync_saves SET format = format + 1 WHERE answer IS NULL")
    assert town.waiting == []
    told = run("jobs", "-C", town.city.folder)
    assert "新しい版の見張り" in told.err
    assert JOB_FORMAT == 1


def test_what_a_worker_writes_back_is_no_save_however_quick_the_watcher_is(town: Town) -> None:
    (key, first), (_, second) = town.books
    town.worker.follow_up()
    town.look()
    assert town.waiting == []
    second.write_bytes(typed(first.read_bytes(), {"purpose": "二"}))
    town.look()
    town.receive_all()
    before = first.read_bytes()
    town.worker.follow_up()
    written = first.read_bytes()
    assert written != before
    town.look()
    assert town.waiting == []
    path = first.relative_to(town.city.sheets).as_posix()
    assert town.sweep.entries[path].digest == digest_of(written)
    # As if the note of the write-back had come between the watcher's look and the worker's.
    about = {"when": "", "who": "", "signature": asdict(signature_of(first.lstat())), "source": ""}
    number = town.queue.put(QueuedSave(path, digest_of(written), written, about))
    count = len(town.city.store.revisions(key, papers.EDITION))
    assert town.worker.receive(number)
    (answer,) = town.queue.answers([number]).values()
    assert answer["entry"]["digest"] != digest_of(written)
    assert len(town.city.store.revisions(key, papers.EDITION)) == count
    first.write_bytes(before)
    town.look()
    assert len(town.waiting) == 1


def test_a_workbook_that_was_only_touched_is_written_back_too(town: Town) -> None:
    first, second = (file for _, file in town.books)
    town.worker.follow_up()
    town.look()
    os.utime(first, (1, 1))
    town.look()
    assert town.waiting == []
    second.write_bytes(typed(first.read_bytes(), {"purpose": "二"}))
    town.look()
    town.receive_all()
    before = first.read_bytes()
    town.worker.follow_up()
    assert first.read_bytes() != before


def test_workers_know_the_files_that_were_received_before_there_were_workers(town: Town) -> None:
    with psycopg.connect(town.queue.uri, autocommit=True) as by_hand:
        by_hand.execute("DELETE FROM xlsync_saves WHERE city = %s", (town.queue.city_name,))
    town.watch_anew()
    town.look()
    assert len(town.waiting) == len(town.books)


def test_the_answer_to_a_new_file_is_kept_although_the_watcher_looks_before_it_asks(
    town: Town,
) -> None:
    file = town.books[0][1]
    file.with_name("写し.xlsx").write_bytes(typed(file.read_bytes(), {"purpose": "一"}))
    town.look()
    (number,) = town.waiting
    assert town.worker.receive(number)
    town.seconds -= 2.9  # another file's event wakes the watcher before it would ask again
    town.look(1)
    town.look()
    assert town.waiting == []
    assert [each.number for each in town.queue.last_answers() if "写し" in each.path] == [number]


def test_saves_wait_in_the_folder_while_the_city_has_no_room_left_in_the_database(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    city_list, name = CityList(town.queue), town.queue.city_name
    city_list.limit(name, 1)
    town.save("一")
    assert town.waiting == []
    assert "空きがありません" in caplog.text
    city_list.limit(name, None)
    town.look()
    town.receive_all()
    assert (town.purposes(), town.sweep.troubles) == (["一"], {})


def test_only_one_computer_watches_a_city(town: Town) -> None:
    with pytest.raises(StoreBusy, match="ほかのパソコン"):
        town.queue.claim_share("b")
    town.queue.claim_share("a")


def test_a_watcher_that_has_nothing_to_do_goes_on_saying_that_it_watches(town: Town) -> None:
    def wait(seconds: float) -> bool:
        town.seconds += seconds
        return False

    world, config = replace(town.world, wait=wait), town.sweep.config
    follow = QueuedFollowUp(config, world, town.follow.intake)
    events = EventListener(town.city.sheets, lambda: None)
    with psycopg.connect(town.queue.uri, autocommit=True) as by_hand:
        by_hand.execute("UPDATE xlsync_shares SET seen = now() - interval '5 minutes'")
    Watcher(config, world, town.sweep, follow, events).pause(town.seconds + 60)
    with pytest.raises(StoreBusy, match="ほかのパソコン"):
        town.queue.claim_share("b")


def test_a_watcher_that_starts_before_its_database_waits_for_it(
    office: Office, server: Server
) -> None:
    server.stop("immediate")
    command = [sys.executable, "-c", MAIN, "watch", "-C", str(office.folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            assert process.stderr is not None
            assert "つながるまで待ちます" in process.stderr.readline()
            server.start()
            began = time.monotonic()
            until((office.folder / "store/watch.json").exists)
            assert time.monotonic() - began < 60
        finally:
            process.terminate()
            process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_city_whose_settings_are_wrong_keeps_no_worker_from_the_others(
    offices: list[Office],
) -> None:
    wrong, right = (office.folder for office in offices)
    (wrong / "xlsync.toml").write_text("city = \n", encoding="utf-8")
    command = [sys.executable, "-c", MAIN, "work", str(wrong), str(right)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stdout is not None
            told = process.stderr.readline()
            assert f"{wrong / 'xlsync.toml'}：設定として読めません" in told
            assert "直したら、処理係を動かし直してください" in told
            assert "西市の仕事を待っています" in process.stdout.readline()
        finally:
            process.terminate()
            process.communicate(timeout=60)
    assert process.returncode == 0

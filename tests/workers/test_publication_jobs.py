"""A publication that a worker makes: the same as one made here, with a receipt; cancelled, broken off and out of date ones."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import TypeAdapter

from tests import papers
from tests.cities import typed
from tests.commands import Run
from tests.worker_play import Office
from xlsync.city.publication_order import PublicationOrder
from xlsync.city.settings import read_settings
from xlsync.errors import StoreUnreachable
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive
from xlsync.inbox.config import Runtime
from xlsync.store.postgres_publications import PublicationQueue, QueuedPublication
from xlsync.workers.job_queue import JobQueue
from xlsync.workers.worker_city import WorkerCity
from xlsync.workers.worker_process import WorkerTerms, work

pytestmark = pytest.mark.postgres
_NOON = dt.datetime(2018, 7, 3, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))


class Town:
    """A city in the database with a worker, and its commands."""

    def __init__(self, office: Office, run: Run) -> None:
        self.folder, self.books, self.run = office.folder, office.books, run
        self.world = Runtime(lambda: _NOON, time.monotonic, lambda _: False, lambda: False, "職員")
        self.worker = WorkerCity(office.folder, self.world)
        self.queue = PublicationQueue(self.worker.queue)

    def publish(self, target: str, *words: str) -> Any:
        """Ask for a publication of all sheets without a book, or make it."""
        options = ("--all", "--without-book", "--names-confirmed", "--yes", "--json")
        told = self.run("publish", self.folder / target, "-C", self.folder, *options, *words)
        assert told.code == 0, told.err
        return told.json

    def queued(self, target: str = "公表") -> int:
        """Ask a worker for a publication; return its number."""
        said = self.publish(target, "--queue")
        assert (said["done"], (self.folder / target).exists()) == (False, False)
        return int(said["queued"])

    def newest(self) -> QueuedPublication:
        """What became of the last one."""
        of_all = self.queue.newest(1)
        return next(each for each in of_all if each.city_name == self.worker.name)

    def files(self, target: str) -> dict[str, bytes]:
        """What was published."""
        root = self.folder / target
        return {
            file.relative_to(root).as_posix(): file.read_bytes()
            for file in root.rglob("*")
            if file.is_file()
        }


@pytest.fixture
def town(office: Office, run: Run) -> Iterator[Town]:
    made = Town(office, run)
    yield made
    made.worker.close()


def test_a_worker_publishes_what_the_command_itself_would(town: Town) -> None:
    number = town.queued()
    listed = town.run("jobs", "-C", town.folder)
    assert (f"{number}（公表）：待っています" in listed.out, listed.code) == (True, 1)
    assert "処理係がいません" in listed.err
    queue = JobQueue(town.worker.queue.uri, {town.worker.name: town.worker})
    last = time.monotonic() + 30
    town.world = Runtime(
        lambda: _NOON,
        time.monotonic,
        lambda _: False,
        lambda: not town.newest().is_open or time.monotonic() > last,
        "職員",
    )
    asyncio.run(work(queue, WorkerTerms("a"), town.world))
    town.publish("ここで")
    assert town.files("公表") == town.files("ここで") != {}
    listed = town.run("jobs", "-C", town.folder)
    assert f"{number}（公表）：終わりました" in listed.out
    assert "（2件）" in listed.out
    assert town.worker.publish(number) == ""


def test_a_publication_whose_worker_died_is_made_by_another(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "xlsync.work")
    number = town.queued()
    assert town.queue.begin(number) is not None  # and nothing more
    assert town.newest().state == "running"
    assert town.queue.waiting([town.worker.name]) == [(town.worker.name, number)]
    assert town.worker.publish(number) == "done"
    assert town.files("公表") != {}
    assert town.queue.waiting([town.worker.name]) == []
    assert town.worker.publish(number) == ""
    assert [line for line in caplog.messages if line.startswith("公表")] == [
        f"公表 {number} 終わりました"
    ]


def test_a_worker_that_wakes_up_after_another_one_has_made_its_publication_leaves_it_so(
    town: Town,
) -> None:
    number = town.queued()
    assert town.queue.begin(number) is not None
    assert not town.queue.note_progress(number, (0, 1), [])
    assert town.worker.publish(number) == "done"
    receipt = town.newest()
    assert town.queue.note_progress(number, (0, 1), ["あとから"])  # whoever made it first wakes up
    assert town.newest() == receipt


def test_a_publication_that_fails_by_a_fault_of_the_program_is_told_and_not_tried_for_ever(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_given: Any) -> None:
        raise RuntimeError

    number = town.queued()
    with monkeypatch.context() as patch:
        patch.setattr(TypeAdapter, "validate_python", fault)
        assert town.worker.publish(number) == "failed"
    assert "プログラムの不具合" in town.newest().result_lines[-1]
    assert town.queue.waiting([town.worker.name]) == []


def test_a_publication_that_another_version_has_asked_for_otherwise_is_told_in_a_sentence(
    town: Town,
) -> None:
    town.queue.create()
    order = PublicationOrder("公表", papers.EDITION).to_document()
    without_year = {name: entry for name, entry in order.items() if name != "fiscal_year"}
    unknown = ({**order, "paper": "A3"}, {**order, "book_order": "kana"}, without_year)
    for document in unknown:
        assert town.worker.publish(town.queue.put(document)) == "failed"
        (told,) = town.newest().result_lines
        assert "この公表の頼みを読めません" in told
    assert town.queue.waiting([town.worker.name]) == []


def test_a_publication_whose_queueing_nobody_could_confirm_is_not_queued_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = town.queue.begin(town.queued())
    assert wanted is not None
    with (
        cut_off_after(monkeypatch, "INSERT INTO xlsync_publications"),
        pytest.raises(StoreUnreachable),
    ):
        town.queue.put(wanted)
    assert len(town.queue.waiting([town.worker.name])) == 1


def test_a_publication_whose_cancelling_nobody_could_confirm_is_not_said_to_be_finished(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = town.queued()
    with cut_off_after(monkeypatch, "SET is_cancelled"):
        told = town.run("jobs", "-C", town.folder, "--cancel", number)
    assert (told.code, "接続が切れました" in told.err, "ありません" in told.err) == (3, True, False)
    assert town.queue.cancel(number)


@contextmanager
def cut_off_after(monkeypatch: pytest.MonkeyPatch, words: str) -> Iterator[None]:
    """Lose every connection just after it has made a query with these words."""
    real = psycopg.Connection.execute

    def cut_off_after_it(self: Any, query: Any, *given: Any, **options: Any) -> Any:
        done = real(self, query, *given, **options)
        if words in str(query):
            self.pgconn.finish()
            raise psycopg.OperationalError
        return done

    with monkeypatch.context() as during:
        during.setattr(psycopg.Connection, "execute", cut_off_after_it)
        yield


def test_a_cancelled_publication_is_not_made(town: Town) -> None:
    first, second = town.queued(), town.queued()
    told = town.run("jobs", "-C", town.folder, "--cancel", first)
    assert "取りやめます" in told.err
    assert town.worker.publish(first) == ""
    assert town.queue.begin(second) is not None
    assert town.queue.cancel(second)
    assert "中止しています" in town.run("jobs", "-C", town.folder).out
    assert town.worker.publish(second) == "cancelled"
    assert not (town.folder / "公表").exists()
    for number in (first, second, 0):
        told = town.run("jobs", "-C", town.folder, "--cancel", number)
        assert (told.code, "ありません" in told.err) == (3, True)


def test_what_has_changed_since_it_was_shown_is_not_published(town: Town) -> None:
    number = town.queued()
    city, file = read_settings(town.folder), town.books[0][1]
    saved = typed(file.read_bytes(), {"purpose": "あとから"})
    source = Source("a.xlsx", "2018-07-03T09:00:00+09:00", "職員")
    assert receive(city.store, city.terms, saved, source)[0].outcome == "accepted"
    assert town.worker.publish(number) == "failed"
    assert "内容が変わりました" in town.newest().result_lines[-1]
    assert not (town.folder / "公表").exists()
    assert city.terms.fiscal_year == papers.EDITION


def test_a_place_that_the_worker_does_not_have_is_told_and_not_made(
    town: Town, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "ほかの場所" / "公表"
    elsewhere.parent.mkdir()
    number = town.queued(str(elsewhere))
    elsewhere.parent.rmdir()
    assert town.worker.publish(number) == "failed"
    assert "処理係のコンピューターにありません" in town.newest().result_lines[-1]
    assert not elsewhere.parent.exists()

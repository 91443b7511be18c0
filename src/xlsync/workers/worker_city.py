"""One city at a worker: receives a save that waits, and does the work after it (board, write-back, summaries)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.office import office_of
from xlsync.city.settings import find_settings
from xlsync.errors import SettingsError, StoreBusy, StoreUnreachable
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.followup.write_back_record import recover
from xlsync.inbox.intake.decided_alone import decided_alone
from xlsync.inbox.intake.file_state import entry_from, entry_record
from xlsync.inbox.intake.ingest import IngestResult, entry_of, ingest_data
from xlsync.inbox.intake.queued_intake import file_and_intake, is_valid
from xlsync.inbox.intake.sweep import Pass
from xlsync.inbox.log_messages import line, receipt_text
from xlsync.page.page_jobs import STATE_WORDS
from xlsync.shared_folder import remove_leftovers, scratch_folder
from xlsync.store.postgres_publications import PublicationQueue
from xlsync.store.postgres_saves import SaveQueue, save_queue
from xlsync.store.store_batch import store_batch
from xlsync.workbook.reading.sandbox import SandboxReader
from xlsync.workers.folder_in_database import folder_in_database
from xlsync.workers.publication_job import make_publication

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.store.postgres_saves import AnsweredSave, QueuedSave
    from xlsync.workers.folder_in_database import Decision

LOG: Final = logging.getLogger("xlsync.work")
_NO_QUEUE: Final = (
    "処理係で分担するには、登録データをPostgreSQLに置いてください（xlsync.toml の [folders] store）"
)

_SOON: Final = 1.0
"""Shortest time in seconds until the work after a pass is tried again."""


@dataclass
class _Opened:
    """A city as its settings and its form are now."""

    config: InboxConfig
    queue: SaveQueue
    reader: SandboxReader
    city_follow_up: FollowUp
    changed_settings: ChangedSettings
    followed_decisions: dict[str, Decision] = field(default_factory=dict)
    """The decisions after which the work was done, by the file's path."""


@dataclass
class WorkerCity:
    """A city whose jobs a worker does; settings and form are read again where they change.

    Args:
        folder: The city's folder, with its settings, and the shared folder where these say.
        runtime: The clock.

    """

    folder: Path
    runtime: Runtime
    _opened: _Opened | None = None
    _queue: SaveQueue | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _lock: Lock = field(default_factory=Lock)

    @property
    def name(self) -> str:
        """The name by which the database has the city."""
        return self.queue.city_name

    @property
    def queue(self) -> SaveQueue:
        """Its saves that wait; asked for from any thread, while another one may be at a job."""
        return self._queue or self._now().queue

    def close(self) -> None:
        """End its sandbox."""
        self._stack.close()
        self._opened = None

    def put_right(self) -> None:
        """Put right what a killed worker of this machine has left half done in the shared folder."""
        with self._lock:
            config = self._now().config
            for file in recover(config.share):
                LOG.warning("復旧 書き戻しの途中で止まったファイルを確かめました %s", line(file))
            remove_leftovers(scratch_folder(config.store.folder))

    def receive(self, number: int) -> bool:
        """Receive a save, and commit what became of it with the receipt; False where that was done already.

        What we wrote ourselves is no save: what was decided about its file holds.
        """
        with self._lock:
            now = self._now()
            save = now.queue.take(number)
            if save is None:
                return False
            # A watcher may find what we write back before it is noted.
            known = now.queue.known_answer(save.path, save.digest)
            if known is not None and is_valid(known, now.config):
                now.queue.answer(number, save.path, known)
                return True
            with store_batch(now.config.store, self.runtime.clock):
                result = self._received(now, save)
                now.queue.answer(number, save.path, _answer(result))
            if result.file_entry is not None:
                LOG.info(receipt_text(save.about["source"], result.file_entry, result.receipts))
            else:
                LOG.warning("保留 %s %s", line(save.about["source"]), line(result.trouble))
            return True

    def _received(self, now: _Opened, save: QueuedSave) -> IngestResult:
        """Receive a save; what concerns it alone is its answer, what concerns the database is raised."""
        config = now.config
        stable, intake = file_and_intake(config, save, _elsewhere(now.queue, save.path))
        fresh = entry_of(stable, save.data, config, intake.when)
        decide = partial(ingest_data, config, now.reader.read, stable, intake, (save.data, fresh))
        return decided_alone(stable.source_path, decide, (StoreUnreachable, StoreBusy))

    def publish(self, number: int) -> str:
        """Make a publication that is wanted; return what became of it, "" where it was finished already."""
        city = find_settings(self.folder)
        state = make_publication(city, PublicationQueue(self.queue), number)
        if state:
            LOG.info("公表 %s %s", number, STATE_WORDS[state])
        return state

    def follow_up(self) -> None:
        """Bring board, workbooks and summaries up to date; note in the database when to come back, where anything is left."""
        with self._lock:
            now = self._now()
            share = now.queue.share()
            folder = folder_in_database(now.config, now.queue)
            waiting = now.queue.waiting_count()
            decisions = folder.decisions.items()
            # Not by their order: what was queued first may be answered last.
            new = tuple(
                path for path, each in decisions if now.followed_decisions.get(path) != each
            )
            done = Pass(ingested_paths=new, waiting=waiting)
            now.city_follow_up.after(folder, done)
            now.followed_decisions = folder.decisions
            due = now.city_follow_up.due_at
            seconds = None if due is None else max(_SOON, due - self.runtime.clock())
            now.queue.note_followed(share.number, seconds)

    def _now(self) -> _Opened:
        """Return the city as its settings and the version of its form in use are now."""
        opened = self._opened
        if opened is not None:
            is_outdated = opened.config.store.stored_form.is_outdated()
            if not is_outdated and opened.changed_settings.renewed() is None:
                return opened
            self.close()
        self._opened = self._open()
        return self._opened

    def _open(self) -> _Opened:
        city = find_settings(self.folder)
        queue = save_queue(city.store.files)
        if queue is None:
            raise SettingsError(_NO_QUEUE, str(city.folder))
        queue.create()
        self._queue = queue
        _ = city.store.form  # what cannot be read is told before anything begins
        config = office_of(city)
        reader = self._stack.enter_context(SandboxReader(city.terms.form))
        follow = FollowUp(config, self.runtime, SummaryWriter())
        return _Opened(config, queue, reader, follow, ChangedSettings(city.folder, LOG))


def _answer(result: IngestResult) -> dict[str, Any]:
    if result.file_entry is None:
        return {"trouble": result.trouble}
    return {"entry": entry_record(result.file_entry)}


def _elsewhere(queue: SaveQueue, path: str) -> Callable[[str], bool]:
    def is_elsewhere(key: str) -> bool:
        others = (each for each in queue.last_answers() if each.path != path)
        return any(key in _keys(each) for each in others)

    return is_elsewhere


def _keys(save: AnsweredSave) -> Iterator[str]:
    if "entry" in save.answer:
        yield from (sheet.key for sheet in entry_from(save.answer["entry"]).sheets)


@contextmanager
def worker_cities(folders: list[Path], runtime: Runtime) -> Iterator[dict[str, WorkerCity]]:
    """Yield the cities of some folders by their names; their sandboxes end with it."""
    cities = [WorkerCity(folder, runtime) for folder in folders]
    try:
        yield {city.name: city for city in cities}
    finally:
        for city in cities:
            city.close()


__all__ = ["LOG", "WorkerCity", "worker_cities"]

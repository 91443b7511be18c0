"""The intake of a watcher that only looks and hashes: stable files are queued in the database, where workers receive them.

The saves of one file are received in their order. A file with a new name waits until nothing of a file that has vanished is
on its way: it may be that file, moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import StoreUnreachable
from xlsync.inbox.intake.decided_alone import decided_alone
from xlsync.inbox.intake.file_state import entry_from
from xlsync.inbox.intake.ingest import (
    IngestResult,
    Intake,
    StableFile,
    contents_of,
    is_decided,
    terms_text,
)
from xlsync.inbox.intake.stability import FileSignature
from xlsync.owner_file import user_of
from xlsync.store.postgres_saves import MOST_WAITING, QueuedSave
from xlsync.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.inbox.intake.file_state import Entry
    from xlsync.store.postgres_saves import SaveQueue

_QUEUED: Final = "受け取りの順番を待っています（処理係がまだ受け取っていません）"
_FULL: Final = "受け取りを待つ保存が多いので、順番が来るまで共有フォルダに置いたままにします"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A save on its way: its number, its digest, and the signature of its file."""

    number: int
    digest: str
    signature: FileSignature


@dataclass
class _Turn:
    """What one pass asks for once, when the first file is to be queued: the scan that found the files is older than the answer.

    `waiting_files` are the files of the saves that waited when the pass began.
    """

    queue: SaveQueue
    waiting_files: list[Path]

    @cached_property
    def room(self) -> int:
        """How many saves may still be queued."""
        return MOST_WAITING - self.queue.waiting_count()

    @cached_property
    def is_anything_moving(self) -> bool:
        """True where the file of a save that waits is not there any more."""
        return not all(file.exists() for file in self.waiting_files)


_Answered = tuple[_Waiting, dict[str, Any]]
"""A save that waited, and what became of it."""


@dataclass
class QueuedIntake:
    """Queues stable files, and fetches what workers decided.

    Args:
        queue: The saves of the city that wait in its database.
        watcher: What tells this watcher from those of other computers.

    """

    queue: SaveQueue
    watcher: str
    _waiting: dict[str, _Waiting] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        """The files of which a save is on its way."""
        return set(self._waiting)

    def unknown(self, paths: Iterable[str]) -> list[str]:
        """Return the files of which the database knows nothing: they were received before there were workers."""
        known = {each.path for each in self.queue.last_answers()}
        return [path for path in paths if path not in known]

    def __call__(
        self,
        config: InboxConfig,
        runtime: Runtime,
        files: Iterable[StableFile],
        entries: Mapping[str, Entry],
    ) -> dict[str, IngestResult]:
        """Return what is known of some stable files; those that are not decided about yet are queued."""
        answers, results = self._answered(), dict[str, IngestResult]()
        turn = _Turn(self.queue, [config.sheets / path for path in self._waiting])
        for file in files:
            result = self._known(file, answers)
            if result is None:
                before = entries.get(file.path)
                queue_it = partial(self._queued_in_turn, config, runtime, file, before, turn)
                result = decided_alone(file.source_path, queue_it, (StoreUnreachable,))
            results[file.path] = result
        return results

    def _queued_in_turn(
        self,
        config: InboxConfig,
        runtime: Runtime,
        file: StableFile,
        before: Entry | None,
        turn: _Turn,
    ) -> IngestResult:
        """Queue a file where there is room, and it can be no other one that has moved."""
        if turn.room <= 0:
            return IngestResult(None, _FULL, is_queued=True)
        if before is None and turn.is_anything_moving:
            return IngestResult(None, _QUEUED, is_queued=True)
        turn.room -= 1
        return self._queued(config, runtime, file)

    def _answered(self) -> dict[str, _Answered]:
        """Return the answers that came in, by path, and forget the numbers of what they answer."""
        if not self._waiting:
            return {}
        answers = self.queue.answers(each.number for each in self._waiting.values())
        answered: dict[str, _Answered] = {}
        for path, waiting in list(self._waiting.items()):
            if waiting.number in answers:
                answered[path] = waiting, answers[waiting.number]
                del self._waiting[path]
        return answered

    def _known(self, file: StableFile, answers: Mapping[str, _Answered]) -> IngestResult | None:
        """Return what is known of a file as it lies there now: an answer, or that it waits; None of a newer save."""
        answered, waiting = answers.get(file.path), self._waiting.get(file.path)
        if answered is not None and answered[0].signature == file.signature:
            return _result(answered[1], file, answered[0].digest)
        if waiting is not None and waiting.signature == file.signature:
            return IngestResult(None, _QUEUED, is_queued=True)
        return None

    def _queued(self, config: InboxConfig, runtime: Runtime, file: StableFile) -> IngestResult:
        """Queue a file, unless its bytes are those of its last save, which may be newer than what we know was decided."""
        when = runtime.now().isoformat(timespec="seconds")
        contents = contents_of(config, file, when)
        if isinstance(contents, IngestResult):
            return contents
        data, fresh = contents
        about = _about(file, when, user_of(file.file, runtime.user))
        return self._put(config, file, QueuedSave(file.path, fresh.digest, data, about))

    def _put(self, config: InboxConfig, file: StableFile, save: QueuedSave) -> IngestResult:
        """Queue a save, unless the last one of this file had the same bytes and holds."""
        last = self.queue.last(file.path)
        if last is not None and last[1] == save.digest:
            number, _, answer = last
            if answer is not None and is_valid(answer, config):
                self._note_contents(file, save.digest)
                return _result(answer, file, save.digest)
            if answer is None:
                self._waiting[file.path] = _Waiting(number, save.digest, file.signature)
                return IngestResult(None, _QUEUED, is_queued=True)
        number = self.queue.put(save)
        self._waiting[file.path] = _Waiting(number, save.digest, file.signature)
        return IngestResult(None, _QUEUED, is_queued=True)

    def _note_contents(self, file: StableFile, digest: str) -> None:
        """Note in the database how a file lies there now: workers write only into files as they know them."""
        self.queue.note_contents(file.path, digest, asdict(file.signature))


def _about(file: StableFile, when: str, who: str) -> dict[str, Any]:
    """Return what the watcher saw of a save, as JSON; `file_and_intake` reads it."""
    return {
        "when": when,
        "who": who,
        "signature": asdict(file.signature),
        "source": file.source_path,
        "version": VERSION,
    }


def file_and_intake(
    config: InboxConfig, save: QueuedSave, is_elsewhere: Callable[[str], bool]
) -> tuple[StableFile, Intake]:
    """Return the file of a queued save, and who saved it when, as the watcher saw them."""
    about, file = save.about, config.sheets / save.path
    signature = FileSignature(**about["signature"])
    stable = StableFile(file, save.path, about["source"], signature)
    return stable, Intake(about["when"], about["who"], is_elsewhere)


def is_valid(answer: Mapping[str, Any], config: InboxConfig) -> bool:
    """True where an answer is a decision that holds under the present terms, too."""
    return "entry" in answer and is_decided(entry_from(answer["entry"]), terms_text(config))


def _result(answer: Mapping[str, Any], file: StableFile, digest: str) -> IngestResult:
    """Return what was decided about a file; its contents may be what we wrote into it since, with another digest."""
    if "entry" not in answer:
        return IngestResult(None, str(answer.get("trouble", "")))
    entry = entry_from(answer["entry"])
    entry = replace(entry, signature=file.signature, digest=digest)
    return IngestResult(entry, is_queued=True)


__all__ = ["QueuedIntake", "file_and_intake", "is_valid"]

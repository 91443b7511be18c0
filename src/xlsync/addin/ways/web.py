"""The buttons' way over HTTP: a WSGI application. Whatever reaches it is answered by a list of changes (docs/protocol.md).

POST /xlsync/1                 a request; the answer as TSV, or as JSON where `Accept` says so
GET  /xlsync/1/files/<name>    a summary workbook that an answer's `open` named
GET  /xlsync/1/health          whether this and the watcher are at work
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from xlsync.addin.protocol.changes import Open, Request
from xlsync.addin.ways.answering import BUG, worked
from xlsync.addin.ways.replays import Replays, request_key
from xlsync.addin.ways.visits import (
    KEPT,
    KINDS,
    STATUSES,
    Refused,
    Reply,
    Visit,
    begin_of,
    body_of,
    form_of,
    length_of,
    only,
    path_of,
    refusal,
)
from xlsync.addin.ways.web_access import Access
from xlsync.open_folder import open_folder

if TYPE_CHECKING:
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from xlsync.addin.dispatch import Pressed
    from xlsync.inbox.config import InboxConfig

LOG: Final = logging.getLogger("xlsync.serve")
ROOT: Final = "/xlsync/1"
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FATES: Final = {"done": 200, "failed": 422, "unread": 400, "bug": 500}
_SUMMARY: Final = re.compile(r"集計/(?:([0-9]{4}年度)/)?([^/\\]+\.xlsx)")


@dataclass(frozen=True)
class WebHealth:
    """What a server tells of itself beside that it answers.

    Attributes:
        is_watched: Whether a watcher is at work.
        other_stores: Returns the folders of the stores of other forms that are served beside this one.

    """

    is_watched: Callable[[], bool]
    other_stores: Callable[[], Iterable[Path]] = tuple


@dataclass
class Web:
    """The application. `press` presses for a department ("" for all), in `pool`, at most `patience` seconds.

    `access` says who may do what; `note_visit` takes what the log tells of each visit.
    """

    read_config: Callable[[], InboxConfig]
    press: Callable[[Request, str], Pressed]
    access: Access
    health: WebHealth
    note_visit: Callable[[Visit], None]
    clock: Callable[[], float]
    pool: Executor
    replays: Replays
    patience: float = 100.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a visit; never raises."""
        began = self.clock()
        try:
            reply = self._reply(environ)
        except Refused as fault:
            form, begin = form_of(environ), begin_of(environ)
            reply = refusal(fault.status, fault.sentence, form, fault.headers, begin)
        except Exception:
            LOG.exception("不具合")
            reply = refusal(500, BUG, form_of(environ), begin=begin_of(environ))
        headers = [
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.data))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *reply.headers,
        ]
        self._note(environ, reply, began)
        start_response(f"{reply.status_code} {STATUSES[reply.status_code]}", headers)
        return [reply.data]

    @property
    def form_id(self) -> str:
        """The id of the form whose workbooks have these buttons."""
        return self.read_config().terms.form.id

    def opens(self, environ: WSGIEnvironment) -> bool:
        """Whether the visit may press at all: it has a key for this form, or none is needed."""
        try:
            self.access.refuse_strangers(environ)
            self.access.department(environ)
        except Refused:
            return False
        return True

    def _reply(self, environ: WSGIEnvironment) -> Reply:
        path, method = path_of(environ), environ["REQUEST_METHOD"]
        self.access.refuse_strangers(environ)
        if path == ROOT:
            only(method, "POST")
            return self._pressed(environ, self.access.department(environ))
        if path == f"{ROOT}/health":
            only(method, "GET")
            return _json(self._health())
        if path.startswith(f"{ROOT}/files/"):
            only(method, "GET")
            return self._file(path.removeprefix(f"{ROOT}/files/"), self.access.department(environ))
        raise Refused(404, "この場所には何もありません。アドインの設定の宛先を確かめてください")

    def _health(self) -> dict[str, Any]:
        served = store_fingerprint(self.read_config().store.folder)
        others = list(_fingerprints(self.health.other_stores()))
        return {
            "alive": True,
            "watching": self.health.is_watched(),
            "store": served,
            **({"further-stores": others} if others else {}),
        }

    # --- a press

    def _pressed(self, environ: WSGIEnvironment, department: str) -> Reply:
        form = form_of(environ)
        data = body_of(environ)
        user = self.access.user(environ)

        def work(request: Request) -> Pressed:
            return self.press(replace(request, user=user) if user else request, department)

        job = self.replays.job(
            request_key(department, user, form, data),
            lambda: self.pool.submit(partial(worked, work, data, LOG, form=form)),
        )
        try:
            done = job.result(self.patience)
        except (TimeoutError, CancelledError) as fault:
            if job.cancel():
                sentence = f"混み合っています。何も受け取っていません。{KEPT}少し待ってからもう一度押してください"
                raise Refused(503, sentence, Retry_After="10") from fault
            sentence = f"時間内に終わりませんでした。処理は続いています。{KEPT}少し待ってから、もう一度押してください"
            raise Refused(504, sentence) from fault
        self.access.allow_files(
            department, (change.name for change in done.changes if isinstance(change, Open))
        )
        return Reply(_FATES[done.fate], done.data, KINDS[form], department=department, done=done)

    def _file(self, name: str, department: str) -> Reply:
        """Return a summary file; a department's key gets only files that an answer to that key has opened."""
        summary = _SUMMARY.fullmatch(name.removeprefix(self.access.folder_name))
        if summary is None or not self.access.may_fetch(department, name):
            raise Refused(
                404, "そのファイルはここからは開けません。もう一度［部別集計］を押してください"
            )
        config, (year, file) = self.read_config(), summary.groups(default="")
        data = _summary(config, file) if year == config.year_name else None
        if data is None:
            raise Refused(404, "集計ファイルがありません。もう一度［部別集計］を押してください")
        return Reply(200, data, _WORKBOOK, department=department)

    def _note(self, environ: WSGIEnvironment, reply: Reply, began: float) -> None:
        self.note_visit(
            Visit(
                environ.get("REMOTE_ADDR", ""),
                reply.department,
                f"{environ['REQUEST_METHOD']} {path_of(environ)}",
                reply.status_code,
                length_of(environ),
                len(reply.data),
                self.clock() - began,
                reply.done,
            )
        )


def named_in_share(pressed: Pressed, folder_name: str) -> Pressed:
    """Return what was pressed with the files that the answer opens named from the city's shared folder on."""
    changes = tuple(
        Open(f"{folder_name}{change.name}") if isinstance(change, Open) else change
        for change in pressed.answer.changes
    )
    return replace(pressed, answer=replace(pressed.answer, changes=changes))


def _summary(config: InboxConfig, name: str) -> bytes | None:
    """Read a regular file of exactly this name among the summaries, None if there is none or a link leads to it.

    Whoever may write in the share can put a link in place of a file or a folder at any moment, so nothing is looked at
    first and opened by its path afterwards.
    """
    try:
        with open_folder(config.summaries, config.shared) as summaries:
            if name not in summaries.names():
                return None
            with summaries.open(name) as file:
                return file.read()
    except OSError:
        return None


def store_fingerprint(folder: Path) -> str:
    """Return what tells the store in a folder from every other one of this computer, whatever way its path is written.

    A copy of a store is another store. The path itself is nobody's business.
    """
    status = folder.stat()
    return hashlib.sha256(f"{status.st_dev}:{status.st_ino}".encode()).hexdigest()[:16]


def _fingerprints(folders: Iterable[Path]) -> Iterator[str]:
    """Yield the fingerprints of stores that are there."""
    for folder in folders:
        with contextlib.suppress(OSError):
            yield store_fingerprint(folder)


def _json(document: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(document).encode() + b"\n", KINDS["json"])

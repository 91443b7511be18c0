"""A button pressed in Excel → its answer, and what the store said: one verb, one module; a failure is an answer too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.accepted import MOST_CHANGES, in_order
from xlsync.addin.protocol.changes import Answer, Mark, Message, Row, Table, Verb
from xlsync.addin.protocol.tsv import to_tsv
from xlsync.addin.verbs.access import refusal
from xlsync.addin.verbs.compare import diff
from xlsync.addin.verbs.live_place import live_place
from xlsync.addin.verbs.pressing import RETRY, Press, Told, failure
from xlsync.addin.verbs.pull import pull
from xlsync.addin.verbs.selftest import selftest
from xlsync.addin.verbs.submit import submit
from xlsync.addin.verbs.summary import summary
from xlsync.addin.verbs.validate import validate
from xlsync.errors import (
    FormError,
    ProtocolError,
    SheetError,
    StoreError,
    WorkbookError,
    XlsyncError,
)
from xlsync.exchange import Receipt, Source
from xlsync.inbox.share_paths import is_vacant
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from datetime import datetime

    from xlsync.addin.protocol.changes import Change, Request
    from xlsync.exchange.incoming import Reader
    from xlsync.inbox.config import InboxConfig

_VERBS: Final[Mapping[Verb, Callable[[Press], Told]]] = {
    "validate": validate,
    "submit": submit,
    "pull": pull,
    "diff": diff,
    "summary": summary,
    "selftest": selftest,
}
_SHORTENED: Final = "件数が多いため、一覧と色付けを省きました。"


@dataclass(frozen=True)
class Pressed:
    """The answer to a request, and the receipts of what was taken into the store on the way."""

    answer: Answer
    receipts: tuple[Receipt, ...] = ()


def press(
    office: InboxConfig,
    request: Request,
    when: datetime,
    department: str = "",
    reader: Reader = read,
) -> Pressed:
    """Do what a button asks. `department` restricts it to that department's sheets, "" to none.

    Every failure is an answer with one message; only a bug is an exception. `reader` is what reads the workbook: a server
    gives readings made in a process bounded in memory and time.
    """
    pressed = Press(office, request, _source(office, request, when), when, reader, department)
    told = _told(pressed)
    changes = in_order(told.changes)
    answer = _sendable(Answer(request.verb, request.id, changes, told.failed))
    return Pressed(answer, told.receipts)


def _source(office: InboxConfig, request: Request, when: datetime) -> Source:
    place, shown = live_place(office, request.file)
    return Source(
        shown,
        when.isoformat(timespec="seconds"),
        request.user,
        place,
        lambda gone: is_vacant(gone, office.folder),
        state=request.id.lower(),
    )


def _told(pressed: Press) -> Told:
    verb = pressed.request.verb
    try:
        if pressed.department and verb != "selftest" and (why := refusal(pressed)):
            return failure(why)
        return _VERBS[verb](pressed)
    except StoreError as fault:
        return failure(f"保管庫を使えません（{fault.reason}）。{RETRY}")
    except (WorkbookError, SheetError, FormError) as fault:
        return failure(fault.reason)
    except XlsyncError as fault:
        return failure(str(fault))


def _sendable(answer: Answer) -> Answer:
    """Give the answer as it can be sent: without its lists where they are beyond what a client takes."""
    if len(answer.changes) <= MOST_CHANGES and _fits(answer):
        return answer
    short = _shortened(answer.changes)
    if answer.verb != "pull" and _fits(smaller := replace(answer, changes=short)):
        return smaller
    told = failure(f"結果が大きすぎて、ブックに書き込めません。{RETRY}")
    return replace(answer, changes=told.changes, failed=True)


def _shortened(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    kept = tuple(one for one in changes if not isinstance(one, Mark | Table | Row))
    return tuple(
        replace(one, text=f"{one.text}\n{_SHORTENED}") if isinstance(one, Message) else one
        for one in kept
    )


def _fits(answer: Answer) -> bool:
    try:
        to_tsv(answer)
    except ProtocolError:
        return False
    return True


__all__ = ["Pressed", "press"]

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
from xlsync.addin.verbs.pressing import RETRY, Press, VerbResult, failure
from xlsync.addin.verbs.pull import pull
from xlsync.addin.verbs.selftest import selftest
from xlsync.addin.verbs.submit import submit
from xlsync.addin.verbs.summary import summary
from xlsync.addin.verbs.validate import validate
from xlsync.addin.verbs.workbook_location import locate_workbook
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

_VERBS: Final[Mapping[Verb, Callable[[Press], VerbResult]]] = {
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
    config: InboxConfig,
    request: Request,
    when: datetime,
    department: str = "",
    reader: Reader = read,
) -> Pressed:
    """Do what a button asks. `department` restricts it to that department's sheets, "" to none.

    Every failure is an answer with one message; only a bug is an exception. `reader` is what reads the workbook: a server
    gives readings made in a process bounded in memory and time.
    """
    press_ = Press(config, request, _source(config, request, when), when, reader, department)
    result = _verb_result(press_)
    changes = in_order(result.changes)
    answer = _sendable(Answer(request.verb, request.id, changes, result.failed))
    return Pressed(answer, result.receipts)


def _source(config: InboxConfig, request: Request, when: datetime) -> Source:
    source_path, shown = locate_workbook(config, request.file)
    return Source(
        shown,
        when.isoformat(timespec="seconds"),
        request.user,
        source_path,
        lambda gone: is_vacant(gone, config.folder),
        state=request.id.lower(),
    )


def _verb_result(press_: Press) -> VerbResult:
    verb = press_.request.verb
    try:
        if press_.department and verb != "selftest" and (why := refusal(press_)):
            return failure(why)
        return _VERBS[verb](press_)
    except StoreError as fault:
        return failure(f"登録データを使えません（{fault.reason}）。{RETRY}")
    except (WorkbookError, SheetError, FormError) as fault:
        return failure(fault.reason)
    except XlsyncError as fault:
        return failure(str(fault))


def _sendable(answer: Answer) -> Answer:
    """Return the answer, without its lists if they exceed what a client accepts."""
    if len(answer.changes) <= MOST_CHANGES and _fits(answer):
        return answer
    short = _shortened(answer.changes)
    if answer.verb != "pull" and _fits(smaller := replace(answer, changes=short)):
        return smaller
    result = failure(f"結果が大きすぎて、ブックに書き込めません。{RETRY}")
    return replace(answer, changes=result.changes, failed=True)


def _shortened(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    kept = tuple(change for change in changes if not isinstance(change, Mark | Table | Row))
    return tuple(
        replace(change, text=f"{change.text}\n{_SHORTENED}")
        if isinstance(change, Message)
        else change
        for change in kept
    )


def _fits(answer: Answer) -> bool:
    try:
        to_tsv(answer)
    except ProtocolError:
        return False
    return True


__all__ = ["Pressed", "press"]

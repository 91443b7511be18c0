"""A press from bytes to bytes: whatever goes wrong ends in an answer, and a bug of ours in the log besides."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from xlsync.addin.protocol.changes import Answer, Change, Message, Request, Verb
from xlsync.addin.protocol.json_codec import to_json
from xlsync.addin.protocol.request import unpack
from xlsync.addin.protocol.tsv import to_tsv
from xlsync.errors import ProtocolError, XlsyncError
from xlsync.inbox.log_messages import OUTCOMES, line

if TYPE_CHECKING:
    from xlsync.addin.dispatch import Pressed
    from xlsync.exchange import Receipt

Work = Callable[[Request], "Pressed"]
"""Does what a button asks."""
Form = Literal["tsv", "json"]
Fate = Literal["done", "failed", "unread", "bug"]
"""Done; could not be done, for a reason told; the request could not be read; a mistake of ours."""

NOBODY: Final = "0" * 32
"""The id of an answer to somebody who has not said his."""
BUG: Final = (
    "プログラムの不具合で処理できません。入力した内容はブックにそのまま残っています。"
    "情報システム担当に連絡し、記録（store/log）を開発者に送ってもらってください"
)
VERB_WORDS: Final[dict[Verb, str]] = {
    "validate": "検証",
    "submit": "提出",
    "pull": "反映",
    "diff": "差分",
    "summary": "部別集計",
    "selftest": "自己診断",
}
CODECS: Final[dict[Form, Callable[[Answer], bytes]]] = {"tsv": to_tsv, "json": to_json}
_REASON_LENGTH: Final = 160
BEGINNING: Final = 64 * 2**10
"""Bytes of a request in which its header lies."""
_ID: Final = re.compile(rb"i\0d\0\t\0((?:[0-9A-Fa-f]\0){32})\r\0")
_VERB: Final = re.compile(rb"v\0e\0r\0b\0\t\0((?:[a-z]\0){1,20})\r\0")


@dataclass(frozen=True)
class Worked:
    """What came of a request: the answer as bytes, and who asked for what (`request` is None where nobody can tell)."""

    fate: Fate
    data: bytes
    request: Request | None = None
    receipts: tuple[Receipt, ...] = ()
    reason: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def has_changed(self) -> bool:
        """True where the store may now hold something else than before."""
        return any(receipt.outcome in {"accepted", "conflict"} for receipt in self.receipts)


def failure(text: str, id_: str = NOBODY, verb: Verb = "selftest") -> Answer:
    """Return an answer with one error message."""
    return Answer(verb, id_, (Message("error", text),), failed=True)


def worked(
    work: Work, data: bytes, log: logging.Logger, id_: str = "", form: Form = "tsv"
) -> Worked:
    """Work a request. `id_` is what it is called where it lies, "" where it has only the name it bears itself."""
    encode = CODECS[form]
    try:
        request = unpack(data)
    except ProtocolError as fault:
        answer = failure(fault.reason, id_ or id_in(data), verb_in(data))
        return Worked("unread", encode(answer), reason=fault.reason)
    if id_ and request.id.lower() != id_.lower():
        reason = "ボタンからの依頼の番号が、ファイルの名前と違います。もう一度押してください"
        return Worked("unread", encode(failure(reason, id_)), reason=reason)
    try:
        done = work(request)
        encoded = encode(done.answer)
    except XlsyncError as fault:
        answer = failure(str(fault), request.id, request.verb)
        return Worked("failed", encode(answer), request, reason=str(fault))
    except Exception:
        log.exception("不具合 %s", line(f"{request.verb} {request.file}"))
        answer = failure(BUG, request.id, request.verb)
        return Worked("bug", encode(answer), request, reason="不具合")
    reason = _message(done.answer) if done.answer.failed else ""
    fate: Fate = "failed" if done.answer.failed else "done"
    return Worked(fate, encoded, request, done.receipts, reason, done.answer.changes)


def id_in(data: bytes) -> str:
    """Search the id in a request that cannot be parsed, so that its sender recognizes the answer."""
    match = _ID.search(data[:BEGINNING])
    return match[1].decode("utf-16-le") if match else NOBODY


def verb_in(data: bytes) -> Verb:
    """Search the verb in a request that cannot be parsed."""
    match = _VERB.search(data[:BEGINNING])
    name = match[1].decode("utf-16-le") if match else ""
    return next((verb for verb in VERB_WORDS if verb == name), "selftest")


def outcome_words(done: Worked) -> str:
    """Say what came of a request, for the log."""
    outcomes = [
        f"{OUTCOMES[receipt.outcome]} {receipt.key} 第{receipt.revision}版"
        if receipt.revision
        else f"{OUTCOMES[receipt.outcome]} {receipt.key}"
        for receipt in done.receipts
    ]
    return " ／ ".join(outcomes) or (
        "完了" if done.fate == "done" else f"できません {done.reason[:_REASON_LENGTH]}"
    )


def _message(answer: Answer) -> str:
    return " ".join(change.text for change in answer.changes if isinstance(change, Message))

"""An answer as TSV: UTF-16LE with BOM, one change a line, and a last line that counts them (docs/protocol.md)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal, cast

from xlsync.addin.protocol.accepted import ANSWER_BYTES, VERSION, accepted, refused_answer
from xlsync.addin.protocol.changes import (
    Answer,
    Ask,
    Change,
    GoTo,
    Level,
    Mark,
    Message,
    Open,
    PutStamp,
    Row,
    Table,
    Typed,
    Unmark,
    Verb,
    Write,
)
from xlsync.addin.protocol.escapes import decoded, encoded, line_of, lines_in

_FIRST: Final = "xlsync-answer"
_OUTCOMES: Final = ("done", "failed")
_NUMBER: Final = re.compile(r"-?[0-9]{1,320}(?P<rest>(\.[0-9]{1,340})?(E[+-]?[0-9]{1,3})?)")


def to_tsv(answer: Answer) -> bytes:
    """Give an answer as bytes; ProtocolError where no client would carry it out."""
    accepted(answer)
    outcome = _OUTCOMES[answer.failed]
    lines = [line_of((_FIRST, str(VERSION), answer.verb, answer.id, outcome))]
    lines += [line_of(words_of(change)) for change in answer.changes]
    lines.append(line_of(("end", str(len(answer.changes)))))
    data = codecs.BOM_UTF16_LE + encoded("".join(lines))
    if len(data) > ANSWER_BYTES:
        raise refused_answer("応答が大きすぎます")
    return data


def from_tsv(data: bytes) -> Answer:
    """Read an answer; ProtocolError where it was cut off, or holds anything that nobody knows."""
    if len(data) > ANSWER_BYTES:
        raise refused_answer("応答が大きすぎます")
    if not data.startswith(codecs.BOM_UTF16_LE):
        raise refused_answer("xlsync の応答ではありません")
    try:
        lines = lines_in(decoded(data[len(codecs.BOM_UTF16_LE) :]))
    except ValueError as fault:
        raise refused_answer(str(fault)) from fault
    match lines:
        case [["xlsync-answer", version, verb, number, outcome], *between, ["end", count]]:
            pass
        case _:
            raise refused_answer("最初か最後の行がありません。途中で切れた可能性があります")
    if version != str(VERSION) or outcome not in _OUTCOMES:
        raise refused_answer("応答の版が合いません。アドインを入れ直してください")
    if count != str(len(between)):
        raise refused_answer("変更の数が合いません。途中で切れた可能性があります")
    try:
        changes = tuple(_change(words) for words in between)
    except ValueError as fault:
        raise refused_answer(str(fault)) from fault
    return accepted(Answer(cast("Verb", verb), number, changes, outcome == "failed"))


def words_of(change: Change) -> tuple[str, ...]:  # one arm a kind
    """Give a change as the words of its line."""
    match change:
        case Unmark(worksheet):
            return ("unmark", worksheet)
        case Mark(worksheet, cell, colour, text):
            return ("mark", worksheet, cell, colour, text)
        case Write(worksheet, cell, value, was):
            return ("write", worksheet, cell, *value_words(value), *value_words(was))
        case Ask(worksheet, cell, value, was, question):
            return ("ask", worksheet, cell, *value_words(value), *value_words(was), question)
        case PutStamp(worksheet, text):
            return ("stamp", worksheet, text)
        case Table(title, columns):
            return ("table", title, *columns)
        case Row(worksheet, cell, texts):
            return ("row", worksheet, cell, *texts)
        case GoTo(worksheet, cell):
            return ("goto", worksheet, cell)
        case Open(name):
            return ("open", name)
        case Message(level, text):
            return ("message", level, text)


def _change(words: Sequence[str]) -> Change:  # one arm a kind
    """Give the change of a line; ValueError (a Japanese phrase) where it is none."""
    match words:
        case ["unmark", worksheet]:
            return Unmark(worksheet)
        case ["mark", worksheet, cell, colour, text]:
            return Mark(worksheet, cell, colour, text)
        case ["write", worksheet, cell, kind, value, was_kind, was]:
            return Write(worksheet, cell, value_of(kind, value), value_of(was_kind, was))
        case ["ask", worksheet, cell, kind, value, was_kind, was, question]:
            return Ask(worksheet, cell, value_of(kind, value), value_of(was_kind, was), question)
        case ["stamp", worksheet, text]:
            return PutStamp(worksheet, text)
        case ["table", title, *columns]:
            return Table(title, tuple(columns))
        case ["row", worksheet, cell, *texts]:
            return Row(worksheet, cell, tuple(texts))
        case ["goto", worksheet, cell]:
            return GoTo(worksheet, cell)
        case ["open", name]:
            return Open(name)
        case ["message", level, text]:
            return Message(cast("Level", level), text)
        case _:
            raise ValueError(f"知らない種類の変更です：{words[0][:20]}")


def value_words(
    value: Typed,
) -> tuple[Literal["blank", "boolean", "text", "number"], str]:
    """Give a value as its type and its text; a float is the number its shortest spelling says."""
    match value:
        case None:
            return "blank", ""
        case bool():
            return "boolean", "true" if value else "false"
        case str():
            return "text", value
        case int():
            return "number", str(value)
        case _:
            return "number", str(Decimal(str(value)))


def value_of(kind: str, text: str) -> Typed:
    """Give the value of a type and a text; ValueError (a Japanese phrase) where they do not go together."""
    match kind, text:
        case "text", _:
            return text
        case "blank", "":
            return None
        case "boolean", "true" | "false":
            return text == "true"
        case "number", _ if found := _NUMBER.fullmatch(text):
            return Decimal(text) if found["rest"] else int(text)
        case _:
            raise ValueError(f"値の形が違います：{kind[:20]} {text[:20]}")

"""An answer as TSV: UTF-16LE with BOM, one change a line, and a last line that counts them (docs/protocol.md)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal, cast

from xlsync.addin.protocol.accepted import ANSWER_BYTES, VERSION, accepted, refused_answer
from xlsync.addin.protocol.changes import CHANGES, Answer, Change, Typed, Verb
from xlsync.addin.protocol.escapes import decoded, encoded, line_of, lines_in

_FIRST: Final = "xlsync-answer"
_KINDS: Final = {change_class: kind for kind, change_class in CHANGES.items()}
_VALUES: Final = ("value", "expected")
_LISTS: Final = ("columns", "texts")
_OUTCOMES: Final = ("done", "failed")
_NUMBER: Final = re.compile(r"-?[0-9]{1,320}(?P<rest>(\.[0-9]{1,340})?(E[+-]?[0-9]{1,3})?)")


def to_tsv(answer: Answer) -> bytes:
    """Encode an answer; ProtocolError if no client would carry it out."""
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
    return accepted(_answer(lines))


def _answer(lines: list[list[str]]) -> Answer:
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
    return Answer(cast("Verb", verb), number, changes, outcome == "failed")


def words_of(change: Change) -> tuple[str, ...]:
    """Return a change as the words of its line."""
    words = [_KINDS[type(change)]]
    for name in type(change).__slots__:
        argument = getattr(change, name)
        if name in _VALUES:
            words += value_words(argument)
        elif name in _LISTS:
            words += argument
        else:
            words.append(argument)
    return tuple(words)


def _change(words: Sequence[str]) -> Change:
    """Parse the words of a line; ValueError (a Japanese phrase) if they are no change."""
    kind, *rest = words
    unknown = ValueError(f"知らない種類の変更です：{kind[:20]}")
    if kind not in CHANGES:
        raise unknown
    left = iter(rest)
    try:
        arguments = [_argument(name, left) for name in CHANGES[kind].__slots__]
    except StopIteration:
        raise unknown from None
    if next(left, None) is not None:
        raise unknown
    return cast("Callable[..., Change]", CHANGES[kind])(*arguments)


def _argument(name: str, words: Iterator[str]) -> Typed | tuple[str, ...]:
    """Take the words of one attribute; StopIteration if there are too few."""
    if name in _VALUES:
        kind = next(words)
        return value_of(kind, next(words))
    return tuple(words) if name in _LISTS else next(words)


def value_words(
    value: Typed,
) -> tuple[Literal["blank", "boolean", "text", "number"], str]:
    """Return a value as (type, text); a float is written as its shortest decimal."""
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
    """Parse a value from its type and text; ValueError (a Japanese phrase) if they do not match."""
    match kind, text:
        case "text", _:
            return text
        case "blank", "":
            return None
        case "boolean", "true" | "false":
            return text == "true"
        case "number", _ if number := _NUMBER.fullmatch(text):
            return Decimal(text) if number["rest"] else int(text)
        case _:
            raise ValueError(f"値の形が違います：{kind[:20]} {text[:20]}")

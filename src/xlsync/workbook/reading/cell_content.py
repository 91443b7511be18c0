"""A cell and its formatting → what a careful clerk reads on the page, before any kind parses it.

What is struck through is no content, a raised figure is no digit of the number before it, a number is what its format
shows. Whatever formatting changes is said with the value, for no formula of the workbook can see it.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.kinds import Typed, as_typed
from xlsync.kinds.characters import LOWERED, RAISED, REPLACEMENT, cleaned
from xlsync.kinds.invisible import is_kept_though_invisible
from xlsync.kinds.value import as_decimal
from xlsync.workbook.reading.format_tokens import text_section
from xlsync.workbook.reading.shown_moment import Moment, shown_moment
from xlsync.workbook.reading.shown_number import (
    ShownNumber,
    is_written_otherwise,
    shown_number,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from xlsync.kinds import Kind
    from xlsync.ooxml.read.cell_formatting import CellFormatting
    from xlsync.ooxml.read.text_runs import TextRun

_PICTURE: Final = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(.*\)", re.IGNORECASE | re.DOTALL)
_PLAIN: Final = " \t\n\r"
_UNSEEN: Final = frozenset({"", " ", "\n"})
_NAMES: Final = MappingProxyType(
    {
        "\u200b": "幅のない空白",
        "\ufeff": "見えない文字（BOM）",
        "\xa0": "改行しない空白",
        "\xad": "見えないハイフン",
        "\x0b": "垂直タブ",
        "\u2028": "見えない改行",
        "\u2029": "見えない改行",
    }
)
_BEFORE_POWER: Final = re.compile(r"(?:[A-Za-zＡ-Ｚａ-ｚ]|[×✕xX]\s*10)\Z")
"""What a raised figure behind belongs to: the letter of a unit (m²), a power of ten (5×10³)."""


class CellText(NamedTuple):
    """A text as the page shows it, the struck part that is not in it, and the raised or lowered marks that are not."""

    text: str
    struck: str = ""
    marks: str = ""


def shown_text(value: str, formatting: CellFormatting, kind: Kind) -> CellText:
    """Return a text cell's content: without struck runs, raised and lowered runs as such characters or, for numbers, apart."""
    if formatting.is_struck and value.strip():
        return CellText("", value)
    if not formatting.runs:
        return CellText(value)
    text, marks = "", ""
    for run in formatting.runs:
        if run.is_struck:
            continue
        if _is_mark(run, text, kind):
            marks += run.text
        else:
            text += _raised_or_lowered(run)
    struck = "".join(run.text for run in formatting.runs if run.is_struck)
    if not struck.strip():
        return CellText(text, "", marks.strip())
    return CellText(_without_edge_breaks(text, value), struck, marks.strip())


def _without_edge_breaks(text: str, whole: str) -> str:
    """Return what is left of a whole text, without the line breaks that only parted it from what is struck."""
    if not whole.startswith("\n"):
        text = text.lstrip("\n")
    return text if whole.endswith("\n") else text.rstrip("\n")


def text_by_format(text: str, code: str) -> str:
    """Return a text as its cell's number format shows it: between literals (@"円"), instead of it, or not at all (;;;)."""
    section = text_section(code)
    if section is None:
        return text
    shown = "".join(text if piece.word == "@" else piece.text for piece in section.pieces)
    return text if shown.strip() == text.strip() else shown


def _is_mark(run: TextRun, before: str, kind: Kind) -> bool:
    """Whether a run is the mark of a note: raised or lowered, in no field of text, no part of a unit (m²) or power (10³)."""
    is_raised_or_lowered = run.is_superscript or run.is_subscript
    return is_raised_or_lowered and kind.leaves_marks and not _BEFORE_POWER.search(before)


def _raised_or_lowered(run: TextRun) -> str:
    """Return a run in characters that are raised or lowered themselves, where there are such characters for all of it."""
    if not (run.is_superscript or run.is_subscript):
        return run.text
    table = RAISED if run.is_superscript else LOWERED
    return (
        run.text.translate(table)
        if all(ord(character) in table for character in run.text)
        else run.text
    )


def is_picture(value: Typed, formula: str | None) -> bool:
    """Whether a cell holds a picture placed in it by WPS Office (=DISPIMG(…)), which is no text."""
    texts = (value if isinstance(value, str) else "", formula or "")
    return any(_PICTURE.fullmatch(text.strip()) for text in texts)


def as_number_shown(value: Typed, code: str) -> ShownNumber | None:
    """Return how a number's format shows it; None for what is no number, and for a format that adds nothing."""
    number = _number(value)
    return None if number is None else shown_number(number, code)


def is_number_written_otherwise(value: Typed, code: str) -> bool:
    """Whether a number is shown in other characters than it is read in: as a fraction, with an exponent, as 十二."""
    number = _number(value)
    return number is not None and is_written_otherwise(number, code)


def as_moment_shown(value: Typed, code: str) -> str | None:
    """Return a date, time or duration as its format shows it; None for anything else."""
    if not isinstance(value, Moment):
        return None
    return shown_moment(value, code) or as_typed(value)


def as_shown(value: Typed, code: str) -> str:
    """Return a value as the page shows it."""
    number = as_number_shown(value, code)
    if number is not None:
        return number.text
    return as_moment_shown(value, code) or as_typed(value)


def replaced_character(value: Typed) -> tuple[int, str] | None:
    """Return position and code of the first character that no file can hold and that was replaced; None for none."""
    if not isinstance(value, str) or REPLACEMENT not in cleaned(value):
        return None
    for position, character in enumerate(value, start=1):
        if (
            character != REPLACEMENT
            and cleaned(character) == REPLACEMENT
            and not _is_paired(value, position - 1)
        ):
            return position, f"U+{ord(character):04X}"
    return None


def invisible_character(value: str) -> str:
    """Return in words what the first character is that nobody sees, or takes for a space, and where; "" for none."""
    for position, character in enumerate(value, start=1):
        if character not in _PLAIN and _is_unseen(character):
            name = _NAMES.get(character, "見えない文字")
            return f"{position}文字目に{name} U+{ord(character):04X} があります"
    return ""


def _is_unseen(character: str) -> bool:
    """Whether nobody sees a character, or takes it for a space or line break."""
    return cleaned(character) in _UNSEEN or is_kept_though_invisible(character)


def _is_paired(text: str, index: int) -> bool:
    """Whether half a surrogate pair stands beside its other half."""
    character = text[index]
    if "\ud800" <= character <= "\udbff":
        return "\udc00" <= text[index + 1 : index + 2] <= "\udfff"
    return (
        "\udc00" <= character <= "\udfff"
        and "\ud800" <= text[max(0, index - 1) : index] <= "\udbff"
    )


def _number(value: Typed) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return as_decimal(value)


__all__ = [
    "CellText",
    "as_moment_shown",
    "as_number_shown",
    "as_shown",
    "invisible_character",
    "is_number_written_otherwise",
    "is_picture",
    "replaced_character",
    "shown_text",
    "text_by_format",
]

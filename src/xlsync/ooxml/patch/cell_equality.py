"""Whether a cell already holds the value it is to be given: then it stays as written, its runs of text included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.patch.cell_xml import Scalar
from xlsync.ooxml.read.cell_values import CellError, number_value
from xlsync.ooxml.read.worksheet_fast import fast_cell
from xlsync.ooxml.xml.encoding import plain, string_value

Strings = Callable[[], Sequence[str]]


def holds(element: str, value: Scalar, strings: Strings) -> bool:
    """True when the `<c>` element, which has no formula, reads as exactly the value; `strings` gives the shared ones."""
    cell = fast_cell(plain(element)) if element.startswith("<c ") else None
    if cell is None:
        return False
    _, _, kind, text, _ = cell
    if kind == "str" and not text:
        text = None  # as the reader sees it
    if text is None or value is None:
        return text is value
    return _reads_as(kind, text, value, strings)


def _reads_as(kind: str, text: str, value: str | float | Decimal, strings: Strings) -> bool:
    if isinstance(value, str):
        return _text(kind, text, strings) == value
    if isinstance(value, bool):
        return kind == "b" and text.strip() == str(int(value))
    return kind in ("", "n") and _equal(text.strip(), value)


def _text(kind: str, text: str, strings: Strings) -> str | None:
    """What a cell of text reads as, None for one of another type."""
    if kind in ("inlineStr", "str"):
        return string_value(text)
    index = whole_number(text.strip()) if kind == "s" else None
    if index is None:
        return None
    shared = strings()
    return shared[index] if index < len(shared) else None


def _equal(text: str, value: float | Decimal) -> bool:
    """True when the number as written is the value, a decimal one to its last digit."""
    number = number_value(text)
    if number is None or isinstance(number, CellError):
        return False
    if isinstance(value, Decimal):
        return not value.is_nan() and Decimal(text) == value
    return number == value

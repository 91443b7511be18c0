"""One `<c>` element as text (ECMA-376 part 1, 18.3.1.4): new contents in, style and unknown attributes kept."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from decimal import Decimal

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.xml.encoding import escaped, string_text

Scalar = str | int | float | Decimal | bool | None

_TYPE_ATTRIBUTES = re.compile(r"""\s(?:t|cm|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")
_CACHED_TYPE = re.compile(r"""\s(?:t|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")
_PLAIN_DIGITS = 20
_LARGEST = Decimal(sys.float_info.max)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to put into a cell.

    Attributes:
        text: The formula without its "=", in English and with commas, as the file has it.
        cached: The result that stands in the cell until Excel calculates, None for none.

    Example:
        >>> Formula("SUM(A1:A3)", cached=6)
        Formula(text='SUM(A1:A3)', cached=6)

    """

    text: str
    cached: Scalar


def cell_text(prefix: str, attributes: str, change: Scalar | Formula, rest: str = "") -> str:
    """The element with the change in it; `attributes` as written, type and metadata among them replaced.

    `rest` is what follows the value in the element and is kept (`<extLst>`).
    """
    kept = _TYPE_ATTRIBUTES.sub("", attributes).rstrip()
    if isinstance(change, Formula):
        kind, value = _typed(prefix, change.cached, formula=True)
        content = f"<{prefix}f>{escaped(_checked(change.text))}</{prefix}f>{value}"
    else:
        kind, content = _typed(prefix, change, formula=False)
    content += rest
    tag = f"<{prefix}c{kept}{kind}"
    return f"{tag}>{content}</{prefix}c>" if content else f"{tag}/>"


def cached_cell_text(prefix: str, attributes: str, formula: str, cached: Scalar, rest: str) -> str:
    """The element of a formula cell with another cached result; the formula's element stays as written."""
    kind, value = _typed(prefix, cached, formula=True)
    kept = _CACHED_TYPE.sub("", attributes).rstrip()
    return f"<{prefix}c{kept}{kind}>{formula}{value}{rest}</{prefix}c>"


def _typed(prefix: str, value: Scalar, *, formula: bool) -> tuple[str, str]:
    """The type attribute and the content for a value."""
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return ' t="b"', f"<{prefix}v>{int(value)}</{prefix}v>"
    if not isinstance(value, str):
        return "", f"<{prefix}v>{number_text(value)}</{prefix}v>"
    text = string_text(_checked(value))
    if formula:
        return ' t="str"', f"<{prefix}v>{text}</{prefix}v>"
    content = f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
    return ' t="inlineStr"', content


def _checked(text: str) -> str:
    """The text, unless Excel would cut it: it counts UTF-16 units."""
    is_long = len(text) > limits.MAX_TEXT // 2  # no character is more than two units
    if is_long and len(text) + sum(each > "\uffff" for each in text) > limits.MAX_TEXT:
        raise UnwritableWorkbook(
            f"文字数がExcelの上限（{limits.MAX_TEXT:,}文字）を超えています。文章を短くしてください。"
        )
    return text


def number_text(value: float | Decimal) -> str:
    """The shortest text that is exactly the number; UnwritableWorkbook for what Excel has no number for."""
    # Written so that NaN, which is on no side of anything, is refused as well.
    if isinstance(value, Decimal):
        if value.is_nan() or not value.copy_abs() <= _LARGEST:
            raise _no_number(value)
        return _decimal_text(value)
    if not abs(value) <= sys.float_info.max:
        raise _no_number(value)
    return str(value) if isinstance(value, int) else repr(value).removesuffix(".0")


def _decimal_text(value: Decimal) -> str:
    """The decimal number without trailing zeros, in powers of ten where it would grow long."""
    negative, all_digits, exponent = value.as_tuple()
    digits = "".join(map(str, all_digits)).rstrip("0") or "0"
    power = int(exponent) + len(all_digits) - len(digits) if any(all_digits) else 0
    if -_PLAIN_DIGITS <= power <= _PLAIN_DIGITS - len(digits):
        return format(Decimal((negative, tuple(map(int, digits)), power)), "f")
    return f"{'-' * negative}{digits}E{power}"


def _no_number(value: float | Decimal) -> UnwritableWorkbook:
    return UnwritableWorkbook(
        f"「{str(Decimal(value))[:40]}」はExcelで扱えない数値です。入力を確かめてください。"
    )

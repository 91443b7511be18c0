"""Codes of the budget (会計・款・項・目・事業) and project numbers: digits as text, zeros in front count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from xlsync.kinds.characters import half_width, split_marks
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    blank_or_dash,
    refuse_json,
)


@dataclass(frozen=True, slots=True)
class Code:
    """Exactly `width` digits, kept as text: "01", never 1."""

    width: int = 2

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "code"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return f"{self.width}けたの数字を入力してください"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read digits of any width; the zeros Excel took away in front are put back."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        text = as_typed(typed)
        digits, marks = split_marks(half_width(text))
        if isinstance(typed, bool) or not re.fullmatch(rf"[0-9]{{1,{self.width}}}", digits):
            return Unreadable(text, f"{self.width}けたの数字ではありません")
        code = digits.zfill(self.width)
        return Parsed(code, normalised=code != typed, marks=marks)

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the digits as text."""
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Return the digits as a string."""
        return value

    def from_json(self, document: Json) -> Value:
        """Take a string of exactly `width` digits, "-" or null."""
        if document is None or document == DASH:
            return None if document is None else DASH
        if not isinstance(document, str) or not re.fullmatch(rf"[0-9]{{{self.width}}}", document):
            raise refuse_json(document, f"{self.width}けたの数字の文字列")
        return document

    def json_schema(self) -> dict[str, Json]:
        """Accept `width` digits, "-" or null."""
        return {
            "type": ["string", "null"],
            "pattern": rf"^([0-9]{{{self.width}}}|-)$",
            "maxLength": self.width,
        }

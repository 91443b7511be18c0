"""What kinds share whose value is a text of one form: JSON, schema and page hold it as it is."""

from __future__ import annotations

import re
from abc import abstractmethod
from decimal import Decimal
from typing import ClassVar

from xlsync.kinds.kind import Kind, Shape
from xlsync.kinds.value import Json, Parsed, Value, or_blank, refuse_json


class TextByPattern(Kind):
    """A value that is a text of one form; `parse_filled` and `pattern` are each kind's own."""

    __slots__ = ()

    shape: ClassVar[Shape] = "words"
    is_number_as_text = True
    has_latin_input = True
    json_name: ClassVar[str]
    """What its JSON has to be, in Japanese."""
    longest: ClassVar[int]
    """Characters of the longest value."""

    @abstractmethod
    def pattern(self) -> str:
        """Return the regular expression of a value."""

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the text itself."""
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Return the text, "-" or null."""
        return value

    def filled_from_json(self, document: Json) -> Value:
        """Take a text of the kind's form, "-" or null."""
        if not isinstance(document, str) or not self._is_value(document):
            raise refuse_json(document, self.json_name)
        return document

    def _is_value(self, text: str) -> bool:
        if len(text) > self.longest or not re.fullmatch(self.pattern(), text):
            return False
        read = self.parse(self.show(text))
        return isinstance(read, Parsed) and read.value == text

    def json_schema(self) -> dict[str, Json]:
        """Accept a text of the kind's form, "-" or null."""
        text = {"type": "string", "pattern": f"^(?:{self.pattern()})$", "maxLength": self.longest}
        return or_blank(text)


__all__ = ["TextByPattern"]

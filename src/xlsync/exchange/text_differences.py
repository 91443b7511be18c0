"""What the texts of a sheet say otherwise than last year's sheet in the same columns, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlsync.kinds import DASH
from xlsync.summary.figures.copied_texts import copied_share
from xlsync.word_marks import TextPart, marked

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A text and last year's in the same column, in parts that the other has or has not.

    `copied_length` of its `whole_length` characters are copied (`copied_texts`), both 0 where it is too short to tell.
    """

    path: str
    field_title: str
    before_parts: tuple[TextPart, ...] = field(repr=False)
    after_parts: tuple[TextPart, ...] = field(repr=False)
    copied_length: int
    whole_length: int

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not any(part.is_changed for part in (*self.before_parts, *self.after_parts))

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "path": self.path,
            "field": self.field_title,
            "before": _joined(self.before_parts),
            "after": _joined(self.after_parts),
            "copied": self.copied_length,
            "length": self.whole_length,
        }


def _joined(parts: tuple[TextPart, ...]) -> str:
    return "".join(part.text for part in parts)


def text_differences(sheet: Sheet, last_year: Sheet) -> Iterator[TextDifference]:
    """Yield each text of several lines that both sheets fill in: this year's column beside last year's of the same kind."""
    earlier = last_year.edition.by_origin
    for each in sheet.edition.fields:
        former = earlier.get(each.origin)
        if not each.multiline or former is None:
            continue
        before, after = _text(last_year, former), _text(sheet, each)
        if before and after:
            parts = marked(before, after)
            yield TextDifference(each.path, each.title, *parts, *copied_share(after, before))


def _text(sheet: Sheet, each: Field) -> str:
    value = sheet[each.path]
    return value if isinstance(value, str) and value != DASH else ""


__all__ = ["TextDifference", "text_differences"]

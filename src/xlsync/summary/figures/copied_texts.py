"""How much of a text is copied from another (文章の使い回し): characters in runs of eight that the other has, too. Pure.

Width, blanks and line breaks do not count, and a number is as good as any other: who changes 12回 into 15回 copies the rest.
A text of fewer than eight characters is too short to tell, and counts only where it is the same word for word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlsync.form.edition import Field
    from xlsync.summary.figures.projects import Project

RUN: Final = 8
_BLANKS: Final = re.compile(r"\s+")
_NUMBERS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class CopiedText:
    """A text of a project that last year's sheet had in the same column, too.

    `copied_length` of its `whole_length` characters are copied, both 0 where it is too short to tell.
    """

    field: Field
    copied_length: int
    whole_length: int
    is_verbatim: bool


def copied_texts(project: Project, fields: Iterable[Field]) -> Iterator[CopiedText]:
    """Yield each text of a project that can be compared with last year's."""
    before = project.item.last_year
    if before is None:
        return
    by_origin = before.edition.by_origin
    for field in fields:
        earlier = by_origin.get(field.origin)
        text = project.sheet[field.path]
        other = None if earlier is None else before[earlier.path]
        if isinstance(text, str) and isinstance(other, str) and DASH not in (text, other):
            copied, whole = copied_share(text, other)
            is_verbatim = _folded(text) == _folded(other)
            yield CopiedText(field, copied, whole, is_verbatim)


def copied_share(text: str, other: str) -> tuple[int, int]:
    """Return how many characters of a text are copied from another, and how many it has; (0, 0) where it is too short.

    >>> copied_share(
    ...     "研修を12回行い、延べ300人が参加した。", "研修を9回行い、延べ280人が参加した。"
    ... )
    (18, 18)
    >>> copied_share("新しい窓口を開いた。", "研修を9回行い、延べ280人が参加した。")
    (0, 10)
    >>> copied_share("実施した", "実施した")
    (0, 0)

    """
    own, others = _without_numbers(text), _without_numbers(other)
    if len(own) < RUN:
        return 0, 0
    runs = {others[at : at + RUN] for at in range(len(others) - RUN + 1)}
    copied, covered = 0, 0
    for at in range(len(own) - RUN + 1):
        if own[at : at + RUN] in runs:
            copied += at + RUN - max(covered, at)
            covered = at + RUN
    return copied, len(own)


def _folded(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def _without_numbers(text: str) -> str:
    return _NUMBERS.sub("0", _folded(text))


__all__ = ["RUN", "CopiedText", "copied_share", "copied_texts"]

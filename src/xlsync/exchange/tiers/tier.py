"""A tier of the evaluation: what it is called, and where each part of it stands, on the page or beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

TierPart = Literal["grade", "reason", "answer", "follow_up"]
PART_WORDS: Final[Mapping[TierPart, str]] = {
    "grade": "評価",
    "reason": "理由",
    "answer": "市の対応",
    "follow_up": "その後の状況",
}
"""The parts of a tier, in the order in which lists show them."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of the evaluation.

    Attributes:
        tier_name: What the city calls it: 二次評価.
        field_paths: The field on the form's page that holds a part; the other parts are kept beside the sheets.
        grade_words: The grades that there are, in order; none where any word may be one, or the field's list says it.

    """

    tier_name: str
    field_paths: Mapping[TierPart, str] = field(default_factory=dict)
    grade_words: tuple[str, ...] = ()

    @property
    def kept_parts(self) -> list[TierPart]:
        """The parts that are kept beside the sheets."""
        return [part for part in PART_WORDS if part not in self.field_paths]


__all__ = ["PART_WORDS", "Tier", "TierPart"]

"""The class of a finding and how many there are of each: counted and worded alike by チェック, commands, board and summaries.

A required field that is blank is not filled in yet, which is no error; a field that two people changed is a conflict to be
decided. So neither counts as an error, although both have that severity in JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from xlsync.finding import Finding
from xlsync.finding_catalogue import SEVERITY_WORDS, Severity

FindingClass = Literal["conflict", "error", "blank", "warning", "note"]

BLANK_CODES: Final = frozenset({"required", "required-with", "required-when"})
"""What is not an error but not filled in yet."""
CONFLICT_CODES: Final = frozenset({"conflict", "hand-in-conflict"})
CLASS_WORDS: Final[Mapping[FindingClass, str]] = MappingProxyType(
    {
        "conflict": "入力の重なり",
        "error": SEVERITY_WORDS["error"],
        "blank": "未入力",
        "warning": SEVERITY_WORDS["warning"],
        "note": SEVERITY_WORDS["note"],
    }
)
"""Every class with its word, in the order in which lists show them."""
_COUNTED: Final[tuple[FindingClass, ...]] = ("conflict", "blank", "error", "warning")
"""What is counted in words, in their order there; a note asks nothing of anybody."""


def class_of(code: str, severity: Severity) -> FindingClass:
    """Return the class in which a finding of a code and severity is counted."""
    if code in BLANK_CODES:
        return "blank"
    return "conflict" if code in CONFLICT_CODES else severity


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """How many findings there are of each class; those not filled in yet are `blanks`."""

    open_conflicts: int = 0
    blanks: int = 0
    errors: int = 0
    warnings: int = 0

    @property
    def words(self) -> str:
        """The numbers in words, such as 未入力 3件・エラー 1件; 指摘なし where there are none but notes."""
        named = zip(_COUNTED, self._numbers, strict=True)
        words = (f"{CLASS_WORDS[kind]} {number}件" for kind, number in named if number)
        return "・".join(words) or "指摘なし"

    @property
    def _numbers(self) -> tuple[int, ...]:
        return (self.open_conflicts, self.blanks, self.errors, self.warnings)

    def __bool__(self) -> bool:
        return any(self._numbers)


def count_findings(findings: Iterable[Finding]) -> FindingCounts:
    """Count findings by class."""
    return count_classes(class_of(finding.code, finding.severity) for finding in findings)


def count_classes(classes: Iterable[FindingClass]) -> FindingCounts:
    """Count classes of findings, for those that are no more than code and severity in a record."""
    numbers = Counter(classes)
    return FindingCounts(*(numbers[kind] for kind in _COUNTED))

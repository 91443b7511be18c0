"""A finding: one remark on a cell or a relation between cells.

A finding is about the department's data and is a value; its sentence stands in `finding_catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from xlsync.excel_text import excel_left, excel_length
from xlsync.finding_catalogue import CATALOGUE, SEVERITIES, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a cell, or on how cells fit together.

    Attributes:
        code: What kind of finding it is (docs/findings.md), the same in every release.
        severity: "error", "warning" or "note".
        path: The field's path, "" where no single field is meant.
        message: The Japanese sentence for staff: where, what, and what to do.
        worksheet: The worksheet's title, "" until a workbook is known.
        cell: The cell's address, "" until a workbook is known.
        facts: What the sentence was filled in with.

    Example:
        >>> sheet = next(iter(Store("city/store"))).with_values({"purpose": None})
        >>> [(finding.code, finding.severity, finding.path) for finding in check(sheet)]
        [('required', 'error', 'purpose')]

    """

    code: str
    severity: Severity
    path: str
    message: str
    worksheet: str = ""
    cell: str = ""
    facts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def at(self, worksheet: str, cell: str) -> Finding:
        """Return the finding with its `worksheet` and `cell`."""
        return replace(self, worksheet=worksheet, cell=cell)

    def to_document(self) -> dict[str, str]:
        """Return the finding as JSON writes it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "worksheet": self.worksheet,
            "cell": self.cell,
            "message": self.message,
        }


def finding(code: str, path: str, severity: Severity | None = None, /, **facts: str) -> Finding:
    """Return a finding of the catalogue, its sentence filled in with the facts."""
    entry = CATALOGUE[code]
    return worded(code, path, severity or entry.severity, entry.sentence, facts)


def worded(
    code: str, path: str, severity: Severity, sentence: str, facts: Mapping[str, str]
) -> Finding:
    """Return a finding with a sentence of its own (a rule of the form has its own code, and may have its own words)."""
    texts = {name: brief(fact) if name in _QUOTED else fact for name, fact in facts.items()}
    return Finding(code, severity, path, sentence.format_map(texts), facts=facts)


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """Return the gravest severity present, or None."""
    present = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in present), None)


_QUOTED: Final = frozenset({"typed", "shown", "kept"})
QUOTE_LENGTH: Final = 60


def brief(text: str) -> str:
    """Return a text in one line, with … where it was cut."""
    one_line = text.replace("\n", " ")
    if excel_length(one_line) <= QUOTE_LENGTH:
        return one_line
    return excel_left(one_line, QUOTE_LENGTH - 1) + "…"

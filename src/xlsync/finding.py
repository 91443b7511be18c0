"""A finding: one remark on a cell or a relation between cells.

A finding is about the department's data and is a value; its sentence stands in `finding_catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from string import Formatter
from typing import Any, Final

from xlsync.excel_text import breadth, excel_left, excel_length
from xlsync.finding_catalogue import CATALOGUE, SEVERITIES, Severity
from xlsync.ooxml.titled_references import split_title


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
        """Return the finding with its `worksheet` and `cell`; a cell of another worksheet may name that: '様式2'!C5."""
        title, address = split_title(cell, worksheet)
        return replace(self, worksheet=title, cell=address)

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

    def to_full_document(self) -> dict[str, Any]:
        """Return the finding as JSON of which `Finding(**document)` is the same finding, facts included."""
        return {**self.to_document(), "facts": dict(self.facts)}


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


_CUT_IN_ROWS: Final = _QUOTED | {"reason", "listed"}
_ROW_QUOTES: Final = (QUOTE_LENGTH, 30, 20, 12, 8)
"""Lengths of quotes that are tried in turn until a sentence fits into a row."""


def brief(text: str, length: int = QUOTE_LENGTH) -> str:
    """Return a text in one line, with … where it was cut to `length` of Excel's units."""
    one_line = text.replace("\n", " ")
    if excel_length(one_line) <= length:
        return one_line
    return excel_left(one_line, length - 1) + "…"


def fitted(finding: Finding, columns: int) -> Finding:
    """Return a finding of the catalogue with a sentence of at most `columns` half-width characters, as far as that can be done.

    Quotes are cut first, then the catalogue's shorter words are taken.
    """
    entry = CATALOGUE.get(finding.code)
    if entry is None or not finding.facts or breadth(finding.message) <= columns:
        return finding
    wordings = [words for words in (entry.sentence, entry.short) if _can_fill(words, finding.facts)]
    for sentence, length in product(wordings, _ROW_QUOTES):
        finding = replace(finding, message=sentence.format_map(_cut(finding.facts, length)))
        if breadth(finding.message) <= columns:
            break
    return finding


def _can_fill(sentence: str, facts: Mapping[str, str]) -> bool:
    """True where there is a sentence, and a fact for each of its braces."""
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return bool(sentence) and names <= facts.keys()


def _cut(facts: Mapping[str, str], length: int) -> dict[str, str]:
    return {
        name: brief(fact, length) if name in _CUT_IN_ROWS else fact for name, fact in facts.items()
    }

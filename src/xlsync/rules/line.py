"""A line of the checks: the finding it may make at one field, under which conditions and in which words, in both engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Final

from xlsync.finding import Finding
from xlsync.finding_catalogue import CATALOGUE, Severity
from xlsync.kinds.excel.formula_text import quoted
from xlsync.rules.sentence import Piece, Words
from xlsync.rules.term import Addresses, Fact, Given, Term

ON_TRIAL: Final = "（試行中の確認です）"


@dataclass(frozen=True)
class Line:
    """A finding that may be made at one field.

    `conditions` are evaluated one after another, a later one only where those before hold: it may rely on them.
    """

    code: str
    path: str
    severity: Severity
    conditions: tuple[Term, ...] = field(repr=False)
    sentence: str = field(repr=False)
    facts: Mapping[str, Piece] = field(repr=False)

    def finding(self, given: Given) -> Finding | None:
        """Return the finding over a sheet, None where a condition does not hold."""
        if not all(term.value(given) for term in self.conditions):
            return None
        texts = {name: fact.text(given) for name, fact in self.facts.items()}
        message = self.sentence.format_map(texts)
        return Finding(self.code, self.severity, self.path, message, facts=texts)

    def count(self, _finding: Finding) -> int:
        """Return of how many faults a finding of its speaks."""
        return 1

    def formula(self, addresses: Addresses) -> str:
        """Return the Excel formula, without "=", of the finding's sentence; the cell is "" where there is none."""
        pieces: list[Piece] = []
        for literal, name, _, _ in Formatter().parse(self.sentence):
            pieces += [Words(literal)] if literal else []
            pieces += [self.facts[name]] if name else []
        formula = "&".join(piece.formula(addresses) for piece in _joined(pieces))
        for term in reversed(self.conditions):
            formula = f'IF({term.formula(addresses)},{formula},"")'
        # No formula of ours is known to fail; should one, it must not take the whole list and its counts with it.
        return f"IFERROR({formula},{quoted(self._uncertain())})"

    def _uncertain(self) -> str:
        title = self.facts.get("field", self.facts.get("fields"))
        name = title.constant if isinstance(title, Words) else self.path
        return f"「{name}」は、このブックの中では確かめられませんでした。提出すると確かめます。"


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring fixed words made one."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(last, Words) and isinstance(piece, Words):
            joined[-1] = Words(last.constant + piece.constant)
        else:
            joined.append(piece)
    return joined


def line(
    code: str, path: str, when: tuple[Term, ...], sentence: str = "", /, **facts: str | Piece
) -> Line:
    """Return a line with a sentence of the catalogue (the code's own, or another entry's)."""
    entry = CATALOGUE[sentence or code]
    pieces = {name: Words(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    return Line(code, path, entry.severity, when, entry.sentence, pieces)


def facts_used(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Return the names of the facts that lines ask for, each once, in order."""
    names: dict[str, None] = {}
    for line_ in lines:
        for part in (*line_.conditions, *line_.facts.values()):
            names.update(dict.fromkeys(_facts_in(part)))
    return tuple(names)


def _facts_in(part: object) -> list[str]:
    if isinstance(part, Fact):
        return [part.name]
    if isinstance(part, tuple):
        return [name for inner in part for name in _facts_in(inner)]
    attributes = getattr(type(part), "__dataclass_fields__", ())
    return [name for attribute in attributes for name in _facts_in(getattr(part, attribute))]

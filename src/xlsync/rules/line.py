"""One line of the checks: when it speaks, where, how gravely, and its sentence, for both engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Final

from xlsync.finding import CATALOGUE, Finding, Severity
from xlsync.rules.term import Fact, Given, Places, Term
from xlsync.rules.told import Told, Words

BLANK_CODES: Final = frozenset({"required", "required-with"})
"""What is not an error but not filled in yet."""
ON_TRIAL: Final = "（試行中の確認です）"


@dataclass(frozen=True)
class Line:
    """A finding that may be made at one field.

    `when` are asked one after another, a later one only where those before hold: they may reckon with what those have seen.
    """

    code: str
    path: str
    severity: Severity
    when: tuple[Term, ...] = field(repr=False)
    words: str = field(repr=False)
    facts: Mapping[str, Told] = field(repr=False)

    def finding(self, given: Given) -> Finding | None:
        """Give the finding where it is to be made."""
        if not all(term.value(given) for term in self.when):
            return None
        told = {name: fact.text(given) for name, fact in self.facts.items()}
        message = self.words.format_map(told)
        return Finding(self.code, self.severity, self.path, message, facts=told)

    def formula(self, places: Places) -> str:
        """Give the Excel formula, without "=", of the finding's sentence; "" where there is none."""
        pieces: list[Told] = []
        for literal, name, _, _ in Formatter().parse(self.words):
            pieces += [Words(literal)] if literal else []
            pieces += [self.facts[name]] if name else []
        formula = "&".join(piece.formula(places) for piece in _joined(pieces))
        for term in reversed(self.when):
            formula = f'IF({term.formula(places)},{formula},"")'
        return formula


def _joined(pieces: list[Told]) -> list[Told]:
    """Give the pieces with neighbouring fixed words made one."""
    joined: list[Told] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(last, Words) and isinstance(piece, Words):
            joined[-1] = Words(last.of + piece.of)
        else:
            joined.append(piece)
    return joined


def line(
    code: str, path: str, when: tuple[Term, ...], sentence: str = "", /, **facts: str | Told
) -> Line:
    """Make a line with a sentence of the catalogue (the code's own, or another entry's)."""
    entry = CATALOGUE[sentence or code]
    told = {name: Words(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    return Line(code, path, entry.severity, when, entry.sentence, told)


def facts_used(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Give the names of the facts that lines ask for, each once, in order."""
    found: dict[str, None] = {}
    for one in lines:
        for part in (*one.when, *one.facts.values()):
            found.update(dict.fromkeys(_facts_in(part)))
    return tuple(found)


def _facts_in(part: object) -> list[str]:
    if isinstance(part, Fact):
        return [part.name]
    if isinstance(part, tuple):
        return [name for one in part for name in _facts_in(one)]
    names = getattr(type(part), "__dataclass_fields__", ())
    return [name for one in names for name in _facts_in(getattr(part, one))]

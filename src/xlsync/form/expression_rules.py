"""Rules that are expressions: [[check]] entries, and fields that say how they are computed or when they are required."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from xlsync.expressions.grammar import Syntax, names_in, parse, parsed
from xlsync.form.rule_entry import RuleEntry, Severity

_LONGEST: Final = 1000
_LABEL: Final = re.compile("「([^」]*)」")


class ExpressionRule(RuleEntry):
    """What both have: an expression, read when the definition is."""

    that: str = Field(min_length=1, max_length=_LONGEST)

    @field_validator("that")
    @classmethod
    def _is_an_expression(cls, text: str) -> str:
        if not any(names_in(parsed(text))):
            raise ValueError(f"式「{text}」に欄がありません")
        return text

    @property
    def syntax(self) -> Syntax:
        """The syntax of the expression."""
        return parse(self.that)

    @property
    def references(self) -> list[str]:
        """The paths of the entries it looks at."""
        return list(dict.fromkeys(name.name_words for name in names_in(self.syntax)))

    @property
    def plain_references(self) -> list[str]:
        """None: of an axis that its subject has not, an expression looks at every entry."""
        return []


class CheckRule(ExpressionRule):
    """A condition holds: an entry of [[check]]. Its finding stands at `of`, else at the first field it looks at."""

    check: Literal["expression"]
    of: str | None = None

    @model_validator(mode="after")
    def _has_a_sentence(self) -> Self:
        if self.sentence is None:
            raise ValueError("say（条件を満たさないときに知らせる文）を書いてください")
        return self

    @property
    def subject(self) -> str:
        """The path of the field the finding stands at."""
        return self.of or self.references[0]


class ComputedRule(ExpressionRule):
    """A computed field is what an expression gives: the field's own `computed`."""

    check: Literal["computed"]
    severity: Severity = "error"
    total: str

    @property
    def subject(self) -> str:
        """The computed field."""
        return self.total


def with_expressions(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition whose [[check]] entries and computed fields are rules, with labels in expressions as paths."""
    fields, checks = _entries(document, "field"), _entries(document, "check")
    paths = _paths_by_label(fields)
    named = [_with_paths(entry, paths) for entry in fields]
    rules = [_check(each, at, paths) for at, each in enumerate(checks, start=1)]
    rules += [_computed(each, at) for at, each in enumerate(named, start=1) if "computed" in each]
    if not rules and named == fields:
        return dict(document)
    kept = {name: value for name, value in document.items() if name != "check"}
    return {**kept, "field": named, "rule": [*_entries(document, "rule"), *rules]}


def _entries(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the entries of a name where they are tables; what is none is refused when the definition is read."""
    entries = document.get(name)
    is_sound = isinstance(entries, list) and all(isinstance(each, dict) for each in entries)
    return entries if isinstance(entries, list) and is_sound else []


def _check(entry: Mapping[str, Any], number: int, paths: Mapping[str, str]) -> dict[str, Any]:
    renamed = {"sentence" if name == "say" else name: value for name, value in entry.items()}
    rule = {"check": "expression", "code": f"check-{number}", **renamed}
    return {**rule, "that": _named(rule.get("that"), paths)}


def _computed(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    kept = {name: entry[name] for name in ("since", "until") if name in entry}
    rule = {"check": "computed", "code": f"computed-{number}", "that": entry["computed"]}
    return {**rule, "total": entry.get("path"), **kept}


def _with_paths(entry: dict[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    texts: dict[str, Any] = {
        name: _named(entry[name], paths) for name in ("computed", "required-when") if name in entry
    }
    return {**entry, **texts}


def _paths_by_label(fields: list[dict[str, Any]]) -> dict[str, str]:
    """Return the path of each label that one entry has."""
    labels = [entry.get("label") for entry in fields]
    return {
        str(entry["label"]): str(entry.get("path"))
        for entry in fields
        if "label" in entry and labels.count(entry["label"]) == 1
    }


def _named(text: Any, paths: Mapping[str, str]) -> Any:
    """Return an expression with the labels outside its texts as paths; a label that is none of one entry stays."""
    if not isinstance(text, str):
        return text
    pieces = text.split('"')
    for at in range(0, len(pieces), 2):
        pieces[at] = _LABEL.sub(
            lambda match: f"[{paths[match[1]]}]" if match[1] in paths else match[0], pieces[at]
        )
    return '"'.join(pieces)


def with_lines(reason: str, text: str) -> str:
    r"""Return the faults of a definition with the line of each expression that they quote.

    >>> with_lines("field → 1：式「a +」：式が途中で終わっています", 'x = 1\ncomputed = "a +"')
    'field → 1：2行目の式「a +」：式が途中で終わっています'
    """

    def located(quoted: re.Match[str]) -> str:
        lines = enumerate(text.splitlines(), start=1)
        at = next((at for at, line in lines if quoted[1] in line), 0)
        return f"{at}行目の{quoted[0]}" if at else quoted[0]

    return re.sub(r"式「(.+?)」(?=：|に)", located, reason)


__all__ = ["CheckRule", "ComputedRule", "with_expressions", "with_lines"]

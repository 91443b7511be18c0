"""The shipped form with one more rule, and what that rule alone says of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests import papers
from xlsync.checks import Context, check
from xlsync.finding import Finding
from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.sheet import Sheet

FORM = Path(__file__).parents[2] / "src/xlsync/forms/jimu-jigyo-hyoka/form.toml"
CODE = "our-own"
WHERE = "form.toml"


@cache
def shipped_text() -> str:
    """The shipped form.toml."""
    return FORM.read_text(encoding="utf-8")


@cache
def ruled(entry: str, year: int = papers.EDITION) -> Edition:
    """The shipped form with a rule of our own, written as its lines below [[rule]]."""
    text = f'{shipped_text()}\n[[rule]]\ncode = "{CODE}"\n{entry}\n'
    return edition_of(read_definition(text, WHERE), year, WHERE)


def filled(
    edition: Edition, values: Mapping[str, Any], unreadable: Mapping[str, str] | None = None
) -> Sheet:
    """A sheet that is blank but for these values."""
    return Sheet(edition, papers.CLEAN, values, None, unreadable or {})


@dataclass(frozen=True)
class Asked:
    """A rule, and a sheet (blank but for these values) of which it speaks."""

    entry: str
    values: Mapping[str, Any]
    context: Context = field(default_factory=Context)

    def found(
        self, changed: Mapping[str, Any] | None = None, unreadable: Mapping[str, str] | None = None
    ) -> list[Finding]:
        """What the rule says after these changes."""
        sheet = filled(ruled(self.entry), {**self.values, **(changed or {})}, unreadable)
        return [one for one in check(sheet, self.context) if one.code == CODE]

    def speaks(self, changed: Mapping[str, Any] | None = None) -> bool:
        """Whether it says anything after these changes."""
        return bool(self.found(changed))

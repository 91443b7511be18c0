"""What a journey is told (terms, source) and what it gives back (a receipt per sheet)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from xlsync.checks import Rate
from xlsync.finding import Finding
from xlsync.merging import Change, Conflict

if TYPE_CHECKING:
    from xlsync.form.library import Form

Outcome = Literal["accepted", "unchanged", "conflict", "refused"]


@dataclass(frozen=True)
class Terms:
    """What the city has decided: the form, the fiscal year now taken in, its personnel rates by period key."""

    form: Form
    edition: int
    rates: Mapping[str, Rate] = field(default_factory=dict)


def _never(_place: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Source:
    """Where something came from: the file as shown to people, ISO 8601 time, and who brought it.

    `place` names the file's place for remembering what a copy there last held ("" takes `file`); `vanished` tells
    whether nothing lies at a place any more: then the file that lay there was moved. `clearing_meant` takes it as meant
    that many fields were cleared at once, which is held back otherwise.
    """

    file: str
    when: str
    who: str
    place: str = ""
    vanished: Callable[[str], bool] = field(default=_never, compare=False)
    clearing_meant: bool = False


@dataclass(frozen=True)
class Receipt:
    """What became of one worksheet (or JSON sheet); `reason` is a Japanese sentence where it was refused.

    `title` is the project's name, for people; the contract's JSON does not hold it.
    """

    file: str
    outcome: Outcome
    worksheet: str = ""
    key: str = ""
    title: str = ""
    edition: int | None = None
    revision: int | None = None
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def needs_attention(self) -> bool:
        """True where an error, a conflict or a refusal remains."""
        errors = any(found.severity == "error" for found in self.findings)
        return errors or self.outcome in {"conflict", "refused"}

    def to_document(self, *, with_changes: bool = True) -> dict[str, Any]:
        """Give the receipt as the contract's JSON; a check has no changes to tell of."""
        document: dict[str, Any] = {
            "file": self.file,
            "worksheet": self.worksheet,
            "outcome": self.outcome,
            "key": self.key,
            "edition": self.edition,
            "revision": self.revision,
        }
        if with_changes:
            document["changes"] = [change.to_document() for change in self.changes]
            document["conflicts"] = [conflict.to_document() for conflict in self.conflicts]
        document["findings"] = [found.to_document() for found in self.findings]
        document["reason"] = self.reason
        return document

"""What the entry of every rule has, whatever its check."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from xlsync.form.strict import Strict

Severity = Literal["error", "warning", "note"]
LARGEST: Final = 10**15
"""Excel keeps no more digits."""


class RuleEntry(Strict):
    """What every rule has: its code, how grave it is, for which editions, and whether it is only being tried.

    A rule on trial reports as a warning at most, and says that it is being tried. `sentence` replaces the words of the
    catalogue; `omit` leaves out entries of the axes.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    severity: Severity = "warning"
    since: int | None = None
    until: int | None = None
    trial: bool = False
    sentence: str | None = Field(default=None, min_length=1, max_length=200)
    omit: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _years_are_sound(self) -> Self:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ValueError("since が until より後の年度になっています")
        return self

    @property
    def subject(self) -> str:
        """The path of the field the rule is about."""
        raise NotImplementedError

    @property
    def references(self) -> list[str]:
        """The paths of the other fields it compares with."""
        return []

    @property
    def plain_references(self) -> list[str]:
        """The paths that are written out with the axes of the subject."""
        return self.references


class FieldRule(RuleEntry):
    """A rule about one field."""

    of: str

    @property
    def subject(self) -> str:
        """The path of the field the rule is about."""
        return self.of

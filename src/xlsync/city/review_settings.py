"""The tables [deadline], [review] and [submission] of xlsync.toml: until when, what waits, and when a sheet is handed in."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from xlsync.errors import SettingsError
from xlsync.exchange.phases import Phase
from xlsync.exchange.receipt import HandingIn, ProcedureRules, ReviewRules
from xlsync.form.strict import Strict


class ReviewSettings(Strict):
    """The table as it is written."""

    fields: Literal["office", "all"] | list[str] = Field(default=[])
    after: dt.date | Literal["deadline"] | None = None

    @property
    def parts(self) -> list[str]:
        """The parts of the form that it names."""
        return [] if isinstance(self.fields, str) else self.fields


class DeadlineSettings(Strict):
    """The table [deadline] as it is written."""

    date: dt.date | None = None
    closed: bool = False


class SubmissionSettings(Strict):
    """The table [submission] as it is written."""

    handed_in: HandingIn = "complete"
    phase: str = ""


def procedure_rules(
    review: ReviewSettings,
    handing_in: HandingIn,
    phase: Phase | None,
    deadline: dt.date | None,
    where: str,
) -> ProcedureRules:
    """Return what the tables say; SettingsError where changes wait from a deadline that nobody has set."""
    last_day = deadline if review.after == "deadline" else review.after
    if review.after == "deadline" and deadline is None:
        reason = '[review] の after が "deadline" ですが、[deadline] の date がありません'
        raise SettingsError(reason, where)
    fields = review.fields
    rules = ReviewRules(fields if isinstance(fields, str) else tuple(fields), last_day)
    return ProcedureRules(rules, handing_in, phase)

"""The table [review] of xlsync.toml: which changes of staff wait for the planning office."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from xlsync.errors import SettingsError
from xlsync.exchange.receipt import ReviewRules
from xlsync.form.strict import Strict


class ReviewSettings(Strict):
    """The table as it is written."""

    fields: Literal["office", "all"] | list[str] = Field(default=[])
    after: dt.date | Literal["deadline"] | None = None

    @property
    def parts(self) -> list[str]:
        """The parts of the form that it names."""
        return [] if isinstance(self.fields, str) else self.fields


def review_rules(review: ReviewSettings, deadline: dt.date | None, where: str) -> ReviewRules:
    """Return which changes wait; SettingsError where they wait from a deadline that nobody has set."""
    last_day = deadline if review.after == "deadline" else review.after
    if review.after == "deadline" and deadline is None:
        reason = '[review] の after が "deadline" ですが、[deadline] の date がありません'
        raise SettingsError(reason, where)
    fields = review.fields
    return ReviewRules(fields if isinstance(fields, str) else tuple(fields), last_day)

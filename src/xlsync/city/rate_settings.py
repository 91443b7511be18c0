"""The city's personnel rates in xlsync.toml: [rates."2017-settled"]."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pydantic import Field

from xlsync.checks import Rate
from xlsync.errors import FormError, SettingsError
from xlsync.form.strict import Strict

if TYPE_CHECKING:
    from xlsync.form.library import Form

_YEARS_NEAR: Final = 10
"""Rates of periods of so many editions before and after may stay in the settings."""


class RateSettings(Strict):
    """The rates of a period, in thousands of yen: for a person and year, and for an hour of overtime."""

    per_person: float = Field(ge=0, le=1_000_000)
    per_hour: float = Field(ge=0, le=1_000)


def rates_of(
    rates: Mapping[str, RateSettings], form: Form, year: int, where: str
) -> dict[str, Rate]:
    """Return the city's personnel rates by period; SettingsError where the form has no such period in any year near."""
    periods = rate_periods(form, year)
    unknown = sorted(set(rates) - periods)
    years = range(year - _YEARS_NEAR, year + _YEARS_NEAR + 1)
    if unknown and not set(unknown) <= set().union(*(rate_periods(form, each) for each in years)):
        known = "、".join(sorted(periods))
        raise SettingsError(f'[rates."{unknown[0]}"] という年度区分はありません（{known}）', where)
    return {
        at: Rate(Decimal(repr(rate.per_person)), Decimal(repr(rate.per_hour)))
        for at, rate in rates.items()
    }


def rate_periods(form: Form, year: int) -> set[str]:
    """Return the periods of which an edition's personnel costs are checked."""
    try:
        rules = form.at(year).rules
    except FormError:  # a year that the form does not have
        return set()
    return {rule.at for rule in rules if rule.check == "personnel-cost"}


__all__ = ["RateSettings", "rate_periods", "rates_of"]

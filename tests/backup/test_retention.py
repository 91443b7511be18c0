"""Which snapshots are kept."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from xlsync.backup.retention import Retention, expired, moment_of

FIRST = dt.datetime(2025, 12, 1, 2)  # noqa: DTZ001 - the clock of the wall
COUNTS = st.integers(0, 5)
NAMES = st.sets(
    st.datetimes(FIRST, FIRST + dt.timedelta(days=1500)).map(
        lambda when: f"{when:%Y%m%d-%H%M%S}-0123456789ab"
    )
)
RETENTIONS = st.builds(Retention, st.integers(1, 5), COUNTS, COUNTS, COUNTS, COUNTS)


@given(NAMES, RETENTIONS)
def test_the_last_snapshots_stay_and_thinning_out_twice_is_the_same_as_once(
    names: set[str], retention: Retention
) -> None:
    gone = expired(names, retention)
    kept = sorted(names - set(gone))
    assert kept[-retention.last :] == sorted(names)[-retention.last :]
    assert expired(kept, retention) == []


@given(NAMES, RETENTIONS)
def test_every_day_week_month_and_year_that_is_to_be_kept_has_its_newest_snapshot(
    names: set[str], retention: Retention
) -> None:
    kept = names - set(expired(names, retention))
    periods = {"%Y%m%d": retention.daily, "%G%V": retention.weekly}
    periods |= {"%Y%m": retention.monthly, "%Y": retention.yearly}
    for form, count in periods.items():
        newest: dict[str, str] = {}
        for name in sorted(names):
            newest[moment_of(name).strftime(form)] = name
        assert {newest[period] for period in sorted(newest, reverse=True)[:count]} <= kept


def test_a_year_of_nightly_backups_is_thinned_out_to_days_weeks_and_months() -> None:
    nights = [FIRST + dt.timedelta(days=day) for day in range(365)]
    names = {f"{night:%Y%m%d-%H%M%S}-0123456789ab" for night in nights}
    kept = sorted(names - set(expired(names, Retention())))
    days, weeks, months = (
        14,
        5,
        11,
    )  # of 8 weeks three are among the days, of 12 months the last one
    assert len(kept) == days + weeks + months
    assert kept[0].startswith("20251231")

"""A year begins in a small city, played with real processes; all of it at size by `python -m benchmarks.year`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.year_play.year_play import Size, play

pytestmark = pytest.mark.slow


def test_staff_the_office_and_a_watcher_that_is_killed_leave_every_page_as_it_is_known_to_be(
    tmp_path: Path,
) -> None:
    made = play(tmp_path, "唐津", Size(sheets=2, last_step=3), seed=1)
    assert made.saves
    assert made.kills

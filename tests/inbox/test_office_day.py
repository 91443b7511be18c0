"""A day in an office, played at a small size; at a large one by `python -m benchmarks.watching --office 3000`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.play import Play

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("seed", "write_back"), [(1, False), (3, True)])
def test_after_a_day_in_the_office_the_store_says_what_the_files_say(
    tmp_path: Path, seed: int, *, write_back: bool
) -> None:
    made = Play(tmp_path, seed, writers=12, write_back=write_back).run(40)
    assert made.saves >= 40
    assert made.kills >= 1
    assert made.kept > 15

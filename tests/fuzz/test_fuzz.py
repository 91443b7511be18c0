"""A few thousand damaged workbooks: nothing but our own errors comes out, and what is written reads as written.

`python -m tests.fuzz --cases 1000000` is the long run.
"""

from __future__ import annotations

import pytest

from tests.fuzz.archive import packed
from tests.fuzz.case import made
from tests.fuzz.running import batch
from tests.fuzz.seeds import seeds
from xlsync.ooxml import read_cells

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("first", range(0, 3000, 500))
def test_only_our_own_errors_come_out(first: int) -> None:
    tally = batch(2018, range(first, first + 500))
    assert tally.cases == 500
    assert tally.faults == {}


@pytest.mark.parametrize(
    ("seed", "numbers"),
    [
        (11, (140204, 217408, 257237, 359399)),
        (12, (4364, 93897, 103310, 144120, 259330)),
        (21, (136124,)),
        (22, (44220, 130365, 190365)),
        (41, (276183,)),
    ],
)
def test_what_long_runs_found_stays_mended(seed: int, numbers: tuple[int, ...]) -> None:
    assert batch(seed, numbers).faults == {}


def test_a_number_means_the_same_workbook_for_ever() -> None:
    assert made(7, 11)[:2] == made(7, 11)[:2]


def test_every_seed_is_sound() -> None:
    for parts in seeds().values():
        read_cells(packed(parts, deflate=True))


def test_accidents_are_not_too_bad() -> None:
    tally = batch(5, range(400))
    assert tally.words["cells: done"] > 100
    assert tally.words["patch: done"] > 20

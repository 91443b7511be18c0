"""A few points of the sweep over every command that writes; `make crashes` goes over all of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.crash_sweep import Points, prepared, sweep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork"),
]
EVERY_POINT = Points()


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return prepared(tmp_path_factory.mktemp("sweep"))


def failures(
    name: str, place: Path, grounds: dict[str, Path], fault: str, points: Points
) -> list[str]:
    (count,) = sweep(name, place, grounds, [fault], points)
    assert count.points
    return count.failures


@pytest.mark.parametrize("name", ["init", "serve --new-key"])
@pytest.mark.parametrize("fault", ["kill", "EACCES"])
def test_a_fault_at_any_call_of_a_short_command_is_made_good_by_the_next_run(
    grounds: dict[str, Path], name: str, fault: str, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, fault, EVERY_POINT) == []


@pytest.mark.parametrize("name", ["import what waits", "review --accept", "review --reject"])
@pytest.mark.parametrize(("fault", "start"), [("kill", 5), ("ENOSPC", 3)])
def test_a_fault_while_a_change_waits_or_is_decided_is_made_good_by_the_next_run(
    grounds: dict[str, Path], name: str, fault: str, start: int, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, fault, Points(10, start)) == []


@pytest.mark.parametrize("name", ["import a JSON sheet", "import a workbook", "export a workbook"])
@pytest.mark.parametrize(("fault", "start"), [("kill", 11), ("ENOSPC", 7)])
def test_a_fault_in_the_middle_of_a_command_is_made_good_by_the_next_run(
    grounds: dict[str, Path], name: str, fault: str, start: int, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, fault, Points(10_000, start)) == []

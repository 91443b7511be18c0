"""Cities whose saves workers receive: nothing lost, nothing twice, whoever is killed, whenever the database stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import Server
from tests.worker_play import Office, Plan, Played

pytestmark = pytest.mark.postgres


def test_workers_lose_nothing_and_double_nothing_whoever_is_killed(
    tmp_path: Path, server: Server, offices: list[Office]
) -> None:
    told = Played(server, offices, Plan(24, workers=2, kills=2, power_cuts=1), tmp_path).play()
    assert "none lost" in told

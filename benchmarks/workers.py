"""Workers and watchers of cities on PostgreSQL, killed again and again: `python -m benchmarks.workers --saves 3000`."""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.watched_city import city_of
from tests import postgres
from tests.worker_play import Office, Plan, Played, into_database


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=3000)
    parser.add_argument("--cities", type=int, default=3)
    parser.add_argument("--people", type=int, default=10, help="in each city")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--power-cuts", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plan = Plan(options.saves, options.workers, options.kills, options.power_cuts, options.seed)
    with postgres.running() as server, ExitStack() as stack:
        run = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        offices = []
        for number in range(options.cities):
            city, books = stack.enter_context(city_of(options.people, quiet=0.3))
            into_database(city.folder, server.address(f"第{number + 1}市"))
            offices.append(Office(city.folder, books))
        print(Played(server, offices, plan, run).play())


if __name__ == "__main__":
    main()

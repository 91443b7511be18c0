"""Law 4: killed at any moment, the store keeps every acknowledged revision, and the next run goes on by itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import papers
from tests.cities import city, typed
from xlsync.store import Store, audit

DYING = Path(__file__).parent / "dying.py"


def run(folder: Path, number: int, files: list[Path]) -> tuple[bool, list[str]]:
    """Whether the program lived to its end, and what it acknowledged."""
    command = [sys.executable, str(DYING), str(folder), str(number), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in {0, 9}, done.stderr
    return done.returncode == 0, done.stdout.splitlines()


def test_a_kill_between_any_two_changes_of_the_disk_loses_nothing(tmp_path: Path) -> None:
    office = city(tmp_path)
    office.register(papers.CLEAN)
    given = office.give_out()
    files = []
    for name, data in {
        "new.json": papers.official_bytes()[papers.KEYS[1]],
        "one.xlsx": typed(given, {"purpose": "一稿"}),
        "two.xlsx": typed(given, {"purpose": "二稿"}),
    }.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(data)

    def killed_at(number: int) -> bool:
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(office.store.folder, folder)
        lived, acknowledged = run(folder, number, files)
        see_that_nothing_is_lost(folder, acknowledged)
        lived_now, again = run(folder, 0, files)
        assert lived_now
        assert len(again) == 3
        see_that_nothing_is_lost(folder, [*acknowledged, *again])
        head = Store(folder).head(papers.CLEAN, papers.EDITION)
        assert head is not None
        assert head["purpose"] == "一稿"
        assert audit(Store(folder)) == []
        return lived

    number, lived = 1, False
    with ThreadPoolExecutor(2) as pool:
        while not lived:
            lived = any(list(pool.map(killed_at, range(number, number + 12))))
            number += 12
    assert number > 20


def see_that_nothing_is_lost(folder: Path, acknowledged: list[str]) -> None:
    store = Store(folder)
    for line in acknowledged:
        key, revision, outcome = line.split()
        assert outcome in {"accepted", "unchanged", "conflict"}
        assert store.revision(key, papers.EDITION, int(revision)).sheet.key == key
        head = store.head(key, papers.EDITION)
        assert head is not None
        assert head.revision is not None
        assert head.revision >= int(revision)
    assert [damage for damage in audit(store) if not damage.derived] == []

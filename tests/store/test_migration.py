"""An older store is brought to our format with a copy of what it was, whatever kills the program; a newer one is refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests import papers
from tests.cities import City
from tests.store.disk_calls import (
    KILLED,
    Said,
    counted,
    dying_at,
    forked,
    left_on_the_way,
    state_of,
    tree,
    watching,
)
from tests.store.on_disk import on_disk
from xlsync.errors import StoreBusy, StoreDamaged, StoreError
from xlsync.store import Migration, Store, audit

pytestmark = pytest.mark.slow

KEY, YEAR = papers.CLEAN, papers.EDITION


def renamed_sheets(old: Path) -> Iterator[tuple[str, bytes | None]]:
    """Format 1, made up for these tests: heads in a folder of another name, and a word too many in each memory."""
    for file in sorted((old / "heads").rglob("*.json")):
        name = file.relative_to(old / "heads").as_posix()
        yield f"sheets/{name}", file.read_bytes()
        yield f"heads/{name}", None
    for file in sorted((old / "taken").rglob("*.json")):
        document = json.loads(file.read_bytes())
        del document["idle"]
        yield file.relative_to(old).as_posix(), written(document)


def renumbered(old: Path) -> Iterator[tuple[str, bytes | None]]:
    """Format 0: a head's file without its last sign."""
    for file in sorted((old / "heads").rglob("*.json")):
        yield file.relative_to(old).as_posix(), file.read_bytes() + b"\n"


MIGRATIONS = {
    2: Migration(("heads", "taken"), lambda old: renamed_sheets(on_disk(old))),
    1: Migration(("heads",), lambda old: renumbered(on_disk(old))),
}


def written(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


@pytest.fixture
def modern(city: City) -> Path:
    """A store of our format with a sheet and two memories."""
    city.register(KEY)
    city.bring_one(city.give_out(), "one.xlsx")
    return city.store.folder


@pytest.fixture
def old(modern: Path, tmp_path: Path) -> Path:
    """The same store as format 2 had it in this test."""
    folder = shutil.copytree(modern, tmp_path / "old")
    (folder / "sheets").rename(folder / "heads")
    for file in (folder / "taken").rglob("*.json"):
        file.write_bytes(written({**json.loads(file.read_bytes()), "idle": 1}))
    said = json.loads((folder / "store.json").read_bytes())
    (folder / "store.json").write_bytes(written({**said, "format": 2}))
    return folder


def without_backups(folder: Path) -> dict[str, bytes]:
    found = tree(folder).items()
    return {name: data for name, data in found if data is not None and "backup-" not in name}


def test_an_old_store_becomes_what_a_new_one_is(old: Path, modern: Path) -> None:
    told: list[str] = []
    before = tree(old)
    store = Store(old, migrations=MIGRATIONS, notify=told.append)
    assert len(store.heads()) == 1
    assert without_backups(old) == without_backups(modern)
    assert audit(store) == []
    assert len(told) == 2
    assert "形式 2 → 3" in told[0]
    assert "backup-2-1" in told[1]
    backup = tree(old / "backup-2-1")
    assert backup == {
        name: data
        for name, data in before.items()
        if name.split("/")[0] in {"heads", "taken", "store.json"}
    }


def test_two_steps_are_taken_one_after_the_other(old: Path, modern: Path) -> None:
    for file in (old / "heads").rglob("*.json"):
        file.write_bytes(file.read_bytes()[:-1])
    said = json.loads((old / "store.json").read_bytes())
    (old / "store.json").write_bytes(written({**said, "format": 1}))
    assert audit(Store(old, migrations=MIGRATIONS)) == []
    assert without_backups(old) == without_backups(modern)
    assert {entry.name for entry in old.glob("backup-*")} == {"backup-1-1", "backup-2-1"}


def test_a_second_time_nothing_happens(old: Path) -> None:
    Store(old, migrations=MIGRATIONS).heads()
    before = state_of(old)
    told: list[str] = []
    Store(old, migrations=MIGRATIONS, notify=told.append).heads()
    Store(old).heads()
    assert (told, state_of(old)) == ([], before)


def test_a_store_restored_from_its_copy_is_migrated_again_beside_the_first_copy(old: Path) -> None:
    before = shutil.copytree(old, old.with_name("restored"))
    Store(old, migrations=MIGRATIONS).heads()
    shutil.copytree(old / "backup-2-1", before / "backup-2-1")
    Store(before, migrations=MIGRATIONS).heads()
    assert {entry.name for entry in before.glob("backup-*")} == {"backup-2-1", "backup-2-2"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_a_kill_at_any_call_leaves_the_old_format_or_goes_on_to_the_new(
    old: Path, modern: Path, tmp_path: Path
) -> None:
    """And a kill of what goes on. The old program sees its own format or a newer one, never a mixture."""

    def opened(folder: Path) -> None:
        Store(folder, migrations=MIGRATIONS).heads()

    traced = shutil.copytree(old, tmp_path / "traced")
    calls = len(counted(lambda: opened(traced)))
    left: dict[bytes, Path] = {}
    for number in range(1, calls + 1):
        folder = shutil.copytree(old, tmp_path / f"killed-{number}")

        def run(_said: Said, folder: Path = folder, number: int = number) -> None:
            with watching(dying_at(number)):
                opened(folder)

        assert forked(run)[0] == KILLED
        left.setdefault(state_of(folder, leftovers=False), folder)
    assert len(left) > 8
    for number, state in enumerate(list(left.values())):
        if json.loads((state / "store.json").read_bytes())["format"] == 2:
            untouched = {n: d for n, d in without_backups(state).items() if ".part" not in n}
            assert untouched == without_backups(old)
        if number % 4:
            continue  # each fourth is killed again on its way on
        again = shutil.copytree(state, tmp_path / f"again-{state.name}")
        found = left_on_the_way(lambda folder=again: opened(folder), again, tmp_path)  # type: ignore[misc]
        left |= {name: place for name, place in found.items() if name not in left}
    for end in left.values():
        opened(end)
        assert without_backups(end) == without_backups(modern)
        assert audit(Store(end)) == []
        assert not list(end.glob("backup-*.part"))


def test_an_old_program_may_work_on_between_a_killed_copy_and_the_next(old: Path) -> None:
    """A half-made copy of yesterday is no copy of today: what the old program wrote since then must not be lost."""
    half = old / "backup-2-1.part/heads/2018"
    half.mkdir(parents=True)
    stale = half / f"{KEY}.json"
    stale.write_bytes(b"yesterday")
    (half / "99-99-99-99-99-99.json").write_bytes(b"gone since")
    assert audit(Store(old, migrations=MIGRATIONS)) == []
    assert not (old / "sheets/2018/99-99-99-99-99-99.json").exists()
    assert (old / f"backup-2-1/heads/{YEAR}/{KEY}.json").read_bytes() != b"yesterday"


def test_without_its_copy_a_step_begun_is_not_guessed_at(old: Path) -> None:
    said = json.loads((old / "store.json").read_bytes())
    (old / "store.json").write_bytes(written({**said, "format": 3, "migrating": "backup-2-1"}))
    with pytest.raises(StoreDamaged, match="控え"):
        Store(old, migrations=MIGRATIONS).heads()


def test_a_format_nobody_knows_the_way_from_is_refused(old: Path) -> None:
    before = state_of(old)
    with pytest.raises(StoreError, match="古い形式"):
        Store(old, migrations={}).heads()
    assert state_of(old) == before


def test_nobody_migrates_while_another_writes(old: Path) -> None:
    before = state_of(old)
    with FileLock(old / ".lock"), pytest.raises(StoreBusy):
        Store(old, migrations=MIGRATIONS).check_format(patience=0.0)
    assert state_of(old) == before


def test_a_program_that_runs_on_does_not_write_into_a_store_grown_newer(modern: Path) -> None:
    store = Store(modern)
    assert store.heads()
    said = json.loads((modern / "store.json").read_bytes())
    (modern / "store.json").write_bytes(written({**said, "format": 4}))
    with pytest.raises(StoreError, match="更新してください"), store.writing():
        pytest.fail("it would have written")


def test_a_migration_that_cannot_be_written_leaves_the_old_store(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = without_backups(old)
    link = os.link

    def full(*given: Any, **options: Any) -> None:
        if "taken" in str(given[1]):
            raise OSError(28, "No space left on device")
        link(*given, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", full)
        with pytest.raises(StoreError, match="書き込めません"):
            Store(old, migrations=MIGRATIONS).heads()
    assert {n: d for n, d in without_backups(old).items() if ".part" not in n} == before
    assert audit(Store(old, migrations=MIGRATIONS)) == []


@pytest.mark.parametrize("number", [1, 2])
def test_a_store_from_before_ids_needs_no_other_file(modern: Path, number: int) -> None:
    """Formats 1 and 2 name no ids: there every sheet's id is its key."""
    said = json.loads((modern / "store.json").read_bytes())
    before = without_backups(modern)
    (modern / "store.json").write_bytes(written({**said, "format": number}))
    store = Store(modern)
    (sheet,) = store.heads()
    assert (sheet.id, sheet.key, store.id_of(KEY, YEAR)) == (KEY, KEY, KEY)
    assert without_backups(modern) == before
    assert audit(store) == []

"""A backup of a city whose store is a database: its own files alone, of one moment, restored into a folder and from there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.commands import Run
from tests.postgres import Server
from tests.worker_play import Office
from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.backup_sources import SourceFile
from xlsync.backup.snapshot_taking import BackupRun, Sources
from xlsync.city.backup_run import run_backup
from xlsync.city.backup_settings import backup_terms
from xlsync.city.settings import CitySettings, read_settings
from xlsync.errors import StoreUnreachable
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive
from xlsync.store import audit
from xlsync.store.own_paths import KEPT
from xlsync.store.store_path import StorePath, entries_below, name_below

pytestmark = pytest.mark.postgres


def contents(root: StorePath) -> dict[str, bytes]:
    """Every file of a store."""
    below = (entry for kept in KEPT for entry in entries_below(root / kept))
    files = {name_below(entry, root): entry for entry in below if entry.is_file()}
    return {name: file.read_bytes() for name, file in files.items()}


def received(city: CitySettings, office: Office, text: str) -> None:
    """Receive a save of the first workbook."""
    data = typed(office.books[0][1].read_bytes(), {"purpose": text})
    source = Source("a.xlsx", "2018-07-03T09:00:00+09:00", "職員")
    (receipt,) = receive(city.store, city.terms, data, source)
    assert receipt.outcome == "accepted"


def backup(office: Office, to: Path, after_first_look: Callable[[], object]) -> int:
    """Make a backup, with something that happens after every file was looked at once; return how many snapshots there are."""

    def progress(files: Sources) -> Iterable[tuple[str, SourceFile]]:
        yield from files
        after_first_look()

    run = BackupRun(progress, lambda _sentence: None)
    return run_backup(backup_terms(office.folder), BackupFolder(to), run).snapshot_count


def test_a_backup_is_of_one_moment_and_of_one_city_and_can_be_restored_anywhere(
    offices: list[Office], tmp_path: Path, run: Run, server: Server
) -> None:
    office, neighbour = offices
    city = read_settings(office.folder)
    received(read_settings(neighbour.folder), neighbour, "隣の市の文")
    received(city, office, "一稿")
    to, back = tmp_path / "控え", tmp_path / "戻した市"
    # What is saved while the backup runs is in it as a whole.
    assert backup(office, to, lambda: received(city, office, "二稿")) == 1
    kept = b"".join(file.read_bytes() for file in (to / "snapshots").glob("*.json"))
    assert b"postgresql" not in kept
    told = run("restore", to, back, "--yes")
    assert told.code == 0, told.err
    assert "フォルダ（store）に戻しました" in told.out
    restored = read_settings(back)
    assert isinstance(restored.store.files, Path)
    assert contents(restored.store.files) == contents(city.store.files)
    assert audit(restored.store) == []
    head = restored.store.head(office.books[0][0], papers.EDITION)
    assert head is not None
    assert head["purpose"] == "二稿"
    assert "隣の市の文".encode() not in b"".join(contents(restored.store.files).values())
    other = server.address(f"{tmp_path.name}復旧市")
    assert run("store", "copy", back / "store", other).code == 0
    settings = back / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^store = .*$", f'store = "{other}"', text), encoding="utf-8")
    assert contents(read_settings(back).store.files) == contents(city.store.files)
    assert run("backup", "verify", to, "--restore", "-C", office.folder).code == 0


def test_a_database_that_stops_during_a_backup_leaves_the_last_one_and_no_half_one(
    office: Office, tmp_path: Path, server: Server
) -> None:
    to = tmp_path / "控え"
    assert backup(office, to, lambda: None) == 1
    try:
        with pytest.raises(StoreUnreachable):
            backup(office, to, lambda: server.stop("immediate"))
    finally:
        server.start()
    assert len(BackupFolder(to).names()) == 1
    assert backup(office, to, lambda: None) == 2


def test_doctor_looks_for_the_backup_of_a_city_in_a_database_too(office: Office, run: Run) -> None:
    told = run("doctor", "-C", office.folder)
    assert "管理者に任されています" in told.out
    assert "[backup] folder" in told.out + told.err

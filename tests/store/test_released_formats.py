"""Stores as the program of each format wrote them: opened, checked, written into, backed up and restored by today's.

A change of the format adds a store of the format before, written by its own program:
two official sheets, one of them changed by a workbook, and that workbook as it was given out.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.cities import typed
from tests.papers import EDITION
from xlsync import open_city
from xlsync.cli.commands.backup import BackupOptions, make_backup
from xlsync.cli.commands.init import create_city
from xlsync.cli.commands.restore import RestoreOptions, restore_city
from xlsync.store import audit
from xlsync.store.migration import FORMAT

DATA = Path(__file__).parents[1] / "data"
CHANGED, OTHER = "01-02-01-10-11-01", "01-02-01-10-12-01"
FORMATS = range(1, FORMAT + 1)


@pytest.fixture(params=FORMATS)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A city whose store has an older format (or, the last, today's)."""
    folder = tmp_path / "市"
    create_city(folder, "つくば市", EDITION)
    shutil.rmtree(folder / "store")
    with zipfile.ZipFile(DATA / f"store-format-{request.param}.zip") as packed:
        packed.extractall(folder)
    assert f'"format": {request.param}' in (folder / "store/store.json").read_text()
    return folder


def test_every_format_has_a_store_that_its_own_program_wrote() -> None:
    kept = {
        int(found[1])
        for file in DATA.iterdir()
        if (found := re.fullmatch(r"store-format-(\d+)\.zip", file.name))
    }
    assert kept == set(FORMATS)


def test_a_store_of_any_format_is_read_and_written_without_a_loss(older: Path) -> None:
    revisions = {file: file.read_bytes() for file in (older / "store/revisions").rglob("*.json")}
    city = open_city(older)
    heads = {sheet.key: sheet for sheet in city.store}
    assert heads.keys() == {CHANGED, OTHER}
    assert heads[CHANGED]["purpose"] == "目的を書き直した"
    assert [revision.number for revision in city.store.revisions(CHANGED, EDITION)] == [1, 2]
    assert audit(city.store) == []
    books = [*(older / "shared/評価シート").rglob("*.xlsx")] or [
        city.export(CHANGED, older / "a.xlsx")
    ]
    books[0].write_bytes(typed(books[0].read_bytes(), {"purpose": "また書き直した"}))
    (receipt,) = city.receive(books[0])
    assert (receipt.outcome, receipt.revision) == ("accepted", 3)
    assert {file: file.read_bytes() for file in revisions} == revisions
    assert audit(open_city(older).store) == []


def test_a_backup_of_an_older_store_is_restored_and_taken_over_then(
    older: Path, tmp_path: Path
) -> None:
    before = (older / "store/store.json").read_bytes()
    assert make_backup(older, tmp_path / "控え", BackupOptions()) == 0
    assert (older / "store/store.json").read_bytes() == before
    assert restore_city(tmp_path / "控え", tmp_path / "新", RestoreOptions()) == 0
    assert {sheet.key for sheet in open_city(tmp_path / "新").store} == {CHANGED, OTHER}

"""One server of PostgreSQL for all tests of a store, and what tests need that hold for either kind of store."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import papers, postgres
from tests.cities import City, city
from tests.postgres import Server
from tests.store.backends import Backend, DatabaseBackend, FolderBackend
from tests.store.lived_in import lived_in
from xlsync.exchange import Terms
from xlsync.form.library import load_form
from xlsync.store import Store


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """A server that runs; a test that stops it starts it again."""
    with postgres.running() as running:
        yield running


EITHER = ["folder", pytest.param("database", marks=pytest.mark.postgres)]


@pytest.fixture(params=EITHER)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Stores in folders, and in a database."""
    if request.param == "folder":
        return FolderBackend(tmp_path)
    return DatabaseBackend(request.getfixturevalue("server"), tmp_path)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that was lived in, to be copied."""
    return lived_in(city(tmp_path_factory.mktemp("lived")))


@pytest.fixture
def lived_copy(lived: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be damaged."""
    return Path(shutil.copytree(lived, tmp_path / "lived"))


@pytest.fixture(params=EITHER)
def either_city(request: pytest.FixtureRequest, tmp_path: Path) -> City:
    """A city with an empty store, in a folder and in a database."""
    if request.param == "folder":
        return city(tmp_path)
    place = DatabaseBackend(request.getfixturevalue("server"), tmp_path).fresh()
    form = load_form()
    store = Store(place, form, must_exist=False)
    store.create()
    return City(store, Terms(form, papers.EDITION))

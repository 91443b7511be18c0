"""One server of PostgreSQL for all tests of a store, and a city for tests that hold for either kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import papers, postgres
from tests.cities import City, city
from tests.postgres import Server
from tests.store.backends import DatabaseBackend
from xlsync.exchange import Terms
from xlsync.form.library import load_form
from xlsync.store import Store


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """A server that runs; a test that stops it starts it again."""
    with postgres.running() as running:
        yield running


@pytest.fixture(params=["folder", pytest.param("database", marks=pytest.mark.postgres)])
def either_city(request: pytest.FixtureRequest, tmp_path: Path) -> City:
    """A city with an empty store, in a folder and in a database."""
    if request.param == "folder":
        return city(tmp_path)
    place = DatabaseBackend(request.getfixturevalue("server"), tmp_path).fresh()
    form = load_form()
    store = Store(place, form, must_exist=False)
    store.create()
    return City(store, Terms(form, papers.EDITION))

"""Cities whose stores are in a real PostgreSQL, for the tests of workers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import papers, postgres
from tests.cli.conftest import run
from tests.postgres import Server
from tests.worker_play import Office, into_database
from xlsync.cli.commands.init import create_city
from xlsync.exchange import Source, export_known, template_of
from xlsync.exchange.receive import receive

_WHEN = "2018-05-01T09:00:00+09:00"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own."""
    with postgres.running() as running:
        yield running


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A city with two registered sheets and their workbooks, made once and copied."""
    folder = tmp_path_factory.mktemp("founded") / "市"
    city = create_city(folder, "○○市", papers.EDITION)
    books = []
    for number, key in enumerate(papers.KEYS[:2]):
        source = Source("登録", _WHEN, "企画担当")
        receive(city.store, city.terms, papers.official_bytes()[key], source)
        head = city.store.head(key, papers.EDITION)
        assert head is not None
        template, copy = template_of(city.terms), f"{number + 1:08x}"
        data = export_known(template, head, copy, city.store, city.terms)
        file = city.sheets / head.division / f"{key}.xlsx"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        books.append((key, file))
    return Office(folder, books)


def moved(founded: Office, folder: Path, address: str) -> Office:
    """Copy the city, and move its store into the database."""
    shutil.copytree(founded.folder, folder)
    into_database(folder, address)
    books = [(key, folder / file.relative_to(founded.folder)) for key, file in founded.books]
    return Office(folder, books)


@pytest.fixture
def office(tmp_path: Path, server: Server, founded: Office) -> Office:
    """A city in the database, by a name that no other test has."""
    return moved(founded, tmp_path / "市", server.address(tmp_path.name))


@pytest.fixture
def offices(tmp_path: Path, server: Server, founded: Office) -> list[Office]:
    """Two cities in the database, by names that no other test has."""
    return [
        moved(founded, tmp_path / name, server.address(f"{tmp_path.name}{name}"))
        for name in ("東市", "西市")
    ]


__all__ = ["founded", "office", "offices", "run", "server"]

"""A city whose page the tests visit: five official sheets, one of them in conflict over two fields by three files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import cities
from tests.cities import typed
from tests.page.served import Served, serving
from tests.page.visits import Office

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PURPOSES = {
    "甲": "市役所の業務効率化と質の高い住民サービスを提供するため。",
    "乙": "庁内業務の効率化と市民サービスの向上を図る。",
    "丙": "<img src=x onerror=alert(1)>\"'&amp; 𠮷葛󠄀髙",
}
SETTINGS = 'city = "つくば市"\nedition = 2018\n'


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the city; copied for each test."""
    folder = tmp_path_factory.mktemp("page") / "市"
    folder.mkdir()
    city = cities.city(folder)
    (folder / "xlsync.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "shared/評価シート").mkdir(parents=True)
    city.register()
    issued = city.give_out()
    for person, purpose in PURPOSES.items():
        data = typed(issued, {"purpose": purpose, "outline": f"{person}の概要"})
        city.bring_one(data, f"評価シート/情報化_{person}.xlsx", person)
    return folder


@pytest.fixture(autouse=True)
def closed_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test has opened in Chromium: an open page asks its server every few seconds what is new."""
    opens = "chromium" in request.fixturenames
    browser: Browser | None = request.getfixturevalue("chromium") if opens else None
    yield
    for context in browser.contexts if browser is not None else ():
        context.close()


@pytest.fixture(scope="module")
def served(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The city's page, served by the program itself, for the browser tests of a module."""
    folder = tmp_path_factory.mktemp("browser") / "市"
    shutil.copytree(founded, folder)
    with serving(folder) as program:
        yield program


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> Iterator[Office]:
    """The city's page, which nobody has opened yet."""
    folder = tmp_path / "市"
    shutil.copytree(founded, folder)
    with Office(folder).at_work() as here:
        yield here

"""What runs beside the page is looked at beside the visits: a share or a disk that does not answer stops no screen."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from tests import cities
from tests.page.visits import Office, text_of
from xlsync.page.health_watch import HEALTH_EXTENSION, HealthWatch
from xlsync.page.watcher_health import HealthItem, health_items
from xlsync.store import Store

WELL = HealthItem("共有フォルダ", "開けます。", is_well=True)
GONE = HealthItem("共有フォルダ", "見えません。")


class Share:
    """A share that can stop answering, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.item, self.seconds, self.looks = WELL, 0.0, 0
        self.answers = threading.Event()
        self.answers.set()
        self.watch = HealthWatch(self.look, lambda: self.seconds)

    def look(self) -> list[HealthItem]:
        item, self.looks = self.item, self.looks + 1
        self.answers.wait(30)
        return [item]

    def settled(self, words: list[str]) -> bool:
        """Whether the watch comes to say so."""
        deadline = time.monotonic() + 10
        while self.watch.words() != words and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.watch.words() == words


def test_the_share_is_looked_at_again_after_a_while_and_not_by_every_visit() -> None:
    share = Share()
    assert [share.watch.items() for _ in range(5)] == [(WELL,)] * 5
    share.item = GONE
    share.seconds = 9.0
    assert (share.watch.words(), share.looks) == ([], 1)
    share.seconds = 10.0
    assert share.settled(["見えません。"])
    assert share.looks == 2


def test_a_share_that_does_not_answer_keeps_no_visit_waiting_and_is_told(office: Office) -> None:
    share = Share()
    office.app.extensions[HEALTH_EXTENSION] = share.watch
    officer = office.officer()
    assert "応答していません" not in officer.page("/")
    share.answers.clear()
    share.seconds = 11.0
    began = time.monotonic()
    for seconds in (11.0, 20.0, 45.0, 60.0):
        share.seconds = seconds
        page = officer.page("/sheets")
        refused = text_of(officer.get("/nichts"))
        for shown in (page, refused, officer.page("/health")):
            assert ("応答していません" in shown) == (seconds > 41), seconds
    assert time.monotonic() - began < 10
    assert share.looks == 2, "no second look beside one that hangs"
    share.answers.set()
    assert share.settled([])


def test_a_disk_that_cannot_be_asked_is_a_sentence_on_the_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    page = office.officer().page("/health")
    assert "空きを調べられません" in page
    assert "Input/output" not in page


def test_a_share_that_is_a_fault_to_look_at_cannot_be_seen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = office.city.settings().sheets
    plain = os.stat

    def stat(path: object, *arguments: object, **options: object) -> os.stat_result:
        if isinstance(path, Path) and path == shared:
            raise OSError(5, "Input/output error")
        return plain(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", stat)
    items = {item.name: item for item in health_items(office.city.settings(), office.moment)}
    assert not items["共有フォルダ"].is_well


def test_what_is_no_fault_of_the_system_is_said_and_logged() -> None:
    def look() -> list[HealthItem]:
        raise ZeroDivisionError

    assert "調べられません" in HealthWatch(look, lambda: 0.0).words()[0]


def test_a_server_that_began_in_a_new_city_goes_on_after_its_first_sheet(tmp_path: Path) -> None:
    city = cities.city(tmp_path)
    began_before = Store(city.store.folder, city.terms.form)
    assert not began_before.stored_form.is_outdated()
    assert began_before.form.version == 0
    city.register()
    assert city.store.form.version == 1
    assert not began_before.stored_form.is_outdated()
    assert began_before.form.version == 1
    with began_before.writing():
        pass

"""A city whose desk works the shared folder, and a living workbook in it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import cities, papers
from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Request
from xlsync.addin.ways.folder_way import Desk, prepare
from xlsync.inbox.config import InboxConfig

JST = dt.timezone(dt.timedelta(hours=9))


@dataclass
class Town:
    """A city with the official sheets in its store; `living` is where a sheet's workbook lies."""

    folder: Path
    city: cities.City
    office: InboxConfig
    desk: Desk

    def living(self, key: str = papers.CLEAN) -> Path:
        """A workbook of a stored sheet, given out into the shared folder."""
        place = self.office.sheets / "総務部" / "総務課" / f"{key}_事業.xlsx"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(self.city.give_out(key))
        return place

    def cells(self, key: str = papers.CLEAN) -> dict[str, str]:
        """Where each field lies in such a workbook."""
        return cities.cells_of(self.city.give_out(key))

    def value(self, path: str, key: str = papers.CLEAN) -> Any:
        """What the store says."""
        return self.city.head(key)[path]

    def somebody_else_types(self, changes: dict[str, str], key: str = papers.CLEAN) -> None:
        """Another copy of the sheet comes in with these values."""
        data = cities.typed(self.city.give_out(key), changes)
        receipt = self.city.bring_one(data, "評価シート/総務部/よその写し.xlsx", "別の人")
        assert receipt.outcome == "accepted", receipt


def town(folder: Path) -> Town:
    """A town on disk."""
    city = cities.city(folder)
    city.register()
    shared = folder / "共有"
    (shared / "評価シート").mkdir(parents=True)
    prepare(shared)
    office = InboxConfig("みどり市", folder, shared, city.terms, city.store)
    minutes = itertools.count()

    def work(request: Request) -> Pressed:
        when = dt.datetime(2018, 7, 3, 9, tzinfo=JST) + dt.timedelta(minutes=next(minutes))
        return press(office, request, when)

    return Town(folder, city, office, Desk(lambda: shared, work, lambda: 0.0))

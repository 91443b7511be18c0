"""A store that has been lived in, for tests that damage it."""

from __future__ import annotations

from pathlib import Path

from tests.cities import City, typed
from xlsync.store import audit


def lived_in(city: City) -> Path:
    """A store of five sheets, the first of three revisions, two of them from workbooks."""
    city.register()
    data = city.give_out()
    for number in (2, 3):
        data = typed(data, {"purpose": f"{number}稿"})
        assert city.bring_one(data).revision == number
    assert audit(city.store) == []
    return city.store.folder

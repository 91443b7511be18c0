"""The queues in the database of a city, for commands that ask workers for something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.errors import SettingsError
from xlsync.store.postgres_publications import PublicationQueue
from xlsync.store.postgres_saves import save_queue

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.store.postgres_saves import SaveQueue

_NO_DATABASE: Final = (
    "処理係で分担するには、登録データをPostgreSQLに置いてください（xlsync.toml の [folders] store）"
)


def queue_of(city: CitySettings) -> SaveQueue:
    """Return the saves of a city that wait; SettingsError where its store is no database."""
    queue = save_queue(city.store.files)
    if queue is None:
        raise SettingsError(_NO_DATABASE, str(city.folder))
    return queue


def publication_queue(city: CitySettings) -> PublicationQueue:
    """Return the publications that a city wants of its workers; SettingsError where its store is no database."""
    publications = PublicationQueue(queue_of(city))
    publications.create()
    return publications


__all__ = ["publication_queue", "queue_of"]

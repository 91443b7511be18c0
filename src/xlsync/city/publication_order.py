"""A publication as somebody has seen it and wants it made: what, where, and by which contents it is known again."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from xlsync.city.city_at_snapshot import city_at_snapshot
from xlsync.city.settings import publication_settings
from xlsync.city.year_change import at_year
from xlsync.errors import SettingsError
from xlsync.publication.book.books import BookOrder
from xlsync.publication.publishable_sheets import published_year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.publication.published_year import PublishedYear

_UNREADABLE: Final = (
    "処理係が、この公表の頼みを読めません（xlsyncの版が違うときなど）。"
    "同じ版にそろえてから、`xlsync publish --queue` でもう一度頼んでください"
)


@dataclass(frozen=True, slots=True)
class PublicationOrder:
    """What is to be published. `target` is below the city's folder, or a path from the root; `snapshot_name` "" is today.

    `shown_digest` is that of the contents that were shown: what has changed since is not published unseen.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    target: str
    fiscal_year: int
    snapshot_name: str = ""
    has_unconfirmed: bool = False
    without_book: bool = False
    book_order: BookOrder = "organization"
    shown_digest: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def order_of(document: dict[str, Any]) -> PublicationOrder:
    """Return the order of a document; SettingsError where it is none, as one that a newer xlsync has queued may be."""
    try:
        return TypeAdapter(PublicationOrder).validate_python(document)
    except ValidationError as fault:
        raise SettingsError(_UNREADABLE, str(document.get("target", ""))) from fault


def target_of_order(city: CitySettings, target: Path) -> str:
    """Return a folder as any computer finds it that has the city's folder: by its path below it where it lies there."""
    whole, root = target.resolve(), city.folder.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(whole)


@contextmanager
def city_of_order(
    city: CitySettings, fiscal_year: int, snapshot_name: str
) -> Iterator[CitySettings]:
    """Yield the city at a fiscal year, as it is or was at the snapshot that is wanted."""
    then = at_year(city, fiscal_year)
    if not snapshot_name:
        yield then
        return
    with city_at_snapshot(then, snapshot_name) as at_snapshot:
        yield at_snapshot


def year_of_order(city: CitySettings, fiscal_year: int, *, has_unconfirmed: bool) -> PublishedYear:
    """Return what would be published of a city's fiscal year."""
    publisher = publication_settings(city.folder).publisher(city.name)
    terms = city.terms.at_year(fiscal_year)
    return published_year(city.store, terms, publisher, has_unconfirmed=has_unconfirmed)


def digest_of_year(year: PublishedYear) -> str:
    """Return a hash of all that would be published of the sheets."""
    digest = hashlib.sha256()
    for public in year.public_sheets:
        digest.update(f"{public.stage} {public.unit_names}\n".encode("utf-8", "surrogatepass"))
        digest.update(public.sheet.to_json())
    return digest.hexdigest()


__all__ = [
    "PublicationOrder",
    "city_of_order",
    "digest_of_year",
    "order_of",
    "target_of_order",
    "year_of_order",
]

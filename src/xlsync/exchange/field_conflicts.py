"""Open conflicts by field: what the store holds and what each copy offers, each with who, when and in which file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsync.exchange.blame import Origin, blame_fields
from xlsync.exchange.reconcile.unresolved_conflicts import open_conflicts
from xlsync.merging import field_as_json

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.store import Store


@dataclass(frozen=True, slots=True)
class Offer:
    """What one copy of a workbook offers for a field.

    Attributes:
        copy_name: The name of the copy's state, by which `resolve` takes this value.
        offer_json: The value, as JSON.
        base_json: The value that copy and store had in common, as JSON.
        file: Where the copy lies.
        who: Who made its last save that changed anything.
        when: When that was, ISO 8601.

    """

    copy_name: str
    offer_json: Any
    base_json: Any
    file: str
    who: str
    when: str

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "copy": self.copy_name,
            "base": self.base_json,
            "theirs": self.offer_json,
            "file": self.file,
            "who": self.who,
            "when": self.when,
        }


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field of a sheet in which copies offer something else than the store holds.

    Attributes:
        path: The field's path.
        registered_json: What the store holds, as JSON.
        registered_by: Who brought that, when, in which file and as which revision.
        offers: What the copies offer, in order of the time they were saved.

    """

    path: str
    registered_json: Any
    registered_by: Origin
    offers: tuple[Offer, ...]


def field_conflicts(store: Store, terms: Terms, head: Sheet) -> list[FieldConflict]:
    """Return the open conflicts of a sheet, whose newest revision is `head`, in form order."""
    offers: dict[str, list[Offer]] = {}
    for conflict in open_conflicts(store, terms, head.id, head):
        names = ("copy", "theirs", "base", "file", "who", "when")
        offer = Offer(*(conflict[name] for name in names))
        offers.setdefault(conflict["path"], []).append(offer)
    blame = blame_fields(store, head, offers) if offers else {}
    in_order = [path for path in head if path in offers]  # then rows that the head does not have
    return [
        FieldConflict(
            path,
            field_as_json(head, path),
            blame.get(path, Origin()),
            tuple(sorted(offers[path], key=lambda offer: (offer.when, offer.copy_name))),
        )
        for path in dict.fromkeys((*in_order, *offers))
    ]


__all__ = ["FieldConflict", "Offer", "field_conflicts"]

"""`xlsync conflicts`: fields that several people changed, and that nobody has decided yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsync.cli import ATTENTION
from xlsync.cli.change_lines import field_words
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.exchange.blame import Origin
from xlsync.exchange.field_conflicts import FieldConflict, field_conflicts
from xlsync.exchange.stages.hand_in_resolution import (
    HAND_IN_FIELD,
    HandInOffer,
    hand_in_offers,
)
from xlsync.row_titles import title_of

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId


def show_conflicts(folder: Path, edition: int | None = None, *, as_json: bool) -> int:
    """Print every open conflict, and return the exit code; by default of the year of the settings."""
    city = current_city(folder, edition)
    counted = set(city.store.counted_keys(city.terms.fiscal_year))
    every = list(_open(city))
    conflicts = [(head, conflict) for head, conflict in every if head.id in counted]
    hand_ins = list(_hand_ins(city, counted))
    count = len(conflicts) + len(hand_ins)
    if as_json:
        documents = chain.from_iterable(starmap(_documents, conflicts))
        put_json({"conflicts": [*documents, *_hand_in_documents(hand_ins)]})
    else:
        _say_conflicts(conflicts, hand_ins, len(every) - len(conflicts))
    return ATTENTION if count else 0


def _say_conflicts(
    conflicts: Sequence[tuple[Sheet, FieldConflict]],
    hand_ins: Sequence[tuple[Sheet, Sequence[HandInOffer]]],
    uncounted: int,
) -> None:
    count = len(conflicts) + len(hand_ins)
    for head, conflict in conflicts:
        say_conflict(head, conflict)
    for head, offers in hand_ins:
        say_hand_in(head, offers)
    if uncounted:
        say(f"対象外・廃止のシートの入力の重なり {uncounted}件は示していません")
    advice = "。`xlsync resolve 事業コード` で選べます" if count else ""
    say(f"まだ決まっていない入力の重なり {count}件{advice}")


def _hand_in_documents(
    hand_ins: Iterable[tuple[Sheet, Sequence[HandInOffer]]],
) -> Iterator[dict[str, Any]]:
    for head, offers in hand_ins:
        for offer in offers:
            yield {"key": head.key, **offer.to_document(), "revision": head.revision}


def _hand_ins(
    city: CitySettings, counted: Collection[SheetId]
) -> Iterator[tuple[Sheet, Sequence[HandInOffer]]]:
    """Yield the sheets of which copies say different things about handing in."""
    year = city.terms.fiscal_year
    for sheet_id in city.store.keys(year):
        offers = hand_in_offers(city.store, city.terms, sheet_id) if sheet_id in counted else []
        newest = city.store.find_newest(sheet_id, year) if offers else None
        if newest is not None:
            yield newest.sheet, offers


def _open(city: CitySettings) -> Iterator[tuple[Sheet, FieldConflict]]:
    """Yield each field in conflict with its sheet; sheets that cannot be read are named and left out."""
    damaged = {sheet.key for sheet in complain_damaged(city)}
    year = city.terms.fiscal_year
    for key in city.store.keys(year):
        head = None if key in damaged else city.store.head(key, year)
        if head is not None:
            for conflict in field_conflicts(city.store, city.terms, head):
                yield head, conflict


def _documents(head: Sheet, conflict: FieldConflict) -> Iterable[dict[str, Any]]:
    """Return a document for each value on offer, with whose it is, and whose the registered value is."""
    origin = conflict.registered_by
    registered = {
        "who": origin.who,
        "when": origin.when,
        "file": origin.file,
        "revision": origin.revision,
    }
    for offer in conflict.offers:
        yield {
            "key": head.key,
            "path": conflict.path,
            "ours": conflict.registered_json,
            **offer.to_document(),
            "registered": registered,
            "revision": head.revision,
        }


def say_conflict(head: Sheet, conflict: FieldConflict) -> None:
    """Print a field in conflict: what was there before, what is registered, and what each copy offers."""
    edition, path = head.edition, conflict.path
    say(f"{head.key} {title_of(head, path)}（{path}）")
    say(f"    もとの内容：{field_words(edition, path, conflict.offers[0].base_json)}")
    registered = field_words(edition, path, conflict.registered_json)
    say(f"    登録済み：{registered}{_whose(_registered_words(conflict.registered_by))}")
    for offer in conflict.offers:
        whose = _whose(f"{Origin(offer.who, offer.when).words()} {offer.file}")
        say(f"    ファイル：{field_words(edition, path, offer.offer_json)}{whose}")
        say(f"        --take {path}={offer.copy_name}")


def say_hand_in(head: Sheet, offers: Sequence[HandInOffer]) -> None:
    """Print what copies of a sheet say about handing in, against what is recorded."""
    if offers:
        say(f"{head.key} シート「チェック」の{HAND_IN_FIELD}（{HAND_IN_FIELD}）")
        say(f"    登録済み：{offers[0].kept_word}")
    for offer in offers:
        say(f"    ファイル：「{offer.typed_word}」{_whose(offer.file)}")


def _registered_words(origin: Origin) -> str:
    number = f"第{origin.revision}版" if origin.revision else ""
    return " ".join(filter(None, (number, origin.words(), origin.file)))


def _whose(words: str) -> str:
    return f"（{words.strip()}）" if words.strip() else ""


__all__ = ["say_conflict", "say_hand_in", "show_conflicts"]

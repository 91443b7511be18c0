"""`xlsync conflicts`: fields that several people changed, and that nobody has decided yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from xlsync.row_titles import title_of

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet


def show_conflicts(folder: Path, edition: int | None = None, *, as_json: bool) -> int:
    """Print every open conflict, and return the exit code; by default of the year of the settings."""
    city = current_city(folder, edition)
    counted = set(city.store.counted_keys(city.terms.fiscal_year))
    every = list(_open(city))
    conflicts = [(head, conflict) for head, conflict in every if head.id in counted]
    if as_json:
        documents = chain.from_iterable(starmap(_documents, conflicts))
        put_json({"conflicts": list(documents)})
        return ATTENTION if conflicts else 0
    for head, conflict in conflicts:
        say_conflict(head, conflict)
    if len(every) > len(conflicts):
        say(f"対象外・廃止のシートの入力の重なり {len(every) - len(conflicts)}件は示していません")
    advice = "。`xlsync resolve 事業コード` で選べます" if conflicts else ""
    say(f"まだ決まっていない入力の重なり {len(conflicts)}件{advice}")
    return ATTENTION if conflicts else 0


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


def _registered_words(origin: Origin) -> str:
    number = f"第{origin.revision}版" if origin.revision else ""
    return " ".join(filter(None, (number, origin.words(), origin.file)))


def _whose(words: str) -> str:
    return f"（{words.strip()}）" if words.strip() else ""


__all__ = ["say_conflict", "show_conflicts"]

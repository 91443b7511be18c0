"""Which registered sheet each row of a list means: by its シートID where the list has that column, else by its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.exchange.register.headings import ID_HEADING

if TYPE_CHECKING:
    from xlsync.exchange.register.listed_sheets import ListedSheet
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


@dataclass
class Matches:
    """The registered sheet of each row by the row's number, those of new sheets left out, and why some have none."""

    by_row: dict[int, SheetId] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def matched_sheets(
    store: Store, edition: int, listed_sheets: Sequence[ListedSheet], heads: Iterable[Sheet]
) -> Matches:
    """Return which registered sheet each row means; a row that could mean two sheets is a fault."""
    known = {head.id: head for head in heads}
    matches = Matches()
    named = [listed for listed in listed_sheets if listed.sheet_id]
    for listed in named:
        if listed.sheet_id in known:
            matches.by_row[listed.row] = listed.sheet_id
        else:
            matches.faults.append(_unknown_id(listed))
    claimed = frozenset(matches.by_row.values())
    for listed in (each for each in listed_sheets if not each.sheet_id):
        _match_by_key(matches, store, edition, listed, claimed)
    matches.faults += _faults_of_taken_keys(known, listed_sheets, matches.by_row)
    return matches


def _match_by_key(
    matches: Matches,
    store: Store,
    edition: int,
    listed: ListedSheet,
    claimed: frozenset[SheetId],
) -> None:
    """Match a row that names no id; in a list with ids, such a row is about a key of today or a new sheet."""
    owners = store.owners_of(listed.key, edition)
    today = [sheet_id for sheet_id in owners.todays_owners if sheet_id not in claimed]
    if listed.sheet_id is None and len(owners.every) > len(today[:1]):
        keys = store.keys_by_id(edition, owners.every).values()
        matches.faults.append(_two_meanings(listed, keys))
    elif today:
        matches.by_row[listed.row] = today[0]


def _faults_of_taken_keys(
    known: Mapping[SheetId, Sheet],
    listed_sheets: Sequence[ListedSheet],
    by_row: Mapping[int, SheetId],
) -> Iterator[str]:
    """Yield the rows whose key belongs to a registered sheet that keeps it."""
    leaving = {by_row[listed.row] for listed in listed_sheets if listed.row in by_row}
    kept = {head.key: head for head in known.values() if head.id not in leaving}
    for listed in listed_sheets:
        head = kept.get(listed.key)
        if head is not None:
            yield f"{listed.row}行目：「{listed.key}」は、登録済みの「{head.title}」の番号です"


def _unknown_id(listed: ListedSheet) -> str:
    return (
        f"{listed.row}行目：{ID_HEADING}「{listed.sheet_id}」の事業は登録されていません。"
        f"新しい事業なら{ID_HEADING}を空欄にしてください"
    )


def _two_meanings(listed: ListedSheet, keys: Iterable[str]) -> str:
    return (
        f"{listed.row}行目：「{listed.key}」は、番号が変わった事業の以前の番号です（いまの番号：{'、'.join(keys)}）。"
        f"`xlsync sheets export` で作る、{ID_HEADING}の列がある一覧で登録してください"
        f"（新しい事業なら、その行の{ID_HEADING}を空欄にします）"
    )


__all__ = ["Matches", "matched_sheets"]

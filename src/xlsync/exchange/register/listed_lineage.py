"""Where the sheets of a list come from (前身, 異動): read with its rows, checked together, and written down together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import StoreError
from xlsync.exchange.lineage import refuse_untrue_shares
from xlsync.exchange.lineage_entries import percent_words, predecessors_in, relation_of
from xlsync.exchange.register.headings import FORMER, LINEAGE_REASON, RELATION
from xlsync.store.lineage_acts import (
    RELATION_WORDS,
    LineageAct,
    Predecessor,
    lineage_act,
    write_lineage_act,
)

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.register.listed_sheets import ListedSheet
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.lineage_acts import Relation

_BETWEEN: Final = re.compile(r"[\s、,，;；]+")


@dataclass(frozen=True, slots=True)
class PlannedLineage:
    """Where a sheet of a list comes from, as its row says, where the store does not say the same already."""

    row: int
    sheet: Sheet
    lineage: LineageAct

    def words(self, store: Store) -> str:
        """Return it for people: 01-02 ← 01-01 60%（統合）."""
        parts = (
            f"{store.key_of(each.former_id, each.fiscal_year)} {percent_words(each.amount_share)}"
            for each in self.lineage.predecessors
        )
        return f"{self.sheet.key} ← {'、'.join(parts) or 'なし'}（{RELATION_WORDS[self.lineage.relation]}）"

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        former = [each.to_document() for each in self.lineage.predecessors]
        return {
            "row": self.row,
            "key": self.sheet.key,
            "kind": self.lineage.relation,
            "from": former,
        }


@dataclass(frozen=True, slots=True)
class ListedLineage:
    """What a list says of where its sheets come from, and what of it cannot be true, with the row."""

    planned_lineage: tuple[PlannedLineage, ...] = ()
    faults: tuple[str, ...] = ()


def listed_lineage(
    store: Store, year: int, listed_sheets: Iterable[ListedSheet], sheets: Mapping[int, Sheet]
) -> ListedLineage:
    """Return what a list says; `sheets` are its sheets as they are to be, by row. Blank cells say nothing."""
    planned: list[PlannedLineage] = []
    faults: list[str] = []
    for listed in listed_sheets:
        try:
            act = _act_of(store, year, listed)
        except StoreError as fault:
            faults.append(f"{listed.row}行目：{fault.reason}（{fault.where}）")
            continue
        if act is not None and listed.row in sheets:
            planned.append(PlannedLineage(listed.row, sheets[listed.row], act))
    faults += _untrue(store, year, planned)
    return ListedLineage(
        tuple(each for each in planned if not _is_written(store, each)), tuple(faults)
    )


def _act_of(store: Store, year: int, listed: ListedSheet) -> LineageAct | None:
    texts = listed.lineage_texts
    entries = tuple(filter(None, _BETWEEN.split(texts.get(FORMER, ""))))
    word = texts.get(RELATION, "").strip()
    if not entries and not word:
        return None
    relation: Relation = relation_of(word) if word else _usual_relation(entries)
    predecessors = predecessors_in(store, year, entries)
    return LineageAct(relation, predecessors, texts.get(LINEAGE_REASON, ""), "", "")


def _usual_relation(entries: tuple[str, ...]) -> Relation:
    return "merge" if len(entries) > 1 else "rename"


def _untrue(store: Store, year: int, planned: Iterable[PlannedLineage]) -> Iterator[str]:
    """Yield what cannot be true of the lineages of a list together."""
    overlay = {each.sheet.id: each.lineage for each in planned}
    for each in planned:
        try:
            refuse_untrue_shares(store, each.sheet.id, year, each.lineage, overlay)
        except StoreError as fault:
            yield f"{each.row}行目：{fault.reason}（{fault.where}）"


def _is_written(store: Store, planned: PlannedLineage) -> bool:
    act = lineage_act(store.files, planned.sheet.id, planned.sheet.edition.year)
    return act is not None and act.says_the_same(planned.lineage)


def record_listed_lineage(store: Store, planned: Iterable[PlannedLineage], source: Source) -> int:
    """Write down where sheets come from, and return of how many; one that is not registered is left out."""
    count = 0
    with store.writing():
        for each in planned:
            year = each.sheet.edition.year
            if store.last(each.sheet.id, year) and not _is_written(store, each):
                act = each.lineage
                written = LineageAct(
                    act.relation, act.predecessors, act.reason, source.when, source.who
                )
                write_lineage_act(store.files, each.sheet.id, year, written)
                count += 1
    return count


def lineage_cells(store: Store, sheet_id: SheetId, year: int) -> tuple[str, str, str]:
    """Return what the columns of a register say of a sheet: predecessors, the word for the change, why; "" each for none."""
    act = lineage_act(store.files, sheet_id, year)
    if act is None:
        return "", "", ""
    entries = (_entry(store, each) for each in act.predecessors)
    return "、".join(entries), RELATION_WORDS[act.relation], act.reason


def _entry(store: Store, each: Predecessor) -> str:
    key, share = store.key_of(each.former_id, each.fiscal_year), percent_words(each.amount_share)
    return key if share == "100%" else f"{key}={share.removesuffix('%')}"


__all__ = [
    "ListedLineage",
    "PlannedLineage",
    "lineage_cells",
    "listed_lineage",
    "record_listed_lineage",
]

"""事業の新旧対照: what became of the projects of the year before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from xlsync.store.lineage_acts import RELATION_WORDS, lineage_acts
from xlsync.store.register_acts import register_acts
from xlsync.workbook.streamed_list import Column, StreamedPage, streamed_workbook

if TYPE_CHECKING:
    from xlsync.form.definition import Definition, Words
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.lineage_acts import LineageAct

_PERCENT: Final = 100
_ENDED: Final = "廃止・完了"
_NO_YEAR: Final = 2000
_SORTS: Final = (
    *("統合", "分割", "改称", "移管", "名称変更", "番号変更", "所管替え"),
    *(RELATION_WORDS["new"], _ENDED),
)
"""The sorts of changes in the order of the list."""


@dataclass(frozen=True, slots=True)
class LineageRow:
    """A line of 事業の新旧対照: an old sheet, a new one, how the one became the other, and the share in percent.

    One of the two is None where a project is new, or has ended.
    """

    old_sheet: Sheet | None
    new_sheet: Sheet | None
    word: str
    share_percent: Decimal = Decimal(_PERCENT)
    reason: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        sides = {"old": self.old_sheet, "new": self.new_sheet}
        named = {
            side: None if sheet is None else {"key": sheet.key, "title": sheet.title}
            for side, sheet in sides.items()
        }
        share = f"{self.share_percent:f}"
        return {**named, "relation": self.word, "share_percent": share, "reason": self.reason}


def lineage_rows(store: Store, year: int) -> list[LineageRow]:
    """Return 事業の新旧対照 of an edition against the one before, without what just goes on."""
    acts, heads = lineage_acts(store.files, year), _counted(store, year)
    earlier = [each for each in store.editions() if each < year]
    before = _counted(store, earlier[-1]) if earlier else {}
    rows: list[LineageRow] = []
    for head in heads.values():
        rows += _rows_of(store, head, before, acts.get(head.id))
    gone_on = {row.old_sheet.id for row in rows if row.old_sheet is not None} | heads.keys()
    ended = [head for head in before.values() if head.id not in gone_on]
    return [
        *rows,
        *(LineageRow(head, None, _ENDED, reason=_why(store, head, year)) for head in ended),
    ]


def _why(store: Store, old: Sheet, year: int) -> str:
    """Return the reason why a project ended, as it was given in either year."""
    for each in (year, old.edition.year):
        acts = register_acts(store.files, old.id, each)
        if acts and acts[-1].act_kind != "restore":
            return acts[-1].reason
    return ""


def _rows_of(
    store: Store, head: Sheet, before: Mapping[SheetId, Sheet], act: LineageAct | None
) -> Iterator[LineageRow]:
    if act is None:
        old = before.get(head.id)
        if old is None:
            yield LineageRow(None, head, "新規")
        elif (old.key, old.title, old.units) != (head.key, head.title, head.units):
            yield LineageRow(old, head, _change_word(old, head))
        return
    for each in act.predecessors:
        revision = store.find_newest(each.former_id, each.fiscal_year)
        old = None if revision is None else revision.sheet
        percent = (each.amount_share * _PERCENT).normalize()
        yield LineageRow(old, head, RELATION_WORDS[act.relation], percent, act.reason)
    if not act.predecessors:
        yield LineageRow(None, head, RELATION_WORDS["new"], reason=act.reason)


def _change_word(old: Sheet, new: Sheet) -> str:
    words = (
        ("名称変更", old.title != new.title),
        ("番号変更", old.key != new.key),
        ("所管替え", old.units != new.units),
    )
    return "・".join(word for word, holds in words if holds)


def _counted(store: Store, year: int) -> dict[SheetId, Sheet]:
    counted = set(store.counted_keys(year))
    return {head.id: head for head in store.heads(year) if head.id in counted}


def lineage_workbook(rows: Sequence[LineageRow], definition: Definition) -> bytes:
    """Return 事業の新旧対照 as a workbook for print: one line for each change, and how many there are of each sort."""
    words = definition.words
    sheets = [sheet for row in rows for sheet in (row.old_sheet, row.new_sheet)]
    years = {sheet.edition.year: sheet.edition for sheet in sheets if sheet is not None}
    shown = [years[year].expand("{0年度}") for year in sorted(years)]
    heading = "事業の新旧対照" + (f"　{shown[0]} → {shown[-1]}" if shown else "")
    old, new = _sheet_columns("旧", words), _sheet_columns("新", words)
    columns = (*old, Column("異動", 9), Column("割合", 6), *new, Column("理由", 18))
    listed = StreamedPage("事業の新旧対照", heading, columns, map(_cells_of, _in_order(rows)))
    counts = Counter(row.word for row in _in_order(rows))
    counted = StreamedPage(
        "件数", f"{heading}（件数）", (Column("異動", 20), Column("行数", 8)), counts.items()
    )
    newest = max(years, default=_NO_YEAR)
    return streamed_workbook((listed, counted), dt.date(newest, 4, 1))


def _sheet_columns(side: str, words: Words) -> tuple[Column, ...]:
    """Return the columns that name a sheet of one of the two years."""
    return (
        Column(f"{side} {words.key}", 17),
        Column(f"{side} {words.title}", 24),
        Column(f"{side} 所属", 20),
    )


def _in_order(rows: Iterable[LineageRow]) -> list[LineageRow]:
    """Return rows by the sort of the change, those of one sheet together."""
    order = list(_SORTS)
    return sorted(rows, key=lambda row: (order.index(_sort(row)), _sheet_key(row)))


def _sort(row: LineageRow) -> str:
    return next((sort for sort in _SORTS if sort in row.word), _SORTS[-1])


def _sheet_key(row: LineageRow) -> str:
    """Return by what rows of one sort are sorted: of a split, the old sheet, else the new one."""
    sides = (row.old_sheet, row.new_sheet) if "分割" in row.word else (row.new_sheet, row.old_sheet)
    return next((sheet.key for sheet in sides if sheet is not None), "")


def _cells_of(row: LineageRow) -> tuple[str, ...]:
    is_both = row.old_sheet is not None and row.new_sheet is not None
    share = f"{row.share_percent:f}%" if is_both else ""
    return (*_cells(row.old_sheet), row.word, share, *_cells(row.new_sheet), row.reason)


def _cells(sheet: Sheet | None) -> tuple[str, str, str]:
    return ("", "", "") if sheet is None else (sheet.key, sheet.title, " ".join(sheet.units))


__all__ = ["LineageRow", "lineage_rows", "lineage_workbook"]

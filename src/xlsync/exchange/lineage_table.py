"""事業の新旧対照: what became of the projects of the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from xlsync.store.lineage_acts import RELATION_WORDS, lineage_acts
from xlsync.workbook.list_workbook import list_workbook

if TYPE_CHECKING:
    from xlsync.form.definition import Definition
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.lineage_acts import LineageAct

_PERCENT: Final = 100


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
    acts, heads = lineage_acts(store.folder, year), _counted(store, year)
    earlier = [each for each in store.editions() if each < year]
    before = _counted(store, earlier[-1]) if earlier else {}
    rows: list[LineageRow] = []
    for head in heads.values():
        rows += _rows_of(store, head, before, acts.get(head.id))
    gone_on = {row.old_sheet.id for row in rows if row.old_sheet is not None} | heads.keys()
    ended = [head for head in before.values() if head.id not in gone_on]
    return [*rows, *(LineageRow(head, None, "廃止・完了") for head in ended)]


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
    """Return 事業の新旧対照 as a workbook."""
    words = definition.words
    headings = (
        f"旧 {words.key}", f"旧 {words.title}", "旧 所属", "異動", "割合（%）",
        f"新 {words.key}", f"新 {words.title}", "新 所属", "理由",
    )  # fmt: skip
    values = [
        (*_cells(row.old_sheet), row.word, row.share_percent, *_cells(row.new_sheet), row.reason)
        for row in rows
    ]
    return list_workbook("事業の新旧対照", headings, values)


def _cells(sheet: Sheet | None) -> tuple[str, str, str]:
    return ("", "", "") if sheet is None else (sheet.key, sheet.title, " ".join(sheet.units))


__all__ = ["LineageRow", "lineage_rows", "lineage_workbook"]

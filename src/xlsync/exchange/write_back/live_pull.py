"""Store → live workbook: what others changed, to be put into the workbook somebody has open, cell by cell.

Nothing is written here and nothing taken in: the client writes, asking where the live cell was changed too. Once it has
carried out everything, the workbook's stamp names a state whose memory is noted now: what the store said at each of these
fields is known to the workbook from then on. A client that dies in between leaves the old stamp, and so the old memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsync.computed import compute
from xlsync.exchange.blame import Origin, origins
from xlsync.exchange.incoming import Arrival, Reader, arrivals, completed
from xlsync.exchange.reconcile.merge_base import known_now, recall, remember_live
from xlsync.merging import changes_between, merge, replace_fields
from xlsync.ooxml.read.reader import Cell, CellError, open_workbook
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.receipt import Source, Terms
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.store import Store
    from xlsync.workbook.stamp import Stamp


@dataclass(frozen=True, slots=True)
class LiveCell:
    """A field of the live workbook to be brought up to date: what its cell holds (`was`) and what the store says.

    `who` and `when` (ISO 8601, "" where unknown) tell who brought the store's value.
    """

    path: str
    title: str
    cell: str
    value: Scalar
    was: Scalar
    who: str
    when: str


@dataclass(frozen=True)
class CatchUp:
    """What brings one form worksheet up to the store.

    `writes` are fields only others changed, `asks` those changed here too. `left` are paths left alone although the store
    says otherwise: a formula stands there, or nobody can tell where they are. `stamp` is to be put once all is carried out,
    "" where it keeps its own. `reason` says why nothing can be brought, "" otherwise.
    """

    worksheet: str
    key: str
    edition: int
    revision: int | None = None
    writes: tuple[LiveCell, ...] = ()
    asks: tuple[LiveCell, ...] = ()
    left: tuple[str, ...] = ()
    stamp: str = ""
    reason: str = ""


def catch_up(
    store: Store, terms: Terms, data: bytes, source: Source, reader: Reader = read
) -> list[CatchUp]:
    """Tell what brings every form worksheet of a live workbook up to the store, and note what it will know by then.

    `source.state` must be new. Raises WorkbookError where the bytes are no workbook of ours, StoreError.
    """
    found = arrivals(terms, data, source, reader)
    workbook = open_workbook(data)
    with store.writing():
        return [
            _caught_up(store, terms, one, source, workbook.cells(one.worksheet)) for one in found
        ]


def _caught_up(
    store: Store, terms: Terms, arrival: Arrival, source: Source, cells: Mapping[str, Cell]
) -> CatchUp:
    answer = CatchUp(arrival.worksheet, arrival.key, arrival.sheet.edition.year)
    head = store.head(arrival.key, answer.edition) if not arrival.barred else None
    if head is None:
        missing = "保管庫にまだありません。［提出］を押すか、保存すると受け取られます"
        return replace(answer, reason=arrival.barred or missing)
    memory = recall(store, arrival, source)
    arrival = completed(arrival, memory.base)
    result = merge(memory.base, head, arrival.sheet, terms.groups)
    asked = {conflict.path for conflict in result.conflicts}
    brought = _brought(arrival, head, result.sheet) | asked
    ours = {path for path in brought if _is_ours(arrival, path, cells)}
    told = origins(store, head, ours)
    found = {
        path: _live_cell(arrival, head, path, cells, told.get(path, Origin()))
        for path in head
        if path in ours
    }
    left = brought - ours
    # Of a field the office decides about, the base stays: there the store wins whatever is answered.
    seen = ours - (asked & terms.owned)
    stamp = _stamp(arrival, head, source, complete=seen == brought) if ours else None
    if stamp is not None:
        base = memory.base or Sheet(head.edition, head.key, {})
        known = known_now(memory, replace_fields(base, head, seen), ())
        remember_live(store, memory, known, stamp)
    return replace(
        answer,
        revision=head.revision,
        writes=tuple(one for path, one in found.items() if path not in asked),
        asks=tuple(one for path, one in found.items() if path in asked),
        left=tuple(path for path in head if path in left),
        stamp=stamp.text() if stamp is not None else "",
    )


def _brought(arrival: Arrival, head: Sheet, merged: Sheet) -> set[str]:
    """Give the fields in which the head is to be brought into the worksheet: they differ, and the merge keeps the head's."""
    differing = {change.path for change in changes_between(arrival.sheet, head)}
    mine = {change.path for change in changes_between(head, merged)}
    typed = {path for path in differing - mine if path not in arrival.live}
    formulas = head.edition.formulas
    fed = {
        path
        for path, share in arrival.live.items()
        if compute(formulas[path], head, share) != head[path]
    }
    return typed | fed


def _is_ours(arrival: Arrival, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where the cell is known and may be written: no formula in it, and nothing that has no value of its own."""
    address = arrival.cells.get(path)
    if address is None or path in arrival.unlocated:
        return False
    cell = cells.get(address)
    plain = cell is None or (
        cell.formula is None
        and not isinstance(cell.value, CellError)
        and isinstance(cell.value, str | int | float | None)
    )
    return plain and arrival.sheet.edition.by_path[path].filled_by != "computed"


def _live_cell(
    arrival: Arrival, head: Sheet, path: str, cells: Mapping[str, Cell], origin: Origin
) -> LiveCell:
    field, address = head.edition.by_path[path], arrival.cells[path]
    value = head.unreadable.get(path) or field.kind.show(head[path])
    cell = cells.get(address)
    was = cell.value if cell is not None else None
    assert was is None or isinstance(was, str | int | float)  # noqa: S101 - _is_ours saw to it
    return LiveCell(path, field.title, address, value, was, *origin)


def _stamp(arrival: Arrival, head: Sheet, source: Source, *, complete: bool) -> Stamp | None:
    """Give the stamp the worksheet is to carry; it names the head's revision only where nothing of that is missing."""
    if not arrival.stamp.copy:
        return None
    base = head.revision if complete and head.revision else arrival.stamp.base
    return replace(arrival.stamp, base=base, state=source.state)

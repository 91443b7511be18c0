"""What taking in a list would do, before anything is done: new sheets, changed ones, missing ones, doubts and faults."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from xlsync.errors import WorkbookError
from xlsync.exchange.register.headings import (
    KEY,
    register_table,
    unread_columns,
    unread_merged_headings,
)
from xlsync.exchange.register.listed_lineage import PlannedLineage, listed_lineage
from xlsync.exchange.register.listed_sheets import ListedSheet, read_listed_sheets
from xlsync.exchange.register.matched_sheets import matched_sheets
from xlsync.kinds import fold
from xlsync.merging import Change, changes_between
from xlsync.sheet import Sheet
from xlsync.store.register_acts import uncounted_keys

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Terms
    from xlsync.form.edition import Edition
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


Fate = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """A sheet of the list as it is to be, with the revision it was decided on: its row, and what that changes.

    `former_key` is the key it had so far, "" where that stays or the sheet is new.
    """

    row: int
    sheet: Sheet
    changes: tuple[Change, ...]
    former_key: str = ""

    @property
    def fate(self) -> Fate:
        """What it is to the register: new, changed, or as it is."""
        if self.sheet.revision is None:
            return "new"
        return "changed" if self.changes else "same"

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        former = {"former_key": self.former_key} if self.former_key else {}
        return {
            "row": self.row,
            "key": self.sheet.key,
            "title": self.sheet.title,
            **former,
            "changes": [change.to_document() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """What taking in a list would do.

    Attributes:
        new_sheets: Sheets that are not registered yet.
        changed_sheets: Registered sheets in which the list changes something.
        same_sheets: Registered sheets that are as the list says.
        missing_sheets: Registered sheets that the list does not name; nothing happens to them.
        planned_lineage: Where sheets of the list come from, as far as the store does not say so yet.
        faults: Why nothing can be done, each with row and cell.
        doubts: What somebody should look at first.
        passed_over: Rows and columns that are not read.

    """

    new_sheets: tuple[PlannedSheet, ...] = ()
    changed_sheets: tuple[PlannedSheet, ...] = ()
    same_sheets: tuple[Sheet, ...] = ()
    missing_sheets: tuple[Sheet, ...] = ()
    planned_lineage: tuple[PlannedLineage, ...] = ()
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def is_something(self) -> bool:
        """Whether carrying it out changes anything."""
        return bool(self.new_sheets or self.changed_sheets or self.planned_lineage)

    def to_export(self, receipts: Iterable[Receipt], counted: Collection[SheetId]) -> list[SheetId]:
        """Return the ids of the sheets whose workbooks are to be made or renewed once the plan was carried out.

        Those that are as the list says are among them: the run that registered them may not have come to its end.

        Args:
            receipts: What came of the plan.
            counted: The ids of the sheets that count (`Store.counted_keys`).

        """
        done = [receipt.sheet_id for receipt in receipts if not receipt.undone_reason]
        listed = [*done, *(sheet.id for sheet in self.same_sheets)]
        return [sheet_id for sheet_id in listed if sheet_id in counted]

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "new": _documents(self.new_sheets),
            "changed": _documents(self.changed_sheets),
            "same": len(self.same_sheets),
            "missing": [{"key": sheet.key, "title": sheet.title} for sheet in self.missing_sheets],
            "lineage": _documents(self.planned_lineage),
            "faults": list(self.faults),
            "doubts": list(self.doubts),
            "passed_over": list(self.passed_over),
        }


def plan_register(
    store: Store, terms: Terms, data: bytes, name: str, mapping: Mapping[str, str]
) -> RegisterPlan:
    """Read a list and compare it with the store; nothing is written.

    Args:
        store: The city's store.
        terms: The city's form, fiscal year and owners.
        data: The bytes of an Excel workbook or a CSV file.
        name: Its name, for messages.
        mapping: The city's own words for headings: a field's path by heading.

    Raises:
        WorkbookError: The bytes are no list, or no row of it has the headings of the sheets' key.

    """
    headed = register_table(data, terms, mapping, name)
    table, headings = headed.list_table, headed.list_headings
    edition = terms.form.at(terms.fiscal_year)
    heads = store.heads(terms.fiscal_year)
    uncounted = uncounted_keys(store.files, terms.fiscal_year)
    reading = read_listed_sheets(table, headings, edition, _key_texts(edition, heads))
    matches = matched_sheets(store, terms.fiscal_year, reading.sheets, heads)
    plan = _compared(store, reading.sheets, terms, heads, matches.by_row)
    known = {head.id: head for head in heads}
    by_row = {row: known[sheet_id] for row, sheet_id in matches.by_row.items()}
    by_row |= {planned.row: planned.sheet for planned in plan.new_sheets}
    lineage = listed_lineage(store, terms.fiscal_year, reading.sheets, by_row)
    return replace(
        plan,
        planned_lineage=lineage.planned_lineage,
        faults=(
            *unread_merged_headings(table, headings),
            *reading.faults,
            *matches.faults,
            *lineage.faults,
        ),
        missing_sheets=tuple(sheet for sheet in plan.missing_sheets if sheet.id not in uncounted),
        doubts=(
            *headed.unread_lists,
            *reading.doubts,
            *_doubts(plan.new_sheets, plan.missing_sheets),
            *_doubtful_titles(plan.new_sheets, edition.definition.words.title),
        ),
        passed_over=(*unread_columns(table, headings), *reading.passed_over),
    )


def listed_keys(
    store: Store, terms: Terms, data: bytes, name: str, mapping: Mapping[str, str]
) -> tuple[list[str], tuple[str, ...]]:
    """Return the keys of the sheets that a list names, in its order, and which further worksheets are not read.

    Columns other than those of the key are not read.

    Raises:
        WorkbookError: It is no list, or the key of a row cannot be read, is there twice or stands in a hidden row.

    """
    headed = register_table(data, terms, mapping, name)
    edition = terms.form.at(terms.fiscal_year)
    key = {KEY, *edition.definition.identity.key}
    listed_columns = headed.list_headings.field_columns
    columns = {column: path for column, path in listed_columns.items() if path in key}
    heads = store.heads(terms.fiscal_year)
    keyed = replace(headed.list_headings, field_columns=columns)
    reading = read_listed_sheets(headed.list_table, keyed, edition, _key_texts(edition, heads))
    if reading.faults:
        raise WorkbookError(f"何もしていません。{'。'.join(reading.faults)}", name)
    return [listed.key for listed in reading.sheets], headed.unread_lists


def _compared(
    store: Store,
    listed_sheets: Sequence[ListedSheet],
    terms: Terms,
    heads: Sequence[Sheet],
    by_row: Mapping[int, SheetId],
) -> RegisterPlan:
    """Return what the sheets of a list are to the registered ones."""
    known = {head.id: head for head in heads}
    planned = [
        _changed(listed, known[by_row[listed.row]])
        if listed.row in by_row
        else _new(store, listed, terms)
        for listed in listed_sheets
    ]
    named = set(by_row.values())
    missing = (head for head in heads if head.id not in named)
    return RegisterPlan(
        _of_fate(planned, "new"),
        _of_fate(planned, "changed"),
        tuple(plan.sheet for plan in _of_fate(planned, "same")),
        tuple(sorted(missing, key=lambda head: head.key)),
    )


def _of_fate(planned_sheets: Iterable[PlannedSheet], fate: Fate) -> tuple[PlannedSheet, ...]:
    return tuple(planned for planned in planned_sheets if planned.fate == fate)


def _key_texts(edition: Edition, heads: Sequence[Sheet]) -> dict[str, frozenset[str]]:
    """Return what registered sheets have in each field of the key."""
    return {path: frozenset(_texts(path, heads)) for path in edition.definition.identity.key}


def _texts(path: str, heads: Sequence[Sheet]) -> Iterator[str]:
    return (str(head[path]) for head in heads)


def _new(store: Store, listed: ListedSheet, terms: Terms) -> PlannedSheet:
    year = terms.fiscal_year
    sheet_id = store.new_id(listed.key, year)
    sheet = Sheet(terms.form.at(year), listed.key, listed.values).with_id(sheet_id)
    return PlannedSheet(listed.row, sheet, changes_between(None, sheet))


def _changed(listed: ListedSheet, head: Sheet) -> PlannedSheet:
    kept = {path: text for path, text in head.unreadable.items() if path not in listed.values}
    sheet = head.with_values(listed.values, kept)
    former = "" if sheet.key == head.key else head.key
    return PlannedSheet(listed.row, sheet, changes_between(head, sheet), former)


def _doubts(new: tuple[PlannedSheet, ...], missing: tuple[Sheet, ...]) -> Iterator[str]:
    """Yield new sheets that have the title of a missing one: its code may have changed."""
    titles = {fold(sheet.title): sheet for sheet in missing if sheet.title}
    for planned in new:
        same = titles.get(fold(planned.sheet.title))
        if same is not None:
            yield (
                f"{planned.row}行目：「{planned.sheet.title}」は {same.key} で登録済みですが、"
                f"一覧では {planned.sheet.key} です。"
                "番号が変わった事業なら、登録せずに、`xlsync sheets export` で作る一覧"
                "（シートIDの列があります）の番号を直して登録してください"
            )


def _doubtful_titles(new: Iterable[PlannedSheet], word: str) -> Iterator[str]:
    """Yield new sheets without a title, and those with the title of another new one."""
    first: dict[str, PlannedSheet] = {}
    for planned in new:
        if not planned.sheet.title:
            yield f"{planned.row}行目：{planned.sheet.key} の{word}が空欄です"
            continue
        other = first.setdefault(fold(planned.sheet.title), planned)
        if other is not planned:
            yield f"{planned.row}行目：{word}「{planned.sheet.title}」が{other.row}行目（{other.sheet.key}）にもあります"


def _documents(listed: Iterable[PlannedSheet | PlannedLineage]) -> list[dict[str, Any]]:
    return [each.to_document() for each in listed]


__all__ = ["PlannedSheet", "RegisterPlan", "listed_keys", "plan_register"]

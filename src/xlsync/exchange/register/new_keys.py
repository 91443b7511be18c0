"""New keys for all sheets of a year, where a form makes them of other fields: the list to fill in, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.carry_over import carry_over
from xlsync.exchange.register.headings import ID_HEADING, SHEET_ID, register_table
from xlsync.exchange.register.listed_sheets import read_listed_sheets
from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan
from xlsync.exchange.register.register_run import run_register
from xlsync.merging import changes_between
from xlsync.sheet import key_of
from xlsync.store.revision import Draft, Submission
from xlsync.workbook.list_workbook import list_workbook

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.exchange.register.listed_sheets import ListedSheet
    from xlsync.form.library import Form
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.workbook.list_workbook import CellValue

TITLE: Final = "新しい番号"


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What a list says: the fields of each sheet's key by its id, and why nothing can be done."""

    codes_by_id: Mapping[SheetId, Mapping[str, Value]]
    faults: tuple[str, ...] = ()


def new_keys_workbook(store: Store, terms: Terms, changed: Form) -> bytes:
    """Return the list: a row for each sheet that counts, with its key and name of today, and cells for the new key.

    Those hold what the changed form takes over from a field of today, and are blank elsewhere.
    """
    now, then = terms.form.at(terms.fiscal_year), changed.at(terms.fiscal_year)
    codes = [then.by_path[path] for path in then.definition.identity.key]
    words = now.definition.words
    today = (words.key, words.title, *now.definition.identity.level_words)
    headings = [ID_HEADING, *(f"いまの{each}" for each in today)]
    headings += [field.title for field in codes]
    rows: list[list[CellValue]] = []
    for head in _counted(store, terms):
        carried, _ = carry_over(head, then)
        shown = (field.kind.show(carried[field.path]) for field in codes)
        rows.append([head.id, head.key, head.title, *head.units, *shown])
    return list_workbook(TITLE, headings, rows)


def read_new_keys(store: Store, terms: Terms, changed: Form, data: bytes, name: str) -> NewKeys:
    """Read a list that was filled in; WorkbookError where it is none.

    Every sheet that counts must have a key, and no two the same, nor one that a sheet keeps which is not in the list.
    """
    edition = changed.at(terms.fiscal_year)
    headed = register_table(data, replace(terms, form=changed), {}, name)
    table, headings = headed.list_table, headed.list_headings
    wanted = {SHEET_ID, *edition.definition.identity.key}
    columns = {at: path for at, path in headings.field_columns.items() if path in wanted}
    reading = read_listed_sheets(table, replace(headings, field_columns=columns), edition, {})
    heads = {head.id: head for head in store.heads(terms.fiscal_year)}
    listed = {each.sheet_id: each for each in reading.sheets if each.sheet_id in heads}
    faults = [
        *reading.faults,
        *_unknown(reading.sheets, heads),
        *_faults_of_kept_keys(listed, heads),
    ]
    if not reading.faults:
        faults += _left_out(store, terms, listed)
    codes = {each: listed[each].values for each in listed}
    return NewKeys({each: codes[each] for each in heads if each in codes}, tuple(faults))


def _unknown(listed_sheets: list[ListedSheet], heads: Mapping[SheetId, Sheet]) -> Iterator[str]:
    for listed in listed_sheets:
        if not listed.sheet_id:
            yield f"{listed.row}行目：{ID_HEADING}がありません"
        elif listed.sheet_id not in heads:
            yield f"{listed.row}行目：{ID_HEADING}「{listed.sheet_id}」の事業は登録されていません"


def _faults_of_kept_keys(
    listed: Mapping[SheetId, ListedSheet], heads: Mapping[SheetId, Sheet]
) -> Iterator[str]:
    """Yield the rows whose key a sheet has that the list does not give another one."""
    kept = {head.key: head for head in heads.values() if head.id not in listed}
    for each in listed.values():
        if each.key in kept:
            yield f"{each.row}行目：「{each.key}」は、一覧にない「{kept[each.key].title}」の番号です"


def _left_out(store: Store, terms: Terms, listed: Mapping[SheetId, ListedSheet]) -> Iterator[str]:
    for head in _counted(store, terms):
        if head.id not in listed:
            yield f"{ID_HEADING}「{head.id}」（{head.key} {head.title}）の行がありません"


def _counted(store: Store, terms: Terms) -> list[Sheet]:
    year = terms.fiscal_year
    counted = set(store.counted_keys(year))
    return sorted(
        (each for each in store.heads(year) if each.id in counted), key=lambda each: each.key
    )


def sheets_without_key(store: Store, terms: Terms) -> list[Sheet]:
    """Return the sheets that count and whose key does not stand in the fields that make it in the form in use."""
    return [head for head in _counted(store, terms) if key_of(head.edition, head) != head.key]


def give_keys(store: Store, terms: Terms, new_keys: NewKeys, source: Source) -> Iterator[Receipt]:
    """Yield what comes of giving sheets their new keys, each as one revision; those that have theirs already stay as they are.

    Whoever stops half way begins again with the same list.
    """
    year, planned = terms.fiscal_year, []
    for head in store.heads(year):
        sheet = head.with_values(new_keys.codes_by_id.get(head.id, {}))
        today = store.key_of(head.id, year)
        former = "" if sheet.key == today else today
        if changes := changes_between(head, sheet):
            planned.append(PlannedSheet(0, sheet, changes, former))
        elif former and head.id in new_keys.codes_by_id:
            _commit_key(store, sheet, new_keys, source)
    plan = RegisterPlan(changed_sheets=tuple(planned))
    yield from run_register(store, terms, plan, source, lambda sheets: sheets)


def _commit_key(store: Store, sheet: Sheet, new_keys: NewKeys, source: Source) -> None:
    """Write a revision that changes no field: the form in use had the fields before, and they have their values back."""
    with store.writing():
        if store.key_of(sheet.id, sheet.edition.year) != sheet.key:
            draft = Draft(
                sheet.with_revision(None), source.when, source.who, Submission(file=source.file)
            )
            store.commit(draft, new_keys.codes_by_id.keys())


__all__ = ["NewKeys", "give_keys", "new_keys_workbook", "read_new_keys", "sheets_without_key"]

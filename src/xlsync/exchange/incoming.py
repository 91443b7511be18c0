"""Bytes → incoming sheets: what comes to the store, each either accepted or barred with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsync.canonical_json import parse_json
from xlsync.computed import results, share_of
from xlsync.errors import SheetError
from xlsync.exchange.carried_reading import carry_reading
from xlsync.exchange.document_identity import (
    id_of_document,
    stored_sheet_of,
    with_absent_fields,
    with_todays_key,
)
from xlsync.exchange.identity_fault import fault_of_identity
from xlsync.exchange.past_editions import (
    form_of_year,
    other_year,
    store_at_year,
    terms_of_year,
)
from xlsync.exchange.row_identity import cells_of_tables, with_known_rows
from xlsync.exchange.sheet_of_key import with_sheet_of_key
from xlsync.exchange.worksheet_copies import set_copies_aside
from xlsync.ooxml.titled_references import on_worksheet, split_title
from xlsync.sheet import key_of, peek, sheet_of
from xlsync.sheet_keys import SheetId
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Choice, Reading
from xlsync.workbook.stamp import Stamp

if TYPE_CHECKING:
    from xlsync.carry_over import LostValue
    from xlsync.computed import Share
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.finding import Finding
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.store import Store


Reader = Callable[[bytes, "Form"], list[Reading]]
"""What reads a workbook's bytes: `form_reader.read`, or one that is bounded in memory and time."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A sheet that comes to the store.

    Attributes:
        sheet: What it says; after completion, what it says together with its merge base.
        stamp: Its stamp; one without copy id and base where the workbook lost it.
        who: Who brings it.
        reading: The worksheet as it was read, in the fields of the form in use; None for a sheet that comes as JSON.
        workbook_data: The workbook's bytes, empty for JSON.
        barred: A Japanese sentence why it may not enter, "" where it may.
        lost: Values on a worksheet of a former version of the form that have no field in the one in use.
        former_reading: The worksheet in the fields of the version it was drawn by; None for JSON.
        todays_key: The key that the sheet has in the store, "" where it is not stored yet.

    """

    sheet: Sheet
    stamp: Stamp
    who: str
    reading: Reading | None = None
    workbook_data: bytes = b""
    barred: str = ""
    lost: tuple[LostValue, ...] = ()
    former_reading: Reading | None = None
    todays_key: str = ""

    @property
    def key(self) -> str:
        """The sheet's key of today, else the one on its page, "" where it does not say."""
        return self.todays_key or self.sheet.key

    @property
    def sheet_id(self) -> SheetId:
        """The id of the sheet in the store, its key where it is not stored yet."""
        return self.sheet.id

    @property
    def former_stamp(self) -> Stamp | None:
        """The stamp of a worksheet whose own sheet has become this one (統合, 改称), None elsewhere."""
        own = self.reading and self.reading.stamp
        return own if own and own.key not in {"", self.stamp.key} else None

    @property
    def is_document(self) -> bool:
        """True for a sheet that comes as JSON."""
        return self.reading is None

    @property
    def is_trial(self) -> bool:
        """True for a worksheet of a trial workbook that says whose it is: it is checked and never stored."""
        return self.stamp.is_trial and not self.barred

    @property
    def worksheet(self) -> str:
        """The title of its worksheet, of several the first, "" for JSON."""
        return "" if self.reading is None else self.reading.worksheet

    @property
    def worksheets(self) -> tuple[str, ...]:
        """The titles of all its worksheets, none for JSON."""
        return () if self.reading is None else self.reading.worksheets

    @property
    def form_version(self) -> int:
        """The version of the form that the page was drawn by, 0 where that is not known."""
        return 0 if self.reading is None else self.reading.version

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings made while reading."""
        return () if self.reading is None else self.reading.findings

    @property
    def cells(self) -> Mapping[str, str]:
        """The address of each field's cell, by path, as a formula on the first worksheet writes it."""
        return {} if self.reading is None else self.reading.cells

    def cell_of(self, path: str) -> tuple[str, str]:
        """Return worksheet and address of a field's cell."""
        return split_title(self.cells[path], self.worksheet)

    def cells_on(self, worksheet: str) -> dict[str, str]:
        """Return the address of each field's cell on one of the worksheets, by path."""
        return on_worksheet(self.cells, worksheet, self.worksheet)

    @property
    def unlocated(self) -> frozenset[str]:
        """The paths of fields no cell was found for: the sheet's None there is not the sender's."""
        return frozenset() if self.reading is None else self.reading.unlocated

    @property
    def live(self) -> Mapping[str, Share]:
        """The share of each computed field that still has its formula, by path."""
        return {} if self.reading is None else self.reading.live

    @property
    def choices(self) -> Mapping[str, Choice]:
        """The sides chosen on the worksheet 入力の重なり, by path."""
        return {} if self.reading is None else self.reading.choices

    def located(self, finding: Finding) -> Finding:
        """Return the finding with the worksheet and the cell of its field; unchanged for JSON."""
        cell = self.cells.get(finding.path, "")
        return finding if self.is_document else finding.at(self.worksheet, cell)


def read_incoming(
    terms: Terms, data: bytes, source: Source, reader: Reader = read, store: Store | None = None
) -> list[Incoming]:
    """Return the sheets in a workbook's bytes or a JSON document (told apart by the first character).

    The store, if given, tells which of several worksheets of one sheet is as the workbook was issued, and whether sheets of a
    year before the terms' are taken (`past_editions`).

    Raises:
        WorkbookError: The bytes are no workbook of a form, or cannot be read.
        SheetError: The document is no sheet of this form.

    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return [_of_document(terms, data, source, store)]
    former = {reading.worksheet: reading for reading in reader(data, terms.form)}
    carried = [
        carry_reading(reading, form_of_year(terms, store, reading.sheet.edition.year))
        for reading in former.values()
    ]
    lost = {reading.worksheet: values for reading, values in carried}
    readings, refusals = set_copies_aside([reading for reading, _ in carried], store)
    incoming_sheets = (
        replace(
            _of_reading(reading, data, source),
            barred=reading.stamp_doubt
            or _bar(terms, former[reading.worksheet].sheet, store)
            or refusals.get(reading.worksheet, ""),
            lost=lost[reading.worksheet],
            former_reading=former[reading.worksheet],
        )
        for reading in readings
    )
    return [
        with_sheet_of_key(each, store_at_year(store, terms, each.sheet.edition.year))
        for each in incoming_sheets
    ]


def complete(incoming: Incoming, base: Sheet | None) -> Incoming:
    """Return the incoming sheet with the fields that could not be located taken from its merge base: nobody changed them.

    Live formulas are computed again over it. Codes the stamp knew stay as they are; without a base the rest is blank.
    A JSON sheet has no formulas: a result that says what it said at the base was not typed, and follows its parts.
    """
    if base is not None and incoming.is_document:
        return replace(incoming, sheet=_recomputed(incoming.sheet, base))
    incoming = incoming if base is None else with_known_rows(incoming, base)
    missing = _missing_fields(incoming)
    if base is None or not missing:
        return incoming
    sheet = incoming.sheet
    missing |= cells_of_tables(base, missing)
    paths = dict.fromkeys((*sheet, *missing))
    values = {path: (base if path in missing else sheet)[path] for path in paths}
    texts = {path: text for path, text in base.unreadable.items() if path in missing}
    live = {**incoming.live, **_shares(base, missing - texts.keys())}
    computed = results(sheet.edition, live, values)
    whole = sheet.with_values({**values, **computed}, {**sheet.unreadable, **texts})
    return replace(incoming, sheet=whole)


def _missing_fields(incoming: Incoming) -> frozenset[str]:
    """Return the fields no cell was found for, but for the codes that the stamp knew."""
    edition = incoming.sheet.edition
    is_known = key_of(edition, incoming.sheet) is not None
    return incoming.unlocated - set(edition.definition.identity.key if is_known else ())


def _shares(sheet: Sheet, paths: Collection[str]) -> dict[str, Share]:
    """Return the share of each computed field among the paths that a live formula gives."""
    formulas = sheet.edition.formulas
    shares = {path: share_of(formulas[path], sheet) for path in formulas if path in paths}
    return {path: share for path, share in shares.items() if share is not None}


def _recomputed(sheet: Sheet, base: Sheet) -> Sheet:
    """Return a sheet without formulas, computed again where it repeats the base's result over other parts."""
    repeated = {path for path in sheet if sheet[path] == base[path]} - sheet.unreadable.keys()
    return sheet.with_values(results(sheet.edition, _shares(base, repeated), sheet))


def _of_document(terms: Terms, data: bytes, source: Source, store: Store | None) -> Incoming:
    document = parse_json(data)
    form, year = peek(document)
    if form != terms.form.id:
        raise SheetError(f"別の様式（{form}）のシートです")
    edition = form_of_year(terms, store, year).at(year)
    store = store_at_year(store, terms, year)
    sheet_id, fault = id_of_document(document, year, store)
    stored = None if store is None else stored_sheet_of(store, sheet_id, year, document)
    sheet = sheet_of(edition, with_absent_fields(edition, document, stored)).with_id(sheet_id)
    sheet = sheet if "id" in document else with_todays_key(sheet, stored)
    stamp = Stamp(form, year, sheet.id, sheet.revision or 0)
    barred = fault or _bar(terms, sheet, store)
    return Incoming(sheet.with_revision(None), stamp, source.who, barred=barred)


def _of_reading(reading: Reading, data: bytes, source: Source) -> Incoming:
    edition = reading.sheet.edition
    return Incoming(
        sheet=reading.sheet,
        stamp=reading.stamp or Stamp(edition.form, edition.year),
        # Who saved a live workbook last is not who presses a button in it now.
        who=(source.who if source.state else "") or reading.last_modified_by or source.who,
        reading=reading,
        workbook_data=data,
    )


def _bar(terms: Terms, sheet: Sheet, store: Store | None) -> str:
    """Say why a sheet may not enter: another edition's, or it does not say whose it is."""
    edition = sheet.edition
    if terms_of_year(terms, store, edition.year) is None:
        return other_year(terms, edition)
    return fault_of_identity(edition, sheet)

"""A city of the tests: a store on disk, the shipped form, workbooks given out and typed into as staff do."""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from tests import papers
from xlsync.checks import Rate
from xlsync.exchange import Receipt, Source, Terms, export_known, template_of
from xlsync.exchange.receive import receive
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.store import Store
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import HIDDEN_WORKSHEET, STAMP_NAME, STAMP_PROPERTY, stamp_of

WORKSHEET = "評価シート"


@dataclass
class City:
    """Its store, and a clock that counts the workbooks brought in."""

    store: Store
    terms: Terms
    brought: int = 0
    copies: int = field(default=0)

    def bring(
        self, data: bytes, file: str = "評価シート/a.xlsx", who: str = "職員"
    ) -> list[Receipt]:
        """Receive bytes a minute after the last ones."""
        self.brought += 1
        when = f"2018-07-02T{9 + self.brought // 60:02}:{self.brought % 60:02}:00+09:00"
        return receive(self.store, self.terms, data, Source(file, when, who))

    def bring_one(self, data: bytes, file: str = "評価シート/a.xlsx", who: str = "職員") -> Receipt:
        """Receive bytes with one sheet in them."""
        receipts = self.bring(data, file, who)
        assert len(receipts) == 1, receipts
        return receipts[0]

    def register(self, *keys: str) -> None:
        """Receive official sheets as the planning office's JSON."""
        for key in keys or papers.KEYS:
            assert self.bring_one(papers.official_bytes()[key], "登録").outcome == "accepted"

    def give_out(self, key: str = papers.CLEAN) -> bytes:
        """A new workbook of a stored sheet."""
        self.copies += 1
        return export_known(
            template_of(self.terms), self.head(key), f"{self.copies:08x}", self.store, self.terms
        )

    def head(self, key: str = papers.CLEAN) -> Sheet:
        """The sheet as the store has it."""
        head = self.store.head(key, self.terms.fiscal_year)
        assert head is not None
        return head

    def revisions(self, key: str = papers.CLEAN) -> int:
        """How many revisions the store has of a sheet."""
        return len(self.store.revisions(key, self.terms.fiscal_year))


def city(
    folder: Path, rates: Mapping[str, Rate] | None = None, edition: int = papers.EDITION
) -> City:
    """A city with an empty store."""
    form = load_form()
    store = Store(folder / "store", form, must_exist=False)
    store.create()
    return City(store, Terms(form, edition, rates or {}))


def cells_of(data: bytes, worksheet: str = WORKSHEET) -> dict[str, str]:
    """Where each field lies, as the workbook's own names say (read by openpyxl)."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    by_name = {f.cell_name: f.path for f in papers.edition().fields}
    return {
        by_name[name]: str(defined.attr_text).rpartition("!")[2].replace("$", "")
        for name, defined in book[worksheet].defined_names.items()
        if name in by_name
    }


def typed(data: bytes, changes: Mapping[str, Any], worksheet: str = WORKSHEET) -> bytes:
    """The workbook with values typed at paths; formulas may be typed over."""
    where = read(data)[0].cells
    spots = {(worksheet, where[path]): value for path, value in changes.items()}
    return patch_cells(data, spots, overwrite_formulas=True)


def through_openpyxl(data: bytes, changes: Mapping[str, Any] | None = None) -> bytes:
    """The workbook loaded, typed into and saved by a program that does not calculate."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    where = read(data)[0].cells
    for path, value in (changes or {}).items():
        book[WORKSHEET][where[path]].value = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of an openpyxl workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def struck_through(data: bytes, worksheet: str, *addresses: str) -> bytes:
    """The workbook with cells struck through."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for address in addresses:
        font = copy(book[worksheet][address].font)
        font.strike = True
        book[worksheet][address].font = font
    return saved(book)


def codes(receipt: Receipt) -> list[tuple[str, str]]:
    """(code, path) of each finding."""
    return [(found.code, found.path) for found in receipt.findings]


def without_stamp(data: bytes, *, hidden_too: bool = True) -> bytes:
    """The workbook without its hidden name and property; in the hidden worksheet the stamp survives where said."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for page in book.worksheets:
        for name in [name for name in page.defined_names if name.casefold() == STAMP_NAME]:
            del page.defined_names[name]
    del book.custom_doc_props[STAMP_PROPERTY]  # type: ignore[attr-defined]
    if hidden_too:
        for cell in book[HIDDEN_WORKSHEET][1]:
            if stamp_of(str(cell.value)) is not None:
                cell.value = None
    return saved(book)

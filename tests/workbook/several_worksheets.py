"""実施計画調書: a small form whose fields stand on one to three worksheets, sheets of it, and a city that collects them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import openpyxl
from hypothesis import strategies as st

from tests.cities import City, saved
from tests.strategies import values
from xlsync.computed import ALONE, results
from xlsync.exchange import Terms
from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.form.library import Form, load_form
from xlsync.kinds import Value
from xlsync.sheet import Sheet
from xlsync.store import Store
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

YEAR: Final = 2026
TITLES: Final = ("様式1", "様式2 内訳", "別紙")
DEFINITION: Final = """
format = 1
id = "chosho"
title = "実施計画調書"

[page]
worksheet = "様式1"
{further}

[identity]
key = ["number"]
title = "name"

[parts]
head = "事業"
costs = "経費"
text = "内容"
items = "内訳"

[axes]
year = [{{ key = "first", label = "1年目" }}, {{ key = "second", label = "2年目" }}]

[choices.grade]
label = "優先度"
items = ["高", "中", "低"]

[[field]]
path = "number"
label = "番号"
part = "head"
kind = "text"
filled-by = "office"
required = "always"
dash = "refused"

[[field]]
path = "name"
label = "事業名"
part = "head"
kind = "text"
filled-by = "office"

[[field]]
path = "grade"
label = "優先度"
part = "head"
kind = "choice"
choices = "grade"
filled-by = "staff"

[[field]]
path = "costs.{{year}}"
label = "事業費"
part = "costs"
kind = "money"
unit = "千円"
filled-by = "staff"
required = "always"

[[field]]
path = "total"
label = "合計"
part = "costs"
kind = "money"
unit = "千円"
filled-by = "computed"

[[field]]
path = "double"
label = "2倍"
part = "head"
kind = "money"
unit = "千円"
filled-by = "computed"
computed = "costs.first * 2"

[[field]]
path = "reason"
label = "理由"
part = "text"
kind = "text"
multiline = true
filled-by = "staff"

[[field]]
path = "day"
label = "記入日"
part = "text"
kind = "date"
calendar = "japanese"
filled-by = "staff"

[[field]]
path = "items_total"
label = "内訳の計"
part = "items"
kind = "money"
unit = "円"
filled-by = "computed"

[[table]]
path = "items"
label = "内訳"
part = "items"
rows = 3

[[table.column]]
path = "what"
label = "品名"
kind = "text"
filled-by = "staff"

[[table.column]]
path = "price"
label = "金額"
kind = "money"
unit = "円"
filled-by = "staff"

[[rule]]
check = "sum"
code = "sum-total"
total = "total"
parts = ["costs.first", "costs.second"]

[[rule]]
check = "sum"
code = "sum-items"
total = "items_total"
parts = ["items.price"]
blank = "nothing"
"""
PATHS: Final = (
    "number",
    "name",
    "grade",
    "costs.{year}",
    "total",
    "double",
    "reason",
    "day",
    "items_total",
)
TABLE: Final = "items"
Layout = tuple[int, ...]
"""The number of the worksheet of each entry of PATHS, and of the table."""
MIXED: Final[Layout] = (0, 0, 1, 1, 0, 1, 1, 0, 0, 1)
"""Both sums, the expression and the table have what they are made of on the other worksheet."""


@cache
def form(layout: Layout) -> Form:
    """The form with its fields on the worksheets of a layout."""
    count = max(layout) + 1
    listed = ", ".join(f'"{title}"' for title in TITLES[1:count])
    further = f"further-worksheets = [{listed}]" if listed else ""
    text = DEFINITION.format(further=further)
    folder = Path(tempfile.mkdtemp())
    (folder / "form.toml").write_text(text, encoding="utf-8")
    edition = edition_of(read_definition(text, "form.toml"), YEAR, "form.toml")
    (folder / "drawing.xlsx").write_bytes(_drawn(edition, layout))
    return load_form(str(folder))


def _drawn(edition: Edition, layout: Layout) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    on = dict(zip((*PATHS, TABLE), layout, strict=True))
    for number, title in enumerate(edition.worksheets):
        page = book.create_sheet(title)
        page["A1"] = f"実施計画調書　{title}"
        fields = [each for each in edition.fields if on[each.entry.path] == number]
        for row, field in enumerate(fields, 3):
            page.cell(row, 1, field.title)
            page.cell(row, 4, f"[[{field.origin}]]")
        if on[TABLE] == number:
            top = len(fields) + 5
            for column, word in enumerate(("what", "price", "id"), 1):
                page.cell(top, column, word)
                page.cell(top + 1, column, f"[[items.{word}]]")
    return saved(book)


@st.composite
def sheets(draw: st.DrawFn, edition: Edition) -> Sheet:
    """Any sheet of the form, its sums computed."""
    number = draw(st.from_regex("[1-9][0-9]{0,3}", fullmatch=True))
    drawn: dict[str, Value] = {"number": number}
    for field in edition.fields:
        if field.path != "number" and field.filled_by != "computed":
            drawn[field.path] = draw(values(field.kind))
    table = edition.table_of[TABLE]
    ids = tuple(f"R{n}" for n in range(draw(st.integers(0, 5))))
    for row_id in ids:
        for column, path in zip(table.column_fields, table.cell_paths(row_id), strict=True):
            drawn[path] = draw(values(column.kind, blank=False))
    drawn[TABLE] = ids or None
    return computed(Sheet(edition, number, drawn))


def computed(sheet: Sheet) -> Sheet:
    """The sheet with its formulas' results."""
    live = dict.fromkeys(sheet.edition.formulas, ALONE)
    return sheet.with_values(results(sheet.edition, live, sheet))


def workbook(of: Form, sheet: Sheet, copy: str = "ab") -> bytes:
    return fill(build_template(of, YEAR), sheet, Stamp(of.id, YEAR, sheet.key, 1, copy))


def one(data: bytes, of: Form) -> Reading:
    [reading] = read(data, of)
    return reading


def city(folder: Path, of: Form) -> City:
    store = Store(folder / "store", of, must_exist=False)
    store.create()
    return City(store, Terms(of, YEAR, {}))


SHEET: Final[Mapping[str, Value]] = {
    "number": "7",
    "name": "道路台帳の整備",
    "grade": "中",
    "costs.first": 100,
    "costs.second": 250,
    "reason": "老朽化のため",
    "items": ("R1", "R2"),
    "items.R1.what": "測量",
    "items.R1.price": 4000,
    "items.R2.what": "図面",
    "items.R2.price": 6000,
}

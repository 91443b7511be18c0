"""Law 6 for every kind: what Excel's formulas make of what is typed is what the store reads, or the same refusal."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import office
from tests.kinds.kind_spellings import KIND_OF, OPTIONS, REFUSED, SPELLINGS
from tests.typed_forms import YEAR, made_form, said_by_excel, typed_into
from xlsync.form.library import Form
from xlsync.kinds import Value
from xlsync.rules import UNREAD_MARK
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

KEY = "一"
HEAD = """
format = 1
id = "shurui"
title = "欄の種類"
page.worksheet = "種類"
identity.key = ["number"]
parts = { head = "番号", kinds = "種類" }
[choices.ways]
label = "方法"
items = ["電話", "窓口", "郵送", "FAX", "Web・メール"]
[[field]]
path = "number"
label = "番号"
part = "head"
kind = "text"
filled-by = "office"
"""
engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


@cache
def form() -> Form:
    """A form with a field for each spelling of each kind."""
    axes, fields = ["[axes]"], []
    for name, pairs in SPELLINGS.items():
        axis = name.replace("-", "_")
        entries = ", ".join(f'{{ key = {at}, label = "{at}" }}' for at in range(len(pairs)))
        axes.append(f"{axis} = [{entries}]")
        fields.append(
            f'[[field]]\npath = "{axis}.{{{axis}}}"\nlabel = "{name}"\npart = "kinds"\n'
            f'kind = "{KIND_OF.get(name, name)}"\nfilled-by = "staff"\n{OPTIONS[name]}'
        )
    return made_form("\n".join([HEAD, *axes, *fields]))


def each() -> dict[str, tuple[Any, Any]]:
    """What is typed and what it means, by path."""
    return {
        f"{name.replace('-', '_')}.{at}": pair
        for name, pairs in SPELLINGS.items()
        for at, pair in enumerate(pairs)
    }


def _number(told: Any) -> Any:
    """LibreOffice shows what a formula takes from a cell of percents as the cell does."""
    is_percent = isinstance(told, str) and told.endswith("%")
    return float(Decimal(told[:-1]) / 100) if is_percent else told


@engines
def test_excel_reads_every_kind_as_the_store_does(engine: str) -> None:
    typed = {path: value for path, (value, _) in each().items() if value is not True}
    said = said_by_excel(form(), typed_into(form(), typed, KEY), engine)
    wrong = {}
    for path, value in typed.items():
        meant = each()[path][1]
        expected = UNREAD_MARK if meant is REFUSED else meant
        told = _number(said[path])
        if isinstance(expected, int | Decimal):
            same = isinstance(told, int | float) and abs(Decimal(told) - expected) < 1e-9
        else:
            same = (told or "") == (expected or "")
        if not same:
            wrong[path] = (value, told, expected)
    assert wrong == {}


@pytest.mark.office
def test_what_the_workbook_shows_is_read_back_as_the_same_value_after_an_office_program_saved_it(
    tmp_path: Path,
) -> None:
    values: dict[str, Value] = {
        path: meant for path, (_, meant) in each().items() if meant is not REFUSED
    }
    sheet = Sheet(form().at(YEAR), KEY, {"number": KEY, **values})
    stamp = Stamp(form().id, YEAR, KEY, 1, "ab")
    issued = tmp_path / "issued.xlsx"
    issued.write_bytes(fill(build_template(form(), YEAR), sheet, stamp))
    (tmp_path / "out").mkdir()
    [saved] = office.resave([issued], tmp_path / "out")
    [reading] = read(saved.read_bytes(), form())
    assert reading.sheet is not None
    assert {path: reading.sheet[path] for path in values} == values
    assert [finding.code for finding in reading.findings if finding.severity != "note"] == []

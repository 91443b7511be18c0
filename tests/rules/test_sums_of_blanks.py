"""Law 6 for sums in which blank parts count for nothing, and for sums of decimals: Python and the hidden worksheet."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import node_tools, office_calculation
from tests.typed_forms import YEAR, made_form
from xlsync.computed import ALONE, compute, results, share_of
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.library import Form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

PARTS = 3
_FIELD = """
[[field]]
path = "{path}"
label = "{path}"
part = "all"
kind = "{kind}"
unit = "{unit}"
filled-by = "{by}"
"""
_SUM = """
[[rule]]
check = "sum"
code = "sum-{name}"
total = "{name}_total"
parts = [{parts}]
blank = "{blank}"
"""
_HEAD = """
format = 1
id = "sums"
title = "合計"
[page]
worksheet = "合計"
[identity]
key = ["code"]
[parts]
all = ""
[axes]
[[field]]
path = "code"
label = "番号"
part = "all"
kind = "text"
filled-by = "office"
required = "always"
dash = "refused"
"""
KINDS = (
    ("cost", "money", "円", "nothing"),
    ("area", "measure", "㎡", "nothing"),
    ("whole", "measure", "人", "missing"),
)
TYPED: tuple[tuple[Any, Any, Any], ...] = (
    (None, None, None),
    (1, None, None),
    (1, 2, 3),
    (0, None, 0),
    ("-", 5, None),
    ("１２", 5, None),
    ("約3", 5, None),
    ("約3", None, None),
    (-4, 4, None),
    (0.1, 0.2, None),
    (0.1, 0.2, 0.3),
    (1e12, 1e12, None),
)
"""What is typed into the three parts."""


@cache
def form() -> Form:
    """A form with three sums of three parts each."""
    text = _HEAD
    for name, kind, unit, blank in KINDS:
        paths = [f"{name}_{n}" for n in range(PARTS)]
        for path in paths:
            text += _FIELD.format(path=path, kind=kind, unit=unit, by="staff")
        text += _FIELD.format(path=f"{name}_total", kind=kind, unit=unit, by="computed")
        listed = ", ".join(f'"{path}"' for path in paths)
        text += _SUM.format(name=name, parts=listed, blank=blank)
    return made_form(text)


def workbooks() -> list[bytes]:
    """A workbook for each of what is typed."""
    edition, template = form().at(YEAR), build_template(form(), YEAR)
    sheet = Sheet(edition, "1", {"code": "1"})
    data = fill(template, sheet, Stamp(edition.form, YEAR, "1", 1, "ab"))
    page = edition.worksheet
    return [
        patch_cells(
            data,
            {
                (page, template.addresses[f"{name}_{n}"]): value
                for name, *_ in KINDS
                for n, value in enumerate(typed)
            },
        )
        for typed in TYPED
    ]


def totals_of(data: bytes) -> dict[str, Any]:
    """The totals by path, as an import stores them: live formulas computed over what was read."""
    [reading] = read(data, form())
    edition = form().at(YEAR)
    return dict(results(edition, dict.fromkeys(edition.formulas, ALONE), reading.sheet))


def test_a_sum_counts_blank_parts_for_nothing_and_is_blank_without_any() -> None:
    totals = []
    for data in workbooks():
        read_totals = totals_of(data)
        totals.append(tuple(read_totals[f"{name}_total"] for name, *_ in KINDS))
    assert totals == [
        (None, None, None),
        (1, Decimal(1), None),
        (6, Decimal(6), Decimal(6)),
        (0, Decimal(0), None),
        (5, Decimal(5), None),
        (17, Decimal(17), None),
        (5, Decimal(5), None),
        (None, None, None),
        (0, Decimal(0), None),
        (None, Decimal("0.3"), None),
        (None, Decimal("0.6"), Decimal("0.6")),
        (2 * 10**12, None, None),
    ]


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)
def test_excel_sums_up_as_the_reader_does(engine: str) -> None:
    books, template = workbooks(), build_template(form(), YEAR)
    if engine == "hyperformula":
        made = node_tools.recalculated(books)
    else:
        every = office_calculation.calculated([(book, [{}]) for book in books], (WORKSHEET,))
        made = [found for [found] in every]
    wrong = []
    for typed, data, cells in zip(TYPED, books, made, strict=True):
        read_totals = totals_of(data)
        for name, *_ in KINDS:
            path = f"{name}_total"
            at = template.checks.check_sheet.addresses.at(path)
            expected, value = read_totals[path], cells[WORKSHEET].get(at)
            if not _same(expected, value):
                wrong.append((typed, path, expected, value))
    assert wrong == []


def _same(expected: Any, value: Any) -> bool:
    if expected is None:
        return value in {None, ""}
    return isinstance(value, int | float | Decimal) and abs(float(value) - float(expected)) < 1e-9


_NUMBER = st.one_of(st.none(), st.just("-"), st.integers(-(10**9), 10**9))


@given(st.tuples(_NUMBER, _NUMBER, _NUMBER))
def test_a_stored_total_is_known_to_be_the_sum_of_its_parts(parts: tuple[Any, Any, Any]) -> None:
    edition = form().at(YEAR)
    rule = edition.formulas["cost_total"]
    values = {f"cost_{n}": value for n, value in enumerate(parts)}
    total = compute(rule, values)
    numbers = [value for value in parts if isinstance(value, int)]
    assert total == (sum(numbers) if numbers else None)
    share = share_of(rule, {**values, "cost_total": total})
    assert share is not None
    assert results(edition, {"cost_total": share}, values) == {"cost_total": total}


def test_a_word_for_blank_parts_that_there_is_not_is_refused() -> None:
    text = (form().folder / "form.toml").read_text(encoding="utf-8")
    with pytest.raises(FormError, match="blank"):
        read_definition(text.replace('blank = "nothing"', 'blank = "zero"'), "form.toml")

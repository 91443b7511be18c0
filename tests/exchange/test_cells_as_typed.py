"""What staff type into cells: read, remarked on, and never lost."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from tests import papers
from tests.cities import WORKSHEET, City, cells_of, codes, saved, through_openpyxl, typed
from xlsync.kinds import DASH, Quantity

GENERAL = "costs.2017-settled.sources.general"
COST = "costs.2017-settled.project_cost"
FTE = "costs.2017-settled.regular_staff_fte"
TARGET = "indicator.targets.2018"


def test_text_in_a_money_cell_is_named_and_kept(city: City) -> None:
    city.register()
    data = typed(city.give_out(), {GENERAL: "２５，７７７円"})
    receipt = city.bring_one(data)
    told = [found for found in receipt.findings if found.code == "unreadable"]
    assert [(found.path, found.worksheet, found.cell) for found in told] == [
        (GENERAL, WORKSHEET, cells_of(data)[GENERAL])
    ]
    assert "２５，７７７円" in told[0].message
    assert receipt.outcome == "accepted"
    document = json.loads(city.store.head_file(papers.CLEAN, papers.EDITION).read_bytes())
    assert document["unreadable"] == {GENERAL: "２５，７７７円"}
    assert document["costs"]["2017-settled"]["sources"]["general"] is None
    assert document["costs"]["2017-settled"]["project_cost"] is None
    assert not [
        found for found in receipt.findings if found.code in {"sum-project-cost", "required"}
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (10**13, "10000000000000"),
        (-(10**13), "-10000000000000"),
        (12.5, "12.5"),
        ("9,999,999,999,999", "9,999,999,999,999"),
        ("１２．５千円", "１２．５千円"),
    ],
)
def test_an_amount_that_cannot_be_is_kept_as_it_was_typed_and_not_as_the_sentence_about_it(
    city: City, written: Any, kept: str
) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), {GENERAL: written}))
    (told,) = [found for found in receipt.findings if found.path == GENERAL]
    assert (told.code, told.severity) == ("unreadable", "error")
    document = json.loads(city.store.head_file(papers.CLEAN, papers.EDITION).read_bytes())
    assert document["unreadable"] == {GENERAL: kept}
    assert document["costs"]["2017-settled"]["sources"]["general"] is None
    assert kept in told.message


def test_an_unreadable_text_is_given_out_again_as_typed(city: City) -> None:
    city.register()
    city.bring_one(typed(city.give_out(), {GENERAL: "二万円"}))
    receipt = city.bring_one(city.give_out(), "b.xlsx")
    assert (receipt.outcome, receipt.changes) == ("unchanged", ())
    fixed = city.bring_one(typed(city.give_out(), {GENERAL: 25_777}), "c.xlsx")
    assert fixed.outcome == "accepted"
    assert city.head().unreadable == {}
    assert city.head().same_content(papers.sheet())


@pytest.mark.parametrize(
    ("path", "cell", "value", "remarks"),
    [
        (GENERAL, "２５，７７８", 25_778, ["normalised"]),
        (GENERAL, "25,778 千円", 25_778, ["normalised"]),
        (GENERAL, 25_778, 25_778, []),
        (GENERAL, 25_778.0, 25_778, []),
        (FTE, "2.75人", Decimal("2.75"), ["normalised"]),
        (FTE, 2.75, Decimal("2.75"), []),
        (TARGET, "９０ 分以内", Quantity(90, "分", "以内"), ["normalised"]),
        (TARGET, 90, Quantity(90), []),
        (TARGET, "実施", "実施", []),
        ("years.2017.effectiveness", "中： 適切な成果が得られている", "中:適切な成果が得られている", ["normalised"]),
        ("mayoral_pledge", "ー", DASH, ["normalised"]),
        ("mayoral_pledge", 12, "12", ["normalised"]),
        ("mayoral_pledge", "  字下げと　全角　", "  字下げと　全角　", []),
        ("purpose", "一行目\n二行目\n", "一行目\n二行目\n", []),
        ("mayoral_pledge", "0012", "0012", []),
    ],
)  # fmt: skip
def test_a_cell_is_read_and_what_was_normalised_is_said(
    city: City, path: str, cell: Any, value: Any, remarks: list[str]
) -> None:
    city.register()
    city.bring_one(typed(city.give_out(), {path: "改める" if path == "mayoral_pledge" else 1}))
    receipt = city.bring_one(typed(city.give_out(), {path: cell}), "b.xlsx")
    assert receipt.outcome == "accepted"
    assert city.head()[path] == value
    read = [found for found in receipt.findings if found.path == path and found.code != "returned"]
    assert [found.code for found in read if found.severity == "note"] == remarks


def test_a_formula_in_an_input_cell_counts_with_its_result_and_a_note(city: City) -> None:
    city.register()
    book = openpyxl.load_workbook(io.BytesIO(city.give_out()))
    where = cells_of(saved(book))[GENERAL]
    book[WORKSHEET][where].value = "=25000+777"
    without = city.bring_one(saved(book))
    told = [found for found in without.findings if found.path == GENERAL]
    assert [(found.code, found.severity, found.cell) for found in told] == [
        ("formula-without-result", "error", where)
    ]
    assert city.head().unreadable == {GENERAL: "25000+777"}


def test_a_calculated_formula_in_an_input_cell_is_its_result(city: City) -> None:
    from xlsync.ooxml.patch.patch import Formula, patch_cells

    city.register()
    data = city.give_out()
    where = cells_of(data)[GENERAL]
    receipt = city.bring_one(patch_cells(data, {(WORKSHEET, where): Formula("25000+777", 25_777)}))
    assert (receipt.outcome, receipt.changes) == ("unchanged", ())
    assert ("formula", GENERAL) in codes(receipt)


def test_an_error_value_is_named_and_kept(city: City) -> None:
    city.register()
    receipt = city.bring_one(through_openpyxl(city.give_out(), {GENERAL: "#N/A"}))
    assert ("cell-error", GENERAL) in codes(receipt)
    assert city.head().unreadable == {GENERAL: "#N/A"}


def test_a_sum_typed_over_is_taken_and_remarked(city: City) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), {COST: 31_150}))
    assert city.head()[COST] == 31_150
    remarks = [code for code, path in codes(receipt) if path == COST]
    assert sorted(remarks) == ["formula-replaced", "sum-project-cost"]


def test_a_sum_cleared_away_is_asked_for(city: City) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), {COST: None}))
    assert ("required", COST) in codes(receipt)


@pytest.mark.parametrize("missing", [None, DASH])
def test_a_sum_with_a_part_missing_is_blank_and_silent(city: City, missing: str | None) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), {GENERAL: missing}))
    assert city.head()[COST] is None
    assert COST not in [path for _, path in codes(receipt)]
    assert GENERAL in [path for _, path in codes(receipt)]


def test_a_stale_cached_sum_is_never_believed(city: City) -> None:
    """The file of a program that does not calculate: formulas are there, their stored results are old."""
    city.register()
    receipt = city.bring_one(typed(city.give_out(), {GENERAL: 25_778}))
    assert city.head()[COST] == 31_150
    assert city.head()["costs.2017-settled.total_cost"] == 49_943
    assert not [found for found in receipt.findings if found.code.startswith("sum")]


def test_a_lost_name_is_found_again_by_its_labels_and_said(city: City) -> None:
    city.register()
    data = typed(city.give_out(), {"mayoral_pledge": "Ⅱ-3 人を育てる"})
    book = openpyxl.load_workbook(io.BytesIO(data))
    del book[WORKSHEET].defined_names["mayoral_pledge"]
    receipt = city.bring_one(saved(book))
    assert ("healed", "") in codes(receipt)
    assert city.head()["mayoral_pledge"] == "Ⅱ-3 人を育てる"


def test_a_lost_cell_takes_nothing_away_from_the_store(city: City) -> None:
    """A deleted row is no statement that the value is blank."""
    city.register()
    city.bring_one(typed(city.give_out(), {"mayoral_pledge": "Ⅱ-3 人を育てる"}), "b.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(city.give_out()))
    page = book[WORKSHEET]
    page.defined_names["mayoral_pledge"].attr_text = f"'{WORKSHEET}'!#REF!"
    for row in page["A13:G17"]:
        for cell in row:
            if not isinstance(cell, MergedCell):
                cell.value = None
    receipt = city.bring_one(saved(book))
    assert ("lost-cell", "mayoral_pledge") in codes(receipt)
    assert city.head()["mayoral_pledge"] == "Ⅱ-3 人を育てる"
    assert "mayoral_pledge" not in [change.path for change in receipt.changes]


def test_inserted_rows_and_a_renamed_worksheet_are_read_rightly(city: City) -> None:
    """Excel moves names along; openpyxl does not, so the names are moved by hand."""
    city.register()
    book = openpyxl.load_workbook(io.BytesIO(city.give_out()))
    page = book[WORKSHEET]
    page.title = "14-01 情報化'推進"
    for defined in page.defined_names.values():
        defined.attr_text = defined.attr_text.replace(f"'{WORKSHEET}'!", "'14-01 情報化''推進'!")
    receipt = city.bring_one(saved(book))
    assert (receipt.outcome, receipt.changes, receipt.worksheet) == (
        "unchanged",
        (),
        "14-01 情報化'推進",
    )

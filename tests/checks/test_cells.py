"""Each finding on a cell is made, and is not made by its near miss."""

from __future__ import annotations

import json
from string import Formatter
from typing import Any

import pytest

from tests import papers
from xlsync.checks import check
from xlsync.finding import finding
from xlsync.finding_catalogue import CATALOGUE
from xlsync.sheet import Sheet

GENERAL = "costs.2017-settled.sources.general"
COST = "costs.2017-settled.project_cost"
FTE = "costs.2017-settled.regular_staff_fte"


def told(sheet: Sheet) -> list[tuple[str, str]]:
    """(code, path) of each finding."""
    return [(found.code, found.path) for found in check(sheet)]


def after(changed: dict[str, Any]) -> list[tuple[str, str]]:
    """What is found on the clean sheet after these changes."""
    return told(papers.with_values(papers.CLEAN, changed))


def test_the_clean_sheet_is_clean() -> None:
    assert after({}) == []


REQUIRED = [
    r["path"]
    for r in papers.field_table()
    if r["required"] == "yes" and r["filled_by"] != "computed"
]
FREE = [r["path"] for r in papers.field_table() if r["required"] == "no"]


@pytest.mark.parametrize("path", REQUIRED)
def test_a_required_cell_left_blank_is_asked_for(path: str) -> None:
    if path in papers.edition().definition.identity.key:
        sheet = papers.sheet().with_values({path: None})
        assert told(sheet) == [("required", path)]
    else:
        assert after({path: None}) == [("required", path)]


@pytest.mark.parametrize("path", FREE)
def test_a_free_cell_left_blank_is_not_asked_for(path: str) -> None:
    assert after({path: None}) == []


COMPUTED = [r["path"] for r in papers.field_table() if r["filled_by"] == "computed"]


@pytest.mark.parametrize("path", COMPUTED)
def test_a_computed_cell_is_asked_for_only_where_its_parts_are_there(path: str) -> None:
    assert ("required", path) in after({path: None})


def test_a_computed_cell_whose_part_is_blank_is_not_asked_for() -> None:
    findings = after(
        {
            GENERAL: None,
            COST: None,
            "costs.2017-settled.total_cost": None,
            "program_totals.2017-settled.project_cost": None,
            "program_totals.2017-settled.total_cost": None,
        }
    )
    assert findings == [("required", GENERAL)]


def test_the_reason_is_asked_for_with_a_direction_only() -> None:
    direction, reason = "next_year.direction", "next_year.reason"
    assert after({direction: "拡充", reason: None}) == [("required-with", reason)]
    assert after({direction: "拡充", reason: "需要が増えたため"}) == []
    assert after({direction: "-", reason: None}) == []
    assert after({direction: None, reason: None}) == []


DASHES = {row["path"] for row in papers.field_table()} - {
    *(r["path"] for r in papers.field_table() if r["kind"] in {"money", "measure", "code"}),
    "organization.department", "organization.division", "budget.name", "project.name",
    "classification", "delivery", "purpose", "outline",
    *(f"years.2017.{name}" for name in ("activities", "results", "progress", "goal_progress")),
    *(f"years.2017.{name}" for name in ("effectiveness", "efficiency", "overall")),
}  # fmt: skip


@pytest.mark.parametrize("row", papers.field_table(), ids=lambda row: row["path"])
def test_a_dash_is_refused_where_it_says_nothing(row: dict[str, str]) -> None:
    dashed = papers.sheet().with_values({row["path"]: "-"})
    findings = [code for code, path in told(dashed) if path == row["path"]]
    assert findings == ([] if row["path"] in DASHES else ["dash-refused"])


def test_a_word_outside_a_closed_list_is_an_error_and_outside_an_open_one_a_warning() -> None:
    closed, opened = "costs.2017-settled.temporary_staff", "classification"
    found = check(papers.with_values(papers.CLEAN, {closed: "少し", opened: "E 新しい分類"}))
    assert [(f.code, f.path, f.severity) for f in found] == [
        ("not-in-list", opened, "warning"),
        ("not-in-closed-list", closed, "error"),
    ]
    assert "有、無" in found[1].message
    assert after({closed: "有", opened: "B 政策的事業"}) == []


@pytest.mark.parametrize(
    ("number", "codes"), [(2.5, []), (2.55, []), (2.555, ["too-many-decimals"]), (2.0, [])]
)
def test_a_third_decimal_is_remarked(number: float, codes: list[str]) -> None:
    assert [code for code, _ in after({FTE: number})] == codes


@pytest.mark.parametrize(("number", "codes"), [(0.01, []), (0, []), (-0.01, ["negative"])])
def test_a_negative_share_is_refused(number: float, codes: list[str]) -> None:
    assert [code for code, _ in after({FTE: number})] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("字" * 32_766, []),
        ("字" * 32_767, []),
        ("字" * 32_768, ["too-long"]),
        ("👪" * 16_383, []),
        ("👪" * 16_384, ["too-long"]),
    ],
    ids=["below", "at", "above", "pairs below", "pairs above"],
)
def test_a_text_longer_than_a_cell_is_refused(text: str, codes: list[str]) -> None:
    """Excel counts UTF-16 units: a sign beyond U+FFFF is two."""
    assert [code for code, _ in after({"purpose": text})] == codes


def test_of_an_unreadable_cell_nothing_else_is_said() -> None:
    for path in (GENERAL, FTE, COST, "costs.2017-settled.temporary_staff", "purpose"):
        blank = papers.with_values(papers.CLEAN, {path: None})
        findings = told(blank.with_values(unreadable={path: "？"}))
        assert [code for code, where in findings if where == path] == ["unreadable"]


def test_a_direction_that_cannot_be_read_asks_for_no_reason() -> None:
    blank = papers.with_values(
        papers.CLEAN, {"next_year.direction": None, "next_year.reason": None}
    )
    findings = told(blank.with_values(unreadable={"next_year.direction": "？"}))
    assert findings == [("unreadable", "next_year.direction")]


def facts(code: str) -> dict[str, str]:
    asked = (name for _, name, _, _ in Formatter().parse(CATALOGUE[code].sentence) if name)
    return dict.fromkeys(asked, "x")


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_sentence_says_what_to_do_in_japanese(code: str) -> None:
    made = finding(code, "purpose", **facts(code))
    assert "{" not in made.message
    assert made.message.endswith("。")
    assert made.severity == CATALOGUE[code].severity


def test_long_and_broken_texts_are_quoted_briefly() -> None:
    made = finding(
        "normalised", "purpose", field="目的", typed="一\n" + "長" * 500, shown="{brace} %s"
    )
    assert len(made.message) < 200
    assert "\n" not in made.message
    assert "{brace} %s" in made.message
    assert json.loads(json.dumps(made.to_document()))["code"] == "normalised"

"""What holds between cells: each rule is broken by a test, and kept by one less, one more, or a blank."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests import papers
from xlsync.checks import Context, Rate, check
from xlsync.finding import Finding
from xlsync.kinds import DASH
from xlsync.sheet import Sheet

RATES = {
    "2016-settled": Rate(Decimal("7326.4"), Decimal("2.649")),
    "2017-settled": Rate(Decimal("7107.2"), Decimal("2.526")),
    "2018-initial": Rate(Decimal("7106.0"), Decimal("2.530")),
}
"""official-form/README.md, "A finding of ours": least squares over the legible sheets."""
PERIODS = ("2016-settled", "2017-settled", "2018-initial", "2019-initial")


def found(sheet: Sheet, context: Context | None = None, code: str = "") -> list[Finding]:
    return [one for one in check(sheet, context) if code in {"", one.code}]


def changed(values: dict[str, Any], key: str = papers.CLEAN) -> Sheet:
    sheet = papers.sheet(key)
    return sheet.with_values({**values})


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(("slip", "wrong"), [(-1, True), (0, False), (1, True)])
def test_the_cost_is_the_sum_of_its_sources(period: str, slip: int, *, wrong: bool) -> None:
    path = f"costs.{period}.project_cost"
    stated = papers.sheet()[path]
    assert isinstance(stated, int)
    findings = found(changed({path: stated + slip}), code="sum-project-cost")
    assert [(f.path, f.severity) for f in findings] == ([(path, "error")] if wrong else [])
    if wrong:
        assert f"{slip:+d}千円" in findings[0].message


@pytest.mark.parametrize(
    "source", ["national", "prefectural", "local_bonds", "other_specific", "general"]
)
@pytest.mark.parametrize("missing", [None, DASH])
def test_a_blank_part_keeps_the_sum_silent(source: str, missing: str | None) -> None:
    part = f"costs.2017-settled.sources.{source}"
    assert found(changed({part: missing}), code="sum-project-cost") == []
    other = papers.sheet()[part]
    assert isinstance(other, int)
    assert len(found(changed({part: other + 1}), code="sum-project-cost")) == 1


def test_an_unreadable_part_keeps_the_sum_silent() -> None:
    part = "costs.2017-settled.sources.general"
    sheet = papers.sheet().with_values(unreadable={part: "二万"})
    assert found(sheet, code="sum-project-cost") == []


@pytest.mark.parametrize("missing", [None, DASH])
def test_a_blank_total_keeps_the_sum_silent(missing: str | None) -> None:
    assert (
        found(changed({"costs.2017-settled.project_cost": missing}), code="sum-project-cost") == []
    )


@pytest.mark.parametrize("period", PERIODS[:3])
@pytest.mark.parametrize(("slip", "wrong"), [(-1, True), (0, False), (1, True)])
def test_a_plus_b_is_the_total(period: str, slip: int, *, wrong: bool) -> None:
    for code, path in (
        ("sum-total-cost", f"costs.{period}.total_cost"),
        ("sum-program-total-cost", f"program_totals.{period}.total_cost"),
    ):
        stated = papers.sheet()[path]
        assert isinstance(stated, int)
        assert [f.path for f in found(changed({path: stated + slip}), code=code)] == (
            [path] if wrong else []
        )


def test_negative_sources_add_up_too() -> None:
    values = {
        "costs.2017-settled.sources.national": -100,
        "costs.2017-settled.sources.general": 25_877,
    }
    assert found(changed(values), code="sum-project-cost") == []


def sibling(number: str, costs: dict[str, int | None]) -> Sheet:
    """Another project of the clean sheet's program."""
    sheet = papers.sheet()
    values = {**sheet, "project.number": number, **costs}
    return Sheet(sheet.edition, f"01-02-01-08-14-{number}", values)


COST = "costs.2017-settled.project_cost"
TOTAL = "program_totals.2017-settled.project_cost"


@pytest.mark.parametrize(
    ("stated", "wrong"), [(31_149 + 999, True), (31_149 + 1000, False), (31_149 + 1001, True)]
)
def test_the_programs_total_is_the_sum_over_its_projects(stated: int, *, wrong: bool) -> None:
    context = Context(program=(papers.sheet(), sibling("02", {COST: 1000})))
    findings = [
        f
        for f in found(changed({TOTAL: stated}), context, "program-project-cost")
        if f.path == TOTAL
    ]
    assert [f.severity for f in findings] == (["warning"] if wrong else [])
    if wrong:
        assert "2件" in findings[0].message


def test_the_stored_twin_of_the_sheet_is_not_counted() -> None:
    old = changed({COST: 5})
    assert found(papers.sheet(), Context(program=(old,)), "program-project-cost") == []


@pytest.mark.parametrize(
    "code", ["program-project-cost", "program-personnel-cost", "program-total-cost"]
)
def test_each_program_rule_is_broken_by_a_sibling(code: str) -> None:
    findings = found(papers.sheet(), Context(program=(sibling("02", {}),)), code)
    assert [f.path.split(".")[1] for f in findings] == list(PERIODS[:3])


def test_a_sibling_with_a_blank_keeps_the_program_silent() -> None:
    context = Context(program=(sibling("02", {COST: None}), sibling("03", {COST: 7})))
    assert [
        f.path for f in found(papers.sheet(), context, "program-project-cost") if f.path == TOTAL
    ] == []


PERSONNEL = "costs.2017-settled.personnel_cost"


@pytest.mark.parametrize(
    ("stated", "wrong"),
    [(18_791, True), (18_793, False), (18_794, False), (18_795, True)],
)
def test_personnel_cost_follows_the_citys_rates_within_a_thousand_yen(
    stated: int, *, wrong: bool
) -> None:
    """2.5 × 7107.2 + 406 × 2.526 = 18793.556."""
    findings = found(changed({PERSONNEL: stated}), Context(rates=RATES), "personnel-cost")
    assert [(f.path, f.severity) for f in findings] == ([(PERSONNEL, "warning")] if wrong else [])
    if wrong:
        assert "18,794千円" in findings[0].message


def test_at_the_tolerance_is_within_it() -> None:
    rates = {"2017-settled": Rate(Decimal(7000), Decimal(1))}
    exact = 7000 * Decimal("2.5") + 406
    for slip, wrong in ((-2, True), (-1, False), (0, False), (1, False), (2, True)):
        sheet = changed({PERSONNEL: int(exact) + slip})
        assert bool(found(sheet, Context(rates=rates), "personnel-cost")) == wrong


@pytest.mark.parametrize("part", ["personnel_cost", "regular_staff_fte", "overtime_hours"])
@pytest.mark.parametrize("missing", [None, DASH])
def test_a_blank_part_keeps_the_rates_silent(part: str, missing: str | None) -> None:
    sheet = changed({PERSONNEL: 1, f"costs.2017-settled.{part}": missing})
    assert found(sheet, Context(rates=RATES), "personnel-cost") == []


_FTE, _HOURS = "costs.2017-settled.regular_staff_fte", "costs.2017-settled.overtime_hours"


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        (
            {},
            "（目安 18,794千円：正職員 従事割合 2.50人、時間外勤務 406.00時間と市の単価による計算）",
        ),
        (
            {_HOURS: None},
            "（目安 17,768千円：正職員 従事割合 2.50人、時間外勤務 未入力と市の単価による計算）",
        ),
        ({_FTE: None, _HOURS: None}, ""),
    ],
)
def test_a_blank_personnel_cost_is_proposed_by_the_citys_rates(
    typed: dict[str, None], proposed: str
) -> None:
    sheet = changed({PERSONNEL: None, **typed})
    (blank,) = [one for one in check(sheet, Context(rates=RATES)) if one.path == PERSONNEL]
    assert (blank.code, sheet[PERSONNEL]) == ("required", None)
    assert blank.message.endswith(f"入力してください{proposed}。")
    (without_rates,) = [one for one in check(sheet, Context()) if one.path == PERSONNEL]
    assert without_rates.message.endswith("入力してください。")


def test_zero_hours_are_no_blank() -> None:
    sheet = changed({"costs.2017-settled.overtime_hours": Decimal(0)})
    assert len(found(sheet, Context(rates=RATES), "personnel-cost")) == 1


def test_a_period_without_rates_is_not_checked() -> None:
    sheet = changed({PERSONNEL: 1})
    assert found(sheet, Context(), "personnel-cost") == []
    assert (
        found(sheet, Context(rates={"2016-settled": RATES["2016-settled"]}), "personnel-cost") == []
    )


@pytest.mark.parametrize("key", papers.KEYS)
def test_the_official_sheets_hold_what_the_papers_say(key: str) -> None:
    heads = tuple(papers.sheet(one) for one in papers.KEYS)
    program = tuple(head for head in heads if head.program == papers.sheet(key).program)
    findings = found(papers.sheet(key), Context(program, RATES))
    if key == "01-02-01-10-11-01":
        assert {f.code for f in findings} == {"required"}
        assert len(findings) > 20
        assert {f.path.split(".")[0] for f in findings} == {"costs", "years"}
    elif key == "01-02-01-09-11-01":
        assert [f.code for f in findings] == ["required"] * 2
    else:
        assert findings == []

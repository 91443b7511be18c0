"""Every check of a rule at its edge: one below, at, one above; and blank, "-", 0 and what cannot be read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests import papers
from tests.rules.ruled import Asked, filled, ruled
from xlsync.checks import Context, Rate, Room
from xlsync.form.suitable import WANTED
from xlsync.kinds import DASH, Amount, Parsed, Quantity
from xlsync.rules.relations import MAKERS
from xlsync.sheet import Sheet

COSTS = "costs.2017-settled"
PERSONNEL, PROJECT = f"{COSTS}.personnel_cost", f"{COSTS}.project_cost"
NATIONAL, GENERAL = f"{COSTS}.sources.national", f"{COSTS}.sources.general"
PERSONS, HOURS = f"{COSTS}.regular_staff_fte", f"{COSTS}.overtime_hours"
BEFORE = "costs.2016-settled.personnel_cost"
AIM, ACTUAL = "indicator.targets.2017", "indicator.actuals.2017"
ONE_PLACE = 'omit = ["{-2}-settled", "{0}-initial", "{+1}-initial"]'


def amount(text: str) -> Quantity:
    read = Amount().parse(text)
    assert isinstance(read, Parsed)
    assert isinstance(read.value, Quantity)
    return read.value


def last_year(values: dict[str, Any]) -> Context:
    return Context(last_year=Sheet(papers.edition(2017), papers.CLEAN, values))


SUM = Asked(
    'check = "sum"\ntotal = "costs.{period}.personnel_cost"\ntolerance = 2\n'
    'parts = ["costs.{period}.sources.national", "costs.{period}.sources.general"]',
    {PERSONNEL: 103, NATIONAL: 60, GENERAL: 40},
)
AT_MOST = Asked(
    'check = "at-most"\nof = "costs.{period}.sources.national"\n'
    'limit = "costs.{period}.project_cost"',
    {NATIONAL: 101, PROJECT: 100},
)
RANGE = Asked(
    f'check = "range"\nof = "costs.{{period}}.overtime_hours"\nleast = 0.5\nmost = 20\n{ONE_PLACE}',
    {HOURS: Decimal("20.01")},
)
RATIO = Asked(
    'check = "ratio"\nof = "costs.{period}.personnel_cost"\nby = "costs.{period}.regular_staff_fte"\n'
    f"least = 100\nmost = 200\nby-least = 0.5\n{ONE_PLACE}",
    {PERSONNEL: 101, PERSONS: Decimal("0.5")},
)
UNIT_SLIP = Asked(
    'check = "unit-slip"\nof = "costs.{period}.personnel_cost"\nmost = 100000\n'
    f'parts = ["costs.{{period}}.sources.national", "costs.{{period}}.sources.general"]\n{ONE_PLACE}',
    {PERSONNEL: 100_001, NATIONAL: -1000, GENERAL: 0},
)
LENGTH = Asked('check = "length"\nof = "purpose"\nmost = 5', {"purpose": "六文字の目的"})
PATTERN = Asked('check = "pattern"\nof = "legal_basis"\nmask = "@-##?"', {"legal_basis": "A-1x年"})
ONE_OF = Asked(
    'check = "one-of"\nof = "legal_basis"\nothers = ["individual_plan", "mayoral_pledge"]', {}
)
EXACTLY = Asked(ONE_OF.entry + "\nexactly = true", {"legal_basis": "法", "mayoral_pledge": "有"})
ORDER = Asked(
    'check = "order"\nof = "indicator.targets.{target_year}"\n'
    'after = "indicator.actuals.{target_year}"',
    {AIM: amount("99件"), ACTUAL: amount("100件")},
)
DASHED = Asked(
    'check = "dash-with"\nof = "indicator.description"\nwith = "indicator.name"',
    {"indicator.name": DASH, "indicator.description": "説明"},
)
TARGET = Asked(
    'check = "target"\nof = "indicator.actuals.{target_year}"\n'
    'target = "indicator.targets.{target_year}"\nseverity = "warning"',
    {AIM: amount("100件"), ACTUAL: amount("99件")},
)
CHANGE = Asked(
    'check = "change"\nof = "costs.{period}.personnel_cost"\npercent = 50\nleast = 10',
    {BEFORE: 100, PERSONNEL: 151},
)
SCALE = Asked(
    'check = "scale"\nof = "costs.{period}.personnel_cost"\nwith = "costs.{period}.project_cost"',
    {PERSONNEL: 3_000_000, PROJECT: 3_000},
)
AS_LAST = Asked(
    'check = "as-last-year"\nof = "costs.{period}.sources.national"\n'
    'omit = ["{-1}-settled", "{0}-initial", "{+1}-initial"]',
    {"costs.2016-settled.sources.national": 101},
    last_year({"costs.2016-settled.sources.national": 100}),
)
CARRIED = Asked(
    'check = "carried-over"\nof = "purpose"\nleast = 5',
    {"purpose": "去年の目的"},
    last_year({"purpose": "去年の目的"}),
)
FITS = Asked(
    'check = "fits"\nof = "project.name"',
    {"project.name": "全角11字がはみだすよ。"},
    Context(room={"project.name": Room(10, 2)}),
)
COST_OF_STAFF = Asked(
    'check = "personnel-cost"\ntotal = "costs.{period}.personnel_cost"\ntolerance = 3\n'
    'persons = "costs.{period}.regular_staff_fte"\nhours = "costs.{period}.overtime_hours"',
    {PERSONNEL: 7104, PERSONS: Decimal(1), HOURS: Decimal(50)},
    Context(rates={"2017-settled": Rate(Decimal(7000), Decimal(2))}),
)
SPEAKING = {
    "sum": SUM,
    "at-most": AT_MOST,
    "range": RANGE,
    "ratio": RATIO,
    "unit-slip": UNIT_SLIP,
    "length": LENGTH,
    "pattern": PATTERN,
    "order": ORDER,
    "dash-with": DASHED,
    "target": TARGET,
    "change": CHANGE,
    "scale": SCALE,
    "as-last-year": AS_LAST,
    "carried-over": CARRIED,
    "fits": FITS,
    "personnel-cost": COST_OF_STAFF,
    "one-of": EXACTLY,
}


IN_EXPRESSIONS = {"expression", "computed"}
"""Those whose condition the form writes itself: tests/expressions tries them."""


def test_every_check_of_a_line_is_tried_here() -> None:
    assert set(SPEAKING) == set(MAKERS) - IN_EXPRESSIONS
    assert set(WANTED) == {*SPEAKING, "program-total"}


@pytest.mark.parametrize("check", SPEAKING)
def test_it_speaks_once_with_its_own_code_and_a_whole_sentence(check: str) -> None:
    (found,) = SPEAKING[check].found()
    assert found.message.endswith("。")
    assert "{" not in found.message


SILENCED = [
    (check, path, missing)
    for check, asked in SPEAKING.items()
    for path in asked.values
    for missing in ("blank", "dash", "unreadable")
]


@pytest.mark.parametrize(("check", "path", "missing"), SILENCED)
def test_a_blank_a_dash_or_an_unread_text_keeps_it_silent(
    check: str, path: str, missing: str
) -> None:
    asked = SPEAKING[check]
    if (check, path, missing) == ("dash-with", "indicator.name", "dash"):
        return  # that is what it speaks of
    value = DASH if missing == "dash" else None
    unreadable = {path: "？"} if missing == "unreadable" else {}
    assert asked.found({path: value}, unreadable) == []


def edges(asked: Asked, path: str, values: dict[Any, bool]) -> list[Any]:
    """A case for each value of a field: whether the rule speaks of it."""
    name = next(name for name, one in SPEAKING.items() if one is asked)
    return [
        pytest.param(asked, {path: value}, speaks, id=f"{name} {value}")
        for value, speaks in values.items()
    ]


@pytest.mark.parametrize(
    ("asked", "changed", "speaks"),
    [
        *edges(SUM, PERSONNEL, {97: True, 98: False, 100: False, 102: False, 103: True, 0: True}),
        *edges(SUM, NATIONAL, {0: True, 61: False, 60: True, -60: True}),
        *edges(AT_MOST, NATIONAL, {99: False, 100: False, 101: True, 0: False}),
        *edges(AT_MOST, PROJECT, {100: True, 101: False, 0: True}),
        *edges(
            RANGE,
            HOURS,
            {
                Decimal(0): True,
                Decimal("0.49"): True,
                Decimal("0.5"): False,
                Decimal(20): False,
                Decimal("20.01"): True,
            },
        ),
        *edges(RATIO, PERSONNEL, {101: True, 100: False, 50: False, 49: True, 0: False, -9: False}),
        *edges(RATIO, PERSONS, {Decimal("0.49"): False, Decimal("0.51"): False, Decimal(2): True}),
        *edges(UNIT_SLIP, PERSONNEL, {100_000: False, 100_001: True, -100_001: False}),
        *edges(UNIT_SLIP, NATIONAL, {0: True, 1: False, 999: False, 1000: True, -999: False}),
        *edges(LENGTH, "purpose", {"四字の目": False, "五字の目的": False, "五字\n六字": False}),
        *edges(LENGTH, "purpose", {"六文字の目的": True, "👪👪👪": True, "👪👪": False, "0": False}),
        *edges(
            PATTERN,
            "legal_basis",
            {
                "A-12年": False,
                "z-00 ": False,
                "A-12": True,
                "A-123年": True,
                "Ａ-12年": True,
                "A-1２年": True,
                "1-12年": True,
                "A_12年": True,
            },
        ),
        *edges(CHANGE, PERSONNEL, {150: False, 151: True, 67: False, 66: True, 0: False}),
        *edges(CHANGE, BEFORE, {0: False, -100: False}),
        *edges(
            SCALE,
            PERSONNEL,
            {899_999: False, 900_000: True, 3_000: False, 0: False, 11: False, 10: True},
        ),
        *edges(AS_LAST, "costs.2016-settled.sources.national", {99: True, 100: False, 101: True}),
        *edges(CARRIED, "purpose", {"去年の目標": False, "去年の目": False}),
        *edges(COST_OF_STAFF, PERSONNEL, {7096: True, 7097: False, 7103: False, 7104: True}),
        *edges(COST_OF_STAFF, PERSONS, {Decimal(0): True, Decimal(1): True, Decimal("1.0004"): False}),
    ],
)  # fmt: skip
def test_at_its_edge(asked: Asked, changed: dict[str, Any], *, speaks: bool) -> None:
    assert asked.speaks(changed) == speaks


@pytest.mark.parametrize(
    ("before", "now", "speaks"),
    [(18, 9, False), (20, 10, True), (19, 9, True), (10, 19, False), (10, 20, True)],
)
def test_a_small_change_is_not_spoken_of(before: int, now: int, *, speaks: bool) -> None:
    assert CHANGE.speaks({BEFORE: before, PERSONNEL: now}) == speaks


def test_a_slip_of_scale_is_no_change_besides() -> None:
    assert not CHANGE.speaks({BEFORE: 3_000, PERSONNEL: 3_000_000})


def test_the_first_place_of_an_axis_has_no_change() -> None:
    assert [f.path for f in CHANGE.found({"costs.2018-initial.personnel_cost": 999})] == [
        PERSONNEL,
        "costs.2018-initial.personnel_cost",
    ]


@pytest.mark.parametrize(
    ("one", "other", "speaks"),
    [
        (2_999, 9, False),
        (3_000, 10, True),
        (3_000, 11, False),
        (10, 3_000, True),
        (-3_000, 10, True),
        (300, 1, False),
    ],
)
def test_hundredfold_differences_of_small_amounts_are_everyday(
    one: int, other: int, *, speaks: bool
) -> None:
    assert SCALE.speaks({PERSONNEL: one, PROJECT: other}) == speaks


def test_the_scale_is_that_of_the_place_before_then_of_last_year_then_of_the_other_field() -> None:
    last = last_year({"costs.2016-settled.personnel_cost": 4_000})
    asked = replace(SCALE, context=last)
    assert asked.speaks()
    assert asked.found()[0].facts["limit"] == "4,000千円"
    assert SCALE.found()[0].facts["limit"] == "3,000千円"
    assert asked.found({BEFORE: 5_000})[0].facts["limit"] == "5,000千円"
    assert asked.found({BEFORE: 0})[0].facts["limit"] == "4,000千円"
    assert not asked.speaks({BEFORE: 2_000_000})


@pytest.mark.parametrize(
    ("aim", "actual", "speaks"),
    [
        ("100件", "99件", True), ("100件", "100件", False), ("100件", "101件", False),
        ("100件以上", "99件", True), ("100件以上", "100件", False),
        ("100件以内", "101件", True), ("100件以内", "100件", False), ("100件以内", "99件", False),
        ("100件以下", "100.5件", True), ("100件以下", "100件", False),
        ("100件未満", "100件", True), ("100件未満", "99件", False), ("100件未満", "101件", True),
        ("100件超", "100件", True), ("100件超", "101件", False), ("100件超", "99件", True),
        ("100件", "99台", False), ("100", "99", True), ("100件", "99", False),
        ("0件", "0件", False), ("0件以内", "0件", False),
    ],
)  # fmt: skip
def test_a_target_is_met_as_its_bound_says(aim: str, actual: str, *, speaks: bool) -> None:
    assert TARGET.speaks({AIM: amount(aim), ACTUAL: amount(actual)}) == speaks


@pytest.mark.parametrize("words", ["策定", "検討中"])
def test_a_target_in_words_is_not_compared(words: str) -> None:
    assert not TARGET.speaks({AIM: words})
    assert not TARGET.speaks({ACTUAL: words})


@pytest.mark.parametrize(("aim", "speaks"), [("99件", True), ("100件", False), ("101件", False)])
def test_an_order_looks_at_the_numbers(aim: str, *, speaks: bool) -> None:
    assert ORDER.speaks({AIM: amount(aim)}) == speaks


@pytest.mark.parametrize(
    ("filled_in", "speaks", "exactly_speaks"),
    [
        ({}, True, True),
        ({"legal_basis": "法"}, False, False),
        ({"mayoral_pledge": "有"}, False, False),
        ({"legal_basis": DASH, "individual_plan": DASH}, True, True),
        ({"legal_basis": DASH, "individual_plan": "計画"}, False, False),
        ({"legal_basis": "法", "individual_plan": "計画"}, False, True),
        ({"individual_plan": "計画", "mayoral_pledge": "有"}, False, True),
        ({"legal_basis": "0"}, False, False),
    ],
)
def test_one_of_several_is_filled(
    filled_in: dict[str, str], *, speaks: bool, exactly_speaks: bool
) -> None:
    assert ONE_OF.speaks(filled_in) == speaks
    exactly = Asked(EXACTLY.entry, {})
    assert exactly.speaks(filled_in) == exactly_speaks
    for path in ("legal_basis", "individual_plan", "mayoral_pledge"):
        if path not in filled_in:
            assert ONE_OF.found(filled_in, {path: "#REF!"}) == []


@pytest.mark.parametrize(
    ("name", "text", "speaks"),
    [(DASH, DASH, False), (DASH, "説明", True), ("名", "説明", False), ("名", DASH, False)],
)
def test_where_one_says_a_dash_the_other_does(name: str, text: str, *, speaks: bool) -> None:
    changed = {"indicator.name": name, "indicator.description": text}
    assert DASHED.speaks(changed) == speaks


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("十字がちょうど入るよ", False),
        ("全角11字がはみだす", False),
        ("全角11字がはみだすよ", False),
        ("全角11字がはみだすよ。", True),
        ("half half half half ", False),
        ("half half half half h", True),
        ("一\n二", False),
        ("一\n二\n三", True),
        ("一\n\n", True),
        ("０" * 5 + "\n" + "０" * 6, True),
    ],
)
def test_a_text_fits_into_the_lines_of_its_cell(text: str, *, speaks: bool) -> None:
    """Two lines of ten half-width signs."""
    assert FITS.speaks({"project.name": text}) == speaks


@pytest.mark.parametrize("asked", [AS_LAST, CARRIED, FITS, COST_OF_STAFF], ids=lambda a: a.entry)
def test_what_is_not_known_is_not_asked_about(asked: Asked) -> None:
    assert not replace(asked, context=Context()).speaks()


def test_last_years_text_of_the_same_place_is_meant_not_of_the_same_year() -> None:
    asked = Asked(
        'check = "carried-over"\nof = "years.{year}.plan"\nleast = 3',
        {"years.2018.plan": "今年の計画"},
        last_year({"years.2017.plan": "今年の計画", "years.2016.plan": "別の計画"}),
    )
    assert [found.path for found in asked.found()] == ["years.2018.plan"]


def test_a_rate_of_another_period_says_nothing() -> None:
    other = Context(rates={"2016-settled": Rate(Decimal(1), Decimal(1))})
    assert not replace(COST_OF_STAFF, context=other).speaks()


def test_a_rule_holds_from_one_year_to_another() -> None:
    entry = LENGTH.entry + "\nsince = 2018\nuntil = 2019"
    for year, there in ((2017, False), (2018, True), (2019, True), (2020, False)):
        assert any(rule.code == "our-own" for rule in ruled(entry, year).rules) == there


def test_a_place_left_out_is_not_asked_about() -> None:
    asked = replace(SUM, entry=SUM.entry + '\nomit = ["{-1}-settled"]')
    assert not asked.speaks()
    other = {p.replace("2017-settled", "2016-settled"): v for p, v in SUM.values.items()}
    assert asked.speaks(other)


@pytest.mark.parametrize(
    ("severity", "trial", "told"),
    [
        ("error", "false", "error"),
        ("error", "true", "warning"),
        ("warning", "true", "warning"),
        ("note", "true", "note"),
        ("note", "false", "note"),
    ],
)
def test_a_rule_on_trial_is_a_warning_at_most_and_says_so(
    severity: str, trial: str, told: str
) -> None:
    entry = f'{AT_MOST.entry}\nseverity = "{severity}"\ntrial = {trial}'
    (found,) = replace(AT_MOST, entry=entry).found()
    assert found.severity == told
    assert ("試行中" in found.message) == (trial == "true")


def test_a_rule_may_have_its_own_words_with_the_facts_of_its_check() -> None:
    entry = f'{AT_MOST.entry}\nsentence = "{{field}}は{{limit}}まで（{{shown}}）{{{{注}}}}"'
    (found,) = replace(AT_MOST, entry=entry).found()
    title = ruled(entry).by_path[NATIONAL].title
    assert found.message == f"{title}は100千円まで（101千円）{{注}}"


def test_a_sheet_of_texts_where_numbers_belong_raises_nothing() -> None:
    from xlsync.checks import check

    edition = ruled(SUM.entry)
    unread = {field.path: "二万" for field in edition.fields}
    codes = {found.code for found in check(filled(edition, {}, unread), SUM.context)}
    assert codes == {"unreadable"}

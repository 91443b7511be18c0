"""Law 6 for expressions: what Python and Excel make of any expression over any sheet is the same, also of what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import exploring, node_tools, office_calculation
from tests.expressions.expression_forms import computing, form_of
from tests.typed_forms import YEAR
from xlsync.computed import ALONE, results
from xlsync.expressions.grammar import names_in, parse
from xlsync.kinds import Parsed, Value
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.titled_references import split_title
from xlsync.rules import Given, lines_of
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import FIRST_ROW, SENTENCE, WORKSHEET, cell_at
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

KEY = "一"
VALUES = (
    *(
        "cost + income",
        "cost − income",
        "cost × 2 ÷ 3",
        "cost / income",
        "income / (cost - 100)",
        "-cost",
    ),
    *(
        "合計(cost, income)",
        "sum([items.{row}.price])",
        "平均(items.{row}.count)",
        "min(cost,people)",
        "max(cost,people)",
    ),
    *(
        "count([items.{row}.price])",
        "個数(state, note, done)",
        'もし(state = "新規", cost, income)',
        "if(done, 1, 0)",
    ),
    *(
        "or_zero(cost) + 空欄は0(income)",
        "round(people * 3.3, 1)",
        "abs(cost - income)",
        "len(note)",
        "hours / 60",
    ),
    *(
        "日数(begin, end)",
        "end - begin",
        "year(begin)",
        "年度(begin)",
        "月(end) * 100 + 日(end)",
        "share * cost",
        "goal + 0",
    ),
    *(
        "if(cost > 100 or income > 100, cost, 0)",
        "if(not (cost = 0), income / cost, 0)",
        "cost * 1000000 / 7",
    ),
)
CONDITIONS = (
    *(
        "cost > income",
        "cost >= income",
        "cost = income",
        "cost ≠ income",
        "cost <= 100 and income > 0",
        "share < 0.5",
    ),
    *(
        'state = "新規" or cost > 100',
        'state <> "完了"',
        'not (state = "新規")',
        "done",
        "not done",
        "done and cost > 0",
    ),
    *(
        "blank(note)",
        "空欄(cost) or cost >= 0",
        "filled(goal)",
        "入力あり(note) and filled(state)",
        'contains(note, "市")',
    ),
    *(
        "begin < end",
        "begin <= date(2025,4,1)",
        "opens < opens",
        "from = from",
        "len(note) <= 5",
        "hours <= 90",
    ),
    *(
        "sum([items.{row}.price]) = cost",
        "items.0.price > 0 または items.1.price > 0",
        "cost / income < 2",
    ),
)
TYPED: tuple[Mapping[str, Any], ...] = (
    {},
    {
        "cost": 100,
        "income": 40,
        "people": 2.5,
        "share": 0.4,
        "hours": 0.0625,
        "state": "新規",
        "done": "○",
        "note": "市民の声",
        "goal": "280分以内",
        "begin": "令和7年4月1日",
        "end": "2025/5/10",
        "opens": "9:30",
        "from": "R7.4",
        "items.0.price": 60,
        "items.1.price": 40,
        "items.2.count": 3,
    },
    {
        "cost": 0,
        "income": 0,
        "people": 0,
        "share": 0,
        "state": "完了",
        "done": "×",
        "note": "-",
        "goal": "-",
        "hours": 0,
        "items.0.price": 0,
        "items.1.price": 0,
        "begin": "2026/1/1",
    },
    {
        "cost": "-",
        "income": 40,
        "state": "-",
        "done": "-",
        "begin": "-",
        "end": "2025/5/10",
        "note": "改行\nあり",
        "share": "-",
        "hours": "-",
    },
    {
        "cost": "百円",
        "income": "４０千円",
        "state": "一部",
        "done": "△",
        "begin": "4月1日",
        "end": "M6.1.1",
        "share": "85",
        "hours": "90",
        "goal": "実施",
    },
    {
        "cost": 100,
        "income": 100,
        "begin": "1899/12/31",
        "end": "1901/1/1",
        "note": "あ" * 300,
        "state": "継続",
        "people": 0.1,
        "share": 0.5,
    },
    {
        "cost": 123456789,
        "income": 3,
        "people": 12.345,
        "begin": "2024/2/29",
        "end": "2024/2/28",
        "state": "新規",
        "done": "レ",
        "hours": "25:10",
    },
    {
        "cost": -5,
        "income": 0,
        "state": "",
        "note": "　",
        "items.0.price": "十円",
        "items.1.price": 5,
        "items.2.price": "-",
        "items.0.count": 2,
    },
)
engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)
NUMBERS = st.sampled_from(
    [
        "cost",
        "income",
        "people",
        "share",
        "hours",
        "goal",
        "items.0.price",
        "3",
        "0.5",
        "0",
        "len(note)",
    ]
)
_TRUTHS = st.sampled_from(
    [
        "done",
        'state = "新規"',
        'state <> "完了"',
        "blank(note)",
        "filled(cost)",
        "begin < end",
        "opens >= opens",
    ]
)


_SHAPES = (
    *("({} + {})", "({} - {})", "{} * {}", "({} / {})", "if({}, {}, {})"),
    *("abs({} - {})", "or_zero({}) + {}", "round({} * {}, 1)", "sum(cost, people) - {} + {}"),
)


@st.composite
def numbers(draw: st.DrawFn, depth: int = 3) -> str:
    """The text of any expression that is a number."""
    if depth == 0 or draw(st.booleans()):
        return draw(NUMBERS)
    left, right = draw(numbers(depth - 1)), draw(numbers(depth - 1))
    shape = draw(st.sampled_from(_SHAPES))
    if shape.startswith("if"):
        return shape.format(draw(truths(depth - 1)), left, right)
    return shape.format(left, right)


@st.composite
def truths(draw: st.DrawFn, depth: int = 3) -> str:
    """The text of any condition."""
    if depth == 0 or draw(st.booleans()):
        compared = draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]))
        simple = f"{draw(numbers(1))} {compared} {draw(numbers(1))}"
        return draw(st.just(simple) | _TRUTHS)
    left, right = draw(truths(depth - 1)), draw(truths(depth - 1))
    return draw(st.sampled_from(["({} and {})", "({} or {})", "not ({}) or {}"])).format(
        left, right
    )


def drawn(what: st.SearchStrategy[str], count: int) -> list[str]:
    """As many expressions, always the same in an everyday run."""
    texts: list[str] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(what)
    def draw(text: str) -> None:
        if any(names_in(parse(text))):
            texts.append(text)

    draw()
    return list(dict.fromkeys(texts))


ON_ONE, ON_TWO = (
    'page.worksheet = "計算"',
    'page.worksheet = "計算 1"\npage.further-worksheets = ["計算 2"]',
)
worksheets = pytest.mark.parametrize("pages", [ON_ONE, ON_TWO], ids=["one worksheet", "two"])


@cache
def definition(pages: str = ON_ONE) -> str:
    """The form with all the expressions, its fields on one worksheet, or on two by turns."""
    count = exploring.examples(25)
    made = computing([*VALUES, *drawn(numbers(), count)], [*CONDITIONS, *drawn(truths(), count)])
    assert made.count(ON_ONE) == 1
    return made.replace(ON_ONE, pages)


def sheet_of(typed: Mapping[str, Any], pages: str = ON_ONE) -> Sheet:
    """The sheet that is read where this was typed."""
    edition = form_of(definition(pages)).at(YEAR)
    values: dict[str, Value] = {"number": KEY}
    unreadable: dict[str, str] = {}
    for path, text in typed.items():
        read = edition.by_path[path].kind.parse(text)
        if isinstance(read, Parsed):
            values[path] = read.value
        else:
            unreadable[path] = read.typed
    computed = results(edition, dict.fromkeys(edition.formulas, ALONE), values)
    return Sheet(edition, KEY, {**values, **computed}, None, unreadable)


def said_by_python(sheet: Sheet) -> dict[str, Any]:
    """What Python makes of every computed field, and which checks speak."""
    given_ = Given(sheet, {})
    checks = [
        line
        for line in lines_of(sheet.edition)
        if line.code.startswith("c") and line.code[1:].isdigit()
    ]
    said: dict[str, Any] = {path: sheet[path] for path in sheet.edition.formulas}
    return said | {line.code: line.finding(given_) is not None for line in checks}


def said_by_excel(
    engine: str, sheets: Sequence[Mapping[str, Any]], pages: str
) -> list[dict[str, Any]]:
    """What the engine makes of the same for each of what is typed."""
    form = form_of(definition(pages))
    template = build_template(form, YEAR)
    edition, page = form.at(YEAR), form.at(YEAR).worksheet
    blank = fill(template, Sheet(edition, KEY, {"number": KEY}), Stamp(form.id, YEAR, KEY, 1, "ab"))
    paths = dict.fromkeys(path for typed in sheets for path in typed)
    contents = [
        {split_title(template.addresses[path], page): typed.get(path) for path in paths}
        for typed in sheets
    ]
    if engine == "hyperformula":
        made = node_tools.recalculated([patch_cells(blank, content) for content in contents])
        cells = [each[WORKSHEET] for each in made]
    else:
        [made_of_one] = office_calculation.calculated([(blank, contents)], (WORKSHEET,))
        cells = [each[WORKSHEET] for each in made_of_one]
    at = template.checks.check_sheet.addresses
    lines = enumerate(template.checks.check_sheet.lines, start=FIRST_ROW)
    rows = {line.code: cell_at(row, SENTENCE) for row, line in lines if line.code[1:].isdigit()}
    said = []
    for each in cells:
        values = {path: each.get(at.at(path)) for path in edition.formulas}
        said.append(values | {code: bool(each.get(cell)) for code, cell in rows.items()})
    return said


def is_same(mine: Any, theirs: Any) -> bool:
    """Whether two numbers are one but for what a double cannot hold, or two other values are the same."""
    if isinstance(mine, bool) or mine is None or isinstance(theirs, str | None):
        return ("" if mine is None else mine) == ("" if theirs is None else theirs)
    return abs(float(mine) - float(theirs)) <= 1e-9 * max(1.0, abs(float(mine)))


@engines
@worksheets
def test_python_and_excel_agree_on_every_expression_over_every_sheet(
    engine: str, pages: str
) -> None:
    texts = {
        rule.path if rule.check == "computed" else rule.code: rule.expression
        for rule in form_of(definition(pages)).at(YEAR).rules
    }
    differing = []
    for typed, theirs in zip(TYPED, said_by_excel(engine, TYPED, pages), strict=True):
        mine = said_by_python(sheet_of(typed, pages))
        assert mine.keys() == theirs.keys()
        differing += [
            (getattr(texts[name], "text", ""), mine[name], theirs[name], dict(typed))
            for name in mine
            if not is_same(mine[name], theirs[name])
        ]
    assert differing == []


def test_the_sheets_make_each_condition_of_the_list_speak_and_be_silent() -> None:
    """Else a condition that is never true would agree with any formula."""
    said = [said_by_python(sheet_of(typed)) for typed in TYPED]
    spoken = {f"c{at}": {each[f"c{at}"] for each in said} for at in range(len(CONDITIONS))}
    trivial = {"opens < opens", "from = from", "not done", "done"}
    silent = [CONDITIONS[int(code[1:])] for code, seen in spoken.items() if len(seen) < 2]
    assert set(silent) <= trivial

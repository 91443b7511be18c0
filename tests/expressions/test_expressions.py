"""Expressions of a form: what they come to, when they are silent, and how a wrong one is told, with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import office
from tests.expressions.expression_forms import computing, definition, edition, form_of
from tests.typed_forms import YEAR
from xlsync.checks import check
from xlsync.computed import ALONE, results
from xlsync.errors import FormError
from xlsync.expressions.grammar import ExpressionError, parse
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

KEY = "一"


def computed(text: str, values: dict[str, Any], kind: str = 'kind = "measure"\nunit = ""') -> Any:
    """What a field with this expression comes to over these values."""
    here = edition(computing([text], [], kind))
    return results(here, dict.fromkeys(here.formulas, ALONE), values)["made.v0"]


def found(extra: str, values: dict[str, Any], fields: dict[str, str] | None = None) -> list[str]:
    """The sentences of the findings that the form's further entries make."""
    here = edition(definition(extra, fields))
    sheet = Sheet(here, KEY, {"number": KEY, **values})
    return [one.message for one in check(sheet) if one.code in {"check-1", "required-when"}]


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("cost + income × 2", {"cost": 100, "income": 5}, 110),
        ("(cost + income) * 2", {"cost": 100, "income": 5}, 210),
        ("cost ÷ 3", {"cost": 100}, Decimal("33.33")),
        ("2.345 + cost - cost", {"cost": 1}, Decimal("2.35")),
        ("cost / income", {"cost": 100, "income": 0}, None),
        ("cost + income", {"cost": 100, "income": None}, None),
        ("cost + income", {"cost": 100, "income": "-"}, None),
        ("合計(cost, income)", {"cost": 100, "income": None}, 100),
        ("sum([items.{row}.price])", {"items.0.price": 3, "items.2.price": 4}, 7),
        ("items.1.price × items.1.count", {"items.1.price": 3, "items.1.count": Decimal(4)}, 12),
        ("count([items.{row}.price])", {}, 0),
        ("「costの欄」+ 1", {"cost": 9}, 10),
        ('もし(state = "新規", cost, income)', {"state": "継続", "cost": 1, "income": 2}, 2),
        ('if(state = "新規", cost, income)', {"cost": 1, "income": 2}, None),
        ("if(cost > 100 or income > 1, 5, 6)", {"income": 2}, 5),
        ("days(begin, end)", {"begin": "2024-02-28", "end": "2024-03-01"}, 2),
        ("年度(begin)", {"begin": "2025-03-31"}, 2024),
        ("hours / 60", {"hours": 90}, Decimal("1.5")),
        ("len(note)", {"note": "市民の声"}, 4),
        ("cost × 100000000000", {"cost": 10**11}, None),
    ],
)
def test_an_expression_comes_to_its_number_or_to_none(
    text: str, values: dict[str, Any], result: Any
) -> None:
    assert computed(text, values) == result


def test_a_computed_field_holds_what_its_kind_does() -> None:
    assert computed("cost / 3", {"cost": 100}, 'kind = "money"\nunit = "千円"') == 33
    assert computed("cost / 200", {"cost": 33}, 'kind = "percent"') == Decimal("0.165")
    assert computed("hours * 2", {"hours": 45}, 'kind = "duration"') == 90
    assert computed("hours - 50", {"hours": 45}, 'kind = "duration"') is None


def test_a_check_speaks_where_its_condition_is_false_and_not_where_it_is_unknown() -> None:
    entry = '[[check]]\nthat = "cost >= income"\nsay = "収入が事業費を超えています"'
    assert found(entry, {"cost": 1, "income": 2}) == ["収入が事業費を超えています"]
    assert found(entry, {"cost": 2, "income": 2}) == []
    assert found(entry, {"cost": 1}) == []


def test_a_check_over_an_axis_speaks_at_each_entry() -> None:
    entry = '[[check]]\nthat = "items.{row}.price >= 10"\nsay = "10円より安いようです"'
    here = edition(definition(entry))
    sheet = Sheet(
        here, KEY, {"number": KEY, "items.0.price": 5, "items.1.price": 50, "items.2.price": 1}
    )
    assert [one.path for one in check(sheet) if one.code == "check-1"] == [
        "items.0.price",
        "items.2.price",
    ]


def test_a_field_is_required_on_its_condition_only() -> None:
    fields = {"reason": 'kind = "text"\nrequired-when = "state = \\"完了\\" or cost > 100"'}
    assert found("", {"state": "完了"}, fields) == [
        "「項目 reasonの欄」が未入力です。ほかの欄の内容により、入力が必要です（該当がないときは「-」）。"
    ]
    assert len(found("", {"cost": 101}, fields)) == 1
    assert found("", {"state": "新規", "cost": 100}, fields) == []
    assert found("", {}, fields) == []
    assert found("", {"state": "完了", "reason": "済んだため"}, fields) == []


def test_another_number_in_the_place_of_a_computed_one_is_an_error_that_tells_both() -> None:
    here = edition(computing(["cost + income"], []))
    sheet = Sheet(here, KEY, {"number": KEY, "cost": 100, "income": 5, "made.v0": Decimal(90)})
    [told] = [one for one in check(sheet) if one.path == "made.v0"]
    assert (told.code, told.severity) == ("computed-17", "error")
    assert "90.00は、計算した値（105.00）と違います" in told.message
    unknown = Sheet(here, KEY, {"number": KEY, "cost": 100, "made.v0": Decimal(90)})
    assert [one for one in check(unknown) if one.path == "made.v0"] == []


def test_a_rule_of_the_check_expression_is_what_a_check_is() -> None:
    rule = '[[rule]]\ncheck = "expression"\ncode = "check-1"\nthat = "cost >= income"\nsentence = "収入が多すぎます"'
    assert found(rule, {"cost": 1, "income": 2}) == ["収入が多すぎます"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cost +", "途中で終わって"),
        ("(cost + 1", "「)」がありません"),
        ("cost + price", "「price」という欄はありません"),
        ("cost + 「単価」", "「単価」という欄名はない"),
        ("cost + state", "文字は「+」で計算できません"),
        ("cost / 0", "0で割っています"),
        ("sum(state)", "数の欄だけ"),
        ("cost > 1", "値を書いてください"),
        ("total(cost)", "「total」という関数はありません"),
        ("items.{row}.price + 1", "いくつもあります"),
        ("items.{column}.price + 1", "軸「column」"),
        ("round(cost, cost)", "けた数"),
        ("if(cost, 1, 2)", "条件ではありません"),
        ("days(cost, begin)", "日付を書いて"),
        ("date(2025, 2, 30) - begin", "のように書いて"),
        ("made.v0 + 1", "計算が一巡しています（made.v0 → made.v0）"),
        ("3 + 4", "欄がありません"),
        ("cost @ 1", "読めません"),
    ],
)
def test_a_wrong_expression_is_refused_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(FormError) as told:
        edition(computing([text], []))
    assert words in told.value.reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cost", "条件ではありません"),
        ("cost + 1", "条件ではなく値"),
        ('cost = "1"', "数と文字は比べられません"),
        ('state > "新規"', "文字の大小"),
        ("begin < 1", "日付と数は比べられません"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(FormError) as told:
        edition(computing([], [text]))
    assert words in told.value.reason


def test_form_check_names_the_line_of_a_wrong_expression(tmp_path: Path) -> None:
    text = computing(["cost + price"], [])
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    line = next(at for at, each in enumerate(text.splitlines(), 1) if "cost + price" in each)
    with pytest.raises(FormError) as told:
        load_form(str(tmp_path)).at(YEAR)
    assert f"form.toml {line}行目" in str(told.value)


def test_an_expression_that_cannot_be_read_is_told_with_its_line() -> None:
    text = computing(["cost +"], ["cost >"])
    lines = text.splitlines()
    with pytest.raises(FormError) as told:
        edition(text)
    for written in ("cost +", "cost >"):
        line = next(at for at, each in enumerate(lines, 1) if written in each)
        assert f"{line}行目の式「{written}」：式が途中で終わっています" in told.value.reason


def test_a_circle_over_two_fields_is_named() -> None:
    fields = {
        "a": 'kind = "money"\nunit = "円"\nfilled-by = "computed"\ncomputed = "b + 1"',
        "b": 'kind = "money"\nunit = "円"\nfilled-by = "computed"\ncomputed = "a + 1"',
    }
    with pytest.raises(FormError, match="a → b → a"):
        edition(definition("", fields))


def test_brackets_beyond_measure_are_refused_not_followed() -> None:
    with pytest.raises(ExpressionError, match="重なりが深すぎます"):
        parse("(" * 400 + "1" + ")" * 400)
    with pytest.raises(ExpressionError, match="長すぎます"):
        parse("1+" * 900 + "1")


@pytest.mark.office
def test_computed_cells_stay_live_after_an_office_program_saved_the_workbook(
    tmp_path: Path,
) -> None:
    """Somebody types other amounts; the reader computes again, whatever stands in the cell, and says nothing of the formula."""
    form = form_of(computing(["cost + income", "days(begin, end)", "or_zero(cost)"], []))
    here = form.at(YEAR)
    values: dict[str, Any] = {
        "number": KEY,
        "cost": 100,
        "income": 5,
        "begin": "2025-04-01",
        "end": "2025-05-01",
    }
    sheet = Sheet(here, KEY, values | results(here, dict.fromkeys(here.formulas, ALONE), values))
    issued = tmp_path / "issued.xlsx"
    issued.write_bytes(fill(build_template(form, YEAR), sheet, Stamp(form.id, YEAR, KEY, 1, "ab")))
    (tmp_path / "out").mkdir()
    [saved] = office.resave([issued], tmp_path / "out")
    [reading] = read(saved.read_bytes(), form)
    assert reading.sheet is not None
    assert {path: reading.sheet[path] for path in here.formulas} == {
        "made.v0": 105,
        "made.v1": 30,
        "made.v2": 100,
    }
    assert [finding.code for finding in reading.findings] == []
    assert set(reading.live) == set(here.formulas)

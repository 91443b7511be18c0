"""▼ of the city's 施策 in new workbooks: what Excel offers, each level by what stands above; anything else may be typed."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl

from tests import papers
from tests.cities import WORKSHEET, city, typed
from tests.office_calculation import Content, calculated
from xlsync.form.library import load_form
from xlsync.plan_list import CodeLists, PlanList, read_plan_list
from xlsync.workbook.template.plan_pull_downs import template_with_plans
from xlsync.workbook.template.template import Template, build_template

LIST = """計画,大,中,小,名称,いつから,いつまで
総合戦略,Ⅳ,12,,観光の振興,H27,H31
総合戦略,Ⅳ,12,1,観光案内の充実,H27,H31
総合戦略,Ⅴ,1,1,移住の促進,H27,
総合戦略,Ⅳ,3,2,農業の振興,H27,H31
総合戦略,Ⅵ,1,1,次の期の施策,R2,
市長公約,,,,待機児童をなくす,,
市長公約,,,,公園をつくる,,
"""
LINE = "comprehensive_strategy.0"
CODES = [f"{LINE}.codes.{level}" for level in range(3)]
NAME, PLEDGE = f"{LINE}.name", "mayoral_pledge"


def template(text: str) -> Template:
    return template_with_plans(load_form(), papers.EDITION, read_plan_list(text, "施策.csv"))


def formulas(made: Template) -> dict[str, str]:
    """The formula of each pull-down, by address."""
    page = openpyxl.load_workbook(io.BytesIO(made.data))[WORKSHEET]
    rules = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
    assert not any(rule.showDropDown for rule in rules)
    return {str(rule.sqref): str(rule.formula1) for rule in rules}


def asked(made: Template, typed_cells: dict[str, str]) -> Content:
    cells = {each: typed_cells.get(each) for each in (*CODES, NAME)}
    return {(WORKSHEET, made.addresses[each]): value for each, value in cells.items()}


def test_each_level_offers_what_stands_below_the_codes_above_it() -> None:
    made = template(LIST)
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    page = book.create_sheet("選択肢")
    wanted, by_cell = [*CODES, NAME, PLEDGE], formulas(made)
    for column, path in enumerate(wanted, start=1):
        offered = by_cell[made.addresses[path]]
        offered = offered.replace("$C$", f"{WORKSHEET}!$C$").replace("$D$", f"{WORKSHEET}!$D$")
        offered = offered.replace("$E$", f"{WORKSHEET}!$E$")
        page.cell(1, column, f"=ROWS({offered})")
        for row in range(1, 5):
            page.cell(row + 1, column, f'=IFERROR(INDEX({offered},{row}),"")')
    saved = io.BytesIO()
    book.save(saved)
    typed_codes = [("", "", ""), ("Ⅳ", "", ""), ("Ⅳ", "12", ""), ("Ⅳ", "12", "1"), ("Ⅳ", "12", "-")]
    contents = [asked(made, dict(zip(CODES, each, strict=True))) for each in typed_codes]
    (results,) = calculated([(saved.getvalue(), contents)], ["選択肢"])
    offers = [
        [_offered(each["選択肢"], column) for column in "ABCDE"[: len(wanted)]] for each in results
    ]
    every = ["観光の振興", "観光案内の充実", "移住の促進", "農業の振興"]
    assert offers[0] == [
        ["Ⅳ", "Ⅴ"],
        ["12", "3", "1"],
        ["1", "1", "2"],
        every,
        ["待機児童をなくす", "公園をつくる"],
    ]
    assert [each[1] for each in offers[1:]] == [["12", "3"]] * 4
    assert [each[2] for each in offers[2:]] == [["1"]] * 3
    assert [each[3] for each in offers[1:]] == [
        every,
        ["観光の振興"],
        ["観光案内の充実"],
        ["観光の振興"],
    ]


def _offered(cells: dict[str, object], column: str) -> list[str]:
    count = int(float(str(cells[f"{column}1"])))
    return [str(cells.get(f"{column}{row + 1}", "")) for row in range(1, count + 1)]


def test_every_formula_is_short_enough_for_excel_however_long_the_list() -> None:
    rows = "\n".join(
        f"総合戦略,{one},{two},{three},施策{one}の{two}の{three},,"
        for one in range(10)
        for two in range(20)
        for three in range(10)
    )
    made = template(rows)
    offered = formulas(made)
    assert max(map(len, offered.values())) <= 255
    assert len(offered) == len(formulas(build_template(load_form(), papers.EDITION))) + 12


TWO_WORKSHEETS = """
format = 1
id = "two"
title = "調書"
[page]
worksheet = "様式1"
further-worksheets = ["様式 2"]
[identity]
key = ["number"]
title = "number"
[parts]
head = "事業"
[axes]
level = [{ key = 0, label = "大" }, { key = 1, label = "中" }]
[[field]]
path = "number"
label = "番号"
part = "head"
kind = "text"
filled-by = "office"
[[field]]
path = "codes.{level}"
label = "{level}"
part = "head"
kind = "text"
filled-by = "staff"
[[field]]
path = "plan_name"
label = "施策"
part = "head"
kind = "text"
filled-by = "staff"
[[plan]]
name = "総合戦略"
codes = "codes.{level}"
title = "plan_name"
"""


def test_on_a_second_worksheet_too_each_level_offers_what_stands_below(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text(TWO_WORKSHEETS, encoding="utf-8")
    book = openpyxl.Workbook()
    book.worksheets[0].title, second = "様式1", book.create_sheet("様式 2")
    for address, path in (("A2", "number"), ("B2", "plan_name")):
        book["様式1"][address] = f"[[{path}]]"
    second["A1"], second["C4"], second["D4"] = "施策", "[[codes.0]]", "[[codes.1]]"
    book.save(tmp_path / "drawing.xlsx")
    form = load_form(str(tmp_path))
    listed = read_plan_list(
        "計画,大,中,小,名称,いつから,いつまで\n総合戦略,Ⅳ,12,,観光の振興,,", "施策.csv"
    )
    made = template_with_plans(form, papers.EDITION, listed)
    assert made.addresses["codes.1"] == "'様式 2'!D4"
    pages = openpyxl.load_workbook(io.BytesIO(made.data))
    rules = {
        (title, str(rule.sqref)): str(rule.formula1)
        for title in ("様式1", "様式 2")
        for rule in pages[title].data_validations.dataValidation
        if rule.type == "list"
    }
    assert set(rules) == {("様式1", "B2"), ("様式 2", "C4"), ("様式 2", "D4")}
    assert '"|"&$C$4,' in rules["様式 2", "D4"]
    assert """"|"&'様式 2'!$C$4&"|"&'様式 2'!$D$4,""" in rules["様式1", "B2"]


def test_a_city_without_a_list_has_the_template_as_it_was() -> None:
    plain = build_template(load_form(), papers.EDITION)
    assert template_with_plans(load_form(), papers.EDITION, PlanList()).data == plain.data
    assert template("総合戦略,Ⅵ,1,1,次の期の施策,R2,").data == plain.data


def test_new_workbooks_have_the_lists_and_other_text_may_be_typed(tmp_path: Path) -> None:
    here = city(tmp_path)
    here.register(papers.CLEAN)
    lists = CodeLists(plan_list=read_plan_list(LIST, "施策.csv"))
    here.terms = replace(here.terms, code_lists=lists)
    given = here.give_out()
    page = openpyxl.load_workbook(io.BytesIO(given))[WORKSHEET]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    pledge = build_template(load_form(), papers.EDITION).addresses[PLEDGE]
    assert (rules[pledge].type, rules[pledge].showErrorMessage) == ("list", False)
    assert here.bring_one(given).outcome == "unchanged"
    receipt = here.bring_one(typed(given, {PLEDGE: "待機児童をへらす"}))
    assert receipt.outcome == "accepted"
    assert "plan-unknown" in {each.code for each in receipt.findings}

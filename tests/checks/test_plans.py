"""Plans (施策) that sheets name against the city's list: of the year, by code, with the nearest one where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from xlsync.checks import Context, check
from xlsync.errors import SettingsError
from xlsync.kinds import Value
from xlsync.plan_lines import named_plans, plan_lines
from xlsync.plan_list import PlanList, nearest_entry, plain_codes, read_plan_list

LIST = """計画,大,中,小,名称,いつから,いつまで
総合戦略,Ⅳ,12,1,観光の振興,H27,H31
総合戦略,Ⅳ,12,2,農業の振興,H27,H31
総合戦略,Ⅴ,1,1,移住の促進,R2,
市長公約,,,,待機児童をなくす,,
市長公約,,,,公園をつくる,,
"""
CODES = "comprehensive_strategy.0.codes"
NAME = "comprehensive_strategy.0.name"


def found(plan_list: PlanList, **values: Value) -> list[tuple[str, str, str]]:
    sheet = papers.with_values(papers.CLEAN, {"individual_plan": "-", **values})
    findings = check(sheet, Context(plan_list=plan_list))
    return [
        (each.code, each.path, each.message) for each in findings if each.code.startswith("plan-")
    ]


def line_of(*codes: str, name: str = "-") -> dict[str, Value]:
    return {**{f"{CODES}.{at}": code for at, code in enumerate(codes)}, NAME: name}


def test_a_line_in_the_list_of_its_year_is_right_however_its_codes_are_typed() -> None:
    plans = read_plan_list(LIST, "施策.csv")
    assert found(plans, **line_of("IV", "１２", "01", name="観光の振興")) == []
    assert found(plans, mayoral_pledge="待機児童をなくす\n公園をつくる") == []
    assert found(plans) == []


def test_a_code_outside_is_told_with_the_nearest_one_and_a_name_with_the_lists() -> None:
    plans = read_plan_list(LIST, "施策.csv")
    ((code, path, words),) = found(plans, **line_of("Ⅳ", "12", "9", name="観光の振興"))
    assert (code, path) == ("plan-unknown", f"{CODES}.0")
    assert "「Ⅳ-12-9 観光の振興」は、市の施策の一覧（H30年度）にありません" in words
    assert "いちばん近いのは「Ⅳ-12-1 観光の振興」です" in words
    ((code, path, words),) = found(plans, **line_of("Ⅳ", "12", "2", name="観光の振興"))
    assert (code, path) == ("plan-name", NAME)
    assert "「農業の振興」です" in words
    ((code, path, words),) = found(plans, mayoral_pledge="公園をつくる、待機児童を減らす")
    assert (code, path) == ("plan-unknown", "mayoral_pledge")
    assert "「待機児童を減らす」" in words
    assert "「待機児童をなくす」" in words


def test_a_plan_of_another_period_is_not_of_this_year_and_one_without_a_list_is_not_judged() -> (
    None
):
    plans = read_plan_list(LIST, "施策.csv")
    assert [code for code, _, _ in found(plans, **line_of("Ⅴ", "1", "1"))] == ["plan-unknown"]
    assert found(plans, **{"strategic_plan.codes.0": "9", "individual_plan": "何かの計画"}) == []
    assert found(PlanList(), **line_of("Ⅳ", "12", "9")) == []


def test_the_shipped_form_says_where_its_plans_stand() -> None:
    lines = plan_lines(papers.edition())
    names = [line.plan_name for line in lines]
    assert names == ["戦略プラン", "総合戦略", "総合戦略", "総合戦略", "市長公約", "個別計画"]
    assert lines[2].code_paths == tuple(f"comprehensive_strategy.1.codes.{at}" for at in range(3))
    sheet = papers.with_values(papers.CLEAN, line_of("Ⅳ", "12", "2", name="農業の振興"))
    named = [each for each in named_plans(sheet, PlanList()) if each.plan_line == lines[1]]
    assert [each.words for each in named] == ["Ⅳ-12-2 農業の振興"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("総合戦略,Ⅳ,12,1", "計画と名称は必ず"),
        ("総合戦略,Ⅳ,,1,観光", "間を空けずに"),
        ("総合戦略,Ⅳ,12,1,観光,昔,", "「昔」を年度として読めません"),
        ("総合戦略,Ⅳ,12,1,観光,H30,H29", "「いつから」より前です"),
        ('総合戦略,"Ⅳ', "CSVとして読めません"),
        ("総合戦略,1,,,甲,,\n総合戦略,01,,,乙,H30,", "同じ期間に2つあります"),
    ],
)
def test_a_line_that_cannot_be_is_named(line: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_plan_list(line, "施策.csv")
    assert words in str(caught.value)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, unique=True))
def test_the_nearest_of_a_list_to_an_entry_of_it_is_that_entry(
    pairs: list[tuple[int, int]],
) -> None:
    rows = "\n".join(f"戦略プラン,{one},{two},,施策{one}の{two},," for one, two in pairs)
    plans = read_plan_list(rows, "施策.csv")
    for each in plans.plan_entries:
        assert nearest_entry(plans.plan_entries, each.codes, each.name) == each
    assert len({plain_codes(each.codes) for each in plans.plan_entries}) == len(pairs)

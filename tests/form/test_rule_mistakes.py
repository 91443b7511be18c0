"""A rule that cannot be right is refused by `form check`, with its code, the field or word at fault, and what to do."""

from __future__ import annotations

import pytest

from tests.rules.ruled import CODE, WHERE, ruled, shipped_text
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.expansion import edition_of
from xlsync.rules import lines_of

MONEY, TEXT = "costs.{period}.project_cost", "purpose"
MISTAKES = {
    "an unknown field": ('check = "fits"\nof = "purpsoe"', ["purpsoe", "定義にない欄"]),
    "an unknown axis": ('check = "fits"\nof = "years.{yaer}.plan"', ["yaer", "[axes]"]),
    "an unknown omit": (
        'check = "fits"\nof = "years.{year}.plan"\nomit = ["{-9}"]',
        ["{-9}", "軸にありません"],
    ),
    "an omit without an axis": ('check = "fits"\nof = "purpose"\nomit = ["{0}"]', ["{0}"]),
    "everything omitted": (
        'check = "fits"\nof = "years.{year}.plan"\nomit = ["{-1}", "{0}"]',
        ["すべての欄"],
    ),
    "years the wrong way round": (
        'check = "fits"\nof = "purpose"\nsince = 2019\nuntil = 2018',
        ["since", "until"],
    ),
    "a range of a text": (f'check = "range"\nof = "{TEXT}"\nmost = 5', [TEXT, "文章", "金額"]),
    "a range without bounds": (f'check = "range"\nof = "{MONEY}"', ["least", "most"]),
    "a range upside down": (
        f'check = "range"\nof = "{MONEY}"\nleast = 2\nmost = 1',
        ["least が most より大きく"],
    ),
    "a bound that is no number": (f'check = "range"\nof = "{MONEY}"\nmost = nan', ["most", "nan"]),
    "an endless bound": (f'check = "range"\nof = "{MONEY}"\nmost = inf', ["most"]),
    "a bound beyond Excel": (f'check = "range"\nof = "{MONEY}"\nmost = 1e300', ["most", "範囲"]),
    "a length of money": (f'check = "length"\nof = "{MONEY}"\nmost = 5', ["金額", "文章"]),
    "a length of nothing": (f'check = "length"\nof = "{TEXT}"\nmost = 0', ["most"]),
    "a pattern of money": (f'check = "pattern"\nof = "{MONEY}"\nmask = "##"', ["金額"]),
    "a mask in full width": (f'check = "pattern"\nof = "{TEXT}"\nmask = "＃＃"', ["＃", "半角"]),
    "a mask of nothing": (f'check = "pattern"\nof = "{TEXT}"\nmask = ""', ["mask", "空"]),
    "a mask that ends in a space": (f'check = "pattern"\nof = "{TEXT}"\nmask = "# "', ["空白"]),
    "a mask of a dash": (f'check = "pattern"\nof = "{TEXT}"\nmask = "-"', ["該当なし"]),
    "a mask no code can have": (
        'check = "pattern"\nof = "budget.kan"\nmask = "###"',
        ["budget.kan", "2文字"],
    ),
    "a sum of a text": (
        f'check = "sum"\ntotal = "{MONEY}"\nparts = ["purpose"]',
        [TEXT, "文章"],
    ),
    "a sum with itself": (f'check = "sum"\ntotal = "{MONEY}"\nparts = ["{MONEY}"]', ["二度"]),
    "a sum of two units": (
        f'check = "sum"\ntotal = "{MONEY}"\nparts = ["costs.{{period}}.overtime_hours"]\nomit = ["{{+1}}-initial"]',
        ["千円", "時間"],
    ),
    "a sum of a negative tolerance": (
        f'check = "sum"\ntotal = "{MONEY}"\nparts = ["costs.{{period}}.personnel_cost"]\ntolerance = -1',
        ["tolerance"],
    ),
    "one of the same twice": (
        f'check = "one-of"\nof = "{TEXT}"\nothers = ["outline", "outline"]',
        ["outline", "二度"],
    ),
    "one of nothing else": (f'check = "one-of"\nof = "{TEXT}"\nothers = []', ["others"]),
    "a dash where none may be": (
        'check = "dash-with"\nof = "purpose"\nwith = "indicator.name"',
        ["purpose", "dash"],
    ),
    "a target of money": (
        f'check = "target"\nof = "{MONEY}"\ntarget = "costs.{{period}}.personnel_cost"\nomit = ["{{+1}}-initial"]',
        ["金額", "数と単位"],
    ),
    "a change without an axis": (
        'check = "change"\nof = "project.number"\npercent = 5',
        ["project.number", "前の年度"],
    ),
    "a change over lines": (
        'check = "change"\nof = "comprehensive_strategy.{line}.codes.{level}"\npercent = 5',
        ["前の年度"],
    ),
    "a change of nothing": (f'check = "change"\nof = "{MONEY}"\npercent = 0', ["percent"]),
    "the scale of persons": (
        'check = "scale"\nof = "costs.{period}.regular_staff_fte"\nomit = ["{+1}-initial"]',
        ["regular_staff_fte", "金額"],
    ),
    "the scale beside a text": (f'check = "scale"\nof = "{MONEY}"\nwith = "purpose"', ["文章"]),
    "last year's word": ('check = "as-last-year"\nof = "purpose"', ["purpose", "文章"]),
    "last year's amount of a year it did not have": (
        f'check = "as-last-year"\nof = "{MONEY}"',
        ["前の年度の様式", "omit"],
    ),
    "a number carried over": (f'check = "carried-over"\nof = "{MONEY}"', ["金額", "文章"]),
    "a choice that fits": ('check = "fits"\nof = "delivery"', ["delivery", "選択"]),
    "no check": ('of = "purpose"', ["check がありません"]),
    "another rule's code": (
        'check = "fits"\nof = "purpose"\n\n[[rule]]\ncode = "our-own"\ncheck = "fits"\nof = "outline"',
        ["2つ", "purpose", "outline"],
    ),
    "a sentence too long": (
        f'check = "fits"\nof = "purpose"\nsentence = "{"長" * 201}"',
        ["sentence", "長すぎます"],
    ),
}  # fmt: skip
SENTENCES = {
    "an unknown fact": ("{feild}を", ["{feild}", "{field}", "{over}"]),
    "a fact without a name": ("{}を", ["使えません"]),
    "an open brace": ("{field", ["閉じていません"]),
    "a closed brace": ("field}", ["閉じていません"]),
    "a fact with a format": ("{field:>9}", ["名前だけ"]),
    "a fact with a conversion": ("{field!r}", ["名前だけ"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_rule_is_refused_with_its_code_and_its_fault(name: str) -> None:
    entry, words = MISTAKES[name]
    with pytest.raises(FormError) as told:
        ruled(entry)
    assert told.value.where == WHERE
    assert CODE in told.value.reason
    assert [word for word in words if word not in told.value.reason] == []
    assert "should" not in told.value.reason


@pytest.mark.parametrize("name", SENTENCES)
@pytest.mark.parametrize("check", ["fits", "program-total"])
def test_a_sentence_asks_only_for_what_its_check_knows(name: str, check: str) -> None:
    sentence, words = SENTENCES[name]
    total = 'total = "program_totals.{period}.project_cost"\nof = "costs.{period}.project_cost"'
    entry = f'check = "{check}"\n' + ('of = "purpose"' if check == "fits" else total)
    with pytest.raises(FormError) as told:
        lines_of(ruled(f'{entry}\nsentence = "{sentence}"'))
    wanted = [word for word in words if word != "{over}" or check == "fits"]
    assert [word for word in (CODE, *wanted) if word not in told.value.reason] == []


@pytest.mark.parametrize("code", ["required", "unreadable", "sum", "conflict", "program-total"])
def test_a_rule_does_not_take_another_findings_name(code: str) -> None:
    text = f'{shipped_text()}\n[[rule]]\ncode = "{code}"\ncheck = "fits"\nof = "purpose"\n'
    with pytest.raises(FormError, match=f"規則 {code} "):
        lines_of(edition_of(read_definition(text, WHERE), 2018, WHERE))


def test_a_rule_that_changes_from_a_year_on_is_written_twice_under_one_code() -> None:
    entry = (
        'check = "length"\nof = "purpose"\nmost = 10\nuntil = 2018\n\n'
        '[[rule]]\ncode = "our-own"\ncheck = "length"\nof = "purpose"\nmost = 20\nsince = 2019'
    )
    most = {
        year: [rule.limits.most for rule in ruled(entry, year).rules if rule.code == CODE]
        for year in (2018, 2019)
    }
    assert most == {2018: [10], 2019: [20]}


def test_the_rules_of_the_shipped_form_have_codes_of_their_own() -> None:
    codes = [rule.code for rule in ruled('check = "fits"\nof = "purpose"').definition.rule]
    assert len(set(codes)) == len(codes)

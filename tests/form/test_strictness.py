"""A wrong entry of form.toml is named by file, entry and reason, and never passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.papers import in_field
from xlsync.errors import FormError
from xlsync.form.library import load_form

MISTAKES: dict[str, tuple[tuple[str, str], list[str]]] = {
    "an unknown key of a field": (
        in_field("other_indicators", 'kind = "text"', 'kind = "text"\nrequierd = "always"'),
        ["other_indicators", "requierd", "知らない項目名"],
    ),
    "an unknown key of the page": (("issue-month = 7 ", "issue-mont = 7 "), ["page", "issue-mont"]),
    "an unknown key of a rule": (
        ("tolerance = 1\n", "tolerance = 1\ntolerence = 2\n"),
        ["personnel-cost", "tolerence"],
    ),
    "an unknown field of the summary": (
        (
            'texts = ["years.{year}.issues", "next_year.reason"]',
            'texts = ["years.{year}.issues", "next_year.raeson"]',
        ),
        ["課題と方向性", "next_year.raeson"],
    ),
    "an unknown table": (("[identity]", "[axis]\nx = 1\n\n[identity]"), ["axis", "知らない項目名"]),
    "an unknown axis": (
        ('path = "next_year.direction"', 'path = "next_year.{yaer}.direction"'),
        ["yaer"],
    ),
    "an axis no name can have": (
        ('path = "next_year.direction"', 'path = "next_year.{target-year}.direction"'),
        ["target-year"],
    ),
    "an unknown list": (
        ('choices = "direction"', 'choices = "directions"'),
        ["next_year.direction", "directions"],
    ),
    "an unknown part": (
        in_field("next_year.direction", '"next-year"', '"nextyear"'),
        ["next_year.direction", "nextyear"],
    ),
    "an unknown kind": (in_field("delivery", '"choice"', '"chioce"'), ["delivery", "kind"]),
    "an unknown check": (
        ('check = "personnel-cost"', 'check = "personell-cost"'),
        ["check", "rule"],
    ),
    "an omitted place that is none": (
        in_field("costs.{period}.temporary_staff", "{+1}-initial", "{+2}-initial"),
        ["costs.{period}.temporary_staff", "{+2}-initial"],
    ),
    "a rule on an unknown total": (
        ('total = "costs.{period}.personnel_cost"\n', 'total = "costs.{period}.personell_cost"\n'),
        ["personnel-cost", "personell_cost"],
    ),
    "a rule on an unknown part": (
        ('hours = "costs.{period}.overtime_hours"', 'hours = "costs.{period}.overtime"'),
        ["personnel-cost", "costs.2016-settled.overtime"],
    ),
    "a rule part on another axis": (
        ('hours = "costs.{period}.overtime_hours"', 'hours = "costs.{year}.overtime_hours"'),
        ["personnel-cost", "year"],
    ),
    "a rule without parts": (
        ('parts = ["costs.{period}.project_cost", "costs.{period}.personnel_cost"]', "parts = []"),
        ["sum-total-cost", "parts"],
    ),
    "required with an unknown field": (
        ('with = "next_year.direction"', 'with = "next_year.dirction"'),
        ["next_year.reason", "next_year.dirction"],
    ),
    "required with a field on an axis of its own": (
        ('with = "next_year.direction"', 'with = "years.{year}.plan"'),
        ["next_year.reason", "year"],
    ),
    "a key of an unknown field": (
        ('"project.number"]', '"project.no"]'),
        ["identity", "project.no"],
    ),
    "twin fields": (
        ('path = "mayoral_pledge"', 'path = "individual_plan"'),
        ["individual_plan"],
    ),
    "twins in Excel's eyes": (
        ('path = "mayoral_pledge"', 'path = "individual-plan"'),
        ["individual_plan"],
    ),
    "a field below a field": (('path = "mayoral_pledge"', 'path = "purpose.more"'), ["purpose"]),
    "money without a unit": (
        in_field("costs.{period}.personnel_cost", 'unit = "千円"\n', ""),
        ["costs.{period}.personnel_cost", "unit"],
    ),
    "a choice without a list": (
        ('choices = "direction"\n', ""),
        ["next_year.direction", "choices"],
    ),
    "a word for a number": (("issue-month = 7 ", 'issue-month = "7" '), ["page", "issue-month"]),
    "a month that is none": (("issue-month = 7 ", "issue-month = 13 "), ["page", "issue-month"]),
    "a newer format": (("format = 1", "format = 2"), ["format"]),
    "no id": (('id = "jimu-jigyo-hyoka"\n', ""), ["id", "必要な項目がありません"]),
    "a title Excel forbids": (
        ('worksheet = "評価シート"', 'worksheet = "評価/シート"'),
        ["page", "worksheet"],
    ),
    "a list on an axis that does not begin at 0": (
        ('{ key = 0, label = "大" },\n', ""),
        ["level"],
    ),
    "words and counts on one axis": (
        ('{ key = 0, label = "大" }', '{ key = "big", label = "大" }'),
        ["level"],
    ),
    "an empty list": (
        ('items = ["活動結果指標", "成果指標"]', "items = []"),
        ["indicator-kind"],
    ),
    "the same word twice in a list": (
        ('items = ["有", "無"]', 'items = ["有", "有"]'),
        ["temporary-staff", "有"],
    ),
    "one word in two widths in a list": (
        ('items = ["活動結果指標", "成果指標"]', 'items = ["A 指標", "Ａ指標"]'),
        ["indicator-kind", "Ａ指標"],
    ),
    "an assumed word that is not in the list": (
        ('assumed = ["B 政策的事業"]', 'assumed = ["B 政策事業"]'),
        ["classification", "B 政策事業"],
    ),
    "a rule whose part is greyed everywhere": (
        in_field(
            "costs.{period}.regular_staff_fte",
            'omit = ["{+1}-initial"]',
            'omit = ["{-2}-settled", "{-1}-settled", "{0}-initial", "{+1}-initial"]',
        ),
        ["personnel-cost", "regular_staff_fte"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_by_file_entry_and_reason(name: str, tmp_path: Path) -> None:
    replaced, words = MISTAKES[name]
    folder = papers.form_folder(tmp_path / "form", replaced)
    with pytest.raises(FormError) as told:
        load_form(str(folder)).at(2018)
    assert told.value.where == str(folder / "form.toml")
    assert [word for word in words if word not in told.value.reason] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("format = ", "TOML"),
        ("", "必要な項目がありません"),
        ("a = 1\na = 2\n", "TOML"),
        ("[[field]]\npath='x'\n", "field"),
    ],
)
def test_a_broken_file_is_named(text: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FormError, match=word) as told:
        load_form(str(tmp_path))
    assert told.value.where == str(tmp_path / "form.toml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_bytes('title = "様式"'.encode("cp932"))
    with pytest.raises(FormError, match=r"form\.toml"):
        load_form(str(tmp_path))


def test_a_missing_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"form\.toml"):
        load_form(str(tmp_path / "nowhere"))


def test_a_total_over_a_greyed_part_is_said_or_harmless(tmp_path: Path) -> None:
    """事業費(A) greyed in H31 while 総事業費 is asked for: a program total of nothing."""
    old = 'path = "costs.{period}.project_cost"\nlabel = "事業費(A)"\n'
    folder = papers.form_folder(tmp_path / "form", (old, old + 'omit = ["{+1}-initial"]\n'))
    try:
        edition = load_form(str(folder)).at(2018)
    except FormError as fault:
        assert "program-project-cost" in fault.reason  # noqa: PT017 - refusing is as good
        return
    assert all(rule.parts for rule in edition.rules)


def test_reasons_are_japanese(tmp_path: Path) -> None:
    folder = papers.form_folder(tmp_path / "form", ('label = "執行体制"\npart', "label = 5\npart"))
    with pytest.raises(FormError) as told:
        load_form(str(folder)).at(2018)
    assert "Input should be" not in told.value.reason

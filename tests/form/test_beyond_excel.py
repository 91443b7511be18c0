"""What Excel cannot bear is refused before a template is made of it, with the entry that asks for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.papers import edited_form, in_field
from tests.rules.ruled import ruled
from xlsync.errors import FormError
from xlsync.form.library import Form, load_form
from xlsync.workbook.template import excel_limits
from xlsync.workbook.template.excel_limits import ARGUMENTS, DEPTH, LENGTH, fault_of
from xlsync.workbook.template.template import build_template

DIRECTIONS = (
    'items = ["拡充", "現状のまま継続", "改善して継続", "縮小", "統合", "休止・廃止", "完了"]\n'
    'assumed = ["拡充", "現状のまま継続", "改善して継続", "縮小", "統合", "休止・廃止", "完了"]'
)


def tried(form: Form) -> str:
    """What is said of a form, "" where Excel bears it."""
    try:
        build_template(form, 2018)
    except FormError as fault:
        assert fault.where == form.where  # noqa: PT017 - the sentence is asked for by the tests
        return fault.reason
    return ""


def with_words(folder: Path, words: list[str]) -> Form:
    """The shipped form with these words in the list of directions."""
    return edited_form(folder, (DIRECTIONS, f"items = {json.dumps(words, ensure_ascii=False)}"))


@pytest.mark.parametrize(
    ("signs", "fits"), [(LENGTH - 2, True), (LENGTH - 1, True), (LENGTH, False)]
)
def test_a_formula_has_so_many_signs_with_its_equals(signs: int, *, fits: bool) -> None:
    assert (fault_of("1" * signs) == "") == fits


@pytest.mark.parametrize(("deep", "fits"), [(DEPTH - 1, True), (DEPTH, True), (DEPTH + 1, False)])
def test_functions_stand_so_deep_in_each_other(deep: int, *, fits: bool) -> None:
    assert (fault_of("ABS(" * deep + "1" + ")" * deep) == "") == fits
    assert fault_of("(" * 200 + '"((((' + "ABS(" * 99 + '"' + ")" * 200) == ""
    assert fault_of("+".join(["ABS(1)"] * 200)) == ""


@pytest.mark.parametrize(
    ("many", "fits"), [(ARGUMENTS - 1, True), (ARGUMENTS, True), (ARGUMENTS + 1, False)]
)
def test_a_function_has_so_many_arguments(many: int, *, fits: bool) -> None:
    listed = ",".join(["1"] * many)
    assert (fault_of(f"OR({listed})") == "") == fits
    assert fault_of(f"SUM({{{listed},{listed}}},'a,b,(,'!A1,\",,,\")") == ""


def test_the_shipped_form_is_borne() -> None:
    assert tried(load_form()) == ""


@pytest.mark.parametrize(("spare", "fits"), [(1, True), (0, True), (-1, False)])
def test_the_colours_of_the_fields_are_counted(
    monkeypatch: pytest.MonkeyPatch, spare: int, *, fits: bool
) -> None:
    sheet = build_template(load_form(), 2018).checks.check_sheet
    monkeypatch.setattr(excel_limits, "FORMATS", 2 * 3 * 128 + spare)
    if fits:
        excel_limits.refuse_beyond_excel(sheet, "form.toml")
    else:
        with pytest.raises(FormError, match="条件付き書式"):
            excel_limits.refuse_beyond_excel(sheet, "form.toml")


@pytest.mark.parametrize(("spare", "fits"), [(1, True), (0, False)])
def test_the_lines_of_the_rules_are_counted(
    monkeypatch: pytest.MonkeyPatch, spare: int, *, fits: bool
) -> None:
    """Their order on the page leaves room for 10,000 of a class."""
    sheet = build_template(load_form(), 2018).checks.check_sheet
    monkeypatch.setattr(excel_limits, "SLOTS", 10_000 - len(sheet.lines) - spare)
    if fits:
        excel_limits.refuse_beyond_excel(sheet, "form.toml")
    else:
        with pytest.raises(FormError, match="規則が多すぎます"):
            excel_limits.refuse_beyond_excel(sheet, "form.toml")


def test_a_list_too_long_for_formulas_is_named(tmp_path: Path) -> None:
    some = [f"方向{n:03}" for n in range(200)]
    assert tried(with_words(tmp_path / "some", some)) == ""
    many = [f"方向{n:03}" for n in range(400)]
    reason = tried(with_words(tmp_path / "many", many))
    assert "next_year.direction" in reason
    assert "choices「direction」" in reason


def test_a_rule_too_long_for_a_formula_is_named(tmp_path: Path) -> None:
    paths = [f"years.2017.{name}" for name in ("plan", "activities", "results", "issues")]
    entry = 'check = "one-of"\nof = "purpose"\nexactly = true\nothers = '
    texts = [f.path for f in ruled(entry + json.dumps(paths)).fields if f.kind.name == "text"]
    added = f'\n[[rule]]\ncode = "only-one"\n{entry}{json.dumps([p for p in texts if p != "purpose"])}\n'
    reason = tried(edited_form(tmp_path / "form", added=added))
    assert "規則 only-one（purpose）" in reason


@pytest.mark.parametrize(("signs", "fits"), [(254, True), (255, True), (256, False)])
def test_a_word_has_as_many_signs_as_a_pull_down_list_takes(
    tmp_path: Path, signs: int, *, fits: bool
) -> None:
    if fits:
        assert tried(with_words(tmp_path / "form", ["拡充", "長" * signs])) == ""
    else:
        with pytest.raises(FormError, match="direction → items → 1：長すぎます"):
            with_words(tmp_path / "form", ["拡充", "長" * signs])


def test_a_list_has_as_many_words_as_a_pull_down_list_shows(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="direction → items：多すぎます"):
        with_words(tmp_path / "form", [f"方向{n}" for n in range(32_768)])


@pytest.mark.parametrize("word", ["-", " － ", "拡\n充"])
def test_a_word_that_could_never_be_chosen_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(FormError, match="direction"):
        with_words(tmp_path / "form", ["拡充", word])


def test_words_with_commas_and_quotes_are_no_stumbling_block(tmp_path: Path) -> None:
    form = with_words(tmp_path / "form", ["拡充,A,B", '"縮小"', "=1+1", "統合　完了"])
    assert tried(form) == ""


def test_a_long_label_is_borne(tmp_path: Path) -> None:
    label = in_field("purpose", 'label = "事業の目的"', f'label = "{"事業の「目的」" * 60}"')
    assert tried(edited_form(tmp_path / "form", label)) == ""

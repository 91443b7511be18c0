"""Whose the figures of the financial system are: what staff see of it, what is refused, and how they are given back."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.budget_files import GENERAL, HEAD, KEY, LINE, MAP, SPOKEN, taken, written
from tests.cities import typed
from tests.commands import Run, living
from xlsync import open_city
from xlsync.finding_catalogue import CATALOGUE
from xlsync.ooxml import read_cells
from xlsync.workbook.checks.visible_sheet import PAGE

AS_OF = ("--as-of", "2018-05-31")


def messages(book: Path) -> dict[str, str]:
    """Where a workbook's cells say that their figures are the financial system's, and what they say."""
    [page, *_] = openpyxl.load_workbook(book).worksheets
    rules = page.data_validations.dataValidation
    return {
        str(rule.sqref): str(rule.prompt) for rule in rules if rule.promptTitle == "財務会計より"
    }


def listed(book: Path) -> str:
    return "\n".join(str(value) for value in read_cells(book)[PAGE].values())


def general(filled: Path) -> object:
    head = open_city(filled).store.head(KEY, papers.EDITION)
    assert head is not None
    return head[GENERAL]


def test_the_workbook_says_at_each_cell_and_in_its_checks_whose_the_figures_are(
    filled: Path, run: Run
) -> None:
    book = living(filled)
    drawn = [
        rule.prompt
        for rule in openpyxl.load_workbook(book).worksheets[0].data_validations.dataValidation
    ]
    taken(run, written(HEAD, LINE), *AS_OF, *MAP)
    assert set(messages(book)) == {f"AA{row}" for row in (16, 18, 20, 22, 24)}
    assert all(f"歳出決算、{SPOKEN}現在" in said for said in messages(book).values())
    assert f"財務会計より（歳出決算、{SPOKEN}現在）：「国庫支出金」「県支出金」" in listed(book)
    assert CATALOGUE["figures-from"].sentence.rpartition("}")[2] in listed(book)
    book.unlink()
    run("export", KEY)
    assert len(messages(book)) == 5
    said = run("figures", "release", "歳出決算", "--reason", "見込のため", "--yes", "--json")
    assert json.loads(said.out)["done"]
    assert messages(book) == {}
    assert "財務会計より" not in listed(book)
    rules = openpyxl.load_workbook(book).worksheets[0].data_validations.dataValidation
    assert sorted(rule.prompt for rule in rules) == sorted(drawn)


def test_checking_and_the_button_say_what_receiving_would_say(filled: Path, run: Run) -> None:
    taken(run, written(HEAD, LINE), *AS_OF, *MAP)
    book = living(filled)
    book.write_bytes(typed(book.read_bytes(), {GENERAL: 26_000}))
    sentence = f"には財務会計（歳出決算、{SPOKEN}現在）の数字 25,777千円 が入っています"
    assert sentence in run("check", book).out
    assert sentence in run("press", "validate", book).out
    assert "AA24 26000 → 25777" in run("press", "pull", book).out
    assert sentence in run("press", "submit", book).out
    assert general(filled) == 25_777


def test_a_field_that_is_given_back_is_staffs_again(filled: Path, run: Run) -> None:
    taken(run, written(HEAD, LINE), *AS_OF, *MAP)
    release = (
        "figures",
        "release",
        "歳出決算",
        "--field",
        "一般財源",
        "--reason",
        "職員が按分する",
    )
    assert run(*release, "--dry-run").code == 0
    book = living(filled)
    assert len(messages(book)) == 5
    assert run(*release).code == 1  # nobody can be asked
    assert "1欄を、職員の欄に戻します" in run(*release, "--yes").out
    assert len(messages(book)) == 4
    book.write_bytes(typed(book.read_bytes(), {GENERAL: 26_000}))
    assert "財務会計" not in run("import", book).out
    assert general(filled) == 26_000
    total = json.loads(run("figures", "reconcile", "--json").out)["total"]
    assert (total["budget"], total["rounding"], total["difference"]) == (0, 0, 0)
    assert "数字が入っている欄ではありません" in run(*release, "--yes").err
    assert run("audit").code == 0


def test_settled_figures_replace_expected_ones_and_not_the_other_way_round(
    filled: Path, run: Run
) -> None:
    expected = written(HEAD, LINE.replace("25776700", "25000000"))
    taken(run, expected, *AS_OF, *MAP, "--map", "（区分）=見込", kind="見込額")
    result = taken(run, written(HEAD, LINE), "--as-of", "2018-06-30", *MAP)
    assert result["doubts"] == [
        "5欄の見込の数字（見込額、平成30年5月31日現在）を、決算の数字に置き換えます"
    ]
    assert general(filled) == 25_777
    book = living(filled)
    assert "見込額" not in listed(book)
    refused = run("figures", "import", "決算.csv", "--kind", "見込額", "--yes")
    assert refused.code == 3
    assert (
        "見込の数字ですが、5欄に決算の数字（歳出決算、平成30年6月30日現在）が入っています"
        in refused.err
    )
    assert (
        "「歳出決算」の数字に置き換わっています"
        in run("figures", "reconcile", "--kind", "見込額").out
    )
    assert json.loads(run("figures", "reconcile", "--json").out)["kind"] == "歳出決算"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("title", "name"),
    [("平成２８年度　歳出決算一覧", "決算.csv"), ("", "2016年度決算.csv")],
)
def test_a_file_that_names_another_year_is_refused(run: Run, title: str, name: str) -> None:
    lines = [title, HEAD.removeprefix("年,"), LINE.removeprefix("H29,")]
    file = written(*lines).rename(name)
    said = run("figures", "import", file, "--kind", "歳出決算", *MAP, "--yes")
    assert said.code == 3
    assert "取り込む欄（H29年度）の年度と違います" in said.err


@pytest.mark.usefixtures("filled")
def test_last_years_file_is_known_by_what_it_says(run: Run) -> None:
    lines = (HEAD.removeprefix("年,"), LINE.removeprefix("H29,"))
    taken(run, written(*lines), *MAP)
    Path("store/figures/2018").rename("store/figures/2017")
    said = run("figures", "import", "決算.csv", "--kind", "歳出決算", "--yes")
    assert said.code == 3
    assert "昨年度に取り込んだ「決算.csv」と、予算コードも金額もすべて同じです" in said.err


@pytest.mark.usefixtures("filled")
def test_every_line_of_another_year_is_one_sentence(run: Run) -> None:
    line = LINE.replace("H29", "H28")
    said = run(
        "figures", "import", written(HEAD, line, line, line), "--kind", "決算", *MAP, "--yes"
    )
    assert said.err.count("H28年度の金額ですが") == 1
    assert "（ほか2行も同じ）" in said.err


@pytest.mark.usefixtures("filled")
def test_a_former_code_finds_the_sheet_and_that_of_a_sheet_out_of_the_count_says_why(
    run: Run,
) -> None:
    moved = "01-02-01-08-99-01"
    assert run("sheets", "change-key", KEY, moved).code == 0
    run("sheets", "exclude", papers.KEYS[1], "--reason", "内部管理のため")
    excluded = "H29,1,2,1,8,15,1,通信,0,0,0,0,87643900,"
    result = taken(run, written(HEAD, LINE, excluded), *MAP)
    assert [sheet["key"] for sheet in result["sheets"]] == [moved]
    [without] = result["lines_without_sheet"]
    assert "シートは集計から外してあります" in without["reason"]
    assert "対象外、内部管理のため" in without["reason"]


@pytest.mark.usefixtures("filled")
def test_merged_headings_and_dates_for_codes_are_refused(run: Run) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["予算科目", "一般財源", ""])
    page.append([None, 25776700])
    page["A2"] = __import__("datetime").date(2001, 2, 1)
    page.merge_cells("B1:C1")
    saved = io.BytesIO()
    book.save(saved)
    Path("決算.xlsx").write_bytes(saved.getvalue())
    words = ("--map", "予算科目=予算コード", "--map", f"一般財源={GENERAL}", "--yes")
    said = run("figures", "import", "決算.xlsx", "--kind", "決算", *words)
    assert said.code == 3
    assert "B1:C1：見出しのセルが結合されています" in said.err
    assert "2行目（A2）：予算コードが日付（" in said.err
    Path("決算.csv").write_text("予算科目,一般財源\n2001/2/1,5\n", encoding="utf-8")
    said = run("figures", "import", "決算.csv", "--kind", "決算", *words)
    assert "2行目（A2）：予算コードが日付（2001/2/1）に変わっています" in said.err


@pytest.mark.usefixtures("filled")
def test_equal_lines_are_told_and_added_up(run: Run) -> None:
    result = taken(run, written(HEAD, LINE, LINE), *MAP)
    assert result["sheets"][0]["figures"][GENERAL]["yen"] == 2 * 25_776_700
    assert result["doubts"] == [
        "2・3行目：予算コードも名称も金額も同じ行です（すべて足します）。二重に出力されていないか確かめてください",
        "同じ予算コードの行が何行かあるもの 1件：金額を足します",
    ]

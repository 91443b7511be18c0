"""Grades that arrive as a table after a meeting: shown, taken in, side by side, and taken back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests import papers
from tests.commands import Run, living
from xlsync import open_city
from xlsync.finding_catalogue import CATALOGUE
from xlsync.ooxml import read_cells
from xlsync.workbook.checks.visible_sheet import PAGE

OVERALL = "years.2017.overall"
TIERS = f"""
[[tier]]
name = "一次評価"
grade = "{OVERALL}"

[[tier]]
name = "二次評価"
grades = ["A", "B", "C"]

[[tier]]
name = "外部評価"
"""
FIRST, SECOND = papers.KEYS[:2]


@pytest.fixture
def tiered(filled: Path) -> Path:
    """A city with three tiers: the first one on the page, the others beside the sheets."""
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(TIERS)
    return filled


def table(*rows: list[str], change: Callable[[Worksheet], None] = lambda _: None) -> Path:
    """A table with headings over two rows, as such tables have them."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["第2回 行政評価会議　結果"])
    page.append(["事業コード", "事務事業名", "二次評価", "", "外部評価", "", "備考"])
    page.append(["", "", "評価", "理由", "意見", "市の対応", ""])
    for area in ("A2:A3", "B2:B3", "C2:D2", "E2:F2"):
        page.merge_cells(area)
    for row in rows:
        page.append(row)
    change(page)
    saved = io.BytesIO()
    book.save(saved)
    file = Path("会議結果.xlsx")
    file.write_bytes(saved.getvalue())
    return file


GOOD = [FIRST, "情報化推進事業", "ａ", "順調", "もっと広く", "検討する", ""]


GOOD_TEXTS = ["A", "順調", "もっと広く", "検討する"]


def row_of(cells: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What the row of a sheet says in a printed list, by the headings above it."""
    [at] = [address for address, text in cells.items() if text == key]
    [head] = [address for address, text in cells.items() if text == "一次評価\n評価"]
    row, headings = at.lstrip("ABCDEFGHIJKLMNOP"), head.lstrip("ABCDEFGHIJKLMNOP")
    return {
        str(text): cells.get(f"{address.removesuffix(headings)}{row}")
        for address, text in cells.items()
        if address.lstrip("ABCDEFGHIJKLMNOP") == headings
    }


def said_of(run: Run, key: str = FIRST) -> Any:
    sheets = json.loads(run("grades", "list", "--json").out)["sheets"]
    return next(sheet["tiers"] for sheet in sheets if sheet["key"] == key)


def checks(city: Path) -> str:
    return "\n".join(str(value) for value in read_cells(living(city))[PAGE].values())


def test_a_table_is_shown_first_and_then_beside_the_sheet_in_its_workbook_and_in_the_summary(
    tiered: Path, run: Run
) -> None:
    file = table(
        GOOD, ["", "基幹電算業務運営事業", "B", "", "", "", ""], ["合計", "", "2", "", "", "", ""]
    )
    shown = run("grades", "import", file, "--dry-run")
    assert shown.code == 1
    assert "一覧にある事業 2件（うち変わる事業 2件）、一覧にない事業 3件" in shown.out
    assert "二次評価 評価：（空欄） → 「A」" in shown.out
    assert (
        "事業コードがないため、事務事業名「基幹電算業務運営事業」で 01-02-01-10-11-01 とみなしました"
        in shown.out
    )
    assert "読まない列：備考" in shown.out
    assert "6行目：合計の行とみなし、読みません" in shown.out
    assert said_of(run)["二次評価"]["grade"] == ""
    assert run("grades", "import", file).code == 1  # nobody can be asked
    assert not Path("store/grades").exists()
    assert "取り込みました 2件" in run("grades", "import", file, "--yes").out
    assert said_of(run)["二次評価"] == {
        "grade": "A",
        "reason": "順調",
        "answer": "",
        "follow_up": "",
    }
    told = CATALOGUE["tier-result"].sentence.format(
        field="外部評価の市の対応", reason="検討する", registered="root"
    )
    assert told.partition("root")[0] in checks(tiered)
    run("summarize")
    summary = read_cells("shared/集計/全庁.xlsx")
    cross = summary["評価の対比"]
    rows = [[cross.get(f"{column}{row}") for column in "ABCDEF"] for row in (5, 9)]
    assert rows == [["A:成果を維持して継続実施", 1, 0, 0, 0, 1], ["計", 1, 1, 0, 3, 5]]
    assert "ありません" in summary["評価の変わった事業"].values()
    by_heading = row_of(summary["評価の一覧"], FIRST)
    assert by_heading["一次評価\n評価"] == "A:成果を維持して継続実施"
    of_meeting = ("二次評価\n評価", "二次評価\n理由", "外部評価\n理由", "外部評価\n市の対応")
    assert [by_heading[heading] for heading in of_meeting] == GOOD_TEXTS
    again = run("grades", "import", file, "--yes", "--json")
    assert all(not sheet["changes"] for sheet in json.loads(again.out)["sheets"])
    assert len([*Path("store/grades").rglob("*.json")]) == 2
    assert run("audit").code == 0


def test_a_tier_on_the_page_is_one_revision_and_is_taken_back(tiered: Path, run: Run) -> None:
    Path("一次.csv").write_text(
        f"事業コード,評価,理由\n{FIRST},Ｄ:休止・廃止を検討,重複\n{SECOND},,\n", encoding="cp932"
    )
    store = open_city(tiered).store
    before = store.head(FIRST, papers.EDITION)
    assert before is not None
    said = run("grades", "import", "一次.csv", "--tier", "一次評価", "--yes", "--json")
    assert [done["outcome"] for done in json.loads(said.out)["receipts"]] == ["accepted"]
    after = store.newest(FIRST, papers.EDITION)
    assert after is not None
    assert after.sheet[OVERALL] == "D:休止・廃止を検討"
    assert after.draft.submission.file == "一次.csv"
    assert (
        "D:休止・廃止を検討"
        in read_cells(living(tiered))[papers.sheet().edition.worksheet].values()
    )
    assert said_of(run)["一次評価"]["reason"] == "重複"
    assert said_of(run, SECOND)["一次評価"]["grade"] != ""  # a blank takes nothing away
    undone = run("grades", "revert", "一次評価", "--yes")
    assert "一次評価：取り消し（一次.csv）" in undone.out
    head = store.head(FIRST, papers.EDITION)
    assert head is not None
    assert head.same_content(before)
    assert said_of(run)["一次評価"]["reason"] == ""
    assert "取り消しました 0件" in run("grades", "revert", "一次評価", "--yes").out
    assert said_of(run)["一次評価"]["reason"] == ""
    run("grades", "import", "一次.csv", "--tier", "一次評価", "--yes")
    assert said_of(run)["一次評価"]["reason"] == "重複"
    assert run("audit").code == 0


@pytest.mark.usefixtures("tiered")
def test_the_last_table_alone_is_taken_back(run: Run) -> None:
    run("grades", "import", table(GOOD), "--yes")
    Path("後.csv").write_text(f"事業コード,二次評価理由\n{FIRST},変わった\n", encoding="utf-8")
    run("grades", "import", "後.csv", "--yes")
    run("grades", "revert", "二次評価", "--yes")
    assert said_of(run)["二次評価"]["reason"] == "順調"
    assert said_of(run)["二次評価"]["grade"] == "A"


def hide(page: Worksheet) -> None:
    page.row_dimensions[4].hidden = True


def strike_grade(page: Worksheet) -> None:
    page["C4"].font = Font(strike=True)


def date_for_code(page: Worksheet) -> None:
    page["A4"] = __import__("datetime").date(2001, 2, 1)


def merged_heading(page: Worksheet) -> None:
    page["C3"] = page["D3"] = None


@pytest.mark.parametrize(
    ("rows", "change", "fault"),
    [
        (
            [GOOD, GOOD],
            lambda _: None,
            "5行目：01-02-01-08-14-01 情報化推進事業 が4行目にもあります",
        ),
        ([GOOD], hide, "4行目：非表示の行です"),
        ([GOOD], strike_grade, "4行目（C4）：「ａ」に取り消し線があります"),
        ([GOOD], date_for_code, "4行目（A4）：予算コードが日付（"),
        ([GOOD], merged_heading, "「二次評価」の「評価」の列が、もう1つあります"),
        (
            [[FIRST, "", "Ｓ", "", "", "", ""]],
            lambda _: None,
            "4行目（C4）：「Ｓ」という二次評価の評価はありません（A・B・C）",
        ),
        (
            [[FIRST, "", "#N/A", "", "", "", ""]],
            lambda _: None,
            "4行目（C4）：エラー値（#N/A）です",
        ),
        ([["", "", "", "", "", "", "備考だけ"]], lambda _: None, "評価の入った行が1行もありません"),
    ],
)
@pytest.mark.usefixtures("tiered")
def test_nothing_of_a_table_with_a_fault_is_taken_in(
    run: Run, rows: list[list[str]], change: Callable[[Worksheet], None], fault: str
) -> None:
    said = run("grades", "import", table(*rows, change=change), "--yes")
    assert said.code == 3
    assert fault in said.err
    assert not Path("store/grades").exists()


@pytest.mark.usefixtures("tiered")
def test_rows_of_sheets_out_of_the_count_and_of_other_titles_are_told(run: Run) -> None:
    run("sheets", "exclude", SECOND, "--reason", "内部管理のため")
    other = [papers.KEYS[2], "ちがう名前", "B", "", "", "", ""]
    file = table([SECOND, "", "A", "", "", "", ""], other)
    doubts = json.loads(run("grades", "import", file, "--dry-run", "--json").out)["doubts"]
    assert "対象外、内部管理のため" in doubts[0]
    assert "の事務事業名が「ちがう名前」です" in doubts[1]


@pytest.mark.usefixtures("tiered")
def test_headings_that_a_city_calls_otherwise_are_said_once(run: Run) -> None:
    Path("結果.csv").write_text(f"事業コード,会議の結論\n{FIRST},B\n", encoding="utf-8")
    assert "見出しの行が見つかりません" in run("grades", "import", "結果.csv", "--yes").err
    refused = run("grades", "import", "結果.csv", "--map", "会議の結論=三次評価.評価", "--yes")
    assert "次のどれかにしてください：一次評価.評価" in refused.err
    run("grades", "import", "結果.csv", "--map", "会議の結論=二次評価.評価", "--dry-run")
    assert not Path("評価結果の見出し.csv").exists()
    run("grades", "import", "結果.csv", "--map", "会議の結論=二次評価.評価", "--yes")
    assert said_of(run)["二次評価"]["grade"] == "B"
    Path("結果.csv").write_text(f"事業コード,会議の結論\n{FIRST},C\n", encoding="utf-8")
    assert run("grades", "import", "結果.csv", "--yes").code == 0
    assert said_of(run)["二次評価"]["grade"] == "C"


def test_an_opinion_is_followed_up_in_the_next_year_also_by_a_merged_project(
    tiered: Path, run: Run
) -> None:
    settings = tiered / "xlsync.toml"
    text = settings.read_text(encoding="utf-8").replace(OVERALL, "years.{-1}.overall")
    settings.write_text(text, encoding="utf-8")
    second = [SECOND, "", "B", "", "整理を", "統合する", ""]
    assert run("grades", "import", table(GOOD, second), "--yes").code == 0
    assert run("rollover", 2019, "--yes").code == 0
    assert run("export", FIRST).code == 0
    assert "昨年度の外部評価の理由：もっと広く（" in checks(tiered)
    merged = ("sheets", "lineage", FIRST, "--from", FIRST, "--from", SECOND, "--as", "統合")
    assert run(*merged).code == 0
    Path("その後.csv").write_text(
        f"事業コード,外部評価のその後の状況\n{FIRST},6月に統合した\n", encoding="utf-8"
    )
    assert run("grades", "import", "その後.csv", "--yes").code == 0
    assert run("grades", "list", "--out", "一覧.xlsx").code == 0
    page = openpyxl.load_workbook("一覧.xlsx")["意見とその後"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    (row,) = [each for each in rows if FIRST in each and "外部評価（2018年度）" in each]
    opinion, answer, before, now = row[row.index("外部評価（2018年度）") + 1 :][:4]
    assert opinion == "情報化推進事業：もっと広く\n情報通信ネットワーク運営業務：整理を"
    assert answer == "情報化推進事業：検討する\n情報通信ネットワーク運営業務：統合する"
    assert (before or "", now) == ("", "6月に統合した")
    run("export", FIRST)
    assert "昨年度の外部評価の理由：情報通信ネットワーク運営業務：整理を" in checks(tiered)


@pytest.mark.parametrize(
    ("tier", "fault"),
    [
        ('name = "二次評価"\ngrade = "no.such"', "という入力欄は様式にありません"),
        ('name = "二次評価"\n[[tier]]\nname = "二次評価"', "[[tier]] の「二次評価」が二度あります"),
    ],
)
def test_a_tier_that_cannot_be_is_refused(filled: Path, run: Run, tier: str, fault: str) -> None:
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[[tier]]\n{tier}\n")
    said = run("status")
    assert said.code == 3
    assert fault in said.err


@pytest.mark.usefixtures("filled")
def test_a_city_without_tiers_is_told_how_to_have_some(run: Run) -> None:
    said = run("grades", "list")
    assert said.code == 3
    assert "評価の段階（[[tier]]）がありません" in said.err
    assert "手引きの「評価の段階」" in said.err

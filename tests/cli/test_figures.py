"""Figures of the financial system: taken in to the yen, shown before, never typed over, and reconciled with the sheets."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests import papers
from tests.budget_files import GENERAL, HEAD, KEY, LINE, MAP, SOURCES, SPOKEN, TOTAL, taken, written
from tests.cities import typed
from tests.commands import Run, living
from tests.small_forms import FOLDER, laid_out
from xlsync import open_city
from xlsync.sheet import Sheet


def head(filled: Path, key: str = KEY) -> Sheet:
    sheet = open_city(filled).store.head(key, papers.EDITION)
    assert sheet is not None
    return sheet


def test_a_file_is_shown_first_and_then_in_the_sheet_and_in_its_workbook(
    filled: Path, run: Run
) -> None:
    file = written("平成29年度 歳出決算一覧", HEAD, LINE, "合計,,,,,,,,0,0,0,0,25776700,")
    words = ("figures", "import", file, "--kind", "歳出決算", "--as-of", "2018-05-31", *MAP)
    before = head(filled)
    shown = run(*words, "--dry-run")
    assert shown.code == 0
    assert "数字が入るシート 1件（うち変わるシート 1件）、数字のないシート 4件" in shown.out
    assert "国庫支出金" not in shown.out  # 0 before and after
    assert "4行目：合計の行とみなし、読みません" in shown.out
    assert head(filled).same_content(before)
    assert not Path("財務データの見出し.csv").exists()
    done = run(*words, "--yes")
    assert "取り込みました 1件" in done.out
    assert head(filled)[GENERAL] == 25_777
    assert head(filled)["costs.2017-settled.sources.other_specific"] == 0
    assert head(filled)[TOTAL] == 25_777
    assert "1か所" in done.out
    again = run("figures", "import", file, "--kind", "歳出決算", "--as-of", "2018-05-31", "--yes")
    assert "うち変わるシート 0件" in again.out
    assert [path.name for path in Path("store/figures/2018").rglob("*.json")] == ["1.json"]
    assert run("audit").code == 0


def test_what_staff_type_over_a_figure_is_said_and_not_taken(filled: Path, run: Run) -> None:
    taken(run, written(HEAD, LINE), "--as-of", "2018-05-31", *MAP)
    run("export", KEY)
    book = living(filled)
    book.write_bytes(typed(book.read_bytes(), {GENERAL: 26_000}))
    said = run("import", book)
    assert f"には財務会計（歳出決算、{SPOKEN}現在）の数字 25,777千円 が入っています" in said.out
    assert "このファイルの 26,000千円 は登録していません" in said.out
    assert (head(filled)[GENERAL], head(filled)[TOTAL]) == (25_777, 25_777)
    assert "まだ決まっていない入力の重なり 0件" in run("conflicts").out
    book.write_bytes(typed(book.read_bytes(), {GENERAL: 25_777}))
    assert "財務会計" not in run("import", book).out


def test_a_column_of_years_is_known_without_being_told(filled: Path, run: Run) -> None:
    before = head(filled)
    old = written(HEAD.replace("年,", "会計年度,", 1), LINE.replace("H29", "H28"))
    words = [word for entry in MAP[1::2] if entry != "年=年度" for word in ("--map", entry)]
    said = run("figures", "import", old, "--kind", "決算", *words, "--yes")
    assert (said.code, "H28年度の金額ですが" in said.err) == (3, True)
    assert head(filled).same_content(before)
    assert run("figures", "import", old, "--kind", "決算", *words, "--map", "会計年度=").code == 1


@pytest.mark.usefixtures("filled")
def test_a_line_of_several_sheets_is_divided_by_the_citys_shares(run: Run) -> None:
    other = papers.KEYS[1]
    program = "H29,1,2,1,99,1,,共通経費,0,0,0,0,100001,"
    Path("予算と事業の対応.csv").write_bytes(
        f"予算コード,事業コード,割合\r\n1-2-1-99-1-1,{KEY},33.3%\r\n"
        f"01-02-01-99-01-01,{other},66.7\r\n".encode("cp932")
    )
    result = taken(run, written(HEAD, program.replace(",1,,", ",1,1,")), *MAP)
    yen = {sheet["key"]: sheet["figures"][GENERAL]["yen"] for sheet in result["sheets"]}
    assert yen == {KEY: 33_300, other: 66_701}
    Path("予算と事業の対応.csv").write_text(
        f"予算コード,事業コード,割合\n1-2-1-99-1-1,{KEY},50\n", encoding="utf-8"
    )
    refused = run("figures", "import", "決算.csv", "--kind", "歳出決算", "--yes")
    assert refused.code == 3
    assert "割合を足すと 50％です" in refused.err


@pytest.mark.usefixtures("filled")
def test_a_line_of_a_program_with_several_sheets_is_not_guessed_at(run: Run) -> None:
    head_of_program = HEAD.replace(",枝", "")
    line = LINE.replace(",14,1,", ",14,")
    twin = json.loads(papers.official_bytes()[KEY])
    twin["key"] = f"{KEY[:-2]}99"
    twin["project"]["number"] = "99"
    Path("twin.json").write_text(json.dumps(twin, ensure_ascii=False), encoding="utf-8")
    run("import", "twin.json")
    result = taken(run, written(head_of_program, line), *MAP)
    assert result["sheets"] == []
    [without] = result["lines_without_sheet"]
    assert "シートが2件あります" in without["reason"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("H29,1,2,1,8,14,1,情報化,0,0,0,0,二千,", "3行目（M3）：「二千」は金額として読めません"),
        ("H29,1,2,1,8,14,1,情報化,0,0,0,0,100.5,", "1円より小さい端数があります"),
        ("H30,1,2,1,8,14,1,情報化,0,0,0,0,1000,", "H30年度の金額ですが、取り込む欄は"),
        ("H29,,,,,,,情報化,0,0,0,0,1000,", "3行目：予算コードが空欄です"),
        ("H29,1,2,1,8,14,1,情報化,0,0,0,0,9999999999999999,", "金額が大きすぎます"),
        ('H29,1,2,1,8,14,1,"閉じない,0,0,0,0,1000,', '3行目：CSVとして読めません（「"」で始まる'),
        (f"H29,1,2,1,8,14,1,{'長' * 140_000},0,0,0,0,1000,", "1つのセルが長すぎます"),
    ],
)
def test_nothing_of_a_file_with_a_fault_is_taken_in(
    filled: Path, run: Run, line: str, fault: str
) -> None:
    before = head(filled)
    said = run("figures", "import", written(HEAD, LINE, line), "--kind", "決算", *MAP, "--yes")
    assert said.code == 3
    assert fault in said.err
    assert head(filled).same_content(before)
    assert not Path("store/figures").exists()


@pytest.mark.usefixtures("filled")
def test_a_hidden_row_and_an_error_in_a_cell_are_named(run: Run) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEAD.split(","))
    page.append(LINE.split(","))
    page.append([*LINE.split(",")[:12], "#REF!", '=IF(A1="","",1)'])  # nobody has calculated it
    page.row_dimensions[2].hidden = True
    saved = io.BytesIO()
    book.save(saved)
    Path("決算.xlsx").write_bytes(saved.getvalue())
    said = run("figures", "import", "決算.xlsx", "--kind", "決算", *MAP, "--yes")
    assert said.code == 3
    assert "2行目：非表示の行です" in said.err
    assert "3行目（M3）：エラー値（#REF!）です" in said.err
    assert "3行目（N3）：エラー値（計算されていない数式" in said.err


@pytest.mark.usefixtures("filled")
def test_an_amount_or_a_code_that_is_struck_through_is_named_and_not_counted(run: Run) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for line in (HEAD, LINE, LINE):
        page.append(line.split(","))
    page["B2"].font = Font(strike=True)
    page["M3"] = CellRichText(TextBlock(InlineFont(strike=True), "120"), "135")
    book.save("決算.xlsx")
    said = run("figures", "import", "決算.xlsx", "--kind", "決算", *MAP, "--yes")
    assert said.code == 3
    assert "2行目（B2）：「1」に取り消し線があります" in said.err
    assert "3行目（M3）：「120135」に取り消し線があります" in said.err
    assert not Path("store/figures").exists()


@pytest.mark.usefixtures("filled")
def test_lines_of_fixed_width_are_cut_by_bytes_of_cp932(run: Run) -> None:
    file = Path("決算.txt")
    lines = [
        "010201081401" + "情報化推進事業      " + "    25776700",
        "010201081501" + "ネットワーク運営    " + "    87643900",
    ]
    file.write_bytes("\r\n".join(lines).encode("cp932"))
    mapping = ("（桁数）=12,20,12", "1列目=予算コード", "2列目=名称", f"3列目={GENERAL}")
    words = [word for entry in mapping for word in ("--map", entry)]
    result = taken(run, file, *words, kind="固定長")
    assert {sheet["key"]: sheet["figures"][GENERAL] for sheet in result["sheets"]} == {
        papers.KEYS[0]: {"yen": 25_776_700, "value": 25_777},
        papers.KEYS[1]: {"yen": 87_643_900, "value": 87_644},
    }
    assert taken(run, file, kind="固定長")["done"]  # the mapping was kept


def test_parts_fit_their_rounded_total_where_the_city_says_so(filled: Path, run: Run) -> None:
    line = "H29,1,2,1,8,14,1,情報化,400,400,0,0,25776400,"
    taken(run, written(HEAD, line), *MAP)
    assert head(filled)[TOTAL] == 25_776
    taken(run, written(HEAD, line), "--map", "（端数）=調整")
    values = [head(filled)[f"costs.2017-settled.sources.{name}"] for name in SOURCES]
    assert values == [1, 0, 0, 0, 25_776]
    assert head(filled)[TOTAL] == 25_777  # 25,777,200 yen


def test_budget_and_sheets_are_reconciled_to_the_yen(filled: Path, run: Run) -> None:
    over = "H29,1,2,1,9,11,1,庁内,508600,0,0,4665200,129013900,"
    carried = "H29,1,2,1,9,11,1,庁内（繰越）,0,0,0,0,1500000,1"
    unknown = "H29,1,3,1,1,1,1,福祉,0,0,0,0,777,"
    taken(run, written(HEAD, LINE, over, carried, unknown), *MAP)
    third = papers.KEYS[2]
    assert head(filled, third)[GENERAL] == 130_514
    sheet = json.loads(papers.official_bytes()[third])
    sheet["costs"]["2017-settled"]["sources"]["national"] = 600  # the office's own word
    sheet["revision"] = head(filled, third).revision
    Path("o.json").write_text(
        json.dumps(
            {
                "form": sheet["form"],
                "edition": sheet["edition"],
                "key": third,
                "revision": sheet["revision"],
                "costs": {"2017-settled": {"sources": {"national": 600}}},
            }
        ),
        encoding="utf-8",
    )
    run("import", "o.json")
    said = run("figures", "reconcile", "--json", "--out", "照合.xlsx")
    assert said.code == 1
    document = json.loads(said.out)
    in_file = 25_776_700 + 508_600 + 4_665_200 + 129_013_900 + 1_500_000 + 777
    stored = (25_777 + 600 + 4_665 + 130_514) * 1000
    rounded = (25_777 + 509 + 4_665 + 130_514) * 1000
    assert document["total"] == {
        "budget": in_file,
        "without_sheet": 777,
        "rounding": rounded - (in_file - 777),
        "rounded": rounded,
        "difference": 91_000,
        "stored": stored,
    }
    by_code = {entry["code"]: entry for entry in document["by_code"]}
    assert by_code["01-02"]["budget"] == in_file - 777
    assert by_code["01"]["budget"] == in_file
    assert len(document["sheets_without_line"]) == 3
    book = openpyxl.load_workbook("照合.xlsx")
    pages = ["照合", "予算コード別", "シート別", "欄別", "シートのない予算", "数字のないシート"]
    assert book.sheetnames == pages
    rows = list(book["予算コード別"].values)
    assert rows[-1][0] == "合計"
    assert rows[-1][3] == in_file
    assert ("⑦ いまのシート（⑤＋⑥）", stored) in {row[:2] for row in book["照合"].values}
    fields = [row for row in book["欄別"].values if row[0] == third]
    assert sum(int(str(row[-2])) for row in fields) == 91_000
    for page in book.worksheets:
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert page.print_title_rows
    text = run("figures", "reconcile")
    assert f"いまのシート {stored:,}円" in text.out
    assert f"シートとの差 {third}" in text.out


@pytest.mark.usefixtures("filled")
def test_a_changed_record_is_named_by_the_audit(run: Run) -> None:
    taken(run, written(HEAD, LINE), *MAP)
    [record] = Path("store/figures").rglob("1.json")
    record.write_bytes(record.read_bytes().replace(b"25776700", b"25776701"))
    said = run("audit")
    assert said.code == 1
    assert "財務会計の数字の記録が壊れているか、書き換えられています" in said.out + said.err


def test_any_form_with_an_amount_takes_figures(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form whose key has two texts with hyphens, whose unit is yen, and which has no computed total."""
    definition = (
        (FOLDER / "hojokin.toml")
        .read_text(encoding="utf-8")
        .replace(
            '[[field]]\npath = "target"',
            '[[field]]\npath = "paid"\nlabel = "交付額"\npart = "close"\nkind = "money"\nunit = "円"\n'
            'filled-by = "staff"\n\n[[field]]\npath = "target"',
        )
    )
    form = tmp_path / "form"
    form.mkdir()
    (form / "form.toml").write_text(definition, encoding="utf-8")
    (form / "drawing.xlsx").write_bytes(laid_out(definition))
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", papers.EDITION, "--form", form).code == 0
    monkeypatch.chdir(folder)
    Path("台帳.csv").write_text(
        "局名,室名,区分,番号,補助金名,点検の区分\n市民局,協働室,12345-A,01,防犯灯,簡易\n",
        encoding="utf-8",
    )
    assert "登録しました 1件" in run("sheets", "add", "台帳.csv", "--yes").out
    Path("交付.csv").write_text('区分,番号,交付済額\n12345-A,1,"△1,234"\n', encoding="utf-8")
    result = taken(run, Path("交付.csv"), "--map", "交付済額=交付額", "--map", "交付済額=paid")
    [sheet] = result["sheets"]
    assert sheet["figures"] == {"paid": {"yen": -1234, "value": -1234}}
    assert json.loads(run("figures", "reconcile", "--json").out)["total"]["difference"] == 0


def test_a_workbook_that_was_open_during_the_import_gets_the_figures_when_it_runs_again(
    filled: Path, run: Run
) -> None:
    book = living(filled)
    lock = book.with_name(f"~${book.name}")
    lock.write_bytes(b"")
    file = written(HEAD, LINE)
    assert [done["outcome"] for done in taken(run, file, *MAP)["workbooks"]] == ["kept"]
    lock.unlink()
    assert [done["outcome"] for done in taken(run, file)["workbooks"]] == ["written-back"]
    assert [done["outcome"] for done in taken(run, file)["workbooks"]] == ["kept"]


@pytest.mark.usefixtures("filled")
def test_the_people_of_the_sections_are_compared_with_their_posts(run: Run) -> None:
    said = run("figures", "staffing")
    assert "定員.csv がないため" in said.out
    lines = "部,課,係,定員\n政策イノベーション部,情報政策課,,14\n市民部,市民課,,9\n"
    Path("定員.csv").write_text(lines, encoding="cp932")
    said = run("figures", "staffing", "--json", "--out", "定員.xlsx")
    assert said.code == 1
    units = json.loads(said.out)["units"]
    assert {tuple(unit["unit"]) for unit in units} == {
        ("政策イノベーション部", "情報政策課"),
        ("市民部", "市民課"),
    }
    expected = sum(
        Decimal(str(json.loads(data)["costs"]["2017-settled"]["regular_staff_fte"] or 0))
        for data in papers.official_bytes().values()
    )
    [mine] = [u for u in units if u["period_label"] == "H29年度決算" and u["posts"] == "14"]
    assert Decimal(mine["persons"]) == expected
    assert Decimal(mine["difference"]) == expected - 14
    book = openpyxl.load_workbook("定員.xlsx")
    assert book.sheetnames == ["定員との照合", "事業別"]
    assert len(list(book["事業別"].values)) == 5 + 3

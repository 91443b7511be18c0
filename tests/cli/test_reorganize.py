"""`xlsync reorganize`: shown first, sheets and workbooks moved, nothing of anybody's replaced, taken back."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from tests import papers
from tests.cities import typed
from tests.commands import Run
from xlsync import open_city
from xlsync.city.reorganization import read_list_of_units
from xlsync.sheet_keys import SheetId
from xlsync.store import audit

KEY, OTHER = papers.KEYS[:2]
OLD = "shared/評価シート/政策イノベーション部/情報政策課"
NEW = "shared/評価シート/デジタル部/情報課"
NAME = f"{KEY}_情報化推進事業.xlsx"
HEAD = "部,課,係,いつから,いつまで,改編後の部,改編後の課,改編後の係,事業コード\n"
RENAMED = (
    "政策イノベーション部,情報政策課,企画推進係,,2018-09-30,デジタル部,情報課,企画推進係,\n"
    "政策イノベーション部,情報政策課,情報システム係,,2018-09-30,デジタル部,情報課,情報システム係,\n"
    "デジタル部,情報課,企画推進係,2018-10-01,,,,,\n"
    "デジタル部,情報課,情報システム係,2018-10-01,,,,,\n"
)


@pytest.fixture
def listed(filled: Path) -> Path:
    """The city with workbooks, and a list of its units by which its 課 was renamed; the working directory."""
    write_list(filled, RENAMED)
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[organization]\nfile = "組織.csv"\n')
    return filled


def write_list(folder: Path, rows: str) -> None:
    (folder / "組織.csv").write_text(HEAD + rows, encoding="utf-8")


def units(folder: Path, year: int = papers.EDITION) -> dict[str, tuple[str, ...]]:
    return {head.key: head.units for head in open_city(folder).store.heads(year)}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def links(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as package:
        parts = [name for name in package.namelist() if name.endswith(".rels")]
        text = "".join(package.read(name).decode() for name in parts)
    targets = re.findall(r'Target="([^"]+)" TargetMode="External"', text)
    return [target.replace("\\", "/") for target in targets]


def test_what_would_move_is_shown_and_nothing_is_written(listed: Path, run: Run) -> None:
    before = everything(listed)
    shown = run("reorganize", "--dry-run")
    assert (shown.code, everything(listed)) == (0, before)
    assert "所属が変わるシート 5件、行き先の決まらないシート 0件、移すファイル 5件" in shown.out
    assert (
        f"移す {KEY} 情報化推進事業：政策イノベーション部 情報政策課 企画推進係 → デジタル部 情報課 企画推進係"
        in shown.out
    )
    assert "所属が変わるシート 0件" in run("reorganize", "--date", "2018-09-30").out
    assert (run("reorganize").code, everything(listed)) == (1, before)


def test_sheets_and_workbooks_move_and_a_save_at_the_old_file_is_received(
    listed: Path, run: Run
) -> None:
    lock = Path(OLD) / f"~${NAME}"
    lock.write_bytes(b"")
    (Path(OLD) / "補足.txt").write_text("職員のメモ")
    assert run("reorganize", "--yes").code == 1
    assert {each[:2] for each in units(listed).values()} == {("デジタル部", "情報課")}
    assert (Path(OLD) / NAME).exists()
    assert len([*Path(NEW).glob("*.xlsx")]) == 4
    lock.unlink()
    (Path(OLD) / NAME).write_bytes(typed((Path(OLD) / NAME).read_bytes(), {"purpose": "遅い保存"}))
    assert run("watch", "--once").code in {0, 1}
    head = open_city(listed).store.head(SheetId(KEY), papers.EDITION)
    assert head is not None
    assert (head["purpose"], head.units[:2]) == ("遅い保存", ("デジタル部", "情報課"))
    assert run("reorganize", "--yes").code == 0
    assert {file.name for file in Path(OLD).iterdir()} == {"補足.txt", "移動先のご案内.xlsx"}
    targets = links(Path(OLD) / "移動先のご案内.xlsx")
    assert all((Path(OLD) / target.replace("%20", " ")).exists() for target in targets)
    assert len(targets) == 5
    board = Path("shared/提出状況.html").read_text(encoding="utf-8")
    assert "移動先のご案内" not in board
    again = everything(listed / "shared")
    assert "受領 5件" in run("import", "shared/評価シート").out
    assert run("reorganize", "--yes").code == 0
    assert everything(listed / "shared").keys() == again.keys()
    assert audit(open_city(listed).store) == []


def test_it_can_be_taken_back_with_what_was_typed_since(listed: Path, run: Run) -> None:
    before = units(listed)
    assert run("reorganize", "--yes").code == 0
    (Path(NEW) / NAME).write_bytes(typed((Path(NEW) / NAME).read_bytes(), {"purpose": "その後"}))
    assert run("import", f"{NEW}/{NAME}").code in {0, 1}
    shown = run("reorganize", "--undo", "--dry-run", "--json").json
    assert (shown["undone"], len(shown["sheets"]) > 0) == (False, True)
    assert "もとの所属に戻します" in run("reorganize", "--undo", "--dry-run").out
    assert run("reorganize", "--undo", "--yes").code == 0
    assert units(listed) == before
    assert len([*Path(OLD).glob("0*.xlsx")]) == 5
    assert not (Path(OLD) / "移動先のご案内.xlsx").exists()
    head = open_city(listed).store.head(SheetId(KEY), papers.EDITION)
    assert head is not None
    assert head["purpose"] == "その後"
    assert "シートの所属を変えました 0件" in run("reorganize", "--undo").out
    assert run("reorganize", "--yes").code == 0
    assert audit(open_city(listed).store) == []


@pytest.mark.usefixtures("listed")
def test_nothing_that_somebody_put_there_is_replaced(run: Run) -> None:
    Path(NEW).mkdir(parents=True)
    (Path(NEW) / NAME).write_bytes(b"mine")
    (Path(OLD) / "移動先のご案内.xlsx").write_bytes(b"mine too")
    done = run("reorganize", "--yes")
    assert done.code == 1
    assert "その名前のファイルがすでにあります" in done.err
    assert "移動先の案内を置いていません" in done.err
    assert (Path(NEW) / NAME).read_bytes() == b"mine"
    assert (Path(OLD) / "移動先のご案内.xlsx").read_bytes() == b"mine too"
    assert (Path(OLD) / NAME).exists()


def test_sheets_of_a_split_unit_go_where_the_office_writes_it_into_the_list_of_them(
    listed: Path, run: Run
) -> None:
    split = "".join(
        f"政策イノベーション部,情報政策課,{section},,2018-09-30,デジタル部,{division},,\n"
        for division in ("情報課", "基盤課")
        for section in ("企画推進係", "情報システム係")
    )
    write_list(
        listed, f"{split}デジタル部,情報課,,2018-10-01,,,,,\nデジタル部,基盤課,,2018-10-01,,,,,\n"
    )
    shown = run("reorganize", "--out", "移す.xlsx", "--yes")
    assert (shown.code, "行き先の決まらないシート 5件" in shown.out) == (1, True)
    assert len(set(units(listed).values())) == 2
    book = openpyxl.load_workbook("移す.xlsx")
    page = book.active
    assert page is not None
    headings = [cell.value for cell in page[1]]
    for number, row in enumerate(page.iter_rows(min_row=2)):
        row[headings.index("改編後の部")].value = "デジタル部"
        row[headings.index("改編後の課")].value = "基盤課" if number % 2 else "情報課"
    book.save("移す.xlsx")
    assert run("reorganize", "移す.xlsx", "--yes").code == 0
    assert [unit[1] for _, unit in sorted(units(listed).items())] == [
        "情報課",
        "基盤課",
        "情報課",
        "基盤課",
        "情報課",
    ]


def test_units_that_exchange_their_names_are_exchanged_once(listed: Path, run: Run) -> None:
    write_list(
        listed,
        "政策イノベーション部,情報政策課,企画推進係,,2018-09-30,政策イノベーション部,情報政策課,情報システム係,\n"
        "政策イノベーション部,情報政策課,情報システム係,,2018-09-30,政策イノベーション部,情報政策課,企画推進係,\n"
        "政策イノベーション部,情報政策課,企画推進係,2018-10-01,,,,,\n"
        "政策イノベーション部,情報政策課,情報システム係,2018-10-01,,,,,\n",
    )
    before = units(listed)
    assert run("reorganize", "--yes").code == 0
    after = units(listed)
    assert all(after[key] != unit for key, unit in before.items())
    assert "所属が変わるシート 0件" in run("reorganize", "--yes").out
    assert units(listed) == after


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (RENAMED.replace("30,デジタル部", "30,未来部"), 3, "一覧にありません"),
        (RENAMED.replace("進係,\n", "進係,99-99\n", 1), 3, "99-99 は登録されていません"),
        ("総務部,総務課,,,,,,,\n", 1, "組織の一覧にない所属です"),
        ("政策イノベーション部,情報政策課,,,2018-09-30,,,,\n", 1, "になくなりました"),
    ],
)
def test_a_list_that_cannot_be_followed_is_said_in_the_preview(
    listed: Path, run: Run, rows: str, code: int, words: str
) -> None:
    write_list(listed, rows)
    before = units(listed)
    told = run("rollover", 2019, "--dry-run").out
    assert "2019年度の組織の一覧にない所属のシート 5件" in told
    said = run("reorganize", "--yes")
    assert (said.code, words in said.out + said.err, units(listed)) == (code, True, before)


def test_sheets_of_last_year_keep_the_name_of_their_time(listed: Path, run: Run) -> None:
    write_list(
        listed, RENAMED.replace("2018-09-30", "2019-03-31").replace("2018-10-01", "2019-04-01")
    )
    before = units(listed)
    assert run("rollover", 2019, "--yes").code == 0
    assert run("export", KEY).code == 0
    assert run("reorganize", "--yes").code == 0
    assert units(listed) == before
    assert {each[0] for each in units(listed, 2019).values()} == {"デジタル部"}
    (file,) = Path("shared/評価シート/2019年度/デジタル部/情報課").glob("*.xlsx")
    assert file.name == f"{KEY}_情報化推進事業_2019年度.xlsx"
    assert (Path(OLD) / NAME).exists()
    assert run("summarize", "--edition", 2018).code in {0, 1}
    assert run("summarize", "--edition", 2018, "--present-organization").code in {0, 1}
    by_now = {file.stem for file in Path("shared/集計/現在の組織").glob("*.xlsx")}
    then = {file.stem for file in Path("shared/集計").glob("*.xlsx")}
    assert (by_now, then) == ({"デジタル部", "全庁"}, {"政策イノベーション部", "全庁"})
    assert any(KEY in link for link in links(Path("shared/集計/現在の組織/デジタル部.xlsx")))
    findings = json.dumps(run("check", Path(OLD) / NAME, "--json").json, ensure_ascii=False)
    assert "組織の一覧にありません" not in findings


def test_a_city_without_a_list_takes_one_for_the_act_alone(filled: Path, run: Run) -> None:
    assert "組織の一覧がありません" in run("reorganize").err
    assert "取り消せる組織改編がありません" in run("reorganize", "--undo").err
    write_list(filled, RENAMED)
    shutil.move("組織.csv", "改編.csv")
    assert run("reorganize", "改編.csv", "--yes").code == 0
    assert {each[:2] for each in units(filled).values()} == {("デジタル部", "情報課")}
    merged = openpyxl.Workbook()
    page = merged.worksheets[0]
    for row in (
        ["部", "課", "係", "いつまで"],
        ["総務部", "総務課", "庶務係"],
        [None, None, "文書係"],
    ):
        page.append(row)
    page.merge_cells("A2:A3")
    page.merge_cells("B2:B3")
    merged.save("結合.xlsx")
    listed, _ = read_list_of_units(open_city(filled).settings, Path("結合.xlsx"))
    assert listed.units[1] == ("総務部", "総務課", "文書係")
    page["C3"] = "#REF!"
    merged.save("結合.xlsx")
    assert "（C3）：エラー値（#REF!）です" in run("reorganize", "結合.xlsx").err
    page["C3"], page["C3"].font = "文書係", Font(strike=True)
    merged.save("結合.xlsx")
    assert "（C3）：「文書係」に取り消し線があります" in run("reorganize", "結合.xlsx").err
    Path("改編.csv").write_text("部,課,係\n総務部,総務課,\n", encoding="utf-8")
    assert "「いつまで」と「改編後の係」の列がありません" in run("reorganize", "改編.csv").err

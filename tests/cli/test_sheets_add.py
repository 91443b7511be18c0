"""The register: a city is founded from one list, and nothing of a list with a fault in it is taken in."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from tests import papers
from tests.commands import Run
from tests.small_forms import SMALL_FORMS, YEAR
from xlsync import open_city
from xlsync.ooxml import read_cells
from xlsync.store import Store

HEAD = (
    "部",
    "課",
    "係",
    "会計",
    "款",
    "項",
    "目",
    "事業",
    "予算事業名",
    "事務事業名（番号）",
    "事務事業名",
    "備考",
)
ROW = (
    "総務部",
    "総務課",
    "庶務係",
    "01",
    "02",
    "01",
    "08",
    "14",
    "情報管理",
    "01",
    "庁内LAN",
    "継続",
)
OTHER = ("総務部", "総務課", "庶務係", "01", "02", "01", "08", "14", "情報管理", "02", "電算機", "")
KEY, OTHER_KEY = "01-02-01-08-14-01", "01-02-01-08-14-02"


def listed(
    rows: Sequence[Sequence[Any]], *, merge: str = "", hide: int = 0, strike: str = ""
) -> bytes:
    """An Excel list with two lines above its headings."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(("令和元年度 対象事業一覧",))
    page.append(())
    for row in rows:
        page.append(tuple(row))
    if merge:
        page.merge_cells(merge)
    if hide:
        page.row_dimensions[hide].hidden = True
    if strike:
        page[strike].font = Font(strike=True)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", papers.EDITION).code == 0
    monkeypatch.chdir(folder)
    return folder


def store_of(city: Path) -> Store:
    return open_city(city).store


def test_a_city_is_founded_from_one_list(city: Path, run: Run) -> None:
    Path("台帳.xlsx").write_bytes(
        listed([HEAD, ROW, OTHER, ("", "", "", "", "", "", "", "合計", 2)])
    )
    shown = run("sheets", "add", "台帳.xlsx", "--dry-run")
    assert (shown.code, store_of(city).keys(papers.EDITION)) == (0, [])
    assert "新しい事業 2件" in shown.out
    assert "6行目：合計の行とみなし、読みません" in shown.out
    assert "備考（L3）" in shown.out
    added = run("sheets", "add", "台帳.xlsx", "--yes")
    assert "登録しました 2件" in added.out
    heads = {head.key: head for head in store_of(city).heads(papers.EDITION)}
    assert list(heads) == [KEY, OTHER_KEY]
    assert heads[KEY]["project.name"] == "庁内LAN"
    assert heads[KEY]["purpose"] is None
    assert len(list(Path("shared").rglob("*.xlsx"))) >= 2
    [revision] = store_of(city).revisions(KEY, papers.EDITION)
    assert (revision.number, revision.draft.submission.file) == (1, "台帳.xlsx")
    assert revision.draft.who
    again = run("sheets", "add", "台帳.xlsx", "--yes")
    assert (again.code, "同じ内容 2件" in again.out) == (0, True)
    assert store_of(city).last(KEY, papers.EDITION) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_list_changes_what_differs_and_names_what_is_missing(
    city: Path, run: Run, encoding: str
) -> None:
    lines = "\r\n".join(",".join(row) for row in (HEAD, ROW, OTHER))
    Path("台帳.csv").write_bytes(lines.encode(encoding))
    assert run("sheets", "add", "台帳.csv", "--yes").code == 0
    changed = lines.replace("庁内LAN", "庁内ネットワーク").rpartition("\r\n")[0]
    Path("台帳.csv").write_bytes(changed.encode(encoding))
    shown = run("sheets", "add", "台帳.csv")
    assert shown.code == 1
    assert "変わる事業 1件" in shown.out
    assert "「庁内LAN」 → 「庁内ネットワーク」" in shown.out
    assert f"一覧にありません {OTHER_KEY} 電算機" in shown.out
    assert "--yes を付けて" in shown.out
    assert run("sheets", "add", "台帳.csv", "--yes").code == 0
    heads = {head.key: head["project.name"] for head in store_of(city).heads(papers.EDITION)}
    assert heads == {KEY: "庁内ネットワーク", OTHER_KEY: "電算機"}


def changed(row: Sequence[Any], column: int, value: Any) -> tuple[Any, ...]:
    return (*row[:column], value, *row[column + 1 :])


def test_another_unit_or_name_makes_no_second_workbook_beside_one_that_nobody_saved(
    city: Path, run: Run
) -> None:
    Path("台帳.xlsx").write_bytes(listed([HEAD, ROW, OTHER]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    given_out = sorted((city / "shared/評価シート").rglob("*.xlsx"))
    rows = [HEAD, changed(ROW, 1, "情報課"), changed(OTHER, 10, "電算機の更新")]
    Path("台帳.xlsx").write_bytes(listed(rows))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    assert "作成 0件、既存 2件" in run("export", "--all").out
    assert sorted((city / "shared/評価シート").rglob("*.xlsx")) == given_out
    texts = {str(text) for page in read_cells(given_out[0]).values() for text in page.values()}
    assert any("情報課" in text for text in texts)


@pytest.mark.parametrize(
    ("rows", "more", "said"),
    [
        ([HEAD, ROW, ROW], {}, f"5行目：「{KEY}」が4行目にもあります"),
        ([HEAD, ROW, changed(OTHER, 4, dt.date(2026, 4, 1))], {}, "5行目（E5）"),
        ([HEAD, ROW, changed(OTHER, 4, "123")], {}, "2けたの数字ではありません"),
        ([HEAD, ROW, changed(OTHER, 9, "")], {}, "事業コードが決まりません"),
        ([HEAD, ROW, OTHER], {"hide": 5}, "5行目：非表示の行です"),
        (
            [("部", "課", "係", "事業コード", "事務事業名"), (*ROW[:3], KEY, "庁内LAN")],
            {"strike": "D4"},
            f"4行目（D4）：「{KEY}」に取り消し線があります",
        ),
        ([HEAD, ROW, OTHER], {"merge": "D3:E3"}, "D3:E3：見出しのセルが結合されています"),
        ([("所属", None, None, *HEAD[3:]), ROW], {"merge": "A3:C3"}, "読まない列なら --map 所属="),
        (
            [HEAD, ROW, changed(OTHER, 10, "=K4")],
            {},
            "5行目（K5）：「事務事業 事務事業名」がエラー値",
        ),
        ([("名前", "番号")], {}, "見出しの行が見つかりません"),
        ([(*HEAD, "款"), ROW], {}, "もう1つあります"),
    ],
)
def test_a_list_with_a_fault_changes_nothing(
    city: Path, run: Run, rows: list[Any], more: dict[str, Any], said: str
) -> None:
    Path("台帳.xlsx").write_bytes(listed(rows, **more))
    told = run("sheets", "add", "台帳.xlsx", "--yes")
    assert told.code == 3
    assert said in told.err
    assert store_of(city).keys(papers.EDITION) == []


@pytest.mark.usefixtures("city")
def test_rows_and_columns_that_are_no_sheets_are_passed_over_and_said(run: Run) -> None:
    subtotal, unnamed = ("総務部 計", *[None] * 9, "2件"), (*OTHER[:10], None, None, "手書き")
    Path("台帳.xlsx").write_bytes(listed([HEAD, ROW, subtotal, HEAD, unnamed, ("合計",)]))
    shown = run("sheets", "add", "台帳.xlsx", "--dry-run", "--json")
    assert shown.json["passed_over"] == [
        "見出し「備考（L3）」の列は、企画担当が記入する欄ではないため読みません",
        "M列：見出しがないため読みません",
        "5行目：合計の行とみなし、読みません",
        "6行目：見出しの繰り返しとみなし、読みません",
        "8行目：合計の行とみなし、読みません",
    ]
    assert shown.json["doubts"] == [f"7行目：{OTHER_KEY} の事務事業名が空欄です"]
    assert ([each["row"] for each in shown.json["new"]], shown.code) == ([4, 7], 1)
    Path("台帳.xlsx").write_bytes(listed([HEAD, ROW, changed(OTHER, 10, ROW[10])]))
    (doubt,) = run("sheets", "add", "台帳.xlsx", "--dry-run", "--json").json["doubts"]
    assert doubt == f"5行目：事務事業名「庁内LAN」が4行目（{KEY}）にもあります"
    Path("台帳.xlsx").write_bytes(listed([HEAD, ROW, OTHER]))
    assert run("sheets", "add", "台帳.xlsx", "--dry-run").code == 0


def test_full_width_digits_and_lost_zeros_are_the_code_they_mean(city: Path, run: Run) -> None:
    spelled = (*ROW[:3], "０１", 2, 1.0, "８", "１４", *ROW[8:])
    Path("台帳.xlsx").write_bytes(listed([HEAD, spelled]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    assert store_of(city).keys(papers.EDITION) == [KEY]


def test_a_heading_that_is_merged_over_two_rows_is_the_heading_of_its_column(
    city: Path, run: Run
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(listed([("担当組織",), HEAD, ROW])))
    page = book.worksheets[0]
    page.merge_cells("A3:C3")
    for column in "JKL":
        page[f"{column}3"] = page[f"{column}4"].value
        page[f"{column}4"] = None
        page.merge_cells(f"{column}3:{column}4")
    book.save("台帳.xlsx")
    told = run("sheets", "add", "台帳.xlsx", "--yes")
    assert (told.code, "見出し「備考（L3）」の列は" in told.out) == (0, True)
    heads = {head.key: head["project.name"] for head in store_of(city).heads(papers.EDITION)}
    assert heads == {KEY: "庁内LAN"}


def test_a_cell_that_is_merged_over_rows_says_the_same_of_each_of_them(
    city: Path, run: Run
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(listed([HEAD, ROW, OTHER])))
    for column in "ABC":
        book.worksheets[0].merge_cells(f"{column}4:{column}5")
    book.save("台帳.xlsx")
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    levels = ("organization.department", "organization.division", "organization.section")
    heads = store_of(city).heads(papers.EDITION)
    assert {tuple(head[level] for level in levels) for head in heads} == {ROW[:3]}
    book.worksheets[0].merge_cells("J4:J5")
    book.save("台帳.xlsx")
    told = run("sheets", "add", "台帳.xlsx", "--yes")
    assert (told.code, "が4行目にもあります" in told.err) == (3, True)


@pytest.mark.usefixtures("city")
def test_headings_in_other_words_are_mapped_once(run: Run) -> None:
    head = tuple({"款": "カン", "事務事業名": "名まえ"}.get(word, word) for word in HEAD)
    Path("台帳.xlsx").write_bytes(listed([head, ROW]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 3
    told = run("sheets", "add", "台帳.xlsx", "--yes").err
    assert "款 の列が要ります" in told
    assert "カン（E3）、名まえ（K3）、備考（L3）" in told
    mapped = ("--map", "カン=款", "--map", "名まえ=project.name", "--map", "備考=")
    assert run("sheets", "add", "台帳.xlsx", "--yes", *mapped).code == 0
    again = run("sheets", "add", "台帳.xlsx", "--json")
    assert again.json["same"] == 1
    assert again.json["passed_over"] == []
    refused = run("sheets", "add", "台帳.xlsx", "--map", "備考=purpose")
    assert (refused.code, "budget.kan（予算 款）" in refused.err) == (3, True)


@pytest.mark.usefixtures("city")
def test_a_list_on_a_further_worksheet_is_named_and_not_read(run: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(listed([HEAD, ROW])))
    further = book.copy_worksheet(book.worksheets[0])
    further.title = "市民部"
    book.create_sheet("説明").append(("この一覧について",))
    book.save("台帳.xlsx")
    [doubt] = run("sheets", "add", "台帳.xlsx", "--json").json["doubts"]
    assert "ワークシート「市民部」にも一覧がありますが、読みません" in doubt


@pytest.mark.usefixtures("city")
def test_a_code_that_changed_is_a_doubt(run: Run) -> None:
    Path("台帳.xlsx").write_bytes(listed([HEAD, ROW]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    Path("台帳.xlsx").write_bytes(listed([HEAD, changed(ROW, 4, "03")]))
    [doubt] = run("sheets", "add", "台帳.xlsx", "--json").json["doubts"]
    assert KEY in doubt


@pytest.mark.parametrize("small", SMALL_FORMS, ids=lambda small: small.name)
def test_every_form_has_a_register(small: Any, tmp_path: Path, run: Run, monkeypatch: Any) -> None:
    form = small.folder(tmp_path)
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", form).code == 0
    monkeypatch.chdir(folder)
    edition = open_city(folder).settings.terms.form.at(YEAR)
    paths = dict.fromkeys(path for sheet in small.sheets for path in sheet)
    owned = [path for path in paths if edition.by_path[path].filled_by == "office"]
    rows = [[sheet.get(path) for path in owned] for sheet in small.sheets]
    Path("台帳.xlsx").write_bytes(listed([[edition.by_path[path].title for path in owned], *rows]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    keys = [json.loads(data)["key"] for data in small.documents(edition).values()]
    assert sorted(store_of(folder).keys(YEAR)) == sorted(keys)


def test_a_number_that_lost_its_zeros_is_not_another_sheet(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = next(small for small in SMALL_FORMS if small.name == "jikangai")
    form = small.folder(tmp_path)
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", form).code == 0
    monkeypatch.chdir(folder)
    edition = open_city(folder).settings.terms.form.at(YEAR)
    head = [edition.by_path[path].title for path in ("person.number", "month")]
    Path("台帳.xlsx").write_bytes(listed([head, ["0012345", "04"]]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    Path("台帳.xlsx").write_bytes(listed([head, [12345, "04"]]))
    told = run("sheets", "add", "台帳.xlsx", "--yes")
    assert (told.code, "先頭の0だけが違います" in told.err) == (3, True)


def test_json_with_some_of_the_fields_registers_a_sheet_and_changes_no_others(
    city: Path, run: Run
) -> None:
    codes = dict(zip(("account", "kan", "kou", "moku", "program"), KEY.split("-")[:5], strict=True))
    document = {
        "form": "jimu-jigyo-hyoka",
        "edition": papers.EDITION,
        "key": KEY,
        "budget": codes,
        "project": {"number": "01", "name": "庁内LAN"},
    }
    Path("一.json").write_text(json.dumps(document), encoding="utf-8")
    assert run("import", "一.json").code in {0, 1}
    assert store_of(city).head(KEY, papers.EDITION)["project.name"] == "庁内LAN"  # type: ignore[index]
    Path("二.json").write_text(
        json.dumps({**document, "project": {"number": "01"}, "purpose": "目的"})
    )
    assert run("import", "二.json").code in {0, 1}
    head = store_of(city).head(KEY, papers.EDITION)
    assert head is not None
    assert (head["project.name"], head["purpose"]) == ("庁内LAN", "目的")
    Path("三.json").write_text(json.dumps({**document, "purpos": "目的"}))
    refused = run("import", "三.json")
    assert (refused.code, "様式にない項目です" in refused.out) == (3, True)

"""The city's list of 施策 taken over from a file, and indicators that several sheets share: shown first, nothing lost."""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.commands import Run
from xlsync import open_city
from xlsync.city.list_replacement import replace_list
from xlsync.city.plan_file import planned_plan_list, read_plan_file
from xlsync.city.settings_change import ChangedBy
from xlsync.errors import SettingsError, Stale, WorkbookError
from xlsync.exchange.plans.plan_changes import plan_changes, plan_words
from xlsync.indicator_list import indicator_paths, read_indicators
from xlsync.plan_list import PlanList, read_plan_list
from xlsync.sheet_keys import SheetId

KEY, OTHER = papers.KEYS[:2]
HEAD = "計画,大,中,小,名称,いつから,いつまで\n"
SHARED = f"指標,年度,目標,実績,事業コード\n来場者数,H30,120人,118人,{KEY}、{OTHER}\n来場者数,H29,,100人,\n"


def plans(rows: str) -> PlanList:
    return read_plan_list(HEAD + rows, "施策.csv")


def test_a_new_list_is_compared_entry_by_entry_however_codes_are_typed() -> None:
    before = plans(
        "総合戦略,Ⅳ,12,1,観光,H27,H31\n総合戦略,Ⅳ,12,2,農業,H27,H31\n市長公約,,,,公園,,\n"
    )
    after = plans(
        "総合戦略,IV,１２,01,観光の振興,H27,H31\n市長公約,,,,公園,,R3\n総合戦略,Ⅳ,9,,農業,R1,\n"
    )
    changes = plan_changes(before, after, [])
    assert [plan_words(each) for each in changes.new_entries] == [
        "総合戦略 Ⅳ-9 農業（2019年度から）"
    ]
    assert [(old.name, new.name, new.ends_in) for old, new in changes.changed_entries] == [
        ("観光", "観光の振興", 2019),
        ("公園", "公園", 2021),
    ]
    assert [plan_words(each) for each in changes.missing_entries] == [
        "総合戦略 Ⅳ-12-2 農業（2015～2019年度）"
    ]
    assert plan_changes(after, after, []).same_count == 3


def test_what_sheets_name_and_the_new_list_does_not_have_is_to_be_looked_at() -> None:
    line = {f"comprehensive_strategy.0.codes.{at}": code for at, code in enumerate(("1", "2", "3"))}
    sheet = papers.with_values(KEY, {**line, "comprehensive_strategy.0.name": "観光"})
    before = plans("総合戦略,1,2,3,観光,,\n総合戦略,1,2,4,農業,,\n")
    gone = plan_changes(before, plans("総合戦略,1,2,4,農業,,\n"), [sheet])
    assert gone.doubts == (f"総合戦略 1-2-3 観光：1件のシートに書かれています（{KEY}）",)
    renamed = plan_changes(before, plans("総合戦略,1,2,3,旅,,\n総合戦略,1,2,4,農業,,\n"), [sheet])
    assert len(renamed.doubts) == 1
    same = plan_changes(before, plans("総合戦略,1,2,3,観光,,R9\n総合戦略,1,2,4,農業,,\n"), [sheet])
    assert (len(same.changed_entries), same.doubts) == (1, ())
    twin = plan_changes(before, plans("総合戦略,1,2,3,観光,,\n総合戦略,1,9,,観光,,\n"), [])
    assert twin.doubts == ("総合戦略 1-9 観光：「1-2-3 観光」と同じ名称です",)


def test_a_list_of_excel_is_shown_taken_over_and_the_former_one_is_kept(
    filled: Path, run: Run
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["施策の一覧"], ["名称", "計画", "大", "いつから"], ["観光", "総合戦略", 4, "H27"]):
        page.append(row)
    book.save("新.xlsx")
    settings = (filled / "xlsync.toml").read_bytes()
    shown = run("plans", "import", "新.xlsx")
    assert (shown.code, "新しい施策 1件" in shown.out) == (1, True)
    assert run("plans", "import", "新.xlsx", "--dry-run").code == 0
    assert (filled / "xlsync.toml").read_bytes() == settings
    assert not (filled / "施策.csv").exists()
    done = run("plans", "import", "新.xlsx", "--yes", "--json").json
    assert (done["new"], done["done"]) == (["総合戦略 4 観光（2015年度から）"], True)
    first = (filled / "施策.csv").read_bytes()
    (entry,) = open_city(filled).settings.terms.code_lists.plan_list.plan_entries
    assert (entry.codes, entry.name, entry.begins_in) == (("4",), "観光", 2015)
    Path("改定.csv").write_text(f"{HEAD}総合戦略,4,,,旅,H27,\n", encoding="utf-8")
    assert run("plans", "import", "改定.csv", "--yes").code == 0
    kept = list((filled / "store").rglob("lists/施策.csv/*.csv"))
    assert [file.read_bytes() for file in kept] == [first]
    again = run("plans", "import", "改定.csv", "--yes")
    assert (again.code, "同じもの 1件" in again.out) == (0, True)


def test_settings_that_name_only_the_indicators_name_the_list_beside_them(
    filled: Path, run: Run
) -> None:
    shared(filled, SHARED)
    Path("新.csv").write_text(f"{HEAD}総合戦略,4,,,観光,H27,\n", encoding="utf-8")
    done = run("plans", "import", "新.csv", "--yes")
    assert done.code == 0, done
    named = tomllib.loads((filled / "xlsync.toml").read_text("utf-8"))["plans"]
    assert named == {"indicators": "指標.csv", "file": "施策.csv"}
    lists = open_city(filled).settings.terms.code_lists.plan_list
    assert (lists.plan_entries[0].name, len(lists.shared_indicators)) == ("観光", 1)


def test_every_former_list_is_kept_though_an_earlier_one_was_deleted(
    filled: Path, run: Run
) -> None:
    for name in ("観光", "農業", "公園", "道路"):
        Path("新.csv").write_text(f"{HEAD}総合戦略,4,,,{name},H27,\n", encoding="utf-8")
        assert run("plans", "import", "新.csv", "--yes").code == 0
        if name == "公園":
            (first,) = (filled / "store").rglob("lists/施策.csv/1.csv")
            first.unlink()
    kept = (filled / "store").rglob("lists/施策.csv/*.csv")
    said = " ".join(file.read_text("utf-8-sig") for file in kept)
    assert ("農業" in said, "公園" in said) == (True, True)


def test_a_list_or_settings_that_changed_since_they_were_looked_at_are_not_overwritten(
    filled: Path,
) -> None:
    city, by = open_city(filled).settings, ChangedBy("企画", "2026-11-30T09:00:00+09:00")
    planned = planned_plan_list(city, plans("総合戦略,4,,,観光,,\n"))
    file, settings = filled / "施策.csv", filled / "xlsync.toml"
    file.write_text(f"{HEAD}総合戦略,5,,,農業,,\n", encoding="utf-8")
    with pytest.raises(Stale, match="一覧がその間に変わりました"):
        replace_list(city, planned, by)
    assert "農業" in file.read_text("utf-8")
    file.rename(filled / "計画.csv")
    told = settings.read_text("utf-8") + '\n[plans]\nfile = "計画.csv"\n'
    settings.write_text(told, "utf-8")
    with pytest.raises(Stale, match="設定がその間に変わりました"):
        replace_list(city, planned, by)
    assert (settings.read_text("utf-8"), file.exists()) == (told, False)


def test_a_plan_whose_name_is_merged_over_its_rows_is_the_plan_of_each_of_them() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (["計画", "大", "名称"], ["総合戦略", 1, "観光"], [None, 2, "農業"]):
        page.append(row)
    page.merge_cells("A2:A3")
    saved = io.BytesIO()
    book.save(saved)
    listed, _ = read_plan_file(saved.getvalue(), "新.xlsx")
    assert [plan_words(each) for each in listed.plan_entries] == [
        "総合戦略 1 観光",
        "総合戦略 2 農業",
    ]
    page["C3"] = '="農"&"業"'  # nobody has calculated it
    book.save(saved)
    with pytest.raises(WorkbookError, match="（C3）：エラー値（計算されていない数式"):
        read_plan_file(saved.getvalue(), "新.xlsx")
    until = plans("総合戦略,1,,,観光,,R9\n").plan_entries
    assert [plan_words(each) for each in until] == ["総合戦略 1 観光（2027年度まで）"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "「計画」と「名称」の列がある行が見つかりません"),
        (f"題\n{HEAD}総合戦略,,12,,x,,\n", "3行目：コードは大・中・小の順に"),
        (f"{HEAD}総合戦略,1,,,x,昔,\n", "2行目：「昔」を年度として読めません"),
    ],
)
def test_a_list_that_cannot_be_followed_is_told_with_its_row(
    run: Run, text: str, words: str
) -> None:
    Path("誤り.csv").write_text(text, encoding="utf-8")
    said = run("plans", "import", "誤り.csv", "--yes")
    assert (said.code, words in said.err) == (3, True), said
    assert not Path("施策.csv").exists()


def shared(folder: Path, text: str) -> None:
    (folder / "指標.csv").write_text(text, encoding="utf-8")
    settings = folder / "xlsync.toml"
    told = settings.read_text("utf-8")
    if "\n[plans]" not in told:
        settings.write_text(f'{told}\n[plans]\nindicators = "指標.csv"\n', "utf-8")


def test_an_indicator_is_kept_once_and_stands_in_each_sheet_that_shares_it(
    filled: Path, run: Run
) -> None:
    assert "共通の指標の一覧がありません" in run("plans", "indicators").err
    shared(filled, SHARED)
    shown = run("plans", "indicators")
    assert (shown.code, "変わるシート 2件" in shown.out) == (1, True)
    assert run("plans", "indicators", "--yes").code in {0, 1}
    paths = indicator_paths(papers.edition())
    assert paths is not None
    store = open_city(filled).store
    heads = [store.head(SheetId(key), papers.EDITION) for key in (KEY, OTHER)]
    said = [
        head
        and (head["indicator.name"], head["indicator.targets.2018"], head["indicator.actuals.2017"])
        for head in heads
    ]
    assert said[0] == said[1]
    assert heads[0] is not None
    assert heads[0].edition.by_path["indicator.targets.2018"].words(said[0][1]) == "120人"  # type: ignore[index]
    assert "変わるシート 0件" in run("plans", "indicators").out
    change = {"key": KEY, "form": papers.edition().form, "edition": papers.EDITION, "revision": 2}
    indicator = json.loads(heads[0].to_json())["indicator"]
    indicator["targets"]["2018"] = "99人"
    Path("change.json").write_text(json.dumps({**change, "indicator": indicator}))
    told = run("import", "change.json", "--json").json["receipts"][0]["findings"]
    (message,) = [each["message"] for each in told if each["code"] == "indicator-shared"]
    assert "「99人」は、市の指標の一覧の「来場者数」では「120人」です" in message


def test_an_indicator_of_an_unknown_sheet_changes_nothing(filled: Path, run: Run) -> None:
    shared(filled, SHARED.replace(OTHER, "99-99"))
    said = run("plans", "indicators", "--yes")
    assert (said.code, "99-99 は登録されていません" in said.err) == (3, True)
    assert open_city(filled).store.last(SheetId(KEY), papers.EDITION) == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("来場者数,,1,,\n", "指標と年度"),
        ("来場者数,H30,1,,\n来場者数,2018,2,,\n", "年度が2つあります"),
        ("甲,H30,1,,01\n乙,H30,1,,01\n", "「甲」と「乙」の2つにあります"),
        ('甲,"H30', "CSVとして読めません"),
    ],
)
def test_a_line_of_an_indicator_that_cannot_be_is_named(rows: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_indicators(rows, "指標.csv")
    assert words in str(caught.value)

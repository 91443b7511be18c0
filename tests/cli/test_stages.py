"""Handing in, accepting, returning, confirming and making final by command: one sheet, a list, a department."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from xlsync import open_city
from xlsync.city.settings import find_settings
from xlsync.errors import Stale
from xlsync.exchange.stages.stage_plan import plan_act, recorded_words, run_plan
from xlsync.inbox.status.sheet_states import States
from xlsync.ooxml import read_cells
from xlsync.store import audit
from xlsync.store.stage_acts import StageAct, stage_acts

KEY, OTHER, *_ = papers.KEYS
DEPARTMENT = "政策イノベーション部"
NOW = "2018-07-03T09:00:00+09:00"


@pytest.fixture
def city(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with two of the official sheets, in which a sheet is handed in by an act alone."""
    monkeypatch.chdir(folder)
    say_when(folder, "act")
    assert run("import", *(EXAMPLES / f"{key}.json" for key in (KEY, OTHER))).code in {0, 1}
    return folder


def say_when(folder: Path, handed_in: str) -> None:
    """Set when a sheet counts as handed in."""
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    for word in ("complete", "saved", "act"):
        text = text.replace(f'handed-in = "{word}"', f'handed-in = "{handed_in}"')
    file.write_text(text, encoding="utf-8")


def on_board(run: Run, key: str = KEY) -> tuple[str, list[str]]:
    """The stage of a sheet and its marks."""
    sheets = {sheet["key"]: sheet for sheet in run("status", "--json").json["sheets"]}
    return sheets[key]["stage"], sheets[key]["marks"]


def acts(folder: Path, key: str = KEY) -> list[StageAct]:
    return stage_acts(folder / "store", key, papers.EDITION)


def changed(tmp_path: Path, key: str = KEY, **values: Any) -> Path:
    """A JSON sheet of the office with other values."""
    file = tmp_path / "changed.json"
    file.write_bytes(papers.sheet(key, **values).to_json())
    return file


def test_a_sheet_goes_from_entering_to_final(city: Path, run: Run) -> None:
    assert on_board(run) == ("open", [])
    refused = run("accept", KEY)
    assert (refused.code, "まだ提出されていません" in refused.err) == (3, True)
    for command, word in (
        ("submit", "入力中 → 提出済"),
        ("endorse", "提出済 → 所属長確認済"),
        ("accept", "所属長確認済 → 受付"),
        ("confirm", "受付 → 確認済"),
        ("finalize", "確認済 → 確定"),
    ):
        told = run(command, KEY, "--comment", "7月3日 企第12号")
        assert (told.code, word in told.out) == (0, True), told
    assert on_board(run) == ("final", [])
    told = run("mark-published", KEY, "--approval", "9月1日 企第30号")
    assert (told.code, "確定 → 公表済" in told.out, "決裁：9月1日 企第30号" in told.out) == (
        0,
        True,
        True,
    )
    assert acts(city)[-1].approval == "9月1日 企第30号"
    assert "決裁：9月1日 企第30号" in run("history", KEY).out
    assert run("accept", OTHER, "--approval", "9月1日").code == 2
    assert "提出済 1／2件" in run("status").out
    history = run("history", KEY)
    assert "確認済 → 確定（第1版）" in history.out
    assert "企第12号" in history.out
    kinds = [act["kind"] for act in run("history", KEY, "--json").json["stages"]]
    assert kinds == ["submit", "endorse", "accept", "confirm", "finalize", "publish"]
    assert run("return", KEY, "--comment", "誤り").code == 3
    assert run("reopen", KEY, "--comment", "金額の訂正").code == 0
    assert on_board(run) == ("correcting", [])
    assert run("finalize", KEY).code == 0
    assert on_board(run) == ("final", ["訂正あり"])
    assert audit(open_city(city).store) == []


def test_a_return_is_handed_in_again(city: Path, run: Run, tmp_path: Path) -> None:
    assert run("return", KEY).code == 3
    told = run(
        "return", KEY, "--comment", "ご確認ください", "--field", "purpose=目的が途中です", "--json"
    )
    assert (told.code, told.json["done"]) == (0, True)
    assert told.json["sheets"][0]["after"] == "差戻し中"
    assert "差戻し中" in run("status", "--state", "差戻し").out
    [act] = acts(city)
    assert (act.comment, act.revision) == ("ご確認ください", 1)
    assert [(said.path, said.comment) for said in act.field_comments] == [
        ("purpose", "目的が途中です")
    ]
    assert run("import", changed(tmp_path, purpose="新しい目的")).code in {0, 1}
    assert on_board(run) == ("returned", [])
    assert run("submit", KEY).code == 0
    assert on_board(run) == ("submitted", ["再提出"])
    board = openpyxl.load_workbook(city / "shared/提出状況.xlsx")
    texts = {str(cell.value) for row in board["提出状況"].iter_rows() for cell in row}
    assert any("提出済・再提出" in text for text in texts)
    assert run("return", KEY, "--comment", "x").code == 0
    assert run("reopen", KEY, "--comment", "誤って差し戻した").code == 0
    assert on_board(run)[0] == "submitted"


REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("return", KEY), "理由（--comment）"),
    (("return", KEY, "--comment", " "), "理由（--comment）"),
    (("return", "01-99", "--comment", "x"), "01-99 は登録されていません"),
    (("return", KEY, "01-99", "--comment", "x", "--yes"), "01-99 は登録されていません"),
    (("confirm", KEY, OTHER, "--yes"), "まだ提出されていません"),
    (("return", KEY, "--comment", "x", "--field", "ない欄"), "「ない欄」という欄はありません"),
    (("return", KEY, "--comment", "x", "--revision", "2"), "いまは第1版です"),
    (("accept", "--department", "ない部"), "「ない部」のシートはありません"),
    (("accept", "--list", "ない.xlsx"), "一覧を読めません"),
    (("reopen", KEY, "--comment", "x"), "いま「入力中」のため、取消しはできません"),
)


def test_what_cannot_be_done_is_one_sentence_and_nothing_is_half_done(city: Path, run: Run) -> None:
    for words, sentence in REFUSED:
        told = run(*words)
        assert (told.code, sentence in told.err, told.out) == (3, True, ""), told
        assert len(told.err.strip().splitlines()) == 1
    assert not list((city / "store/stages").rglob("*.json"))
    assert run("sheets", "exclude", OTHER, "--reason", "内部管理").code == 0
    assert "いま対象外か廃止です" in run("submit", OTHER).err


def test_wrong_words_are_refused(city: Path, run: Run) -> None:
    assert run("accept").code == 2
    assert run("accept", KEY, "--department", DEPARTMENT).code == 2
    assert run("accept", KEY, OTHER, "--revision", "1").code == 2
    assert acts(city) == []


def test_many_are_shown_first_and_of_a_department_those_that_can_be(city: Path, run: Run) -> None:
    assert run("submit", KEY, OTHER, "--dry-run").code == 0
    told = run("submit", KEY, OTHER)
    assert (told.code, "--yes" in told.out) == (1, True)
    assert acts(city) == []
    assert run("submit", KEY, "--yes").out.endswith("提出 1件を記録しました。\n")
    told = run("submit", KEY, OTHER, "--yes")
    assert told.out.endswith("提出 1件を記録しました。提出 1件は、すでに記録してあります。\n")
    told = run("submit", KEY, OTHER, "--yes")
    assert told.out.endswith("提出 2件は、すでに記録してあります。\n")
    assert len(acts(city)) == len(acts(city, OTHER)) == 1
    assert run("return", OTHER, "--comment", "x").code == 0
    told = run("accept", "--department", f" {DEPARTMENT}")
    assert told.code == 0
    assert "除きます（いま「差戻し中」のため、受付はできません" in told.out
    assert (on_board(run)[0], on_board(run, OTHER)[0]) == ("received", "returned")
    assert run("accept", "--department", DEPARTMENT, "--json").json["sheets"][1]["fault"]


@pytest.mark.usefixtures("city")
def test_the_sheets_of_a_list_are_meant(run: Run) -> None:
    assert run("sheets", "export", "--out", "一覧.xlsx").code == 0
    told = run("return", "--list", "一覧.xlsx", "--comment", "様式が変わりました", "--yes")
    assert told.code == 0
    assert (on_board(run)[0], on_board(run, OTHER)[0]) == ("returned", "returned")
    Path("二重.csv").write_text(f"事業コード\n{KEY}\n{KEY}\n", encoding="utf-8")
    told = run("submit", "--list", "二重.csv", "--yes")
    assert (told.code, "何もしていません" in told.err) == (3, True)
    Path("一つ.csv").write_text(f"事業コード,備考\n{KEY},紙\n", encoding="utf-8")
    assert run("submit", "--list", "一つ.csv").code == 0
    assert (on_board(run)[0], on_board(run, OTHER)[0]) == ("submitted", "returned")


def test_what_became_newer_since_it_was_looked_at_is_refused(
    city: Path, run: Run, tmp_path: Path
) -> None:
    settings = open_city(city).settings
    act = StageAct("return", 0, NOW, "企画", "x")
    plan = plan_act(settings.store, settings.terms, [KEY, OTHER], act)
    assert run("import", changed(tmp_path, OTHER, purpose="新しい目的")).code in {0, 1}
    with pytest.raises(Stale, match="第2版になりました"):
        run_plan(settings.store, settings.terms, plan)
    assert acts(city) == []
    plan = plan_act(settings.store, settings.terms, [KEY, OTHER], act)
    assert run("submit", OTHER).code == 0
    with pytest.raises(Stale, match="「提出済」になりました"):
        run_plan(settings.store, settings.terms, plan)
    assert acts(city) == []


def test_a_run_that_was_cut_off_is_gone_on_with(city: Path) -> None:
    settings = open_city(city).settings
    act = StageAct("return", 0, NOW, "企画", "x")
    plan = plan_act(settings.store, settings.terms, [KEY, OTHER], act)
    run_plan(settings.store, settings.terms, plan[:1])
    later = StageAct("return", 0, "2018-07-04T09:00:00+09:00", "企画", "x")
    again = plan_act(settings.store, settings.terms, [KEY, OTHER], later)
    assert [(planned.before, planned.after) for planned in again] == [
        ("差戻し中", "差戻し中"),
        ("入力中", "差戻し中"),
    ]
    assert (
        recorded_words(again) == "差戻し 1件を記録しました。差戻し 1件は、すでに記録してあります。"
    )
    assert recorded_words(()) == "何も記録していません。"
    run_plan(settings.store, settings.terms, again)
    assert (len(acts(city)), len(acts(city, OTHER))) == (1, 1)


def test_an_act_done_twice_says_that_nothing_changed_unless_it_says_more(
    city: Path, run: Run, tmp_path: Path
) -> None:
    assert "入力中 → 提出済" in run("submit", KEY).out
    again = run("submit", KEY)
    assert again.code == 0
    assert "提出済のまま（すでに記録してあります）" in again.out
    assert "提出 1件は、すでに記録してあります" in again.out
    assert "記録しました" not in again.out
    for words in ((), ("--dry-run",)):
        said = run("submit", KEY, "--json", *words)
        assert (said.code, said.json["done"]) == (0, not words)
        assert [sheet["already_recorded"] for sheet in said.json["sheets"]] == [True]
    both = run("submit", KEY, OTHER, "--json", "--yes").json["sheets"]
    assert [sheet["already_recorded"] for sheet in both] == [True, False]
    assert (len(acts(city)), len(acts(city, OTHER))) == (1, 1)
    told = run("submit", KEY, "--comment", "電話で受けました")
    assert "提出済のまま（この提出も記録します）" in told.out
    assert "提出 1件を記録しました" in told.out
    newer = changed(tmp_path, purpose="新しい目的")
    newer.write_text(json.dumps({**json.loads(newer.read_bytes()), "revision": 1}))
    assert run("import", newer).code in {0, 1}
    assert "提出済のまま（この提出も記録します）" in run("submit", KEY).out
    assert run("submit", KEY).out.endswith("提出 1件は、すでに記録してあります。\n")
    assert [act.comment for act in acts(city)] == ["", "電話で受けました", ""]
    for word, what in (("accept", "受付"), ("confirm", "確認"), ("finalize", "確定")):
        assert f"{what} 1件を記録しました" in run(word, KEY).out
        if word != "finalize":
            assert f"{what} 1件は、すでに記録してあります" in run(word, KEY).out
    assert "確定 1件は、すでに記録してあります" in run("finalize", KEY).out


def test_saves_after_it_is_final_wait_for_the_office(city: Path, run: Run) -> None:
    assert run("export", KEY).code == 0
    mine = living(city)
    copy = Path("copy.xlsx")
    shutil.copy(mine, copy)
    for command in ("submit", "confirm"):
        assert run(command, KEY).code == 0
    mine.write_bytes(typed(mine.read_bytes(), {"purpose": "確認後に直した目的"}))
    assert run("import", mine).code in {0, 1}
    assert on_board(run) == ("confirmed", ["確認後の変更"])
    assert "確認のあとに変更されています" in run("finalize", KEY).err
    for command in ("confirm", "finalize"):
        assert run(command, KEY).code == 0
    mine.write_bytes(typed(mine.read_bytes(), {"purpose": "確定後に直した目的"}))
    told = run("import", mine)
    assert "企画担当の確認待ちです" in told.out
    head = find_settings(city).store.head(KEY, papers.EDITION)
    assert head is not None
    assert head["purpose"] == "確認後に直した目的"
    assert on_board(run) == ("final", [])
    assert "確認待ち 1件" in run("status").out
    assert run("review", "--accept", KEY).code == 0
    assert on_board(run) == ("final", ["訂正あり"])
    assert run("audit").code == 0


def test_the_citys_rule_says_when_a_complete_sheet_is_handed_in(city: Path, run: Run) -> None:
    assert "入力済" in run("status", "--state", "未着手").out or on_board(run)[0] == "open"
    say_when(city, "saved")
    assert on_board(run)[0] == "open"
    say_when(city, "complete")
    assert on_board(run) == ("submitted", [])
    assert run("accept", KEY).code == 0
    assert [(act.stage_act_kind, act.way) for act in acts(city)] == [
        ("submit", "rule"),
        ("accept", "office"),
    ]
    say_when(city, "act")
    assert (on_board(run), on_board(run, OTHER)) == (("received", []), ("open", []))


def test_a_returned_sheet_is_handed_in_again_by_the_rule_once_it_was_saved_anew(
    city: Path, run: Run
) -> None:
    say_when(city, "saved")
    assert run("export", KEY).code == 0
    mine = living(city)
    mine.write_bytes(typed(mine.read_bytes(), {"purpose": "一度目"}))
    assert run("import", mine).code in {0, 1}
    assert on_board(run) == ("submitted", [])
    assert run("return", KEY, "--comment", "目的を直してください").code == 0
    assert run("import", mine).code in {0, 1}
    assert on_board(run)[0] == "returned"
    mine.write_bytes(typed(mine.read_bytes(), {"purpose": "二度目"}))
    assert run("import", mine).code in {0, 1}
    assert on_board(run) == ("submitted", ["再提出"])


def test_the_watcher_and_the_summaries_hear_of_it(city: Path, run: Run) -> None:
    settings = open_city(city).settings
    states = States(settings.store, settings.terms)
    states.renew()
    assert run("return", KEY, "--comment", "x").code == 0
    assert KEY in states.renew()
    assert states.progress[KEY].line.state == "returned"
    assert run("submit", OTHER).code == 0
    assert run("accept", OTHER).code == 0
    assert run("summarize").code in {0, 1}
    texts = {str(value) for value in read_cells(city / "shared/集計/全庁.xlsx")["概要"].values()}
    assert {"差戻し中", "受付"} <= texts
    shares = [line for line in run("status").out.splitlines() if line.startswith("提出済")]
    assert shares[0].startswith("提出済 1／2件")


def test_the_audit_names_a_changed_act(city: Path, run: Run) -> None:
    assert run("return", KEY, "--comment", "目的").code == 0
    [file] = (city / "store/stages").rglob("1.json")
    file.write_text(file.read_text(encoding="utf-8").replace("目的", "目標"), encoding="utf-8")
    [damage] = audit(open_city(city).store)
    assert damage.file == f"stages/{papers.EDITION}/{KEY}/1.json"
    for words in (("status",), ("summarize",), ("submit", KEY), ("sheets", "list")):
        assert damage.file in run(*words).err, words


@pytest.mark.parametrize("small", SMALL_FORMS, ids=lambda small: small.name)
def test_the_sheets_of_every_form_go_through_the_stages(
    small: SmallForm, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", small.folder(tmp_path)).code == 0
    monkeypatch.chdir(folder)
    say_when(folder, "act")
    edition = open_city(folder).settings.terms.form.at(YEAR)
    Path("登録").mkdir()
    for number, data in enumerate(small.documents(edition).values()):
        Path(f"登録/{number}.json").write_bytes(data)
    assert run("import", "登録").code in {0, 1}
    keys = open_city(folder).store.keys(YEAR)
    path = edition.fields[-1].path
    assert run("return", *keys, "--comment", "x", "--field", path, "--yes").code == 0
    for command in ("submit", "endorse", "accept", "confirm", "finalize"):
        assert run(command, *keys, "--yes").code == 0
    assert {sheet["stage"] for sheet in run("status", "--json").json["sheets"]} == {"final"}
    assert run("summarize").code in {0, 1}
    assert run("accept", "--department", "総務部").code == 3
    assert run("audit").code == 0

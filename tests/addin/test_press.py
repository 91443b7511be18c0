"""検証, 差分, 部別集計, 自己診断 and every failure, on the five official sheets with a real store."""

from __future__ import annotations

import datetime as dt
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from tests import cities, papers
from tests.addin.pressed import Desk, Screen, desk, failed, found, message
from xlsync.addin.protocol.changes import GoTo, Mark, Open, Row, Table, Unmark, Verb
from xlsync.addin.verbs.validate import marks
from xlsync.addin.verbs.workbook_location import OUTSIDE, locate_workbook
from xlsync.exchange import Receipt, SheetIdentity
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.finding import Finding
from xlsync.inbox.config import Deadline
from xlsync.inbox.share_paths import is_vacant
from xlsync.store.stage_acts import FieldComment, StageAct

BROKEN = {"purpose": None, "costs.2018-initial.sources.general": "未定"}
OTHER = papers.KEYS[1]


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """The city."""
    return desk(tmp_path)


# --- 検証


@pytest.mark.parametrize("key", papers.KEYS)
def test_every_official_sheet_is_validated_as_check_would(at: Desk, key: str) -> None:
    screen = at.open(key)
    answer = at.press("validate", screen).answer
    assert not answer.failed
    assert found(answer, Unmark) == [Unmark(cities.WORKSHEET)]
    rows = found(answer, Row)
    marked = {mark.cell for mark in found(answer, Mark)}
    assert marked == {row.cell for row in rows if row.cell and row.texts[0] != "参考"}
    assert bool(found(answer, Table)) == bool(rows)


def test_errors_are_marked_red_listed_and_gone_to(at: Desk) -> None:
    screen = at.open(OTHER)
    screen.type(BROKEN)
    answer = at.press("validate", screen).answer
    assert {(mark.cell, mark.colour) for mark in found(answer, Mark)} == {
        ("AB24", "FFC7CE"),
        ("B25", "FFC7CE"),
    }
    assert "未入力" in next(mark.text for mark in found(answer, Mark) if mark.cell == "B25")
    [table] = found(answer, Table)
    assert table.title == "検証結果"
    assert table.columns[:3] == ("重さ", "欄", "内容")
    assert [row.texts[1] for row in found(answer, Row)] == [
        "事業実施コスト H30年度当初 一般財源",
        "目的・概要 事業の目的",
    ]
    assert found(answer, GoTo) == [GoTo(cities.WORKSHEET, "AB24")]
    assert "未入力 1件・エラー 1件" in message(answer)


def test_a_returned_sheet_says_at_the_button_why_it_was_sent_back(at: Desk) -> None:
    screen = at.open(OTHER)
    comments = (FieldComment("purpose", "事業の目的", "ここを直して"),)
    act = StageAct(
        "return", 1, "2018-07-03T08:00:00+09:00", "企画担当", "目的が前年と同じです", comments
    )
    run_plan(at.city.store, at.city.terms, plan_act(at.city.store, at.city.terms, [OTHER], act))
    texts = [row.texts[2] for row in found(at.press("validate", screen).answer, Row)]
    assert any("目的が前年と同じです" in text for text in texts), texts
    assert any("ここを直して" in text for text in texts)


def test_a_warning_is_yellow(at: Desk) -> None:
    screen = at.open(OTHER)
    screen.type({"costs.2017-settled.sources.general": 999_999_999})
    given = found(at.press("validate", screen).answer, Mark)
    assert "FFEB9C" in {mark.colour for mark in given}


def test_findings_of_one_cell_share_a_mark_the_gravest_first() -> None:
    notes = Finding("a", "note", "purpose", "参考です。", "評価シート", "B25")
    warning = Finding("b", "warning", "purpose", "注意です。", "評価シート", "B25")
    error = Finding("c", "error", "purpose", "直してください。" * 500, "評価シート", "B25")
    receipt = Receipt(
        "a", "accepted", SheetIdentity("評価シート"), findings=(notes, warning, error)
    )
    [mark] = marks(receipt)
    assert mark.colour == "FFC7CE"
    assert mark.text.startswith("エラー：直してください。")
    assert len(mark.text) == 1000
    [mark] = marks(replace(receipt, findings=(notes, warning)))
    assert (mark.colour, mark.text) == ("FFEB9C", "注意：注意です。")
    assert not list(marks(replace(receipt, findings=(notes,))))


def test_a_sheet_in_order_gets_no_list(at: Desk) -> None:
    answer = at.press("validate", at.open()).answer
    assert [type(one).__name__ for one in answer.changes] == ["Unmark", "Message"]
    assert "直すところはありません" in message(answer)


def test_validating_takes_nothing_in(at: Desk) -> None:
    screen = at.open()
    screen.type({"purpose": "新しい目的"})
    pressed = at.press("validate", screen)
    assert pressed.receipts == ()
    assert at.city.revisions() == 1


# --- 差分


def test_a_difference_tells_who_last_changed_the_field_and_when(at: Desk) -> None:
    mine, theirs = at.open(), at.open(user="佐藤 花子")
    theirs.type({"purpose": "佐藤の目的"})
    at.press("submit", theirs)
    mine.type({"outline": "私の概要"})
    answer = at.press("diff", mine).answer
    rows = {row.texts[0].rpartition(" ")[2]: row for row in found(answer, Row)}
    purpose = rows["事業の目的"]
    assert purpose.texts[2:5] == ("佐藤の目的", "佐藤 花子", "2018/07/03 09:01")
    assert (purpose.worksheet, purpose.cell) == (cities.WORKSHEET, "B25")
    assert any(row.texts[1:5:3] == ("私の概要", "2018/07/02 09:01") for row in rows.values())
    assert "2欄" in message(answer)


def test_no_difference_is_said_so(at: Desk) -> None:
    answer = at.press("diff", at.open()).answer
    assert not found(answer, Table)
    assert "同じ内容" in message(answer)


def test_a_sheet_the_store_does_not_know_is_no_failure_of_a_diff(at: Desk, tmp_path: Path) -> None:
    empty = cities.city(tmp_path / "空")
    elsewhere = Desk(replace(at.office, store=empty.store), at.city)
    answer = elsewhere.press("diff", at.open()).answer
    assert not answer.failed
    assert not found(answer, Table)
    assert "まだ登録データにない" in message(answer)


def test_a_code_that_was_typed_over_is_listed_and_waits_for_the_office(at: Desk) -> None:
    screen = at.open()
    screen.type({at.city.head().edition.definition.identity.key[-1]: "99"})
    rows = found(at.press("diff", screen).answer, Row)
    assert [row.texts[1] for row in rows] == ["99"]
    assert "企画担当の確認待ち" in message(at.press("submit", screen).answer)


def test_a_workbook_with_another_sheets_code_is_told_what_to_do(at: Desk) -> None:
    screen = at.open()
    head, other = at.city.head(), at.city.head(OTHER)
    parts = head.edition.definition.identity.key
    screen.type({path: other.text(path) for path in parts if other[path] != head[path]})
    assert "コードを元に戻す" in failed(at.press("diff", screen))


# --- 部別集計


def test_the_summary_of_the_sheets_department_is_made_and_opened(at: Desk) -> None:
    answer = at.press("summary", at.open(OTHER)).answer
    [opened] = found(answer, Open)
    file = at.office.shared / opened.name
    assert opened.name == f"集計/{at.city.head(OTHER).department}.xlsx"
    assert file.read_bytes()[:2] == b"PK"


def test_a_summary_somebody_has_open_is_opened_as_it_was(at: Desk) -> None:
    screen = at.open(OTHER)
    name = found(at.press("summary", screen).answer, Open)[0].name
    file = at.office.shared / name
    before = file.read_bytes()
    file.with_name("~$" + file.name).write_bytes(
        b"\x04Yuki".ljust(55) + b"\x04\x00" + "Yuki".encode("utf-16-le")
    )
    screen.type({"purpose": "新しい目的"})
    at.press("submit", screen)
    answer = at.press("summary", screen).answer
    assert found(answer, Open) == [Open(name)]
    assert "Yukiさんが開いている" in message(answer)
    assert file.read_bytes() == before


def test_a_sheet_not_in_the_store_has_no_summary(at: Desk, tmp_path: Path) -> None:
    empty = cities.city(tmp_path / "空")
    office = replace(at.office, store=empty.store)
    assert "先に［提出］" in failed(Desk(office, at.city).press("summary", at.open()))


# --- 自己診断


def test_the_self_test_tells_what_both_sides_know(at: Desk) -> None:
    facts = (("Excel の版", "16.0"), ("保護", "なし"))
    answer = at.press("selftest", at.open(), facts=facts, client="xlam 0.1.0").answer
    lines = {row.texts[0]: row.texts[1:] for row in found(answer, Row)}
    assert lines["このパソコン：Excel の版"] == ("16.0", "良好", "")
    assert lines["シート「評価シート」：登録データ"][0] == "第1版"
    assert "第1版から作成" in lines["シート「評価シート」：発行印"][0]
    assert lines["見張り（xlsync watch）"][1] == "注意"
    assert all(to_do for _, state, to_do in lines.values() if state == "注意")


@pytest.mark.parametrize("workbook", [b"", b"no workbook", b"PK\x03\x04 cut off"])
def test_the_self_test_never_fails_for_want_of_a_workbook(at: Desk, workbook: bytes) -> None:
    answer = at.press("selftest", Screen(workbook, name="")).answer
    assert not answer.failed
    assert "注意" in {row.texts[2] for row in found(answer, Row) if row.texts[0] == "ブック"}


def test_the_self_test_says_that_the_store_is_gone(at: Desk) -> None:
    shutil.rmtree(at.city.store.folder)
    answer = at.press("selftest", Screen(b"")).answer
    assert not answer.failed


# --- failures

VERBS: list[Verb] = ["validate", "submit", "pull", "diff", "summary"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("workbook", [b"", b"\xd0\xcf\x11\xe0 an old .xls", b"PK\x03\x04", b"{"])
def test_what_is_no_workbook_of_ours_is_one_polite_sentence(
    at: Desk, verb: Verb, workbook: bytes
) -> None:
    failed(at.press(verb, Screen(workbook)))


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "validate"])
def test_a_store_that_cannot_be_read_is_one_polite_sentence(at: Desk, verb: Verb) -> None:
    screen = at.open()
    for file in at.city.store.folder.rglob("*.json"):
        if file.name != "store.json":
            file.write_bytes(b"{}")
    assert "登録データ" in failed(at.press(verb, screen))


@pytest.mark.parametrize("verb", ["validate", "diff", "summary"])
def test_sheets_whose_newest_revisions_are_broken_are_answered_from_their_heads(
    at: Desk, verb: Verb
) -> None:
    screen = at.open()
    for file in at.city.store.folder.rglob("1.json"):
        file.write_bytes(b"{}")
    assert not at.press(verb, screen).answer.failed


def test_a_closed_deadline_holds_a_submission_and_nothing_else(at: Desk) -> None:
    closed = Desk(replace(at.office, deadline=Deadline(dt.date(2018, 5, 31), closed=True)), at.city)
    screen = at.open()
    screen.type({"purpose": "遅れた目的"})
    assert "締め切られています" in failed(closed.press("submit", screen))
    assert at.city.revisions() == 1
    assert not closed.press("validate", screen).answer.failed
    assert not closed.press("diff", screen).answer.failed


# --- whose sheets


@pytest.mark.parametrize("verb", VERBS)
def test_a_departments_key_opens_only_its_own_sheets(at: Desk, verb: Verb) -> None:
    own = at.city.head().department
    assert own not in failed(at.press(verb, at.open(), department="総務部")).split("は", 1)[1][:1]
    assert at.city.revisions() == 1
    assert not at.press(verb, at.open(), department=own).answer.failed


def test_the_stores_word_counts_not_what_the_sheet_says_of_itself(at: Desk) -> None:
    screen = at.open()
    screen.type({at.city.head().edition.definition.identity.organization[0].field: "総務部"})
    failed(at.press("submit", screen, department="総務部"))
    assert at.city.revisions() == 1


# --- where it lies


@pytest.mark.parametrize(
    "way",
    [
        "\\\\server\\share\\市\\評価シート\\総務部\\ガード.xlsx",
        "Z:\\評価シート\\総務部\\ガード.xlsx",
        "Z:/評価シート\\総務部/ガード.XLSX",
        "https://example.jp/sites/x/評価シート/総務部/ガード.xlsx",
        "D:\\評価シート\\評価シート\\総務部\\ガード.xlsx",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_live_workbook_in_the_shared_folder_is_known_by_its_place(
    at: Desk, way: str, form: str
) -> None:
    file = at.office.sheets / "総務部" / unicodedata.normalize("NFD", "ガード.xlsx")
    file.parent.mkdir()
    file.write_bytes(b"")
    name = unicodedata.normalize("NFC" if form == "NFC" else "NFD", way)
    place, shown = locate_workbook(at.office, name)
    assert unicodedata.normalize("NFC", place) == "shared/評価シート/総務部/ガード.xlsx"
    assert shown == place


@pytest.mark.parametrize(
    "name",
    [
        "C:\\Users\\yamada\\a.xlsx",
        "Book1",
        "",
        "Z:\\評価シート\\..\\..\\xlsync.toml",
        "Z:\\評価シート\\ない.xlsx",
        "Z:\\評価シート",
        "a\0b/評価シート/c\0",
    ],
)
def test_any_other_is_outside_and_never_taken_for_moved(at: Desk, name: str) -> None:
    place, shown = locate_workbook(at.office, name)
    assert place.startswith(f"{OUTSIDE}/")
    assert shown
    assert not is_vacant(place, at.office.folder)
    assert not at.press("submit", Screen(at.city.give_out(), name=name)).answer.failed


@pytest.mark.parametrize("verb", ["validate", "submit", "pull", "summary", "selftest"])
def test_a_sheet_that_the_store_cannot_read_is_told_in_a_sentence_and_the_others_go_on(
    at: Desk, verb: Verb
) -> None:
    damaged, sound = at.open(), at.open(papers.KEYS[1])
    folder, last = at.city.store.folder, at.city.store.last(papers.CLEAN, papers.EDITION)
    revision = folder / f"revisions/{papers.EDITION}/{papers.CLEAN}/{last}.json"
    revision.write_bytes(revision.read_bytes()[:-200])
    (folder / f"sheets/{papers.EDITION}/{papers.CLEAN}.json").write_bytes(bytes(4096))
    damaged.type({"purpose": "壊れた登録への提出"})
    told = at.press(verb, damaged).answer
    assert told.changes
    if verb in {"submit", "pull"}:
        assert "読め" in message(told) or "壊れ" in message(told), message(told)
    assert not at.press(verb, sound).answer.failed

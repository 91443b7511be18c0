"""The board tells of everybody how far they are, in words, and changes only when something did."""

from __future__ import annotations

import datetime as dt
import html
import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from tests import papers
from tests.cities import typed
from tests.watching import Desk, desk, saying
from xlsync.inbox.config import BOARD_BOOK, BOARD_PAGE, Deadline
from xlsync.inbox.status.board import BoardWriter, board_of
from xlsync.inbox.status.board_html import board_html
from xlsync.inbox.status.sheet_states import States
from xlsync.organization import Organization
from xlsync.sheet import Sheet, sheet_of
from xlsync.summary.figures.progress import Board, DueDate, FolderProblem, LastSave, Line, reminders
from xlsync.summary.figures.sheet_completion import STATES, Completion
from xlsync.summary.sheets.submission_status import board_workbook

BEGUN = Completion(started=True, stage="submitted")
LINE = Line(("政策部", "情報課", "企画係"), "01-02-01-08-14-01", "事業", BEGUN)


def left(*, blank: int = 0, errors: int = 0, conflicts: int = 0) -> Line:
    """A line somebody has begun with, that has so much left to do."""
    return replace(LINE, completion=Completion(True, blank, errors, 0, conflicts))  # noqa: FBT003


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path, *papers.KEYS)


def board(here: Desk) -> Board:
    states = States(here.town.store, here.town.terms)
    states.renew()
    return board_of(
        here.office,
        states.progress.values(),
        here.sweep.entries,
        here.sweep.troubles,
        here.world.now(),
    )


def line_of(here: Desk, key: str = papers.CLEAN) -> Line:
    return next(line for line in board(here).lines if line.key == key)


@pytest.mark.parametrize(
    ("line", "state", "words"),
    [
        (LINE, "done", "提出済"),
        (left(blank=3), "filling", "入力中（3件未入力）"),
        (left(errors=2), "error", "エラー 2件"),
        (left(blank=3, errors=2), "error", "入力中（3件未入力）・エラー 2件"),
        (left(conflicts=1, errors=2), "conflict", "入力の重なり 1件・エラー 2件"),
        (replace(LINE, completion=Completion(blank=9, errors=1)), "idle", "未着手"),
        (
            replace(LINE, completion=Completion(open_conflicts=1, blank=9)),
            "conflict",
            "入力の重なり 1件・入力中（9件未入力）",
        ),
        (replace(LINE, key="", completion=Completion()), "idle", "未着手（シートがありません）"),
    ],
)
def test_a_state_says_what_asks_most_and_its_words_say_all(
    line: Line, state: str, words: str
) -> None:
    assert (line.state, line.words) == (state, words)


def test_every_state_is_told_from_the_store_and_the_folder(here: Desk) -> None:
    blank, wrong, untouched = papers.KEYS[1], papers.KEYS[2], papers.KEYS[3]
    here.put("部/a.xlsx", saying(here.town.give_out(), "入れた"))
    here.put("部/b.xlsx", typed(here.town.give_out(blank), {"purpose": None}))
    here.put("部/c.xlsx", typed(here.town.give_out(wrong), {"costs.2017-settled.project_cost": 1}))
    here.put("部/d.xlsx", here.town.give_out(untouched))
    here.rest()
    assert line_of(here).state == "done"
    assert line_of(here, blank).state == "filling"
    assert line_of(here, wrong).state == "error"
    assert line_of(here).link == "評価シート/部/a.xlsx"
    assert line_of(here).last_save.result.startswith("1欄を受け取りました")
    assert line_of(here).saved == "5月7日 08:30"


def test_a_sheet_as_it_was_issued_is_not_begun(here: Desk) -> None:
    sheet = papers.sheet(papers.CLEAN)
    office = {
        path: sheet[path]
        for path, made in sheet.edition.by_path.items()
        if made.filled_by == "office"
    }
    document = Sheet(sheet.edition, sheet.key, office).to_document()
    papers.put(document, "project.number", "77")
    document["key"] = document["key"][:-2] + "77"
    assert here.town.bring_one(sheet_of(papers.edition(), document).to_json()).outcome == "accepted"
    key = document["key"]
    assert line_of(here, key).state == "idle"
    issued = here.town.give_out(key)
    here.put("a.xlsx", issued)
    here.rest()
    assert line_of(here, key).words == "未着手"
    here.put("a.xlsx", saying(issued, "書き始めた"))
    here.rest()
    assert line_of(here, key).state == "filling"


def test_a_conflict_is_told_with_its_number(here: Desk) -> None:
    issued = here.town.give_out()
    here.put("a.xlsx", saying(issued, "甲"))
    here.rest()
    here.put("b.xlsx", saying(issued, "乙"))
    here.rest()
    assert line_of(here).state == "conflict"
    assert line_of(here).last_save.result == "入力の重なり 1件"
    twins = [one for one in board(here).problems if "同じ事業" in one.reason]
    assert len(twins) == 1
    assert "a.xlsx、b.xlsx" in twins[0].reason


def test_the_link_leads_to_the_living_workbook_and_not_to_its_copy(here: Desk) -> None:
    issued = here.town.give_out()
    here.put("写し/a - コピー.xlsx", issued)
    here.put(f"部/{papers.CLEAN}_事業.xlsx", issued)
    here.put("部/b.xlsx", issued)
    here.rest()
    assert line_of(here).link == f"評価シート/部/{papers.CLEAN}_事業.xlsx"


def test_late_is_what_was_saved_late_and_not_what_we_saw_late(here: Desk) -> None:
    here.settle(deadline=Deadline(dt.date(2018, 5, 6)))  # yesterday
    file = here.put("a.xlsx", saying(here.town.give_out(), "期限内に保存した"))
    saved = dt.datetime(2018, 5, 6, 23, 0, tzinfo=here.world.now().tzinfo).timestamp()
    os.utime(file, (saved, saved))
    here.put("b.xlsx", saying(here.town.give_out(papers.KEYS[1]), "遅れた"))
    here.rest()
    assert not line_of(here).last_save.late
    assert line_of(here, papers.KEYS[1]).last_save.late


def test_the_citys_own_list_gives_the_order_and_names_who_has_nothing(here: Desk) -> None:
    lines = board(here).lines
    units = (
        (lines[0].department, "あとの課", ""),
        *{line.unit_names for line in lines},
    )
    here.settle(terms=replace(here.office.terms, organization=Organization(units)))
    here.town.terms = here.office.terms
    first = board(here).lines[0]
    assert (first.unit_names[1], first.words) == ("あとの課", "未着手（シートがありません）")


def test_equal_boards_are_equal_bytes_and_nothing_is_touched(here: Desk) -> None:
    here.put("写真.xlsx", b"\x89PNG")
    here.rest()
    writer = BoardWriter(here.office)
    assert writer.write(board(here), 0, calm=True)
    files = [here.office.shared / name for name in (BOARD_PAGE, BOARD_BOOK)]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    here.pass_time(5000)
    assert BoardWriter(here.office).write(board(here), 0, calm=True)
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


def test_a_burst_writes_the_page_at_once_and_the_workbook_now_and_then(here: Desk) -> None:
    writer, book = BoardWriter(here.office), here.office.shared / BOARD_BOOK
    made = board(here)
    assert writer.write(made, 0, calm=False)
    assert not writer.write(replace(made, city_name="次"), 1, calm=False)
    assert "次" in (here.office.shared / BOARD_PAGE).read_text(encoding="utf-8")
    assert writer.write(replace(made, city_name="次"), 40, calm=False)
    assert openpyxl.load_workbook(book).worksheets[0]["A1"].value == "次　提出状況"


def test_the_page_needs_no_server_and_runs_nothing_from_elsewhere() -> None:
    made = Board("市", "様式", (LINE,))
    page = board_html(made).decode()
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert page.count("<script>") == 1
    assert "default-src 'none'" in page


def test_names_on_the_page_are_text_and_links_lead_to_files() -> None:
    nasty = '"><script>alert(1)</script>&%#?.xlsx'
    line = replace(
        LINE,
        title=nasty,
        last_save=LastSave(who=nasty),
        link=f"評価シート/{nasty}",
        unit_names=(*LINE.unit_names[:2], nasty),
    )
    made = Board("市<b>", "様式", (line,), (FolderProblem(nasty, nasty, nasty),))
    page = board_html(made).decode()
    assert page.count("<script>") == 1
    assert "alert(1)</script>" not in page
    href = re.search(r'<td><span class="quiet">[^<]*</span> <a href="([^"]*)"', page)
    assert href is not None
    assert unquote(html.unescape(href[1])) == f"評価シート/{nasty}"
    assert "?" not in href[1]
    assert "#" not in href[1]


def test_names_no_system_can_decode_do_not_break_the_page_or_the_workbook() -> None:
    odd = os.fsdecode(b"\xff\xfe.xlsx")
    made = Board(
        "市",
        "様式",
        (replace(LINE, link=odd, last_save=LastSave(who=odd)),),
        (FolderProblem(odd, "理由", odd),),
    )
    assert b"%FF%FE.xlsx" in board_html(made)
    assert board_workbook(made)


def test_the_workbook_says_what_the_page_says(here: Desk) -> None:
    here.settle(deadline=Deadline(dt.date(2018, 5, 31)))
    here.put("部/a.xlsx", saying(here.town.give_out(), "入れた"))
    here.put("部/写真.xlsx", b"\x89PNG")
    here.rest()
    made = board(here)
    book = openpyxl.load_workbook(io.BytesIO(board_workbook(made)))
    assert book.sheetnames == ["提出状況", "部別", "催促文", "ご確認ください"]
    counted = [[cell.value for cell in row] for row in book["部別"].iter_rows(min_row=4)]
    assert counted[0] == ["部", "件数", *STATES.values(), "提出済の割合", "最終配布"]
    assert counted[-1][:7] == ["全庁　合計", len(made.lines), *made.counts.values()]
    totals = [sum(int(str(row[column])) for row in counted[1:-1]) for column in range(1, 7)]
    assert totals == counted[-1][1:7]
    sheet = book["提出状況"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7)]
    assert [row[3] for row in rows] == [line.key for line in made.lines]
    assert [str(row[6])[2:] for row in rows] == [line.words for line in made.lines]
    assert "あと24日" in str(sheet["A2"].value)
    page = board_html(made).decode()
    for line in made.lines:
        assert line.key in page
        assert line.words in page
    assert str(book["ご確認ください"]["A4"].value) == "部/写真.xlsx"


def test_a_formula_typed_as_a_name_stays_text() -> None:
    made = Board(
        "市",
        "様式",
        (replace(LINE, title="=1+1", last_save=LastSave(who="@x")),),
        (FolderProblem("=2", "-x"),),
    )
    book = openpyxl.load_workbook(io.BytesIO(board_workbook(made)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert "=1+1" in [cell.value for cell in cells]


def test_a_board_of_nobody_says_so() -> None:
    made = Board("市", "様式", ())
    assert "登録されたシートがありません" in board_html(made).decode()
    book = openpyxl.load_workbook(io.BytesIO(board_workbook(made)))
    assert "登録されたシートがありません。" in [c.value for row in book["提出状況"] for c in row]


def test_a_reminder_is_ready_to_send_and_only_for_those_who_owe_something() -> None:
    done = replace(LINE, unit_names=("政策部", "済んだ課", "企画係"))
    owing = [replace(left(blank=number + 1), title=f"事業{number}") for number in range(40)]
    made = Board(
        "市",
        "評価シート",
        (done, *owing),
        due_date=DueDate(dt.date(2018, 5, 31), today=dt.date(2018, 5, 1)),
    )
    (only,) = reminders(made)
    assert only.division == ("政策部", "情報課")
    assert only.open_count == 40
    assert "5月31日（木）" in only.text
    assert "事業0：入力中（1件未入力）" in only.text
    assert "ほか10件" in only.text


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2018, 5, 30), "提出期限 5月31日（木）（あと1日）"),
        (dt.date(2018, 5, 31), "提出期限 5月31日（木）（本日）"),
        (dt.date(2018, 6, 2), "提出期限 5月31日（木）を2日過ぎています"),
    ],
)
def test_the_days_left_are_counted(today: dt.date, words: str) -> None:
    assert DueDate(dt.date(2018, 5, 31), today=today).words == words


def test_counts_are_in_the_order_of_the_states() -> None:
    made = Board("市", "様式", (LINE, left(blank=1), left(conflicts=2)))
    assert made.counts == {"conflict": 1, "error": 0, "filling": 1, "idle": 0, "done": 1}
    assert list(made.counts) == list(STATES)


def test_what_somebody_else_changed_in_the_store_is_on_the_board(here: Desk) -> None:
    states = States(here.town.store, here.town.terms)
    assert states.renew() == set(papers.KEYS)
    assert states.renew() == set()
    other = papers.with_values(papers.CLEAN, {"purpose": "企画担当が直した"})
    assert here.town.bring_one(other.with_revision(1).to_json(), "直し").outcome == "accepted"
    assert papers.CLEAN in states.renew()
    sheet = states.progress[papers.CLEAN].status.sheet
    assert sheet["purpose"] == here.purpose()


class LinesLookedAt(tuple[Line, ...]):
    """Lines that count how often somebody goes through all of them."""

    __slots__ = ()
    times = 0

    def __iter__(self) -> Iterator[Line]:
        """Go through them once more."""
        type(self).times += 1
        return super().__iter__()


def test_the_board_of_a_large_city_takes_time_in_proportion_to_its_sheets() -> None:
    lines = LinesLookedAt(replace(LINE, key=f"01-02-01-08-14-{number:02}") for number in range(90))
    told = Board("つくば市", "評価", lines)
    LinesLookedAt.times = 0
    board_workbook(told)
    board_html(told)
    assert 0 < LinesLookedAt.times < len(lines) / 2

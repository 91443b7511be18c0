"""提出 and 反映 in workbooks that are open on two screens: what is taken in, asked, written, stamped, and never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Protection

from tests import exploring, papers
from tests.addin.pressed import Desk, Screen, desk, found, message
from tests.form_changes import changed_form
from xlsync.addin.client.carrying_out import Reply
from xlsync.addin.protocol.changes import Ask, PutStamp, Row, Table, Write
from xlsync.exchange import Source
from xlsync.exchange.form_adoption import adopt_form
from xlsync.form.library import load_form
from xlsync.inbox.config import Deadline
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.openpyxl_editor import OpenpyxlLive
from xlsync.workbook.reading.form_reader import read

SHEET = "評価シート"
GENERAL = "costs.2018-initial.sources.general"

pytestmark = pytest.mark.slow


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """The city."""
    return desk(tmp_path)


def two(at: Desk) -> tuple[Screen, Screen]:
    """One workbook, and a copy of it on a colleague's screen."""
    one = at.open(user="甲野")
    return one, Screen(one.data, r"D:\写し.xlsx", "乙川")


def yes(_question: str) -> Reply:
    return "yes"


def no(_question: str) -> Reply:
    return "no"


def cancel(_question: str) -> Reply:
    return "cancel"


@pytest.mark.parametrize("key", papers.KEYS)
def test_what_was_typed_and_not_saved_is_in_the_store(at: Desk, key: str) -> None:
    screen = at.open(key)
    screen.type({"purpose": "保存していない目的\n𠮷"})
    pressed = at.press("submit", screen)
    assert at.city.head(key)["purpose"] == "保存していない目的\n𠮷"
    assert [(one.outcome, one.revision) for one in pressed.receipts] == [("accepted", 2)]
    assert "第2版、変更1欄" in message(pressed.answer)
    [stamp] = found(pressed.answer, PutStamp)
    assert stamp.text == pressed.receipts[0].new_stamp
    assert at.city.store.revision(key, papers.EDITION, 2).draft.submission.file == screen.name


def test_pressing_twice_changes_nothing_and_says_so(at: Desk) -> None:
    screen = at.open()
    screen.type({"purpose": "新しい目的"})
    at.done("submit", screen)
    done = at.done("submit", screen)
    assert "変わっていません（第2版）" in done.text
    assert at.city.revisions() == 2


def test_a_request_worked_again_after_a_crash_changes_nothing(at: Desk) -> None:
    screen = at.open()
    screen.type({"purpose": "新しい目的"})
    first = at.press("submit", screen)
    at.pressed -= 1
    again = at.press("submit", screen)
    assert again.answer.id == first.answer.id
    assert at.city.revisions() == 2


def test_late_is_taken_and_marked(at: Desk) -> None:
    late = Desk(replace(at.office, deadline=Deadline(dt.date(2018, 5, 31))), at.city)
    screen = at.open()
    screen.type({"purpose": "遅れた目的"})
    assert "期限後" in message(late.press("submit", screen).answer)
    assert at.city.revisions() == 2


def test_a_clearing_of_many_fields_waits_and_what_was_typed_with_it_is_taken(at: Desk) -> None:
    screen = at.open()
    before = at.city.head()
    staff = [one.path for one in before.edition.fields if one.filled_by == "staff"]
    screen.type({**dict.fromkeys(staff), "purpose": "新しい目的"})
    pressed = at.press("submit", screen)
    [receipt] = pressed.receipts
    assert "cleared" in {found.code for found in receipt.findings}
    assert dict(at.city.head()) == {**before, "purpose": "新しい目的"}


def test_a_conflict_names_who_typed_the_other_value_and_what_to_do(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "乙の目的"})
    at.done("submit", theirs)
    mine.type({"purpose": "甲の目的", "outline": "甲の概要"})
    pressed = at.press("submit", mine)
    assert [one.outcome for one in pressed.receipts] == ["conflict"]
    [row] = [row for row in found(pressed.answer, Row) if row.texts[0] == "入力の重なり"]
    assert row.texts[2:4] == ("甲の目的", "乙の目的")
    assert "乙川、2018/07/03 09:01" in row.texts[4]
    assert "反映" in row.texts[5]
    assert "「目的・概要 事業の目的」" in message(pressed.answer)
    assert at.city.head()["purpose"] == "乙の目的"
    assert at.city.head()["outline"] == "甲の概要"


def test_what_others_changed_is_told_at_a_submission(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "乙の目的", GENERAL: 1})
    at.done("submit", theirs)
    mine.type({"outline": "甲の概要"})
    answer = at.press("submit", mine).answer
    assert found(answer, Table)
    assert [row.texts[0] for row in found(answer, Row)].count("ほかの人の変更") == 2
    assert "ほかの人が変えた2欄" in message(answer)


def test_pulling_writes_what_only_others_changed_and_asks_nothing(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "=1+1", "outline": "0120", GENERAL: 4321})
    at.done("submit", theirs)
    answer = at.press("pull", mine).answer
    assert not found(answer, Ask)
    assert {write.value for write in found(answer, Write)} == {"=1+1", "0120", 4321}
    mine.carry_out(answer)
    assert (mine.field("purpose"), mine.field("outline")) == ("=1+1", "0120")
    assert mine.field(GENERAL) == 4321
    again = at.press("pull", mine).answer
    assert "ほかの人の変更はありません" in message(again)
    assert not found(again, Write)
    assert "変わっていません" in at.done("submit", mine).text


@pytest.mark.parametrize(("reply", "stands"), [(yes, "乙の目的"), (no, "甲の目的")])
def test_what_both_changed_is_asked_and_the_answer_counts(
    at: Desk, reply: Callable[[str], Reply], stands: str
) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "乙の目的"})
    at.done("submit", theirs)
    mine.type({"purpose": "甲の目的"})
    asked: list[str] = []

    def ask(question: str) -> Reply:
        asked.append(question)
        return reply(question)

    at.done("pull", mine, ask)
    assert len(asked) == 1
    assert all(word in asked[0] for word in ("乙の目的", "乙川", "甲の目的", "はい＝", "いいえ＝"))
    assert mine.field("purpose") == stands
    pressed = at.press("submit", mine)
    assert pressed.receipts[0].outcome != "conflict"
    assert at.city.head()["purpose"] == stands


def test_a_cancelled_question_is_asked_again(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "乙の目的", "outline": "乙の概要"})
    at.done("submit", theirs)
    mine.type({"purpose": "甲の目的", "outline": "甲の概要"})
    done = at.done("pull", mine, cancel)
    assert len(done.left_alone) == 2
    assert mine.field("purpose") == "甲の目的"
    assert len(found(at.press("pull", mine).answer, Ask)) == 2


def test_a_cell_typed_into_while_waiting_is_left_alone_and_offered_again(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "乙の目的"})
    at.done("submit", theirs)
    answer = at.press("pull", mine).answer
    mine.type({"purpose": "そのあいだに"})
    done = mine.carry_out(answer)
    assert mine.field("purpose") == "そのあいだに"
    assert "B25" in done.text
    assert len(found(at.press("pull", mine).answer, Ask)) == 1


def test_a_formula_of_somebodys_own_is_never_overwritten(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({GENERAL: 777})
    at.done("submit", theirs)
    answer = at.press("pull", mine).answer
    cell = read(mine.data)[0].cells[GENERAL]
    live = OpenpyxlLive(mine.data)
    live.book[SHEET][cell].value = "=1+2"
    mine.data = live.finished()
    done = mine.carry_out(answer)
    assert cell in done.text
    assert OpenpyxlLive(mine.data).has_formula(SHEET, cell)


def test_a_protected_worksheet_refuses_and_is_told(at: Desk) -> None:
    mine, theirs = two(at)
    theirs.type({"purpose": "乙の目的"})
    at.done("submit", theirs)
    answer = at.press("pull", mine).answer
    live = OpenpyxlLive(mine.data)
    live.book[SHEET].protection.enable()
    for row in live.book[SHEET].iter_rows():
        for cell in row:
            cell.protection = Protection(locked=True)
    mine.data = live.finished()
    done = mine.carry_out(answer)
    assert done.level == "warning"
    assert "保護" in done.text
    assert mine.field("purpose") == papers.sheet()["purpose"]
    assert found(at.press("pull", mine).answer, Write)


def test_a_file_saved_without_pressing_still_merges(at: Desk) -> None:
    """The stamp of a press is in the workbook; the watcher reads the saved file like any other."""
    mine, theirs = two(at)
    mine.type({"purpose": "甲の目的"})
    at.done("submit", mine)
    theirs.type({"outline": "乙の概要"})
    at.done("submit", theirs)
    at.done("pull", mine)
    mine.type({"purpose": "甲のつぎの目的"})
    receipt = at.city.bring_one(mine.data, "評価シート/甲.xlsx")
    assert receipt.outcome == "accepted"
    assert [change.path for change in receipt.changes] == ["purpose"]
    assert at.city.head()["outline"] == "乙の概要"


FIELDS = ("purpose", "outline")
REPLIES: dict[str, Reply] = {"pull-yes": "yes", "pull-no": "no", "pull-cancel": "cancel"}
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["type", "submit", *REPLIES]),
        st.sampled_from(FIELDS),
    ),
    min_size=3,
    max_size=9,
)


def texts(screen: Screen) -> dict[str, object]:
    """What the two fields say."""
    sheet = read(screen.data)[0].sheet
    return {path: sheet[path] for path in FIELDS}


def ever_held(at: Desk, path: str) -> set[object]:
    """Every value the store ever held at a path."""
    revisions = at.city.store.revisions(papers.CLEAN, papers.EDITION)
    return {one.sheet[path] for one in revisions}


def submitted(at: Desk, screen: Screen) -> None:
    """Press 提出: what stands there is in the store, or told as a conflict."""
    before = texts(screen)
    pressed = at.press("submit", screen)
    screen.carry_out(pressed.answer)
    told = {one.path for one in pressed.receipts[0].conflicts}
    assert texts(screen) == before
    assert all(path in told or text in ever_held(at, path) for path, text in before.items())


def pulled(at: Desk, screen: Screen, reply: Reply) -> None:
    """Press 反映: what goes from the screen without a question is in the store."""
    before, cells = texts(screen), read(screen.data)[0].cells
    answer = at.press("pull", screen).answer
    asked = {one.cell for one in found(answer, Ask)}
    screen.carry_out(answer, lambda _question: reply)
    for path, text in texts(screen).items():
        if text != before[path] and cells[path] not in asked:
            assert before[path] in ever_held(at, path)
        if reply != "yes" and cells[path] in asked:
            assert text == before[path]


@settings(max_examples=exploring.examples(8))
@given(STEPS)
def test_no_value_disappears_unless_somebody_said_so(steps: list[tuple[int, str, str]]) -> None:
    with TemporaryDirectory() as folder:
        at = desk(Path(folder))
        screens = two(at)
        for number, (who, step, path) in enumerate(steps):
            match step:
                case "type":
                    screens[who].type({path: f"{who}が{number}に"})
                case "submit":
                    submitted(at, screens[who])
                case _:
                    pulled(at, screens[who], REPLIES[step])


def test_patching_in_between_is_seen(at: Desk) -> None:
    screen = at.open()
    cell = read(screen.data)[0].cells["purpose"]
    screen.data = patch_cells(screen.data, {(SHEET, cell): "0120"})
    at.done("submit", screen)
    assert at.city.head()["purpose"] == "0120"


def changed(at: Desk, *names: str) -> Desk:
    """The desk once the planning office has changed the form."""
    city, folder = at.city, at.office.folder
    form = load_form(str(changed_form(folder / "form-new", names)))
    adopt_form(
        city.store, city.terms, form, Source("様式の変更", "2018-07-03T10:00:00+09:00", "企画")
    )
    city.terms = replace(city.terms, form=city.store.form)
    return Desk(replace(at.office, terms=city.terms), city, 30)


def test_a_workbook_of_a_former_version_on_the_screen_goes_on_by_its_own_names(at: Desk) -> None:
    mine, theirs = two(at)
    mine.type({"outline": "甲の概要", "mayoral_pledge": "公約９"})
    at = changed(at, "renamed", "dropped", "added")
    theirs.type({"purpose": "乙の目的", "individual_plan": "乙の計画"})
    at.done("submit", theirs)
    done = at.done("pull", mine)
    assert (mine.field("purpose"), mine.field("individual_plan")) == ("乙の目的", "乙の計画")
    assert (mine.field("outline"), mine.field("mayoral_pledge")) == ("甲の概要", "公約９"), done
    at.done("submit", mine)
    head = at.city.head()
    assert (head["plan.outline"], head["purpose"]) == ("甲の概要", "乙の目的")
    newest = at.city.store.newest(papers.CLEAN, papers.EDITION)
    assert newest is not None
    assert "公約９" in {value["value"] for value in newest.draft.unplaced}
    theirs.type({"outline": "乙の概要"})
    pressed = at.press("submit", theirs)
    assert [one.outcome for one in pressed.receipts] == ["conflict"]
    at.done("pull", theirs, yes)
    assert theirs.field("outline") == "甲の概要"
    (reading,) = read(mine.data, at.city.terms.form)
    assert reading.version == 1

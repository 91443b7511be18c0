"""Handing in by a cell of the workbook: it counts where it was changed in this copy, and is set back by a return."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests import office as libreoffice
from tests import papers
from tests.cities import WORKSHEET, City, codes, struck_through, typed
from tests.papers import NO_ROOM_FOR_PLEDGE, edited_form, in_field
from tests.stages.stage_steps import FILE, acts, do, stage, written_back
from tests.store.disk_calls import left_on_the_way
from xlsync.errors import FormError
from xlsync.exchange.receipt import ProcedureRules, Terms
from xlsync.form.library import Form
from xlsync.store import Store, audit
from xlsync.workbook.reading.form_reader import read

CELL = "mayoral_pledge"
SUBMISSION = """
[submission]
field = "mayoral_pledge"
open = "入力中"
submit = "提出する"
endorse = "所属長確認済"

[choices.handing-in]
label = "提出"
items = ["入力中", "提出する", "所属長確認済"]
closed = true
"""
CHOICE = in_field(CELL, 'kind = "text"', 'kind = "choice"\nchoices = "handing-in"')


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The shipped form, of which one field says that a sheet is handed in."""
    return edited_form(
        tmp_path_factory.mktemp("form"), CHOICE, NO_ROOM_FOR_PLEDGE, added=SUBMISSION
    )


@pytest.fixture
def office(tmp_path: Path, form: Form) -> City:
    """A city of one sheet in which a sheet is handed in by an act alone."""
    store = Store(tmp_path / "store", form, must_exist=False)
    store.create()
    rules = ProcedureRules(handing_in="act")
    city = City(store, Terms(form, papers.EDITION, procedure_rules=rules))
    document = papers.official_document()
    document[CELL] = None
    city.bring_one(papers.sheet().with_values({CELL: None}).to_json(), "登録")
    return city


def says(data: bytes, form: Form) -> object:
    return read(data, form)[0].sheet[CELL]


def test_a_sheet_is_handed_in_where_the_cell_was_changed_and_only_then(office: City) -> None:
    blank = office.give_out()
    office.bring_one(typed(blank, {"purpose": "目的"}))
    assert (stage(office), acts(office)) == (("open", ()), [])
    mine = typed(blank, {"purpose": "目的", CELL: "提出する"})
    office.bring_one(mine, who="佐藤")
    assert stage(office) == ("submitted", ())
    [act] = acts(office)
    assert (act.way, act.file, act.revision) == ("workbook", FILE, office.revisions())
    office.bring_one(mine)
    assert len(acts(office)) == 1
    office.bring_one(typed(mine, {"purpose": "提出後に直した"}))
    assert stage(office) == ("submitted", ("提出後の変更",))
    office.bring_one(typed(mine, {"purpose": "提出後に直した", CELL: "入力中"}))
    assert stage(office)[0] == "open"
    assert audit(office.store) == []


def test_a_return_sets_the_cell_back_and_the_next_choice_hands_it_in_again(
    office: City, form: Form
) -> None:
    mine = typed(office.give_out(), {CELL: "提出する"})
    office.bring_one(mine)
    do(office, "accept")
    do(office, "return", "目的を直してください")
    assert office.head()[CELL] == "入力中"
    office.bring_one(mine)
    assert stage(office)[0] == "returned"
    data = written_back(office, mine)
    assert says(data, form) == "入力中"
    office.bring_one(typed(data, {"purpose": "直した目的"}))
    assert stage(office)[0] == "returned"
    office.bring_one(typed(data, {"purpose": "直した目的", CELL: "提出する"}))
    assert stage(office) == ("submitted", ("再提出",))
    do(office, "confirm")
    do(office, "finalize")
    do(office, "reopen", "訂正")
    assert office.head()[CELL] == "入力中"


def test_a_return_done_twice_is_one_act_though_it_set_the_cell_back(office: City) -> None:
    office.bring_one(typed(office.give_out(), {CELL: "提出する"}))
    do(office, "return")
    do(office, "return")
    assert [act.stage_act_kind for act in acts(office)] == ["submit", "return"]


def test_two_copies_that_say_different_things_are_a_conflict(office: City) -> None:
    one, other = office.give_out(), office.give_out()
    office.bring_one(typed(one, {CELL: "提出する"}), "評価シート/a.xlsx")
    receipt = office.bring_one(typed(other, {CELL: "所属長確認済"}), "評価シート/b.xlsx")
    assert [conflict.path for conflict in receipt.conflicts] == [CELL]
    assert stage(office)[0] == "submitted"


def test_the_head_of_the_section_says_so_in_the_same_cell(office: City) -> None:
    blank = office.give_out()
    office.bring_one(typed(blank, {CELL: "所属長確認済"}))
    assert [act.stage_act_kind for act in acts(office)] == ["submit", "endorse"]
    assert stage(office)[0] == "endorsed"


def test_what_is_said_too_late_or_is_no_word_of_the_list_is_no_act(office: City) -> None:
    mine = typed(office.give_out(), {CELL: "提出する"})
    office.bring_one(mine)
    do(office, "confirm")
    receipt = office.bring_one(typed(mine, {CELL: "入力中"}))
    assert ("stage-refused", CELL) in codes(receipt)
    assert stage(office)[0] == "confirmed"
    office.bring_one(typed(mine, {CELL: "提出しました"}))
    assert stage(office)[0] == "confirmed"


def test_a_word_that_is_struck_through_is_a_blank_and_no_act(office: City, form: Form) -> None:
    mine = typed(office.give_out(), {CELL: "提出する"})
    struck = struck_through(mine, WORKSHEET, read(mine, form)[0].cells[CELL])
    receipt = office.bring_one(struck)
    assert ("struck-out", CELL) in codes(receipt)
    assert (stage(office), acts(office)) == (("open", ()), [])


def test_a_program_killed_anywhere_hands_in_once_when_the_file_is_received_again(
    office: City, tmp_path: Path
) -> None:
    mine = typed(office.give_out(), {CELL: "提出する"})
    left = left_on_the_way(lambda: office.bring_one(mine), office.store.folder, tmp_path / "left")
    assert len(left) > 5
    for folder in left.values():
        again = City(Store(folder, office.store.form), office.terms, office.brought)
        again.bring_one(mine)
        assert ([act.stage_act_kind for act in acts(again)], again.revisions()) == (["submit"], 2)
        assert audit(again.store) == []


def test_words_that_the_choice_does_not_offer_are_refused(tmp_path: Path) -> None:
    wrong = SUBMISSION.replace('submit = "提出する"', 'submit = "出す"')
    with pytest.raises(FormError, match="「出す」"):
        edited_form(tmp_path / "a", CHOICE, NO_ROOM_FOR_PLEDGE, added=wrong).at(papers.EDITION)
    gone = SUBMISSION.replace('field = "mayoral_pledge"', 'field = "ない欄"')
    with pytest.raises(FormError, match="ない欄"):
        edited_form(tmp_path / "b", CHOICE, NO_ROOM_FOR_PLEDGE, added=gone).at(papers.EDITION)


def test_the_cell_has_a_list_to_choose_from(office: City, form: Form) -> None:
    data = office.give_out()
    address = read(data, form)[0].cells[CELL]
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    lists = [rule for rule in page.data_validations.dataValidation if address in rule.sqref]
    assert [rule.type for rule in lists] == ["list"]


@pytest.mark.office
def test_a_cell_chosen_and_saved_in_libreoffice_hands_it_in_and_takes_the_reset(
    office: City, form: Form, tmp_path: Path
) -> None:
    def converted(data: bytes) -> bytes:
        file = tmp_path / "a.xlsx"
        file.write_bytes(data)
        (saved,) = libreoffice.resave([file], tmp_path / "saved")
        return saved.read_bytes()

    mine = converted(typed(office.give_out(), {CELL: "提出する"}))
    office.bring_one(mine)
    assert stage(office)[0] == "submitted"
    do(office, "return")
    data = converted(written_back(office, mine))
    assert says(data, form) == "入力中"
    office.bring_one(typed(data, {CELL: "提出する"}))
    assert stage(office) == ("submitted", ("再提出",))

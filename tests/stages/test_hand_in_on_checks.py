"""Handing in on チェック: it counts where this copy changed the cell, is set back by a return, and told where unclear."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.workbook.defined_name import DefinedName

from tests import office as libreoffice
from tests import papers
from tests.cities import City, city, codes, struck_through, typed, without_stamp
from tests.stages.stage_steps import KEY, acts, do, stage, written_back
from tests.store.disk_calls import left_on_the_way
from xlsync.errors import StoreError
from xlsync.exchange import Side, Source
from xlsync.exchange.receipt import HandingIn, ProcedureRules
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.hand_in_resolution import hand_in_offers, resolve_hand_in
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet_stage import StageActKind
from xlsync.store import Store, audit
from xlsync.workbook.checks.answer_cells import DAY, HAND_IN, MARK, PERSON, REQUEST
from xlsync.workbook.checks.visible_sheet import FIRST, PAGE, STATE

OTHER = "評価シート/b.xlsx"
SECOND = next(key for key in papers.KEYS if key != KEY)
FORMER = Path(__file__).parents[1] / "data" / "workbook-with-former-checks.xlsx"


def ruled(made: City, handing_in: HandingIn) -> City:
    made.terms = replace(made.terms, procedure_rules=ProcedureRules(handing_in=handing_in))
    return made


@pytest.fixture
def office(tmp_path: Path) -> City:
    """A city with one sheet, handed in by an act alone."""
    made = ruled(city(tmp_path), "act")
    made.register(KEY)
    return made


def chosen(
    data: bytes, word: str | int, person: str | None = None, day: str | None = None
) -> bytes:
    """The workbook with a word chosen on チェック."""
    cells = {(PAGE, HAND_IN): word, (PAGE, PERSON): person, (PAGE, DAY): day}
    return patch_cells(data, {at: text for at, text in cells.items() if text is not None})


def kinds(made: City) -> list[StageActKind]:
    return [act.stage_act_kind for act in acts(made)]


def page(data: bytes) -> Mapping[str, object]:
    return read_cells(data)[PAGE]


def listed(data: bytes) -> str:
    """What the list on チェック says, in one text."""
    cells = page(data).items()
    return "\n".join(str(text) for at, text in cells if at[0] == "C" and int(at[1:]) >= FIRST)


def test_choosing_the_word_hands_the_sheet_in_once_and_says_who(office: City) -> None:
    blank = office.give_out()
    assert (page(blank)[HAND_IN], page(blank)[STATE]) == ("入力中", "提出できます")
    mine = chosen(typed(blank, {"purpose": "目的"}), "提出する", "係長 佐藤", "6月30日")
    assert office.bring_one(mine).outcome == "accepted"
    [act] = acts(office)
    assert (act.stage_act_kind, act.way, act.who, act.comment) == (
        "submit",
        "workbook",
        "係長 佐藤",
        "6月30日",
    )
    assert stage(office) == ("submitted", ())
    assert office.bring_one(mine).outcome == "unchanged"
    assert len(acts(office)) == 1
    office.bring_one(typed(mine, {"purpose": "提出後に直した"}))
    assert stage(office) == ("submitted", ("提出後の変更",))
    office.bring_one(chosen(typed(mine, {"purpose": "提出後に直した"}), "入力中"))
    assert (stage(office)[0], kinds(office)) == ("open", ["submit", "withdraw"])
    assert audit(office.store) == []


def test_a_word_alone_is_a_save_like_any_other(office: City) -> None:
    mine = chosen(office.give_out(), "提出する")
    receipt = office.bring_one(mine)
    assert (receipt.outcome, codes(receipt)) == ("accepted", [("stage-recorded", "")])
    assert "「提出する」を記録しました（いまは「提出済」です）" in receipt.findings[0].message
    assert (stage(office), office.revisions()) == (("submitted", ()), 1)
    data = written_back(office, mine)
    assert page(data)[STATE] == "提出済です"
    assert written_back(office, data) == data


@pytest.mark.parametrize("spelled", ["提出", " 提出済み", "提出する　"])
def test_usual_spellings_of_the_word_hand_it_in(office: City, spelled: str) -> None:
    office.bring_one(chosen(office.give_out(), spelled))
    assert stage(office)[0] == "submitted"


def test_a_return_sets_the_cell_back_and_the_next_choice_hands_it_in_again(office: City) -> None:
    mine = chosen(office.give_out(), "提出する", "佐藤", "6月30日")
    office.bring_one(mine)
    do(office, "return", "目的を直してください")
    assert office.bring_one(mine).outcome == "unchanged"
    assert stage(office)[0] == "returned"
    data = written_back(office, mine)
    assert [page(data).get(at) for at in (HAND_IN, PERSON, DAY)] == ["入力中", None, None]
    assert str(page(data)[STATE]).startswith("差戻し中です（理由：目的を直してください）。直して")
    office.bring_one(typed(data, {"purpose": "直した目的"}))
    assert stage(office)[0] == "returned"
    office.bring_one(chosen(typed(data, {"purpose": "直した目的"}), "提出する"))
    assert stage(office) == ("submitted", ("再提出",))


def test_a_save_from_before_the_cell_was_set_back_hands_nothing_in(office: City) -> None:
    mine = chosen(office.give_out(), "提出する")
    office.bring_one(mine)
    do(office, "return")
    written_back(office, mine)
    office.bring_one(typed(mine, {"purpose": "開いたままのファイルから"}))
    assert (stage(office)[0], kinds(office)) == ("returned", ["submit", "return"])
    office.bring_one(chosen(typed(mine, {"purpose": "開いたままのファイルから"}), "入力中"))
    assert stage(office)[0] == "returned"


def test_a_copy_given_out_while_it_was_handed_in_says_nothing_by_that(office: City) -> None:
    office.bring_one(chosen(office.give_out(), "提出する", "佐藤"))
    given_out, other = office.give_out(), office.give_out()
    assert page(given_out)[HAND_IN] == "提出する"
    office.bring_one(chosen(other, "入力中"), "評価シート/c.xlsx")
    assert (stage(office)[0], kinds(office)) == ("open", ["submit", "withdraw"])
    office.bring_one(typed(given_out, {"purpose": "配られた写しに入力"}), OTHER)
    assert stage(office)[0] == "open"
    data = written_back(office, typed(given_out, {"purpose": "配られた写しに入力"}), OTHER)
    assert page(data)[HAND_IN] == "入力中"
    office.bring_one(chosen(data, "提出する"), OTHER)
    assert stage(office)[0] == "submitted"


def test_a_copy_of_what_was_handed_in_says_nothing_again_though_its_stamp_is_lost(
    office: City,
) -> None:
    mine = chosen(office.give_out(), "提出する")
    office.bring_one(mine)
    do(office, "return")
    office.bring_one(without_stamp(mine), OTHER)
    assert (stage(office)[0], kinds(office)) == ("returned", ["submit", "return"])
    data = written_back(office, without_stamp(mine), OTHER)
    assert page(data)[HAND_IN] == "入力中"
    office.bring_one(chosen(data, "提出する"), OTHER)
    assert stage(office) == ("submitted", ("再提出",))


def test_a_copy_whose_state_is_lost_hands_nothing_in_a_second_time(office: City) -> None:
    mine = chosen(office.give_out(), "提出する")
    office.bring_one(mine)
    do(office, "return")
    for name in office.store.copy_states(KEY, papers.EDITION):
        office.store.delete_copy_state(KEY, papers.EDITION, name)
    office.bring_one(mine)
    office.bring_one(mine, OTHER)
    assert (stage(office)[0], kinds(office)) == ("returned", ["submit", "return"])


def test_the_head_of_the_section_says_so_in_the_same_cell(office: City) -> None:
    office.bring_one(chosen(office.give_out(), "所属長確認済", "課長 鈴木"))
    assert (stage(office)[0], kinds(office)) == ("endorsed", ["submit", "endorse"])
    assert acts(office)[-1].who == "課長 鈴木"


def test_another_copy_shows_what_was_said_and_asks_nothing(office: City) -> None:
    one, other = office.give_out(), office.give_out()
    office.bring_one(other, OTHER)
    office.bring_one(chosen(one, "提出する", "佐藤", "6月30日"))
    data = written_back(office, other, OTHER)
    assert [page(data).get(at) for at in (HAND_IN, PERSON, DAY)] == ["提出する", "佐藤", "6月30日"]
    assert office.bring_one(data, OTHER).outcome == "unchanged"
    office.bring_one(chosen(data, "所属長確認済", "課長 鈴木"), OTHER)
    assert stage(office)[0] == "endorsed"


def test_two_copies_that_say_different_things_are_asked_again(office: City) -> None:
    one, other = office.give_out(), chosen(office.give_out(), "所属長確認済")
    office.bring_one(chosen(one, "提出する", "佐藤"))
    receipt = office.bring_one(other, OTHER)
    assert (receipt.outcome, codes(receipt)) == ("conflict", [("hand-in-conflict", "")])
    assert (receipt.findings[0].worksheet, receipt.findings[0].cell) == (PAGE, HAND_IN)
    assert stage(office)[0] == "submitted"
    [status] = sheet_statuses(office.store, office.terms)
    assert status.open_conflicts == 1
    data = written_back(office, other, OTHER)
    assert page(data)[HAND_IN] == "選び直し"
    assert "所属長確認済" in listed(data)
    assert "佐藤" in listed(data)
    office.bring_one(data, OTHER)
    assert written_back(office, data, OTHER) == data
    assert stage(office)[0] == "submitted"
    office.bring_one(chosen(data, "所属長確認済"), OTHER)
    [status] = sheet_statuses(office.store, office.terms)
    assert (status.procedure.state.stage, status.open_conflicts) == ("endorsed", 0)


@pytest.mark.parametrize(
    ("side", "is_asked", "stage_after"),
    [("ours", True, "submitted"), ("ours", False, "submitted"), ("theirs", True, "endorsed")],
)
def test_the_office_decides_what_two_copies_say_and_the_cells_follow(
    office: City, side: Side, stage_after: str, *, is_asked: bool
) -> None:
    one, other = office.give_out(), chosen(office.give_out(), "所属長確認済")
    office.bring_one(chosen(one, "提出する", "佐藤"))
    office.bring_one(other, OTHER)
    if is_asked:
        other = written_back(office, other, OTHER)
        office.bring_one(other, OTHER)
    [offer] = hand_in_offers(office.store, office.terms, KEY)
    assert (offer.file, offer.typed_word, offer.kept_word) == (OTHER, "所属長確認済", "提出済")
    source = Source("決定", "2018-07-04T09:00:00+09:00", "企画")
    resolve_hand_in(office.store, office.terms, KEY, side, source)
    [status] = sheet_statuses(office.store, office.terms)
    assert (status.procedure.state.stage, status.open_conflicts) == (stage_after, 0)
    assert office.bring_one(other, OTHER).outcome == "unchanged"  # it still says what it said
    data = written_back(office, other, OTHER)
    assert page(data)[HAND_IN] == {"ours": "提出する", "theirs": "所属長確認済"}[side]
    assert codes(office.bring_one(data, OTHER)) == []
    assert written_back(office, data, OTHER) == data
    with pytest.raises(StoreError, match="入力の重なりはありません"):
        resolve_hand_in(office.store, office.terms, KEY, side, source)
    office.bring_one(chosen(data, "入力中"), OTHER)  # and it is a cell like any other again
    assert stage(office)[0] == "open"


def test_what_the_stage_does_not_allow_is_not_recorded_by_a_decision(office: City) -> None:
    one, other = office.give_out(), chosen(office.give_out(), "所属長確認済")
    office.bring_one(chosen(one, "提出する"))
    office.bring_one(other, OTHER)
    do(office, "confirm")
    source = Source("決定", "2018-07-04T09:00:00+09:00", "企画")
    with pytest.raises(StoreError, match="いま「確認済」のため"):
        resolve_hand_in(office.store, office.terms, KEY, "theirs", source)
    assert [act.stage_act_kind for act in acts(office)] == ["submit", "confirm"]
    resolve_hand_in(office.store, office.terms, KEY, "ours", source)
    assert hand_in_offers(office.store, office.terms, KEY) == []


@pytest.mark.parametrize("pasted", ["123 千円", 123, "はい"])
def test_a_cell_pasted_over_is_told_and_changes_nothing(office: City, pasted: str | int) -> None:
    mine = chosen(office.give_out(), "提出する")
    office.bring_one(mine)
    over = chosen(typed(mine, {"purpose": "直した"}), pasted)
    receipt = office.bring_one(over)
    assert ("hand-in-unclear", "") in codes(receipt)
    [found] = [found for found in receipt.findings if found.code == "hand-in-unclear"]
    assert (found.worksheet, found.cell) == (PAGE, HAND_IN)
    assert str(pasted) in found.message
    assert office.head()["purpose"] == "直した"
    assert stage(office) == ("submitted", ("提出後の変更",))
    data = written_back(office, over)
    assert page(data)[HAND_IN] == pasted
    assert "提出するかどうかわかりません" in listed(data)
    office.bring_one(chosen(data, "入力中"))
    assert stage(office)[0] == "open"
    assert "わかりません" not in listed(written_back(office, chosen(data, "入力中")))


@pytest.mark.parametrize("damage", ["deleted", "cleared"])
def test_a_page_of_checks_that_was_deleted_or_cleared_comes_back_and_hands_in(
    office: City, damage: str
) -> None:
    mine = typed(office.give_out(), {"purpose": "直した"})
    book = openpyxl.load_workbook(io.BytesIO(mine))
    for row in book[PAGE].iter_rows(max_row=FIRST + 1):
        for cell in row:
            if not isinstance(cell, MergedCell):
                cell.value = None
    if damage == "deleted":
        del book[PAGE]
    saved = io.BytesIO()
    book.save(saved)
    receipt = office.bring_one(saved.getvalue())
    assert (receipt.outcome, stage(office)[0]) == ("accepted", "open")
    healed = written_back(office, saved.getvalue())
    assert page(healed)[HAND_IN] == "入力中"
    assert written_back(office, healed) == healed
    office.bring_one(chosen(healed, "提出する"))
    assert (stage(office)[0], office.head()["purpose"]) == ("submitted", "直した")


def with_page_of(mine: bytes, other: bytes, way: str) -> bytes:
    """The workbook with チェック of another one pasted over its own, or put beside it, or put there instead.

    Formulas of a copied worksheet read the other workbook's hidden one then, and the worksheet brings names of its own.
    """
    book, source = (openpyxl.load_workbook(io.BytesIO(data)) for data in (mine, other))
    to = book[PAGE] if way == "pasted" else book.copy_worksheet(book[PAGE])
    to.title = PAGE if way == "pasted" else f"{PAGE} (2)"
    for row in source[PAGE].iter_rows():
        for cell in row:
            if not isinstance(cell, MergedCell):
                text = cell.value
                is_formula = isinstance(text, str) and text.startswith("=")
                to[cell.coordinate] = str(text).replace("'_xls", "'[1]_xls") if is_formula else text
    if way != "pasted":
        for name, own in [*book.defined_names.items(), ("_xlsync.page", None)]:
            area = "'チェック'!$A$1" if own is None else own.attr_text
            local = area.replace(f"'{PAGE}'", f"'{to.title}'")
            to.defined_names[name] = DefinedName(name, attr_text=local, hidden=True)
    if way == "instead":
        del book[PAGE]
        for own in book.defined_names.values():
            own.attr_text = "#REF!" if f"'{PAGE}'" in own.attr_text else own.attr_text
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("way", "before", "theirs"),
    [
        ("pasted", "入力中", "提出する"),
        ("pasted", "提出する", "入力中"),
        ("beside", "入力中", "提出する"),
        ("instead", "入力中", "提出する"),
    ],
)
def test_what_was_said_in_another_workbook_is_not_said_here_where_its_page_is_copied(
    office: City, way: str, before: str, theirs: str
) -> None:
    office.register(SECOND)
    mine = chosen(typed(office.give_out(), {"purpose": "直した"}), before)
    office.bring_one(mine)
    before_it = len(acts(office))
    copied = with_page_of(mine, chosen(office.give_out(SECOND), theirs, "佐藤"), way)
    receipt = office.bring_one(copied)
    assert len(acts(office)) == before_it
    is_told = ("hand-in-unclear", "") in codes(receipt)
    assert is_told == (way != "beside")
    healed = written_back(office, copied)
    titles = [title for title in read_cells(healed) if title.startswith(PAGE)]
    own = titles[0]
    assert read_cells(healed)[own][HAND_IN] == before
    formula = openpyxl.load_workbook(io.BytesIO(healed))[own][STATE].value
    assert "[1]" not in str(formula), "it speaks of its own sheet again"
    assert written_back(office, healed) == healed
    office.bring_one(patch_cells(healed, {(own, HAND_IN): theirs}))
    assert len(acts(office)) == before_it + 1, "chosen here, it is said"


@pytest.mark.parametrize("way", ["pasted", "instead"])
def test_what_was_asked_for_in_another_workbook_is_not_done_here(office: City, way: str) -> None:
    office.register(SECOND)
    mine = typed(office.give_out(), {"purpose": "直した"})
    office.bring_one(mine)
    asking = patch_cells(office.give_out(SECOND), {(PAGE, REQUEST): "直前の保存を取り消す"})
    copied = with_page_of(mine, asking, way)
    receipt = office.bring_one(copied)
    assert office.head()["purpose"] == "直した"
    assert ("request-unclear", "") in codes(receipt)
    healed = written_back(office, copied)
    own = next(title for title in read_cells(healed) if title.startswith(PAGE))
    assert read_cells(healed)[own][REQUEST] == "－"
    office.bring_one(healed)
    assert office.head()["purpose"] == "直した"


def test_a_column_of_the_word_pasted_over_the_cells_is_a_choice_without_a_name(
    office: City,
) -> None:
    office.bring_one(chosen(office.give_out(), "提出する", "提出する", "提出する"), who="鈴木")
    [act] = acts(office)
    assert (act.who, act.comment) == ("鈴木", "")


@pytest.mark.parametrize("after", ["a save", "a write-back"])
def test_a_copy_saved_under_a_second_name_says_nothing_that_was_not_chosen_in_it(
    office: City, after: str
) -> None:
    mine = chosen(office.give_out(), "提出する", "佐藤")
    office.bring_one(mine)
    second = mine if after == "a save" else written_back(office, mine)
    office.bring_one(second, OTHER)
    assert kinds(office) == ["submit"]
    do(office, "return")
    changed = typed(second, {"purpose": "二つ目"})
    for data in (second, changed):
        for file in (OTHER, "評価シート/三つ目.xlsx"):
            office.bring_one(data, file)
    assert (stage(office)[0], kinds(office)) == ("returned", ["submit", "return"])
    back = written_back(office, changed, OTHER)
    assert page(back)[HAND_IN] == "入力中"
    office.bring_one(chosen(back, "提出する"), OTHER)
    assert stage(office) == ("submitted", ("再提出",))


def test_a_cell_cleared_after_it_was_handed_in_withdraws_nothing(office: City) -> None:
    mine = chosen(office.give_out(), "提出する")
    office.bring_one(mine)
    receipt = office.bring_one(patch_cells(mine, {(PAGE, HAND_IN): None}))
    assert codes(receipt) == [("hand-in-unclear", "")]
    assert stage(office)[0] == "submitted"


@pytest.mark.parametrize(("before", "struck"), [("入力中", "提出する"), ("提出する", "入力中")])
def test_a_word_that_is_struck_through_says_nothing_and_is_asked_about(
    office: City, before: str, struck: str
) -> None:
    mine = chosen(office.give_out(), before)
    office.bring_one(mine)
    receipt = office.bring_one(struck_through(chosen(mine, struck), PAGE, HAND_IN))
    [found] = receipt.findings
    assert found.code == "hand-in-unclear"
    assert f"「{struck}（取り消し線あり）」" in found.message
    assert stage(office)[0] == {"入力中": "open", "提出する": "submitted"}[before]


def test_a_name_that_is_struck_through_is_not_who_handed_it_in(office: City) -> None:
    mine = chosen(office.give_out(), "提出する", "係長 佐藤", "6月30日")
    office.bring_one(struck_through(mine, PAGE, PERSON, DAY), who="鈴木")
    [act] = acts(office)
    assert (act.who, act.comment) == ("鈴木", "")


@pytest.mark.parametrize("handed_in", ["提出する", "所属長確認済"])
def test_what_is_said_too_late_is_told_and_the_cell_says_what_holds(
    office: City, handed_in: str
) -> None:
    mine = chosen(office.give_out(), handed_in)
    office.bring_one(mine)
    do(office, "confirm")
    late = chosen(mine, "入力中")
    receipt = office.bring_one(late)
    assert codes(receipt) == [("stage-refused", "")]
    assert stage(office)[0] == "confirmed"
    data = written_back(office, late)
    assert (page(data)[HAND_IN], page(data)[STATE]) == (handed_in, "企画担当の確認が済んでいます")
    assert "「入力中」は記録していません" in listed(data)
    office.bring_one(data)
    assert "記録していません" not in listed(written_back(office, data))


@pytest.mark.parametrize("word", ["提出する", "所属長確認済"])
def test_a_program_killed_anywhere_hands_in_once_when_the_file_is_received_again(
    office: City, tmp_path: Path, word: str
) -> None:
    office.bring_one(office.give_out())
    mine = chosen(typed(office.give_out(), {"purpose": "目的"}), word)
    left = left_on_the_way(lambda: office.bring_one(mine), office.store.folder, tmp_path / "left")
    expected = kinds(office)
    for folder in left.values():
        again = City(Store(folder, office.store.form), office.terms, office.brought)
        again.bring_one(mine)
        assert (kinds(again), again.revisions()) == (expected, 2)
        assert audit(again.store) == []


def test_what_a_killed_program_wrote_down_is_not_said_again_after_a_return(
    office: City, tmp_path: Path
) -> None:
    first = office.give_out()
    office.bring_one(first)
    mine = chosen(first, "提出する")
    left = left_on_the_way(lambda: office.bring_one(mine), office.store.folder, tmp_path / "left")
    for folder in left.values():
        again = City(Store(folder, office.store.form), office.terms, office.brought)
        if not acts(again):
            continue
        do(again, "return")
        again.bring_one(mine)
        assert kinds(again) == ["submit", "return"]


def test_where_the_rule_hands_in_the_cell_says_so_and_a_choice_counts_all_the_same(
    tmp_path: Path,
) -> None:
    made = ruled(city(tmp_path), "saved")
    made.register(KEY)
    blank = made.give_out()
    assert page(blank)[HAND_IN] == "自動"
    made.bring_one(typed(blank, {"purpose": None}))
    assert (stage(made)[0], acts(made)) == ("open", [])
    made.bring_one(chosen(typed(blank, {"purpose": None}), "提出する"))
    assert (stage(made)[0], kinds(made)) == ("submitted", ["submit"])


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("accept", "提出済です（企画担当が受け付けました）"),
        ("confirm", "企画担当の確認が済んでいます"),
        ("endorse", "提出済です（所属長確認済）"),
    ],
)
def test_the_page_never_says_that_it_may_be_handed_in_once_it_was(
    office: City, act: StageActKind, sentence: str
) -> None:
    mine = chosen(office.give_out(), "提出する")
    office.bring_one(mine)
    do(office, act)
    assert page(written_back(office, mine))[STATE] == sentence
    assert page(office.give_out())[STATE] == sentence


def test_what_is_left_to_do_stands_behind_the_stage(office: City) -> None:
    mine = chosen(typed(office.give_out(), {"purpose": None}), "提出する")
    office.bring_one(mine)
    state = page(written_back(office, mine))[STATE]
    assert state == "提出済です（まだ入力していないところがあります）"


def test_a_living_workbook_from_before_gets_the_cells_and_keeps_what_stands_beside(
    office: City,
) -> None:
    former = patch_cells(FORMER.read_bytes(), {(PAGE, "I3"): "係のメモ"})
    former = typed(former, {"purpose": "係の目的"})
    assert office.bring_one(former).outcome == "accepted"
    assert stage(office)[0] == "open"
    do(office, "submit")
    data = written_back(office, former)
    shown = page(data)
    assert (shown[HAND_IN], shown["I3"], shown[STATE]) == ("提出する", "係のメモ", "提出済です")
    assert read_cells(data)["評価シート"] == read_cells(former)["評価シート"]
    assert office.bring_one(data).outcome == "unchanged"
    assert written_back(office, data) == data
    office.bring_one(chosen(data, "入力中"))
    assert stage(office)[0] == "open"


def test_the_mark_is_out_of_sight_and_the_cells_are_open_to_staff(office: City) -> None:
    book = openpyxl.load_workbook(io.BytesIO(office.give_out()))
    sheet = book[PAGE]
    assert sheet.column_dimensions[MARK[0]].hidden
    assert [sheet[at].protection.locked for at in (HAND_IN, PERSON, DAY)] == [False] * 3
    lists = [rule for rule in sheet.data_validations.dataValidation if HAND_IN in rule.sqref]
    assert [rule.formula1 for rule in lists] == ['"入力中,提出する,所属長確認済"']


@pytest.mark.office
def test_a_word_chosen_and_saved_in_libreoffice_hands_it_in_and_takes_the_reset(
    office: City, tmp_path: Path
) -> None:
    def converted(data: bytes) -> bytes:
        file = tmp_path / "a.xlsx"
        file.write_bytes(data)
        (saved,) = libreoffice.resave([file], tmp_path / "saved")
        return saved.read_bytes()

    mine = converted(chosen(office.give_out(), "提出する", "佐藤"))
    office.bring_one(mine)
    assert (stage(office)[0], acts(office)[0].who) == ("submitted", "佐藤")
    do(office, "return")
    data = converted(written_back(office, mine))
    assert page(data)[HAND_IN] == "入力中"
    office.bring_one(chosen(data, "提出する"))
    assert stage(office) == ("submitted", ("再提出",))

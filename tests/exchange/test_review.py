"""Changes that wait for the planning office: kept from the head and from summaries, never lost, decided one by one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cities, exploring, papers
from tests.cities import City, codes, typed
from xlsync.exchange import Receipt, Source, bring_up_to_date, note_written
from xlsync.exchange.receipt import ProcedureRules, ReviewRules
from xlsync.exchange.receive import receive
from xlsync.exchange.review_acts import accept_changes, open_proposals, reject_changes
from xlsync.exchange.write_back.live_pull import catch_up
from xlsync.ooxml.read.reader import open_workbook
from xlsync.store import Decision, PendingChange, audit, pending_changes
from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.reading.form_reader import read

PURPOSE, NAME, SECTION = "purpose", "project.name", "organization.section"
FILE = "評価シート/a.xlsx"
ACCEPT = Decision("accept", "2018-07-03T09:00:00+09:00", "企画 太郎")
REJECT = Decision("reject", "2018-07-03T09:00:00+09:00", "企画 太郎", "要綱のとおりです")


@pytest.fixture
def reviewing(city: City) -> City:
    """A city whose planning office looks at changes of its own fields; one sheet is stored."""
    city.terms = replace(
        city.terms, procedure_rules=ProcedureRules(ReviewRules(reviewed_fields="office"))
    )
    city.register(papers.CLEAN)
    return city


def waiting(city: City) -> dict[str, Any]:
    """What waits, by path."""
    waits = open_proposals(city.store, city.terms.fiscal_year)
    return {proposal.pending_change.path: proposal.pending_change.after for proposal in waits}


def numbers(city: City) -> list[int]:
    waits = open_proposals(city.store, city.terms.fiscal_year)
    return [proposal.pending_change.number for proposal in waits]


def proposals(city: City) -> list[PendingChange]:
    return list(pending_changes(city.store, papers.CLEAN, city.terms.fiscal_year).values())


def written_back(city: City, data: bytes, file: str = FILE) -> bytes | None:
    source = Source(file, "2018-07-04T09:00:00+09:00", "見張り")
    update = bring_up_to_date(city.store, city.terms, data, source)
    if update is None:
        return None
    note_written(city.store, update, source)
    return update.data


def found(receipt: Receipt) -> list[tuple[str, str]]:
    return [pair for pair in codes(receipt) if pair[0].startswith("review")]


def test_an_office_field_waits_and_the_other_fields_of_the_save_are_taken(reviewing: City) -> None:
    before = reviewing.head()
    data = typed(reviewing.give_out(), {NAME: "新しい名前", PURPOSE: "新しい目的"})
    receipt = reviewing.bring_one(data)
    assert receipt.outcome == "accepted"
    assert [change.path for change in receipt.changes] == [PURPOSE]
    assert found(receipt) == [("review-waits", NAME)]
    (waits,) = (one for one in receipt.findings if one.code == "review-waits")
    assert (waits.severity, waits.cell) == ("warning", read(data)[0].cells[NAME])
    assert "企画担当の確認待ち" in waits.message
    assert reviewing.head()[NAME] == before[NAME]
    assert reviewing.head()[PURPOSE] == "新しい目的"
    (proposal,) = proposals(reviewing)
    assert (proposal.before, proposal.after) == (before[NAME], "新しい名前")
    assert reviewing.store.received(proposal.submission.workbook_hash) == data
    assert audit(reviewing.store) == []


def test_a_save_of_nothing_else_makes_no_revision_and_is_told_as_news_once(reviewing: City) -> None:
    data = typed(reviewing.give_out(), {NAME: "新しい名前"})
    assert reviewing.bring_one(data).outcome == "accepted"
    again = reviewing.bring_one(data)
    assert (again.outcome, found(again)) == ("unchanged", [("review-waits", NAME)])
    assert reviewing.revisions() == 1
    assert len(proposals(reviewing)) == 1


def test_another_value_replaces_the_one_that_waits_and_the_former_one_withdraws_it(
    reviewing: City,
) -> None:
    blank, former = reviewing.give_out(), reviewing.head()[NAME]
    reviewing.bring_one(typed(blank, {NAME: "一つめ"}))
    reviewing.bring_one(typed(blank, {NAME: "二つめ"}))
    assert waiting(reviewing) == {NAME: "二つめ"}
    receipt = reviewing.bring_one(typed(blank, {NAME: former}))
    assert (found(receipt), receipt.conflicts, waiting(reviewing)) == ([], (), {})
    kinds = [one.decision and one.decision.closing for one in proposals(reviewing)]
    assert kinds == ["withdraw", "withdraw"]
    assert audit(reviewing.store) == []


def test_what_waits_stays_in_its_workbook_while_others_changes_are_written_back(
    reviewing: City,
) -> None:
    mine = typed(reviewing.give_out(), {NAME: "新しい名前"})
    reviewing.bring_one(mine)
    reviewing.bring_one(
        typed(reviewing.give_out(), {PURPOSE: "ほかの人の目的"}), "評価シート/b.xlsx"
    )
    data = written_back(reviewing, mine)
    assert data is not None
    sheet = read(data)[0].sheet
    assert (sheet[NAME], sheet[PURPOSE]) == ("新しい名前", "ほかの人の目的")
    again = reviewing.bring_one(data)
    assert (again.outcome, found(again)) == ("unchanged", [("review-waits", NAME)])
    assert waiting(reviewing) == {NAME: "新しい名前"}
    assert len(proposals(reviewing)) == 1


def test_an_accepted_change_is_a_revision_by_the_person_and_names_who_accepted_it(
    reviewing: City,
) -> None:
    mine = typed(reviewing.give_out(), {NAME: "新しい名前"})
    reviewing.bring_one(mine, who="職員 花子")
    (proposal,) = proposals(reviewing)
    accept_changes(reviewing.store, papers.CLEAN, 2018, numbers(reviewing), ACCEPT)
    assert reviewing.head()[NAME] == "新しい名前"
    draft = reviewing.store.revision(papers.CLEAN, 2018, 2).draft
    assert (draft.who, draft.submission.workbook_hash) == (
        proposal.who,
        proposal.submission.workbook_hash,
    )
    assert draft.findings[0]["code"] == "review-accepted"
    assert "企画 太郎" in draft.findings[0]["message"]
    assert waiting(reviewing) == {}
    again = reviewing.bring_one(mine)
    assert (again.outcome, found(again)) == ("unchanged", [])
    assert audit(reviewing.store) == []


def test_a_rejected_change_is_returned_by_write_back_and_said_and_may_be_proposed_again(
    reviewing: City,
) -> None:
    mine, former = typed(reviewing.give_out(), {NAME: "新しい名前"}), reviewing.head()[NAME]
    reviewing.bring_one(mine)
    reject_changes(reviewing.store, papers.CLEAN, 2018, numbers(reviewing), REJECT)
    assert (reviewing.head()[NAME], reviewing.revisions()) == (former, 1)
    saved_again = reviewing.bring_one(mine)
    assert (saved_again.outcome, found(saved_again)) == ("unchanged", [("review-rejected", NAME)])
    assert "要綱のとおりです" in saved_again.findings[0].message
    data = written_back(reviewing, mine)
    assert data is not None
    assert read(data)[0].sheet[NAME] == former
    assert found(reviewing.bring_one(data)) == []
    assert waiting(reviewing) == {}
    reviewing.bring_one(typed(data, {NAME: "新しい名前"}))
    assert waiting(reviewing) == {NAME: "新しい名前"}


def test_another_value_typed_over_a_rejected_one_waits_and_is_no_conflict(reviewing: City) -> None:
    blank = reviewing.give_out()
    reviewing.bring_one(typed(blank, {NAME: "一つめ"}))
    reject_changes(reviewing.store, papers.CLEAN, 2018, numbers(reviewing), REJECT)
    receipt = reviewing.bring_one(typed(blank, {NAME: "二つめ"}))
    assert (receipt.conflicts, found(receipt)) == ((), [("review-waits", NAME)])
    assert waiting(reviewing) == {NAME: "二つめ"}


def test_after_the_last_day_every_change_waits_and_one_saved_in_time_does_not(city: City) -> None:
    city.register(papers.CLEAN)
    city.terms = replace(
        city.terms, procedure_rules=ProcedureRules(ReviewRules(last_day=dt.date(2018, 6, 30)))
    )
    blank = city.give_out()
    costs = {"costs.2018-initial.sources.general": 5}
    assert city.bring_one(typed(blank, {PURPOSE: "遅れた目的", **costs})).changes == ()
    assert waiting(city) == {PURPOSE: "遅れた目的", "costs.2018-initial.sources.general": 5}
    in_time = Source(FILE, "2018-07-02T10:00:00+09:00", "職員", saved="2018-06-30T23:00:00+09:00")
    (receipt,) = receive(city.store, city.terms, typed(blank, {PURPOSE: "間に合った目的"}), in_time)
    assert [change.path for change in receipt.changes] == [PURPOSE]
    assert waiting(city) == {}


def test_a_first_registration_and_the_offices_own_json_never_wait(reviewing: City) -> None:
    reviewing.register(papers.KEYS[1])
    document = reviewing.head().with_values({NAME: "企画の名前"})
    receipt = reviewing.bring_one(document.with_revision(None).to_json(), "登録")
    assert [change.path for change in receipt.changes] == [NAME]
    assert proposals(reviewing) == []


def test_two_people_propose_one_value_once_and_either_may_take_it_back(reviewing: City) -> None:
    one, other = reviewing.give_out(), reviewing.give_out()
    former = reviewing.head()[NAME]
    reviewing.bring_one(typed(one, {NAME: "新しい名前"}), "評価シート/a.xlsx")
    reviewing.bring_one(typed(other, {NAME: "新しい名前"}), "評価シート/b.xlsx")
    assert len(proposals(reviewing)) == 1
    reviewing.bring_one(typed(one, {NAME: former}), "評価シート/a.xlsx")
    assert waiting(reviewing) == {NAME: "新しい名前"}
    reviewing.bring_one(typed(other, {NAME: former}), "評価シート/b.xlsx")
    assert waiting(reviewing) == {}


def test_what_the_office_typed_itself_closes_the_proposal(reviewing: City) -> None:
    mine = typed(reviewing.give_out(), {NAME: "新しい名前"})
    reviewing.bring_one(mine)
    document = reviewing.head().with_values({NAME: "新しい名前"}).with_revision(None).to_json()
    reviewing.bring_one(document, "登録")
    assert waiting(reviewing) == {}
    (proposal,) = proposals(reviewing)
    assert proposal.decision is not None
    assert proposal.decision.closing == "accept"
    assert reviewing.bring_one(mine).conflicts == ()


def test_a_button_proposes_and_brings_nothing_over_what_waits(reviewing: City) -> None:
    source = Source(FILE, "2018-07-02T10:00:00+09:00", "職員", state="a" * 32)
    live = typed(reviewing.give_out(), {NAME: "新しい名前"})
    (receipt,) = receive(reviewing.store, reviewing.terms, live, source)
    assert found(receipt) == [("review-waits", NAME)]
    (update,) = catch_up(reviewing.store, reviewing.terms, live, replace(source, state="b" * 32))
    assert (update.writes, update.asks) == ((), ())
    assert waiting(reviewing) == {NAME: "新しい名前"}


def test_a_live_value_that_was_never_saved_is_not_withdrawn_by_the_file_as_it_was(
    reviewing: City,
) -> None:
    blank = reviewing.give_out()
    reviewing.bring_one(blank)
    source = Source(FILE, "2018-07-02T10:00:00+09:00", "職員", state="a" * 32)
    receive(reviewing.store, reviewing.terms, typed(blank, {NAME: "新しい名前"}), source)
    reviewing.bring_one(typed(blank, {PURPOSE: "別の欄"}))
    assert waiting(reviewing) == {NAME: "新しい名前"}


def test_the_checks_of_the_workbook_say_what_waits_and_then_that_it_was_rejected(
    reviewing: City,
) -> None:
    mine = typed(reviewing.give_out(), {NAME: "新しい名前"})
    reviewing.bring_one(mine)
    data = written_back(reviewing, mine)
    assert data is not None
    assert any("企画担当の確認待ち" in text for text in page_texts(data))
    assert written_back(reviewing, data) is None
    reject_changes(reviewing.store, papers.CLEAN, 2018, numbers(reviewing), REJECT)
    returned = written_back(reviewing, data)
    assert returned is not None
    (said,) = (text for text in page_texts(returned) if "登録しませんでした" in text)
    assert "企画 太郎" in said
    assert not any("確認待ち" in text for text in page_texts(returned))
    assert written_back(reviewing, returned) is None


def page_texts(data: bytes) -> list[str]:
    return [str(cell.value) for cell in open_workbook(data).cells(PAGE).values()]


def test_a_kill_between_revision_and_copy_state_leaves_what_waits_in_its_workbook(
    reviewing: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The save makes a revision and a proposal; the program dies before it has written what the copy holds."""
    blank = reviewing.give_out()
    reviewing.bring_one(blank)
    mine = typed(blank, {NAME: "新しい名前", PURPOSE: "新しい目的"})
    with monkeypatch.context() as patched:
        patched.setattr(type(reviewing.store), "save_copy_state", killed)
        with pytest.raises(KeyboardInterrupt):
            reviewing.bring_one(mine)
    assert (reviewing.revisions(), waiting(reviewing)) == (2, {NAME: "新しい名前"})
    data = written_back(reviewing, mine) or mine
    assert read(data)[0].sheet[NAME] == "新しい名前"
    reviewing.bring_one(data)
    assert waiting(reviewing) == {NAME: "新しい名前"}
    assert len(proposals(reviewing)) == 1


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_damaged_act_is_named_by_the_audit(reviewing: City) -> None:
    reviewing.bring_one(typed(reviewing.give_out(), {NAME: "新しい名前"}))
    reviewing.bring_one(typed(reviewing.give_out(), {NAME: "別の名前"}), "評価シート/b.xlsx")
    folder = reviewing.store.folder / "acts" / "2018" / papers.CLEAN
    first = folder / "1.json"
    first.write_bytes(first.read_bytes().replace("新しい".encode(), "ふるい".encode()))
    (damage,) = audit(reviewing.store)
    assert damage.file == f"acts/2018/{papers.CLEAN}/1.json"
    first.unlink()
    (damage,) = audit(reviewing.store)
    assert damage.file == f"acts/2018/{papers.CLEAN}/1.json"
    (folder / "note.txt").write_text("x", encoding="utf-8")
    assert len(audit(reviewing.store)) == 2


TYPED = {
    NAME: st.sampled_from(["一", "二", "三"]),
    SECTION: st.sampled_from(["甲係", "乙係"]),
    PURPOSE: st.sampled_from(["目的一", "目的二"]),
}
SAVES = st.lists(st.fixed_dictionaries({}, optional=TYPED), min_size=1, max_size=4)


@settings(max_examples=exploring.examples(8), suppress_health_check=exploring.ONE_FIXTURE)
@given(saves=SAVES)
def test_accepting_all_gives_the_sheet_that_would_be_there_without_review(
    tmp_path_factory: pytest.TempPathFactory, saves: list[dict[str, str]]
) -> None:
    """One person saves again and again. Until it is accepted nothing that waits is in the head; nothing typed last is lost."""
    plain, looked_at = (cities.city(tmp_path_factory.mktemp("city")) for _ in range(2))
    looked_at.terms = replace(
        looked_at.terms, procedure_rules=ProcedureRules(ReviewRules(reviewed_fields="office"))
    )
    owned = looked_at.terms.owned
    for city in (plain, looked_at):
        city.register(papers.CLEAN)
    issued, data = looked_at.head(), [city.give_out() for city in (plain, looked_at)]
    for save in saves:
        for at, city in enumerate((plain, looked_at)):
            data[at] = typed(data[at], save)
            city.bring_one(data[at])
        head = looked_at.head()
        assert all(head[path] == issued[path] for path in owned)
        assert dict(head) | waiting(looked_at) == dict(plain.head())
    if waiting(looked_at):
        accept_changes(looked_at.store, papers.CLEAN, 2018, numbers(looked_at), ACCEPT)
    assert looked_at.head().same_content(plain.head())
    assert waiting(looked_at) == {}
    assert audit(looked_at.store) == []
    assert looked_at.bring_one(data[1]).outcome == "unchanged"


ACTS = st.one_of(
    st.tuples(st.sampled_from([0, 1]), st.fixed_dictionaries({}, optional=TYPED)),
    st.tuples(st.sampled_from(["accept", "reject", "write back"]), st.integers(0, 3)),
)


@settings(max_examples=exploring.examples(8), suppress_health_check=exploring.ONE_FIXTURE)
@given(acts=st.lists(ACTS, min_size=2, max_size=5))
def test_whatever_two_people_save_and_the_office_decides_nothing_typed_is_lost(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[Any, Any]]
) -> None:
    """Each value saved is in a revision, in a proposal, or in the conflict of the copy that brought it."""
    city = cities.city(tmp_path_factory.mktemp("city"))
    city.terms = replace(
        city.terms, procedure_rules=ProcedureRules(ReviewRules(reviewed_fields="office"))
    )
    city.register(papers.CLEAN)
    files = ["評価シート/a.xlsx", "評価シート/b.xlsx"]
    data = [city.give_out() for _ in files]
    saved: set[tuple[str, str]] = set()
    for act, detail in acts:
        if act in {0, 1}:
            data[act] = typed(data[act], detail)
            saved |= set(detail.items())
            city.bring_one(data[act], files[act])
        elif act == "write back":
            at = detail % 2
            data[at] = written_back(city, data[at], files[at]) or data[at]
        elif waits := numbers(city):
            decide = accept_changes if act == "accept" else reject_changes
            decision = ACCEPT if act == "accept" else REJECT
            chosen = {waits[detail % len(waits)]}
            decide(city.store, papers.CLEAN, 2018, chosen, decision)
        assert saved <= kept_values(city)
    assert audit(city.store) == []


def kept_values(city: City) -> set[tuple[str, Any]]:
    """Every value of the fields in TYPED that the store knows of."""
    revisions = city.store.revisions(papers.CLEAN, 2018)
    values = [(path, revision.sheet[path]) for revision in revisions for path in TYPED]
    values += [(proposal.path, proposal.after) for proposal in proposals(city)]
    for revision in revisions:
        conflicts = (*revision.draft.conflicts, *revision.draft.changes)
        values += [(one["path"], one.get("theirs")) for one in conflicts]
    return set(values)

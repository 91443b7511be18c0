"""Office-owned fields: where both changed one, the store wins, and the workbook's value is said, once in the history."""

from __future__ import annotations

from dataclasses import replace

from tests import papers
from tests.cities import City, codes, typed
from xlsync.canonical_json import canonical
from xlsync.exchange import Source, bring_up_to_date, note_written, open_conflicts
from xlsync.workbook.reading.form_reader import read

SECTION, NAME, PURPOSE = "organization.section", "budget.name", "purpose"
FILE = "評価シート/a.xlsx"


def corrected(city: City, path: str, value: str) -> None:
    """The office writes a value into the store."""
    head = city.head()
    document = head.to_document()
    papers.put(document, path, value)
    city.brought += 1
    assert city.bring_one(canonical(document), f"登録/{city.brought}.json").outcome == "accepted"


def quarrel(city: City) -> tuple[bytes, bytes]:
    """A workbook as given out, and with a section typed into it that the office has corrected meanwhile."""
    city.register(papers.CLEAN)
    data = city.give_out()
    corrected(city, SECTION, "企画の係")
    return data, typed(data, {SECTION: "職員の係"})


def test_the_store_wins_and_both_values_are_said(city: City) -> None:
    _, mine = quarrel(city)
    receipt = city.bring_one(mine)
    assert (receipt.outcome, receipt.conflicts, receipt.revision) == ("unchanged", (), 3)
    assert city.head()[SECTION] == "企画の係"
    (found,) = (one for one in receipt.findings if one.code == "office-owned")
    assert (found.path, found.severity) == (SECTION, "warning")
    assert "職員の係" in found.message
    assert "企画の係" in found.message
    assert found.cell == read(mine)[0].cells[SECTION]
    kept = city.store.revisions(papers.CLEAN, papers.EDITION)[-1].draft.findings
    assert ("office-owned", SECTION) in [(one["code"], one["path"]) for one in kept]


def test_it_stays_said_and_is_written_down_once(city: City) -> None:
    _, mine = quarrel(city)
    city.bring_one(mine)
    for _ in range(3):
        receipt = city.bring_one(mine)
        assert ("office-owned", SECTION) in codes(receipt)
    assert city.revisions() == 3
    other = typed(mine, {SECTION: "職員の新しい係"})
    assert ("office-owned", SECTION) in codes(city.bring_one(other))
    assert city.revisions() == 4, "another value is another thing to write down"


def test_it_ends_when_the_workbook_says_the_same(city: City) -> None:
    _, mine = quarrel(city)
    city.bring_one(mine)
    receipt = city.bring_one(typed(mine, {SECTION: "企画の係"}))
    assert ("office-owned", SECTION) not in codes(receipt)
    assert city.revisions() == 3


def test_a_decided_value_does_not_come_back_when_the_office_changes_its_mind(city: City) -> None:
    _, mine = quarrel(city)
    city.bring_one(mine)
    was = papers.sheet()[SECTION]
    assert isinstance(was, str)
    corrected(city, SECTION, was)
    receipt = city.bring_one(mine)
    assert city.head()[SECTION] == was
    assert ("office-owned", SECTION) in codes(receipt)


def test_other_fields_of_the_same_save_are_taken(city: City) -> None:
    _, mine = quarrel(city)
    receipt = city.bring_one(typed(mine, {PURPOSE: "新しい目的"}))
    assert (receipt.outcome, city.head()[PURPOSE]) == ("accepted", "新しい目的")
    assert city.head()[SECTION] == "企画の係"


def test_one_side_alone_may_change_it(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    assert city.bring_one(typed(data, {SECTION: "職員の係"})).outcome == "accepted"
    assert city.head()[SECTION] == "職員の係"


def test_a_workbook_that_is_merely_older_is_no_finding(city: City) -> None:
    data, _ = quarrel(city)
    assert ("office-owned", SECTION) not in codes(city.bring_one(data))


def test_the_setting_names_the_parts_or_switches_it_off(city: City) -> None:
    _, mine = quarrel(city)
    city.terms = replace(city.terms, office_parts=())
    assert city.bring_one(mine).outcome == "conflict"
    city.terms = replace(city.terms, office_parts=("budget",))
    assert city.bring_one(mine).outcome == "conflict"
    city.terms = replace(city.terms, office_parts=("organization",))
    receipt = city.bring_one(mine)
    assert (receipt.outcome, receipt.conflicts) == ("unchanged", ())
    assert ("office-owned", SECTION) in codes(receipt)


def test_two_offices_still_have_to_agree(city: City) -> None:
    """A canonical JSON sheet is the office's own word, not a workbook's."""
    city.register(papers.CLEAN)
    document = city.head().to_document()
    corrected(city, NAME, "新しい事業名")
    papers.put(document, NAME, "別の事業名")
    assert city.bring_one(canonical(document), "登録/別.json").outcome == "conflict"


def test_the_list_of_open_conflicts_leaves_out_what_the_office_decides(city: City) -> None:
    """Also where the conflict was open before the city said that the field is the office's."""
    _, mine = quarrel(city)
    mine = typed(mine, {PURPOSE: "職員の目的"})
    corrected(city, PURPOSE, "企画の目的")
    owned, city.terms = city.terms, replace(city.terms, office_parts=())
    assert city.bring_one(mine).outcome == "conflict"
    assert open_paths(city) == {SECTION, PURPOSE}
    city.terms = owned
    assert open_paths(city) == {PURPOSE}
    receipt = city.bring_one(mine)
    assert {conflict.path for conflict in receipt.conflicts} == {PURPOSE}, "as receiving it again"
    assert open_paths(city) == {PURPOSE}


def test_the_list_of_open_conflicts_names_two_offices_that_disagree(city: City) -> None:
    city.register(papers.CLEAN)
    document = city.head().to_document()
    corrected(city, NAME, "新しい事業名")
    papers.put(document, NAME, "別の事業名")
    city.bring_one(canonical(document), "登録/別.json")
    assert open_paths(city) == {NAME}


def open_paths(city: City) -> set[str]:
    return {conflict["path"] for conflict in open_conflicts(city.store, city.terms, papers.CLEAN)}


def test_write_back_puts_the_offices_value_into_the_workbook(city: City) -> None:
    _, mine = quarrel(city)
    city.bring_one(mine)
    source = Source(FILE, "2018-07-03T09:00:00+09:00", "企画")
    made = bring_up_to_date(city.store, city.terms, mine, source)
    assert made is not None
    note_written(city.store, made, source)
    assert read(made.data)[0].sheet[SECTION] == "企画の係"
    receipt = city.bring_one(made.data)
    assert (receipt.outcome, codes(receipt)) == ("unchanged", [])

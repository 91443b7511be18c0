"""A save that takes back what was changed (an older backup, a window left open) is told to both, wherever findings are."""

from __future__ import annotations

from tests import papers
from tests.cities import City, typed
from xlsync.canonical_json import canonical
from xlsync.exchange import Receipt, Source, bring_up_to_date
from xlsync.exchange.check_context import findings_from_store
from xlsync.exchange.resolution import revert
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.finding import Finding
from xlsync.ooxml.read.reader import open_workbook

PURPOSE, OUTLINE = "purpose", "outline"


def returned(receipt: Receipt) -> dict[str, Finding]:
    return {found.path: found for found in receipt.findings if found.code == "returned"}


def on_the_board(city: City) -> list[str]:
    (status,) = sheet_statuses(city.store, city.terms)
    return [found.path for found in status.findings if found.code == "returned"]


def test_a_save_from_a_stale_window_over_a_colleagues_is_told_to_both(city: City) -> None:
    """甲 and 乙 have the same file open: 乙 saves, then 甲, whose window never saw it."""
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {OUTLINE: "乙の概要"}), who="乙")
    receipt = city.bring_one(typed(data, {PURPOSE: "甲の目的"}), who="甲")
    (finding,) = returned(receipt).values()
    assert (finding.path, finding.severity) == (OUTLINE, "warning")
    assert "2018/07/02 09:02 乙、内容 乙の概要" in finding.message
    assert on_the_board(city) == [OUTLINE]
    assert "乙の概要" in {
        change["from"]
        for change in city.store.revision(papers.CLEAN, papers.EDITION, 3).draft.changes
    }


def test_the_colleagues_own_copy_says_it_too(city: City) -> None:
    city.register(papers.CLEAN)
    data, other = city.give_out(), city.give_out()
    city.bring_one(typed(data, {OUTLINE: "乙の概要"}), "a.xlsx", "乙")
    city.bring_one(typed(data, {PURPOSE: "甲の目的"}), "a.xlsx", "甲")
    city.bring_one(other, "b.xlsx", "丙")
    source = Source("b.xlsx", "2018-07-03T09:00:00+09:00", "企画")
    update = bring_up_to_date(city.store, city.terms, other, source)
    assert update is not None
    workbook = open_workbook(update.data)
    texts = [
        str(cell.value) for title in workbook.worksheets for cell in workbook.cells(title).values()
    ]
    assert [text for text in texts if "より前の内容" in text]


def test_an_older_backup_put_back_is_a_warning_and_one_value_typed_back_a_note(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    backup = typed(data, {PURPOSE: "一稿", OUTLINE: "一稿"})
    city.bring_one(backup)
    city.bring_one(typed(data, {PURPOSE: "二稿", OUTLINE: "二稿"}))
    receipt = city.bring_one(backup)
    assert {path: found.severity for path, found in returned(receipt).items()} == {
        PURPOSE: "warning",
        OUTLINE: "warning",
    }
    city.bring_one(typed(backup, {PURPOSE: "三稿"}))
    assert on_the_board(city) == []
    one = city.bring_one(backup)
    assert {path: found.severity for path, found in returned(one).items()} == {PURPOSE: "note"}


def test_a_backup_from_before_several_saves_is_told_with_the_last_change(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    for text in ("一稿", "二稿", "三稿"):
        city.bring_one(typed(data, {PURPOSE: text}), who="乙")
    receipt = city.bring_one(typed(data, {PURPOSE: "一稿"}), who="甲")
    assert "09:04 乙、内容 三稿" in returned(receipt)[PURPOSE].message


def test_new_values_and_the_offices_own_acts_are_no_such_finding(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "一稿"}), who="甲")
    receipt = city.bring_one(typed(data, {PURPOSE: "二稿"}), who="乙")
    assert returned(receipt) == {}
    source = Source("", "2018-07-03T09:00:00+09:00", "企画")
    revert(city.store, papers.CLEAN, papers.EDITION, 2, source)
    assert city.head()[PURPOSE] == "一稿"
    assert on_the_board(city) == []
    document = city.head().to_document()
    papers.put(document, PURPOSE, "二稿")
    assert returned(city.bring_one(canonical(document), "登録.json", "企画")) == {}
    assert not [
        found
        for found in findings_from_store(city.store, city.terms, city.head())
        if found.code == "returned"
    ]

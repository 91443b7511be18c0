"""What the sentence of a conflict says of the other side: who registered it and when, and never somebody else at a guess."""

from __future__ import annotations

from tests import papers
from tests.cities import City, typed
from xlsync.canonical_json import canonical
from xlsync.exchange import Receipt, Source, bring_up_to_date
from xlsync.exchange.receive import receive
from xlsync.exchange.sheet_status import sheet_statuses

PURPOSE = "purpose"


def sentence(receipt: Receipt) -> str:
    (message,) = (found.message for found in receipt.findings if found.code == "conflict")
    return message


def test_one_who_renamed_her_file_and_typed_a_former_value_reads_that_she_registered_the_other(
    city: City,
) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "一稿"}), "a.xlsx", "甲")
    city.bring_one(typed(data, {PURPOSE: "二稿"}), "a.xlsx", "甲")
    moved = Source("b.xlsx", "2018-07-03T09:00:00+09:00", "甲", vanished=lambda _path: True)
    (receipt,) = receive(city.store, city.terms, typed(data, {PURPOSE: "一稿"}), moved)
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "二稿")
    assert "ほかの人" not in sentence(receipt)
    assert "（このファイル 一稿、登録済み 二稿、登録 2018/07/02 09:03 甲）" in sentence(receipt)


def test_the_sentence_names_who_registered_the_other_value_everywhere(city: City) -> None:
    city.register(papers.CLEAN)
    first, second = city.give_out(), city.give_out()
    city.bring_one(typed(first, {PURPOSE: "甲の目的"}), "甲.xlsx", "甲")
    mine = typed(second, {PURPOSE: "乙の目的"})
    registered = "登録済み 甲の目的、登録 2018/07/02 09:02 甲）"
    assert registered in sentence(city.bring_one(mine, "乙.xlsx", "乙"))
    (status,) = sheet_statuses(city.store, city.terms)
    assert [registered in found.message for found in status.conflict_findings] == [True]
    source = Source("乙.xlsx", "2018-07-03T09:00:00+09:00", "企画")
    update = bring_up_to_date(city.store, city.terms, mine, source)
    assert update is not None


def test_the_office_that_registered_it_is_named_too(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    document = city.head().to_document()
    papers.put(document, PURPOSE, "企画の目的")
    city.bring_one(canonical(document), "登録.json", "企画")
    receipt = city.bring_one(typed(data, {PURPOSE: "職員の目的"}))
    assert "登録済み 企画の目的、登録 2018/07/02 09:02 企画）" in sentence(receipt)

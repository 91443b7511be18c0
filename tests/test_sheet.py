"""A sheet and its canonical JSON: equal sheets are equal bytes, and nothing odd passes for a sheet."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given

from tests import papers
from tests.strategies import sheets
from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError
from xlsync.form.library import load_form
from xlsync.kinds import DASH
from xlsync.sheet import Sheet, key_of, peek, sheet_of


@pytest.mark.parametrize("key", papers.KEYS)
def test_an_official_sheet_comes_back_byte_for_byte(key: str) -> None:
    assert papers.sheet(key).to_json() == papers.official_bytes()[key]


@given(sheet=sheets(papers.edition()))
def test_any_sheet_comes_back(sheet: Sheet) -> None:
    again = sheet_of(sheet.edition, parse_json(sheet.to_json()))
    assert again.same_content(sheet)
    assert again.to_json() == sheet.to_json()


@given(sheet=sheets(papers.edition(2020)))
def test_any_sheet_of_another_edition_comes_back(sheet: Sheet) -> None:
    assert sheet_of(sheet.edition, parse_json(sheet.to_json())).same_content(sheet)


def test_keys_stand_in_form_order_whatever_the_order_given() -> None:
    def turned(document: Any) -> Any:
        if isinstance(document, dict):
            return {step: turned(document[step]) for step in reversed(document)}
        return [turned(inner) for inner in document] if isinstance(document, list) else document

    document = turned(papers.official_document())
    assert next(iter(document)) == "next_year"
    assert sheet_of(papers.edition(), document).to_json() == papers.official_bytes()[papers.CLEAN]
    values = dict(reversed(list(papers.sheet().items())))
    assert Sheet(papers.edition(), papers.CLEAN, values).to_json() == papers.sheet().to_json()


def test_the_revision_follows_the_key_and_unreadable_ends_the_document() -> None:
    path = "costs.2017-settled.sources.general"
    made = papers.with_values(papers.CLEAN, {path: None})
    sheet = Sheet(made.edition, made.key, made, 7, {path: "未定"})
    document = json.loads(sheet.to_json())
    assert list(document)[:4] == ["form", "edition", "key", "revision"]
    assert list(document)[-1] == "unreadable"
    assert document["unreadable"] == {path: "未定"}
    assert sheet.to_json().endswith(b"\n}\n")
    assert b'\n  "unreadable": {\n    "costs' in sheet.to_json()


def test_one_value_of_two_spellings_is_the_same_bytes() -> None:
    path = "costs.2017-settled.regular_staff_fte"
    for one, other in ((0.0, -0.0), (2.5, 2.50), (3, 3.0)):
        sheets_of_both = [
            papers.with_values(papers.CLEAN, {path: number}) for number in (one, other)
        ]
        assert sheets_of_both[0].same_content(sheets_of_both[1])
        assert sheets_of_both[0].to_json() == sheets_of_both[1].to_json()


@pytest.mark.parametrize("path", [row["path"] for row in papers.field_table()])
def test_a_missing_item_is_named(path: str) -> None:
    document: Any = papers.official_document()
    here: Any = document
    *above, last = path.split(".")
    for step in above:
        here = here[int(step)] if isinstance(here, list) else here[step]
    del here[len(here) - 1 if isinstance(here, list) else last]
    with pytest.raises(SheetError) as told:
        sheet_of(papers.edition(), document)
    assert told.value.where.rpartition(".")[0] == path.rpartition(".")[0]
    assert "項目がありません" in told.value.reason


UNKNOWN: tuple[Any, ...] = (None, 5, "あ", {"deep": 1}, {}, [])


@pytest.mark.parametrize(
    ("holder", "value"),
    [
        (holder, value)
        for holder in (
            "",
            "costs",
            "costs.2017-settled",
            "costs.2019-initial",
            "comprehensive_strategy.0",
        )
        for value in UNKNOWN
    ],
)
def test_an_unknown_item_is_named(holder: str, value: Any) -> None:
    document: Any = papers.official_document()
    here = document
    for step in filter(None, holder.split(".")):
        here = here[int(step)] if isinstance(here, list) else here[step]
    here["personell_cost"] = value
    with pytest.raises(SheetError, match="様式にない項目です") as told:
        sheet_of(papers.edition(), document)
    assert "personell_cost" in told.value.reason


def test_a_line_too_many_is_named() -> None:
    document = papers.official_document()
    document["strategic_plan"]["codes"].append("-")
    with pytest.raises(SheetError, match=r"strategic_plan\.codes\.3"):
        sheet_of(papers.edition(), document)


@pytest.mark.parametrize(
    "changed",
    [
        {"form": "other"}, {"edition": 2017}, {"edition": "2018"}, {"edition": None}, {"key": None}, {"key": 5},
        {"key": "01-02-01-08-14-02"}, {"revision": 0}, {"revision": True}, {"revision": "1"}, {"revision": 1.0},
        {"unreadable": []}, {"unreadable": {"nowhere": "x"}}, {"unreadable": {"purpose": "x"}},
        {"unreadable": {"next_year.reason": 5}}, {"costs": []}, {"costs": None}, {"comprehensive_strategy": {"0": {}}},
        {"purpose": 5}, {"budget": "01"}, {"strategic_plan": {"codes": {"0": "-", "1": "-", "2": "-"}, "name": "-"}},
    ],
)  # fmt: skip
def test_what_is_no_sheet_of_the_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SheetError) as told:
        sheet_of(papers.edition(), {**papers.official_document(), **changed})
    assert told.value.reason


@pytest.mark.parametrize("document", [None, 5, "x", [], [papers.official_document()], {}])
def test_another_document_is_no_sheet(document: Any) -> None:
    with pytest.raises(SheetError):
        sheet_of(papers.edition(), document)
    with pytest.raises(SheetError):
        peek(document)


def test_a_wrong_value_is_named_by_its_path() -> None:
    document = papers.official_document()
    document["costs"]["2017-settled"]["sources"]["general"] = "たくさん"
    with pytest.raises(SheetError) as told:
        sheet_of(papers.edition(), document)
    assert told.value.where == "costs.2017-settled.sources.general"
    assert "整数" in told.value.reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(SheetError, match="JSONとして読めません"):
        parse_json(data)


@pytest.mark.parametrize("depth", [300, 450, 600, 900])
def test_a_document_nested_absurdly_deep_is_refused(depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    data = papers.official_bytes()[papers.CLEAN].replace(
        b'"form"', b'"more": ' + nested + b', "form"', 1
    )
    with pytest.raises(SheetError):
        sheet_of(papers.edition(), parse_json(data))


def test_an_item_given_twice_is_refused() -> None:
    """The second would hide the first, and nobody would know."""
    data = papers.official_bytes()[papers.CLEAN].replace(
        b'"purpose":', b'"purpose": "one", "purpose":', 1
    )
    with pytest.raises(SheetError, match="purpose"):
        parse_json(data)


def test_a_number_beyond_doubles_is_refused_in_japanese() -> None:
    data = papers.official_bytes()[papers.CLEAN].replace(
        b'"regular_staff_fte": 2.0', b'"regular_staff_fte": 1e400', 1
    )
    with pytest.raises(SheetError) as told:
        sheet_of(papers.edition(), parse_json(data))
    assert told.value.where == "costs.2016-settled.regular_staff_fte"
    money = papers.official_bytes()[papers.CLEAN].replace(
        b'"general": 14207', b'"general": 1e400', 1
    )
    with pytest.raises(SheetError, match="整数"):
        sheet_of(papers.edition(), parse_json(money))


def test_a_byte_order_mark_does_no_harm() -> None:
    data = b"\xef\xbb\xbf" + papers.official_bytes()[papers.CLEAN]
    assert (
        sheet_of(papers.edition(), parse_json(data)).to_json()
        == papers.official_bytes()[papers.CLEAN]
    )


def test_canonical_json_refuses_what_json_has_not() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": float("nan")})


def test_a_sheet_with_an_unknown_field_cannot_be_made() -> None:
    with pytest.raises(SheetError, match="様式にない項目です"):
        Sheet(papers.edition(), "x", {"nowhere": 1})


def test_a_key_needs_all_its_codes() -> None:
    values = dict(papers.sheet())
    assert key_of(papers.edition(), values) == papers.CLEAN
    for missing in (None, DASH):
        for path in papers.edition().definition.identity.key:
            assert key_of(papers.edition(), {**values, path: missing}) is None


def test_a_sheet_says_whose_it_is() -> None:
    sheet = papers.sheet()
    assert (sheet.department, sheet.division, sheet.section) == (
        "政策イノベーション部",
        "情報政策課",
        "企画推進係",
    )
    assert (sheet.title, sheet.program) == ("情報化推進事業", "01-02-01-08-14")
    blank = Sheet(papers.edition(), "", {})
    assert (blank.department, blank.title) == ("", "")


def test_a_sheet_is_a_mapping_from_path_to_value() -> None:
    sheet = papers.sheet()
    assert list(sheet) == list(sheet.edition.by_path)
    assert len(sheet) == len(sheet.edition.fields)
    assert sheet.get("nowhere") is None
    assert "purpose" in sheet
    assert dict(sheet)["project.number"] == "01"
    with pytest.raises(KeyError):
        sheet["nowhere"]
    with pytest.raises(AttributeError):
        sheet.key = "x"


def test_equal_content_under_another_revision_is_another_sheet() -> None:
    sheet = papers.sheet()
    assert sheet == papers.sheet()
    assert sheet != sheet.with_revision(3)
    assert sheet.same_content(sheet.with_revision(3))
    assert sheet != dict(sheet)


def test_a_new_value_takes_the_place_of_a_text_that_could_not_be_read() -> None:
    path = "costs.2017-settled.sources.general"
    unread = papers.sheet().with_values({"purpose": None}, unreadable={path: "未定"})
    assert (unread[path], unread["purpose"], unread.unreadable) == (None, None, {path: "未定"})
    read = unread.with_values({path: 7})
    assert (read[path], read["purpose"], read.unreadable) == (7, None, {})
    with pytest.raises(SheetError, match="nowhere"):
        unread.with_values({"nowhere": 1})


def test_the_json_of_a_shipped_form_needs_no_form_beside_it() -> None:
    data = papers.official_bytes()[papers.CLEAN]
    assert Sheet.from_json(data) == papers.sheet()
    assert Sheet.from_json(data.decode()).to_json() == data
    assert Sheet.from_json(data, load_form()) == papers.sheet()
    with pytest.raises(SheetError, match="同梱"):
        Sheet.from_json(data.replace(b"jimu-jigyo-hyoka", b"another-form"))


def test_a_sheet_shows_whose_it_is_and_not_its_texts() -> None:
    path = "costs.2017-settled.sources.general"
    sheet = papers.sheet().with_values(unreadable={path: "未定"}).with_revision(3)
    assert repr(sheet).startswith("<Sheet jimu-jigyo-hyoka 2018 01-02-01-08-14-01 revision 3: ")
    assert repr(sheet).endswith(" of 128 fields filled, 1 unreadable>")


def test_a_sheet_survives_being_sent_to_another_process() -> None:
    sheet = papers.sheet().with_revision(2)
    assert pickle.loads(pickle.dumps(sheet)) == sheet  # noqa: S301  # our own bytes

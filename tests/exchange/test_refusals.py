"""What may not enter: each refused with one sentence, and nothing of it in the store."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest

from tests import papers
from tests.cities import WORKSHEET, City, saved, typed
from xlsync.exchange import Receipt, Source, inspect, template_of
from xlsync.sheet import Sheet
from xlsync.store import audit
from xlsync.workbook.stamp import STAMP_NAME, STAMP_PROPERTY, Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


def refused(city: City, data: bytes, file: str = "x.xlsx") -> str:
    """The reason of the one receipt, after seeing that the store did not change."""
    before = sorted(str(path) for path in city.store.folder.rglob("*") if path.name != ".lock")
    receipt = city.bring_one(data, file)
    assert (receipt.outcome, receipt.revision, receipt.file) == ("refused", None, file)
    after = sorted(str(path) for path in city.store.folder.rglob("*") if path.name != ".lock")
    assert after == before
    assert receipt.reason
    assert "\n" not in receipt.reason
    assert receipt.needs_attention
    return receipt.reason


def plain_book() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["部等名", "課等名"])  # type: ignore[union-attr]
    return saved(book)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", ""), (b"hello", ""), (b"\x89PNG\r\n\x1a\n" + bytes(100), ""), (OLE, ""), (b"PK\x03\x04" + bytes(50), ""),
        (b"[]", ""), (b"{}", "form"), (b'{"form": ', "JSON"), (b"\xef\xbb\xbf{}", "form"), (plain_book(), "様式"),
    ],
    ids=["empty", "text", "picture", "xls", "stub", "list", "object", "cut", "bom", "foreign"],
)  # fmt: skip
def test_what_is_none_of_ours_is_refused(city: City, data: bytes, word: str) -> None:
    city.register()
    assert word in refused(city, data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused(city: City, share: float) -> None:
    city.register()
    data = city.give_out()
    refused(city, data[: int(len(data) * share)])


def test_the_blank_template_is_refused_because_it_does_not_say_whose_it_is(city: City) -> None:
    assert "どの事業のシートか" in refused(city, template_of(city.terms).data)


@pytest.mark.parametrize("year", [2017, 2019, 2020])
def test_another_editions_workbook_is_refused(city: City, year: int) -> None:
    edition = papers.edition(year)
    codes = dict(zip(edition.definition.identity.key, papers.CLEAN.split("-"), strict=True))
    stamp = Stamp(edition.form, year, papers.CLEAN, 1, "ab")
    data = fill(build_template(city.terms.form, year), Sheet(edition, papers.CLEAN, codes), stamp)
    assert "H30年度版" in refused(city, data)
    assert "H30年度版" in refused(city, Sheet(edition, papers.CLEAN, codes).to_json())


def test_a_page_that_contradicts_its_stamp_is_refused(city: City) -> None:
    city.register()
    reason = refused(
        city, typed(city.give_out(), {"project.number": "02", "project.name": "別の事業"})
    )
    assert papers.CLEAN in reason
    assert "01-02-01-08-14-02" in reason


def test_a_stamp_that_contradicts_the_document_is_refused(city: City) -> None:
    from xlsync.ooxml.patch.properties import set_custom_property

    city.register()
    other = Stamp("jimu-jigyo-hyoka", 2018, papers.KEYS[1], 1, "ab").text()
    reason = refused(city, set_custom_property(city.give_out(), STAMP_PROPERTY, other))
    assert papers.KEYS[1] in reason


def test_a_workbook_whose_codes_were_cleared_is_refused(city: City) -> None:
    city.register()
    assert "番号" in refused(city, typed(city.give_out(), {"project.number": None}))


def test_a_workbook_that_lost_its_name_is_known_by_its_property(city: City) -> None:
    city.register()
    book = openpyxl.load_workbook(io.BytesIO(city.give_out()))
    del book[WORKSHEET].defined_names[STAMP_NAME]
    receipt = city.bring_one(saved(book))
    assert (receipt.outcome, receipt.key) == ("unchanged", papers.CLEAN)


def test_a_worksheet_copied_into_another_workbook_is_known_by_its_name(city: City) -> None:
    city.register()
    book = openpyxl.load_workbook(io.BytesIO(city.give_out()))
    del book.custom_doc_props[STAMP_PROPERTY]  # type: ignore[attr-defined]  # the stubs lag
    receipt = city.bring_one(saved(book))
    assert (receipt.outcome, receipt.key) == ("unchanged", papers.CLEAN)


def two_worksheets(one: bytes, other: bytes) -> bytes:
    """The first worksheet of `other` copied behind that of `one`, with its names, as Excel does it."""
    book = openpyxl.load_workbook(io.BytesIO(one))
    source = openpyxl.load_workbook(io.BytesIO(other))[WORKSHEET]
    copied = book.create_sheet(f"{WORKSHEET} (2)")
    for row in source.iter_rows():
        for cell in row:
            if cell.value is not None:
                copied[cell.coordinate].value = cell.value
    for name, defined in source.defined_names.items():
        text = str(defined.attr_text).replace(f"'{WORKSHEET}'!", f"'{WORKSHEET} (2)'!")
        copied.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(
            name, attr_text=text
        )
    return saved(book)


def test_two_sheets_in_one_workbook_are_received_each(city: City) -> None:
    city.register()
    other = typed(city.give_out(papers.KEYS[1]), {"purpose": "二枚目の目的"})
    receipts = city.bring(two_worksheets(city.give_out(), other))
    assert [(r.worksheet, r.key, r.outcome) for r in receipts] == [
        (WORKSHEET, papers.KEYS[0], "unchanged"),
        (f"{WORKSHEET} (2)", papers.KEYS[1], "accepted"),
    ]
    assert city.head(papers.KEYS[1])["purpose"] == "二枚目の目的"


def test_two_different_worksheets_of_one_sheet_are_both_refused(city: City) -> None:
    city.register()
    one = city.give_out()
    one, other = (typed(one, {"purpose": text}) for text in ("こちら", "どちら"))
    receipts = city.bring(two_worksheets(one, other))
    assert [r.outcome for r in receipts] == ["refused", "refused"]
    assert all(f"「{WORKSHEET}」、「{WORKSHEET} (2)」" in r.reason for r in receipts)
    assert city.revisions() == 1


def test_a_twin_does_not_bar_the_others(city: City) -> None:
    city.register()
    receipts = city.bring(two_worksheets(city.give_out(), template_of(city.terms).data))
    assert [r.outcome for r in receipts] == ["unchanged", "refused"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"edition": 2018', '"edition": 3000'),
        ('"edition": 2018', '"edition": "2018"'),
        ('"general": 14207', '"general": "x"'),
        ('"form": "jimu-jigyo-hyoka"', '"form": "other"'),
        ('"number": "01"', '"number": "02"'),
        ('"number": "01"', '"number": null'),
        ('"purpose"', '"porpose"'), ('"general": 14207', '"general": 1e999'),
    ],
)  # fmt: skip
def test_a_json_sheet_with_a_fault_is_refused(city: City, old: str, new: str) -> None:
    text = papers.official_bytes()[papers.CLEAN].decode()
    assert old in text
    refused(city, text.replace(old, new, 1).encode(), "x.json")


@pytest.mark.parametrize("depth", [450, 900])
def test_a_json_sheet_nested_absurdly_deep_is_refused(city: City, depth: int) -> None:
    nested = b'"more": ' + b"[" * depth + b"]" * depth + b', "form"'
    refused(city, papers.official_bytes()[papers.CLEAN].replace(b'"form"', nested, 1), "x.json")


def test_json_sheets_fill_a_store_byte_for_byte(city: City) -> None:
    city.register()
    for key in papers.KEYS:
        document = json.loads(city.store.head_file(key, papers.EDITION).read_bytes())
        assert list(document)[3] == "revision"
        assert document.pop("revision") == 1
        assert document == papers.official_document(key)
    assert audit(city.store) == []


def test_a_json_sheet_of_another_store_keeps_no_foreign_revision_number(city: City) -> None:
    foreign = papers.sheet().with_revision(17).to_json()
    assert city.bring_one(foreign, "x.json").revision == 1
    assert city.head().revision == 1


def test_inspecting_changes_nothing(city: City) -> None:
    city.register()
    before = {path: path.read_bytes() for path in city.store.folder.rglob("*") if path.is_file()}
    data = typed(city.give_out(), {"costs.2017-settled.sources.general": 1, "purpose": None})
    found: list[Receipt] = inspect(
        city.terms, data, Source("x.xlsx", "2018-07-02T09:00:00+09:00", "職員"), city.store
    )
    assert [f.path for f in found[0].findings if f.code == "required"] == ["purpose"]
    assert {
        path: path.read_bytes() for path in city.store.folder.rglob("*") if path.is_file()
    } == before


def test_a_workbook_with_a_surprise_in_its_xml_is_refused(city: City) -> None:
    city.register()
    source, out = zipfile.ZipFile(io.BytesIO(city.give_out())), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(
                name, b"<broken" if name.startswith("xl/worksheets/") else source.read(name)
            )
    refused(city, out.getvalue())


@pytest.mark.parametrize(
    "text", ["\ud800", "a\udfffb", "\x00", "\x0b\x1f", "\ufffe\uffff", "_x000D_", "]]>", "👪" * 20]
)
def test_odd_signs_in_a_json_sheet_do_not_stop_giving_out(city: City, text: str) -> None:
    """A lone half of a surrogate pair is legal in JSON's escapes; no XML can hold it."""
    data = json.dumps({**papers.official_document(), "purpose": text + "。"}).encode()
    receipt = city.bring_one(data, "x.json")
    if receipt.outcome == "refused":
        return
    again = city.bring_one(city.give_out(), "y.xlsx")
    assert (again.outcome, again.changes) == ("unchanged", ())

"""What nobody sees is no content, marks are no digits, and what is accepted at one door is accepted at every door."""

from __future__ import annotations

import json
import time
import unicodedata
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import papers
from tests.kinds.test_laws import EACH
from xlsync.canonical_json import parse_json
from xlsync.form.library import load_form
from xlsync.kinds import Amount, Choice, Code, Kind, Measure, Money, Parsed, Quantity, Text
from xlsync.kinds.characters import cleaned, mark_inside, same_look
from xlsync.sheet import sheet_of
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=30) | st.text(
    st.sampled_from(
        "あガか\u3099e\u0301👨👩\u200d\u200b\ufeff\u202e\xa0 　\x00\x0b\r\n\ud83d\ude00\ufffe①²❤\ufe0f"
        "\U000e0100葛\u20e3\U000e0041"
    ),
    max_size=12,
)


@given(ANYTHING)
@example("\u200d\u200d")
@example("👨\u200d\u200d👩")
@example("か\u200d\u3099")
@example("か\ufe0f\u3099")
@example("👨\ufe0f\u200d\ufe0f👩")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@given(ANYTHING)
def test_every_writer_can_write_a_clean_text(text: str) -> None:
    clean = cleaned(text)
    clean.encode("utf-8")
    controls = {one for one in clean if unicodedata.category(one) in {"Cs", "Cc"}}
    assert all(one in "\t\n" or one > "\x7f" for one in controls)
    assert "\ufffe" not in clean
    assert "\uffff" not in clean


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("一つめ\x0b二つめ", "一つめ\n二つめ"),
        ("か\u3099く\u3099", "がぐ"),
        ("\ufeff評価\u200b", "評価"),
        ("a\xa0b", "a b"),
        ("\u202e右から", "右から"),
        ("\ud83d\ude00", "😀"),
        ("half\ud800", "half�"),
        ("nul\x00", "nul�"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\ufa19", "\ufa19"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("有\ufe0e無\ufe0f", "有無"),
        ("❤\ufe0f1\ufe0f\u20e3", "❤\ufe0f1\ufe0f\u20e3"),
        ("評価\u2028二つめ\x85三つめ", "評価\n二つめ\n三つめ"),
        ("🏴\U000e0067\U000e007f", "🏴\U000e0067\U000e007f"),
        ("行末 \n", "行末 \n"),
    ],
)
def test_a_text_is_what_the_page_shows(typed: str, clean: str) -> None:
    assert cleaned(typed) == clean


@pytest.mark.parametrize(
    "hidden",
    [
        "\u200b",
        "\ufeff",
        "\u200e",
        "\xa0",
        "\u2060",
        "\x0b",
        "\u3164",
        "\ufe0f",
        "\u2028",
        "\u034f",
    ],
)
def test_invisible_characters_do_not_count(hidden: str) -> None:
    for kind in EACH:
        assert kind.parse(hidden) == Parsed(None, normalised=True)
    assert Money("千円").parse(f"25777{hidden}") == Parsed(25777, normalised=True)
    assert Choice(("有", "無")).parse(f"有{hidden}") == Parsed("有", normalised=True)
    assert Amount().parse(f"8,098{hidden}件") == Parsed(Quantity(8098, "件"), normalised=True)
    assert Code().parse(f"{hidden}01") == Parsed("01", normalised=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("課題", "課題\u200b"),
        ("課題", "課題 \n"),
        ("が", "か\u3099"),
        ("a b", "a\xa0b"),
        ("一\n二", "一\r\n二 "),
    ],
)
def test_texts_that_look_alike_are_told_so(first: str, second: str) -> None:
    assert same_look(first, second)


@pytest.mark.parametrize(
    ("first", "second"), [("神", "\ufa19"), ("ａ", "a"), ("一二", "一\n二"), ("1", "①")]
)
def test_texts_that_look_different_are_told_so(first: str, second: str) -> None:
    assert not same_look(first, second)


@pytest.mark.parametrize(
    "mark",
    [
        *(
            "①",
            "⑳",
            "②③",
            "²",
            "¹",
            "₂",
            "※",
            "※1",
            "※１２",
            " ※2",
            "（注）",
            "(注1)",
            "注2",
            "*",
            "†",
        ),
        *("（注）注2", "①注2", "※注12", "***", "*" * 30),
    ],
)
def test_a_mark_behind_a_number_is_no_digit(mark: str) -> None:
    expected = mark.strip().translate(
        {ord("（"): "(", ord("）"): ")", ord("１"): "1", ord("２"): "2"}
    )
    money = Money("千円").parse(f"234{mark}")
    assert money == Parsed(234, normalised=True, marks=expected)
    hours = Measure("時間").parse(f"150{mark}")
    assert hours == Parsed(Decimal(150), normalised=True, marks=expected)
    assert Amount().parse(f"2,341{mark}") == Parsed(Quantity(2341), normalised=True, marks=expected)


@pytest.mark.parametrize(
    "typed", ["100m²", "5×10³", "CO₂", "①120", "½", "100㎡", "5㎥以内", "12①34", "𝟏𝟐"]
)
def test_what_only_resembles_a_number_with_a_mark_stays_words(typed: str) -> None:
    assert Amount().parse(typed) == Parsed(typed)


@pytest.mark.parametrize(
    "mark",
    [
        *("†1", "註1", "*1", "＊１", "* 1", "(1)", "（１）", "[1]", "［注1］", "#1", "★1", "☆", "^1"),
        *("注:1", "注）", "※ 1", "※1,2", "※1・2", "（※1、2）", "(*1)", "（＊）", "〔1〕", "【注】", "1)", "１）"),
    ],
)  # fmt: skip
def test_a_mark_behind_a_quantity_is_always_told(mark: str) -> None:
    for number in ("234件", "1,234 人", "5.5%", "234件以内", "△5回", "234", "２３４件"):
        for space in ("", " ", "　"):
            read = Amount().parse(typed := f"{number}{space}{mark}")
            assert isinstance(read, Parsed)
            assert read.marks or mark_inside(typed), typed


@pytest.mark.parametrize(
    "typed",
    ["5件(見込)", "約5件", "3～5回", "12-3", "5件注意", "2018年4月1日", "5/12", "月1回(12回)"],
)
def test_words_behind_a_number_are_no_mark(typed: str) -> None:
    assert mark_inside(typed) == ""


@pytest.mark.parametrize("repeated", ["*", "＊ ", "①", "²", "※1", "注1 ", "(注)"])
def test_a_line_of_marks_before_a_word_is_read_at_once(repeated: str) -> None:
    """Words may follow a line of asterisks: no way to part it into marks leads anywhere."""
    typed = f"12{repeated * 2_000}件"
    began = time.process_time()
    assert isinstance(Amount().parse(typed), Parsed)
    assert not isinstance(Money("千円").parse(typed), Parsed)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("typed", ["①120", "12①34", "½", "𝟏𝟐", "12*3", "234①②x", "一二三"])
def test_disguised_digits_are_no_amount(typed: str) -> None:
    assert not isinstance(Money("千円").parse(typed), Parsed)


@pytest.mark.parametrize("kind", EACH, ids=lambda kind: kind.name)
@given(document=ANYTHING)
def test_any_text_of_an_old_store_can_be_read(kind: Kind, document: str) -> None:
    try:
        value = kind.from_json(document)
    except ValueError:
        assert not isinstance(kind, Text | Choice | Amount)
        return
    assert kind.from_json(json.loads(json.dumps(kind.to_json(value)))) == value


EDGES = [10**k + d for k in (2, 9, 12, 14, 15, 16, 20) for d in (-1, 0, 1)]
NUMBERS = (
    st.sampled_from([sign * edge for edge in EDGES for sign in (1, -1)])
    | st.sampled_from(
        [1e-14, 1e-15, 9.9e-16, 1e-16, 1e-300, 0.1 + 0.2, 999_999_999_999_999.5, 1e15, 1e308]
    )
    | st.integers()
    | st.floats()
)
TYPED = (
    NUMBERS
    | NUMBERS.map(repr)
    | NUMBERS.map(lambda number: f"{number:f}件以内")
    | st.booleans()
    | ANYTHING
)


@pytest.mark.parametrize("kind", EACH, ids=lambda kind: kind.name)
@given(typed=TYPED)
def test_what_the_reader_accepts_json_and_schema_accept(kind: Kind, typed: Any) -> None:
    read = kind.parse(typed)
    if not isinstance(read, Parsed):
        return
    document = json.loads(json.dumps(kind.to_json(read.value), allow_nan=False))
    jsonschema.validate(document, kind.json_schema())
    assert kind.from_json(document) == read.value
    assert kind.parse(kind.show(read.value)) == Parsed(read.value)


FORM = load_form()
EDITION = FORM.at(papers.EDITION)


FREE = [
    field
    for field in EDITION.fields
    if field.path not in EDITION.definition.identity.key and field.filled_by != "computed"
]


@pytest.mark.slow
@given(st.lists(TYPED, min_size=len(FREE), max_size=len(FREE)))
def test_what_the_reader_accepts_store_and_workbook_take(typed: list[Any]) -> None:
    sheet = sheet_of(EDITION, parse_json(papers.official_bytes()[papers.CLEAN]))
    parsed = ((field.path, field.kind.parse(text)) for field, text in zip(FREE, typed, strict=True))
    sheet = sheet.with_values(
        {path: read.value for path, read in parsed if isinstance(read, Parsed)}
    )
    again = sheet_of(EDITION, parse_json(sheet.to_json()))
    assert dict(again) == dict(sheet)
    template = build_template(FORM, papers.EDITION)
    stamp = Stamp(EDITION.form, EDITION.year, sheet.key)
    there = read(fill(template, sheet, stamp))[0].sheet
    assert not {field.path for field in FREE if there[field.path] != sheet[field.path]}

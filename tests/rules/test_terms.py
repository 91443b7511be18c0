"""The terms of rules that reckon: against what Excel does, or against a slow count of another kind."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.ruled import filled, ruled
from tests.strategies import plain_texts, values
from xlsync.kinds import DASH
from xlsync.kinds.excel.formula_text import quoted
from xlsync.rules import Given
from xlsync.rules.amounts import (
    Absolute,
    FirstNumber,
    Minus,
    Plus,
    Rounded,
    Times,
)
from xlsync.rules.holds import (
    Above,
    AllOf,
    AnyOf,
    IsBlank,
    IsDash,
    IsFilled,
    IsNumber,
    IsUnread,
    Listed,
    Matches,
    Not,
)
from xlsync.rules.paper_lines import PARAGRAPHS, LinesOf, framed
from xlsync.rules.term import Cell, Fact, Literal

SHIPPED = ruled('check = "fits"\nof = "purpose"')
NOTHING = Given(filled(SHIPPED, {}))
NUMBERS = st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=4, allow_nan=False)


@given(st.decimals(-(10**6), 10**6, places=5, allow_nan=False), st.integers(0, 3))
def test_rounding_takes_halves_away_from_zero(number: Decimal, decimals: int) -> None:
    exact = Fraction(abs(number)) * 10**decimals
    wanted = math.floor(exact + Fraction(1, 2)) * (-1 if number < 0 else 1)
    got = Rounded(Literal(number), decimals).value(NOTHING)
    assert Fraction(got) * 10**decimals == wanted


@given(NUMBERS, NUMBERS, NUMBERS)
def test_amounts_are_reckoned_exactly(
    one: int | Decimal, two: int | Decimal, three: int | Decimal
) -> None:
    a, b, c = (Literal(number) for number in (one, two, three))
    x, y, z = (Fraction(number) for number in (one, two, three))
    assert Fraction(Plus((a, b, c)).value(NOTHING)) == x + y + z
    assert Fraction(Minus(a, Minus(b, c)).value(NOTHING)) == x - (y - z)
    assert Fraction(Absolute(Minus(a, b)).value(NOTHING)) == abs(x - y)
    assert Fraction(Times(a, b).value(NOTHING)) == x * y


@given(NUMBERS, NUMBERS)
def test_above_is_greater_but_for_the_noise_of_binary_numbers(
    one: int | Decimal, two: int | Decimal
) -> None:
    left, right = Literal(one), Literal(two)
    assert Above(left, right).value(NOTHING) == (one > two)
    assert Above(left, right, or_equal=True).value(NOTHING) == (one >= two)


@pytest.mark.parametrize(
    ("difference", "above"),
    [("0.0000004", False), ("0.0000005", True), ("0.000001", True), ("-0.0000005", False)],
)
def test_above_at_the_edge_of_noise(difference: str, *, above: bool) -> None:
    assert Above(Literal(Decimal(difference)), Literal(Decimal(0))).value(NOTHING) == above


def _lines_slowly(text: str, columns: int) -> int:
    """Sign by sign, on to the next line where the line is full; a full-width sign may be cut in two, as by Excel's sum."""
    lines = 0
    for place, paragraph in enumerate(text.split("\n")):
        lines += 1
        room = columns
        signs = " ".join(word for word in paragraph.split(" ") if word)
        for sign in signs if place < PARAGRAPHS else "":
            units = len(sign.encode("utf-16-le")) // 2
            for _ in range(1 if sign.isascii() and sign.isprintable() else 2 * units):
                if room == 0:
                    lines, room = lines + 1, columns
                room -= 1
    return lines


@given(st.text("あ漢ｱA1 。\n👪", max_size=60), st.integers(2, 12))
def test_lines_on_paper_are_counted_like_a_slow_hand(text: str, columns: int) -> None:
    assert LinesOf(Literal(framed(text)), Literal(columns)).value(NOTHING) == _lines_slowly(
        text, columns
    )


@pytest.mark.parametrize("paragraphs", [PARAGRAPHS - 1, PARAGRAPHS, PARAGRAPHS + 1, 2 * PARAGRAPHS])
def test_paragraphs_beyond_the_measured_ones_count_as_a_line_each(paragraphs: int) -> None:
    text = "\n".join(["四字四字"] * paragraphs)
    measured = min(paragraphs, PARAGRAPHS)
    lines = LinesOf(Literal(framed(text)), Literal(4)).value(NOTHING)
    assert lines == 2 * measured + (paragraphs - measured)


@given(st.data())
def test_a_cell_is_exactly_one_of_blank_dash_unread_and_filled(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(SHIPPED.fields))
    value = data.draw(values(field.kind) | st.none())
    unread = {field.path: "？"} if value is None and data.draw(st.booleans()) else {}
    sheet = Given(filled(SHIPPED, {field.path: value}, unread))
    cell = Cell(field.path)
    told = [one(cell).value(sheet) for one in (IsBlank, IsDash, IsUnread, IsFilled)]
    assert told.count(True) == 1
    assert told == [value is None and not unread, value == DASH, bool(unread), told[3]]
    number = isinstance(value, int | Decimal)
    assert IsNumber(cell).value(sheet) == number
    assert told[3] or not number


def test_a_fact_that_is_not_known_is_blank() -> None:
    assert IsBlank(Fact("rate:1999:person")).value(NOTHING)
    assert not IsBlank(Fact("x")).value(Given(NOTHING.sheet, {"x": 0}))


@given(st.lists(st.none() | st.just(0) | st.just("文") | NUMBERS, min_size=1, max_size=5))
def test_the_first_number_is_neither_blank_nor_a_word_nor_zero(
    found: list[int | Decimal | str | None],
) -> None:
    facts = {str(place): value for place, value in enumerate(found)}
    wanted = [v for v in found if v is not None and not isinstance(v, str) and v != 0]
    term = FirstNumber(tuple(Fact(name) for name in facts))
    assert term.value(Given(NOTHING.sheet, facts)) == (wanted[0] if wanted else None)


@given(plain_texts(12), st.sampled_from(["##", "@@-#", "????", "A?#", "第#号"]))
def test_a_mask_is_looked_at_sign_by_sign(text: str, mask: str) -> None:
    digits, letters = set("0123456789"), set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    fits = len(text) == len(mask) and all(
        {"#": sign in digits, "@": sign in letters, "?": True}.get(wanted, sign == wanted)
        for sign, wanted in zip(text, mask, strict=True)
    )
    assert Matches(Literal(text), mask).value(NOTHING) == fits


@given(st.lists(st.booleans(), min_size=1, max_size=5))
def test_any_and_all_ask_every_part(told: list[bool]) -> None:
    parts = tuple(
        IsBlank(Fact(str(place)) if one else Literal(1)) for place, one in enumerate(told)
    )
    assert AnyOf(parts).value(NOTHING) == any(told)
    assert AllOf(parts).value(NOTHING) == all(told)
    assert Not(AnyOf(parts)).value(NOTHING) != any(told)


def test_a_listed_word_is_listed_sign_by_sign() -> None:
    items = ("A 任意", "B")
    told = {
        text: Listed(Literal(text), items).value(NOTHING) for text in ("A 任意", "a 任意", "Ｂ")
    }
    assert told == {"A 任意": True, "a 任意": False, "Ｂ": False}


def test_a_rule_that_reckons_with_a_word_is_a_bug_and_says_so() -> None:
    with pytest.raises(TypeError, match="文"):
        Plus((Literal("文"),)).value(NOTHING)


@given(st.text('"あ', max_size=600))
def test_a_text_in_a_formula_is_in_pieces_that_excel_takes(text: str) -> None:
    pieces = re.findall(r'"((?:[^"]|"")*)"(?:&|$)', quoted(text))
    assert "".join(pieces).replace('""', '"') == text
    assert max(len(piece.replace('""', '"')) for piece in pieces) <= 255

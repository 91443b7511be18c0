"""One list of what nobody sees, for Python and for Excel's formulas; what Excel cannot leave out nobody leaves out."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import papers
from tests.kinds.test_laws import EACH
from xlsync.form.library import load_form
from xlsync.kinds import Amount, Money, Parsed, Text, Unreadable
from xlsync.kinds.characters import REPLACEMENT, cleaned, same_look
from xlsync.kinds.invisible import (
    INVISIBLE,
    LINE_BREAKS,
    PICTURE_PARTS,
    SPACES,
    is_kept_though_invisible,
    without_picture_parts,
)
from xlsync.workbook.checks.check_layout import INVISIBLE_ROW, fixed_at
from xlsync.workbook.checks.seen_text import SUBSTITUTED, seen_formula
from xlsync.workbook.template.excel_limits import DEPTH, fault_of
from xlsync.workbook.template.template import build_template

LEFT_OUT = INVISIBLE + PICTURE_PARTS
NESTED = 3
"""Functions that may come to stand around the formula's own."""


def test_no_character_is_in_two_lists() -> None:
    listed = Counter(LEFT_OUT + SPACES + "".join(set("".join(LINE_BREAKS))))
    assert max(listed.values()) == 1
    assert not any(map(is_kept_though_invisible, listed))


def test_every_invisible_character_of_unicode_is_on_one_list() -> None:
    """A space, break, control or format character is a plain one, left out, kept by name, or refused by every file."""
    everything = map(chr, range(sys.maxunicode + 1))
    unseen = [
        one
        for one in everything
        if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
        and unicodedata.bidirectional(one) != "AN"  # the Arabic signs around figures are to be seen
    ]
    visible = "\t\n 　\N{KAITHI NUMBER SIGN}\N{KAITHI NUMBER SIGN ABOVE}"
    nowhere = [
        f"U+{ord(one):04X}"
        for one in unseen
        if one not in visible
        and cleaned(one) not in {"", " ", "\n", REPLACEMENT}
        and not is_kept_though_invisible(one)
        and not "\N{EGYPTIAN HIEROGLYPH VERTICAL JOINER}" <= one <= "\U0001345f"
        and one not in "\u070f\u08e2"
    ]
    assert nowhere == []


def test_excel_substitutes_exactly_the_characters_that_python_leaves_out_or_makes_plain() -> None:
    formula = seen_formula("A1")
    statics = build_template(load_form(), papers.EDITION).checks.check_sheet.statics
    row = {at: text for at, text in statics.items() if at.rstrip("0123456789") + "4" == at}
    assert "".join(map(str, row.values())) == SUBSTITUTED
    for column, character in enumerate(SUBSTITUTED, start=1):
        new = {"": '""', " ": '" "', "\n": "CHAR(10)"}[cleaned(character)]
        assert formula.count(f",{fixed_at(INVISIBLE_ROW, column)},{new})") == 1
    codes = [text for text in LINE_BREAKS if text[0] not in SUBSTITUTED]
    assert formula.count("SUBSTITUTE(") == len(SUBSTITUTED) + len(codes)
    assert len(SUBSTITUTED) + len(codes) + len(["IF"]) <= DEPTH - NESTED
    assert fault_of(formula) == ""


@example("\r\u2028\n")
@example("\r\u200b\n")
@given(st.text(st.sampled_from(f"あ1{LEFT_OUT}{SPACES}{''.join(LINE_BREAKS)}\U000e0041")))
def test_substituting_one_after_the_other_is_cleaning(text: str) -> None:
    """Excel's order: breaks, the longest first, then characters one by one; without accents, which Excel does not join."""
    plain = text
    for old in (*LINE_BREAKS, *SUBSTITUTED):
        plain = plain.replace(old, cleaned(old))
    assert without_picture_parts(cleaned(text)) == plain


@pytest.mark.parametrize("kept", ["\U000e0041", "\u206a", "\x81", "\ufe05", "\U000e0100"])
def test_what_excel_cannot_leave_out_is_refused_in_a_number_and_no_text_by_itself(
    kept: str,
) -> None:
    assert isinstance(Money("千円").parse(f"25777{kept}"), Unreadable)
    assert Text().parse(f"評価{kept}") == Parsed(f"評価{kept}")
    for kind in (Text(), Amount()):
        assert kind.parse(f" {kept}{kept}\n") == Parsed(None, normalised=True)
    assert same_look("評価", f"評価{kept}") is (kept != "\U000e0100")
    assert all(kind.parse(kept) != Parsed(kept) for kind in EACH if kind.name != "choice")

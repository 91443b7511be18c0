"""Law: whatever is typed into form.toml, it is a form that checks any sheet, or it is refused in a Japanese sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.rules.ruled import WHERE, filled, shipped_text
from xlsync.checks import check
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.expansion import edition_of
from xlsync.rules import lines_of

pytestmark = pytest.mark.slow

_LINES = shipped_text().splitlines()
_PLACES = st.integers(0, len(_LINES) - 1)
_VALUES = st.sampled_from(
    [
        "1", "-1", "0.5", "nan", "true", '""', '"x"', '"{"', '"{-1"', '"{-1年度}"', "[]", "[1]", '["x"]',
        "{}", "{ with = 1 }", "2018-07-01", "99999999999999999999", '"a.b"', '"{period}"', '"\\u0000"',
    ]
)  # fmt: skip
_TYPED = st.sampled_from(["{", "}", '"', "[", "]", "=", "#", "x", "-", "1", "　", "業", "\\", "."])
_ENGLISH = re.compile(r"[A-Za-z]{3,} (should|must|is|to|for|using) ")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The shipped form.toml after up to three slips of the hand."""
    lines = list(_LINES)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(_PLACES) % len(lines)
        line = lines[at]
        match draw(st.sampled_from(["gone", "twice", "moved", "value", "typed", "name"])):
            case "gone":
                del lines[at]
            case "twice":
                lines.insert(at, line)
            case "moved":
                lines.insert(draw(_PLACES) % len(lines), lines.pop(at))
            case "value":
                lines[at] = line.partition("=")[0] + "= " + draw(_VALUES)
            case "typed":
                place = draw(st.integers(0, len(line)))
                lines[at] = line[:place] + draw(_TYPED) + line[place:]
            case _:
                lines[at] = draw(st.sampled_from(_LINES))
    return "\n".join(lines)


@given(mutated())
@example("field = 1")
@example('rule = ["x"]')
@example("[[rule]]\ncheck = []")
@example(shipped_text() + "\n[[rule]]\ncheck = 1\ncode = 'x'\n")
@example(shipped_text() + "\n[[rule]]\n")
@example(shipped_text().replace('title = "予', 'title = "{9年度}予', 1))
def test_any_slip_is_a_form_or_is_told(text: str) -> None:
    try:
        edition = edition_of(read_definition(text, WHERE), 2018, WHERE)
        lines_of(edition)
        assert edition.title
        found = check(filled(edition, {}))
    except FormError as fault:
        reason = fault.reason.replace("TOMLとして読めません", "")
        if reason == fault.reason:  # what the TOML reader says is its own
            assert not _ENGLISH.search(reason), reason
        return
    assert all(one.message for one in found)

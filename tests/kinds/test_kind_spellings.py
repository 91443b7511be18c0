"""Every spelling a clerk uses of the newer kinds is one value; what says nothing sure is refused with a request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kinds.kind_spellings import KIND_OF, REFUSED, SPELLINGS
from xlsync.kinds import KINDS, Kind, KindOptions, Parsed, Unreadable

WAYS = ("電話", "窓口", "郵送", "FAX", "Web・メール")
MADE = {
    "several": KindOptions(items=WAYS),
    "code": KindOptions(shapes=("@-###",)),
    "masks": KindOptions(shapes=("######", "####-##")),
    "square": KindOptions(unit="平米"),
    "yen": KindOptions(unit="百万円", decimals=1),
}
EACH = [(name, typed, value) for name, pairs in SPELLINGS.items() for typed, value in pairs]


def made(name: str) -> Kind:
    return KINDS[KIND_OF.get(name, name)].of(MADE.get(name, KindOptions()))


@pytest.mark.parametrize(("name", "typed", "value"), EACH)
def test_each_spelling_is_one_value(name: str, typed: Any, value: Any) -> None:
    read = made(name).parse(typed)
    if value is REFUSED:
        assert isinstance(read, Unreadable)
        assert read.reason
    else:
        assert isinstance(read, Parsed)
        assert read.value == value


@pytest.mark.parametrize("name", KINDS)
def test_the_examples_of_the_reference_are_what_the_kind_makes_of_them(name: str) -> None:
    kind = KINDS[name].of(KINDS[name].example_options)
    for example in KINDS[name].examples:
        read = kind.parse(example.typed)
        told = read.reason if isinstance(read, Unreadable) else kind.words(read.value)
        assert (told, isinstance(read, Unreadable)) == (example.shown, example.is_refused)


@pytest.mark.parametrize("name", KINDS)
def test_a_refusal_asks_politely_for_what_belongs_there(name: str) -> None:
    kind = KINDS[name].of(KINDS[name].example_options)
    assert "ください" in kind.expected


def test_an_option_that_is_none_of_the_kinds_is_refused_in_japanese() -> None:
    wrong = [
        ("several", KindOptions(items=("A、B",)), "区切り"),
        ("several", KindOptions(items=tuple(map(str, range(61)))), "60 語まで"),
        ("code", KindOptions(shapes=("＃＃",)), "半角"),
        ("code", KindOptions(shapes=("",)), "1字から"),
        ("money", KindOptions(unit="円", decimals=9), "4 まで"),
        ("percent", KindOptions(decimals=9), "4 まで"),
    ]
    for name, options, words in wrong:
        with pytest.raises(ValueError, match=words):
            KINDS[name].of(options)


def test_a_truth_value_of_a_check_box_is_a_mark() -> None:
    """LibreOffice takes TRUE in a file for the number 1, so this is no part of the law of the two engines."""
    read = {box: made("flag").parse(box) for box in (True, False)}
    assert read == {True: Parsed("○", normalised=True), False: Parsed("×", normalised=True)}

"""Any value of a kind, any sheet of an edition: what hypothesis draws, built without asking the program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests import papers
from xlsync.canonical_json import parse_json
from xlsync.form.edition import Edition, Field
from xlsync.kinds import DASH, Kind, Quantity, Value
from xlsync.kinds.characters import cleaned
from xlsync.kinds.invisible import is_only_invisible
from xlsync.sheet import Sheet, sheet_of

_DASHES = "-－ー―‐‑‒–—−─━ｰ﹣"
_SIGNS = "あ漢字ﾊﾝｶｸ全角ＡＢ１２abcXYZ0189 　\n\t・●【】（）()&<>\"'%=+@#_x000D_,.-〜～①㎡👪é々"
_UNITS = ("", "件", "台", "分", "%", "人", "万人", "回/月", "km", "点", "°C", "人日", "か所")
_BOUNDS = ("", "以内", "以下", "未満", "以上", "超")
_WORDS = ("実施", "策定", "検討中", "約200件", "12-3", "3.1.2", "2,33件", "H29", "100㎡", "3～5回")
_OTHER_WORDS = ("その他（別紙）", "E 新しい分類", "おおむね達成", "高い")
UNREADABLE = {
    "money": ("未定", "2,33", "23,387円", "12-3", "1.5", "百万円", "#REF!"),
    "measure": ("二人", "2.5時間人", "2人3分", "1.2.3"),
}
"""Texts that no cell of the kind can take."""

INTEGERS = st.integers(-(10**12), 10**12)
DECIMALS = st.decimals(-(10**6), 10**6, allow_nan=False, places=2) | st.decimals(
    0, 100, allow_nan=False, places=6
)


def plain_texts(max_size: int = 40) -> SearchStrategy[str]:
    """Texts as people type them, neither blank nor one dash alone."""
    return st.text(_SIGNS, min_size=1, max_size=max_size).filter(_says_something)


def odd_texts(max_size: int = 40) -> SearchStrategy[str]:
    """Texts of any characters, as a sheet holds them: without what nobody sees (tests/kinds/test_characters.py)."""
    signs = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
    return st.text(signs, min_size=1, max_size=max_size).map(cleaned).filter(_says_something)


def _says_something(text: str) -> bool:
    stripped = text.strip()
    if is_only_invisible(stripped):
        return False
    return stripped != "" and not (len(stripped) == 1 and stripped in _DASHES)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    """Quantities whose number is an int where it is whole, else a decimal without idle zeros."""
    number: int | Decimal = draw(st.integers(-(10**12), 10**12) | DECIMALS)
    if isinstance(number, Decimal):
        number = int(number) if number == int(number) else number.normalize()
    return Quantity(number, draw(st.sampled_from(_UNITS)), draw(st.sampled_from(_BOUNDS)))


def values(
    kind: Kind, texts: SearchStrategy[str] | None = None, *, blank: bool = True
) -> SearchStrategy[Value]:
    """Values of a kind: blank, dash, and what the kind is for."""
    simple: SearchStrategy[Value] = st.sampled_from([None, DASH] if blank else [DASH])
    if kind.name in _OWN:
        return simple | _OWN[kind.name](kind)
    return simple | (texts if texts is not None else plain_texts())


def _amounts(kind: Kind) -> SearchStrategy[Value]:
    decimals = kind.kept_decimals()
    if decimals:
        return st.decimals(-(10**6), 10**6, allow_nan=False, places=decimals)
    return INTEGERS | st.just(0)


def _codes(kind: Kind) -> SearchStrategy[Value]:
    if kind.fixed_length() == len("01"):
        return st.integers(0, 99).map(lambda number: f"{number:02}")
    return st.from_regex(_code_pattern(kind), fullmatch=True)


def _code_pattern(kind: Kind) -> str:
    pattern = str(kind.json_schema()["pattern"])
    return pattern.removeprefix("^(").removesuffix("|-)$")


def _several(kind: Kind) -> SearchStrategy[Value]:
    chosen = st.sets(st.sampled_from(kind.listed()), min_size=1)
    return chosen.map(lambda words: "、".join(filter(words.__contains__, kind.listed())))


_NAMES = ("山田　太郎", "佐藤", "髙𠮷　花子", "J.　Smith", "山田　・　太郎")
_PHONES = ("0285-22-0000", "09012345678", "内線2345", "03-1234-5678 内線1")
_OWN: dict[str, Callable[[Kind], SearchStrategy[Value]]] = {
    "money": _amounts,
    "measure": lambda _: DECIMALS | st.just(Decimal(0)),
    "percent": lambda _: st.decimals(-10, 10, allow_nan=False, places=4),
    "duration": lambda _: st.integers(0, 10**7),
    "quantity": lambda _: quantities() | st.sampled_from(_WORDS),
    "code": _codes,
    "choice": lambda kind: st.sampled_from(kind.listed() + _OTHER_WORDS),
    "several": _several,
    "flag": lambda _: st.sampled_from("○×"),
    "date": lambda _: st.dates(dt.date(1873, 1, 1)).map(dt.date.isoformat),
    "month": lambda _: st.dates(dt.date(1873, 1, 1)).map(lambda day: day.isoformat()[:7]),
    "time": lambda _: st.times().map(lambda time: f"{time:%H:%M}") | st.just("24:00"),
    "person": lambda _: st.sampled_from(_NAMES),
    "postal-code": lambda _: st.from_regex("[0-9]{3}-[0-9]{4}", fullmatch=True),
    "phone": lambda _: st.sampled_from(_PHONES),
    "email": lambda _: st.from_regex(r"[a-z.+]{1,20}@[a-z]{1,9}\.[a-z-]{1,9}", fullmatch=True),
}


@st.composite
def sheets(draw: st.DrawFn, edition: Edition, key: str = "", most: int = 20) -> Sheet:
    """Any sheet that says whose it is: an official or a blank one with up to `most` fields drawn anew.

    A `key` given is kept; otherwise its six codes are drawn as well.
    """
    codes = edition.definition.identity.key
    starts: list[Mapping[str, Value]] = [{}, *official(edition)]
    base = dict(draw(st.sampled_from(starts)))
    kept = key.split("-") if key else [f"{draw(st.integers(0, 99)):02}" for _ in codes]
    base.update(zip(codes, kept, strict=True))
    free = [field for field in edition.fields if field.path not in codes]
    unreadable: dict[str, str] = {}
    for field in draw(st.lists(st.sampled_from(free), max_size=most, unique_by=_path)):
        if field.kind.name in UNREADABLE and draw(st.integers(0, 4)) == 0:
            base[field.path] = None
            unreadable[field.path] = draw(st.sampled_from(UNREADABLE[field.kind.name]))
        else:
            base[field.path] = draw(values(field.kind))
    return Sheet(edition, "-".join(kept), base, None, unreadable)


def _path(field: Field) -> str:
    return field.path


def official(edition: Edition) -> list[Sheet]:
    """The five official sheets; none where the edition is another."""
    if edition.year != papers.EDITION:
        return []
    return [sheet_of(edition, parse_json(data)) for data in papers.official_bytes().values()]

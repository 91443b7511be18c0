"""What a city says of each kind of file that its financial system writes: unit, basis, rounding, and what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from xlsync.exchange.figures.apportion import YEN_PER_UNIT, Rounding
from xlsync.kinds import fold
from xlsync.kinds.money import Money
from xlsync.store.figure_imports import Basis

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

CODE: Final = "code"
"""A column that holds a line's whole budget code (01-02-01-10-12, with or without separators and zeros)."""
NAME: Final = "name"
"""A column that holds what a line is called."""
CARRIED_OVER: Final = "carried-over"
"""A column that says of a line, by anything but 0 or a blank, that it was carried over from the year before (繰越)."""
YEAR: Final = "year"
"""A column that holds the fiscal year of a line's amounts."""
COLUMN_MEANINGS: Final = (CODE, NAME, CARRIED_OVER, YEAR)
_WORDS: Final = {"予算コード": CODE, "名称": NAME, "繰越": CARRIED_OVER, "年度": YEAR}


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a city says of one kind of file.

    Attributes:
        name: What the city calls it: 歳出決算.
        basis: Which state of the budget its amounts are of.
        unit: The unit of its amounts, of `YEN_PER_UNIT`.
        rounding: How they become the unit of the form's fields.
        widths: Of a file of fixed widths, the width of each column in bytes of cp932 (full-width characters are 2).
        column_meanings: What a column holds, by its heading (or 3列目), as the city wrote it: see `column_meaning`.

    """

    name: str
    basis: Basis = "決算"
    unit: str = "円"
    rounding: Rounding = "四捨五入"
    widths: tuple[int, ...] = ()
    column_meanings: Mapping[str, str] = field(default_factory=dict)


def fault_of_kind(kind: FileKind, edition: Edition) -> str:
    """Return in Japanese what is wrong with what is said of a kind of file, "" where nothing is."""
    if kind.basis not in get_args(Basis):
        return f"区分「{kind.basis}」は使えません（{'・'.join(get_args(Basis))}）"
    if kind.unit not in YEN_PER_UNIT:
        return f"単位「{kind.unit}」は使えません（{'・'.join(YEN_PER_UNIT)}）"
    if kind.rounding not in get_args(Rounding):
        return f"端数「{kind.rounding}」は使えません（{'・'.join(get_args(Rounding))}）"
    for heading, written in kind.column_meanings.items():
        if fault := _fault_of_column(edition, column_meaning(edition, written)):
            return f"見出し「{heading}」：{fault}"
    return ""


def column_meaning(edition: Edition, written: str) -> str:
    """Return what a column holds: a field's path, one of COLUMN_MEANINGS, "" for nothing.

    Args:
        edition: The form in the year that is taken in.
        written: A path, with years as the form's definition writes them ({-1}) or written out, a field's title or label, or
            one of 予算コード, 名称, 繰越, 年度.

    """
    expanded = edition.expand(written)
    if written in _WORDS or expanded in edition.by_path:
        return _WORDS.get(written, expanded)
    word = fold(expanded)
    titled = [field.path for field in edition.fields if fold(field.title) == word]
    labelled = [path for path in amount_paths(edition) if fold(edition.by_path[path].label) == word]
    named = titled or labelled
    return named[0] if len(named) == 1 else expanded


def _fault_of_column(edition: Edition, meaning: str) -> str:
    """Return in Japanese why a column of a file cannot hold that, "" where it can."""
    if meaning in {"", *COLUMN_MEANINGS, *edition.definition.identity.key}:
        return ""
    if meaning in amount_paths(edition):
        return ""
    named = edition.by_path.get(meaning)
    if named is not None and named.filled_by == "computed":
        return f"「{named.title}」は計算される欄です。内訳の欄に取り込んでください"
    if named is not None:
        return f"「{named.title}」は金額の欄ではありません"
    return f"「{meaning}」という欄はありません"


def amount_paths(edition: Edition) -> list[str]:
    """Return the paths of the amounts that nothing computes: those that figures can be taken into."""
    return [
        field.path
        for field in edition.fields
        if isinstance(field.kind, Money) and field.filled_by != "computed"
    ]


def yen_per_unit(edition: Edition, path: str) -> int:
    """Return how many yen one is in a field that holds an amount."""
    kind = edition.by_path[path].kind
    return YEN_PER_UNIT.get(kind.unit, 1) if isinstance(kind, Money) else 1


__all__ = [
    "CARRIED_OVER",
    "CODE",
    "COLUMN_MEANINGS",
    "NAME",
    "YEAR",
    "FileKind",
    "amount_paths",
    "column_meaning",
    "fault_of_kind",
    "yen_per_unit",
]

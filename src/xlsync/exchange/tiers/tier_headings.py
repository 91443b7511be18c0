"""Which column of a table from a meeting holds what: the key of each sheet, and the parts of the tiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.exchange.register.headings import find_headings, nearest_headings
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.kinds import fold
from xlsync.ooxml.a1 import column_letters, is_within, split_range

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.register.headings import Headings
    from xlsync.exchange.register.list_table import ListRow, ListTable
    from xlsync.exchange.tiers.tier import Tier, TierPart

_WORDS: Final[Mapping[TierPart, tuple[str, ...]]] = {
    "grade": ("評価", "評価結果", "結果", "評語", "判定", "区分", "評価区分"),
    "reason": ("理由", "評価理由", "判定理由", "意見", "コメント", "講評", "所見"),
    "answer": ("市の対応", "対応", "対応方針", "市の考え方", "回答"),
    "follow_up": ("その後の状況", "対応状況", "翌年度の状況", "進捗"),
}
_BRACKETS: Final = re.compile(r"[()\[\]【】「」・:：_/、。]")
Meaning = tuple[str, "TierPart"]
"""The name of a tier and one of its parts."""


@dataclass(frozen=True, slots=True)
class TierColumns:
    """The columns of a table: what names the sheets, what the tiers' parts are, and what is wrong with the headings.

    `first_row` is the first row below the headings; `ignored` are the texts of columns that are not read.
    """

    first_row: int
    named_columns: Mapping[int, str]
    part_columns: Mapping[int, Meaning]
    ignored: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def tier_columns(
    table: ListTable, terms: Terms, tiers: Sequence[Tier], mapping: Mapping[str, str]
) -> TierColumns | None:
    """Return the columns of a table, None where no row names the key of the sheets, or no column is a tier's.

    A heading may stand in two rows: the name of a tier over several columns, and below it 評価 and 理由.

    Args:
        table: The table.
        terms: The city's form and fiscal year.
        tiers: The tiers that the table may be about; where it is one, 評価 and 理由 alone are its columns.
        mapping: What the city says of headings: 二次評価.評価 by heading, "" for a column that is not read.

    """
    headings = find_headings(table, terms, {}) or _headed_by_title(table, terms)
    if headings is None:
        return None
    rows = {row.number: row for row in table.list_rows}
    below = _lower_row(rows, headings)
    texts = dict(_heading_texts(table, rows[headings.row], below))
    parts = _part_columns(texts, _meanings(tiers, mapping))
    if not parts and not headings.faults:
        return None
    first = headings.row + (1 if below is None else 2)
    named = {c: path for c, path in headings.field_columns.items() if c not in parts}
    ignored = _ignored(texts, (parts, headings.field_columns))
    return TierColumns(first, named, parts, ignored, tuple(_faults(headings, parts)))


def _lower_row(rows: Mapping[int, ListRow], headings: Headings) -> ListRow | None:
    """Return the second row of the headings, None where the rows of the sheets begin there."""
    below = rows.get(headings.row + 1)
    is_lower = below is not None and not below.list_cells.keys() & headings.field_columns.keys()
    return below if is_lower else None


def _part_columns(
    texts: Mapping[int, Sequence[str]], meanings: Mapping[str, Meaning]
) -> dict[int, Meaning]:
    meant = {column: _meaning(heading, meanings) for column, heading in texts.items()}
    return {column: meaning for column, meaning in meant.items() if meaning is not None}


def _ignored(
    texts: Mapping[int, Sequence[str]], read: Sequence[Mapping[int, object]]
) -> tuple[str, ...]:
    """Return the headings of the columns that are not read."""
    others = sorted(texts.keys() - {column for columns in read for column in columns})
    return tuple("".join(texts[column][0].split()) for column in others)


def _meaning(texts: Sequence[str], meanings: Mapping[str, Meaning]) -> Meaning | None:
    """Return what the first of some texts means that means anything."""
    return next((meanings[text] for text in map(_plain, texts) if text in meanings), None)


def _headed_by_title(table: ListTable, terms: Terms) -> Headings | None:
    """Return the headings of a table that names the sheets by their titles alone, None where it does not."""
    headings = nearest_headings(table, terms, {})
    title = terms.form.definition.identity.title
    is_named = headings is not None and title in headings.field_columns.values()
    return headings if is_named else None


def _faults(headings: Headings, parts: Mapping[int, Meaning]) -> Iterator[str]:
    """Yield the faults of the headings; those of a part of a tier may be called like fields of the form."""
    yield from _repeated(parts)
    addresses = tuple(f"{column_letters(column)}{headings.row}：" for column in parts)
    yield from (fault for fault in headings.faults if not fault.startswith(addresses))


def _meanings(tiers: Sequence[Tier], mapping: Mapping[str, str]) -> dict[str, Meaning]:
    """Return what a heading means, by its plain text."""
    meanings: dict[str, Meaning] = {}
    for tier in tiers:
        name = tier.tier_name
        meanings[_plain(name)] = (name, "grade")
        for part, words in _WORDS.items():
            for word in words:
                meanings |= dict.fromkeys(
                    (_plain(name + word), _plain(f"{name}の{word}")), (name, part)
                )
                if len(tiers) == 1:
                    meanings.setdefault(_plain(word), (name, part))
    by_words = {
        f"{t.tier_name}.{word}": (t.tier_name, p) for t in tiers for p, word in PART_WORDS.items()
    }
    for heading, written in mapping.items():
        if written in by_words:
            meanings[_plain(heading)] = by_words[written]
        else:
            meanings.pop(_plain(heading), None)
    return meanings


def _heading_texts(
    table: ListTable, row: ListRow, below: ListRow | None
) -> Iterator[tuple[int, list[str]]]:
    """Yield each column with what its heading may say: both rows together, the lower, the upper."""
    lower = {} if below is None else below.list_cells
    merged = (split_range(area) for area in table.merged)
    covered = [range(left, right + 1) for top, left, _, right in merged if top == row.number]
    for column in sorted({*row.list_cells, *lower, *chain.from_iterable(covered)}):
        upper_text = _text_over(table, row, column)
        lower_text = lower[column].text if column in lower else ""
        texts = [text for text in (upper_text + lower_text, lower_text, upper_text) if text]
        if texts:
            yield column, texts


def _text_over(table: ListTable, row: ListRow, column: int) -> str:
    """Return the text of a row at a column, also where it stands in a cell merged over several columns."""
    for merged in table.merged:
        area = split_range(merged)
        if is_within((row.number, column), area) and area[1] in row.list_cells:
            return row.list_cells[area[1]].text
    return row.list_cells[column].text if column in row.list_cells else ""


def _repeated(parts: Mapping[int, Meaning]) -> Iterator[str]:
    seen: set[Meaning] = set()
    for name, part in parts.values():
        if (name, part) in seen:
            yield f"「{name}」の「{PART_WORDS[part]}」の列が、もう1つあります"
        seen.add((name, part))


def _plain(text: str) -> str:
    return _BRACKETS.sub("", fold(text))


__all__ = ["Meaning", "TierColumns", "tier_columns"]

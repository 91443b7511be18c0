"""Which column of a list holds which field: headings are compared with the form's own words, and with the city's mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.errors import WorkbookError
from xlsync.exchange.register.headed_table import HeadedTable, first_headed
from xlsync.exchange.register.list_table import read_tables
from xlsync.kinds import fold
from xlsync.ooxml.a1 import column_letters, split_range

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.register.list_table import ListCell, ListTable
    from xlsync.form.edition import Edition, Field

KEY: Final = "key"
"""What a column means that holds the whole key of each sheet (01-02-01-08-14-01)."""
SHEET_ID: Final = "id"
"""What a column means that holds the id of each sheet, blank for a new one."""
ID_HEADING: Final = "シートID"
FORMER, RELATION, LINEAGE_REASON = "former", "relation", "lineage-reason"
"""What columns mean that say where a sheet comes from: its predecessors, the word for the change, and why."""
LINEAGE_HEADINGS: Final = {"前身": FORMER, "異動": RELATION, "変更の理由": LINEAGE_REASON}
STATE_HEADING, REASON_HEADING = "状態", "理由"
"""Columns of an exported register that say no field."""
_LOOKED_AT: Final = 30
"""Rows in which the headings are looked for: titles, dates and notes may stand above them."""


_SOME: Final = 2
"""Headings that make a row one of headings, whatever is wrong with it."""
_MERGED: Final = "見出しのセルが結合されています。結合を解除し、列ごとに見出しを入力してください"


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of the headings, the field's path (or KEY) by column, the texts of columns that no field is known for,
    and what is wrong with the headings.
    """

    row: int
    field_columns: Mapping[int, str]
    unknown: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def find_headings(table: ListTable, terms: Terms, mapping: Mapping[str, str]) -> Headings | None:
    """Return the headings of a list, None where no row names the key of the sheets.

    Args:
        table: The list.
        terms: The city's form and fiscal year; its office's fields can be columns.
        mapping: What the city says of headings: the field's path (or "key") by heading, "" for a column that is not read.

    """
    edition = terms.form.at(terms.fiscal_year)
    best = nearest_headings(table, terms, mapping)
    if best is None:
        return None
    merged = tuple(_merged_faults(table, best)) if len(best.field_columns) >= _SOME else ()
    if not merged and not _names_key(edition, best.field_columns.values()):
        return None
    return Headings(best.row, best.field_columns, best.unknown, (*best.faults, *merged))


def register_table(
    data: bytes, terms: Terms, mapping: Mapping[str, str], name: str
) -> HeadedTable[Headings]:
    """Return the first worksheet of a list with the headings of the sheets' key.

    Raises:
        WorkbookError: The bytes are no list, or no row of it has the headings of the key.

    """
    tables = read_tables(data, name)
    headed = first_headed(tables, lambda table: find_headings(table, terms, mapping))
    if headed is not None:
        return headed
    nearest = nearest_headings(tables[0], terms, mapping)
    raise WorkbookError(_why_no_headings(nearest, terms), name)


def _why_no_headings(nearest: Headings | None, terms: Terms) -> str:
    """Return which columns of the key are missing in the row that looks most like headings."""
    edition = terms.form.at(terms.fiscal_year)
    key, word = edition.definition.identity.key, edition.definition.words.key
    known = set() if nearest is None else set(nearest.field_columns.values())
    missing = "・".join(edition.by_path[path].label for path in key if path not in known)
    wanted = f"「{word}」の列か、{missing} の列が要ります。見出しの言葉が違うときは --map 見出し=欄 で決めてください"
    if nearest is None or not known:
        return f"見出しの行が見つかりません。{wanted}"
    unknown = f"（欄が分からない見出し：{'、'.join(nearest.unknown)}）" if nearest.unknown else ""
    return f"{nearest.row}行目を見出しとみましたが、事業を見分ける列がたりません。{wanted}{unknown}"


def nearest_headings(table: ListTable, terms: Terms, mapping: Mapping[str, str]) -> Headings | None:
    """Return the headings of the row in which most are known, None for an empty list."""
    known = {fold(heading): (path,) for heading, path in mapping.items()}
    words = {**_words(terms.form.at(terms.fiscal_year), terms), **known}
    best: Headings | None = None
    for row in table.rows_as_shown()[:_LOOKED_AT]:
        headings = _headings_of(row.number, row.list_cells, words)
        if best is None or len(headings.field_columns) > len(best.field_columns):
            best = headings
    return best


def columns_known(edition: Edition, terms: Terms) -> list[Field]:
    """Return the fields that a list can have columns of: those of the key, and the office's that nothing computes."""
    key = set(edition.definition.identity.key)
    return [
        field
        for field in edition.fields
        if field.filled_by != "computed" and (field.path in key or field.path in terms.owned)
    ]


def meanings_of(edition: Edition, terms: Terms, word: str) -> tuple[str, ...]:
    """Return what a word may mean as a column of a list: a field's path, KEY or the like; none where it means nothing."""
    if word in {SHEET_ID, *LINEAGE_HEADINGS.values()}:
        return (word,)
    return _words(edition, terms).get(fold(word), ())


def _words(edition: Edition, terms: Terms) -> dict[str, tuple[str, ...]]:
    """Return the paths that each word of the form may mean, folded for comparison; what says more comes first."""
    fields = columns_known(edition, terms)
    known: dict[str, tuple[str, ...]] = {}
    for pairs in (_own_words(edition, fields), _full_titles(fields), _labels(fields)):
        paths: dict[str, dict[str, None]] = {}
        for word, path in pairs:
            paths.setdefault(fold(word), {})[path] = None
        known = {word: tuple(listed) for word, listed in paths.items()} | known
    return known


def _own_words(edition: Edition, fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """Yield what the form calls key, title and levels of the organization."""
    identity, listed = edition.definition.identity, {field.path for field in fields}
    yield from ((word, KEY) for word in (KEY, edition.definition.words.key))
    yield ID_HEADING, SHEET_ID
    yield from LINEAGE_HEADINGS.items()
    levels = ((level.name, level.field) for level in identity.organization)
    title = (edition.definition.words.title, identity.title)
    yield from (pair for pair in (*levels, title) if pair[1] in listed)


def _full_titles(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    yield from ((word, field.path) for field in fields for word in (field.path, field.title))


def _labels(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        yield field.label, field.path
        yield f"{field.axis_label} {field.label}", field.path


def _headings_of(
    row: int, cells: Mapping[int, ListCell], words: Mapping[str, tuple[str, ...]]
) -> Headings:
    columns: dict[int, str] = {}
    unknown, faults = [], []
    for column, cell in cells.items():
        meant = words.get(fold(cell.text))
        if meant is None:
            unknown.append(f"{cell.text}（{cell.address}）")
        elif len(meant) > 1:
            faults.append(
                f"{cell.address}：見出し「{cell.text}」がどの欄か決められません（{'、'.join(meant)}）。"
                "--map 見出し=欄 で決めてください"
            )
        elif meant[0] in columns.values():
            faults.append(f"{cell.address}：見出し「{cell.text}」と同じ欄の列が、もう1つあります")
        elif meant[0]:
            columns[column] = meant[0]
    left_out = {fold(word) for word in (STATE_HEADING, REASON_HEADING)}
    shown = tuple(text for text in unknown if fold(text.rpartition("（")[0]) not in left_out)
    return Headings(row, columns, shown, tuple(faults))


def _names_key(edition: Edition, paths: Iterable[str]) -> bool:
    named = set(paths)
    return KEY in named or named.issuperset(edition.definition.identity.key)


def _merged_faults(table: ListTable, headings: Headings) -> Iterator[str]:
    """Yield what is wrong where a heading stands over several columns: nobody can tell which of them it means."""
    for merged in table.merged:
        top, left, bottom, right = split_range(merged)
        if (
            top <= headings.row <= bottom
            and right > left
            and headings.field_columns.keys() & range(left, right + 1)
        ):
            yield f"{merged}：{_MERGED}"


def unread_merged_headings(table: ListTable, headings: Headings) -> Iterator[str]:
    """Yield where a heading that says no field stands over several columns with entries: what they mean would be lost.

    A heading that the city maps to nothing is not among them.
    """
    for merged in table.merged:
        top, left, bottom, right = split_range(merged)
        columns = range(left, right + 1)
        unread = [text for text in headings.unknown if text.endswith(f"（{merged.split(':')[0]}）")]
        is_over = top <= headings.row <= bottom and right > left
        if is_over and unread and len(_filled(table, bottom, columns)) >= _SOME:
            yield f"{merged}：{_MERGED}（読まない列なら --map {unread[0].rpartition('（')[0]}= と決めてください）"


def unread_columns(table: ListTable, headings: Headings) -> Iterator[str]:
    """Yield which columns with entries are not read: no field is known for their heading, or they have none."""
    for text in headings.unknown:
        yield f"見出し「{text}」の列は、企画担当が記入する欄ではないため読みません"
    rows = {row.number: row for row in table.rows_as_shown()}
    headed = rows[headings.row].list_cells.keys() if headings.row in rows else ()
    last = max((column for row in rows.values() for column in row.list_cells), default=0)
    entries = _filled(table, headings.row, range(1, last + 1))
    for column in sorted(entries - set(headed)):
        yield f"{column_letters(column)}列：見出しがないため読みません"


def _filled(table: ListTable, above: int, columns: range) -> set[int]:
    """Return which of the columns have entries below a row."""
    below = (row for row in table.list_rows if row.number > above)
    return {column for row in below for column in row.list_cells if column in columns}


__all__ = [
    "FORMER",
    "ID_HEADING",
    "KEY",
    "LINEAGE_HEADINGS",
    "LINEAGE_REASON",
    "RELATION",
    "SHEET_ID",
    "Headings",
    "columns_known",
    "find_headings",
    "meanings_of",
    "nearest_headings",
    "register_table",
    "unread_columns",
    "unread_merged_headings",
]

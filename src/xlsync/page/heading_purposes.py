"""What headings of the city's own tables mean: for each sort of table, what may be chosen, what is known, how it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, get_args

from xlsync.city.figure_files import read_kinds, save_kinds, with_entry
from xlsync.city.grade_headings import GRADE_HEADINGS, tiers_called
from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.errors import SettingsError, WorkbookError
from xlsync.exchange.figures.apportion import YEN_PER_UNIT, Rounding
from xlsync.exchange.figures.file_kinds import (
    CARRIED_OVER,
    CODE,
    NAME,
    YEAR,
    FileKind,
    amount_paths,
    column_meaning,
)
from xlsync.exchange.register.headings import KEY, columns_known, nearest_headings
from xlsync.exchange.register.list_table import read_tables
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.kinds import fold
from xlsync.page.field_names import lasting_path
from xlsync.sheet_keys import fault_of_key
from xlsync.store.figure_imports import Basis

if TYPE_CHECKING:
    from xlsync.city.city_lists import HeadingList
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.register.list_table import ListRow, ListTable
    from xlsync.form.edition import Edition

_LOOKED_AT: Final = 30
"""Rows in which the headings are looked for: titles and dates may stand above them."""
_NOT_READ: Final = ("", "読まない")
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class HeadingPurpose:
    """A sort of table.

    Attributes:
        purpose_title: What it is called.
        back_to: The route of the screen on which such a table is chosen.
        possible_meanings: Returns what a heading may mean, each with its words.
        known_meaning: Returns what a heading of a table means as far as that is known, "" for nothing.
        keep_meanings: Writes meanings by heading into the city's folder; the further texts of the form say more of the table.
        further_choices: What else is asked for: a name, its words, and what may be chosen, nothing for a text.

    """

    purpose_title: str
    back_to: str
    possible_meanings: Callable[[CitySettings], Choices]
    known_meaning: Callable[[CitySettings, ListTable, str], str]
    keep_meanings: Callable[[CitySettings, Mapping[str, str], Mapping[str, str]], None]
    further_choices: Sequence[tuple[str, str, Sequence[str]]] = ()


def headings_in(data: bytes, name: str) -> tuple[ListTable, list[str]]:
    """Return a table and its headings: the row with most texts among the first ones; WorkbookError where there is none."""
    for table in read_tables(data, name):
        rows = [row for row in table.list_rows[:_LOOKED_AT] if _text_count(row) > 1]
        if rows:
            row = max(rows, key=_text_count)
            texts = (cell.text for _, cell in sorted(row.list_cells.items()))
            return table, list(dict.fromkeys(filter(None, texts)))
    raise WorkbookError("見出しの行が見つかりません", name)


def _text_count(row: ListRow) -> int:
    return sum(not fold(cell.text).replace(",", "").isdecimal() for cell in row.list_cells.values())


def _edition(city: CitySettings) -> Edition:
    return city.terms.form.at(city.terms.fiscal_year)


def _register_meanings(city: CitySettings) -> Choices:
    edition = _edition(city)
    fields = [(field.path, field.title) for field in columns_known(edition, city.terms)]
    return [_NOT_READ, (KEY, f"{edition.definition.words.key}（全体）"), *fields]


def _known_in_register(city: CitySettings, table: ListTable, heading: str) -> str:
    headings = nearest_headings(table, city.terms, REGISTER_HEADINGS.read(city))
    if headings is None:
        return ""
    row = next(row for row in table.list_rows if row.number == headings.row)
    columns = [column for column, cell in row.list_cells.items() if cell.text == heading]
    return next(
        (headings.field_columns[column] for column in columns if column in headings.field_columns),
        "",
    )


def _keep_register(
    city: CitySettings, meanings: Mapping[str, str], _further: Mapping[str, str]
) -> None:
    _keep_checked(REGISTER_HEADINGS, city, meanings)


def _keep_checked(headings: HeadingList, city: CitySettings, meanings: Mapping[str, str]) -> None:
    checked = dict(headings.check_row(city, pair, pair[0]) for pair in meanings.items())
    headings.save(city, {**headings.read(city), **checked})


def _grade_meanings(city: CitySettings) -> Choices:
    parts = [
        f"{tier.tier_name}.{word}" for tier in tiers_called(city) for word in PART_WORDS.values()
    ]
    return [_NOT_READ, *((part, part) for part in parts)]


def _known_grade(city: CitySettings, _table: ListTable, heading: str) -> str:
    return GRADE_HEADINGS.read(city).get(heading, "")


def _keep_grades(
    city: CitySettings, meanings: Mapping[str, str], _further: Mapping[str, str]
) -> None:
    kept_entries = {heading: part for heading, part in meanings.items() if part}
    _keep_checked(GRADE_HEADINGS, city, kept_entries)


def _figure_meanings(city: CitySettings) -> Choices:
    edition = _edition(city)
    own = (CODE, "予算コード（全体）"), (NAME, "予算の名称"), (YEAR, "年度"), (CARRIED_OVER, "繰越")
    paths = (*edition.definition.identity.key, *amount_paths(edition))
    return [_NOT_READ, *own, *((path, edition.by_path[path].title) for path in paths)]


def _known_figure(city: CitySettings, _table: ListTable, heading: str) -> str:
    edition = _edition(city)
    written = [
        kind.column_meanings[heading]
        for kind in read_kinds(city).values()
        if heading in kind.column_meanings
    ]
    known = column_meaning(edition, written[-1] if written else heading)
    return known if known in dict(_figure_meanings(city)) else ""


def _keep_figures(
    city: CitySettings, meanings: Mapping[str, str], further: Mapping[str, str]
) -> None:
    name = further.get("kind", "").strip()
    if fault := fault_of_key(name):
        raise SettingsError(f"種類の名前が{fault}")
    edition = _edition(city)
    kind = replace(read_kinds(city).get(name, FileKind(name)), column_meanings={})
    entries = {"（区分）": "basis", "（単位）": "unit", "（端数）": "rounding"}
    kept_entries = {heading: further.get(entry, "") for heading, entry in entries.items()}
    kept_entries |= {
        heading: lasting_path(edition, path) for heading, path in meanings.items() if path
    }
    for heading, content in kept_entries.items():
        kind = with_entry(kind, heading, content, edition, heading)
    save_kinds(city, {**read_kinds(city), name: kind})


HEADING_PURPOSES: Final = {
    "register": HeadingPurpose(
        "事業の一覧", "registering.show", _register_meanings, _known_in_register, _keep_register
    ),
    "figures": HeadingPurpose(
        "財務会計システムのファイル",
        "taking_figures.show",
        _figure_meanings,
        _known_figure,
        _keep_figures,
        (
            ("kind", "種類の名前（例：歳出決算）", ()),
            ("basis", "区分", get_args(Basis)),
            ("unit", "金額の単位", tuple(YEN_PER_UNIT)),
            ("rounding", "端数", get_args(Rounding)),
        ),
    ),
    "grades": HeadingPurpose(
        "評価の結果の一覧", "acting.show_all", _grade_meanings, _known_grade, _keep_grades
    ),
}
"""Every sort of table by its name in addresses."""

__all__ = ["HEADING_PURPOSES", "HeadingPurpose", "headings_in"]

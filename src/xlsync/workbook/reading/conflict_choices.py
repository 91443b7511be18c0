"""The worksheet 入力の重なり: fields that several people changed differently, and which side is to stand, chosen in Excel.

It is found by a hidden name of its own, never by its title, and its columns by their headings. Each row carries, in hidden
columns, whose sheet and which field it is about, and a mark of the very values it shows: so a choice made for one conflict
is never taken for a later one. このファイル is this workbook, which the store calls theirs; 登録済み is the store, which it
calls ours. Files given out before the worksheet had its present name show it as 競合, with other headings and choices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from xlsync.errors import DamagedWorkbook
from xlsync.finding import Finding, finding
from xlsync.ooxml.a1 import column_letters, split_range
from xlsync.ooxml.read.reader import Cell, Workbook
from xlsync.workbook.reading.reading import Choice, Reading
from xlsync.workbook.reading.typed_answers import folded_answer, is_struck_answer, struck_words

CONFLICTS_NAME: Final = "_xlsync.conflicts"
HEADINGS: Final = ("項目", "もとの内容", "このファイル", "登録済み", "誰・いつ", "どちらにするか")
_FORMER_HEADINGS: Final = ("項目", "配布時", "自分", "相手", "誰・いつ", "採用")
MACHINE: Final = ("_key", "_path", "_mark", "_place")
MINE: Final = "このファイル"
OTHER: Final = "登録済み"

SHOWN: Final = (
    "title",
    "base_text",
    "mine",
    "other",
    "changed_by",
    "choice",
    "key",
    "path",
    "mark",
    "link",
)
"""What stands in each column, in the order of the headings."""
_SPELLED: Final[Mapping[str, Literal["ours", "theirs"]]] = MappingProxyType(
    {
        MINE: "theirs",
        "自分": "theirs",
        "じぶん": "theirs",
        "ジブン": "theirs",
        OTHER: "ours",
        "登録済": "ours",
        "相手": "ours",
        "あいて": "ours",
        "アイテ": "ours",
    }
)
_CHANGED_BY: Final = re.compile(r"(.*)\n(\d{4}/\d\d/\d\d \d\d:\d\d|)(?:\n(.+))?", re.DOTALL)
_LINK: Final = re.compile(r"'((?:[^']|'')*)'!([A-Z]{0,3}\d*)")


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One conflict as the worksheet shows it: every value as the text people read.

    `mine` is this workbook's, `other` the store's, `changed_by` says who brought that, when and in which file, a line each;
    `link` leads to the field's cell, "" where it has none; `mark` stands for exactly these two values of this field.
    """

    key: str
    path: str
    title: str
    base_text: str
    mine: str
    other: str
    changed_by: str
    mark: str
    link: str

    @property
    def who(self) -> str:
        """Who brought the store's value."""
        return self._changed_by()[0]

    @property
    def when(self) -> str:
        """When the store's value was brought."""
        return self._changed_by()[1]

    @property
    def file(self) -> str:
        """The file that brought the store's value, "" where the row names none."""
        return self._changed_by()[2]

    def _changed_by(self) -> tuple[str, str, str]:
        match = _CHANGED_BY.fullmatch(self.changed_by)
        return (self.changed_by, "", "") if match is None else (match[1], match[2], match[3] or "")

    @property
    def worksheet(self) -> str:
        """The title of the worksheet that the field is on, "" where it has no cell."""
        return _linked(self.link)[0]

    @property
    def cell(self) -> str:
        """The address of the field's cell, "" where it has none."""
        return _linked(self.link)[1]


def link_to(worksheet: str, cell: str) -> str:
    """Return a cell as the location of a hyperlink, "" for no cell."""
    title = worksheet.replace("'", "''")
    return f"'{title}'!{cell}" if cell else ""


def _linked(link: str) -> tuple[str, str]:
    match = _LINK.fullmatch(link)
    return ("", "") if match is None else (match[1].replace("''", "'"), match[2])


@dataclass(frozen=True, slots=True)
class Page:
    """One such worksheet: its title, its cells, the column of each thing shown, and its rows from heading to last."""

    title: str
    cells: Mapping[str, Cell]
    column_letters: Mapping[str, str]
    top_row: int
    heading_row: int
    last_row: int

    @property
    def rows(self) -> range:
        """The numbers of the rows that can hold a conflict."""
        return range(self.heading_row + 1, self.last_row + 1)

    @property
    def count(self) -> str:
        """The address of the cell that says how many conflicts there are."""
        return f"{self.column_letters['title']}{self.top_row}"

    @property
    def sides(self) -> dict[str, str]:
        """The two choices its list offers: the headings of the columns that show them."""
        return {side: self.text(side, self.heading_row) for side in ("mine", "other")}

    def text(self, shown: str, row: int) -> str:
        """What stands in a row under one of the headings, as text."""
        cell = self.cells.get(f"{self.column_letters[shown]}{row}")
        if cell is None:
            return ""
        return f"={cell.formula}" if cell.formula is not None else str(cell.value)


def conflict_rows_of(workbook: Workbook) -> list[ConflictRow]:
    """Return the conflicts the workbook shows, in order."""
    return [row for page in pages_of(workbook) for _, row in rows_of(page)]


class _TypedChoice(NamedTuple):
    """What somebody typed into the column どちらにするか, for which row, and where."""

    conflict_row: ConflictRow
    typed: str
    page: Page
    row: int

    @property
    def worksheet(self) -> str:
        return self.page.title

    @property
    def cell(self) -> str:
        return f"{self.page.column_letters['choice']}{self.row}"

    @property
    def side(self) -> Literal["ours", "theirs"] | None:
        """The side that is meant, None where nobody can tell."""
        return _SPELLED.get(folded_answer(self.typed))


def with_choices(workbook: Workbook, readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the readings with the sides chosen on the worksheets 入力の重なり, and with findings where a choice is unclear."""
    typed_choices = [
        _as_shown(workbook, _TypedChoice(row, typed, page, number))
        for page in pages_of(workbook)
        for number, row in rows_of(page)
        if folded_answer(typed := page.text("choice", number))
    ]
    return {title: _with_choices_for(reading, typed_choices) for title, reading in readings.items()}


def _as_shown(workbook: Workbook, choice: _TypedChoice) -> _TypedChoice:
    """Return a choice that says so where it is struck through, and then is neither side."""
    is_struck = is_struck_answer(workbook, choice.worksheet, choice.cell)
    return choice._replace(typed=struck_words(choice.typed)) if is_struck else choice


def _with_choices_for(reading: Reading, typed_choices: Sequence[_TypedChoice]) -> Reading:
    """Return the reading with the choices for its own fields; two copies of the worksheet may contradict each other."""
    choices: dict[str, Choice] = {}
    findings: list[Finding] = []
    for choice in typed_choices:
        row = choice.conflict_row
        if row.key != reading.sheet.key or row.path not in reading.sheet:
            continue
        same = {other.side for other in typed_choices if other.conflict_row.mark == row.mark}
        if choice.side is None or len(same) > 1:
            facts = {"field": row.title, "typed": choice.typed, **choice.page.sides}
            unclear = finding("choice-unclear", "", **facts)
            findings.append(unclear.at(choice.worksheet, choice.cell))
        else:
            choices.setdefault(
                row.path, Choice(choice.side, row.mark, choice.worksheet, choice.cell)
            )
    if not (choices or findings):
        return reading
    answers = replace(reading.answers, choices=choices)
    return replace(reading, answers=answers, findings=(*reading.findings, *findings))


def pages_of(workbook: Workbook) -> list[Page]:
    """Return the worksheets 入力の重なり, found by their defined name, in tab order."""
    areas: dict[str, tuple[int, int, int, int]] = {}
    for name, scope, refers_to, _ in workbook.names:
        if name.casefold() != CONFLICTS_NAME:
            continue
        title, _, area = refers_to.replace("$", "").rpartition("!")
        title = title.removeprefix("'").removesuffix("'").replace("''", "'") or scope or ""
        try:
            areas[title] = split_range(area)
        except DamagedWorkbook:
            continue
    pages = [
        _page(title, workbook.cells(title), areas[title])
        for title in workbook.worksheets
        if title in areas
    ]
    return [page for page in pages if page is not None]


def _page(title: str, cells: Mapping[str, Cell], area: tuple[int, int, int, int]) -> Page | None:
    """Return the worksheet with the row of its headings, None where they are gone."""
    top, left, bottom, right = area
    for row in range(top, min(bottom, top + len(SHOWN)) + 1):
        letters = {
            str(cell.value): column_letters(column)
            for column in range(left, min(right, left + 2 * len(SHOWN)) + 1)
            if (cell := cells.get(f"{column_letters(column)}{row}")) is not None
        }
        columns = _columns(letters)
        if columns:
            return Page(title, cells, columns, top, row, bottom)
    return None


def _columns(letters: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each thing shown, {} where the row lacks one of the headings; `letters` are by heading."""
    for visible in (HEADINGS, _FORMER_HEADINGS):
        headings = (*visible, *MACHINE)
        if all(heading in letters for heading in headings):
            return {what: letters[heading] for what, heading in zip(SHOWN, headings, strict=True)}
    return {}


def rows_of(page: Page) -> Iterator[tuple[int, ConflictRow]]:
    """Yield the number and content of each row that shows a conflict."""
    for number in page.rows:
        if f"{page.column_letters['mark']}{number}" not in page.cells:
            continue
        text = {shown: page.text(shown, number) for shown in SHOWN}
        if not (text["key"] and text["path"] and text["mark"]):
            continue
        text.pop("choice")
        if _LINK.fullmatch(text["link"]) is None:
            text["link"] = ""
        yield number, ConflictRow(**text)

"""The lines of the city's list of its units: their names, and where the list says so, their days and what follows them.

A list whose first line holds headings may have more columns than the levels of the organization:

    部,課,係,いつから,いつまで,改編後の部,改編後の課,改編後の係,事業コード
    総務部,企画課,企画係,,2019-03-31,政策部,政策課,企画係,
    政策部,政策課,企画係,2019-04-01,,,,,

A unit that was merged names the other one as its successor; one that was split has a line for each successor. Lower levels
that are left blank stand for everything below: `総務部,企画課,` moves all 係 of the 課 under their own names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xlsync.errors import SettingsError
from xlsync.kinds import DASH, Date, Unreadable, fold

Unit = tuple[str, ...]
"""The names of a unit from the top (部, 課 and 係); the last is "" where the unit above has none below it."""
Row = tuple[int, Sequence[str]]
"""The number of a row in its file, and its cells."""
SINCE: Final = "いつから"
UNTIL: Final = "いつまで"
SUCCESSOR: Final = "改編後の"
"""What stands before the name of a level in the heading of a successor's column."""
_OTHER_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("設置日", "開始日", "開始"), SINCE),
    **dict.fromkeys(("廃止日", "終了日", "終了"), UNTIL),
}
_REMARKS: Final = ("備考", "理由", "扱い", "ファイル")
"""Headings of columns that are not read."""
_LEAST_LEVELS: Final = 2
"""部 and 課: below them a unit may have no others, above that its name says nothing."""
_BETWEEN_KEYS: Final = re.compile(r"[\s,、，;；]+")


@dataclass(frozen=True, slots=True)
class ListWords:
    """What the form calls the levels of its organization from the top, a sheet's key, and its title."""

    level_words: tuple[str, ...]
    key_heading: str = "番号"
    title_heading: str = "名称"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A line of the list.

    Attributes:
        named_unit: The unit's names, "" for levels left blank.
        row: The line's number in its file.
        first_day: Since when there is such a unit, None for ever since.
        last_day: The last day on which there was one, None for no end.
        successor: The names of the unit that follows it, () where none is named.
        sheet_keys: The sheets that go there, of a unit that was split; () for all.

    """

    named_unit: Unit
    row: int
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    successor: Unit = ()
    sheet_keys: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """How many levels it names."""
        return sum(map(bool, self.named_unit))

    @property
    def is_whole(self) -> bool:
        """Whether it names a unit, and not only an upper level of several."""
        return self.depth >= levels_needed(len(self.named_unit))

    def is_in_force(self, day: dt.date) -> bool:
        """Whether there is such a unit on a day."""
        has_begun = self.first_day is None or self.first_day <= day
        return has_begun and (self.last_day is None or day <= self.last_day)

    @property
    def change_day(self) -> dt.date | None:
        """The first day on which what follows it is there; None for a unit without an end."""
        return None if self.last_day is None else self.last_day + dt.timedelta(days=1)


def read_lines(rows: Iterable[Row], where: str, words: ListWords) -> list[UnitLine]:
    """Return the lines of a list.

    Args:
        rows: Its rows.
        where: The file's name, for messages.
        words: The form's words for the headings.

    Raises:
        SettingsError: The message names the line and what is wrong with it.

    """
    columns: dict[str, int] | None = None
    lines: list[UnitLine] = []
    for number, texts in rows:
        cells = [text.strip() for text in texts]
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells, f"{where} {number}行目", words)
            if columns:
                continue
        reader = _LineReader(cells, number, f"{where} {number}行目", words)
        is_plain = [*columns.items()] == [*zip(words.level_words, range(len(cells)), strict=False)]
        lines.append(reader.plain() if not columns or is_plain else reader.headed(columns))
    return lines


def _columns(cells: Sequence[str], where: str, words: ListWords) -> dict[str, int]:
    """Return the column of each known heading; none where the row holds no headings."""
    headings = [fold(cell.removeprefix("\ufeff")).removesuffix("等名") for cell in cells]
    if not set(map(fold, words.level_words)) <= set(headings):
        return {}
    known = _known_headings(words)
    passed_over = {fold(word) for word in (*_REMARKS, words.title_heading, "")}
    columns: dict[str, int] = {}
    for column, heading in enumerate(headings):
        if heading in passed_over:
            continue
        meant = known.get(heading)
        if meant is None:
            listed = "・".join(dict.fromkeys(known.values()))
            raise SettingsError(_UNKNOWN.format(cells[column], listed), where)
        if meant in columns:
            raise SettingsError(f"見出し「{cells[column]}」が2つあります", where)
        columns[meant] = column
    return columns


def _known_headings(words: ListWords) -> dict[str, str]:
    """Return what each known heading means, folded for comparison."""
    own = [*words.level_words, SINCE, UNTIL, words.key_heading]
    own += [f"{SUCCESSOR}{level}" for level in words.level_words]
    others = {fold(other): word for other, word in _OTHER_WORDS.items()}
    return {fold(word): word for word in own} | others


_UNKNOWN: Final = "見出し「{}」がどの列か分かりません。使える見出しは {} です"


@dataclass(frozen=True, slots=True)
class _LineReader:
    """Reads the texts of one row; `where` is its place for messages."""

    row_texts: Sequence[str]
    number: int
    where: str
    list_words: ListWords

    def plain(self) -> UnitLine:
        """Read a row without headings: the names in the order of the levels."""
        names = list(self.row_texts)
        while len(names) > len(self.list_words.level_words) and not names[-1]:
            names.pop()  # Excel writes empty columns that were once used
        return UnitLine(self._unit(names), self.number)

    def headed(self, columns: Mapping[str, int]) -> UnitLine:
        """Read a row below headings."""
        levels = self.list_words.level_words
        names = [self._text(columns, level) for level in levels]
        following = [self._text(columns, f"{SUCCESSOR}{level}") for level in levels]
        first_day, last_day = self._day(columns, SINCE), self._day(columns, UNTIL)
        listed_keys = self._text(columns, self.list_words.key_heading)
        keys = tuple(filter(None, _BETWEEN_KEYS.split(listed_keys)))
        successor = self._without_gap(following) if any(following) else ()
        if successor and last_day is None:
            raise SettingsError(f"改編後の名前があるときは「{UNTIL}」も書いてください", self.where)
        if first_day is not None and last_day is not None and last_day < first_day:
            raise SettingsError(f"「{UNTIL}」が「{SINCE}」より前の日です", self.where)
        unit = self._without_gap(names) if successor else self._unit(names)
        return UnitLine(unit, self.number, first_day, last_day, successor, keys)

    def _text(self, columns: Mapping[str, int], word: str) -> str:
        column = columns.get(word)
        return self.row_texts[column] if column is not None and column < len(self.row_texts) else ""

    def _unit(self, names: Sequence[str]) -> Unit:
        """Return the unit of a row, "" for each lower level that it does not have."""
        levels = self.list_words.level_words
        count = len(levels)
        needed = levels_needed(count)
        if not needed <= len(names) <= count:
            reason = (
                f"「{','.join(levels)}」の{count}列で書いてください（この行は{len(names)}列です）"
            )
            raise SettingsError(reason, self.where)
        if not all(names[:needed]):
            words = (
                f"{'と'.join(levels[:needed])}の名前を書いてください{_blank_words(levels, needed)}"
            )
            raise SettingsError(words, self.where)
        below = self._without_gap((*names, *("",) * count)[:count])
        return (*names[:needed], *below[needed:])

    def _without_gap(self, names: Sequence[str]) -> Unit:
        """Return names from the top, with blanks at the end only."""
        unit = tuple("" if name == DASH else name for name in names)
        depth = sum(map(bool, unit))
        if not all(unit[:depth]):
            levels = "・".join(self.list_words.level_words[:depth])
            raise SettingsError(f"上から順に、{levels}の名前を書いてください", self.where)
        return unit

    def _day(self, columns: Mapping[str, int], heading: str) -> dt.date | None:
        text = self._text(columns, heading)
        if not text:
            return None
        read = Date().parse(text)
        if isinstance(read, Unreadable):
            reason = f"「{heading}」の「{text}」：{read.reason}（例：2019-03-31、H31.3.31）"
            raise SettingsError(reason, self.where)
        return None if read.value == DASH else dt.date.fromisoformat(str(read.value))


def levels_needed(count: int) -> int:
    """Return how many levels from the top a unit has at least, of so many that the form has."""
    return max(1, min(count - 1, _LEAST_LEVELS))


def _blank_words(levels: Sequence[str], needed: int) -> str:
    """Return which columns are left blank for a unit without lower ones, "" where the form has no lower level."""
    if needed == len(levels):
        return ""
    since = "から" if len(levels) > needed + 1 else ""
    return f"（{levels[needed]}がない{levels[needed - 1]}は{needed + 1}列目{since}を空けます）"


def units_on(lines: Iterable[UnitLine], day: dt.date | None) -> Iterator[UnitLine]:
    """Yield the first line of each unit that there is on a day (None: at any time), in the list's order.

    A line that only says what follows an upper level is no unit.
    """
    lines = list(lines)
    seen: set[Unit] = set()
    uppers = _upper_levels(lines)
    for line in lines:
        is_upper = bool(line.successor) and line.named_unit[: line.depth] in uppers
        is_there = day is None or line.is_in_force(day)
        if line.is_whole and is_there and not is_upper and line.named_unit not in seen:
            seen.add(line.named_unit)
            yield line


def _upper_levels(lines: Iterable[UnitLine]) -> set[Unit]:
    """Return the names of the units that have others below them in the list."""
    return {line.named_unit[:depth] for line in lines for depth in range(1, line.depth)}


__all__ = [
    "SINCE",
    "SUCCESSOR",
    "UNTIL",
    "ListWords",
    "Row",
    "Unit",
    "UnitLine",
    "levels_needed",
    "read_lines",
    "units_on",
]

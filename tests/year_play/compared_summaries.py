"""The summaries of a city, read as their readers do: states, numbers of sheets, settled amounts in 千円, sources, grades."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import openpyxl

from tests.budget_files import SOURCES
from tests.year_play.sheet_paper import SETTLED, SheetPaper

WHOLE: Final = "全庁"
_SOURCE_WORDS: Final = ("国庫支出金", "県支出金", "地方債", "その他特財", "一般財源")
_ENDINGS: Final = (("部", "公室"), ("課",))
_PAGES: Final = ("事業一覧", "課別・係別", "財源内訳", "評価の一覧")
_PERIOD: Final = "H29年度決算"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class SummaryCard:
    """What a summary has to say: the state of each sheet, and by unit how many sheets, what they cost, and from which sources.

    Attributes:
        endings: How the names of the units end: 部 in the summary of the whole city, 課 in that of a 部.
        states: One word for each sheet, by its key.
        counts: The number of sheets of each unit.
        sums: Their settled 事業費 in 千円.
        sources: The same by source, of sheets of which all sources are filled in.
        grades: What later tiers gave each sheet, by its key: those of which anything is known.
        tiers: The names of the tiers.

    """

    endings: tuple[str, ...]
    states: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    sources: dict[str, tuple[int, ...]] = field(default_factory=dict)
    grades: dict[str, dict[str, str]] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()


def summary_cards(papers: list[SheetPaper]) -> dict[str, SummaryCard]:
    """Return what the summary of the whole city, and that of each 部, has to say of sheets as they are now."""
    counted = [paper for paper in papers if paper.is_counted]
    cards = {WHOLE: _card(counted, 0)}
    for department in {paper.units[0] for paper in counted}:
        own = [paper for paper in counted if paper.units[0] == department]
        cards[department] = _card(own, 1)
    return cards


def _card(papers: list[SheetPaper], level: int) -> SummaryCard:
    card = SummaryCard(_ENDINGS[level], tiers=papers[0].shape.tiers if papers else ())
    for paper in papers:
        unit, amounts = paper.units[level], paper.amounts or {}
        by_source = tuple(amounts.get(f"{SETTLED}{name}", 0) for name in SOURCES)
        before = card.sources.get(unit, (0,) * len(SOURCES))
        card.states[paper.key] = paper.state()
        card.counts[unit] = card.counts.get(unit, 0) + 1
        card.sums[unit] = card.sums.get(unit, 0) + sum(by_source)
        card.sources[unit] = tuple(map(sum, zip(before, by_source, strict=True)))
        card.grades[paper.key] = {tier: given["grade"] for tier, given in paper.grades.items()}
    return card


def summary_differences(folder: Path, cards: dict[str, SummaryCard]) -> Iterator[str]:
    """Compare the summary of the whole city, and that of each 部, in a folder."""
    files = {file.stem for file in folder.glob("*.xlsx")}
    if files != set(cards):
        yield f"summaries: there are {sorted(files)}, known {sorted(cards)}"
    for name in files & set(cards):
        yield from _of_book(folder / f"{name}.xlsx", cards[name])


def _of_book(file: Path, card: SummaryCard) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl leaves sparklines out
        book = openpyxl.load_workbook(file, data_only=True, read_only=True)
        pages = {name: list(book[name].iter_rows(values_only=True)) for name in _read_pages(book)}
    book.close()
    readers: dict[str, Callable[[], Any]] = {
        "states": lambda: _states(pages["事業一覧"]),
        "counts": lambda: _counts(_Units(pages["課別・係別"], card.endings)),
        "sums": lambda: _sums(_Units(pages["課別・係別"], card.endings)),
        "sources": lambda: _sources(_Units(pages["財源内訳"], card.endings)),
        "grades": lambda: _grades(pages["評価の一覧"], card),
    }
    for name, reader in readers.items():
        known = getattr(card, name)
        if name == "grades" and not (card.tiers and any(known.values())):
            continue
        shown = reader()
        if shown != known:
            yield f"{file.name} {name}: shown {shown}, known {known}"
    told = " ".join(str(row[0]) for row in pages["事業一覧"][:3])
    if f"事務事業：{len(card.states)}件" not in told:
        yield f"{file.name}: {told}, known {len(card.states)}"


def _read_pages(book: Any) -> list[str]:
    return [name for name in _PAGES if name in book.sheetnames]


def _states(rows: list[Row]) -> dict[str, str]:
    head = next(row for row in rows if row[0] == "事業コード")
    listed = rows[rows.index(head) + 1 :]
    return {row[0]: row[head.index("状況")] for row in listed if row[0]}


@dataclass(frozen=True)
class _Units:
    """A page with a row for each unit: its rows, and how the names of the units end that are asked for."""

    rows: list[Row]
    endings: tuple[str, ...]

    @property
    def head(self) -> Row:
        return next(row for row in self.rows if "所属" in row)

    @property
    def name_column(self) -> int:
        return self.head.index("所属")

    def named(self) -> Iterator[tuple[str, int]]:
        """Yield the name of each unit with the number of its row."""
        for at, row in enumerate(self.rows):
            name = str(row[self.name_column] or "")
            if name.endswith(self.endings):
                yield name, at


def _counts(units: _Units) -> dict[str, int]:
    column = units.head.index("件数")
    return {name: int(units.rows[at][column]) for name, at in units.named()}


def _sums(units: _Units) -> dict[str, int]:
    """Return the settled 事業費 of each unit."""
    below = units.rows[units.rows.index(units.head) + 1]
    column = below.index(_PERIOD, units.head.index("事業費(A)"))
    return {name: int(units.rows[at][column] or 0) for name, at in units.named()}


def _sources(units: _Units) -> dict[str, tuple[int, ...]]:
    """Return the settled amounts of each unit by source."""
    column = units.head.index(_PERIOD)
    sources: dict[str, tuple[int, ...]] = {}
    for name, at in units.named():
        below = units.rows[at + 1 : at + 1 + len(_SOURCE_WORDS)]
        words = tuple(str(row[units.name_column]).strip() for row in below)
        assert words == _SOURCE_WORDS, words
        sources[name] = tuple(int(row[column] or 0) for row in below)
    return sources


def _grades(rows: list[Row], card: SummaryCard) -> dict[str, dict[str, str]]:
    """Return the grade that each of the later tiers gave each sheet."""
    head = next(row for row in rows if "事業コード" in row)
    key = head.index("事業コード")
    columns = {
        tier: at for tier in card.tiers for at, title in enumerate(head) if title == f"{tier}\n評価"
    }
    return {
        row[key]: {tier: row[at] for tier, at in columns.items() if row[at]}
        for row in rows[rows.index(head) + 1 :]
        if row[key]
    }


__all__ = ["WHOLE", "SummaryCard", "summary_cards", "summary_differences"]

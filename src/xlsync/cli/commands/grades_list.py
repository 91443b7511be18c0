"""`xlsync grades list`: the tiers of all sheets side by side, and first against last."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlsync.cli.commands.grades_act import city_with_tiers
from xlsync.cli.console import put_json, say
from xlsync.disk import replace_whole
from xlsync.exchange.tiers.former_opinions import former_opinions
from xlsync.exchange.tiers.known_grades import known_grades
from xlsync.exchange.tiers.sheet_tiers import part_text
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.exchange.tiers.tier_pages import CROSS_PAGE, grade_of, tier_pages
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.list_page import write_list_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from xlsync.exchange.tiers.known_grades import GradesByTier
    from xlsync.exchange.tiers.tier import Tier
    from xlsync.sheet import Sheet
    from xlsync.summary.excel.list_page import PrintedList


def list_grades(folder: Path, out: Path | None, *, as_json: bool) -> int:
    """Print how many sheets have which grades, write the lists where that is wanted, and return the exit code."""
    city = city_with_tiers(folder)
    tiers, year = city.terms.procedure_rules.tiers, city.terms.fiscal_year
    sheets, known = city.store.counted_heads(year), known_grades(city.store, tiers, year)
    edition = city.terms.form.at(year)
    former = former_opinions(city.store, tiers, edition, [sheet.id for sheet in sheets])
    pages = tier_pages(tiers, sheets, known, edition, former)
    if out is not None:
        book = Book(pages[0].title, dt.date(2000, 1, 1))
        for page in pages:
            write_list_page(book, page, city.name)
        replace_whole(out, book.close())
    if as_json:
        put_json({"sheets": [_document(sheet, tiers, known) for sheet in sheets]})
        return 0
    for tier in tiers:
        graded = sum(bool(grade_of(tier, sheet, known)) for sheet in sheets)
        say(f"{tier.tier_name}：評価のある事業 {graded}件、ない事業 {len(sheets) - graded}件")
    for page in pages:
        _say_cross(page)
    if out is not None:
        say(f"書き出しました {out}")
    return 0


def _say_cross(page: PrintedList) -> None:
    if page.title != CROSS_PAGE:
        return
    heads = [column.heading.replace("\n", " ") for column in page.columns]
    for row in page.listed_rows:
        cells = [
            f"{head} {value}件" for head, value in zip(heads[1:], row[1:], strict=True) if value
        ]
        if cells:
            say(f"{heads[0]} {row[0]}：{'、'.join(cells)}")


def _document(sheet: Sheet, tiers: Sequence[Tier], known: GradesByTier) -> Mapping[str, Any]:
    parts = {tier.tier_name: _parts(tier, sheet, known) for tier in tiers}
    return {"key": sheet.key, "title": sheet.title, "tiers": parts}


def _parts(tier: Tier, sheet: Sheet, known: GradesByTier) -> Mapping[str, str]:
    return {part: part_text(tier, part, sheet, known) for part in PART_WORDS}


__all__ = ["list_grades"]

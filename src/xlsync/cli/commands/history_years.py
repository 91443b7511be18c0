"""`xlsync history KEY --years`: what a project's sheets said of each fiscal year, over all editions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.disk import replace_whole
from xlsync.exchange.former_forms import former_rows, not_in_rows
from xlsync.exchange.over_years import DroppedValue, dropped_values, sheets_over_years, year_rows
from xlsync.exchange.years_workbook import years_workbook
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.over_years import LabelledValue, SheetsOverYears, YearRow


def show_years(
    folder: Path, key: str, edition: int | None = None, *, as_json: bool, out: Path | None = None
) -> int:
    """Print amounts, numbers and grades of each year, and return the exit code; by default as of the year of the settings.

    `out` is where they are written as a workbook for print, None for nowhere.
    """
    city = current_city(folder, edition)
    year = city.terms.fiscal_year
    over = sheets_over_years(city.store, city.store.id_of(key, year), year)
    if over is None:
        raise not_registered(city.store.form, key)
    skeleton_years = city.terms.code_lists.skeleton_years
    rows = [
        *year_rows(over, skeleton_years),
        *former_rows(city.store, over, skeleton_years),
    ]
    dropped = dropped_values(city.store, over)
    if out is not None:
        remove_abandoned(out.parent)
        replace_whole(out, years_workbook(over, rows, dropped))
    if as_json:
        lineage = {str(each.fiscal_year): each.words for each in over.generations}
        documents = [row.to_document() for row in rows]
        put_json(
            {
                "key": over.sheet.key,
                "editions": over.edition_years,
                "lineage": lineage,
                "years": documents,
                "dropped": list(map(DroppedValue.to_document, dropped)),
            }
        )
        return 0
    _say_all(over, rows, not_in_rows(city.store, over, dropped, rows))
    if out is not None:
        say(f"書き出しました {out}")
    return 0


def _say_all(
    over: SheetsOverYears, rows: Sequence[YearRow], dropped: Sequence[DroppedValue]
) -> None:
    _say_rows(over, rows)
    for value in dropped:
        say(
            f"  いまの様式にない欄（{value.edition_year}年度のシート）：{value.field_title} {value.shown}"
        )


def _say_rows(over: SheetsOverYears, rows: Sequence[YearRow]) -> None:
    listed = "、".join(f"{each}年度" for each in over.edition_years)
    say(f"{over.sheet.key} {over.sheet.title}（{listed}のシートから）")
    for generation in over.generations:
        if generation.words:
            say(f"  {generation.fiscal_year}年度のシート：{generation.words}")
    for row in rows:
        say(f"  {row.shown_title}：{'、'.join(map(_shown, row.year_values))}")
    if any(value.origin for row in rows for value in row.year_values):
        say("  ※は、別のシートによる値です（上の「○年度のシート」）")


def _shown(value: LabelledValue) -> str:
    return f"{value.year_label} {value.shown}"


__all__ = ["show_years"]

"""`xlsync history KEY --years`: what a project's sheets said of each fiscal year, over all editions."""

from __future__ import annotations

from pathlib import Path

from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange.over_years import sheets_over_years, year_rows
from xlsync.store.not_registered import not_registered


def show_years(folder: Path, key: str, edition: int | None = None, *, as_json: bool) -> int:
    """Print amounts, numbers and grades of each year, and return the exit code; by default as of the year of the settings."""
    city = current_city(folder, edition)
    year = city.terms.fiscal_year
    sheets = sheets_over_years(city.store, city.store.id_of(key, year), year)
    if not sheets:
        raise not_registered(city.store.form, key)
    rows = year_rows(sheets)
    editions = sorted(sheet.edition.year for sheet in sheets)
    if as_json:
        documents = [row.to_document() for row in rows]
        put_json({"key": sheets[0].key, "editions": editions, "years": documents})
        return 0
    listed = "、".join(f"{each}年度" for each in editions)
    say(f"{sheets[0].key} {sheets[0].title}（{listed}のシートから）")
    for row in rows:
        values = "、".join(f"{value.year_label} {value.shown}" for value in row.year_values)
        say(f"  {row.field_title}：{values}")
    return 0


__all__ = ["show_years"]

"""`xlsync history KEY --texts`: what a sheet's texts say otherwise than last year's, word by word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange.lineage import last_years_sheet
from xlsync.exchange.text_differences import TextDifference, text_differences
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsync.word_marks import TextPart


def show_texts(folder: Path, key: str, edition: int | None = None, *, as_json: bool) -> int:
    """Print each text beside last year's with what differs between brackets, and return the exit code."""
    city = current_city(folder, edition)
    year = city.terms.fiscal_year
    sheet_id = city.store.id_of(key, year)
    newest = city.store.find_newest(sheet_id, year)
    if newest is None:
        raise not_registered(city.store.form, key)
    last_year = last_years_sheet(city.store, sheet_id, year)
    differences = [] if last_year is None else list(text_differences(newest.sheet, last_year))
    if as_json:
        documents = list(map(TextDifference.to_document, differences))
        put_json({"key": newest.sheet.key, "edition": year, "texts": documents})
        return 0
    say(f"{newest.sheet.key} {newest.sheet.title}（昨年度のシートと比べます）")
    if last_year is None:
        say("  昨年度のシートがありません")
    for difference in differences:
        _say(difference)
    if differences:
        say("  ［－］は昨年度だけ、［＋］は今年度だけにある言葉です")
    return 0


def _say(difference: TextDifference) -> None:
    if difference.is_same:
        say(f"  {difference.field_title}：昨年度と同じ文章です")
        return
    share = ""
    if difference.whole_length:
        share = f"（使い回し {difference.copied_length / difference.whole_length:.0%}）"
    say(f"  {difference.field_title}{share}")
    say(f"    昨年度：{_bracketed(difference.before_parts, '－')}")
    say(f"    今年度：{_bracketed(difference.after_parts, '＋')}")


def _bracketed(parts: Iterable[TextPart], mark: str) -> str:
    """Return a text on one line with what the other has not between brackets."""
    shown = (f"［{mark}{part.text}］" if part.is_changed else part.text for part in parts)
    return "".join(shown).replace("\n", " ")


__all__ = ["show_texts"]

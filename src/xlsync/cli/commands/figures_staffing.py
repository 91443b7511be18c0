"""`xlsync figures staffing`: the people that the sheets of each unit add up to, against its posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.city.staff_list import POSTS_FILE, staff_of_city
from xlsync.cli import ATTENTION
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.disk import replace_whole
from xlsync.exchange.staffing.staffing_workbook import staffing_workbook, what_to_do

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.exchange.staffing.unit_staff import UnitStaff


def compare_staffing(folder: Path, out: Path | None, *, as_json: bool) -> int:
    """Print the comparison, write it where that is wanted, and return the exit code: 1 where a unit is to be looked at."""
    city = current_city(folder)
    edition = city.terms.form.at(city.terms.fiscal_year)
    sheets, staff = staff_of_city(city)
    if out is not None:
        replace_whole(out, staffing_workbook(staff, sheets, edition, city.name))
    is_open = any(each.is_open for each in staff)
    if as_json:
        put_json({"units": [each.to_document() for each in staff]})
    else:
        if all(each.post_count is None for each in staff):
            say(f"{POSTS_FILE} がないため、従事割合の合計だけを示します。")
        say_first([_line(each) for each in staff])
        if out is not None:
            say(f"書き出しました {out}")
    return ATTENTION if is_open else 0


def _line(each: UnitStaff) -> str:
    posts = (
        "" if each.post_count is None else f"、定員 {each.post_count}人、差 {each.difference:+}人"
    )
    doubt = what_to_do(each)
    return (
        f"{'　'.join(each.unit_names)}（{each.period_label}）：従事割合の合計 {each.person_count}人{posts}"
        f"{f'。{doubt}' if doubt else ''}"
    )


__all__ = ["compare_staffing"]

"""`xlsync summarize`: the summary workbooks in the shared folder, or the same sheets as a table for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xlsync.city.board_update import renew_board
from xlsync.city.city_at_snapshot import city_at_snapshot
from xlsync.city.clock_and_user import today
from xlsync.city.summary_files import (
    departments_of,
    survey_of,
    write_axis_tables,
    write_summaries,
    write_table,
)
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.exchange.reorganization.todays_units import in_todays_units
from xlsync.file_names import distinct_names
from xlsync.organization import day_in_year

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.city.summary_files import TableFormat
    from xlsync.exchange.department_summaries import Survey
    from xlsync.inbox.followup.summary_refresh import WrittenSummary

Format = Literal["xlsx", "csv", "json", "parquet"]
_PRESENT_UNITS = "現在の組織"
"""The folder of summaries of a past year by the units of today."""
_BAR_FROM = 2
"""A summary takes a second: two are worth a progress bar."""


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """What the options of `xlsync summarize` say."""

    department: str = ""
    file_format: Format = "xlsx"
    out: Path | None = None
    as_json: bool = False
    by_axis: bool = False
    year: int | None = None
    snapshot_name: str = ""
    has_present_units: bool = False


def summarize_city(folder: Path, options: SummaryOptions) -> int:
    """Write the summaries of one department, or of every one and the whole city, and return the exit code."""
    city = current_city(folder, options.year)
    if not options.snapshot_name:
        return _summarize(city, options)
    name = distinct_names([options.snapshot_name])[options.snapshot_name]
    with city_at_snapshot(city, options.snapshot_name) as then:
        return _summarize(then, replace(options, out=options.out or city.summaries / name))


def _summarize(city: CitySettings, options: SummaryOptions) -> int:
    seen, options = _surveyed(city, options)
    damaged = complain_damaged(city)
    department = seen.called(options.department)
    if options.department and department not in seen.departments.values():
        complain(f"「{options.department}」の事業がありません。部の名前を確かめてください")
        return FAILED
    if not seen.sheet_statuses:
        complain("登録されている事業がありません。その旨を書いた集計を作ります")
    if options.out is not None:
        remove_abandoned(options.out)
    if options.file_format != "xlsx":
        return _write_table(city, seen, department, options.file_format, options)
    waiting = _write_workbooks(city, seen, departments_of(seen, department), options)
    is_board_old = options.out is None and not renew_board(city, (), complain)
    return ATTENTION if waiting or damaged or is_board_old else 0


def _surveyed(city: CitySettings, options: SummaryOptions) -> tuple[Survey, SummaryOptions]:
    """Return what was read, each sheet in its unit of today where that is wanted, and the options with the folder for it."""
    seen = survey_of(city)
    if not options.has_present_units:
        return seen, options
    out = options.out or city.summaries / _PRESENT_UNITS
    present = current_city(city.folder).terms
    day = day_in_year(present.fiscal_year, today())
    return in_todays_units(seen, city.store, present, day), replace(options, out=out)


def _write_workbooks(
    city: CitySettings,
    seen: Survey,
    departments: Sequence[str | None],
    options: SummaryOptions,
) -> int:
    """Write and name the summary workbooks, and return how many wait because somebody has them open."""
    shown = progress(departments, "集計中", at_least=_BAR_FROM)
    results = []
    for result in write_summaries(city, seen, shown, options.out or city.summaries):
        results.append(result)
        _say_result(result, quiet=options.as_json)
    if options.as_json:
        put_json(
            {"files": [{"file": str(result.file), "outcome": result.fate} for result in results]}
        )
    return sum(result.fate == "waiting" for result in results)


def _say_result(result: WrittenSummary, *, quiet: bool) -> None:
    if result.fate == "waiting":
        who = f"{result.opened.who}さん" if result.opened and result.opened.who else "だれか"
        complain(
            f"{result.file}：{who}が開いているため、書き換えていません。閉じてからもう一度実行してください"
        )
    elif not quiet:
        say(f"集計 {result.file}")


def _write_table(
    city: CitySettings,
    seen: Survey,
    department: str,
    form: TableFormat,
    options: SummaryOptions,
) -> int:
    """Write the tidy table and name its files."""
    write = write_axis_tables if options.by_axis else write_table
    files = write(city, seen, department or None, form, options.out or city.summaries)
    if options.as_json:
        outcomes = {True: "written", False: "unchanged"}
        put_json(
            {
                "files": [
                    {"file": str(file), "outcome": outcomes[new]} for file, new in files.items()
                ]
            }
        )
        return 0
    for file, is_new in files.items():
        say(f"{'作成' if is_new else '変更なし'} {file}")
    return 0

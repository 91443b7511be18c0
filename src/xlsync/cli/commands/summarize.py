"""`xlsync summarize`: the summary workbooks in the shared folder, or the same sheets as a table for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xlsync.canonical_json import canonical
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.board_update import renew_board
from xlsync.cli.console import complain, progress, say
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.settings import City, find_city
from xlsync.exchange.department_summaries import Survey, survey
from xlsync.inbox.followup.summary_refresh import WrittenSummary, link_from, write_summary
from xlsync.inbox.share_paths import write_if_changed
from xlsync.summary.export.table_formats import csv_of, parquet_of
from xlsync.summary.export.tidy import (
    tidy_columns,
    tidy_document,
    tidy_json,
    tidy_rows,
    tidy_schema,
)
from xlsync.summary.figures.figures import figures_of

if TYPE_CHECKING:
    from xlsync.summary.figures.projects import Item

Format = Literal["xlsx", "csv", "json", "parquet"]


def summarize_city(folder: Path, department: str, form: Format, out: Path | None) -> int:
    """Write the summaries of one department, or of every one and the whole city; give the exit code."""
    city = find_city(folder.resolve())
    seen = survey(city.store, city.terms)
    damaged = complain_damaged(city)
    wanted = seen.called(department)
    if department and wanted not in seen.departments.values():
        complain(f"「{department}」のシートがありません。部の名前を確かめてください")
        return FAILED
    if not seen.standings:
        say("保管庫にシートがありません。その旨を書いた集計を作ります")
    if form != "xlsx":
        return _write_tables(city, seen, wanted or None, form, out or city.summaries)
    waiting = 0
    for one in _written(city, seen, _departments(seen, wanted), out or city.summaries):
        if one.fate == "waiting" and one.opened is not None:
            who = f"{one.opened.who}さん" if one.opened.who else "だれか"
            complain(
                f"{one.file}：{who}が開いているため、書き換えていません。閉じてからもう一度実行してください"
            )
            waiting += 1
        else:
            say(f"集計 {one.file}")
    if out is None and not renew_board(city):
        waiting += 1
    return ATTENTION if waiting or damaged else 0


def write_summaries(city: City) -> list[Path]:
    """Write every summary workbook and give their files; one that would not change, or is open, is not touched."""
    seen = survey(city.store, city.terms)
    return [one.file for one in _written(city, seen, _departments(seen, ""), city.summaries)]


def _departments(seen: Survey, wanted: str) -> list[str | None]:
    if wanted:
        return [wanted]
    return [*dict.fromkeys(seen.departments.values()), None]


def _written(
    city: City, seen: Survey, departments: Sequence[str | None], out: Path
) -> Iterator[WrittenSummary]:
    items = seen.items(link_from(out, city.sheets))
    for department in progress(departments, "集計中"):
        yield write_summary(out, seen.summary(department, items))


def _write_tables(city: City, seen: Survey, department: str | None, form: Format, out: Path) -> int:
    """Write the table of the city or one department, and beside a JSON its schema."""
    items: list[Item] = seen.items(link_from(out, city.sheets))
    edition = city.terms.form.at(city.terms.edition)
    organization = city.terms.organization
    figures = figures_of(items, department=department, edition=edition, organization=organization)
    columns, rows = tidy_columns(edition), tidy_rows(figures, edition)
    day = seen.made_on(department)
    files: dict[str, bytes] = {}
    match form:
        case "csv":
            files["csv"] = csv_of(columns, rows)
        case "parquet":
            files["parquet"] = parquet_of(columns, rows)
        case _:
            files["json"] = tidy_json(
                tidy_document(figures, edition, day.isoformat() if day else "")
            )
            files["schema.json"] = canonical(tidy_schema(edition))
    for ending, data in files.items():
        file = out / f"{seen.name(department)}.{ending}"
        say(f"{'作成' if write_if_changed(file, data) else '変更なし'} {file}")
    return 0

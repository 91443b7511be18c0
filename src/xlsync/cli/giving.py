"""`xlsync export` and `xlsync summarize`: workbooks out into the shared folder."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path, PurePosixPath

from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.places import file_name, workbook_file, write_if_new
from xlsync.cli.screen import complain, progress, say
from xlsync.cli.settings import City, find_city
from xlsync.disk import create_once
from xlsync.errors import WorkbookError
from xlsync.exchange import Standing, as_of, export, standings, template_of
from xlsync.sheet import Sheet
from xlsync.summary import Item, summarize

WHOLE_CITY = "全庁"


def export_keys(folder: Path, keys: Sequence[str], *, every: bool) -> int:
    """Make the workbooks of stored sheets where there are none yet; give the exit code."""
    city = find_city(folder.resolve())
    wanted = city.store.keys(city.terms.edition) if every else list(dict.fromkeys(keys))
    heads = {key: city.store.head(key, city.terms.edition) for key in wanted}
    for key, head in heads.items():
        if head is None:
            complain(f"{key}：保管庫にありません。事業コードを確かめてください")
    made, kept = export_heads(city, [head for head in heads.values() if head is not None])
    for file in made:
        say(f"作成 {file}")
    for file in kept:
        say(f"すでにあります（書き換えていません） {file}")
    say(f"作成 {len(made)}件、既存 {len(kept)}件")
    if not made and not kept:
        complain("書き出せるシートがありません。先に `xlsync import` で受け取ってください")
        return FAILED
    return ATTENTION if len(made) + len(kept) < len(heads) else 0


def export_heads(city: City, heads: Sequence[Sheet]) -> tuple[list[Path], list[Path]]:
    """Write the workbooks of sheets; give those made, and those left alone because a file is there.

    A sheet that no workbook can hold is told on standard error, and the others are made all the same.
    """
    made: list[Path] = []
    kept: list[Path] = []
    template = template_of(city.terms)
    for head in progress(heads, "書き出し中"):
        file = workbook_file(city, head)
        try:
            data = export(template, head, secrets.token_hex(4))
        except WorkbookError as fault:
            complain(f"{head.key} {head.title}：{fault}")
            continue
        (made if create_once(file, data) else kept).append(file)
    return made, kept


def export_past(folder: Path, keys: Sequence[str], day: date, out: Path, *, every: bool) -> int:
    """Make workbooks of sheets as they stood at the end of a day, beside the living ones; give the exit code."""
    city = find_city(folder.resolve())
    year, template, made = city.terms.edition, template_of(city.terms), 0
    wanted = city.store.keys(year) if every else list(dict.fromkeys(keys))
    for key in wanted:
        sheet = as_of(city.store, key, year, day.isoformat())
        if sheet is None:
            complain(f"{key}：{day} の時点ではまだ受け取っていません")
            continue
        file = out / f"{key}_{day}時点.xlsx"
        new = create_once(file, export(template, sheet, secrets.token_hex(4)))
        say(f"{'作成' if new else 'すでにあります（書き換えていません）'} {file}")
        made += 1
    return 0 if made == len(wanted) else ATTENTION if made else FAILED


def summarize_city(folder: Path, department: str) -> int:
    """Write the summaries of one department, or of every one and the whole city; give the exit code."""
    city = find_city(folder.resolve())
    files = write_summaries(city, department)
    for file in files:
        say(f"集計 {file}")
    if not files:
        complain(
            f"「{department}」のシートがありません。部の名前を確かめてください"
            if department
            else "保管庫にシートがありません"
        )
        return FAILED
    return 0


def write_summaries(city: City, department: str = "") -> list[Path]:
    """Write the summary workbooks and give their files; a file that would not change is not touched."""
    every = standings(city.store, city.terms)
    by_department: dict[str, list[Standing]] = {}
    for one in every:
        by_department.setdefault(one.sheet.department, []).append(one)
    wanted: list[tuple[str | None, list[Standing]]] = [
        (name, found) for name, found in by_department.items() if department in {"", name}
    ]
    if wanted and not department:
        wanted.append((None, every))
    return [_write_summary(city, name, found) for name, found in wanted]


def _write_summary(city: City, department: str | None, found: Sequence[Standing]) -> Path:
    """Write one summary; its date is that of the newest revision in it, so that equal data gives an equal file."""
    items = [Item(one.sheet, one.findings, _link(city, one.sheet)) for one in found]
    day = max(date.fromisoformat(one.when[:10]) for one in found)
    edition = city.terms.form.at(city.terms.edition)
    data = summarize(items, department=department, edition=edition, made_on=day)
    name = WHOLE_CITY if department is None else file_name(department or "部未記入")
    file = city.summaries / f"{name}.xlsx"
    write_if_new(file, data)
    return file


def _link(city: City, sheet: Sheet) -> str:
    """Give the path from the summaries to a sheet's living workbook, "" where it is not where it belongs."""
    file = workbook_file(city, sheet)
    return str(PurePosixPath("..", *file.relative_to(city.shared).parts)) if file.exists() else ""

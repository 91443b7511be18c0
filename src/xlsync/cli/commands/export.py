"""`xlsync export`: workbooks out into the shared folder."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.board_update import renew_board
from xlsync.cli.city_paths import workbook_file
from xlsync.cli.console import complain, progress, say
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.living_workbooks import living_files, reflect, say_reflection
from xlsync.cli.settings import City, find_city
from xlsync.disk import create_once
from xlsync.errors import WorkbookError
from xlsync.exchange import as_of, export, export_known, template_of
from xlsync.sheet import Sheet


def export_keys(folder: Path, keys: Sequence[str], *, every: bool) -> int:
    """Make the workbooks of stored sheets, or bring those there are up to date; give the exit code."""
    city = find_city(folder.resolve())
    wanted = city.store.keys(city.terms.edition) if every else list(dict.fromkeys(keys))
    damaged = {sheet.key for sheet in complain_damaged(city)}
    newest = {key: city.store.find_newest(key, city.terms.edition) for key in wanted}
    heads = {key: None if revision is None else revision.sheet for key, revision in newest.items()}
    for key, head in heads.items():
        if head is None and key not in damaged:
            complain(f"{key}：保管庫にありません。事業コードを確かめてください")
    made, kept = export_heads(city, [head for head in heads.values() if head is not None])
    for file in made:
        say(f"作成 {file}")
    files = list(dict.fromkeys(file for found in kept.values() for file in found))
    written = _bring_up_to_date(city, files)
    say(f"作成 {len(made)}件、既存 {len(files)}件" + (f"、うち反映 {written}件" if written else ""))
    if made:
        renew_board(city)  # it links to the workbooks
    if not made and not kept:
        complain("書き出せるシートがありません。先に `xlsync import` で受け取ってください")
        return FAILED
    return ATTENTION if len(made) + len(kept) < len(heads) else 0


def _bring_up_to_date(city: City, files: Sequence[Path]) -> int:
    """Bring workbooks that were there already up to date, say so of each, and give how many were written."""
    reflected = dict(reflect(city, files))
    for file in files:
        reflection = reflected.get(file)
        if reflection is None or reflection.fate == "nothing":
            word = "書き換えていません" if reflection is None else "最新の内容です"
            say(f"すでにあります（{word}） {file}")
        else:
            say_reflection(str(file), reflection)
    return sum(one.fate == "written" for one in reflected.values())


def export_heads(city: City, heads: Sequence[Sheet]) -> tuple[list[Path], dict[str, list[Path]]]:
    """Write the workbooks of sheets; give those made, and by key those that were there already, also where they were moved.

    A sheet that no workbook can hold is told on standard error, and the others are made all the same.
    """
    made: list[Path] = []
    kept: dict[str, list[Path]] = {}
    template = template_of(city.terms)
    for head in progress(heads, "書き出し中"):
        file = workbook_file(city, head)
        if found := living_files(city, head, file):
            kept[head.key] = found
            continue
        try:
            data = export_known(template, head, secrets.token_hex(4), city.store, city.terms)
        except WorkbookError as fault:
            complain(f"{head.key} {head.title}：{fault}")
            continue
        if create_once(file, data):
            made.append(file)
        else:
            kept[head.key] = [file]
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

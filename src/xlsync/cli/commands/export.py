"""`xlsync export`: workbooks of stored sheets into the shared folder, or as they stood on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsync.city.board_update import renew_board
from xlsync.city.usual_names import Renamed, rename_to_todays_keys
from xlsync.city.workbook_export import Exported, export_living, export_past, export_trials
from xlsync.cli import ATTENTION, FAILED, INTERRUPTED
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.cancellable_steps import CancellableSteps, LeftStep, left_sheet
from xlsync.cli.commands.export_plan import show_export
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import complain_unused_form, current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.shared_fields_lines import keep_forms_in_step
from xlsync.cli.write_back_lines import say_write_back, write_back_all
from xlsync.errors import StoreDamaged
from xlsync.sheet_keys import SheetId
from xlsync.store import DamagedSheet
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.inbox.followup.write_back_file import WriteBackResult
    from xlsync.sheet import Sheet


def export_keys(
    folder: Path,
    keys: Sequence[str],
    *,
    every: bool,
    as_json: bool = False,
    is_dry_run: bool = False,
) -> int:
    """Write the workbooks of stored sheets, bring those that exist up to date, and return the exit code."""
    city = current_city(folder)
    complain_unused_form(city)
    if is_dry_run:
        return show_export(city, _heads(city, _wanted(city, keys, every=every)), as_json=as_json)
    keep_forms_in_step(city, quiet=as_json)
    written = export_sheets(city, _wanted(city, keys, every=every), quiet=as_json)
    if as_json:
        put_json({"workbooks": written.documents, **written.export_steps.to_document()})
    return written.exit_code


@dataclass(frozen=True, slots=True)
class WrittenWorkbooks:
    """What became of the workbooks of sheets: a JSON object for each, the exit code, and how far it came."""

    documents: Sequence[Mapping[str, Any]]
    exit_code: int
    export_steps: CancellableSteps


def export_sheets(
    city: CitySettings, wanted: Sequence[SheetId], *, quiet: bool = False
) -> WrittenWorkbooks:
    """Write the workbooks of sheets, and bring those that exist up to date; where quiet, only complaints are printed."""
    known = _heads(city, wanted)
    for renamed in rename_to_todays_keys(city, wanted):
        _say_renamed(renamed, quiet=quiet)
    steps = CancellableSteps("書き出し中", left_of=left_sheet)
    exported = export_living(city, steps(known))
    _complain_of_refused(exported, known)
    if not quiet:
        for file in exported.created.values():
            say(f"作成 {file}")
    written: set[Path] = set()
    if not steps.is_cancelled:
        steps = CancellableSteps("書き戻し中", left_of=_left_file)
        ids = {head.key: SheetId(head.id) for head in known}
        written = _write_back_existing(city, exported, ids, steps, quiet=quiet)
    if exported.created:
        renew_board(city, (), complain)  # it links to the workbooks
    steps.complain()
    code = INTERRUPTED if steps.is_cancelled else _code(exported, len(wanted))
    return WrittenWorkbooks(_documents(exported, written), code, steps)


def _left_file(file: Path) -> LeftStep:
    return LeftStep(str(file), file.name)


def _say_renamed(renamed: Renamed, *, quiet: bool) -> None:
    if renamed.hindrance:
        complain(
            f"{renamed.former_file}：番号に合わせて名前を変えていません（{renamed.hindrance}）"
        )
    elif not quiet:
        say(f"名前の変更 {renamed.former_file} → {renamed.file.name}")


def export_trial_workbooks(
    folder: Path, keys: Sequence[str], out: Path | None, *, every: bool, as_json: bool = False
) -> int:
    """Write trial workbooks of stored sheets, and return the exit code."""
    city = current_city(folder)
    wanted = _wanted(city, keys, every=every)
    known = _heads(city, wanted)
    if out is not None:
        remove_abandoned(out)
    exported = export_trials(city, progress(known, "書き出し中"), out)
    _complain_of_refused(exported, known)
    if as_json:
        put_json({"workbooks": _documents(exported, set())})
    else:
        _say_files(exported)
    return _code(exported, len(wanted))


def _say_files(exported: Exported) -> None:
    for file in exported.created.values():
        say(f"作成 {file}")
    for file in (file for files in exported.existing.values() for file in files):
        say(f"すでにあります（書き換えていません） {file}")


def _wanted(city: CitySettings, keys: Sequence[str], *, every: bool) -> list[SheetId]:
    store, year = city.store, city.terms.fiscal_year
    named = store.counted_keys(year) if every else [store.id_of(key, year) for key in keys]
    return list(dict.fromkeys(named))


def _heads(city: CitySettings, keys: Sequence[SheetId]) -> list[Sheet]:
    """Return the sheets as they stand; keys without a sheet, and sheets that cannot be read, are named."""
    store, year = city.store, city.terms.fiscal_year
    heads: list[Sheet] = []
    missing, damaged = [], []
    for key in keys:
        try:
            head = store.head(key, year)
        except StoreDamaged as fault:
            damaged.append(DamagedSheet(year, key, fault.reason, fault.where))
            continue
        missing += [key] if head is None else []
        heads += [] if head is None else [head]
    others = sorted(set(store.keys(year)) - set(keys))
    damaged += store.damaged(year, others)
    complain_damaged(city, sorted(damaged, key=lambda sheet: sheet.key))
    for key in missing:
        complain(f"{key}：{not_registered(store.form, key).reason}")
    return heads


def _complain_of_refused(exported: Exported, heads: Sequence[Sheet]) -> None:
    titles = {head.key: head.title for head in heads}
    for key, reason in exported.refused.items():
        complain(f"{key} {titles[key]}：{reason}")


def _write_back_existing(
    city: CitySettings,
    exported: Exported,
    ids: Mapping[str, SheetId],
    steps: CancellableSteps,
    *,
    quiet: bool,
) -> set[Path]:
    """Bring workbooks that existed up to date, say so of each, and return those written; `ids` are those of the keys."""
    files = list(dict.fromkeys(file for listed in exported.existing.values() for file in listed))
    likely_ids: dict[Path, list[SheetId]] = {}
    for key, listed in exported.existing.items():
        for file in listed:
            likely_ids.setdefault(file, []).append(ids[key])
    results = dict(write_back_all(city, files, likely_ids, steps))
    written = {file for file, result in results.items() if result.fate == "written"}
    if not quiet:
        _say_written(exported, results if steps.is_cancelled else files, results, len(written))
    return written


def _say_written(
    exported: Exported,
    files: Collection[Path],
    results: Mapping[Path, WriteBackResult],
    written: int,
) -> None:
    for file in files:
        _say_existing(file, results.get(file))
    counts = f"作成 {len(exported.created)}件、既存 {len(files)}件"
    say(counts + (f"、うち書き戻し {written}件" if written else ""))


def _say_existing(file: Path, result: WriteBackResult | None) -> None:
    if result is None:
        say(f"すでにあります（書き換えていません） {file}")
    elif result.fate == "nothing":
        say(f"すでにあります（最新の内容です） {file}")
    else:
        say_write_back(str(file), result)


def _code(exported: Exported, wanted: int) -> int:
    exist = len(exported.created) + len(exported.existing)
    if not exist:
        complain("書き出せる事業がありません。先に `xlsync import` で登録してください")
        return FAILED
    return ATTENTION if exist < wanted else 0


def _documents(exported: Exported, written: set[Path]) -> list[Mapping[str, Any]]:
    created = [
        {"key": key, "file": str(file), "outcome": "created"}
        for key, file in exported.created.items()
    ]
    existing = [
        {"key": key, "file": str(file), "outcome": "written-back" if file in written else "kept"}
        for key, files in exported.existing.items()
        for file in files
    ]
    refused = [
        {"key": key, "outcome": "refused", "reason": reason}
        for key, reason in exported.refused.items()
    ]
    return [*created, *existing, *refused]


class Day(NamedTuple):
    """A day to look back to, and the fiscal year of the sheets, None for that of the settings."""

    date: date
    fiscal_year: int | None = None


def export_day(
    folder: Path,
    keys: Sequence[str],
    day: Day,
    out: Path,
    *,
    every: bool,
    as_json: bool = False,
) -> int:
    """Write workbooks of sheets as they stood at the end of a day, and return the exit code."""
    city = current_city(folder, day.fiscal_year)
    wanted = _wanted(city, keys, every=every)
    remove_abandoned(out)
    exported, absent = export_past(city, wanted, day.date, out)
    for key in absent:
        complain(f"{key}：{day.date} の時点ではまだ登録されていません")
    for key, reason in exported.refused.items():
        complain(f"{key}：{reason}")
    if as_json:
        put_json({"workbooks": _documents(exported, set())})
    else:
        _say_files(exported)
    missing = len(absent) + len(exported.refused)
    if not missing:
        return 0
    return ATTENTION if missing < len(wanted) else FAILED

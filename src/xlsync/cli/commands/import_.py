"""`xlsync import`: receive files into the store, write back what others changed, renew the board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.board_update import board_file, renew_board
from xlsync.city.city_paths import display_path, input_files
from xlsync.city.file_intake import receive_files
from xlsync.city.living_workbooks import program_files
from xlsync.cli import INTERRUPTED
from xlsync.cli.cancellable_steps import CancellableSteps, LeftStep
from xlsync.cli.commands.check import check_paths
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import complain_unused_form, current_city
from xlsync.cli.receipt_lines import report
from xlsync.cli.shared_fields_lines import keep_forms_in_step
from xlsync.cli.write_back_lines import say_write_back, write_back_all
from xlsync.exchange.receipt import ProcedureRules, ReviewRules

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt
    from xlsync.sheet_keys import SheetId


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the options of `xlsync import` say."""

    as_json: bool = False
    notes: bool = False
    clearing_meant: bool = False
    after_deadline: bool = False
    is_reviewed: bool = False


def import_paths(folder: Path, paths: Sequence[Path], options: ImportOptions) -> int:
    """Receive files into the store, print the receipts, and return the exit code."""
    city = current_city(folder)
    complain_unused_form(city)
    if options.is_reviewed:
        city = replace(
            city, terms=replace(city.terms, procedure_rules=ProcedureRules(ReviewRules("all")))
        )
    # A folder of the whole store that cannot be listed ends this here, instead of refusing each file.
    city.store.keys(city.terms.fiscal_year)
    files = list(input_files(paths, city))
    steps = CancellableSteps("読み取り中", left_of=lambda file: _left(file.file, city))
    receipts = receive_files(
        city,
        steps(files),
        clearing_meant=options.clearing_meant,
        after_deadline=options.after_deadline,
    )
    code = report(
        receipts, as_json=options.as_json, checked=False, notes=options.notes, steps=steps
    )
    keep_forms_in_step(city, quiet=options.as_json)
    writing = CancellableSteps("書き戻し中", left_of=lambda file: _left(file, city))
    upgraded = not steps.is_cancelled and _write_back(
        city, [file.file for file in files], receipts, writing, quiet=options.as_json
    )
    writing.complain()
    changed = upgraded or any(receipt.outcome != "unchanged" for receipt in receipts)
    if changed or (receipts and not board_file(city).exists()):
        renew_board(city, receipts, complain)
    return INTERRUPTED if writing.is_cancelled else code


def _left(file: Path, city: CitySettings) -> LeftStep:
    name = display_path(file, city)
    return LeftStep(name, name)


def show_import(folder: Path, paths: Sequence[Path], *, as_json: bool, notes: bool) -> int:
    """Check files as they would be received, say that nothing was stored, and return the exit code."""
    code = check_paths(folder, paths, as_json=as_json, notes=notes)
    if not as_json:
        say("まだ何も登録していません（--dry-run）。")
    return code


def _write_back(
    city: CitySettings,
    files: Sequence[Path],
    receipts: Sequence[Receipt],
    steps: CancellableSteps,
    *,
    quiet: bool,
) -> bool:
    """Write what others changed into the files that were received, and new program totals into those of the same program.

    Return whether any was brought to another version of the form.
    """
    received = {receipt.file for receipt in receipts if receipt.outcome != "refused"}
    own = [file for file in files if display_path(file, city) in received]
    changed = {receipt.sheet_id for receipt in receipts if receipt.changes}
    upgraded = False
    files_to_write = dict.fromkeys((*own, *program_files(city, changed)))
    ids = _ids_by_file(city, own, receipts)
    for file, result in write_back_all(city, files_to_write, ids, steps):
        upgraded = upgraded or bool(result.version)
        if not quiet:
            say_write_back(display_path(file, city), result)
    return upgraded


def _ids_by_file(
    city: CitySettings, files: Iterable[Path], receipts: Iterable[Receipt]
) -> dict[Path, set[SheetId]]:
    """Return the sheets that were received of each file."""
    ids: dict[str, set[SheetId]] = {}
    for receipt in receipts:
        ids.setdefault(receipt.file, set()).add(receipt.sheet_id)
    return {file: ids.get(display_path(file, city), set()) for file in files}

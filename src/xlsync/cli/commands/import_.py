"""`xlsync import` and `xlsync check`: files in, receipts out, one bad file never stopping the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.board_update import board_file, renew_board
from xlsync.cli.city_paths import files_in, is_vacant, read_file, shown, source_path
from xlsync.cli.console import complain, now, progress, put_json, say, say_receipt, user
from xlsync.cli.living_workbooks import reflect, say_reflection
from xlsync.cli.settings import City, find_city
from xlsync.errors import SettingsError, WorkbookError
from xlsync.exchange import Receipt, Source, Terms, inspect, receive
from xlsync.exchange.program_findings import with_program_findings
from xlsync.form.library import load_form
from xlsync.owner_file import user_of
from xlsync.store import Store

Journey = Callable[[bytes, Source], list[Receipt]]


def import_paths(
    folder: Path,
    paths: Sequence[Path],
    *,
    as_json: bool = False,
    notes: bool = False,
    clearing_meant: bool = False,
) -> int:
    """Take files into the store, print the receipts, and give the exit code."""
    city = find_city(folder.resolve())
    files = list(files_in(paths, city))
    receipts = with_program_findings(
        city.store, city.terms, import_files(city, files, clearing_meant=clearing_meant)
    )
    code = _report(receipts, as_json=as_json, checked=False, notes=notes)
    taken = {receipt.file for receipt in receipts if receipt.outcome != "refused"}
    for file, reflection in reflect(city, [one for one in files if shown(one, city) in taken]):
        if not as_json:
            say_reflection(shown(file, city), reflection)
    told_new = any(one.outcome != "unchanged" for one in receipts)
    if told_new or (receipts and not board_file(city).exists()):
        renew_board(city, receipts)
    return code


def import_files(
    city: City, files: Sequence[Path], *, clearing_meant: bool = False
) -> list[Receipt]:
    """Take files into the store and give their receipts."""

    def journey(data: bytes, source: Source) -> list[Receipt]:
        return receive(city.store, city.terms, data, replace(source, clearing_meant=clearing_meant))

    return _walk(files, journey, city)


def check_paths(
    folder: Path, paths: Sequence[Path], *, as_json: bool = False, notes: bool = False
) -> int:
    """Check files, print the receipts, and give the exit code; outside a city the newest form shipped is meant."""
    try:
        city: City | None = find_city(folder.resolve())
    except SettingsError:
        if (folder / "xlsync.toml").exists():
            raise
        city = None
    receipts = _walk(list(files_in(paths, city)), _checker(city), city)
    return _report(receipts, as_json=as_json, checked=True, notes=notes)


def _checker(city: City | None) -> Journey:
    if city is None:
        form = load_form()
        return lambda data, source: inspect(Terms(form, 2018), data, source)
    store: Store | None = city.store if (city.store.folder / "store.json").exists() else None
    return lambda data, source: inspect(city.terms, data, source, store)


def _walk(files: Sequence[Path], journey: Journey, city: City | None) -> list[Receipt]:
    receipts: list[Receipt] = []
    when, who = now(), user()
    for file in progress(files, "読み取り中"):
        name = shown(file, city) if city is not None else str(file)
        saved_by = user_of(file, who)  # counts where the workbook itself does not say
        place = source_path(file, city)
        source = Source(name, when, saved_by, place, lambda place: is_vacant(place, city))
        try:
            receipts += journey(read_file(file), source)
        except WorkbookError as fault:
            receipts.append(Receipt(name, "refused", reason=fault.reason))
    return receipts


def _report(receipts: Sequence[Receipt], *, as_json: bool, checked: bool, notes: bool) -> int:
    if as_json:
        put_json(
            {"receipts": [receipt.to_document(with_changes=not checked) for receipt in receipts]}
        )
    else:
        for receipt in receipts:
            say_receipt(receipt, checked=checked, notes=notes)
        _say_total(receipts, checked=checked)
    if all(receipt.outcome == "refused" for receipt in receipts):
        verb = "確かめられる" if checked else "受け取れる"
        none_sound = f"{verb}ファイルがありませんでした"
        complain(none_sound if receipts else "ブックが見つかりません。場所を確かめてください")
        return FAILED
    return ATTENTION if any(receipt.needs_attention for receipt in receipts) else 0


def _say_total(receipts: Sequence[Receipt], *, checked: bool) -> None:
    done = [receipt for receipt in receipts if receipt.outcome != "refused"]
    with_errors = sum(
        any(found.severity == "error" for found in receipt.findings) for receipt in done
    )
    refused = len(receipts) - len(done)
    words = [
        f"{'確認' if checked else '受領'} {len(done)}件",
        f"うちエラーのあるもの {with_errors}件",
    ]
    if refused:
        words.append(f"受け取れなかったもの {refused}件")
    say("、".join(words))

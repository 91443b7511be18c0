"""`xlsync demo`: the main workflow on the five official sheets, in an empty folder.

The planning office registers the projects and gives out workbooks; staff fill them as staff do (one leaves cells blank,
one types over a sum, one writes full-width digits and 千円); the workbooks are received; findings and summaries follow.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

from xlsync.canonical_json import parse_json
from xlsync.city.board_update import board_file, renew_board
from xlsync.city.city_paths import display_path, input_files, workbook_file
from xlsync.city.clock_and_user import now
from xlsync.city.file_intake import receive_files
from xlsync.city.settings import CitySettings
from xlsync.city.summary_files import departments_of, survey_of, write_summaries
from xlsync.city.workbook_export import export_living
from xlsync.cli.commands.init import create_city
from xlsync.cli.commands.status import show_status
from xlsync.cli.console import complain, say
from xlsync.cli.receipt_lines import say_receipt
from xlsync.cli.write_back_lines import say_write_back, write_back_all
from xlsync.computed import results
from xlsync.disk import replace_whole
from xlsync.errors import SettingsError
from xlsync.exchange import Source
from xlsync.exchange.check_context import facts_for
from xlsync.exchange.receive import receive
from xlsync.form.edition import Edition, Field
from xlsync.form.library import SHIPPED
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.sheet import Sheet, sheet_of
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE, Known, checks_of
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.page_answers import SUBMIT

EDITION: Final = 2018
RATES: Final = {
    "2016-settled": (7326.4, 2.649),
    "2017-settled": (7107.2, 2.526),
    "2018-initial": (7106.0, 2.530),
}
"""千円 per person and per hour: least squares over the official sheets (official-form/README.md of the form's papers)."""

WRONG_SUM: Final = ("01-02-01-09-11-01", "costs.2017-settled.project_cost", 134_198)
HANDED_IN: Final = frozenset({"01-02-01-08-14-01", "01-02-01-08-15-01"})
"""Sheets that their sections hand in."""
FULL_WIDTH: Final = "01-02-01-10-12-01"
_WIDE: Final = str.maketrans("0123456789,", "０１２３４５６７８９，")


def run_demo(folder: Path) -> int:
    """Run the main workflow in a folder that is empty or not there yet, and return the exit code."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(
            "デモは空のフォルダで行います。別のフォルダ名を指定してください", str(folder)
        )
    say("■ 1. 市のフォルダを作ります")
    city = create_city(folder.resolve(), "つくば市（デモ）", EDITION, rates=RATES)
    sheets = official_sheets(city.terms.form.at(EDITION))
    say("\n■ 2. 企画担当が5つの事業を登録し、配布用のファイルを作ります")
    for sheet in sheets:
        receive(
            city.store,
            city.terms,
            _registered(sheet).to_json(),
            Source("企画担当の登録", now(), "企画担当"),
        )
    for file in export_living(city, city.store.heads(EDITION)).created.values():
        say(f"  作成 {display_path(file, city)}")
    say(
        "\n■ 3. 各係がExcelで入力し、上書き保存します（1枚は未入力あり、1枚は合計の誤り、1枚は全角と「千円」つき）。\n"
        "  済んだ2枚は、シート「チェック」の「提出」で「提出する」を選びます"
    )
    for sheet in sheets:
        _fill_as_staff(city, sheet)
    say("\n■ 4. 保存されたファイルを受け取り、すべての欄を確かめます")
    _receive_workbooks(city)
    say("\n■ 5. 部と全庁の集計と、提出状況の一覧を作ります")
    seen = survey_of(city)
    written = write_summaries(city, seen, departments_of(seen), city.summaries)
    summaries = [summary.file for summary in written]
    renew_board(city, (), complain)
    show_status(city.folder, as_json=False)
    _say_what_next(city, summaries, sheets)
    return 0


def _receive_workbooks(city: CitySettings) -> None:
    """Receive the saved workbooks, and write the results back into them."""
    files = list(input_files([city.sheets]))
    for receipt in receive_files(city, files):
        say_receipt(receipt, notes=receipt.key == FULL_WIDTH)
    for file, result in write_back_all(city, [file.file for file in files]):
        say_write_back(display_path(file, city), result)


def official_sheets(edition: Edition) -> list[Sheet]:
    """Return the five official sheets, in order of key."""
    folder = resources.files("xlsync") / "forms" / SHIPPED[0] / "examples"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".json")),
        key=lambda entry: entry.name,
    )
    return [sheet_of(edition, parse_json(file.read_bytes())) for file in files]


def _registered(sheet: Sheet) -> Sheet:
    """Return what the planning office knows before anyone fills the sheet in: its own fields, and last known totals."""
    known = {
        path: sheet[path]
        for path, field in sheet.edition.by_path.items()
        if field.filled_by == "office" or path.startswith("program_totals.")
    }
    return Sheet(sheet.edition, sheet.key, known)


def _fill_as_staff(city: CitySettings, sheet: Sheet) -> None:
    """Type a sheet's values into its living workbook, and save it as Excel would: with its formulas calculated."""
    file = workbook_file(city, sheet)
    data = file.read_bytes()
    reading = read(data, city.terms.form)[0]
    typed: dict[tuple[str, str], str | int | float | None] = {}
    for path, field in sheet.edition.by_path.items():
        if field.filled_by == "staff" and sheet[path] is not None:
            typed[reading.worksheet, reading.cells[path]] = _as_typed(sheet, field)
    if sheet.key == WRONG_SUM[0]:
        typed[reading.worksheet, reading.cells[WRONG_SUM[1]]] = WRONG_SUM[2]
    if sheet.key in HANDED_IN:
        typed[PAGE, HAND_IN] = SUBMIT
    replace_whole(file, calculated(patch_cells(data, typed, overwrite_formulas=True), city))


def _as_typed(sheet: Sheet, field: Field) -> str | int | float | None:
    shown = field.kind.show(sheet[field.path])
    if (
        sheet.key == FULL_WIDTH
        and field.kind.kept_decimals() is not None
        and isinstance(shown, int)
    ):
        return f"{shown:,}".translate(_WIDE) if ".national" in field.path else f"{shown:,} 千円"
    return shown if shown is None or isinstance(shown, str | int) else float(shown)


def calculated(data: bytes, city: CitySettings) -> bytes:
    """Return the workbook with the results Excel would store beside the form's formulas: text is no number to Excel."""
    reading = read(data, city.terms.form)[0]
    cells = open_workbook(data).cells(reading.worksheet)
    typed = {
        path: cells[address].value for path, address in reading.cells.items() if address in cells
    }
    numbers = {path: value for path, value in typed.items() if isinstance(value, int)}
    computed = results(reading.sheet.edition, reading.live, numbers)
    cached = {
        (reading.worksheet, reading.cells[path]): "" if value is None else value
        for path, value in computed.items()
    }
    return _with_check_results(patch_cells(data, {}, cached=cached), city)


def _with_check_results(data: bytes, city: CitySettings) -> bytes:
    """Return the workbook with the results that チェック shows after Excel has calculated."""
    reading = read(data, city.terms.form)[0]
    sheet = reading.sheet
    known = Known(facts_for(city.store, city.terms, sheet))
    checks = checks_of(sheet.edition, reading.worksheet, reading.cells)
    return patch_cells(data, {}, cached=checks.results(sheet, known))


def _say_what_next(city: CitySettings, summaries: list[Path], sheets: list[Sheet]) -> None:
    say("\n■ できました。次のファイルをExcelで開いてみてください")
    for file in summaries:
        say(f"  集計　　：{file}")
    say(f"  提出状況：{board_file(city)}")
    say(f"  記入済み：{workbook_file(city, sheets[0])}")
    incomplete = next(sheet for sheet in sheets if sheet["costs.2017-settled.project_cost"] is None)
    say(f"  未入力あり：{workbook_file(city, incomplete)}")
    say(f"  登録データ：{city.store.head_file(sheets[0].id, EDITION)}")
    say(
        f"  開いて直し、上書き保存してから `xlsync import -C {city.folder} {city.sheets}` で受け取れます"
    )

"""`xlsync figures import`: take amounts of the financial system into the sheets, once it is shown what that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.city.figure_files import (
    KINDS_FILE,
    SHARES_FILE,
    known_imports,
    read_kinds,
    save_kinds,
    sheets_and_shares,
    with_entry,
)
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.change_lines import change_lines, say_first
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.shown_plan import leave_plan, read_list, refuse_plan, report_plan
from xlsync.errors import SettingsError
from xlsync.exchange import Source
from xlsync.exchange.figures.figures_plan import FiguresFile, FiguresPlan, plan_figures
from xlsync.exchange.figures.figures_run import keep_figures_of, run_figures
from xlsync.exchange.figures.file_kinds import FileKind
from xlsync.sheet_keys import fault_of_key

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.figures.figures_plan import DividedLine, SheetFigures
    from xlsync.exchange.receipt import Receipt

_QUESTION: Final = "このとおり取り込みますか"
_NOT_DONE: Final = "取り込んでいません。よければ --yes を付けて実行してください。"
_FAULTY: Final = "何も取り込んでいません。上の行を直して、もう一度実行してください。"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the options of `xlsync figures import` say; `as_of` is a day in ISO 8601, "" for today."""

    kind_name: str
    as_of: str = ""
    mapping_entries: Sequence[str] = ()
    agreement: Agreement = ASK


def import_figures(folder: Path, file: Path, options: ImportOptions) -> int:
    """Show what a file would change, carry it out where that is agreed, and return the exit code."""
    city = current_city(folder)
    kind = _kind_of(city, options)
    plan = _planned(city, file, kind)
    if options.mapping_entries and not options.agreement.is_dry_run:
        remove_abandoned(city.folder)
        save_kinds(city, {**read_kinds(city), kind.name: kind})
    if not options.agreement.as_json:
        _say_plan(plan, options)
    if plan.faults:
        return refuse_plan(plan, _FAULTY, as_json=options.agreement.as_json)
    steps = CancellableSteps("取り込み中")
    receipts = _carried_out(city, plan, file.name, options, steps)
    if receipts is None:
        return _left(plan, options.agreement)
    wanted = [figures.sheet.id for figures in plan.sheet_figures]
    as_json = options.agreement.as_json
    # Into those that had the figures before, too: the run that took them in may not have come to its end.
    code = report_plan(
        folder, plan, receipts, wanted, "取り込みました", as_json=as_json, steps=steps
    )
    return code or ATTENTION * bool(plan.lines_without)


def _kind_of(city: CitySettings, options: ImportOptions) -> FileKind:
    if fault := fault_of_key(options.kind_name):
        raise SettingsError(f"種類の名前が{fault}", "--kind")
    kind = read_kinds(city).get(options.kind_name, FileKind(options.kind_name))
    edition = city.terms.form.at(city.terms.fiscal_year)
    for entry in options.mapping_entries:
        heading, separator, content = entry.partition("=")
        if not separator or not heading.strip():
            raise SettingsError("見出しと欄を1つずつ書いてください（見出し=欄）", f"--map {entry}")
        kind = with_entry(kind, heading.strip(), content.strip(), edition, f"--map {entry}")
    return kind


def _planned(city: CitySettings, file: Path, kind: FileKind) -> FiguresPlan:
    sheets, shares = sheets_and_shares(city)
    edition = city.terms.form.at(city.terms.fiscal_year)
    figures_file = FiguresFile(read_list(file), file.name, kind)
    return plan_figures(figures_file, edition, sheets, shares, known_imports(city))


def _say_plan(plan: FiguresPlan, options: ImportOptions) -> None:
    kind = plan.file_kind
    say(
        f"{kind.name}（{kind.basis}、{kind.unit}単位、端数は{kind.rounding}）：予算の行 {len(plan.divided_lines)}件"
    )
    say(
        f"数字が入るシート {len(plan.sheet_figures)}件（うち変わるシート {len(plan.changed)}件）、"
        f"数字のないシート {len(plan.sheets_without)}件、シートのない予算の行 {len(plan.lines_without)}件"
    )
    say_first([line for sheet in plan.changed for line in _lines(sheet)])
    say_first([_line_without_sheet(divided) for divided in plan.lines_without])
    say_first([f"数字のないシート {sheet.key} {sheet.title}" for sheet in plan.sheets_without])
    say_first(plan.passed_over)
    say_first(plan.doubts)
    if any(not divided.yen_of_sheets for divided in plan.divided_lines):
        say(f"1つの予算を何件かのシートに分けるときは、{SHARES_FILE} に割合を書いてください。")
    for fault in plan.faults:
        complain(fault)
    if options.mapping_entries and not options.agreement.is_dry_run:
        say(f"見出しを {KINDS_FILE} に控えました。次からは --map は要りません。")


def _line_without_sheet(divided: DividedLine) -> str:
    line = divided.budget_line
    return (
        f"シートのない予算 {line.row}行目 {line.budget_code.code_text} {line.name}："
        f"{sum(line.yen.values()):,}円。{divided.reason}"
    )


def _lines(figures: SheetFigures) -> list[str]:
    sheet = figures.sheet
    return [f"変更 {sheet.key} {sheet.title}", *change_lines(sheet, figures.changes)]


def _carried_out(
    city: CitySettings,
    plan: FiguresPlan,
    name: str,
    options: ImportOptions,
    steps: CancellableSteps,
) -> list[Receipt] | None:
    """Return the receipts, None where it was not agreed to."""
    if not options.agreement.is_reached(_QUESTION):
        return None
    source = Source(name, now(), user())
    as_of = options.as_of or source.when[:10]
    keep_figures_of(city.store, city.terms, plan, source, as_of)
    receipts = list(run_figures(city.store, city.terms, plan, source, steps))
    renew_board(city, receipts, complain)
    return receipts


def _left(plan: FiguresPlan, agreement: Agreement) -> int:
    """Say that nothing was done, and return the exit code."""
    leave_plan(plan, "" if agreement.is_dry_run else _NOT_DONE, as_json=agreement.as_json)
    is_left = plan.changed and not agreement.is_dry_run
    return ATTENTION if is_left or plan.lines_without else 0


__all__ = ["ImportOptions", "import_figures"]

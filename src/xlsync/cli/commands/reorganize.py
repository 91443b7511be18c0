"""`xlsync reorganize [LIST]`: move sheets and workbooks to the units of a new organization, once it is shown what that does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.board_update import renew_board
from xlsync.city.city_paths import display_path
from xlsync.city.clock_and_user import now, user
from xlsync.city.reorganization import (
    other_lists_notes,
    planned_files,
    planned_reorganization,
    reorganization_to_undo,
    reorganize,
    transfer_list,
    undo_reorganization,
)
from xlsync.cli import ATTENTION, FAILED, INTERRUPTED
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.cancellable_steps import CancellableSteps, StepsCancelled
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.receipt_lines import complain_not_done
from xlsync.cli.write_back_lines import write_back_all
from xlsync.disk import replace_whole
from xlsync.exchange import Source
from xlsync.exchange.reorganization.unit_succession import shown

if TYPE_CHECKING:
    from xlsync.city.reorganization import Reorganized
    from xlsync.city.settings import CitySettings
    from xlsync.city.transferred_files import TransferredFile
    from xlsync.exchange.reorganization.reorganization_plan import ReorganizationPlan

_QUESTION: Final = "このとおり移しますか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"
_FAULTY: Final = "何もしていません。上の行を直して、もう一度実行してください。"


@dataclass(frozen=True, slots=True)
class ReorganizeOptions:
    """What the options of `xlsync reorganize` say; `day` is None for today, `out` None for no workbook of the plan."""

    agreement: Agreement = ASK
    day: dt.date | None = None
    out: Path | None = None


def reorganize_city(folder: Path, file: Path | None, options: ReorganizeOptions) -> int:
    """Show what a reorganisation does, carry it out where that is agreed, and return the exit code."""
    city = current_city(folder)
    plan = planned_reorganization(city, file, options.day)
    files = planned_files(city, plan)
    as_json = options.agreement.as_json
    if options.out is not None:
        remove_abandoned(options.out.parent)
        replace_whole(options.out, transfer_list(city, plan))
    if not as_json:
        _say_plan(city, plan, files)
        say_first([] if options.out is None else [f"書き出しました {options.out}"])
    if plan.faults:
        return _refused(plan, as_json=as_json)
    is_something = bool(plan.transfers or files)
    if not _is_agreed(options.agreement, is_something=is_something):
        return _left(city, plan, files, options)
    return _carried_out(city, plan, as_json=as_json)


def _is_agreed(agreement: Agreement, *, is_something: bool) -> bool:
    """Whether it is to be carried out: nobody is asked where nothing would be done."""
    return (is_something or agreement.is_given) and agreement.is_reached(_QUESTION)


def _carried_out(city: CitySettings, plan: ReorganizationPlan, *, as_json: bool) -> int:
    """Move sheets and workbooks, and return the exit code."""
    steps = CancellableSteps("移しています", is_whole=True)
    try:
        done = reorganize(city, plan, Source("組織改編", now(), user()), steps)
    except StepsCancelled:
        return _cancelled(plan, steps, as_json=as_json)
    return _report(city, done, plan.to_document(), as_json=as_json) or _attention(plan)


def _cancelled(plan: ReorganizationPlan, steps: CancellableSteps, *, as_json: bool) -> int:
    """Say how far it came, and return the exit code."""
    if as_json:
        put_json({**plan.to_document(), "done": False, **steps.to_document()})
    steps.complain()
    return INTERRUPTED


def undo(folder: Path, agreement: Agreement) -> int:
    """Take the last reorganisation back, or show what that does, and return the exit code."""
    city = current_city(folder)
    if agreement.is_dry_run:
        return _show_undo(city, as_json=agreement.as_json)
    done = undo_reorganization(city, Source("組織改編の取消し", now(), user()), _progress)
    about = {"edition": city.terms.fiscal_year, "undone": True}
    return _report(city, done, about, as_json=agreement.as_json)


def _show_undo(city: CitySettings, *, as_json: bool) -> int:
    """Say which sheets go back to their former units, and return the exit code; nothing is written."""
    act, going, staying = reorganization_to_undo(city)
    if as_json:
        keys = [head.key for head, _ in going]
        put_json({"edition": city.terms.fiscal_year, "undone": False, "sheets": keys})
        return 0
    say(f"{act.on_day} の組織改編を取り消し、シート {len(going)}件をもとの所属に戻します。")
    say_first(
        [f"戻す {head.key} {head.title}：{shown(moved.former_units)}" for head, moved in going]
    )
    say_first([f"そのまま {head.key} {head.title}（その後に移されています）" for head in staying])
    return 0


def _progress(every: Sequence[Any]) -> Any:
    return progress(every, "移しています")


def _say_plan(
    city: CitySettings, plan: ReorganizationPlan, files: Sequence[TransferredFile]
) -> None:
    year = city.terms.form.at(plan.year).expand("{0年度}")
    say(f"組織改編　{plan.day}の組織　（{year}のシート）")
    say(
        f"所属が変わるシート {len(plan.transfers)}件、行き先の決まらないシート {len(plan.undecided_sheets)}件、"
        f"移すファイル {sum(not each.hindrance for each in files)}件"
    )
    say_first(
        [
            f"移す {each.sheet.key} {each.sheet.title}：{shown(each.sheet.units)} → {shown(each.new_units)}"
            for each in plan.transfers
        ]
    )
    say_first(
        [f"決めてください {sheet.key} {sheet.title}：{why}" for sheet, why in plan.undecided_sheets]
    )
    say_first(
        [
            f"組織の一覧にない所属です {sheet.key} {sheet.title}：{shown(sheet.units)}（移しません）"
            for sheet in plan.unlisted_sheets
        ]
    )
    say_first(
        [
            f"そのままにするファイル {display_path(each.former_file, city)}：{each.hindrance}"
            for each in files
            if each.hindrance
        ]
    )
    for note in (*plan.doubts, *other_lists_notes(city, plan)):
        say(f"確かめてください　{note}")
    for fault in plan.faults:
        complain(fault)


def _refused(plan: ReorganizationPlan, *, as_json: bool) -> int:
    if as_json:
        put_json({**plan.to_document(), "done": False})
    else:
        complain(_FAULTY)
    return FAILED


def _left(
    city: CitySettings,
    plan: ReorganizationPlan,
    files: Sequence[TransferredFile],
    options: ReorganizeOptions,
) -> int:
    """Say that nothing was done, and return the exit code."""
    if options.agreement.as_json:
        listed = _file_documents(city, files)
        put_json({**plan.to_document(), "files": listed, "done": False})
    elif (plan.transfers or files) and not options.agreement.is_dry_run:
        say(_NOT_DONE)
    if options.agreement.is_dry_run:
        return 0
    return ATTENTION if plan.transfers or files else _attention(plan)


def _attention(plan: ReorganizationPlan) -> int:
    return ATTENTION if plan.undecided_sheets or plan.unlisted_sheets else 0


def _report(city: CitySettings, done: Reorganized, about: dict[str, Any], *, as_json: bool) -> int:
    receipts = list(done.receipts)
    carried_out = complain_not_done(receipts)
    files = [*_present(done.transferred_files)]
    written = [file for file, result in write_back_all(city, files) if result.fate == "written"]
    left = _complain_left(city, done)
    if as_json:
        documents = [receipt.to_document() for receipt in receipts]
        listed = _file_documents(city, done.transferred_files)
        put_json({**about, "done": True, "receipts": documents, "files": listed})
    else:
        counts = f"移したファイル {len(files) - left}件、うち書き戻し {len(written)}件"
        say(f"シートの所属を変えました {len(carried_out)}件、{counts}")
        if receipts and "undone" not in about:
            say("取り消すときは `xlsync reorganize --undo` を実行します。")
    renew_board(city, receipts, complain)
    is_clean = len(carried_out) == len(receipts) and not left and not done.left_notices
    return 0 if is_clean else ATTENTION


def _complain_left(city: CitySettings, done: Reorganized) -> int:
    """Name what could not be moved or written, and return how many workbooks stay where they are."""
    hindered = [each for each in done.transferred_files if each.hindrance]
    for each in hindered:
        complain(f"{display_path(each.former_file, city)}：移していません（{each.hindrance}）")
    for notice, reason in done.left_notices:
        complain(f"{display_path(notice, city)}：{reason}")
    return len(hindered)


def _present(files: Sequence[TransferredFile]) -> Iterator[Path]:
    """Yield where each workbook lies now."""
    for each in files:
        yield each.former_file if each.hindrance else each.file


def _file_documents(city: CitySettings, files: Sequence[TransferredFile]) -> list[dict[str, str]]:
    return [
        {
            "from": display_path(each.former_file, city),
            "to": display_path(each.file, city),
            "reason": each.hindrance,
        }
        for each in files
    ]


__all__ = ["ReorganizeOptions", "reorganize_city", "undo"]

"""Acts about a new organization: sheets and workbooks moved to its units, and that taken back."""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import display_path
from xlsync.city.living_workbooks import write_back_into
from xlsync.city.reorganization import (
    other_lists_notes,
    planned_files,
    planned_reorganization,
    reorganize,
    transfer_list,
    undo_reorganization,
)
from xlsync.errors import StoreError
from xlsync.exchange.reorganization.unit_succession import shown
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    MadeFile,
    OfficeAct,
    OfficeFile,
    ShownPlan,
    parts_of,
)
from xlsync.page.job_works import say_receipts, write_back_words
from xlsync.page.page_context import city, context, source

if TYPE_CHECKING:
    from xlsync.city.reorganization import Reorganized
    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.exchange.reorganization.reorganization_plan import ReorganizationPlan
    from xlsync.page.job_works import NoteChanged
    from xlsync.page.page_jobs import JobRun


def _inputs() -> tuple[ActInput, ...]:
    hint = "「組織改編の案」を直したものなど。選ばないときは、組織の一覧の引継ぎに従います。"
    file = ActInput("file", "移す先の一覧（Excel・CSV）", "file", hint, is_needed=False)
    return file, ActInput("day", "いつの組織か", "day", "空けておくと今日です。", is_needed=False)


def _planned(filled: FilledForm) -> ReorganizationPlan:
    try:
        day = dt.date.fromisoformat(filled.text("day")) if filled.text("day") else None
    except ValueError as fault:
        raise StoreError("日付は 2026-04-01 のように書いてください", filled.text("day")) from fault
    if not filled.uploads:
        return planned_reorganization(city(), None, day)
    upload = filled.uploads[0]
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        file = Path(folder) / upload.file
        file.write_bytes(upload.file_bytes)
        return planned_reorganization(city(), file, day)


def _plan(filled: FilledForm) -> ShownPlan:
    settings, plan = city(), _planned(filled)
    files = planned_files(settings, plan)
    moved = [
        f"{each.sheet.key} {each.sheet.title}：{shown(each.sheet.units)} → {shown(each.new_units)}"
        for each in plan.transfers
    ]
    undecided = [f"{sheet.key} {sheet.title}：{why}" for sheet, why in plan.undecided_sheets]
    unlisted = [
        f"{sheet.key} {sheet.title}：{shown(sheet.units)}" for sheet in plan.unlisted_sheets
    ]
    kept = [f"{each.former_file.name}：{each.hindrance}" for each in files if each.hindrance]
    return ShownPlan(
        f"{plan.day} の組織に合わせて、所属が変わるシート {len(moved)}件、移すファイル {len(files) - len(kept)}件",
        plan.to_document(),
        parts_of(
            {
                "移すシート": moved,
                "行き先を決めてください": undecided,
                "組織の一覧にない所属（移しません）": unlisted,
                "そのままにするファイル": kept,
                "確かめてください": [*plan.doubts, *other_lists_notes(settings, plan)],
            }
        ),
        tuple(plan.faults),
        f"{len(moved)}件を移す" if moved or files else "",
        partial(_reorganize, settings, plan, source("組織改編"), context().note_changed),
        f"{len(moved)}件",
    )


def _reorganize(
    settings: CitySettings,
    plan: ReorganizationPlan,
    decided: Source,
    note: NoteChanged,
    run: JobRun,
) -> None:
    _say_done(settings, reorganize(settings, plan, decided, run.steps), note, run)


def _say_done(settings: CitySettings, done: Reorganized, note: NoteChanged, run: JobRun) -> None:
    receipts = list(done.receipts)
    say_receipts(receipts, run)
    note([receipt.sheet_id for receipt in receipts if receipt.sheet_id])
    for each in done.transferred_files:
        if each.hindrance:
            run.say(
                [f"{display_path(each.former_file, settings)}：移していません（{each.hindrance}）"]
            )
        else:
            run.say([f"{display_path(each.file, settings)}：移しました"])
            run.say(write_back_words(each.file, write_back_into(settings, each.file)))
    run.say(f"{file.name}：{reason}" for file, reason in done.left_notices)


def _plan_undo(_filled: FilledForm) -> ShownPlan:
    settings = city()
    return ShownPlan(
        "最後の組織改編を取り消し、シートの所属とファイルの場所を戻します。その後に変わったシートは、そのままにします。",
        {"year": settings.terms.fiscal_year},
        button="組織改編を取り消す",
        work=partial(_undo, settings, source("組織改編の取消し"), context().note_changed),
    )


def _undo(settings: CitySettings, decided: Source, note: NoteChanged, run: JobRun) -> None:
    _say_done(settings, undo_reorganization(settings, decided, run.steps), note, run)


def _transfers(_filled: FilledForm) -> MadeFile:
    plan = planned_reorganization(city(), None, None)
    return MadeFile("組織改編の案.xlsx", transfer_list(city(), plan))


REORGANIZATION_ACTS: Final = (
    OfficeAct(
        "reorganize",
        "組織改編に合わせて移す",
        "台帳",
        "シートの所属とファイルの場所を、新しい組織に合わせます。",
        _plan,
        _inputs,
    ),
    OfficeAct(
        "undo-reorganization",
        "組織改編を取り消す",
        "台帳",
        "最後の組織改編を取り消します。",
        _plan_undo,
    ),
)
TRANSFERS: Final = OfficeFile(
    "transfers.xlsx",
    "組織改編の案",
    "台帳",
    "どのシートがどこへ移るかの案です。直して、選べます。",
    _transfers,
)

__all__ = ["REORGANIZATION_ACTS", "TRANSFERS"]

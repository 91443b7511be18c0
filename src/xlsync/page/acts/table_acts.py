"""Acts about tables of others: grades of a meeting taken in and back, figures given back to staff."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.city.grade_headings import GRADE_HEADINGS, planned_grades, tiers_called
from xlsync.exchange.figures.import_undo import keep_undo, plan_figures_undo, run_undo
from xlsync.exchange.figures.release import plan_release, release_figures
from xlsync.exchange.tiers.grades_plan import GradesFile, part_words
from xlsync.exchange.tiers.grades_run import keep_grades_of, plan_undo, run_grades
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    OfficeAct,
    ShownPlan,
    needed_text,
    parts_of,
)
from xlsync.page.job_works import make_workbooks, say_receipts
from xlsync.page.page_context import city, context, edition, source
from xlsync.store.figure_imports import figures_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.exchange.figures.import_undo import FiguresUndo
    from xlsync.exchange.figures.release import Release
    from xlsync.exchange.tiers.grades_plan import GradesPlan
    from xlsync.page.job_works import NoteChanged
    from xlsync.page.page_jobs import JobRun


def _tier_input(*, is_needed: bool) -> ActInput:
    tiers = tuple((each.tier_name, each.tier_name) for each in tiers_called(city()))
    any_tier = () if is_needed else (("", "見出しから見分ける"),)
    return ActInput(
        "tier", "段階", "choice", input_choices=(*any_tier, *tiers), is_needed=is_needed
    )


def _import_inputs() -> tuple[ActInput, ...]:
    file = ActInput("file", "会議のあとの一覧（Excel・CSV）", "file")
    return file, _tier_input(is_needed=False)


def _plan_import(filled: FilledForm) -> ShownPlan:
    upload = filled.uploads[0]
    file = GradesFile(upload.file_bytes, upload.file, GRADE_HEADINGS.read(city()))
    plan = planned_grades(city(), file, filled.text("tier"))
    lead = (
        f"一覧にある事業 {len(plan.sheet_grades)}件（うち変わる事業 {len(plan.changed)}件）、"
        f"一覧にない事業 {len(plan.sheets_without)}件"
    )
    return _shown_grades(plan, lead, upload.file, is_undo=False)


def _shown_grades(plan: GradesPlan, lead: str, file: str, *, is_undo: bool) -> ShownPlan:
    without = [f"{sheet.key} {sheet.title}" for sheet in plan.sheets_without]
    decided = source(file)
    button = f"{len(plan.changed)}件を取り消す" if is_undo else f"{len(plan.changed)}件に取り込む"
    return ShownPlan(
        lead,
        plan.to_document(),
        parts_of(
            {
                "確かめてください": plan.doubts,
                "変わる事業": list(_grade_lines(plan)),
                "読まない行と列": plan.passed_over,
                "一覧にない事業": without,
            }
        ),
        plan.faults,
        button if plan.changed else "",
        partial(_run_grades, city(), plan, decided, is_undo, context().note_changed),
        file,
    )


def _grade_lines(plan: GradesPlan) -> Iterator[str]:
    for each in plan.changed:
        words = "、".join(part_words(change, each.sheet) for change in each.part_changes)
        yield f"{each.sheet.key} {each.sheet.title}：{words}"


def _run_grades(  # noqa: PLR0913, PLR0917 - what is decided, by whom, and whom to tell
    settings: CitySettings,
    plan: GradesPlan,
    decided: Source,
    is_undo: bool,  # noqa: FBT001
    note: NoteChanged,
    run: JobRun,
) -> None:
    keep_grades_of(settings.store, settings.terms, plan, decided, is_undo=is_undo)
    receipts = list(run_grades(settings.store, settings.terms, plan, decided, run.steps))
    verb = "取り消しました" if is_undo else "取り込みました"
    run.say([f"評価を{verb} {len(plan.changed)}件"])
    if receipts:
        say_receipts(receipts, run)
    changed = [each.sheet.id for each in plan.changed]
    note(changed)
    make_workbooks(settings, changed, run)


def _revert_inputs() -> tuple[ActInput, ...]:
    return (_tier_input(is_needed=True),)


def _plan_revert(filled: FilledForm) -> ShownPlan:
    (tier, *_) = tiers_called(city(), needed_text(filled, "tier", "段階"))
    file, plan = plan_undo(city().store, city().terms, tier)
    return _shown_grades(plan, f"{tier.tier_name}：{file}", file, is_undo=True)


def _undo_inputs() -> tuple[ActInput, ...]:
    kinds = figures_imports(city().store.files, city().terms.fiscal_year)
    listed = tuple((kind, kind) for kind in kinds)
    return (ActInput("kind", "種類", "choice", input_choices=listed),)


def _plan_figures_undo(filled: FilledForm) -> ShownPlan:
    settings, kind = city(), filled.text("kind")
    plan = plan_figures_undo(settings.store, settings.terms, kind)
    return ShownPlan(
        f"{kind}：{plan.undone_import.file} の取り込みを取り消します（変わるシート {len(plan.changed)}件）。",
        plan.to_document(),
        parts_of(
            {
                "変わるシート": [f"{each.sheet.key} {each.sheet.title}" for each in plan.changed],
                "その後に変わったため、そのままにする欄": list(_newer_fields(plan)),
            }
        ),
        button="取り込みを取り消す",
        work=partial(_undo_figures, settings, plan, source(kind), context().note_changed),
        detail=kind,
    )


def _newer_fields(plan: FiguresUndo) -> Iterator[str]:
    for each in plan.undone_sheets:
        by_path = each.sheet.edition.by_path
        titles = "、".join(by_path[path].title for path in each.newer_paths)
        if titles:
            yield f"{each.sheet.key} {each.sheet.title}：{titles}"


def _undo_figures(
    settings: CitySettings, plan: FiguresUndo, decided: Source, note: NoteChanged, run: JobRun
) -> None:
    decided = replace(decided, file=plan.file_words)  # by which an interrupted run is known again
    keep_undo(settings.store, settings.terms, plan, decided)
    say_receipts(list(run_undo(settings.store, settings.terms, plan, decided, run.steps)), run)
    ids = [each.sheet.id for each in plan.undone_sheets]
    note(ids)
    make_workbooks(settings, ids, run)


def _release_inputs() -> tuple[ActInput, ...]:
    settings = city()
    kinds = figures_imports(settings.store.files, settings.terms.fiscal_year)
    listed = tuple((kind, kind) for kind in kinds)
    fields = ActInput(
        "fields",
        "戻す欄",
        "area",
        "欄の名前を1行に1つ。空けておくと、すべての欄です。",
        is_needed=False,
    )
    return (
        ActInput("kind", "種類", "choice", input_choices=listed),
        fields,
        ActInput("reason", "理由"),
    )


def _plan_release(filled: FilledForm) -> ShownPlan:
    settings = city()
    kind = filled.text("kind")
    fields = [line.strip() for line in filled.text("fields").splitlines() if line.strip()]
    reason = needed_text(filled, "reason", "理由")
    release = plan_release(settings.store, settings.terms, kind, fields, reason)
    by_path = edition().by_path
    titles = [by_path[path].title for path in release.paths if path in by_path]
    return ShownPlan(
        f"{kind}：シート {len(release.sheet_ids)}件の {len(titles)}欄を、職員の欄に戻します。"
        "数字はそのまま残り、職員が直せます。",
        {**release.to_document(edition()), "reason": reason},
        parts_of({"戻す欄": titles}),
        button=f"{len(titles)}欄を職員の欄に戻す",
        work=partial(_release, settings, release, source(kind), context().note_changed),
        detail=kind,
    )


def _release(
    settings: CitySettings, release: Release, decided: Source, note: NoteChanged, run: JobRun
) -> None:
    release_figures(settings.store, settings.terms, release, decided)
    note(release.sheet_ids)
    run.say(["職員の欄に戻しました"])
    make_workbooks(settings, release.sheet_ids, run)


TABLE_ACTS: Final = (
    OfficeAct(
        "grades",
        "評価の結果を取り込む",
        "評価",
        "会議のあとの一覧から、評価と理由を取り込みます。",
        _plan_import,
        _import_inputs,
    ),
    OfficeAct(
        "revert-grades",
        "評価の取り込みを取り消す",
        "評価",
        "その段階に最後に取り込んだ一覧を取り消します。",
        _plan_revert,
        _revert_inputs,
    ),
    OfficeAct(
        "undo-figures",
        "財務データの取り込みを取り消す",
        "財務データ",
        "その種類の最後の取り込みを、1つの操作として取り消します。その後に変わった欄は、そのままにします。",
        _plan_figures_undo,
        _undo_inputs,
    ),
    OfficeAct(
        "release-figures",
        "財務データの欄を職員に戻す",
        "財務データ",
        "取り込んだ数字はそのまま残り、職員が直せるようになります。",
        _plan_release,
        _release_inputs,
    ),
)

__all__ = ["TABLE_ACTS"]

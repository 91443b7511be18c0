"""Acts about the city's plans (施策): the list taken over from a file, shared indicators put into their sheets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.city.plan_file import planned_plan_list, read_plan_file
from xlsync.city.settings_change import ChangedBy
from xlsync.errors import StoreError
from xlsync.exchange.plans.indicators_run import plan_indicators, run_indicators
from xlsync.exchange.plans.plan_changes import plan_changes, plan_words
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan, parts_of
from xlsync.page.acts.settings_acts import write_list
from xlsync.page.job_works import make_workbooks, say_receipts
from xlsync.page.page_context import city, context, source, visitor
from xlsync.row_titles import title_of

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.exchange.plans.indicators_run import IndicatorSheet, IndicatorsPlan
    from xlsync.page.job_works import NoteChanged
    from xlsync.page.page_jobs import JobRun

_NO_LIST: Final = "共通の指標の一覧がありません。先に「市の一覧を置き換える」で入れてください"


def _import_inputs() -> tuple[ActInput, ...]:
    hint = "見出しは 計画、大、中、小、名称、いつから、いつまで"
    return (ActInput("file", "施策の一覧（Excel・CSV）", "file", hint),)


def _plan_import(filled: FilledForm) -> ShownPlan:
    settings, upload = city(), filled.uploads[0]
    listed, unread = read_plan_file(upload.file_bytes, upload.file)
    sheets = settings.store.counted_heads(settings.terms.fiscal_year)
    changes = plan_changes(settings.terms.code_lists.plan_list, listed, sheets, unread)
    by = ChangedBy(visitor().person, context().moment)
    return ShownPlan(
        f"新しい施策 {len(changes.new_entries)}件、変わる施策 {len(changes.changed_entries)}件、"
        f"一覧からなくなる施策 {len(changes.missing_entries)}件、同じもの {changes.same_count}件",
        changes.to_document(),
        parts_of(
            {
                "確かめてください": changes.doubts,
                "新しい施策": list(map(plan_words, changes.new_entries)),
                "変わる施策": [
                    f"{plan_words(old)} → {plan_words(new)}" for old, new in changes.changed_entries
                ],
                "一覧からなくなる施策": list(map(plan_words, changes.missing_entries)),
            }
        ),
        button="施策の一覧を置き換える" if changes.is_something else "",
        work=partial(write_list, settings, planned_plan_list(settings, listed), by),
        detail=upload.file,
    )


def _plan_indicators(_filled: FilledForm) -> ShownPlan:
    settings = city()
    if not settings.terms.code_lists.plan_list.shared_indicators:
        raise StoreError(_NO_LIST)
    plan = plan_indicators(settings.store, settings.terms)
    return ShownPlan(
        f"共通の指標のあるシート {len(plan.indicator_sheets)}件、変わるシート {len(plan.changed)}件",
        plan.to_document(),
        parts_of({"変わるシートと欄": list(map(_indicator_line, plan.changed))}),
        plan.faults,
        f"{len(plan.changed)}件のシートに入れる" if plan.changed else "",
        partial(_share, settings, plan, source("共通の指標の一覧"), context().note_changed),
    )


def _indicator_line(each: IndicatorSheet) -> str:
    titles = "、".join(title_of(each.sheet, change.path) for change in each.changes)
    return f"{each.sheet.key} {each.sheet.title}（{each.indicator_name}）：{titles}"


def _share(
    settings: CitySettings,
    plan: IndicatorsPlan,
    decided: Source,
    note: NoteChanged,
    run: JobRun,
) -> None:
    say_receipts(
        list(run_indicators(settings.store, settings.terms, plan, decided, run.steps)), run
    )
    changed = [each.sheet.id for each in plan.changed]
    note(changed)
    make_workbooks(settings, changed, run)


PLAN_ACTS: Final = (
    OfficeAct(
        "plans",
        "施策の一覧を取り込む",
        "期限・一覧",
        "計画ごとの施策の一覧を、Excel・CSVのものに置き換えます。何が変わるかを先に示し、前の一覧は残します。",
        _plan_import,
        _import_inputs,
    ),
    OfficeAct(
        "indicators",
        "共通の指標をシートに入れる",
        "期限・一覧",
        "複数の事業に共通する指標の名称・目標・実績を、一覧からその事業のシートに入れます。",
        _plan_indicators,
    ),
)

__all__ = ["PLAN_ACTS"]

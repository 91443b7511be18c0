"""Acts about moments and years: a snapshot under a name, a past year closed or opened again, a year change taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.city.closed_year import (
    ClosedFile,
    close_year,
    closing_words,
    refuse_open_year,
    refuse_present_year,
    reopen_year,
    reopening_words,
)
from xlsync.city.year_change import at_year, undo_rollover
from xlsync.exchange.rollover.rollover_plan import year_before
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    OfficeAct,
    ShownPlan,
    needed_text,
    parts_of,
)
from xlsync.page.page_context import city, context, source, visitor
from xlsync.sheet_keys import fault_of_key
from xlsync.store.phase_snapshots import phase_snapshots, take_snapshot
from xlsync.store.rollover_acts import is_closed, is_reopened

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.page.page_jobs import JobRun


def _snapshot_inputs() -> tuple[ActInput, ...]:
    return (ActInput("name", "この時点の名前", hint="例：計画の段階の終わり"),)


def _plan_snapshot(filled: FilledForm) -> ShownPlan:
    settings = city()
    name = needed_text(filled, "name", "この時点の名前")
    year, phase = settings.terms.fiscal_year, settings.terms.procedure_rules.phase
    known = phase_snapshots(settings.store.files, year)
    faults = [f"名前が{fault}"] if (fault := fault_of_key(name)) else []
    if name in {each.name for each in known}:
        faults.append("同じ名前の時点がもうあります。残した内容は変えられません")
    lines = [
        f"{each.name}：{len(each.revision_numbers)}件（{each.when[:16]} {each.who}）"
        for each in known
    ]
    count = len(list(settings.store.counted_keys(year)))
    by = (context().moment, visitor().person)
    return ShownPlan(
        f"いまの {count}件の内容を「{name}」として残します。あとからこの時点の集計を作れます。",
        {"name": name, "year": year},
        parts_of({"これまでに残した時点": lines}),
        tuple(faults),
        f"「{name}」として残す",
        partial(_take_snapshot, settings, name, "" if phase is None else phase.name, by),
        name,
    )


def _take_snapshot(
    settings: CitySettings, name: str, phase_name: str, by: tuple[str, str], run: JobRun
) -> None:
    kept = take_snapshot(settings.store, settings.terms.fiscal_year, name, phase_name, by)
    run.say([f"{kept.name}：{len(kept.revision_numbers)}件を残しました"])


def past_years() -> list[int]:
    """Return the years before the city's of which there are sheets, the newest first."""
    present = city().terms.fiscal_year
    return sorted((year for year in city().store.editions() if year < present), reverse=True)


def _close_inputs() -> tuple[ActInput, ...]:
    years = tuple((str(year), f"{year}年度") for year in past_years())
    protect = ActInput(
        "protect", "ファイルを書き込めないようにする（写すことはできます）", "tick", is_needed=False
    )
    return ActInput("year", "締める年度", "choice", input_choices=years), protect


def _plan_close(filled: FilledForm) -> ShownPlan:
    typed, settings = filled.text("year"), city()
    year = int(typed) if typed.isdecimal() else settings.terms.fiscal_year
    refuse_present_year(settings, year)
    protects = filled.is_ticked("protect")
    count = len(settings.store.keys(year))
    how = "書き込めないようにし、" if protects else ""
    return ShownPlan(
        f"{year}年度のシート {count}件のファイルを{how}{year}年度のフォルダに移します。"
        "開かれているファイルと、まだ受け取っていない内容のあるファイルは、そのままにします。",
        {"year": year, "protect": protects, "count": count},
        button=f"{year}年度を締める",
        work=partial(_close, settings, year, source("年度の締め"), protects),
        detail=f"{year}年度",
    )


def _close(
    settings: CitySettings,
    year: int,
    decided: Source,
    protects: bool,  # noqa: FBT001 - bound by a partial
    run: JobRun,
) -> None:
    words = closing_words(settings, year)
    closed = list(close_year(at_year(settings, year), decided, run.steps, protects=protects))
    _say_files(closed, words, run)


def _say_files(closed: Sequence[ClosedFile], verb: str, run: JobRun) -> None:
    hindered = [each for each in closed if each.hindrance]
    run.say([f"{verb}。ファイル {len(closed) - len(hindered)}件"])
    run.say(f"{each.file.name}：そのままです（{each.hindrance}）" for each in hindered)


def _reopen_inputs() -> tuple[ActInput, ...]:
    files = city().store.files
    closed = [year for year in past_years() if is_closed(files, year) or is_reopened(files, year)]
    years = tuple((str(year), f"{year}年度") for year in closed)
    return (ActInput("year", "締めを取り消す年度", "choice", input_choices=years),)


def _plan_reopen(filled: FilledForm) -> ShownPlan:
    typed, settings = filled.text("year"), city()
    year = int(typed) if typed.isdecimal() else settings.terms.fiscal_year
    refuse_open_year(settings, year)
    count = len(settings.store.keys(year))
    return ShownPlan(
        f"{year}年度のシート {count}件のファイルを書き込めるように戻し、締める前のフォルダに移します。"
        "開かれているファイルは、そのままにします。",
        {"year": year, "count": count},
        button=f"{year}年度の締めを取り消す",
        work=partial(_reopen, settings, year, source("年度の締めの取消し")),
        detail=f"{year}年度",
    )


def _reopen(settings: CitySettings, year: int, decided: Source, run: JobRun) -> None:
    words = reopening_words(settings, year)
    reopened = list(reopen_year(at_year(settings, year), decided, run.steps))
    _say_files(reopened, words, run)


def _plan_undo(_filled: FilledForm) -> ShownPlan:
    settings = city()
    year = settings.terms.fiscal_year
    before = year_before(settings.store, year)
    decided = source("年度更新の取消し")
    return ShownPlan(
        f"{year}年度への年度更新を取り消し、対象年度を{before}年度に戻します。だれかが入力していれば、取り消しません。",
        {"year": year, "before": before},
        parts_of(
            {
                "そのあと": [
                    f"{year}年度のファイルを配っていたときは、使わないよう職員に知らせてください"
                ]
            }
        ),
        button=f"{before}年度に戻す",
        work=partial(_undo, settings, year, decided),
        detail=f"{year}年度",
    )


def _undo(settings: CitySettings, year: int, decided: Source, run: JobRun) -> None:
    before = undo_rollover(settings, year, decided)
    run.say([f"年度更新を取り消しました。対象年度は{before}年度です"])


YEAR_ACTS: Final = (
    OfficeAct(
        "snapshot",
        "いまの時点を残す",
        "時点・年度",
        "段階の終わりなどに、いまの内容を名前を付けて残します。あとからその時点の集計を作れます。",
        _plan_snapshot,
        _snapshot_inputs,
    ),
    OfficeAct(
        "close",
        "終わった年度を締める",
        "時点・年度",
        "年度更新のあと、前の年度のファイルを書き込めないようにし、年度のフォルダに移します。",
        _plan_close,
        _close_inputs,
    ),
    OfficeAct(
        "reopen-year",
        "年度の締めを取り消す",
        "時点・年度",
        "締めた年度のファイルを書き込めるように戻し、締める前のフォルダに移します。",
        _plan_reopen,
        _reopen_inputs,
    ),
    OfficeAct(
        "undo-rollover",
        "年度更新を取り消す",
        "時点・年度",
        "まだだれも新しい年度に入力していない間だけ、取り消せます。",
        _plan_undo,
    ),
)

__all__ = ["YEAR_ACTS", "past_years"]

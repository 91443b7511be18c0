"""The year change of a city: its settings, its store and its ledger, in an order in which it can stop at any call.

The new edition becomes the city's with the last step, one line of xlsync.toml. Until then everything goes on in the old one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.city.clock_and_user import today
from xlsync.city.edition_setting import set_edition
from xlsync.city.rate_settings import rate_periods
from xlsync.disk import replace_whole
from xlsync.errors import StoreError
from xlsync.exchange.past_editions import store_of_year, terms_at_year
from xlsync.exchange.reorganization.unit_succession import named
from xlsync.exchange.rollover.ledger import ledger_workbook
from xlsync.exchange.rollover.rollover_plan import RolloverPlan, plan_rollover, year_before
from xlsync.exchange.rollover.rollover_run import refuse_taking_back, run_rollover, take_back
from xlsync.inbox.config import Deadline

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.rollover.carried_sheets import PlannedRollover
    from xlsync.exchange.rollover.rollover_run import Progress

_NAMED: Final = 5
_SKELETON: Final = (
    "{year}年度の当初は骨格予算です（[budget] skeleton）。6月補正（肉付け）の金額を取り込むまで、"
    "方向性の反映状況では比べません"
)
LEDGER: Final = "年度更新の台帳_{year}年度.xlsx"


def planned_rollover(city: CitySettings, year: int) -> RolloverPlan:
    """Return what a roll-over into a year would do; StoreError where it is not the year after the city's, or that itself."""
    present = city.terms.fiscal_year
    if year < present:
        raise StoreError(
            f"{year}年度は、いまの対象年度（{present}年度）より前です。年度更新の先の年度を指定してください"
        )
    return plan_rollover(city.store, city.terms, year)


def settings_notes(city: CitySettings, plan: RolloverPlan) -> list[str]:
    """Return what of the settings is still of the year before, and which years are passed over, in Japanese."""
    notes = []
    skipped = [f"{year}年度" for year in range(plan.from_year + 1, plan.to_year)]
    if skipped:
        years = "・".join(skipped)
        notes.append(
            f"{years}のシートはありません（評価をしなかった年度）。{plan.from_year}年度のシートと共通の欄だけを引き継ぎます"
        )
    if plan.to_year in city.terms.code_lists.skeleton_years:
        notes.append(_SKELETON.format(year=plan.to_year))
    wanted = rate_periods(city.terms.form, plan.to_year) - city.terms.rates.keys()
    if city.terms.rates and wanted:
        listed = "、".join(sorted(wanted))
        notes.append(f"人件費の単価（[rates]）がまだない年度区分：{listed}")
    day = city.deadline.day
    if day is not None and day < dt.date(plan.to_year, 4, 1):
        notes.append(f"提出期限（[deadline] date）が前の年度のままです：{day.isoformat()}")
    return [*notes, *_unlisted_units(city, plan)]


def _unlisted_units(city: CitySettings, plan: RolloverPlan) -> list[str]:
    """Return a sentence about the sheets whose unit the city's list does not have in the new year; none where all are there."""
    if city.organization is None:
        return []
    then = city.organization.in_year(plan.to_year, today())
    units = {planned.sheet.key: named(planned.sheet.units) for planned in plan.planned}
    keys = [key for key, names in units.items() if any(names) and not then.has(names)]
    if not keys:
        return []
    some = "、".join(keys[:_NAMED]) + (f" ほか{len(keys) - _NAMED}件" if len(keys) > _NAMED else "")
    counted = f"{plan.to_year}年度の組織の一覧にない所属のシート {len(keys)}件（{some}）"
    return [f"{counted}。年度更新のあとで `xlsync reorganize` を実行してください"]


def ledger_file(city: CitySettings, year: int) -> Path:
    """Return where the ledger of a year's roll-over is written, unless somebody says where."""
    return city.folder / LEDGER.format(year=year)


def write_ledger(city: CitySettings, plan: RolloverPlan, file: Path, when: str) -> None:
    """Write the ledger of a plan into a file."""
    made_on = dt.date.fromisoformat(when[:10])
    replace_whole(file, ledger_workbook(plan, city.terms.form, made_on))


def carry_out(
    city: CitySettings, plan: RolloverPlan, source: Source, ledger: Path, progress: Progress
) -> list[tuple[PlannedRollover, str]]:
    """Make the sheets of the new edition, write the ledger, then make the edition the city's; return what became of each."""
    done = list(run_rollover(city.store, plan, source, progress))
    written = plan_rollover(city.store, city.terms, plan.to_year)
    write_ledger(city, written, ledger, source.when)
    set_edition(city.folder, plan.to_year)
    return done


def undo_rollover(city: CitySettings, year: int, source: Source) -> int:
    """Make the edition before the city's again, and return its year; StoreError where somebody has typed in the new one."""
    from_year = year_after_undo(city, year)
    take_back(city.store, RolloverPlan(from_year, year), source)
    set_edition(city.folder, from_year)
    return from_year


def year_after_undo(city: CitySettings, year: int) -> int:
    """Return the year that is the city's once its roll-over is taken back; StoreError as for doing so. Nothing is written."""
    if city.terms.fiscal_year not in {year, year_before(city.store, year)}:
        raise StoreError(
            f"いまの対象年度は{city.terms.fiscal_year}年度です。{year}年度への年度更新は取り消せません"
        )
    from_year = year_before(city.store, year)
    refuse_taking_back(city.store, RolloverPlan(from_year, year))
    return from_year


def at_year(city: CitySettings, year: int) -> CitySettings:
    """Return the city's settings at a year; deadline and phase are the present year's alone.

    The sheets of a past year are read in the form of then (`form_version_of_year`).
    """
    if year == city.terms.fiscal_year:
        return city
    store = store_of_year(city.store, city.terms, year)
    terms = terms_at_year(city.store, city.terms, year)
    return replace(city, terms=terms, store=store, deadline=Deadline())


__all__ = [
    "at_year",
    "carry_out",
    "ledger_file",
    "planned_rollover",
    "settings_notes",
    "undo_rollover",
    "write_ledger",
    "year_after_undo",
]

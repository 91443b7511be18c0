"""Steps of the stories about handing in: acts of the office, write-back, and what stage a sheet is at."""

from __future__ import annotations

from tests import papers
from tests.cities import City
from xlsync.exchange import Source, bring_up_to_date, note_written
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.sheet_stage import StageActKind
from xlsync.store.stage_acts import StageAct, stage_acts

KEY = papers.CLEAN
FILE = "評価シート/a.xlsx"


def do(city: City, kind: StageActKind, comment: str = "x") -> None:
    """Let the planning office do an act about the sheet."""
    act = StageAct(kind, 0, "2018-07-03T09:00:00+09:00", "企画 山田", comment)
    run_plan(city.store, city.terms, plan_act(city.store, city.terms, [KEY], act))


def stage(city: City) -> tuple[str, tuple[str, ...]]:
    """The stage of the city's only sheet, and the marks beside it."""
    [status] = sheet_statuses(city.store, city.terms)
    return status.procedure.state.stage, status.procedure.marks


def acts(city: City) -> list[StageAct]:
    """What was done about the sheet."""
    return stage_acts(city.store.files, KEY, papers.EDITION)


def written_back(city: City, data: bytes, file: str = FILE) -> bytes:
    """The workbook after a write-back."""
    source = Source(file, "2018-07-05T09:00:00+09:00", "監視")
    update = bring_up_to_date(city.store, city.terms, data, source)
    if update is None:
        return data
    note_written(city.store, update, source)
    return update.data

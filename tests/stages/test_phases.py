"""The phases of an edition: a sheet filled twice, closed parts, deadlines by phase and by unit (the shape of 三島)."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from tests import papers
from tests.cities import City, typed
from tests.papers import edited_form
from xlsync.city.office import office_of
from xlsync.city.settings import find_settings
from xlsync.cli.settings_template import settings_text
from xlsync.errors import FormError, SettingsError
from xlsync.exchange import Source, bring_up_to_date, sheet_statuses
from xlsync.exchange.phases import Extension
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.form.library import load_form
from xlsync.form.phase_fields import DUE, NOT_DUE_YET, PhaseFields
from xlsync.inbox.config import Deadline
from xlsync.inbox.status.board import board_of
from xlsync.inbox.status.board_html import board_html
from xlsync.inbox.status.progress_record import city_progress
from xlsync.ooxml import read_cells
from xlsync.sheet_stage import StageActKind
from xlsync.store import pending_changes
from xlsync.store.stage_acts import StageAct
from xlsync.summary.figures.progress import reminders
from xlsync.workbook.checks.visible_sheet import FIRST, PAGE, ROWS, SUMMARY

KEY = papers.CLEAN
DEPARTMENT, DIVISION = "政策イノベーション部", "情報政策課"
PHASES = f"""
[[phase]]
name = "計画"
from = 2018-04-01
until = 2018-05-31
closed = ["grades"]
extension = {{ "{DEPARTMENT}　{DIVISION}" = 2018-06-15, "{DEPARTMENT}" = 2018-06-08 }}

[[phase]]
name = "決算"
from = 2018-07-01
until = 2018-08-31
"""


def settled(folder: Path, *, phase: str = "計画", phases: str = PHASES, rule: str = "act") -> City:
    """A city with these settings, and its store."""
    folder.mkdir(exist_ok=True)
    text = settings_text("つくば市", load_form(), "jimu-jigyo-hyoka", papers.EDITION, {})
    text = text.replace('handed-in = "act"', f'handed-in = "{rule}"\nphase = "{phase}"')
    closed = next(iter(papers.edition().definition.parts))
    phases = phases.replace('"grades"', f'"{closed}"')
    (folder / "xlsync.toml").write_text(text + phases, encoding="utf-8")
    settings = find_settings(folder)
    if not (folder / "store").exists():
        settings.store.create()
    return City(settings.store, settings.terms)


def do(city: City, kind: StageActKind, day: str) -> None:
    act = StageAct(kind, 0, f"{day}T09:00:00+09:00", "企画 山田", "x")
    run_plan(city.store, city.terms, plan_act(city.store, city.terms, [KEY], act))


def stage(city: City) -> str:
    [status] = sheet_statuses(city.store, city.terms)
    return status.procedure.state.stage


def test_a_sheet_is_handed_in_once_in_each_phase(tmp_path: Path) -> None:
    folder = tmp_path / "市"
    plan = settled(folder)
    plan.register(KEY)
    for kind, day in (
        ("submit", "2018-05-20"),
        ("confirm", "2018-06-20"),
        ("finalize", "2018-06-25"),
    ):
        do(plan, kind, day)  # type: ignore[arg-type]
    assert stage(plan) == "final"
    settlement = settled(folder, phase="決算")
    assert stage(settlement) == "open"
    do(settlement, "submit", "2018-08-01")
    assert stage(settlement) == "submitted"
    assert stage(settled(folder, phase="計画")) == "final"


def test_what_is_complete_since_the_phase_before_is_not_handed_in_by_the_rule(
    tmp_path: Path,
) -> None:
    city = settled(tmp_path / "市", rule="complete")
    city.register(KEY)
    assert stage(city) == "submitted"
    later = settled(tmp_path / "市", phase="決算", rule="complete")
    assert stage(later) == "submitted"  # saved on 2 July, and that phase began on the first
    august = PHASES.replace("2018-07-01", "2018-08-01")
    assert stage(settled(tmp_path / "市", phase="決算", phases=august, rule="complete")) == "open"


def test_a_closed_part_waits_for_the_office_and_the_others_do_not(tmp_path: Path) -> None:
    city = settled(tmp_path / "市")
    city.register(KEY)
    closed = city.terms.closed_now()
    path = next(
        field.path
        for field in city.terms.form.at(papers.EDITION).fields
        if field.path in closed and field.filled_by != "computed" and field.kind.name == "text"
    )
    receipt = city.bring_one(typed(city.give_out(), {path: "変えた", "purpose": "目的"}))
    assert [change.path for change in receipt.changes] == ["purpose"]
    assert [
        change.path for change in pending_changes(city.store, KEY, papers.EDITION).values()
    ] == [path]
    assert settled(tmp_path / "市", phase="決算").terms.closed_now() == frozenset()


def test_the_board_and_the_reminders_speak_of_the_phase_and_of_the_day_of_each_unit(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "市"
    city = settled(folder)
    city.register(*papers.KEYS[:2])
    config = office_of(find_settings(folder))
    now = dt.datetime(2018, 6, 10, tzinfo=dt.UTC)
    board = board_of(config, city_progress(city.store, city.terms).sheet_progress, {}, {}, now)
    assert board.due_date.words == "計画の段階　提出期限 5月31日（木）を10日過ぎています"
    texts = [reminder.text for reminder in reminders(board)]
    assert all("提出期限 6月15日（金）" in text for text in texts)
    assert texts
    assert "件　提出期限 6月15日（金）</span>" in board_html(board).decode()


def test_what_a_phase_requires_is_due_whatever_else_is_not_due_yet() -> None:
    edition = load_form().at(papers.EDITION)
    said = {"required": ["indicator.targets.{0}"], "not-due": ["indicator"]}
    marks = PhaseFields.model_validate(said).marks(edition)
    due = {path for path, mark in marks.items() if mark == DUE}
    assert due == {f"indicator.targets.{papers.EDITION}"}
    assert marks[f"indicator.targets.{papers.EDITION + 1}"] == NOT_DUE_YET


def test_the_day_of_a_unit_is_that_of_its_longest_name() -> None:
    days = [dt.date(2018, 6, day) for day in (1, 2, 3)]
    longer = (Extension(("総務部",), days[1]), Extension(("総務部", "総務課"), days[2]))
    deadline = Deadline(days[0], extensions=longer)
    assert deadline.day_for(("総務部", "総務課", "庶務係")) == days[2]
    assert deadline.day_for(("総 務 部", "人事課", "")) == days[1]
    assert deadline.day_for(("こども部", "総務課", "")) == days[0]
    assert deadline.day_for(()) == days[0]


@pytest.mark.parametrize(
    ("phase", "phases", "sentence"),
    [
        ("上半期", PHASES, "「上半期」という"),
        ("", PHASES, "いまの段階を"),
        ("計画", "", "どれもありません"),
        ("計画", PHASES.replace("決算", "計画"), "二度あります"),
        ("計画", PHASES.replace("until = 2018-05-31", "until = 2018-03-31"), "from より前"),
        ("計画", PHASES.replace('"grades"', '"ない部分"'), "という部分は様式にありません"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(
    tmp_path: Path, phase: str, phases: str, sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settled(tmp_path / "市", phase=phase, phases=phases)


OWN_PHASES = ("計画", "決算・評価", "上半期", "当初・方向性")


def named(*names: str, more: str = "") -> str:
    return "".join(f'\n[[phase]]\nname = "{name}"\nfrom = 2018-04-01\n{more}' for name in names)


def blanks(city: City) -> set[str]:
    """The fields that are not filled in yet."""
    [status] = sheet_statuses(city.store, city.terms)
    return {found.path for found in status.findings if found.code == "required"}


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """A city whose sheet says nothing but whose it is."""
    city = settled(tmp_path / "市", phase="計画", phases=named(*OWN_PHASES))
    sheet = papers.sheet()
    typed_in = [field.path for field in sheet.edition.fields if field.filled_by == "staff"]
    city.bring_one(sheet.with_values(dict.fromkeys(typed_in)).to_json(), "登録")
    return tmp_path / "市"


def test_the_shipped_forms_phases_ask_for_what_is_due_and_for_nothing_else(blank: Path) -> None:
    by_phase = {
        name: blanks(settled(blank, phase=name, phases=named(*OWN_PHASES))) for name in OWN_PHASES
    }
    first_half, budget = by_phase["上半期"], by_phase["当初・方向性"]
    next_costs = {path for path in budget if path.startswith("costs.2019-initial.")}
    assert next_costs
    assert not any(path.startswith("costs.2019-initial.") for path in first_half)
    assert {"years.2018.activities", "indicator.targets.2018"} <= first_half
    assert {"next_year.direction", "next_year.reason", "indicator.targets.2019"} <= budget
    assert "next_year.direction" not in first_half
    assert "years.2018.activities" not in by_phase["計画"]
    without = blanks(settled(blank, phase="x", phases=named("x")))
    assert next_costs <= without
    assert not {"next_year.direction", "indicator.targets.2018"} & without


def test_the_city_says_itself_what_a_phase_asks_for(blank: Path) -> None:
    lists = 'required = ["next_year", "indicator.targets.{0}"]\nnot-due = ["costs"]\n'
    asked = blanks(settled(blank, phase="上半期", phases=named("上半期", more=lists)))
    assert {"next_year.direction", "next_year.estimate_basis", "indicator.targets.2018"} <= asked
    assert not any(path.startswith("costs.") for path in asked)


def test_the_workbook_asks_for_the_same(blank: Path) -> None:
    for name in ("上半期", "当初・方向性"):
        city = settled(blank, phase=name, phases=named(*OWN_PHASES))
        page = read_cells(city.give_out())[PAGE]
        listed = [page.get(f"A{row}") for row in range(FIRST, FIRST + ROWS)]
        assert listed.count("未入力") == min(len(blanks(city)), ROWS)
        assert str(page[SUMMARY]).startswith(f"未入力 {len(blanks(city))}件")


def test_another_phase_changes_what_a_living_workbook_asks_for(blank: Path) -> None:
    city = settled(blank, phase="計画", phases=named(*OWN_PHASES))
    data = city.give_out()
    city.bring_one(data)
    later = settled(blank, phase="上半期", phases=named(*OWN_PHASES))
    source = Source("評価シート/a.xlsx", "2018-07-05T09:00:00+09:00", "監視")
    update = bring_up_to_date(later.store, later.terms, data, source)
    assert update is not None
    assert str(read_cells(update.data)[PAGE][SUMMARY]).startswith(f"未入力 {len(blanks(later))}件")


@pytest.mark.parametrize(
    "wrong", ['required = ["ない欄"]', 'not-due = ["costs.2017-settled.project_cost"]']
)
def test_a_field_that_nobody_types_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    name = wrong.split('"')[1]
    with pytest.raises(SettingsError, match=re.escape(name)):
        settled(tmp_path / "市", phase="x", phases=named("x", more=f"{wrong}\n"))


def test_a_phase_of_the_form_that_names_no_field_is_refused(tmp_path: Path) -> None:
    wrong = '[phases.x]\nrequired = ["ない欄"]\n'
    with pytest.raises(FormError, match="ない欄"):
        edited_form(tmp_path / "form", added=wrong).at(papers.EDITION)

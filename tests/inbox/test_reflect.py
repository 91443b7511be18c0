"""What others changed comes into the living workbooks by itself, each when nobody has it open, and nothing else is touched."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.watching import Desk, desk, owner, saying
from xlsync.inbox.followup.auto_write_back import AutoWriteBack
from xlsync.inbox.status.sheet_states import States
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path, *papers.KEYS)


def says(file: Path) -> object:
    return read(file.read_bytes())[0].sheet["purpose"]


def office_writes(here: Desk, text: str) -> set[str]:
    """The planning office changes a field in the store."""
    sheet = papers.with_values(papers.CLEAN, {"purpose": text})
    told = sheet.with_revision(here.town.revisions())  # it knows what it changes
    assert here.town.bring_one(told.to_json(), "企画担当.json").outcome == "accepted"
    return {papers.CLEAN}


def write_back(
    auto: AutoWriteBack, here: Desk, ingested: Iterable[str], changed: Collection[str]
) -> None:
    auto.queue(here.sweep, ingested, changed)
    auto.run(here.sweep)


def test_a_change_in_the_store_comes_into_the_workbook_and_back_as_nothing_new(here: Desk) -> None:
    file = here.put("a.xlsx", here.town.give_out())
    auto = AutoWriteBack(here.office, here.world)
    here.rest()
    write_back(auto, here, (), office_writes(here, "企画担当が書いた"))
    assert says(file) == "企画担当が書いた"
    revisions = here.town.revisions()
    assert here.outcomes() == []  # our own writing is no save
    (here.town.store.folder / "inbox.json").unlink()
    here.restart()
    assert here.outcomes() == ["unchanged"]
    assert here.town.revisions() == revisions


def test_a_save_without_findings_is_acknowledged_in_its_file_once_and_then_nothing_moves(
    here: Desk,
) -> None:
    file = here.put("a.xlsx", here.town.give_out())
    auto = AutoWriteBack(here.office, here.world)
    write_back(auto, here, here.rest()[-1].ingested_paths, ())
    file.write_bytes(saying(file.read_bytes(), "本人の保存"))
    done = here.rest()[-1]
    assert here.outcomes(done) == ["accepted"]
    write_back(auto, here, done.ingested_paths, {papers.CLEAN})
    acknowledged = file.read_bytes()
    assert "変更 1欄" in str(open_workbook(acknowledged).cells("チェック")["C5"].value)
    for _ in range(3):
        assert here.outcomes() == [], "our own writing is no save"
        write_back(auto, here, ["a.xlsx"], {papers.CLEAN})
    (here.town.store.folder / "inbox.json").unlink()
    here.restart()
    assert here.outcomes() == ["unchanged"]
    write_back(auto, here, ["a.xlsx"], {papers.CLEAN})
    assert file.read_bytes() == acknowledged


def test_an_open_workbook_waits_until_it_is_closed(
    here: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = here.put("a.xlsx", here.town.give_out())
    here.rest()
    opened, before = owner(file), file.read_bytes()
    auto = AutoWriteBack(here.office, here.world)
    write_back(auto, here, (), office_writes(here, "待って"))
    write_back(auto, here, (), ())
    assert file.read_bytes() == before
    assert auto.still_open == {"a.xlsx"}
    assert [one for one in caplog.messages if "つくば 花子が開いています" in one]
    opened.unlink()
    write_back(auto, here, (), ())
    assert says(file) == "待って"
    assert not auto.still_open


def test_a_save_not_yet_received_is_never_written_over(here: Desk) -> None:
    issued = here.town.give_out()
    file = here.put("a.xlsx", issued)
    here.rest()
    file.write_bytes(saying(issued, "まだ受け取られていない"))
    auto = AutoWriteBack(here.office, here.world)
    write_back(auto, here, (), office_writes(here, "企画担当"))
    assert says(file) == "まだ受け取られていない"
    assert here.outcomes() == ["conflict"]


def test_two_workbooks_of_one_sheet_come_to_say_the_same(here: Desk) -> None:
    issued, other = here.town.give_out(), here.town.give_out()
    first, second = here.put("a.xlsx", issued), here.put("b.xlsx", other)
    here.rest()
    first.write_bytes(saying(issued, "甲が書いた"))
    done = here.rest()
    write_back(
        AutoWriteBack(here.office, here.world), here, done[-1].ingested_paths, {papers.CLEAN}
    )
    assert says(second) == "甲が書いた"
    assert here.outcomes() == []


def test_where_the_city_wants_no_write_back_nothing_is_written(here: Desk) -> None:
    file = here.put("a.xlsx", here.town.give_out())
    here.settle(write_back=False)
    here.rest()
    before = file.read_bytes()
    write_back(
        AutoWriteBack(here.office, here.world), here, ("a.xlsx",), office_writes(here, "書かない")
    )
    assert file.read_bytes() == before


def test_what_was_turned_away_is_never_written_into(here: Desk) -> None:
    file = here.put("写真.xlsx", b"\x89PNG")
    here.rest()
    auto = AutoWriteBack(here.office, here.world)
    write_back(auto, here, ("写真.xlsx",), ())
    assert file.read_bytes() == b"\x89PNG"
    assert not auto.todo


def test_a_save_right_after_our_writing_is_not_taken_for_our_writing(here: Desk) -> None:
    issued = here.town.give_out()
    file = here.put("a.xlsx", issued)
    here.rest()
    here.sweep.record_write("a.xlsx", "0" * 64)  # somebody has saved over what we wrote
    file.write_bytes(saying(issued, "すぐに保存した"))
    assert here.outcomes() == ["accepted"]


def test_while_saves_are_ready_they_go_first(here: Desk) -> None:
    file = here.put("a.xlsx", here.town.give_out())
    here.rest()
    auto = AutoWriteBack(here.office, here.world)
    auto.queue(here.sweep, (), office_writes(here, "あとで"))
    assert says(file) != "あとで"
    auto.run(here.sweep)
    assert says(file) == "あとで"


def test_a_changed_cost_reaches_the_other_workbooks_of_a_complete_program(tmp_path: Path) -> None:
    total, source = "program_totals.2017-settled.project_cost", "costs.2017-settled.sources.general"
    here = desk(tmp_path, papers.CLEAN)
    second = papers.CLEAN[:-1] + "2"
    document = {**papers.official_document(), "key": second}
    twin = papers.changed_sheet(document, {"project.number": "02"})
    assert here.town.bring_one(twin.to_json(), "登録").outcome == "accepted"
    here.town.terms = replace(here.town.terms, complete_programs=True)
    here.settle(terms=here.town.terms)
    other = here.put("b.xlsx", here.town.give_out(second))
    mine = here.put("a.xlsx", here.town.give_out())
    here.rest()
    states = States(here.town.store, here.town.terms)
    states.renew()
    mine.write_bytes(typed(mine.read_bytes(), {source: 25_777 + 1000}))
    here.rest()
    write_back(AutoWriteBack(here.office, here.world), here, (), states.renew())
    assert read(other.read_bytes())[0].sheet[total] == 2 * 31_149 + 1000
    assert here.town.revisions(second) == 1

"""Summaries in the shared folder: written where they changed, never under the hands of somebody who has one open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import cities, papers
from xlsync.inbox.config import InboxConfig
from xlsync.inbox.followup.summary_refresh import SummaryWriter, link_from
from xlsync.store import Draft
from xlsync.summary.figures.unit_names import names_of

DEPARTMENT = "政策イノベーション部"
KEY = papers.CLEAN


@pytest.fixture
def office(city: cities.City, tmp_path: Path) -> InboxConfig:
    city.register()
    return InboxConfig("つくば市", tmp_path, tmp_path / "shared", city.terms, city.store)


def _change(office: InboxConfig, title: str) -> None:
    head = office.store.head(KEY, 2018)
    assert head is not None
    changed = head.with_values({"project.name": title})
    with office.store.writing():
        office.store.commit(Draft(changed, "2018-08-01T09:00:00+09:00", "職員"))


def _state(office: InboxConfig) -> dict[str, tuple[bytes, int]]:
    return {
        file.name: (file.read_bytes(), file.stat().st_mtime_ns)
        for file in sorted(office.summaries.glob("*.xlsx"))
    }


def test_a_change_writes_its_department_and_the_city(office: InboxConfig) -> None:
    write = SummaryWriter()
    assert write(office, [KEY]) == []
    before = _state(office)
    assert set(before) == {f"{DEPARTMENT}.xlsx", "全庁.xlsx"}
    _change(office, "改めた名前")
    assert write(office, [KEY]) == []
    assert all(_state(office)[name][0] != data for name, (data, _) in before.items())


def test_equal_data_touches_no_file(office: InboxConfig) -> None:
    SummaryWriter()(office, [KEY])
    before = _state(office)
    assert SummaryWriter()(office, office.store.keys(2018)) == []
    assert _state(office) == before


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_summary_that_is_open_waits_and_comes_later(office: InboxConfig, lock: str) -> None:
    write = SummaryWriter()
    write(office, [KEY])
    name = f"{DEPARTMENT}.xlsx"
    before = _state(office)
    beside = office.summaries / lock.format(name)
    beside.write_bytes("田中,tanaka,pc,,;".encode())
    _change(office, "改めた名前")
    assert write(office, [KEY]) == [KEY]
    assert _state(office)[name] == before[name]
    assert _state(office)["全庁.xlsx"] != before["全庁.xlsx"]
    beside.unlink()
    assert write(office, [KEY]) == []
    assert _state(office)[name] != before[name]


def test_an_open_summary_that_would_not_change_need_not_wait(office: InboxConfig) -> None:
    SummaryWriter()(office, [KEY])
    (office.summaries / f"~${DEPARTMENT}.xlsx").write_bytes(b"")
    assert SummaryWriter()(office, [KEY]) == []


def test_nothing_half_written_is_left(office: InboxConfig) -> None:
    SummaryWriter()(office, [KEY])
    names = {file.name for file in office.summaries.iterdir()}
    assert names == {f"{DEPARTMENT}.xlsx", "全庁.xlsx"}


def test_a_link_leads_from_the_folder_to_the_workbook(office: InboxConfig) -> None:
    sheet = papers.sheet(KEY)
    link = link_from(office.summaries, office.sheets)
    assert link(sheet) == ""
    department, division, _ = names_of(sheet)
    file = office.sheets / department / division / f"{KEY}_{sheet.title}.xlsx"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    assert link(sheet) == f"../評価シート/{department}/{division}/{KEY}_{sheet.title}.xlsx"
    assert (office.summaries / link(sheet)).resolve() == file.resolve()

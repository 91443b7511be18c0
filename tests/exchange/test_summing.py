"""From the store to the summaries: read once, renewed where something changed, each department in its own file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import cities, crowd, papers
from xlsync.exchange.department_summaries import Survey, affected, renewed, survey
from xlsync.organization import read_organization
from xlsync.sheet import Sheet
from xlsync.store import Draft, Store, Submission

DEPARTMENT = "政策イノベーション部"
WHEN = "2018-07-02T09:00:00+09:00"


def _commit(store: Store, sheets: Sequence[Sheet], when: str = WHEN) -> None:
    with store.writing():
        for sheet in sheets:
            store.commit(Draft(sheet, when, "職員", Submission(workbook_hash="0" * 64)))


def _moved(sheet: Sheet, department: str) -> Sheet:
    return sheet.with_values({"organization.department": department or None})


def _books(seen: Survey) -> dict[str, bytes]:
    """Every summary of a survey by name."""
    items = seen.items(lambda _: "")
    departments = [*dict.fromkeys(seen.departments.values()), None]
    made = [seen.summary(department, items) for department in departments]
    assert len({one.name for one in made}) == len(made)
    return {one.name: one.data for one in made}


@pytest.fixture
def forty(city: cities.City) -> cities.City:
    _commit(city.store, crowd.sheets(papers.edition(), 40))
    return city


def test_equal_stores_give_equal_files_of_the_day_of_the_newest_revision(
    city: cities.City, tmp_path: Path
) -> None:
    city.register()
    seen = survey(city.store, city.terms)
    again = cities.city(tmp_path / "zwei")
    again.register()
    assert _books(survey(again.store, again.terms)) == _books(seen)
    assert list(_books(seen)) == [DEPARTMENT, "全庁"]
    assert str(seen.made_on(None)) == "2018-07-02"


def test_what_is_renewed_is_what_a_new_survey_says(forty: cities.City) -> None:
    seen = survey(forty.store, forty.terms)
    head = forty.store.heads(2018)[7]
    changed = head.with_values({"costs.2017-settled.project_cost": 1})
    _commit(forty.store, [changed], "2018-08-01T09:00:00+09:00")
    after = renewed(seen, forty.store, [head.key])
    whole = survey(forty.store, forty.terms)
    items = after.items(lambda _: "")
    assert items == whole.items(lambda _: "")
    assert items != seen.items(lambda _: "")
    (department, _) = affected(forty.store, after, [head.key])
    assert after.summary(department, items) == whole.summary(department, items)


def test_a_change_reads_only_the_sheets_of_its_program(
    forty: cities.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = survey(forty.store, forty.terms)
    read: list[str] = []
    plain = Store.revision

    def counted(store: Store, key: str, edition: int, number: int) -> Any:
        read.append(key)
        return plain(store, key, edition, number)

    monkeypatch.setattr(Store, "revision", counted)
    key = forty.store.keys(2018)[0]
    renewed(seen, forty.store, [key])
    assert read
    assert {one[: len("01-02-01-08-14")] for one in read} == {key[: len("01-02-01-08-14")]}
    read.clear()
    survey(forty.store, forty.terms)
    assert sorted(read) == sorted(set(read))  # every sheet once


def test_a_change_touches_its_department_and_the_city_only(forty: cities.City) -> None:
    seen = survey(forty.store, forty.terms)
    key = forty.store.keys(2018)[0]
    assert affected(forty.store, seen, [key]) == [seen.departments[key], None]
    assert affected(forty.store, seen, []) == []


def test_a_department_shares_a_program_with_another(city: cities.City) -> None:
    first = papers.sheet("01-02-01-08-14-01")
    values = {**_moved(first, "総務部"), "project.number": "02"}
    second = Sheet(first.edition, "01-02-01-08-14-02", values)
    _commit(city.store, [first, second])
    seen = survey(city.store, city.terms)
    assert affected(city.store, seen, [first.key]) == [DEPARTMENT, "総務部", None]


def test_the_department_a_sheet_has_left_is_touched_too(city: cities.City) -> None:
    sheet = papers.sheet()
    _commit(city.store, [sheet])
    _commit(city.store, [_moved(sheet, "総務部")])
    seen = survey(city.store, city.terms)
    assert affected(city.store, seen, [sheet.key]) == [DEPARTMENT, "総務部", None]
    emptied = seen.summary(DEPARTMENT, seen.items(lambda _: ""))
    assert emptied.name == DEPARTMENT


@pytest.mark.parametrize(
    ("names", "files"),
    [
        (("全庁", "総務部"), {"全庁": "全庁_2", "総務部": "総務部"}),
        (("a:部", "a：部 "), {"a:部": "a：部"}),
        (("a<b>", "a＜b>x"), {"a<b>": "a＜b＞", "a＜b>x": "a＜b＞x"}),
        (("", "部未記入"), {"": "部未記入", "部未記入": "部未記入_2"}),
    ],
)
def test_no_department_overwrites_another_or_the_city(
    city: cities.City, names: Sequence[str], files: Mapping[str, str]
) -> None:
    sheets = [papers.sheet(key) for key in papers.KEYS]
    for sheet, name in zip(sheets, names, strict=False):
        _commit(city.store, [_moved(sheet, name)])
    seen = survey(city.store, city.terms)
    assert {name: seen.name(name) for name in files} == files
    assert seen.name(None) == "全庁"


def test_a_name_typed_another_way_is_no_new_department(city: cities.City) -> None:
    for key, name in zip(
        papers.KEYS, (DEPARTMENT, "政策ｲﾉﾍﾞｰｼｮﾝ部", f"{DEPARTMENT} "), strict=False
    ):
        _commit(city.store, [_moved(papers.sheet(key), name)])
    seen = survey(city.store, city.terms)
    assert set(seen.departments.values()) == {DEPARTMENT}
    assert seen.called("政策 イノベーション 部") == DEPARTMENT


def test_the_citys_list_decides_how_a_name_is_spelled(city: cities.City) -> None:
    _commit(city.store, [_moved(papers.sheet(), "政策ｲﾉﾍﾞｰｼｮﾝ部")])
    listed = read_organization(f"{DEPARTMENT},情報政策課,企画推進係\n", "組織.csv")
    seen = survey(city.store, replace(city.terms, organization=listed))
    assert set(seen.departments.values()) == {DEPARTMENT}


def test_an_empty_store_gives_a_summary_that_says_so(city: cities.City) -> None:
    seen = survey(city.store, city.terms)
    assert list(_books(seen)) == ["全庁"]
    assert seen.made_on(None) is None


def test_the_sheet_of_the_year_before_comes_along(city: cities.City) -> None:
    earlier = Sheet(
        papers.edition(2017), papers.CLEAN, {"years.2016.overall": "A:成果を維持して継続実施"}
    )
    _commit(city.store, [papers.sheet(), earlier])
    (item,) = survey(city.store, city.terms).items(lambda _: "")
    assert item.last_year is not None
    assert item.last_year["years.2016.overall"] == "A:成果を維持して継続実施"


def test_a_sheet_tells_how_far_it_is(city: cities.City) -> None:
    clean, lacking = papers.sheet(papers.CLEAN), papers.sheet("01-02-01-10-11-01")
    blank = Sheet(papers.edition(), "01-02-01-10-12-01", {})
    _commit(city.store, [clean, lacking, blank])
    items = survey(city.store, city.terms).items(lambda _: "")
    assert {item.sheet.key[9:]: item.state for item in items} == {
        "08-14-01": "提出済",
        "10-11-01": "入力中",
        "10-12-01": "未着手",
    }

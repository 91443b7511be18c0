"""A former year on the page: its list, sheets, versions and summaries are read, and nothing of it can be written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests import papers
from tests.page.visits import Office, forms_in, text_of
from xlsync.city.year_change import planned_rollover
from xlsync.exchange import Source
from xlsync.page.job_works import change_year

SHEET = f"/sheets/{papers.CLEAN}"
OTHER = "01-02-01-10-12-01"


@pytest.fixture(scope="module")
def rolled_over(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city after its year change."""
    folder = tmp_path_factory.mktemp("years") / "市"
    shutil.copytree(founded, folder)
    with Office(folder).at_work() as office:
        settings = office.city.settings()
        source = Source("年度更新", office.context.moment, "山田花子")
        work = partial(change_year, settings, planned_rollover(settings, 2019), source)
        office.context.jobs.begin("年度更新", "", work)
        assert office.ended().startswith("done")
    return folder


@pytest.fixture
def later(rolled_over: Path) -> Iterator[Office]:
    """The page in the year after."""
    with Office(rolled_over).at_work() as office:
        yield office


def test_a_former_year_is_chosen_and_every_link_stays_in_it(later: Office) -> None:
    officer = later.officer()
    page = officer.page("/sheets")
    assert 'href="/sheets?edition=2018"' in page
    former = officer.page("/sheets?edition=2018&q=情報化")
    assert "2018年度のシートを見ています" in former
    assert f"{SHEET}?q=%E6%83%85%E5%A0%B1%E5%8C%96&amp;edition=2018" in former
    assert 'name="edition" value="2018"' in former
    sheet = officer.page(f"{SHEET}?edition=2018")
    assert f"{SHEET}/compare?edition=2018" in sheet
    assert "<b>第4版" in sheet
    assert "<b>第4版" not in officer.page(SHEET)
    assert "違う欄 2" in officer.page(f"{SHEET}/compare?edition=2018&from=1&to=2")
    assert officer.get(f"{SHEET}/workbook/1?edition=2018").status_code == 200
    assert officer.get(f"{SHEET}/received/3?edition=2018").status_code == 200
    assert officer.get("/sheets.csv?edition=2018").get_data().count(b"\n") == 6
    assert "2018年度のシートを見ています" in officer.page("/?edition=2018")
    assert "2018年度のシートを見ています" in officer.page("/summaries?edition=2018")


def test_nothing_of_a_former_year_can_be_written(later: Office) -> None:
    officer = later.officer()
    for address in ("/sheets?edition=2018", f"{SHEET}?edition=2018", "/summaries?edition=2018"):
        assert forms_in(officer.page(address)) == [], address
        assert "差戻し</button>" not in officer.page(address)
    action, hidden = forms_in(officer.page(f"/acts/return?sheet={OTHER}"))[0]
    answer = officer.send(f"{action}?edition=2018", {**hidden, "comment": "x"})
    assert (answer.status_code, "見るだけです" in text_of(answer)) == (403, True)
    assert officer.page(f"{SHEET}").count("年度ごとの推移") > 1


def test_a_year_that_is_none_shows_the_present_one(later: Office) -> None:
    officer = later.officer()
    for year in ("2019", "2017", "2020", "x", "-1", "99999999999999999999", "2018&edition=2019"):
        page = officer.page(f"/sheets?edition={year}")
        assert ("2019年度" in page, "シートを見ています" in page) == (
            True,
            year.startswith("2018&"),
        )


def test_a_department_sees_of_a_former_year_what_was_its_own(later: Office) -> None:
    reader = later.with_key("政策イノベーション部")
    assert "情報化" in reader.page("/sheets?edition=2018")
    stranger = later.with_key("総務部")
    assert stranger.get(f"{SHEET}?edition=2018").status_code == 404

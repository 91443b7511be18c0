"""評価シート, 実施計画調書 and 成果説明書 as they are shipped: one 事務事業 is typed once and stands in all three."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from tests import papers
from tests.commands import Run, city_with_a_workbook, living
from tests.example_forms import FOLDER
from tests.page.visits import Office, text_of
from tests.watching import saying
from xlsync import open_city
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.workbook.reading.form_reader import read

KEY: Final = papers.CLEAN
ON_THE_PAGE: Final = "/work/files/other-form.xlsx"
PLAN, REPORT = "実施計画", "成果説明書"
FORMS: Final = {PLAN: "jisshi-keikaku", REPORT: "seika-setsumei"}
TAKEN: Final = {
    PLAN: {
        "unit.division": "organization.division",
        "project.name": "project.name",
        "purpose": "purpose",
        "outline": "outline",
        "issues": "years.2017.issues",
        "target.actual": "indicator.actuals.2017",
        "known.2017-settled.general": "costs.2017-settled.sources.general",
        "known.2017-settled.total": "costs.2017-settled.project_cost",
        "known.2018-initial.total": "costs.2018-initial.project_cost",
    },
    REPORT: {
        "unit.department": "organization.department",
        "budget.name": "budget.name",
        "result.purpose": "purpose",
        "result.activities": "years.2017.activities",
        "result.overall": "years.2017.overall",
        "target.actual": "indicator.actuals.2017",
    },
}
"""Fields of each form that are to say what a field of 評価シート says."""


def head(city: Path, form: str) -> Sheet:
    found = open_city(city / "forms" / form).store.head(SheetId(KEY), papers.EDITION)
    assert found is not None
    return found


def rows_of(workbook: bytes) -> list[tuple[Any, ...]]:
    """The rows of a list, of which there is more than the headings."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    rows: list[tuple[Any, ...]] = [*book.worksheets[0].iter_rows(values_only=True)]
    assert len(rows) > 1
    return rows


def test_one_project_feeds_the_three_forms_and_is_registered_from_the_first_ones_list(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = tmp_path / "市"
    city_with_a_workbook(city)
    monkeypatch.chdir(city)
    for name, example in FORMS.items():
        assert run("form", "add", name, "--form", FOLDER / example).code == 0
        listed = run("sheets", "export", "--for", name, "--out", f"{name}.xlsx")
        assert f"-C {city / 'forms' / name}" in listed.out
        assert run("sheets", "add", f"{name}.xlsx", "--yes", "-C", f"forms/{name}").code == 0
    with Office(city).at_work() as office:
        officer = office.officer()
        offered = officer.page(ON_THE_PAGE)
        for name in FORMS:
            assert f'<option value="{name}"' in offered
            taken_away = officer.get(f"{ON_THE_PAGE}?make=1&form={name}").get_data()
            assert rows_of(taken_away) == rows_of((city / f"{name}.xlsx").read_bytes())
    mine = papers.sheet(KEY)
    for name, taken in TAKEN.items():
        sheet = head(city, name)
        assert {path: sheet.text(path) for path in taken} == {
            path: mine.text(other) for path, other in taken.items()
        }
    assert head(city, REPORT)["settled.total"] == 31_149_000  # in yen there, in thousands here
    living(city).write_bytes(saying(living(city).read_bytes(), "新しい目的"))
    assert run("watch", "--once").code in {0, 1}
    for name, path in ((PLAN, "purpose"), (REPORT, "result.purpose")):
        (file,) = (city / "shared" / name).rglob(f"{KEY}_*.xlsx")
        (reading,) = read(file.read_bytes(), load_form(str(city / "forms" / name / "form")))
        assert (head(city, name)[path], reading.sheet[path]) == ("新しい目的", "新しい目的")


def test_a_list_for_a_form_that_takes_nothing_over_or_is_not_there_is_refused(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = tmp_path / "市"
    city_with_a_workbook(city)
    monkeypatch.chdir(city)
    assert run("form", "add", "備品", "--form", FOLDER / "bihin").code == 0
    said = run("sheets", "export", "--for", "備品")
    assert (said.code, "同じ内容にする欄（same-as）がありません" in said.err) == (3, True)
    said = run("sheets", "export", "--for", "補助金")
    assert (
        said.code,
        "様式「補助金」がありません（この市に加えてある様式：備品）" in said.err,
    ) == (3, True)
    assert not (city / "台帳.xlsx").exists()
    with Office(city).at_work() as office:
        officer = office.officer()
        assert "様式：選べるものがまだありません。" in officer.page(ON_THE_PAGE)
        refused = officer.get(f"{ON_THE_PAGE}?make=1&form=備品")
        assert refused.status_code == 422
        assert "同じ内容にする欄（same-as）がありません" in text_of(refused)

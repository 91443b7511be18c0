"""Real dates and numbers in a date's cell: the day the page shows, or a sentence that says why there is none."""
# ruff: noqa: DTZ001 - cells know no time zones

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.small_forms import SMALL_FORMS, YEAR
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

ERA = '[$-411]ggge"年"m"月"d"日"'


@pytest.mark.parametrize(
    ("typed", "code", "value", "finding"),
    [
        ("R1.5.1", "@", "2019-05-01", "normalised"),
        ("令和元年5月1日", "@", "2019-05-01", ""),
        (dt.datetime(2019, 5, 1), "[$-411]ge.m.d", "2019-05-01", "normalised"),
        (dt.datetime(2018, 4, 1), ERA, "2018-04-01", ""),
        (dt.datetime(2018, 4, 1), "yyyy/m/d", "2018-04-01", "normalised"),
        (dt.datetime(2018, 4, 1, 9, 30), "yyyy/m/d", "2018-04-01", "normalised"),
        (dt.datetime(2018, 4, 1), 'yyyy"年"m"月"', "2018-04-01", "read-as-shown"),
        (dt.datetime(2026, 4, 1), 'm"月"d"日"', None, "date-without-year"),
        (dt.datetime(2026, 4, 1), "m/d", None, "date-without-year"),
        (30, "yyyy/m/d", None, "unreadable"),
        (60, "yyyy/m/d", None, "number-for-date"),
        (43191, "General", None, "number-for-date"),
        (20180401, "General", "2018-04-01", "normalised"),
        (20180401, '0000"/"00"/"00', "2018-04-01", "normalised"),
        (2018, "General", None, "number-for-date"),
        ("4月1日", "@", None, "unreadable"),
        (True, "General", None, "unreadable"),
    ],
)
def test_a_date_is_read_as_the_page_shows_it(
    tmp_path: Path, typed: Any, code: str, value: str | None, finding: str
) -> None:
    small = next(small for small in SMALL_FORMS if small.name == "kenshu")
    form = small.form(tmp_path)
    edition, template = form.at(YEAR), build_template(form, YEAR)
    sheet = Sheet(edition, "会計-山田", {"course": "会計", "trainee": "山田", "office": "総務課"})
    data = fill(template, sheet, Stamp(edition.form, YEAR, sheet.key, 1, "ab"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book[edition.worksheet][template.addresses["held"]]
    cell.value, cell.number_format = typed, code
    saved = io.BytesIO()
    book.save(saved)
    [reading] = read(saved.getvalue(), form)
    assert reading.sheet["held"] == value
    assert [one.code for one in reading.findings if one.path == "held"] == [finding] * bool(finding)
    assert ("held" in reading.sheet.unreadable) == (value is None)

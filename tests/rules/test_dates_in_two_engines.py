"""Law 6 for dates and names: what Excel's formulas make of what is typed is what the store reads, or the same refusal."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.typed_forms import YEAR, made_form, said_by_excel, typed_into
from xlsync.form.library import Form
from xlsync.kinds import Unreadable
from xlsync.ooxml.read.reader import open_workbook
from xlsync.rules import UNREAD_MARK
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

DATES: tuple[Any, ...] = (
    *("令和元年5月1日", "令和元年５月１日", "R元.5.1", "R1.5.1", "H31.4.30", "H31.5.1", "平成31年4月30日（火）"),
    *("㍻30.4.1", "平30.4.1", "h30/4/1", "H30-04-01", "H300401", "S64.1.7", "昭和63年12月31日", "T15.12.25"),
    *("2018/4/1", "２０１８．４．１", "2018-04-01", "2018年4月1日", "20180401", "西暦2018年4月1日(日曜日)"),
    *("令和 7年 4月 1日", "　2018.4.1\n", "2018\u200b/4/1", "2016/2/29", "2000.2.29", "M6.1.1", "9999/12/31"),
    *("4/1", "4月1日", "30.4.1", "18/4/1", "2018年4月", "2018", "H30", "平成30年度", "2018.2.29", "1900.2.29"),
    *("2018.4.1 2", "2018/13/1", "2018/0/1", "2018/4/31", "H32.1.1", "R0.1.1", "M5.12.31", "S65.1.1", "今年"),
    *("2018.4.1.2", "2018..1", "令和", "R", ".", "..", "日", "元年5月1日", "平成3元年1月1日", "2018/004/1", "1e5"),
    *("平成三十年四月一日", "2018年4月1日から", "R100.1.1", "a.b.c", "R.1.1", "", "-", "－", "#", "1" * 300),
    *(20180401, 20180431, 2018, 30, 0.5, 1e20, -5),
)  # fmt: skip
NAMES: tuple[Any, ...] = (
    *(
        "山田 太郎",
        "山田　太郎",
        " 山田 \n 太郎\u200b",
        "山田太郎",
        "J. Smith",
        "山田1",
        "山田（内線１２３）",
    ),
    *(12, "-", "", "髙𠮷　花子"),
)
REAL = ((43191, "2018-04-01"), (3000.75, "1908-03-18"), (2018, UNREAD_MARK), (60, UNREAD_MARK))
"""Numbers as Excel counts days, and the day; 60 is the day of 1900 that never was."""


@cache
def form() -> Form:
    """A form with a field for each of what is typed."""
    folder = Path(__file__).parents[1] / "data" / "forms" / "hizuke"
    text = (folder.with_suffix(".toml")).read_text(encoding="utf-8")
    rows = ", ".join(f'{{ key = {n}, label = "{n}" }}' for n in range(len(DATES) + len(REAL)))
    names = ", ".join(f'{{ key = {n}, label = "{n}" }}' for n in range(len(NAMES)))
    return made_form(text.replace("ROWS", rows).replace("NAMES", names))


def typed() -> dict[str, Any]:
    """What is typed, by path."""
    dates = {f"days.{n}": value for n, value in enumerate(DATES)}
    return dates | {f"names.{n}": value for n, value in enumerate(NAMES)}


engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


@engines
def test_excel_reads_dates_and_names_as_the_store_does(engine: str) -> None:
    """A formula cannot see formats: any number of Excel's count is a day to it; the reader's finding stands beside it."""
    values = typed()
    real = {f"days.{len(DATES) + n}": pair for n, pair in enumerate(REAL)}
    numbers = {path: number for path, (number, _) in real.items()}
    said = said_by_excel(form(), typed_into(form(), values | numbers, "一"), engine)
    assert {path: said[path] for path in real} == {path: day for path, (_, day) in real.items()}
    fields = form().at(YEAR).by_path
    wrong = {}
    for path, value in values.items():
        read = fields[path].kind.parse(value)
        expected = UNREAD_MARK if isinstance(read, Unreadable) else (read.value or "")
        if (said[path] or "") != expected:
            wrong[path] = (value, said[path], expected)
    assert wrong == {}


def test_what_is_stored_beside_the_formulas_of_dates_is_what_they_come_to() -> None:
    """In a workbook filled by us, the results of the helper cells are written without any office program."""
    template = build_template(form(), YEAR)
    edition = form().at(YEAR)
    values = {"number": "一", "days.0": "2019-05-01", "names.0": "山田　太郎"}
    unreadable = {"days.1": "4月1日"}
    sheet = Sheet(edition, "一", values, None, unreadable)
    data = fill(template, sheet, Stamp(edition.form, YEAR, "一", 1, "ab"))
    cells = open_workbook(data).cells(WORKSHEET)
    at = template.checks.check_sheet.addresses
    assert cells[at.at("days.0")].value == "2019-05-01"
    assert cells[at.at("days.0", "body")].value == "R1.5.1"
    assert cells[at.at("days.1")].value == UNREAD_MARK
    assert cells[at.at("names.0")].value == "山田　太郎"

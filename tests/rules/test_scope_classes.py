"""Scope classes (通常・簡易): a choice of the office decides which fields are required, to the store and to Excel alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import node_tools, office_calculation
from tests.small_forms import FOLDER, SMALL_FORMS, YEAR
from xlsync.checks import Context, check
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import FIRST_ROW, SENTENCE, WORKSHEET, cell_at
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

HOJOKIN = next(small for small in SMALL_FORMS if small.name == "hojokin")
TEXT = (FOLDER / "hojokin.toml").read_text(encoding="utf-8")
KEY = "12345-1"
CASES: tuple[tuple[Any, bool], ...] = (
    ("通常", True),
    ("簡易", False),
    (None, True),
    ("簡 易", False),
)
"""What the class says, and whether a blank result is then a finding; as typed on the page."""


def _edition(text: str) -> Edition:
    return edition_of(read_definition(text, "form.toml"), YEAR, "form.toml")


def _asks_for_the_result(sheet: Sheet) -> bool:
    return any((one.code, one.path) == ("required", "actual") for one in check(sheet, Context()))


@pytest.mark.parametrize(("scope", "asked"), CASES)
def test_a_field_is_required_but_in_a_class_that_does_not_need_it(scope: Any, asked: bool) -> None:  # noqa: FBT001
    edition = _edition(TEXT)
    read = edition.by_path["scope"].kind.parse(scope)
    sheet = Sheet(edition, KEY, {"scope": read.value})  # type: ignore[union-attr]
    assert _asks_for_the_result(sheet) == asked
    assert not _asks_for_the_result(sheet.with_values({"actual": "-"}))


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)
def test_excel_asks_for_the_same_fields(engine: str, tmp_path: Path) -> None:
    form = HOJOKIN.form(tmp_path)
    edition, template = form.at(YEAR), build_template(form, YEAR)
    sheet = Sheet(edition, KEY, {"grant.group": "12345", "grant.number": "1"})
    data = fill(template, sheet, Stamp(edition.form, YEAR, KEY, 1, "ab"))
    spot = (edition.worksheet, template.addresses["scope"])
    lines = template.checks.check_sheet.lines
    place = next(
        at for at, line in enumerate(lines) if (line.code, line.path) == ("required", "actual")
    )
    sentence = cell_at(FIRST_ROW + place, SENTENCE)
    books = [patch_cells(data, {spot: typed}) for typed, _ in CASES]
    if engine == "hyperformula":
        made = node_tools.recalculated(books)
    else:
        every = office_calculation.calculated([(book, [{}]) for book in books], (WORKSHEET,))
        made = [results for [results] in every]
    said = [bool(results[WORKSHEET].get(sentence)) for results in made]
    assert said == [asked for _, asked in CASES]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('says = ["簡易"]', 'says = ["略式"]'), "「略式」が、「scope」の選択肢にありません"),
        (('unless = "scope"', 'unless = "target"'), "「target」の選択肢にありません"),
        (('unless = "scope"', 'unless = "scoop"'), "scoop"),
        (('says = ["簡易"]', "says = []"), "required"),
    ],
)
def test_a_class_that_the_form_does_not_have_is_refused(change: tuple[str, str], said: str) -> None:
    with pytest.raises(FormError, match=said):
        _edition(TEXT.replace(*change))

"""Expressions over the rows of a table: the same number in Python, in LibreOffice and in HyperFormula, and told where wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tests import node_tools, office_calculation
from tests.tables.items import FIRST, FOLDER, HEAD, WORKSHEET, YEAR, typed
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.expansion import edition_of
from xlsync.form.library import Form, load_form
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.rules import Given, lines_of
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import FIRST_ROW, SENTENCE, cell_at
from xlsync.workbook.checks.check_layout import WORKSHEET as HIDDEN
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

CONDITIONS: Final = (
    *("count([items]) <= 2", "count(items.count) = 2", "個数([items]) = count(items.price)"),
    *("sum(items.price) > 1000", "合計(items.count) = 3", "min(items.price) >= 500"),
    *(
        "最大([items.count]) < 3",
        "avg(items.price) = 750",
        "sum(items.price) / sum(items.count) > 400",
    ),
    *("空欄は0(total.count) = 0 or sum(items.count) = total.count",),
)
TABLES: Final[tuple[tuple[tuple[Any, ...], ...], ...]] = (
    (),
    (("001", "机", "R2.4.1", 1000, 1, "良", None), ("002", "棚", "R2.4.1", 500, 2, "良", None)),
    (("001", "机", "R2.4.1", None, 5, None, None), ("002", None, None, None, None, None, "　")),
    (("001", "机", "R2.4.1", "-", "-", "良", None),),
    (
        ("001", "机", "R2.4.1", 800, 1, "良", None),
        (None,) * 6 + ("備考だけ",),
        ("3", "棚", None, 0, 2, None, None),
    ),
)
engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


def definition(total: str, price: str, conditions: tuple[str, ...] = ()) -> str:
    """備品点検票 with other totals, and a check for each condition."""
    text = (FOLDER / "form.toml").read_text(encoding="utf-8")
    head, _, _ = text.partition("[[rule]]")
    for path, expression in (("total.count", total), ("total.price", price)):
        before, _, after = head.partition(f'path = "{path}"')
        filled = f'filled-by = "computed"\ncomputed = "{expression}"'
        rest = after.replace('filled-by = "computed"', filled, 1)
        head = f'{before}path = "{path}"{rest}'
    checks = [
        f'[[check]]\ncode = "c{at}"\nthat = "{text}"\nsay = "条件{at}"\nof = "total.count"'
        for at, text in enumerate(conditions)
    ]
    return "\n".join([head, *checks])


@cache
def form(folder: Path) -> Form:
    made = folder / "form"
    made.mkdir()
    text = definition("count([items])", "max(items.price) + sum(items.count)", CONDITIONS)
    (made / "form.toml").write_text(text, encoding="utf-8")
    (made / "drawing.xlsx").write_bytes((FOLDER / "drawing.xlsx").read_bytes())
    return load_form(str(made))


@pytest.fixture(scope="module")
def given_form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form(tmp_path_factory.mktemp("rows"))


def blank(made: Form) -> bytes:
    template = build_template(made, YEAR)
    sheet = Sheet(made.at(YEAR), "A-01", HEAD)
    return fill(template, sheet, Stamp(made.id, YEAR, "A-01", 1, "ab"))


def cells_of(rows: tuple[tuple[Any, ...], ...]) -> dict[tuple[str, str], Any]:
    cells: dict[tuple[str, str], Any] = {}
    for at in range(3):
        cells |= typed(FIRST + at, rows[at] if at < len(rows) else (None,) * 7)
    return cells


def by_python(data: bytes, made: Form) -> dict[str, Any]:
    [reading] = read(data, made)
    given = Given(reading.sheet, {})
    lines = [line for line in lines_of(reading.sheet.edition) if line.code[1:].isdigit()]
    said: dict[str, Any] = {line.code: line.finding(given) is not None for line in lines}
    return said | {path: reading.sheet[path] for path in ("total.count", "total.price")}


def by_excel(
    engine: str, made: Form, contents: list[dict[tuple[str, str], Any]]
) -> list[dict[str, Any]]:
    start, template = blank(made), build_template(made, YEAR)
    lines = enumerate(template.checks.check_sheet.lines, start=FIRST_ROW)
    rows = {line.code: cell_at(row, SENTENCE) for row, line in lines if line.code[1:].isdigit()}
    if engine == "hyperformula":
        books = node_tools.recalculated([patch_cells(start, each) for each in contents])
    else:
        [books] = office_calculation.calculated([(start, contents)], (HIDDEN, WORKSHEET))
    said = []
    for book in books:
        pages = {
            path: book[WORKSHEET].get(template.addresses[path])
            for path in ("total.count", "total.price")
        }
        said.append({code: bool(book[HIDDEN].get(at)) for code, at in rows.items()} | pages)
    return said


@engines
def test_python_and_excel_agree_over_rows(engine: str, given_form: Form) -> None:
    contents = [cells_of(rows) for rows in TABLES]
    start = blank(given_form)
    for rows, theirs, cells in zip(
        TABLES, by_excel(engine, given_form, contents), contents, strict=True
    ):
        mine = by_python(patch_cells(start, cells), given_form)
        same = {name: "" if value is None else value for name, value in mine.items()}
        assert same == {name: "" if v is None else v for name, v in theirs.items()}, rows


def test_each_condition_over_rows_speaks_and_is_silent(given_form: Form) -> None:
    start = blank(given_form)
    said = [by_python(patch_cells(start, cells_of(rows)), given_form) for rows in TABLES]
    assert [
        c for at, c in enumerate(CONDITIONS) if len({each[f"c{at}"] for each in said}) < 2
    ] == []


def test_rows_that_are_inserted_are_counted(given_form: Form) -> None:
    edit = PackageEdit(patch_cells(blank(given_form), cells_of(TABLES[1])))
    insert_rows(edit, WORKSHEET, {FIRST: 2})
    [reading] = read(edit.finished(), given_form)
    assert (reading.sheet["total.count"], reading.sheet["total.price"]) == (2, 1003)
    assert [f.code for f in reading.findings if f.path.startswith("total")] == []


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("items.count + 1", "「items.count」は表の列です。sum や count の中に書いてください"),
        ("sum(items.name)", "sum には、表の中の数の列を書いてください"),
        ("sum(items.count, items.price)", "sum には、表の列を1つだけ書いてください"),
        ("sum(items.cost)", "「items.cost」という欄はありません"),
        ("count(items.state)", "count には、表の中の数の列を書いてください"),
        ("sum([items])", "sum には、表の中の数の列を書いてください"),
    ],
)
def test_a_wrong_expression_over_rows_is_told(expression: str, says: str) -> None:
    with pytest.raises(FormError) as fault:
        edition_of(
            read_definition(definition(expression, "sum(items.price)"), "form.toml"),
            YEAR,
            "form.toml",
        )
    assert says in str(fault.value)

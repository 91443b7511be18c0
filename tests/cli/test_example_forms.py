"""Every example form through a city's year: given out, filled in by typing, merged, summed up, rolled over, published."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from tests import example_forms as examples
from tests import office
from tests.commands import Run
from xlsync.checks import check
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.store import Store
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

FINE = {0, 1}
RE_SAVED = "gyosei-review"
"""The example whose workbook goes through LibreOffice: it has tables on a second worksheet, sums, percents and codes."""
GUARDED = examples.NAMES if os.environ.get("XLSYNC_ALL_EXAMPLES") else ("kenshu", RE_SAVED)
"""Examples over which every other command runs, too: in `make plays` over all."""
MOST_TYPED = 20
"""Rows of a table that are typed; a sheet with more of them is registered as it is."""
pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")


@pytest.mark.parametrize("name", examples.NAMES)
def test_a_filled_example_is_canonical_sound_and_computed_rightly(name: str) -> None:
    for file in sorted((examples.FOLDER / name / "examples").glob("*.json")):
        sheet = Sheet.from_json(file.read_bytes(), examples.form(name))
        assert sheet.to_json() == file.read_bytes(), "canonical"
        assert {finding.severity for finding in check(sheet)} <= {"warning", "note"}


def living(city: Path) -> dict[str, Path]:
    """The living workbooks by the key of their sheet."""
    form = load_form("form", city)
    books = sorted((city / "shared" / "評価シート").rglob("*.xlsx"))
    return {read(book.read_bytes(), form)[0].sheet.key: book for book in books}


def read_one(book: Path, city: Path) -> Reading:
    [reading] = read(book.read_bytes(), load_form("form", city))
    return reading


def given_out(name: str, city: Path, run: Run) -> dict[str, Sheet]:
    """Give out the sheets of an example with what the office fills in, and return those that staff are to fill in."""
    assert run("init", city, "--edition", examples.YEAR, "--form", examples.FOLDER / name).code == 0
    assert (city / "form" / "drawing.xlsx").exists()
    sheets = {sheet.key: sheet for sheet in examples.filled(name)}
    to_type = {}
    folder = city / "登録"
    folder.mkdir()
    for number, (key, sheet) in enumerate(sheets.items()):
        is_long = any(len(sheet.rows(t.path)) > MOST_TYPED for t in sheet.edition.tables)
        if not is_long:
            to_type[key] = sheet
        data = sheet if is_long else examples.only_office(sheet)
        (folder / f"{number}.json").write_bytes(data.to_json())
    return to_type


def test_an_example_goes_through_a_year(
    name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = tmp_path / "市"
    to_type = given_out(name, city, run)
    monkeypatch.chdir(city)
    assert run("import", "登録").code in FINE
    assert run("export", "--all").code in FINE
    books = living(city)
    _merge_and_ask(city, run, *next((key, books[key]) for key in to_type))
    for key, sheet in to_type.items():
        _fill(books[key], sheet, city)
    assert run("check", "shared").code in FINE
    assert run("import", "shared").code in FINE
    store = Store(city / "store", load_form("form", city))
    for key, sheet in to_type.items():
        head = store.head(key, examples.YEAR)
        assert head is not None
        assert examples.content(head) == examples.content(sheet), key
    assert run("summarize").code in FINE
    _compare_figures(name, city)
    for command in (
        *[("status", "--json"), ("publish", "../公表", "--all")],
        *(_every_other_command(next(iter(books.items()))) if name in GUARDED else ()),
        ("rollover", examples.YEAR + 1, "--yes"),
    ):
        assert run(*command).code in FINE, command
    after = Store(city / "store", load_form("form", city)).keys(examples.YEAR + 1)
    assert len(after) == len(examples.filled(name))
    assert run("audit").code == 0


def _every_other_command(sheet: tuple[str, Path]) -> list[tuple[object, ...]]:
    key, book = sheet
    return [
        *[
            ("sheets", "list"),
            ("review",),
            ("seals",),
            ("remind",),
            ("conflicts",),
            ("history", key),
        ],
        *[("summarize", "--format", "parquet", "--by-axis", "--out", "表"), ("watch", "--once")],
        *[
            ("press", v, book)
            for v in ("validate", "submit", "pull", "diff", "summary", "selftest")
        ],
        *[("form", "docs", "--form", "form", "--out", "説明"), ("export", "--trial", key)],
    ]


@pytest.fixture(params=examples.NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _fill(book: Path, sheet: Sheet, city: Path) -> None:
    """Type a whole sheet into its workbook as staff do."""
    cells = examples.typed_by_staff(sheet, read_one(book, city))
    book.write_bytes(patch_cells(book.read_bytes(), cells))


def _merge_and_ask(city: Path, run: Run, key: str, book: Path) -> None:
    """Let two people fill in different fields of two copies, then the same one differently, and decide."""
    before = read_one(book, city)
    first, second, *_ = examples.texts(before.sheet.edition)
    copy = book.with_name(f"{book.stem}_写し.xlsx")
    copy.write_bytes(book.read_bytes())
    _type(book, before, {first: "甲"})
    _type(copy, before, {second: "乙"})
    assert run("import", book, copy).code in FINE
    head = Store(city / "store", load_form("form", city)).head(key, examples.YEAR)
    assert head is not None
    assert (head[first], head[second]) == ("甲", "乙")
    _type(book, before, {first: "丙"})
    _type(copy, before, {first: "丁"})
    assert run("import", book, copy).code in FINE
    [conflict] = run("conflicts", "--json").json["conflicts"]
    assert (conflict["key"], conflict["path"]) == (key, first)
    assert run("resolve", key, "--all-theirs").code in FINE
    copy.unlink()
    assert run("export", "--all").code in FINE


def _type(book: Path, reading: Reading, values: dict[str, str]) -> None:
    cells = {reading.cell_of(path): value for path, value in values.items()}
    book.write_bytes(patch_cells(book.read_bytes(), cells))


def _compare_figures(name: str, city: Path) -> None:
    book = openpyxl.load_workbook(city / "shared/集計/全庁.xlsx", data_only=True)
    figures = examples.figures(name)
    for line in figures:
        page = book[line["worksheet"]]
        found = list(examples.shown(page, line["row"], line["heading"], line["below"]))
        numbers = [float(value) for value in found if isinstance(value, int | float)]
        assert numbers[:1] == [pytest.approx(float(line["figure"]))], (line, found)


@pytest.mark.office
@pytest.mark.parametrize(
    "re_saved", examples.NAMES if os.environ.get("XLSYNC_ALL_EXAMPLES") else [RE_SAVED]
)
def test_an_example_filled_in_by_a_real_office_program_says_the_same(
    re_saved: str, tmp_path: Path, run: Run
) -> None:
    city = tmp_path / "市"
    to_type = given_out(re_saved, city, run)
    assert run("import", city / "登録", "--city", city).code in FINE
    assert run("export", "--all", "--city", city).code in FINE
    books = living(city)
    for key, sheet in to_type.items():
        _fill(books[key], sheet, city)
    saved = office.resave([books[key] for key in to_type], tmp_path / "saved")
    for file, sheet in zip(saved, to_type.values(), strict=True):
        assert examples.content(read_one(file, city).sheet) == examples.content(sheet)

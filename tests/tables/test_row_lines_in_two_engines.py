"""Law 6 over rows: what the checks of a workbook count in its tables is what the checks of the sheet say row by row."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.rules.two_engines import Case, differences, recalculated
from tests.tables.items import FIRST, FOLDER, HEAD, WORKSHEET, YEAR, row, typed
from xlsync.checks import beside_the_sheet, check
from xlsync.checks.context import Context
from xlsync.finding import Finding
from xlsync.form.library import Form, load_form
from xlsync.kinds import Value
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.rules import Given
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import COUNT, FIRST_ROW, SENTENCE, cell_at
from xlsync.workbook.checks.check_layout import WORKSHEET as HIDDEN
from xlsync.workbook.checks.visible_sheet import FIRST as FIRST_LISTED
from xlsync.workbook.checks.visible_sheet import PAGE, Known
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.row_fill import row_addresses
from xlsync.workbook.template.template import build_template

DRAWN: Final = 10
engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)
CHANGES: Final = (
    ('unique = ["number"]', 'unique = ["number", ["name", "state"]]'),
    (
        'label = "備考"\nkind = "text"\nfilled-by = "staff"',
        'label = "備考"\nkind = "choice"\nchoices = "notes"\nfilled-by = "staff"\nrequired = { with = "price" }',
    ),
    (
        "[choices.state]",
        '[choices.notes]\nlabel = "備考"\nitems = ["ガス", "A-1", "業"]\n\n[choices.state]',
    ),
)
TABLES: Final[tuple[Mapping[str, Mapping[str, Value]], ...]] = (
    {},
    {"R1": row("001", note="A-1"), "R2": row("002", note="業", name="棚")},
    {"R1": row("001", note=None), "R2": row("", name="-", state=None)},
    {"R1": row("001", note="不明"), "R2": row("００１", name="机", state="紛失")},
    {"R1": row("a*", name="~机?"), "R2": row("A＊", name="~机?", price="-", note="-")},
    {"R1": {"note": "ガス"}, "R2": {"price": 1000}, "R3": {"state": "-", "count": "-"}},
    {f"R{n}": row(f"{n % 3:03}", name=f"品{n}", note=None) for n in range(5)},
)
TYPED: Final[tuple[Mapping[int, tuple[Any, ...]], ...]] = (
    {2: ("001", "机", "R2.4.1", "１，０００円", 1, "良", "ａー１")},
    {0: ("001", "机", None, 1000, 1, " 良　", "カ\u3099ス"), 3: ("　", " ", None, None, None, None, None)},
    {1: ("00 1", "机", "－", "―", "-", "良", "-"), 4: ("001", "机", "－", None, "三つ", "良", None)},
    {39: (1, "机", None, None, None, None, None), 38: ("1", "机", None, 5, 5, "\n", "業 ")},
)  # fmt: skip
CODES: Final = frozenset(
    {"required", "required-with", "dash-refused", "not-in-closed-list", "not-in-list", "row-repeated"}
)  # fmt: skip


@cache
def form() -> Form:
    """備品点検票 with a list that is open, a column required with another, and two columns no two rows may share."""
    text = (FOLDER / "form.toml").read_text(encoding="utf-8")
    for before, after in CHANGES:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    folder = Path(tempfile.mkdtemp(prefix="row-lines-"))
    (folder / "form.toml").write_text(text, encoding="utf-8")
    (folder / "drawing.xlsx").write_bytes((FOLDER / "drawing.xlsx").read_bytes())
    return load_form(str(folder))


def sheet_of(rows: Mapping[str, Mapping[str, Value]]) -> Sheet:
    cells = {
        f"items.{i}.{word}": v or None for i, cells in rows.items() for word, v in cells.items()
    }
    return Sheet(form().at(YEAR), "A-01", {**HEAD, "items": tuple(rows), **cells})


def case(sheet: Sheet) -> Case:
    """A workbook of a sheet, with what the store says of its rows beside what its formulas say."""
    known = Known({}, tuple(beside_the_sheet(sheet, Context())))
    stamp = Stamp(form().id, YEAR, sheet.id, 1, "ab")
    return Case(fill(build_template(form(), YEAR), sheet, stamp, known), sheet, known)


@cache
def drawn_sheets() -> list[Sheet]:
    words = st.sampled_from(
        ["", "", "-", "001", "a", "ａ", "机", "机 ", "~*", "良", "ガス", "不明"]
    )
    values: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
        {
            **dict.fromkeys(("number", "name", "state", "note"), words),
            "acquired": st.sampled_from([None, "-", "2020-04-01"]),
            "price": st.sampled_from([None, "-", 0, 1000]),
            "count": st.sampled_from([None, 3]),
        }
    )
    drawn: list[Sheet] = []

    @settings(
        max_examples=DRAWN,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.lists(values, max_size=8))
    def draw(rows: list[dict[str, Value]]) -> None:
        drawn.append(sheet_of({f"R{at}": cells for at, cells in enumerate(rows)}))

    draw()
    return drawn


@cache
def filled_in() -> list[Case]:
    return [case(sheet) for sheet in (*map(sheet_of, TABLES), *drawn_sheets())]


def counted(sheet: Sheet) -> Counter[tuple[str, str]]:
    """How many rows each line counts, by its code and column."""
    lines = build_template(form(), YEAR).checks.check_sheet.row_lines
    over = Given(sheet)
    return Counter({(line.code, line.path): line.faulty_rows.value(over) for line in lines})


def found(sheet: Sheet) -> Counter[tuple[str, str]]:
    """How many findings of these codes the checks of a sheet make in each column."""
    findings = (each for each in check(sheet) if each.code in CODES and each.path[:6] == "items.")
    return Counter((each.code, f"items.{each.path.rpartition('.')[2]}") for each in findings)


def test_a_line_counts_as_many_rows_as_have_a_finding() -> None:
    for one in filled_in():
        assert +counted(one.sheet) == +found(one.sheet)
    silent = {
        key for key in counted(sheet_of({})) if all(not found(c.sheet)[key] for c in filled_in())
    }
    assert silent == set()


@engines
def test_python_and_excel_agree_over_the_rows_of_any_table(engine: str) -> None:
    """Over rows that were filled in, every formula; over those that people type, how many rows each line counts."""
    template = build_template(form(), YEAR)
    lines = template.checks.check_sheet.lines
    rows = {(line.code, line.path): FIRST_ROW + at for at, line in enumerate(lines)}
    cases = filled_in()
    made = list(recalculated(engine, [*cases, *typed_in()]))
    for one, theirs in made[: len(cases)]:
        cells = row_addresses(template, one.sheet)
        assert differences(template.checks.results(one.sheet, one.known, cells), theirs) == []
    for one, theirs in made[len(cases) :]:
        counts = counted(one.sheet)
        there = {key: theirs[f"{HIDDEN}!{cell_at(rows[key], COUNT)}"] for key in counts}
        assert there == dict(counts)
        assert +counts == +found(one.sheet)


@cache
def typed_in() -> list[Case]:
    """Workbooks into which rows were typed, and of the last some were put in, with the sheets that are read from them."""
    start, read_again = case(sheet_of({})).data, []
    for rows in TYPED:
        cells = [typed(FIRST + at, values) for at, values in rows.items()]
        data = patch_cells(start, {at: v for each in cells for at, v in each.items()})
        read_again.append(_read(data))
    edit = PackageEdit(data)
    insert_rows(edit, WORKSHEET, {FIRST + 38: 2, FIRST: 1})
    return [*read_again, _read(edit.finished())]


def _read(data: bytes) -> Case:
    [reading] = read(data, form())
    return Case(data, reading.sheet, Known())


def test_a_row_is_told_once_and_not_by_the_store_what_the_formulas_say() -> None:
    sheet = sheet_of(TABLES[3]).with_values({}, {"items.R2.count": "三つ"})
    beside = {(each.code, each.path) for each in beside_the_sheet(sheet, Context())}
    assert beside == {("unreadable", "items.R2.count")}
    assert found(sheet)["row-repeated", "items.number"] == 1


def test_the_list_of_the_workbook_says_how_many_rows_and_leads_to_the_first() -> None:
    rows = {f"R{n}": row(f"{n:03}", name=f"品{n}", note="業") for n in range(9)}
    for at in (4, 7, 8):
        rows[f"R{at}"]["state"] = None
    one = case(sheet_of(rows))
    checks = build_template(form(), YEAR).checks
    line = checks.check_sheet.line_findings(one.sheet, {})
    [said] = [f for _, _, f in line if isinstance(f, Finding) and f.path == "items.R4.state"]
    assert said.message.startswith("「備品 状態」が未入力の行が、3行あります。")
    cells = {f"items.R{at}.state": f"G{FIRST + at}" for at in range(9)}
    results = checks.results(one.sheet, one.known, cells)
    assert results[PAGE, f"B{FIRST_LISTED}"] == f"G{FIRST + 4}"
    assert results[PAGE, "A4"] == "未入力 3件 ・ エラー 0件 ・ 注意 0件"
    assert (HIDDEN, cell_at(FIRST_ROW, SENTENCE)) in results

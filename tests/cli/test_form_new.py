"""`xlsync form new`: an official form, corrected in Excel only, becomes a collection; what is wrong is said beside the row."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import office
from tests.commands import Run
from tests.official_forms import (
    YEAR,
    blank,
    box,
    evaluation,
    evaluation_of_two_worksheets,
)
from xlsync.form.library import load_form, read_form
from xlsync.ooxml import patch_cells, read_cells
from xlsync.store import Store
from xlsync.workbook.official.worksheet_roles import DEFINITION
from xlsync.workbook.template.template import build_template

GUESSES = "様式_様式の定義.xlsx"
FORM = "様式の様式"


@pytest.fixture
def guesses(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workbook of guesses of an official form; its folder is the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("様式.xlsx").write_bytes(evaluation())
    said = run("form", "new", "様式.xlsx")
    assert said.code == 0, said.err
    assert "欄 34" in said.out
    return Path(GUESSES)


def corrected(file: Path, cells: Mapping[str, str | None]) -> None:
    """Type into the worksheet of guesses as an officer does, and save as openpyxl does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl leaves out extensions of the official page
        book = openpyxl.load_workbook(file)
    for address, value in cells.items():
        book[DEFINITION][address] = value
    saved = io.BytesIO()
    book.save(saved)
    file.write_bytes(saved.getvalue())


def row_of(file: Path, cell: str) -> int:
    """The row of the worksheet of guesses that speaks of a cell."""
    cells = read_cells(file)[DEFINITION]
    return next(int(at[1:]) for at, value in cells.items() if at[0] == "D" and value == cell)


def test_a_corrected_form_is_made_given_out_filled_in_and_summed_up(
    guesses: Path, run: Run
) -> None:
    area = row_of(guesses, "C29")
    corrected(guesses, {f"B{area}": "区域の面積", f"I{area}": "必須"})
    said = run("form", "new", guesses)
    assert said.code == 0, said.err
    assert run("form", "check", "--form", FORM, "--edition", YEAR).code == 0
    edition = read_form(Path(FORM), "form.toml").at(YEAR)
    titles = {field.title: field for field in edition.fields}
    assert titles["区域の面積"].required is True
    assert titles["令和5年度決算 国庫支出金"].axis_label == "令和5年度決算"
    assert "令和6年度決算 国庫支出金" in {
        f.title for f in read_form(Path(FORM), "x").at(YEAR + 1).fields
    }
    assert run("init", "市", "--edition", YEAR, "--form", FORM).code == 0
    Path("台帳.csv").write_text(
        "部名,課名,事業番号,事業名\n総務部,総務課,A-01,広報\n", encoding="utf-8"
    )
    assert run("sheets", "add", "台帳.csv", "--yes", "-C", "市").code == 0
    [book] = Path("市/shared/評価シート").rglob("*.xlsx")
    _fill(book)
    [receipt] = run("import", book, "-C", "市", "--json").json["receipts"]
    assert receipt["outcome"] == "accepted", receipt["reason"]
    [head] = Store(Path("市/store"), load_form("form", Path("市").resolve())).heads(YEAR)
    held = {edition.by_path[path].title: head[path] for path in edition.by_path}
    assert held["令和5年度決算 合計"] == 150
    assert held["令和6年度予算 合計"] == 70, "a blank part that is optional counts for nothing"
    assert held["判定"] == "見直し"
    assert held["活動の記録 2 実施日"] == "2024-06-01"
    assert held["区域の面積"] == pytest.approx(12.5)
    said = run("summarize", "-C", "市", "--json")
    assert said.code in {0, 1}
    assert list(Path("市/shared/集計").rglob("*.xlsx"))


def _fill(book: Path) -> None:
    """Fill a workbook in by the page's own labels, and let LibreOffice save it, where there is one."""
    data = book.read_bytes()
    page = next(title for title in read_cells(data) if title == "評価票")
    values: dict[str, Any] = {
        "C10": 100,
        "C11": 50,
        "E11": 70,
        "C28": "見直し",
        "E17": "R6.6.1",
        "C29": 12.5,
        "C24": "概要です",
    }
    book.write_bytes(patch_cells(data, {(page, cell): value for cell, value in values.items()}))
    if not office.missing():
        [saved] = office.resave([book], Path("resaved"))
        book.write_bytes(saved.read_bytes())


def test_what_is_wrong_is_said_beside_its_row_and_goes_when_it_is_mended(
    guesses: Path, run: Run
) -> None:
    kind, cell, total = (row_of(guesses, at) for at in ("G2", "C29", "C12:D12"))
    wrong = {f"E{kind}": "ひづけ", f"D{cell}": "C7", f"J{total}": "Z99"}
    before = read_cells(guesses)[DEFINITION]
    corrected(guesses, wrong)
    said = run("form", "new", guesses)
    assert said.code == 1
    assert not Path(FORM).exists()
    cells = read_cells(guesses)[DEFINITION]
    assert "種類「ひづけ」は使えません" in str(cells[f"M{kind}"])
    assert "重なっています" in str(cells[f"M{cell}"])
    assert "Z99 は、ほかの欄のセルではありません" in str(cells[f"M{total}"])
    corrected(guesses, {address: str(before[address]) for address in wrong})
    assert run("form", "new", guesses).code == 0
    cells = read_cells(guesses)[DEFINITION]
    assert [cells.get(f"M{row}") for row in (kind, cell, total)] == [None] * 3


def test_a_form_without_a_key_is_asked_for_one(guesses: Path, run: Run) -> None:
    corrected(guesses, {f"K{row_of(guesses, 'C6:H6')}": None})
    said = run("form", "new", guesses)
    assert said.code == 1
    assert "役割に「番号（キー）」を選んでください" in said.err


def test_a_row_that_is_added_or_dropped_keeps_the_paths_of_the_others(
    guesses: Path, run: Run
) -> None:
    assert run("form", "new", guesses).code == 0
    before = {f.title: f.path for f in read_form(Path(FORM), "form.toml").at(YEAR).fields}
    added = {"B150": "所見", "D150": "A2:D2", "E150": "文章"}
    corrected(guesses, {f"E{row_of(guesses, 'G28:H28')}": "欄にしない", **added})
    assert run("form", "new", guesses).code == 0
    after = {f.title: f.path for f in read_form(Path(FORM), "form.toml").at(YEAR).fields}
    assert after.keys() - before.keys() == {"所見"}
    assert before.keys() - after.keys() == {"※受付欄"}
    assert {
        title: path for title, path in after.items() if title in before
    }.items() <= before.items()
    assert after["所見"] not in before.values()


def test_nothing_that_was_written_by_hand_is_written_over(guesses: Path, run: Run) -> None:
    assert run("form", "new", "様式.xlsx").code == 0, "nothing was corrected"
    corrected(guesses, {"B4": "評価票"})
    assert run("form", "new", "様式.xlsx").code == 3
    Path(FORM).mkdir()
    Path(FORM, "form.toml").write_text("# own\n", encoding="utf-8")
    assert run("form", "new", guesses).code == 3
    assert Path(FORM, "form.toml").read_text(encoding="utf-8") == "# own\n"


@pytest.mark.parametrize("name", ["drawing.xlsx", "form.toml"])
def test_a_made_file_that_was_changed_by_hand_stays_as_it_is(
    guesses: Path, run: Run, name: str
) -> None:
    assert run("form", "new", guesses).code == 0
    corrected(guesses, {f"B{row_of(guesses, 'C29')}": "区域の面積"})
    assert run("form", "new", guesses).code == 0, "nobody has changed what was made"
    assert "区域の面積" in Path(FORM, "form.toml").read_text(encoding="utf-8")
    if name == "form.toml":
        own = Path(FORM, name).read_bytes() + b"\n# own"
    else:
        own = patch_cells(Path(FORM, name).read_bytes(), {("評価票", "A1"): "直した題"})
    Path(FORM, name).write_bytes(own)
    others = {file: file.read_bytes() for file in Path(FORM).iterdir()}
    said = run("form", "new", guesses)
    assert said.code == 3
    assert f"{name} が、作ったあとに直されている" in said.err
    assert {file: file.read_bytes() for file in Path(FORM).iterdir()} == others
    Path(FORM, name).rename("残す")
    assert run("form", "new", guesses).code == 0
    assert Path("残す").read_bytes() == own


def test_a_making_that_was_cut_short_after_the_drawing_is_finished(guesses: Path, run: Run) -> None:
    assert run("form", "new", guesses).code == 0
    form, drawing = (Path(FORM, name).read_bytes() for name in ("form.toml", "drawing.xlsx"))
    corrected(guesses, {f"D{row_of(guesses, 'C29')}": "C30"})
    assert run("form", "new", guesses).code == 0
    assert Path(FORM, "drawing.xlsx").read_bytes() != drawing
    Path(FORM, "form.toml").write_bytes(form)
    assert run("form", "new", guesses).code == 0
    assert Path(FORM, "form.toml").read_bytes() != form


def test_an_open_workbook_is_not_written_into(guesses: Path, run: Run) -> None:
    corrected(guesses, {f"E{row_of(guesses, 'G2')}": "ひづけ"})
    data = guesses.read_bytes()
    Path(f"~${GUESSES}").write_bytes(b"\x05yamada".ljust(165, b"\0"))
    said = run("form", "new", guesses)
    assert said.code == 1
    assert "開かれているため" in said.err
    assert guesses.read_bytes() == data


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("様式.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xlsx形式に保存し直して"),
        ("様式.xlsx", "様式です".encode(), "Excelブックではありません"),
        ("様式.xlsx", b"", "様式.xlsx"),
    ],
    ids=["xls", "text", "empty"],
)
def test_a_file_that_is_no_workbook_is_named_with_the_reason(
    tmp_path: Path, run: Run, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    said = run("form", "new", tmp_path / name, "--out", tmp_path)
    assert said.code == 3
    assert name in said.err
    assert words in said.err
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_workbook_that_was_given_out_is_no_official_form(guesses: Path, run: Run) -> None:
    assert run("form", "new", guesses).code == 0
    assert run("form", "build", "--form", FORM, "--edition", YEAR, "--out", "ひな形.xlsx").code == 0
    said = run("form", "new", "ひな形.xlsx")
    assert said.code == 3
    assert "もとの公式様式のファイルを指定してください" in said.err


def test_of_several_forms_in_a_workbook_others_are_named_and_can_be_chosen(
    tmp_path: Path, run: Run
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(evaluation()))
    other = book.create_sheet("別の様式")
    box(other, "A1", "番号")
    box(other, "B1:D1")
    file = tmp_path / "二つ.xlsx"
    book.save(file)
    said = run("form", "new", file, "--out", tmp_path)
    assert "--sheet 別の様式" in said.out
    said = run("form", "new", file, "--sheet", "別の様式", "--out", tmp_path / "別")
    assert said.code == 0, said.err
    assert "欄 1（" in said.out


def test_a_page_without_anything_to_fill_in_is_answered(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "説明.xlsx"
    file.write_bytes(blank())
    said = run("form", "new", file, "--out", tmp_path)
    assert said.code == 3
    assert "記入する欄が見つかりません" in said.err
    assert json.dumps([str(f.name) for f in tmp_path.iterdir()]) == json.dumps(["説明.xlsx"])


def test_several_worksheets_become_one_form(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("様式.xlsx").write_bytes(evaluation_of_two_worksheets())
    said = run("form", "new", "様式.xlsx", "--sheet", "評価票", "--sheet", "別 紙")
    assert said.code == 0, said.err
    guesses, again = Path(GUESSES), row_of(Path(GUESSES), "別 紙!C3:D3")
    cells = read_cells(guesses)[DEFINITION]
    assert cells["B5"] == "評価票／別 紙"
    assert "シート「評価票」にも同じ欄名" in str(cells[f"L{again}"])
    corrected(guesses, {f"D{again}": "添付!C3", f"J{row_of(guesses, '別 紙!C10:D10')}": "C8+C11"})
    said = run("form", "new", guesses)
    assert said.code == 1
    assert "シート「添付」は様式のシートではありません。B5 に、評価票／別 紙／添付" in said.err
    assert "計算の C11 は、ほかの欄のセルではありません" in said.err, "it is one of the other page"
    corrected(
        guesses,
        {
            f"D{again}": "別 紙!C3:D3",
            f"E{again}": "欄にしない",
            f"J{row_of(guesses, '別 紙!C10:D10')}": "C8:C9",
            f"D{row_of(guesses, 'C29')}": "評価票!C29",
        },
    )
    said = run("form", "new", guesses)
    assert said.code == 0, said.err
    form = read_form(Path(FORM), "form.toml")
    edition = form.at(YEAR)
    assert edition.worksheets == ("評価票", "別 紙")
    template = build_template(form, YEAR)
    at = {edition.by_path[path].title: cell for path, cell in template.addresses.items()}
    assert (at["対象面積"], at["別 紙 支出先"]) == ("C29", "'別 紙'!C4")
    assert "別 紙 事業名" not in at
    [total] = [each for each in edition.formulas.values() if at["別 紙 合計"].endswith("C10")][-1:]
    assert [edition.by_path[part].label for part in total.parts] == ["委託料", "使用料"]
    assert run("form", "check", "--form", FORM, "--edition", YEAR).code == 0
    assert run("init", "市", "--edition", YEAR, "--form", FORM).code == 0

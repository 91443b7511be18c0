"""A form whose versions have one, two and three worksheets: workbooks are brought along with all that is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import openpyxl
import pytest

from tests.commands import Run
from tests.workbook.several_worksheets import MIXED, SHEET, YEAR, Layout, computed, form, one
from xlsync import open_city
from xlsync.form.library import Form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.stamp import STAMP_NAME

THREE: Final[Layout] = (0, 0, 1, 2, 2, 0, 1, 1, 2, 2)
ALONE_ON_ONE: Final[Layout] = (0,) * 10


def given_out(folder: Path, of: Form, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workbook of a registered sheet in a new city."""
    assert run("init", folder, "--edition", YEAR, "--form", str(of.folder)).code == 0
    monkeypatch.chdir(folder)
    Path("7.json").write_bytes(computed(Sheet(of.at(YEAR), "7", SHEET)).to_json())
    assert run("import", "7.json").code in {0, 1}
    assert run("export", "--all").code == 0
    [book] = (folder / "shared" / "評価シート").rglob("*.xlsx")
    return book


@pytest.mark.parametrize(
    ("layout", "emptied"), [(MIXED, "様式2 内訳"), (ALONE_ON_ONE, "様式1")], ids=["second", "only"]
)
def test_a_worksheet_that_somebody_emptied_is_drawn_anew_with_what_is_stored(
    layout: Layout, emptied: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = given_out(tmp_path / "市", form(layout), run, monkeypatch)
    book = openpyxl.load_workbook(file)
    book[emptied].delete_rows(1, 99)
    for name in set(book[emptied].defined_names) - {STAMP_NAME}:
        del book[emptied].defined_names[name]
    book.save(file)
    assert run("import", file).code in {0, 1}
    assert run("form", "adopt", str(form(THREE).folder)).code in {0, 1}
    assert run("export", "--all").code in {0, 1}
    store = open_city(tmp_path / "市").store
    head = store.head("7", YEAR)
    assert head is not None
    assert head["reason"] == SHEET["reason"]
    now = one(file.read_bytes(), store.form)
    assert now.findings == ()
    assert now.sheet.same_content(head)


def test_another_version_of_the_form_may_have_other_worksheets(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "市"
    of = form(MIXED)
    book = given_out(folder, of, run, monkeypatch)
    note = {("様式2 内訳", "A1"): None, ("様式1", "F2"): "担当のメモ"}
    data = book.read_bytes()
    book.write_bytes(patch_cells(data, {**note, one(data, of).cell_of("reason"): "理由"}))
    assert run("import", book).code in {0, 1}
    before = None
    for layout, titles in ((THREE, {"様式1", "様式2 内訳", "別紙"}), (ALONE_ON_ONE, {"様式1"})):
        assert run("form", "adopt", str(form(layout).folder)).code in {0, 1}
        assert run("export", "--all").code in {0, 1}
        store = open_city(folder).store
        now = one(book.read_bytes(), store.form)
        assert set(now.worksheets) == titles
        head = store.head("7", YEAR)
        assert head is not None
        assert (head["reason"], head["total"], head["items_total"]) == ("理由", 350, 10000)
        assert now.sheet.same_content(head)
        assert openpyxl.load_workbook(book)["様式1"]["F2"].value == "担当のメモ"
        assert before is None or dict(head) == before
        before = dict(head)
    assert run("audit").code == 0

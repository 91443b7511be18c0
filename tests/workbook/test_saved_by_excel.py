"""What Excel adds to a workbook when it saves changes nothing of what is read from it, and nothing of it is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests import node_tools, papers
from tests.excel_save import saved_by_excel
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template


def filled(key: str) -> bytes:
    stamp = Stamp(papers.edition().form, papers.EDITION, key, 1, "ab")
    return fill(build_template(load_form(), papers.EDITION), papers.sheet(key), stamp)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("key", papers.KEYS)
def test_a_workbook_that_excel_has_saved_is_read_the_same(key: str) -> None:
    data = filled(key)
    saved = saved_by_excel(data)
    assert read(saved) == read(data)
    ours, excels = open_workbook(data), open_workbook(saved)
    for title in ours.worksheets:
        before, after = ours.cells(title), excels.cells(title)
        assert {at: (c.value, c.formula) for at, c in after.items()} == {
            at: (c.value, c.formula) for at, c in before.items()
        }


def test_what_excel_wrote_stays_when_a_cell_is_written() -> None:
    saved = saved_by_excel(filled(papers.CLEAN))
    template = build_template(load_form(), papers.EDITION)
    address = template.addresses["purpose"]
    written = patch_cells(saved, {(template.edition.worksheet, address): "目的を改める"})
    (reading,) = read(written)
    assert reading.sheet["purpose"] == "目的を改める"
    before, after = parts(saved), parts(written)
    for name in ("xl/sharedStrings.xml", "xl/persons/person.xml", "docProps/app.xml"):
        assert after[name] == before[name]
    assert b"x15ac:absPath" in after["xl/workbook.xml"]
    assert b"xr:uid" in after["xl/worksheets/sheet1.xml"]


@pytest.mark.node
def test_it_is_a_workbook_to_microsofts_validator(tmp_path: Path) -> None:
    file = tmp_path / "saved.xlsx"
    file.write_bytes(saved_by_excel(filled(papers.CLEAN)))
    assert node_tools.faults(file) == []

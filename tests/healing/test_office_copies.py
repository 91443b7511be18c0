"""The damage as a real office program does it: LibreOffice saves, copies and drops names in its own way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import office, papers
from tests.healing.pages import filled, given_out
from xlsync.form.library import load_form
from xlsync.workbook.reading.field_recovery import states
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

pytestmark = pytest.mark.office

TITLE, COPY = "評価シート", "評価シート_2"
XLSX = "xlsx:Calc MS Excel 2007 XML"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Reading]]:
    """What is read of each workbook after LibreOffice saved it, by what had happened to it."""
    folder = tmp_path_factory.mktemp("office")
    whole, nameless, paper = filled(), filled(), filled()
    whole.workbook_scoped = True
    nameless.insert_rows(20, 2)
    nameless.insert_columns(6)
    nameless.forget()
    made = {
        "as given out": given_out(),
        "copied by Excel": paper.save(paper.copy("評価シート (2)")),
        "names of the workbook": whole.save(),
        "names lost": nameless.save(),
    }
    files = []
    for number, data in enumerate(made.values()):
        files.append(folder / f"{number}.xlsx")
        files[-1].write_bytes(data)
    files.append(_copied_by_libreoffice(folder, files[0]))
    results = office.convert(files, XLSX, folder / "out")
    titles = [*made, "copied by LibreOffice"]
    return {title: read(file.read_bytes()) for title, file in zip(titles, results, strict=True)}


def _copied_by_libreoffice(folder: Path, file: Path) -> Path:
    """The workbook with the worksheet copied as LibreOffice copies one: its local names along, under the new title."""
    (flat,) = office.convert([file], "fods", folder / "flat")
    text = flat.read_text(encoding="utf-8")
    found = re.search(rf'<table:table table:name="{TITLE}".*?</table:table>', text, re.DOTALL)
    assert found is not None
    copy = found[0].replace(f'table:name="{TITLE}"', f'table:name="{COPY}"', 1)
    copy = copy.replace(f"{TITLE}.", f"{COPY}.")
    copied = folder / "copied.fods"
    copied.write_text(text.replace(found[0], found[0] + copy), encoding="utf-8")
    return copied


@pytest.mark.parametrize(
    ("what", "worksheets", "state"),
    [
        ("as given out", 1, "intact"),
        ("names of the workbook", 1, "intact"),
        ("names lost", 1, "healed"),
        ("copied by Excel", 2, "intact"),
        ("copied by LibreOffice", 2, "intact"),
    ],
)
def test_every_field_is_read_after_libreoffice_saved_it(
    saved: dict[str, list[Reading]], what: str, worksheets: int, state: str
) -> None:
    readings = saved[what]
    assert len(readings) == worksheets
    for reading in readings:
        assert set(states(load_form(), reading).values()) == {state}
        assert reading.sheet.same_content(papers.sheet())
    assert {reading.stamp is None for reading in readings} == {what == "names lost"}

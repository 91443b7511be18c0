"""After the form is changed: every figure of the summaries, and what siblings and second copies show, counted independently.

The figures were added up by hand (tests/summary/by_hand.tsv). `make plays` does this for each kind of change alone, the suite
for all of them together.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from tests.form_changes import CHANGES, changed_form
from tests.summary.test_golden import DEPARTMENT, ROWS, _shown
from xlsync.city.settings import find_settings
from xlsync.workbook.reading.form_reader import read

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
KINDS: Final = [set(CHANGES)]
if "XLSYNC_FORM_CHANGE_WORKBOOKS" in os.environ:
    KINDS.extend({name} for name in CHANGES)
SIBLING: Final = f"{papers.CLEAN[:-2]}77"
"""Another project of the same budget program, of another department."""
SOURCES: Final = ("national", "prefectural", "local_bonds", "other_specific", "general")
GENERAL: Final = "costs.2017-settled.sources.general"
TOTAL: Final = "program_totals.2017-settled.project_cost"
TYPED: Final = 12_345


def sibling() -> dict[str, Any]:
    document = papers.official_document(papers.CLEAN)
    document["project"]["number"], document["key"] = SIBLING[-2:], SIBLING
    document["organization"]["department"] = "別の部"
    return document


@pytest.fixture
def town(run: Run, folder: Path) -> Path:
    """A city with six sheets and seven workbooks, two of them of one sheet; its programs are called complete."""
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[programs]\ncomplete = true\n")
    (folder / "sibling.json").write_text(
        json.dumps(sibling(), ensure_ascii=False), encoding="utf-8"
    )
    assert run("import", "-C", folder, EXAMPLES, folder / "sibling.json").code in {0, 1}
    assert run("export", "-C", folder, "--all").code == 0
    second = living(folder).parent / "写し" / living(folder).name
    second.parent.mkdir()
    living(folder).rename(second)
    assert run("export", "-C", folder, papers.CLEAN).code == 0
    return folder


@pytest.mark.parametrize("names", KINDS, ids=lambda names: "+".join(sorted(names)))
def test_every_figure_is_right_after_a_change_of_the_form(
    run: Run, town: Path, names: set[str]
) -> None:
    first, second = sorted((town / "shared").rglob(f"{papers.CLEAN}_*.xlsx"))
    files = {"first": first, "second": second, "sibling": living(town, SIBLING)}
    type_into(files["first"], {"purpose": "ひとつめに書いた目的"})
    assert run("import", "-C", town, town / "shared").code in {0, 1}
    form = changed_form(town / "form-new", names)
    assert run("form", "adopt", "--yes", "-C", town, form).code == 0
    type_into(files["second"], {"outline": "ふたつめに書いた概要"})
    type_into(files["sibling"], {GENERAL: TYPED})
    for _ in range(2):  # what the second pass shows is what the first one received
        assert run("import", "-C", town, town / "shared").code in {0, 1}
    assert run("summarize", "-C", town).code in {0, 1}

    readings = {name: read(file, find_settings(town).terms.form)[0] for name, file in files.items()}
    assert {reading.version for reading in readings.values()} == {2}
    outline = "plan.outline" if "renamed" in names else "outline"
    for name in ("first", "second"):
        sheet = readings[name].sheet
        assert sheet["purpose"] == "ひとつめに書いた目的"
        assert sheet[outline] == "ふたつめに書いた概要"
    sources = sibling()["costs"]["2017-settled"]["sources"]
    own = {**sources, "general": TYPED}
    total = sum(sources[name] or 0 for name in SOURCES) + sum(own[name] or 0 for name in SOURCES)
    assert {reading.sheet[TOTAL] for reading in readings.values()} == {total}
    (summary,) = (town / "shared/集計").glob(f"*{DEPARTMENT}*.xlsx")
    book = openpyxl.load_workbook(summary, data_only=True)
    for row in ROWS:
        shown, missing = _shown(book, row)
        assert shown == pytest.approx(float(row["total"])), row
        assert missing in (None, "", float(row["missing"] or 0)), row
    assert run("audit", "-C", town).code == 0


def type_into(file: Path, values: dict[str, Any]) -> None:
    file.write_bytes(typed(file.read_bytes(), values))

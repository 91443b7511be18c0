"""Values in hidden rows and columns are taken, and said: nobody who looks at the page knows of them."""

from __future__ import annotations

import re

import pytest

from tests import papers
from tests.healing.pages import given_out
from tests.ooxml import samples
from xlsync.finding import Finding
from xlsync.ooxml.read.hidden_lines import HiddenLines, hidden_lines
from xlsync.workbook.reading.form_reader import read

SHEET, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
WORKSHEET = papers.edition().worksheet


def findings(
    *, rows: tuple[int, ...] = (), columns: tuple[int, int] | None = None
) -> list[Finding]:
    """What is said of an official sheet with these rows, and the columns from the first to the last, hidden."""
    parts = samples.unzipped(given_out())
    text = parts[SHEET].decode()
    for row in rows:
        text, count = re.subn(f'<row r="{row}"', f'<row hidden="1" r="{row}"', text)
        assert count == 1
    if columns is not None:
        first, last = columns
        text, count = re.subn(
            "<cols>.*</cols>", f'<cols><col min="{first}" max="{last}" hidden="1"/></cols>', text
        )
        assert count == 1
    parts[SHEET] = text.encode()
    (reading,) = read(samples.zipped(parts))
    assert reading.sheet.same_content(papers.sheet(papers.CLEAN))
    return list(reading.findings)


def test_values_in_a_hidden_row_are_said_in_one_sentence() -> None:
    (warning,) = findings(rows=(16, 17))
    assert (warning.code, warning.severity) == ("hidden-lines", "warning")
    assert warning.path == "costs.2016-settled.sources.national"
    assert warning.cell == "Z16"
    titles = re.findall("「事業実施コスト [^」]* 国庫支出金」", warning.message)
    assert len(titles) == 3


def test_values_in_a_hidden_column_are_said() -> None:
    (warning,) = findings(columns=(26, 26))
    assert (warning.code, warning.path) == ("hidden-lines", "costs.2016-settled.sources.national")


def test_a_hidden_worksheet_is_said() -> None:
    parts = samples.unzipped(given_out())
    text = parts[WORKBOOK].decode()
    (tab,) = re.findall(f'<sheet [^>]*"{WORKSHEET}"[^>]*>', text)
    parts[WORKBOOK] = text.replace(tab, tab.replace('"visible"', '"hidden"')).encode()
    (reading,) = read(samples.zipped(parts))
    (warning,) = reading.findings
    assert (warning.code, warning.severity) == ("hidden-lines", "warning")
    assert warning.message.startswith("このシートの欄は、シートが非表示のため")


@pytest.mark.parametrize("columns", [(14, 14), (60, 16_384)])
def test_hiding_what_holds_no_value_or_only_part_of_an_area_says_nothing(
    columns: tuple[int, int],
) -> None:
    assert findings(columns=columns) == []


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ('<row r="3" hidden="1"/>', ({3}, ())),
        ("<x:row hidden='true' r='3'><x:c/></x:row>", ({3}, ())),
        ('<row r="3" hidden="0"/><col min="2" max="4" hidden="0"/>', ((), ())),
        ('<col min="2" max="4" width="0" hidden="1"/>', ((), {2, 3, 4})),
        ('<row hidden="1"/><row r="x" hidden="1"/><row r="99999999999" hidden="1"/>', ((), ())),
        ('<sheetView showRuler="0"/><dimension hidden="1" r="2"/>', ((), ())),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_row_or_column_is_hidden_where_the_part_says_so(
    written: str, lines: tuple[set[int], set[int]], encoding: str
) -> None:
    data = f"<worksheet>{written}</worksheet>".encode(encoding)
    rows, columns = map(frozenset, lines)
    assert hidden_lines(data, "S") == HiddenLines(rows, columns)

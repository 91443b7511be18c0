"""The findings on the five official sheets, judged one by one as a clerk would: nothing false, nothing missing.

Three sheets are complete and add up. 09-11 leaves 根拠法令等 and the finished year's plan blank. 10-11 is the half-filled one:
its costs are illegible on the paper, and most of the finished year. No figure of the five is doubtful: every sum, every
人件費 by the city's rates, every change from year to year and every text on the page holds.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests import papers
from tests.rules.two_engines import RATES
from xlsync.checks import Context, check
from xlsync.form.library import load_form
from xlsync.workbook.reading.text_capacity import room_of

with (Path(__file__).parent / "official_findings.tsv").open(encoding="utf-8", newline="") as _file:
    JUDGED = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("key", papers.KEYS)
def test_an_official_sheet_has_the_findings_a_clerk_would_make(key: str) -> None:
    sheet = papers.sheet(key)
    room = room_of(load_form(), papers.EDITION)
    found = check(sheet, Context(program=(sheet,), rates=RATES, room=room))
    judged = [row for row in JUDGED if row["key"] == key]
    assert [(one.code, one.severity, one.path, one.message) for one in found] == [
        (row["code"], row["severity"], row["path"], row["sentence"]) for row in judged
    ]


def test_the_golden_speaks_of_the_incomplete_sheets_only() -> None:
    """Counted on the paper: 2 and 40 blanks."""
    counts = {key: sum(row["key"] == key for row in JUDGED) for key in papers.KEYS}
    assert counts == dict(zip(papers.KEYS, (0, 0, 2, 40, 0), strict=True))

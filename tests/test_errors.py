"""What scripts may depend on in an error: its class, its code, its sentence."""

from __future__ import annotations

import re

import pytest

import xlsync.errors
from xlsync.errors import XlsyncError

CLASSES = [getattr(xlsync.errors, name) for name in xlsync.errors.__all__]

CODES = {
    "error", "settings", "form", "sheet", "workbook", "not-a-workbook", "encrypted-workbook",
    "damaged-workbook", "hostile-workbook", "unwritable-workbook", "not-our-form", "store",
    "store-damaged", "store-busy", "stale", "protocol", "excel", "backup", "background",
}  # fmt: skip
"""Codes are public: one may be added, none changed or taken away."""


def test_codes_stay_as_they_were_published() -> None:
    assert {error.code for error in CLASSES} >= CODES


def test_each_class_has_a_code_of_its_own_in_the_documented_table() -> None:
    assert len({error.code for error in CLASSES}) == len(CLASSES)
    documented = re.findall(
        r"^[ │├└─]*(\w+) +([a-z-]+) ", xlsync.errors.__doc__ or "", re.MULTILINE
    )
    assert {(error.__name__, error.code) for error in CLASSES} <= set(documented)


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: str(error.__name__))
def test_an_error_says_where_before_its_reason(error: type[XlsyncError]) -> None:
    assert str(error("壊れています", "a.xlsx")) == "a.xlsx：壊れています"
    assert str(error("壊れています")) == "壊れています"

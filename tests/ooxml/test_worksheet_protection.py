"""Worksheets protected without a password, and that taken back: of workbooks as Excel and as LibreOffice write them."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Protection

from xlsync.ooxml.patch.worksheet_protection import protect_worksheets, unprotect_worksheets

WORDS = {b"0": b"false", b"1": b"true"}


def workbook(*, is_protected: bool, in_words: bool) -> bytes:
    """One worksheet with an open, a plain and a hidden cell; `in_words`: with yes and no as LibreOffice writes them."""
    book = openpyxl.Workbook()
    page = book.create_sheet("様式", 0)
    page["A1"], page["B1"], page["C1"] = "見出し", "職員が入力", 3
    page["B1"].protection = Protection(locked=False)
    page["C1"].protection = Protection(locked=True, hidden=True)
    page.protection.sheet = is_protected
    out = io.BytesIO()
    book.save(out)
    return respelled(out.getvalue()) if in_words else out.getvalue()


def respelled(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in parts_of(data).items():
            package.writestr(name, re.sub(rb'(locked|hidden|sheet)="([01])"', in_a_word, part))
    return out.getvalue()


def in_a_word(state: re.Match[bytes]) -> bytes:
    return state[1] + b'="' + WORDS[state[2]] + b'"'


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("in_words", [False, True], ids=["0 and 1", "false and true"])
@pytest.mark.parametrize("is_protected", [False, True], ids=["open", "protected"])
def test_protection_is_taken_back_to_the_byte_and_only_that(
    *, is_protected: bool, in_words: bool
) -> None:
    before = workbook(is_protected=is_protected, in_words=in_words)
    closed = protect_worksheets(before)
    book = openpyxl.load_workbook(io.BytesIO(closed))
    for page in book:
        assert page.protection.sheet
        assert all(cell.protection.locked for row in page for cell in row)
    assert protect_worksheets(closed) == closed
    assert parts_of(unprotect_worksheets(closed)) == parts_of(before)
    assert parts_of(unprotect_worksheets(before)) == parts_of(before)

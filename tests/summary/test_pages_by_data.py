"""The worksheets of a summary are what the form's [[summary]] lists; forms that list none, or are older, get theirs."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.small_forms import FOLDER, SMALL_FORMS, YEAR
from xlsync.canonical_json import parse_json
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.library import load_form
from xlsync.sheet import sheet_of
from xlsync.summary import Item, summarize

FORMS = {small.name: small for small in SMALL_FORMS}
LIST = """
[[summary]]
page = "list"
title = "一覧"
"""


def book_of(name: str, folder: Path) -> Workbook:
    """The city's summary of a small form's sheets."""
    small = FORMS[name]
    edition = small.form(folder).at(YEAR)
    documents = small.documents(edition).values()
    items = [Item(sheet_of(edition, parse_json(document))) for document in documents]
    day = dt.date(2018, 9, 3)
    data = summarize(items, department=None, edition=edition, made_on=day)
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def rows(book: Workbook, title: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in book[title].iter_rows()]


def test_a_definition_that_names_fields_by_what_they_are_has_the_same_pages() -> None:
    text = (FOLDER / "jimu-jigyo-hyoka-with-roles.toml").read_text(encoding="utf-8")
    former, now = read_definition(text, "former"), load_form().definition
    assert former.summary == [page for page in now.summary if page.page not in {"copied", "plans"}]
    assert (former.words, former.identity) == (now.words, now.identity)


def test_former_roles_that_are_not_named_leave_their_pages_out() -> None:
    text = (FOLDER / "jimu-jigyo-hyoka-with-roles.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("targets =", "grades ="))]
    pages = read_definition("\n".join(lines), "former").summary
    assert "指標" not in [page.title for page in pages]
    last = ["課題と方向性", "推移", "反映状況", "要確認"]
    assert [page.title for page in pages][-4:] == last


def test_a_form_has_the_pages_it_lists_in_their_order(tmp_path: Path) -> None:
    book = book_of("hojokin", tmp_path)
    assert book.sheetnames == ["補助金 一覧", "点検結果", "目標と実績", "理由", "残り"]
    listed = rows(book, "補助金 一覧")
    assert listed[0][0] == "全庁　補助金 一覧"
    assert str(listed[1][0]).startswith("補助金：2件")
    assert listed[6][:5] == ["管理番号", "状況", "局", "室", "補助金の名称"]
    assert "12345-A~-01" in [row[0] for row in listed]
    heads = [cell for cell in rows(book, "点検結果")[3] if cell]
    assert heads == ["所属", "件数", "回答（必要性）", "回答（効果）", "回答（公平性）"]
    counted = next(row for row in rows(book, "点検結果") if row[1] == "全庁　合計")
    assert counted[2:9] == [2, 1, 0, 0, 0, 0, 1]


def test_a_form_that_lists_no_pages_has_those_that_suit_any(tmp_path: Path) -> None:
    assert book_of("jikangai", tmp_path / "a").sheetnames == ["一覧", "合計", "要確認"]
    book = book_of("kenshu", tmp_path / "b")
    assert book.sheetnames == ["一覧", "選択", "記述", "要確認"]
    book = book_of("bihin", tmp_path / "c")
    total = rows(book, "合計")[-1]
    assert total[2:5] == [2, 3, 1]


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (LIST + LIST.replace("一覧", "別の一覧"), "list"),
        (LIST + LIST.replace('"list"', '"findings"'), "一覧"),
        (LIST + 'fields = ["nothing"]\n', "nothing"),
        (LIST.replace('"list"', '"pie"'), "summary"),
        (LIST + 'measures = ["q1"]\n', "measures"),
    ],
)
def test_a_slip_in_the_pages_is_told(tmp_path: Path, added: str, says: str) -> None:
    folder = FORMS["kenshu"].folder(tmp_path)
    file = folder / "form.toml"
    file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    with pytest.raises(FormError, match=says):
        load_form(str(folder)).at(YEAR)

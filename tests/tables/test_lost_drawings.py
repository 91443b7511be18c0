"""What a drawing has beside its cells and the template has not is told, with its number; pictures stay."""

from __future__ import annotations

import io
from pathlib import Path

from xlsxwriter import Workbook

from tests.tables.items import form
from xlsync.workbook.template.lost_drawings import lost_drawings
from xlsync.workbook.template.template import build_template

PICTURE = Path(__file__).parents[2] / "docs" / "pictures"


def drawn(*, plain: bool) -> bytes:
    data = io.BytesIO()
    book = Workbook(data)
    page = book.add_worksheet("点検票")
    page.write("A1", "題")
    if not plain:
        page.insert_textbox("B2", "ここに押印")
        page.insert_textbox("B9", "注意書き")
        page.insert_image("D2", str(next(PICTURE.glob("*.png"))))
        page.set_header("&C様式第1号")
    book.close()
    return data.getvalue()


def test_what_is_lost_is_named_with_its_number() -> None:
    assert lost_drawings(drawn(plain=False), drawn(plain=True), ["点検票"]) == [
        "画像 1個",
        "図形・文字の枠 2個",
        "ヘッダー 1個",
    ]
    assert lost_drawings(drawn(plain=True), drawn(plain=False), ["点検票"]) == []


def test_the_example_loses_nothing() -> None:
    template = build_template(form(), 2026)
    assert lost_drawings(form().drawing(), template.data, ["点検票"]) == []

"""Draw the example forms under `forms/examples/`, as a planning office would: grid, boxes, labels, markers.

Run from anywhere: `.venv/bin/python tools/draw_examples.py`. The same bytes come out on every run.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

EXAMPLES = Path(__file__).resolve().parent.parent / "src/xlsync/forms/examples"
CREATED = datetime(2026, 4, 1, tzinfo=UTC)
PAPER_A4 = 9
FONT = {"font_name": "ＭＳ Ｐゴシック", "font_family": 3, "font_charset": 128, "font_size": 10}
LABEL = {**FONT, "bg_color": "#EDEDED", "border": 1, "align": "center", "valign": "vcenter"}
VALUE = {**FONT, "border": 1, "valign": "vcenter", "text_wrap": True}
AMOUNT = {**VALUE, "align": "right", "text_wrap": False}
COLUMNS = (14, 2, 34, 14, 14, 9, 11, 34)
HEADINGS = (
    ("備品番号", "number", VALUE),
    ("", "id", VALUE),
    ("品名", "name", VALUE),
    ("取得日", "acquired", VALUE),
    ("取得価格", "price", AMOUNT),
    ("数量", "count", AMOUNT),
    ("状態", "state", {**VALUE, "align": "center"}),
    ("備考", "note", VALUE),
)
HEAD = (
    ("A2", "部", "C2", "unit.department"),
    ("D2", "課", "E2:H2", "unit.division"),
    ("A3", "保管場所番号", "C3", "place.code"),
    ("D3", "保管場所", "E3:H3", "place.name"),
    ("A4", "点検日", "C4", "check.date"),
    ("D4", "点検者", "E4:H4", "check.person"),
    ("A5", "点数の合計", "C5", "total.count"),
    ("D5", "取得価格の合計", "E5:H5", "total.price"),
    ("A6", "特記事項", "C6:H6", "remarks"),
)
TABLE_HEAD = 8


def draw_bihin(target: Path) -> None:
    """Draw 備品点検票: a head, and a table whose ids stand in a narrow second column."""
    book = Workbook(str(target))
    book.set_properties({"created": CREATED})
    page = book.add_worksheet("点検票")
    page.set_landscape()
    page.set_paper(PAPER_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(TABLE_HEAD - 1)
    page.set_footer("&C&P / &N")
    for column, width in enumerate(COLUMNS):
        page.set_column(column, column, width)
    title = book.add_format({**FONT, "font_size": 14, "bold": True})
    page.merge_range("A1:H1", "備品点検票", title)
    label, value = book.add_format(LABEL), book.add_format(VALUE)
    amount = book.add_format({**AMOUNT, "align": "left"})
    for at, text, cell, path in HEAD:
        page.write(at, text, label)
        chosen = amount if path.startswith("total") else value
        if ":" in cell:
            page.merge_range(cell, f"[[{path}]]", chosen)
        else:
            page.write(cell, f"[[{path}]]", chosen)
    page.set_row(5, 40)
    for column, (text, word, look) in enumerate(HEADINGS):
        page.write(TABLE_HEAD - 1, column, text, label)
        page.write(TABLE_HEAD, column, f"[[items.{word}]]", book.add_format(look))
    page.set_row(TABLE_HEAD, 20)
    book.close()


THINGS = (
    ("机", 32_000),
    ("椅子", 18_500),
    ("書架", 46_000),
    ("ノートパソコン", 128_000),
    ("金庫", 210_000),
)
STATES = ("良", "良", "良", "要修理", "廃棄予定")
ROOMS = (
    ("A-301", "本庁3階 管財課", 500, "佐藤　花子"),
    ("B-101", "西庁舎1階 窓口", 12, "鈴木　一郎"),
)


def bihin_sheet(code: str, name: str, count: int, person: str) -> dict[str, object]:
    """A filled sheet of 備品点検票 with so many rows, of invented things."""
    items: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        thing, price = THINGS[number % len(THINGS)]
        items.append(
            {
                "id": f"R{code.replace('-', '')}N{number:03}",
                "number": f"{code[0]}{number:05}",
                "name": thing,
                "acquired": f"{2005 + number % 18}-{1 + number % 12:02}-01",
                "price": price,
                "count": 1 + number % 4,
                "state": STATES[number % len(STATES)],
                "note": "脚にがたつき" if number % 37 == 0 else None,
            }
        )
    counts = [item["count"] for item in items]
    prices = [item["price"] for item in items]
    return {
        "form": "bihin-tenken",
        "edition": 2026,
        "key": code,
        "unit": {"department": "総務部", "division": "管財課"},
        "place": {"code": code, "name": name},
        "check": {"date": "2026-06-01", "person": person},
        "total": {"count": sum(counts), "price": sum(prices)},
        "remarks": None,
        "items": items,
    }


if __name__ == "__main__":
    draw_bihin(EXAMPLES / "bihin" / "drawing.xlsx")
    for room in ROOMS:
        sheet = json.dumps(bihin_sheet(*room), ensure_ascii=False, indent=2) + "\n"
        (EXAMPLES / "bihin" / "examples" / f"{room[0]}.json").write_text(sheet, encoding="utf-8")

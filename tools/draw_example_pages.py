"""Draw the example forms whose pages are laid out in `tools/example_pages/`: grid, boxes, labels, markers.

Run from anywhere: `.venv/bin/python tools/draw_example_pages.py`. The same bytes come out on every run. A layout has a line for
each row of boxes; `text*3*2` is a box three columns wide and two rows high, `[[path]]` an input. `axis> …` repeats boxes for
each entry of an axis of form.toml, `each axis HEIGHT: …` the row, `table name: …` the first row of a table. `worksheet TITLE`
begins a further worksheet, with columns and title of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

LAYOUTS: Final = Path(__file__).resolve().parent / "example_pages"
EXAMPLES: Final = LAYOUTS.parent.parent / "src/xlsync/forms/examples"
CREATED: Final = datetime(2026, 4, 1, tzinfo=UTC)
PAPER_A4: Final = 9
USUAL_HEIGHT: Final = 19
_FONT: Final = {
    "font_name": "ＭＳ Ｐゴシック",
    "font_family": 3,
    "font_charset": 128,
    "font_size": 9,
}
_LABEL: Final = {
    **_FONT,
    "bg_color": "#EDEDED",
    "border": 1,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
_VALUE: Final = {**_FONT, "border": 1, "valign": "vcenter", "text_wrap": True}
_AMOUNT: Final = {**_VALUE, "align": "right", "text_wrap": False}
_TITLE: Final = {
    **_FONT,
    "font_size": 14,
    "bold": True,
    "align": "center_across",
    "valign": "vcenter",
}
_ROW: Final = re.compile(
    r"(?:(?:each (?P<axis>\w+) ?)?(?P<height>\d+): |table (?P<table>\w+)(?: (?P<tall>\d+))?: )?"
)
_BOX: Final = re.compile(r"(?P<text>.*?)\*(?P<columns>\d+)(?:\*(?P<rows>\d+))?")
_NUMBERS: Final = frozenset({"money", "measure", "percent", "duration", "quantity"})


@dataclass
class Page:
    """A worksheet being drawn: where the next row goes, and which boxes of rows above reach down into it."""

    form: dict[str, Any]
    book: Workbook
    sheet: Worksheet
    width: int
    row: int = 0
    covered: set[tuple[int, int]] = field(default_factory=set)

    def entries(self, axis: str) -> list[tuple[str, str]]:
        """Return key and label of the entries of an axis."""
        return [(str(entry["key"]), entry["label"]) for entry in self.form["axes"][axis]]

    def kind(self, marker: str) -> str:
        """Return the kind of the field of a marker, whose axes are written out or not."""
        steps = marker.strip("[]").split(".")
        columns = [
            {**column, "path": f"{table['path']}.{column['path']}"}
            for table in self.form.get("table", [])
            for column in table["column"]
        ]
        for entry in (*self.form["field"], *columns):
            pattern = entry["path"].split(".")
            alike = zip(pattern, steps, strict=False)
            if len(pattern) == len(steps) and all(a == b or a[0] == "{" for a, b in alike):
                return str(entry["kind"])
        return "text"

    def draw_row(self, line: str) -> None:
        """Draw the row, or the rows, of a line."""
        head = _ROW.match(line)
        if head is None:
            raise ValueError(f"{line!r} is no row")
        boxes = line[head.end() :]
        height = int(head["height"] or head["tall"] or USUAL_HEIGHT)
        if head["axis"]:
            for key, label in self.entries(head["axis"]):
                self.draw_boxes(_filled(boxes, head["axis"], key, label), height)
            return
        self.draw_boxes(boxes, height)
        if head["table"]:
            [table] = [t for t in self.form["table"] if t["path"] == head["table"]]
            self.row += table["rows"] - 1

    def draw_boxes(self, boxes: str, height: int) -> None:
        """Draw one row of boxes, each at the first column that is free."""
        column = 0
        self.sheet.set_row(self.row, height)
        for text, columns, rows in self.written_out(boxes):
            while (self.row, column) in self.covered:
                column += 1
            self.draw_box(column, text, columns, rows)
            column += columns
        self.row += 1

    def written_out(self, boxes: str) -> Iterator[tuple[str, int, int]]:
        """Yield text, width and height of each box of a row."""
        for group in boxes.split("|"):
            axis, arrow, repeated = (
                group.strip().rpartition("> ") if "> " in group else ("", "", group)
            )
            entries = self.entries(axis) if arrow else [("", "")]
            for key, label in entries:
                for box in _filled(repeated, axis, key, label).split(" & "):
                    match = _BOX.fullmatch(box.strip())
                    if match is None:
                        raise ValueError(f"{box!r} is no box")
                    yield match["text"], int(match["columns"]), int(match["rows"] or 1)

    def draw_box(self, column: int, text: str, columns: int, rows: int) -> None:
        """Draw a box; a marker gets the look of what is typed there."""
        look = _LABEL
        if text.startswith("[["):
            look = _AMOUNT if self.kind(text) in _NUMBERS else _VALUE
        style = self.book.add_format(look)
        right, below = column + columns - 1, self.row + rows - 1
        if right >= self.width:
            raise ValueError(f"{text!r} reaches beyond the page")
        if (right, below) == (column, self.row):
            self.sheet.write(self.row, column, text, style)
        else:
            self.sheet.merge_range(self.row, column, below, right, text, style)
        self.covered |= {
            (r, c) for r in range(self.row, below + 1) for c in range(column, right + 1)
        }


def _filled(boxes: str, axis: str, key: str, label: str) -> str:
    return boxes.replace(f"{{{axis}}}", key).replace(f"<{axis}>", label) if axis else boxes


def draw(layout: Path) -> None:
    """Draw the drawing.xlsx of the example that a layout is for."""
    folder = EXAMPLES / layout.stem
    form = tomllib.loads((folder / "form.toml").read_text(encoding="utf-8"))
    first, *further = re.split(
        r"^worksheet (.+)\n", layout.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    book = Workbook(str(folder / "drawing.xlsx"))
    book.set_properties({"created": CREATED})
    pages = [(form["page"]["worksheet"], first), *zip(further[::2], further[1::2], strict=True)]
    for title, lines in pages:
        draw_page(form, book, title, lines.splitlines())
    book.close()


def draw_page(form: dict[str, Any], book: Workbook, title: str, lines: list[str]) -> None:
    """Draw one worksheet: its columns, its heading, its rows."""
    widths, heading, *rows = lines
    sheet = book.add_worksheet(title)
    sheet.set_paper(PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P / &N")
    width = 0
    for part in widths.removeprefix("columns ").split(", "):
        count, size = part.split(" x ")
        sheet.set_column(width, width + int(count) - 1, float(size))
        width += int(count)
    page = Page(form, book, sheet, width, row=2)
    sheet.set_row(0, 26)
    style = book.add_format(_TITLE)
    sheet.merge_range(0, 0, 0, 23, heading.removeprefix("title "), style)
    for line in rows:
        if line:
            page.draw_row(line)
        else:
            page.row += 1


if __name__ == "__main__":
    for each in sorted(LAYOUTS.glob("*.txt")):
        draw(each)

"""Draw the official form as an Excel workbook: grid, boxes, labels and field markers.

Run from anywhere: `.venv/bin/python tools/draw_form.py`. The same bytes come out on every run.
What stands where is `form_layout`; how it looks is here. Number formats, names, validations and
locking are added when a template is built from this drawing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from form_layout import COLUMNS, FRAMES, PAGE, ROWS, Box, Style, boxes

DRAWING = Path(__file__).resolve().parent.parent / "src/xlsync/forms/jimu-jigyo-hyoka/drawing.xlsx"
WORKSHEET = "評価シート"
CREATED = datetime(2026, 4, 1, tzinfo=UTC)

FONT = {"font_name": "ＭＳ Ｐゴシック", "font_family": 3, "font_charset": 128}
# The workbook's default font shows nowhere: Excel counts column widths in its digits. Those of
# Arial 12 are 9 pixels wide in Excel and in LibreOffice, so both draw the same columns; 80 pixels
# is the default column width that tells XlsxWriter so.
MEASURE = {"font_name": "Arial", "font_size": 12}
DEFAULT_COLUMN_PIXELS = 80
PIXELS_PER_MM = 96 / 25.4

PAPER_A3 = 8
MARGIN_INCHES = 8 / 25.4
ZOOM = 85

THIN, MEDIUM = 1, 2
LABEL_GREY, HEAD_GREY = "#EDEDED", "#D9D9D9"
CENTRED = {"align": "center", "valign": "vcenter", "text_wrap": True}
STYLES: dict[Style, dict[str, object]] = {
    "title": {"font_size": 16, "bold": True, "align": "left", "valign": "vcenter"},
    "head": {"font_size": 9, "bold": True, "bg_color": HEAD_GREY, **CENTRED},
    "label": {"font_size": 8.5, "bg_color": LABEL_GREY, **CENTRED},
    "vertical": {
        "font_size": 8.5, "bg_color": LABEL_GREY, "align": "center", "valign": "vcenter",
        "rotation": 270,
    },
    "prose": {"font_size": 8.5, "align": "left", "valign": "top", "text_wrap": True, "indent": 1},
    "line": {
        "font_size": 8.5, "align": "left", "valign": "vcenter", "text_wrap": True, "indent": 1,
    },
    "choice": {"font_size": 8.5, **CENTRED},
    "code": {"font_size": 9, **CENTRED},
    "amount": {"font_size": 9, "align": "right", "valign": "vcenter"},
}  # fmt: skip


def draw(target: Path) -> None:
    """Write the drawing to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "default_format_properties": MEASURE,
        "default_column_width": DEFAULT_COLUMN_PIXELS,
    }
    with Workbook(str(target), options) as workbook:
        workbook.set_properties({"title": "予算事業別事務事業評価シート", "created": CREATED})
        worksheet = workbook.add_worksheet(WORKSHEET)
        set_up_page(worksheet)
        set_up_grid(worksheet)
        formats: dict[tuple[Style, tuple[int, ...]], Format] = {}
        for box in boxes():
            look = (box.style, outline(box))
            if look not in formats:
                formats[look] = workbook.add_format(properties(*look))
            write_box(worksheet, box, formats[look])


def set_up_page(worksheet: Worksheet) -> None:
    """One A3 landscape page, printed as large as it goes."""
    worksheet.set_landscape()
    worksheet.set_paper(PAPER_A3)
    worksheet.set_margins(*[MARGIN_INCHES] * 4)
    worksheet.set_header("", {"margin": 0})
    worksheet.set_footer("", {"margin": 0})
    worksheet.center_horizontally()
    worksheet.fit_to_pages(1, 1)
    worksheet.print_area(PAGE)
    worksheet.hide_gridlines(2)
    worksheet.set_zoom(ZOOM)


def set_up_grid(worksheet: Worksheet) -> None:
    """Set the size of every column and row, so that nothing depends on automatic fitting."""
    for column, millimetres in COLUMNS.items():
        worksheet.set_column_pixels(f"{column}:{column}", round(millimetres * PIXELS_PER_MM))
    for row, points in ROWS.items():
        worksheet.set_row(row - 1, points)


def write_box(worksheet: Worksheet, box: Box, cell_format: Format) -> None:
    """Put one box on the worksheet; an area of more than one cell is merged."""
    top, left, bottom, right = corners(box.area)
    if (top, left) != (bottom, right):
        worksheet.merge_range(top, left, bottom, right, "", cell_format)
    if box.text:
        worksheet.write_string(top, left, box.text, cell_format)
    else:
        worksheet.write_blank(top, left, None, cell_format)


def outline(box: Box) -> tuple[int, int, int, int]:
    """Line weights of the box's top, left, bottom and right: medium where a frame runs."""
    if box.style == "title":
        return (0, 0, 0, 0)
    edges = corners(box.area)
    around = [frame for frame in map(corners, FRAMES) if _is_inside(edges, frame)]
    top, left, bottom, right = (
        MEDIUM if edge in positions else THIN
        for edge, positions in zip(
            edges, zip(*around, strict=True) if around else [()] * 4, strict=True
        )
    )
    return top, left, bottom, right


def _is_inside(area: tuple[int, int, int, int], frame: tuple[int, int, int, int]) -> bool:
    top, left, bottom, right = area
    return frame[0] <= top and frame[1] <= left and bottom <= frame[2] and right <= frame[3]


def properties(style: Style, weights: tuple[int, ...]) -> dict[str, object]:
    """XlsxWriter's format properties of a style with these line weights around it."""
    lines = zip(("top", "left", "bottom", "right"), weights, strict=True)
    return FONT | STYLES[style] | dict(lines)


def corners(area: str) -> tuple[int, int, int, int]:
    """First row, first column, last row and last column (from 0) of an area such as "A7:B8"."""
    first, _, last = area.partition(":")
    top, left = xl_cell_to_rowcol(first)
    bottom, right = xl_cell_to_rowcol(last or first)
    return top, left, bottom, right


if __name__ == "__main__":
    draw(DRAWING)

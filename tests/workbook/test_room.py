"""What a cell has room for on paper, reckoned from the drawing's own measures."""

from __future__ import annotations

import io

import openpyxl
from openpyxl.utils import range_boundaries

from tests import papers
from xlsync.form.library import load_form
from xlsync.workbook.reading.text_capacity import room_of
from xlsync.workbook.template.template import build_template


def test_every_text_field_has_room_unless_its_text_shrinks() -> None:
    room = room_of(load_form(), papers.EDITION)
    texts = {one.path for one in papers.edition().fields if one.kind.name == "text"}
    assert set(room) <= texts
    assert {"purpose", "outline", "years.2017.results", "next_year.reason"} <= set(room)
    assert all(one.width >= 2 and one.line_count >= 1 for one in room.values())


def test_a_wider_cell_holds_more_in_a_line_and_a_higher_one_more_lines() -> None:
    """Beside openpyxl's own widths and heights of the same merged areas."""
    built = build_template(load_form(), papers.EDITION)
    page = openpyxl.load_workbook(io.BytesIO(built.data)).worksheets[0]
    # openpyxl keeps equal neighbours under the first one's letter.
    widths = {
        column: one.width
        for one in page.column_dimensions.values()
        for column in range(one.min or 1, (one.max or 1) + 1)
    }
    areas = {str(area).split(":")[0]: str(area) for area in page.merged_cells.ranges}
    measured: list[tuple[float, float, float, int, int]] = []
    for path, room in built.room.items():
        cell = built.addresses[path]
        left, top, right, bottom = range_boundaries(areas.get(cell, f"{cell}:{cell}"))
        width = sum(widths[column] for column in range(int(left or 1), int(right or 1) + 1))
        rows = range(int(top or 1), int(bottom or 1) + 1)
        height = sum(page.row_dimensions[row].height or 13.5 for row in rows)
        measured.append((page[cell].font.size, width, height, room.width, room.line_count))
    for size, width, height, columns, lines in measured:
        # A digit of the default font is 6 points wide, a half-width sign half the font's size.
        assert abs(columns - width * 6 / (size / 2)) <= 0.2 * columns + 4
        assert lines - 1 <= height / (size * 1.22) < lines + 1


def test_the_same_drawing_gives_the_same_room_in_every_year() -> None:
    this, last = (room_of(load_form(), year) for year in (papers.EDITION, papers.EDITION - 1))
    assert this["purpose"] == last["purpose"]
    assert this["years.2018.plan"] == last["years.2017.plan"]

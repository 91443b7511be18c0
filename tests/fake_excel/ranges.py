"""The cells of Excel's object model: values as Excel takes them in, fills, notes, and what protection refuses."""

# ruff: noqa: PLW0108 - the classes that the members name come later
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment as Note
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tests.fake_excel.com import CDispatch, Mood, refused
from tests.fake_excel.typing_in import serial, understood

if TYPE_CHECKING:
    from tests.fake_excel.model import Worksheet

NO_FILL = -4142
TOP, BOTTOM = -4160, -4107


class Count(CDispatch):
    """How many rows or columns a range has."""

    def __init__(self, mood: Mood, count: int) -> None:
        super().__init__(mood)
        self.count = count

    Count = property(lambda self: self.count)


class Range(CDispatch):
    """A cell or a rectangle of cells; bounds are left, top, right, bottom."""

    def __init__(self, sheet: Worksheet, bounds: tuple[int, int, int, int]) -> None:
        super().__init__(sheet.mood)
        self.sheet, self.bounds = sheet, bounds

    @property
    def cell(self) -> Any:
        """The first cell; the hidden ones of a merged area are empty."""
        return self.sheet.page.cell(self.bounds[1], self.bounds[0])

    def cells(self) -> Iterator[Any]:
        """Every cell."""
        left, top, right, bottom = self.bounds
        for row in self.sheet.page.iter_rows(top, bottom, left, right):
            yield from row

    Worksheet = property(lambda self: self.sheet)
    Parent = property(lambda self: self.sheet)
    Application = property(lambda self: self.sheet.parent.app)
    Row = property(lambda self: self.bounds[1])
    Column = property(lambda self: self.bounds[0])
    Rows = property(lambda self: Count(self.mood, self.bounds[3] - self.bounds[1] + 1))
    Columns = property(lambda self: Count(self.mood, self.bounds[2] - self.bounds[0] + 1))
    HasFormula = property(lambda self: self.cell.data_type == "f")
    Interior = property(lambda self: Interior(self))
    MergeCells = property(lambda self: self.merged() is not None)

    @property
    def Address(self) -> str:  # noqa: N802
        left, top, right, bottom = self.bounds
        first = f"${get_column_letter(left)}${top}"
        return (
            first
            if (left, top) == (right, bottom)
            else f"{first}:${get_column_letter(right)}${bottom}"
        )

    def merged(self) -> tuple[int, int, int, int] | None:
        left, top = self.bounds[:2]
        for area in self.sheet.page.merged_cells.ranges:
            if area.min_col <= left <= area.max_col and area.min_row <= top <= area.max_row:
                return area.min_col, area.min_row, area.max_col, area.max_row
        return None

    @property
    def MergeArea(self) -> Range:  # noqa: N802
        return Range(self.sheet, self.merged() or self.bounds)

    @property
    def Value2(self) -> Any:  # noqa: N802
        value = self.cell.value
        if self.cell.data_type == "f":
            return 0.0  # not calculated here
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return serial(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return -2146826273 if self.cell.data_type == "e" else value

    @Value2.setter
    def Value2(self, value: Any) -> None:  # noqa: N802
        for number, row in enumerate(self.lines(value)):
            for place, one in enumerate(row):
                column, line = self.bounds[0] + place, self.bounds[1] + number
                Range(self.sheet, (column, line, column, line)).type(one)

    Value = Value2

    def ClearContents(self) -> None:  # noqa: N802
        for cell in self.cells():
            Range(self.sheet, (cell.column, cell.row, cell.column, cell.row)).type(None)

    def lines(self, value: Any) -> Any:
        return value if isinstance(value, list | tuple) else [[value]]

    def type(self, value: Any) -> None:
        """One value as Excel takes it in."""
        cell = self.cell
        if isinstance(cell, MergedCell):
            return  # Excel keeps silent, and nothing
        if self.sheet.page.protection.sheet and cell.protection.locked:
            raise refused(
                "変更しようとしているセルまたはグラフは保護されているシート上にあります。"
            )
        if value is None or value == "":
            cell.value = None
        elif cell.number_format == "@":
            shown = str(value).upper() if isinstance(value, bool) else value
            shown = f"{shown:g}" if isinstance(shown, int | float) else str(shown)
            self.put(shown.removeprefix("'"))
        elif not isinstance(value, str):
            cell.value = value
        elif value.startswith("'"):
            self.put(value[1:])
        elif value.startswith("="):
            cell.value = value
        else:
            stored, its_format = understood(value)
            if isinstance(stored, str):
                self.put(stored)
            else:
                cell.value = stored
            if its_format and cell.number_format == "General":
                cell.number_format = its_format

    def put(self, text: str) -> None:
        _put_text(self.cell, text)

    @property
    def Formula(self) -> Any:  # noqa: N802
        return self.cell.value if self.HasFormula else self.Value2

    @property
    def NumberFormat(self) -> str:  # noqa: N802
        return str(self.cell.number_format)

    @NumberFormat.setter
    def NumberFormat(self, value: str) -> None:  # noqa: N802
        self.may_format()
        for cell in self.cells():
            kept, kind = cell.value, cell.data_type
            cell.number_format = value
            if kind == "s":
                _put_text(cell, kept)

    @property
    def WrapText(self) -> bool:  # noqa: N802
        return bool(self.cell.alignment.wrap_text)

    @WrapText.setter
    def WrapText(self, value: bool) -> None:  # noqa: N802
        self.align("wrap_text", value)

    @property
    def VerticalAlignment(self) -> int:  # noqa: N802
        return {"top": TOP}.get(self.cell.alignment.vertical, BOTTOM)

    @VerticalAlignment.setter
    def VerticalAlignment(self, value: int) -> None:  # noqa: N802
        self.align("vertical", {TOP: "top", BOTTOM: "bottom"}[value])

    def align(self, name: str, value: Any) -> None:
        """Align every cell in one respect."""
        self.may_format()
        for cell in self.cells():
            alignment = copy(cell.alignment)
            setattr(alignment, name, value)
            cell.alignment = alignment

    @property
    def ColumnWidth(self) -> float:  # noqa: N802
        return float(self.sheet.page.column_dimensions[get_column_letter(self.bounds[0])].width)

    @ColumnWidth.setter
    def ColumnWidth(self, value: float) -> None:  # noqa: N802
        self.may_format()
        for column in range(self.bounds[0], self.bounds[2] + 1):
            self.sheet.page.column_dimensions[get_column_letter(column)].width = value

    def may_format(self) -> None:
        """Raise where the worksheet's protection refuses formats."""
        protection = self.sheet.page.protection
        if protection.sheet and protection.formatCells:
            raise refused("このシートは保護されているため、この操作はできません。")

    def may_hang_notes(self) -> None:
        """Raise where the worksheet's protection refuses objects."""
        protection = self.sheet.page.protection
        if protection.sheet and protection.objects:
            raise refused("このシートは保護されているため、この操作はできません。")

    @property
    def Comment(self) -> Any:  # noqa: N802
        return Comment(self) if self.cell.comment is not None else None

    @property
    def CommentThreaded(self) -> Any:  # noqa: N802
        return CommentThreaded(self.mood) if self.Address in self.sheet.threads else None

    def AddComment(self, text: str) -> Any:  # noqa: N802
        self.may_hang_notes()
        if self.cell.comment is not None or self.Address in self.sheet.threads:
            raise refused("アプリケーション定義またはオブジェクト定義のエラーです。")
        self.cell.comment = Note(text, "")
        return Comment(self)

    def Select(self) -> None:  # noqa: N802
        app = self.sheet.parent.app
        if app.active is not self.sheet.parent or self.sheet.parent.active is not self.sheet:
            raise refused("Range クラスの Select メソッドが失敗しました。")
        self.sheet.selected = self.Address.replace("$", "")

    def __call__(self, row: int, column: int) -> Range:
        left, top = self.bounds[0] + column - 1, self.bounds[1] + row - 1
        return Range(self.sheet, (left, top, left, top))


class Interior(CDispatch):
    """How a range is filled; a colour is a number, blue first."""

    def __init__(self, place: Range) -> None:
        super().__init__(place.mood)
        self.place = place

    @property
    def fill(self) -> Any:
        return self.place.cell.fill

    @property
    def ColorIndex(self) -> int:  # noqa: N802
        return NO_FILL if self.fill.fill_type is None else 0

    @ColorIndex.setter
    def ColorIndex(self, value: int) -> None:  # noqa: N802
        assert value == NO_FILL
        self.paint(PatternFill())

    @property
    def Pattern(self) -> int:  # noqa: N802
        return {None: NO_FILL, "solid": 1}.get(self.fill.fill_type, 17)

    @property
    def Color(self) -> float:  # noqa: N802
        rgb = self.fill.fgColor.rgb if self.fill.fill_type else "00FFFFFF"
        rgb = rgb if isinstance(rgb, str) else "00D9D9D9"  # a theme's colour, as it comes out
        return float(int(rgb[6:8] + rgb[4:6] + rgb[2:4], 16))

    @Color.setter
    def Color(self, value: float) -> None:  # noqa: N802
        number = f"{int(value):06X}"
        self.paint(PatternFill("solid", fgColor=number[4:6] + number[2:4] + number[0:2]))

    def paint(self, fill: PatternFill) -> None:
        self.place.may_format()
        for cell in self.place.cells():
            cell.fill = fill


class Comment(CDispatch):
    """A note on a cell."""

    def __init__(self, place: Range) -> None:
        super().__init__(place.mood)
        self.place = place

    Parent = property(lambda self: self.place)
    Author = property(lambda self: self.place.cell.comment.author)
    Shape = property(lambda self: Shape(self.mood))

    def Text(self, text: str | None = None) -> str:  # noqa: N802
        if text is not None:
            self.place.may_hang_notes()
            self.place.cell.comment = Note(text, "")
        return str(self.place.cell.comment.text)

    def Delete(self) -> None:  # noqa: N802
        self.place.may_hang_notes()
        self.place.cell.comment = None


class CommentThreaded(CDispatch):
    """A thread that people write on a cell."""


class Shape(CDispatch):
    """The box of a note."""

    def __init__(self, mood: Mood) -> None:
        super().__init__(mood)
        self.autosize = False

    TextFrame = property(lambda self: self)
    AutoSize = property(
        lambda self: self.autosize, lambda self, value: setattr(self, "autosize", value)
    )


def _put_text(cell: Any, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # also where it begins with = or looks like an error

"""What the cells of a workbook hold, read from its bytes without changing them or trusting them.

Every worksheet is read when it is first asked for, and only then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property

from xlsync.errors import NotAWorkbook
from xlsync.ooxml.opc.document_properties import core_properties, custom_properties
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import Name, read_workbook_part
from xlsync.ooxml.read.cell_formatting import CellFormatting, Runs, SheetFormatting
from xlsync.ooxml.read.cell_lookup import look_up_cells
from xlsync.ooxml.read.cell_styles import CellStyles, cell_styles
from xlsync.ooxml.read.cell_values import (
    Cell,
    CellError,
    CellValue,
    number_value,
    text_value,
    typed_value,
)
from xlsync.ooxml.read.conditional_formats import ConditionalFormat, conditional_formats
from xlsync.ooxml.read.hidden_lines import HiddenLines, hidden_lines
from xlsync.ooxml.read.merged_areas import covered_cells
from xlsync.ooxml.read.number_formats import DateKind, moment
from xlsync.ooxml.read.shared_strings import shared_strings
from xlsync.ooxml.read.text_runs import shared_string_runs
from xlsync.ooxml.read.worksheet_expat import read_by_expat
from xlsync.ooxml.read.worksheet_fast import (
    RawCell,
    can_read_fast,
    fast_cells,
    fast_merges,
    refuse_too_many,
    refuse_too_many_merges,
)
from xlsync.ooxml.source import Source
from xlsync.ooxml.xml.encoding import decoded

__all__ = [
    "Cell",
    "CellError",
    "CellFormatting",
    "CellValue",
    "Name",
    "SheetFormatting",
    "Workbook",
    "open_workbook",
    "read_cells",
]

_FEW = 500
_TEXTS = ("inlineStr", "str")
_BLANK = Cell(None, None)


class Workbook:
    """A workbook that reads its worksheets when asked; make it with `open_workbook`.

    Methods take a `worksheet` by its title, and addresses are such as "B2". Of a title that is none of `worksheets` they
    raise NotAWorkbook, of a part that cannot be read DamagedWorkbook or HostileWorkbook.

    Example:
        >>> book = open_workbook("sheet.xlsx")
        >>> book.worksheets[0], book.cells("評価シート")["A1"].formula
        ('評価シート', None)

    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = read_workbook_part(package)
        self._cells: dict[str, Mapping[str, Cell]] = {}
        self._raw_cells: dict[str, list[RawCell]] = {}
        self._decodable: set[str] = set()

    def verify(self) -> None:
        """Return if every part is what was written, used or not; raises DamagedWorkbook as `Package.verify` does."""
        self._package.verify()

    @property
    def worksheets(self) -> tuple[str, ...]:
        """Titles of the worksheets in tab order; chart and dialog sheets are none."""
        return tuple(entry.title for entry in self._part.worksheets)

    @property
    def hidden_worksheets(self) -> frozenset[str]:
        """Titles of the worksheets whose tabs are hidden."""
        return frozenset(entry.title for entry in self._part.worksheets if entry.is_hidden)

    @property
    def is_read_only(self) -> bool:
        """Whether the workbook recommends opening it read-only, or wants a password from who writes into it."""
        return self._part.stated.is_read_only

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The defined names in file order."""
        return self._part.names()

    @cached_property
    def custom_properties(self) -> Mapping[str, str]:
        """The custom document properties, values as text."""
        return custom_properties(self._package)

    @property
    def has_stale_results(self) -> bool:
        """Whether formulas wait for a manual calculation: what is stored as their results is of earlier values."""
        return self._part.stated.has_stale_results

    @property
    def last_modified_by(self) -> str | None:
        """Who saved the file last, as the program that saved it says."""
        return core_properties(self._package).get("lastModifiedBy")

    def cells(self, worksheet: str) -> Mapping[str, Cell]:
        """Return address → cell, for the cells of the worksheet that hold a value or a formula."""
        if worksheet not in self._cells:
            raw = self._raw_cells[worksheet] = self._raw(worksheet)
            self._cells[worksheet] = self._filled(raw)
        return self._cells[worksheet]

    def _filled(self, raw: list[RawCell]) -> dict[str, Cell]:
        cells = {
            reference: Cell(self._value(style, kind, text, formula), formula)
            for reference, style, kind, text, formula in raw
        }
        return {at: cell for at, cell in cells.items() if cell != _BLANK}

    def formatting(self, worksheet: str, *addresses: str) -> SheetFormatting:
        """Return what formatting says of cells, read when asked: `formatting(title)["B2"].is_struck`.

        Where addresses are named it is asked for no others: that takes less time.
        """
        raw = look_up_cells(self._data(worksheet), addresses) if addresses else None
        if raw is None:
            self.cells(worksheet)
            raw = self._raw_cells[worksheet]
        part = self._data(worksheet), worksheet
        return SheetFormatting(raw, self._styles, self._shared_runs, part)

    def conditional_formats(self, worksheet: str) -> tuple[ConditionalFormat, ...]:
        """Return the rules that change how a cell of the worksheet reads, in the order in which they apply; mostly none."""
        part = self._part.target(self._package, "styles")
        styles = self._package.part(part) if part else b""
        return conditional_formats(self._data(worksheet), styles, worksheet)

    def repeated_cells(self, worksheet: str) -> frozenset[str]:
        """Return the addresses that the worksheet part states twice or more with contents: `cells` has the last of them."""
        self.cells(worksheet)
        stated = [cell[0] for cell in self._raw_cells[worksheet]]
        if len(set(stated)) == len(stated):
            return frozenset()
        return frozenset(address for address, count in Counter(stated).items() if count > 1)

    def covered_cells(self, worksheet: str) -> dict[str, dict[str, Cell]]:
        """Return merged range, as in `merged` → address → cell, of the filled cells that the range covers and hides."""
        return covered_cells(self.merged(worksheet), self.cells(worksheet))

    def cells_at(self, worksheet: str, addresses: Collection[str]) -> Mapping[str, Cell]:
        """Return what `cells` has at these addresses, and perhaps more: in less time where they are few of many."""
        if worksheet in self._cells or len(addresses) > _FEW:
            return self.cells(worksheet)
        raw = look_up_cells(self._data(worksheet), addresses)
        if raw is None:
            return self.cells(worksheet)
        return self._filled(raw)

    def values(self, worksheet: str) -> dict[str, CellValue]:
        """Return address → value of the cells that hold one."""
        values: dict[str, CellValue] = {}
        value: CellValue
        for reference, style, kind, text, formula in self._raw(worksheet):
            # Most cells of a form are texts as they stand; a call for each of them would take longer than the rest.
            if text and kind == "s":
                value = self._shared(text)
            elif text and kind == "inlineStr" and "_x" not in text:
                value = text
            else:
                value = self._value(style, kind, text, formula)
            if value is not None:
                values[reference] = value
        return values

    def _raw(self, worksheet: str) -> list[RawCell]:
        data = self._data(worksheet)
        raw = fast_cells(data) if can_read_fast(data) else None
        if raw is None:
            return read_by_expat(data, worksheet).cells
        refuse_too_many(raw, worksheet)
        return raw

    def merged(self, worksheet: str) -> tuple[str, ...]:
        """Return the merged ranges of the worksheet, as written ("B2:D3")."""
        data = self._data(worksheet)
        merges = fast_merges(data) if can_read_fast(data) else None
        if merges is None:
            merges = read_by_expat(data, worksheet).merges
        refuse_too_many_merges(merges, worksheet)
        return tuple(merges)

    def hidden_lines(self, worksheet: str) -> HiddenLines:
        """Return the rows and columns of the worksheet that are hidden, by filters and groups too."""
        return hidden_lines(self._data(worksheet), worksheet)

    def _data(self, worksheet: str) -> bytes:
        entry = self._part.worksheet(worksheet)
        if entry is None:
            raise NotAWorkbook("シートが見つかりません。シート名を確かめてください。", worksheet)
        data = self._package.part(entry.part)
        if entry.part not in self._decodable and not data.isascii():
            decoded(data, worksheet)  # raises: a part that is no text anywhere is damaged
        self._decodable.add(entry.part)
        return data

    @cached_property
    def _strings(self) -> list[str]:
        part = self._part.target(self._package, "sharedStrings")
        return shared_strings(self._package.part(part), part) if part else []

    @cached_property
    def _styles(self) -> CellStyles | None:
        part = self._part.target(self._package, "styles")
        return cell_styles(self._package.part(part), part) if part else None

    def _shared_runs(self) -> Runs:
        part = self._part.target(self._package, "sharedStrings")
        return shared_string_runs(self._package.part(part), part) if part else {}

    def _value(self, style: str, kind: str, text: str | None, formula: str | None) -> CellValue:
        """The value a cell's text stands for by its type (ECMA-376 part 1, 18.18.11)."""
        if text is None or (not text and kind not in _TEXTS):
            return None
        if kind == "s":
            return self._shared(text)
        if kind in ("", "n"):
            return self._number(text.strip(), style)
        return text_value(kind, text, formula) if kind in _TEXTS else typed_value(kind, text)

    def _shared(self, text: str) -> CellValue:
        try:
            is_index = text.isdecimal() or text.strip().isdecimal()
            return self._strings[int(text)] if is_index else CellError(text)
        except (IndexError, ValueError):
            return CellError(text)

    def _number(self, text: str, style: str) -> CellValue:
        number = number_value(text)
        if number is None or isinstance(number, CellError) or not style:
            return number
        kind = DateKind.NONE if self._styles is None else self._styles.date_kind(style)
        if kind is DateKind.NONE:
            return number
        shown = moment(number, kind, date_1904=self._part.date_1904)
        return number if shown is None else shown


def open_workbook(source: Source) -> Workbook:
    """Return a workbook that reads each worksheet when asked.

    Args:
        source: A path, a workbook's bytes, or a file opened in binary mode.

    Raises:
        WorkbookError: The source cannot be read as a workbook; the subclass says why.

    Example:
        >>> open_workbook("sheet.xlsx").worksheets[0]
        '評価シート'

    """
    return Workbook(Package.open(source))


def read_cells(source: Source) -> dict[str, dict[str, CellValue]]:
    """Return the value of every cell that holds one.

    Args:
        source: A path, a workbook's bytes, or a file opened in binary mode.

    Returns:
        Worksheet title → address → value; blank cells are left out. Values are str, int (integer literals up to 15
        digits), float, bool, date, datetime, time, timedelta (numbers shown as such) and CellError (`#N/A` …). A formula's
        value is the cached one.

    Raises:
        WorkbookError: The source cannot be read as a workbook; the subclass says why.

    Example:
        >>> read_cells("sheet.xlsx")["評価シート"]["A1"]
        '予算事業別事務事業評価シート【対象年度：H29年度～H30年度】'

    """
    book = open_workbook(source)
    return {title: book.values(title) for title in book.worksheets}

"""The page of a template: what the definition knows is put on the drawing, by openpyxl (the drawing is ours, not staff's)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.errors import FormError
from xlsync.kinds import DASH
from xlsync.workbook.checks.check_drawing import draw_checks
from xlsync.workbook.checks.visible_sheet import checks_of
from xlsync.workbook.conflicts.conflict_drawing import draw_conflicts
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.template.input_hints import input_message
from xlsync.workbook.template.table_drawing import (
    DrawnTable,
    draw_rows,
    free_rows,
    take_tables,
)
from xlsync.workbook.template.trial_mark import mark_as_trial

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

    from xlsync.form.edition import Edition, Field

_GREY: Final = "D9D9D9"
_MARKER = re.compile(r"\[\[(?P<path>[^\[\]]+)\]\]")


class DrawnPage(NamedTuple):
    """The saved workbook, the address of each field's cell, and the range of each column of its tables, by path."""

    data: bytes
    addresses: Mapping[str, str]
    column_ranges: Mapping[str, str]


def build_page(
    drawing: bytes, edition: Edition, where: str, *, is_trial: bool = False
) -> DrawnPage:
    """Return the saved workbook and where its fields are; FormError names the drawing's cell at fault."""
    book, worksheet = _open(drawing, edition, where)
    tables = take_tables(worksheet, edition, where)
    cells, greyed = _find_markers(worksheet, edition, where)
    _write_labels(worksheet, edition)
    lists = _write_lists(book, edition)
    for field in edition.fields:
        _dress_field(worksheet, cells[field.path], field, lists)
    for table in tables:
        _dress_table(worksheet, table, lists)
    for address in greyed.values():
        _grey_out(worksheet, address)
    _protect(worksheet)
    draw_conflicts(book)
    areas = {path: _area(worksheet, address) for path, address in cells.items()}
    columns = {path: reach for table in tables for path, reach in table.reaches.items()}
    checks = checks_of(edition, worksheet.title, {**cells, **columns})
    draw_checks(book, worksheet, areas, checks)
    if is_trial:
        mark_as_trial(book, worksheet)
    for table in tables:
        free_rows(worksheet, table)
    book.properties.title = edition.title
    book.properties.creator, book.properties.lastModifiedBy = (
        "xlsync",
        None,
    )  # whoever saves it is who filled it in
    saved = BytesIO()
    book.save(saved)
    return DrawnPage(saved.getvalue(), cells, columns)


def _open(drawing: bytes, edition: Edition, where: str) -> tuple[Workbook, Worksheet]:
    try:
        book = load_workbook(BytesIO(drawing))
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as fault:
        raise FormError("様式の図面がExcelブックとして開けません", where) from fault
    if edition.worksheet not in book.sheetnames or book.sheetnames[0] != edition.worksheet:
        raise FormError(
            f"図面の最初のワークシートの名前を「{edition.worksheet}」にしてください", where
        )
    return book, book[edition.worksheet]


def _find_markers(
    worksheet: Worksheet, edition: Edition, where: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Remove the markers from the page; return the addresses of the fields and of the greyed cells by path."""
    addresses: dict[str, str] = {}
    known = {*edition.by_path, *edition.greyed}
    for cell in _texts(worksheet):
        path = _marked(cell, edition, where)
        if path is None:
            continue
        reason = _marker_fault(cell.coordinate, path, known, addresses)
        if reason:
            raise FormError(reason, where)
        addresses[path] = cell.coordinate
        cell.value = None
    missing = [path for path in edition.by_path if path not in addresses]
    if missing:
        raise FormError(f"図面に印のない欄があります：{'、'.join(missing[:10])}", where)
    greyed = {path: address for path, address in addresses.items() if path not in edition.by_path}
    return {path: addresses[path] for path in edition.by_path}, greyed


def _marker_fault(address: str, path: str, known: set[str], addresses: dict[str, str]) -> str:
    """Return why a marker cannot stand for a cell, "" where it can."""
    if path not in known:
        return f"セル {address} の印「{path}」が定義（form.toml）にありません"
    if path in addresses:
        return f"欄「{path}」の印が {addresses[path]} と {address} の2か所にあります"
    return ""


def _texts(worksheet: Worksheet) -> list[Cell]:
    return [cell for row in worksheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def _marked(cell: Cell, edition: Edition, where: str) -> str | None:
    """Return the path a cell's marker names, None for a label."""
    text = str(cell.value).strip()
    marker = _MARKER.fullmatch(text)
    if marker is not None:
        return edition.expand(marker["path"].strip())
    if "[[" in text:
        raise FormError(
            f"セル {cell.coordinate} の「{text}」は欄の印の書き方（[[欄の名前]]）ではありません",
            where,
        )
    return None


def _write_labels(worksheet: Worksheet, edition: Edition) -> None:
    for cell in _texts(worksheet):
        cell.value = edition.expand(str(cell.value))
    footer = worksheet.oddFooter
    sections = (footer.left, footer.center, footer.right) if footer is not None else ()
    for section in sections:
        section.text = edition.expand(section.text) if section.text else section.text


def _write_lists(book: Workbook, edition: Edition) -> dict[str, tuple[str, str]]:
    """Write the lists on the hidden worksheet; give, per list, its range without and with "-" at the end."""
    hidden = book.create_sheet(HIDDEN_WORKSHEET)
    hidden.sheet_state = "veryHidden"
    ranges: dict[str, tuple[str, str]] = {}
    fields = (*edition.fields, *edition.columns)
    kinds = {_list_key(field): field.kind for field in fields if field.kind.is_choice}
    for column, (name, kind) in enumerate(kinds.items(), start=1):
        items = kind.listed()
        for row, text in enumerate((name, *items, DASH), start=1):
            written = hidden.cell(row, column, text)
            written.data_type, written.number_format = "s", "@"
        letter = hidden.cell(1, column).column_letter
        last = len(items) + 1
        ranges[name] = tuple(
            f"{HIDDEN_WORKSHEET}!${letter}$2:${letter}${row}" for row in (last, last + 1)
        )  # type: ignore[assignment]
    return ranges


def _list_key(field: Field) -> str:
    """Return the name under which a field's words are listed: that of its list, else its kind's."""
    return field.list_name or field.kind.name


def _dress_field(
    worksheet: Worksheet, address: str, field: Field, lists: dict[str, tuple[str, str]]
) -> None:
    cell = worksheet[address]
    name = DefinedName(field.cell_name, attr_text=f"'{worksheet.title}'!{_absolute(cell)}")
    worksheet.defined_names[field.cell_name] = name
    cell.number_format = field.kind.number_format()
    _set_off_border(cell)
    if field.filled_by != "computed":
        for row in worksheet[_area(worksheet, address)]:
            for inner in row:
                inner.protection = Protection(locked=False)
    rule = _validation(field, lists)
    rule.add(address)
    worksheet.add_data_validation(rule)


def _dress_table(
    worksheet: Worksheet, drawn: DrawnTable, lists: dict[str, tuple[str, str]]
) -> None:
    """Draw the rows of a table with the number formats and lists that its columns have."""
    for column in drawn.table.column_fields:
        cell = worksheet[f"{drawn.letters[str(column.steps[-1])]}{drawn.first}"]
        cell.number_format = column.kind.number_format()
        _set_off_border(cell)
    draw_rows(worksheet, drawn)
    for column in drawn.table.column_fields:
        letter = drawn.letters[str(column.steps[-1])]
        rule = _validation(column, lists)
        rule.add(f"{letter}{drawn.first}:{letter}{drawn.last}")
        worksheet.add_data_validation(rule)


def _set_off_border(cell: Cell) -> None:
    """Keep what stands to the right off the line beside it; a number without room for that gets smaller, not ####."""
    alignment = cell.alignment
    if alignment.horizontal == "right" and not alignment.indent and not alignment.wrap_text:
        cell.alignment = Alignment(
            horizontal="right", vertical=alignment.vertical, indent=1, shrink_to_fit=True
        )


def _validation(field: Field, lists: dict[str, tuple[str, str]]) -> DataValidation:
    """Return the data validation of a field: its list, its input hint and the state of the IME."""
    ime: Literal["off", "hiragana"] = "off" if field.kind.has_latin_input else "hiragana"
    rule = DataValidation(type=None, allow_blank=True, imeMode=ime)
    if field.kind.is_choice:
        rule.type, rule.formula1 = "list", lists[_list_key(field)][field.dash_allowed]
        rule.errorStyle = "stop" if field.list_closed else "warning"
        rule.errorTitle, rule.error = "選択肢の確認", "一覧にない内容です。一覧から選んでください。"
        rule.showErrorMessage = True
    rule.promptTitle, rule.prompt = input_message(field)
    rule.showInputMessage = True
    return rule


def _grey_out(worksheet: Worksheet, address: str) -> None:
    for row in worksheet[_area(worksheet, address)]:
        for cell in row:
            cell.fill = PatternFill("solid", fgColor=_GREY)


def _area(worksheet: Worksheet, address: str) -> str:
    """Return the merged range that begins at a cell, else the cell itself as a range."""
    ranges = (
        str(area) for area in worksheet.merged_cells.ranges if area.start_cell.coordinate == address
    )
    return next(ranges, f"{address}:{address}")


def _absolute(cell: Cell) -> str:
    return f"${cell.column_letter}${cell.row}"


def _protect(worksheet: Worksheet) -> None:
    """Protect the page without a password: labels and formulas are safe from slips, row heights and pictures stay free."""
    protection = worksheet.protection
    protection.sheet = True
    protection.formatRows = protection.formatColumns = protection.formatCells = False
    protection.objects = protection.scenarios = False

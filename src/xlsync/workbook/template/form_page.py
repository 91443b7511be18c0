"""The page of a template: what the definition knows is put on the drawing, by openpyxl (the drawing is ours, not staff's)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.errors import FormError
from xlsync.kinds import DASH
from xlsync.ooxml.titled_references import reference_to
from xlsync.workbook.checks.check_drawing import called, draw_checks
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.checks.visible_sheet import PAGE, checks_of
from xlsync.workbook.conflicts.conflict_drawing import TITLE, draw_conflicts
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.template.drawn_page import DrawnPage
from xlsync.workbook.template.field_markers import (
    find_markers,
    reference_of_cell,
    texts_of,
)
from xlsync.workbook.template.input_hints import input_message
from xlsync.workbook.template.table_drawing import (
    DrawnTable,
    draw_rows,
    free_rows,
    take_tables,
    worksheet_of_cell,
)
from xlsync.workbook.template.trial_mark import mark_as_trial

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

    from xlsync.form.edition import Edition, Field

_OWN_TITLES: Final = frozenset({PAGE, TITLE, HIDDEN_WORKSHEET, WORKSHEET})
"""Of the worksheets that are added to the form's."""
_GREY: Final = "D9D9D9"


def build_page(
    drawing: bytes, edition: Edition, where: str, *, is_trial: bool = False
) -> DrawnPage:
    """Return the saved workbook and where its fields are; FormError names the drawing's cell at fault."""
    book, worksheets = _open(drawing, edition, where)
    tables = take_tables(worksheets, edition, where)
    cells, greyed = find_markers(worksheets, edition, where)
    _dress_pages(worksheets, edition, cells, tables, _write_lists(book, edition))
    for cell in greyed.values():
        _grey_out(cell)
    for worksheet in worksheets:
        _protect(worksheet)
    draw_conflicts(book, called(worksheets))
    references = {path: reference_of_cell(cell, edition) for path, cell in cells.items()}
    columns = {
        path: reference_to(table.drawn_page.title, reach, edition.worksheet)
        for table in tables
        for path, reach in table.reaches.items()
    }
    checks = checks_of(edition, edition.worksheet, {**references, **columns})
    draw_checks(book, worksheets, _areas(worksheets, cells), checks)
    if is_trial:
        mark_as_trial(book, worksheets)
    for table in tables:
        free_rows(table)
    book.properties.title = edition.title
    book.properties.creator, book.properties.lastModifiedBy = (
        "xlsync",
        None,
    )  # whoever saves it is who filled it in
    saved = BytesIO()
    book.save(saved)
    return DrawnPage(saved.getvalue(), references, columns)


def _dress_pages(
    worksheets: Iterable[Worksheet],
    edition: Edition,
    cells: Mapping[str, Cell],
    tables: Iterable[DrawnTable],
    lists: dict[str, tuple[str, str]],
) -> None:
    """Write the labels, and give fields and tables their names, formats and lists."""
    for worksheet in worksheets:
        _write_labels(worksheet, edition)
    for field in edition.fields:
        _dress_field(cells[field.path], field, lists)
    for table in tables:
        _dress_table(table, lists)


def _areas(worksheets: Sequence[Worksheet], cells: Mapping[str, Cell]) -> list[dict[str, str]]:
    """Return the area of each field on every worksheet, by path."""
    areas: dict[str, dict[str, str]] = {worksheet.title: {} for worksheet in worksheets}
    for path, cell in cells.items():
        areas[worksheet_of_cell(cell).title][path] = _area(cell)
    return list(areas.values())


def _open(drawing: bytes, edition: Edition, where: str) -> tuple[Workbook, list[Worksheet]]:
    try:
        book = load_workbook(BytesIO(drawing))
    except (BadZipFile, InvalidFileException, KeyError, SyntaxError, ValueError) as fault:
        raise FormError("様式の図面がExcelブックとして開けません", where) from fault
    wanted = list(edition.worksheets)
    own = next((title for title in wanted[1:] if title in _OWN_TITLES), None)
    if own is not None:
        raise FormError(f"シートの名前「{own}」は、xlsync が使うため付けられません", where)
    if book.sheetnames[: len(wanted)] != wanted:
        listed = "、".join(f"「{title}」" for title in wanted)
        which = "最初のワークシートの名前" if len(wanted) == 1 else "初めのワークシートの名前を順に"
        particle = "を" if len(wanted) == 1 else "、"
        raise FormError(f"図面の{which}{particle}{listed}にしてください", where)
    return book, [book[title] for title in wanted]


def _write_labels(worksheet: Worksheet, edition: Edition) -> None:
    for cell in texts_of(worksheet):
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


def _dress_field(cell: Cell, field: Field, lists: dict[str, tuple[str, str]]) -> None:
    worksheet = worksheet_of_cell(cell)
    name = DefinedName(field.cell_name, attr_text=f"'{worksheet.title}'!{_absolute(cell)}")
    worksheet.defined_names[field.cell_name] = name
    cell.number_format = field.kind.number_format()
    _set_off_border(cell)
    if field.filled_by != "computed":
        for row in worksheet[_area(cell)]:
            for inner in row:
                inner.protection = Protection(locked=False)
    rule = _validation(field, lists)
    rule.add(cell.coordinate)
    worksheet.add_data_validation(rule)


def _dress_table(drawn: DrawnTable, lists: dict[str, tuple[str, str]]) -> None:
    """Draw the rows of a table with the number formats and lists that its columns have."""
    worksheet = drawn.drawn_page
    for column in drawn.table.column_fields:
        cell = worksheet[f"{drawn.letters[str(column.steps[-1])]}{drawn.first}"]
        cell.number_format = column.kind.number_format()
        _set_off_border(cell)
    draw_rows(drawn)
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


def _grey_out(first: Cell) -> None:
    for row in worksheet_of_cell(first)[_area(first)]:
        for cell in row:
            cell.fill = PatternFill("solid", fgColor=_GREY)


def _area(cell: Cell) -> str:
    """Return the merged range that begins at a cell, else the cell itself as a range."""
    address = cell.coordinate
    ranges = (
        str(area)
        for area in worksheet_of_cell(cell).merged_cells.ranges
        if area.start_cell.coordinate == address
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

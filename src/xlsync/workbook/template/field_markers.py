"""The markers of a drawing, [[path]]: taken off its worksheets, and which cell each field has by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError
from xlsync.ooxml.titled_references import reference_to
from xlsync.workbook.template.table_drawing import worksheet_of_cell

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from xlsync.form.edition import Edition

_MARKER: Final = re.compile(r"\[\[(?P<path>[^\[\]]+)\]\]")


def find_markers(
    worksheets: Iterable[Worksheet], edition: Edition, where: str
) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """Remove the markers from the page; return the cells of the fields and the greyed cells by path."""
    cells: dict[str, Cell] = {}
    for worksheet in worksheets:
        _take_markers(worksheet, edition, where, cells)
    missing = [path for path in edition.by_path if path not in cells]
    if missing:
        raise FormError(f"図面に印のない欄があります：{'、'.join(missing[:10])}", where)
    greyed = {path: cell for path, cell in cells.items() if path not in edition.by_path}
    return {path: cells[path] for path in edition.by_path}, greyed


def _take_markers(
    worksheet: Worksheet, edition: Edition, where: str, cells: dict[str, Cell]
) -> None:
    """Move the markers of a worksheet into `cells`."""
    known = {*edition.by_path, *edition.greyed}
    for cell in texts_of(worksheet):
        path = _marked(cell, edition, where)
        if path is None:
            continue
        reason = _marker_fault(cell, path, known, cells, edition)
        if reason:
            raise FormError(reason, where)
        cells[path] = cell
        cell.value = None


def _marker_fault(
    cell: Cell, path: str, known: set[str], cells: Mapping[str, Cell], edition: Edition
) -> str:
    """Return why a marker cannot stand for a cell, "" where it can."""
    address = reference_of_cell(cell, edition)
    if path not in known:
        return f"セル {address} の印「{path}」が定義（form.toml）にありません"
    if path in cells:
        return f"欄「{path}」の印が {reference_of_cell(cells[path], edition)} と {address} の2か所にあります"
    return ""


def texts_of(worksheet: Worksheet) -> list[Cell]:
    """Return the cells of a worksheet that hold texts."""
    return [cell for row in worksheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def _marked(cell: Cell, edition: Edition, where: str) -> str | None:
    """Return the path a cell's marker names, None for a label."""
    text = str(cell.value).strip()
    marker = _MARKER.fullmatch(text)
    if marker is not None:
        return edition.expand(marker["path"].strip())
    if "[[" in text:
        raise FormError(
            f"セル {reference_of_cell(cell, edition)} の「{text}」は欄の印の書き方（[[欄の名前]]）ではありません",
            where,
        )
    return None


def reference_of_cell(cell: Cell, edition: Edition) -> str:
    """Return a cell as a formula on the form's first worksheet refers to it."""
    return reference_to(worksheet_of_cell(cell).title, cell.coordinate, edition.worksheet)


__all__ = ["find_markers", "reference_of_cell", "texts_of"]

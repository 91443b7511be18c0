"""What a workbook says of the fields that hold figures of the financial system: a note on チェック, a message at each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.exchange.figures.file_kinds import amount_paths
from xlsync.finding import finding
from xlsync.ooxml.patch.input_messages import InputMessage, put_input_messages
from xlsync.store.figure_imports import fields_with_figures
from xlsync.workbook.template.input_hints import input_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlsync.exchange.write_back.cell_updates import PageUpdate
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.finding import Finding
    from xlsync.ooxml.patch.package_editor import PackageEdit
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.store.figure_imports import FigureSource

_TITLE: Final = "財務会計より"
_MESSAGE: Final = (
    "{source}。企画担当が入れた数字です。入力は不要です。違うときは企画担当に連絡してください。"
)
_NAMED: Final = 3
"""Fields that a note names; the cells themselves say it as well."""


def figure_findings(store: Store, sheet: Sheet) -> list[Finding]:
    """Return a note for each file whose figures a sheet holds: whose they are, of which day, and in which fields."""
    paths: dict[FigureSource, list[str]] = {}
    for path, source in _sources(store, sheet).items():
        paths.setdefault(source, []).append(path)
    return [
        finding("figures-from", fields[0], source=source.words, listed=listed_fields(sheet, fields))
        for source, fields in paths.items()
    ]


def put_figure_messages(
    store: Store, edit: PackageEdit, worksheet: str, sheet: Sheet, cells: Mapping[str, str]
) -> None:
    """Let each cell with a figure say where it comes from once it is selected, and those without say what they said before.

    `cells` are the addresses of the fields on the worksheet, by path.
    """
    edition = sheet.edition
    sources = _sources(store, sheet)
    messages = {
        cells[path]: InputMessage(_TITLE, _MESSAGE.format(source=source.words))
        for path, source in sources.items()
        if path in cells
    }
    others = (path for path in amount_paths(edition) if path in cells and path not in sources)
    drawn = {cells[path]: InputMessage(*input_message(edition.by_path[path])) for path in others}
    put_input_messages(edit, worksheet, messages, drawn, _TITLE)


def put_page_messages(
    store: Store, edit: PackageEdit, pages: Iterable[tuple[WorksheetState, PageUpdate]]
) -> None:
    """Do so on the worksheets of a workbook that are brought up to date."""
    for state, page in pages:
        incoming = state.incoming
        for worksheet in incoming.worksheets:
            cells = incoming.cells_on(worksheet)
            put_figure_messages(store, edit, worksheet, page.sheet, cells)


def _sources(store: Store, sheet: Sheet) -> dict[str, FigureSource]:
    """Return where the figures of a sheet come from, in the form's order; fields that its form no longer has are left out."""
    known = fields_with_figures(store.files, sheet.id, sheet.edition.year)
    return {path: known[path] for path in amount_paths(sheet.edition) if path in known}


def listed_fields(sheet: Sheet, paths: list[str]) -> str:
    """Return the labels of fields, of many the first ones and how many more."""
    named = "".join(f"「{sheet.edition.by_path[path].label}」" for path in paths[:_NAMED])
    more = len(paths) - _NAMED
    return f"{named}ほか{more}欄" if more > 0 else named


__all__ = ["figure_findings", "listed_fields", "put_figure_messages", "put_page_messages"]

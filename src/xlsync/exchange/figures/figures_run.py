"""Carry a plan of figures out: the yen are kept beside the sheets, and each sheet is one revision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from xlsync.exchange.receive import receive
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.store.figure_imports import FiguresImport, figures_imports, write_figures_import

if TYPE_CHECKING:
    from xlsync.exchange.figures.figures_plan import FiguresPlan, SheetFigures
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.store import Store

Progress = Callable[[Sequence["SheetFigures"]], Iterable["SheetFigures"]]


def keep_figures_of(
    store: Store, terms: Terms, plan: FiguresPlan, source: Source, as_of: str
) -> bool:
    """Keep the yen of a plan beside the sheets, and return whether they differ from those that were kept last.

    `as_of` is the day they are of, ISO 8601.

    Call it before `run_figures`: a run that is interrupted goes on when it is called again, and until then nobody overwrites
    a figure that is in the sheets already.
    """
    imported = import_of(plan, source, as_of)
    with store.writing():
        last = figures_imports(store.files, terms.fiscal_year).get(plan.file_kind.name)
        if last is not None and _is_same(last, imported):
            return False
        write_figures_import(store.files, plan.file_kind.name, terms.fiscal_year, imported)
    return True


def import_of(plan: FiguresPlan, source: Source, as_of: str) -> FiguresImport:
    """Return what is kept of a plan's file."""
    kind = plan.file_kind
    lines = [line.to_document() for line in plan.divided_lines]
    return FiguresImport(
        kind.basis,
        as_of,
        source.file,
        {"unit": kind.unit, "rounding": kind.rounding, "lines": lines},
        {sheet.sheet.id: sheet.field_figures for sheet in plan.sheet_figures},
        source.when,
        source.who,
    )


def run_figures(
    store: Store, terms: Terms, plan: FiguresPlan, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Write the figures into the sheets that they change; yield the receipt of each."""
    for planned in progress(plan.changed):
        yield from receive(store, terms, json_with_id(planned.sheet), source)


def _is_same(last: FiguresImport, imported: FiguresImport) -> bool:
    then, now = last.to_document(), imported.to_document()
    return {**then, "when": "", "who": ""} == {**now, "when": "", "who": ""}


__all__ = ["import_of", "keep_figures_of", "run_figures"]

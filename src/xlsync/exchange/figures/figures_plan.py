"""What taking in a file of the financial system would do, before anything is done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.figures.apportion import in_unit, parts_in_unit, shares_of
from xlsync.exchange.figures.budget_lines import BudgetLine, LinesReading, read_budget_lines
from xlsync.exchange.figures.file_kinds import yen_per_unit
from xlsync.exchange.figures.import_checks import (
    KnownImports,
    last_years_faults,
    older_basis_faults,
    repeated_lines,
    replaced_figures,
)
from xlsync.exchange.figures.line_shares import LineShares
from xlsync.kinds.money import LARGEST_MONEY
from xlsync.merging import Change, changes_between
from xlsync.store.figure_imports import Figure

if TYPE_CHECKING:
    from xlsync.exchange.figures.file_kinds import FileKind
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet

_NO_IMPORTS: Final = KnownImports()


@dataclass(frozen=True, slots=True)
class DividedLine:
    """A budget line and the yen that each sheet has of it, by key and path; none where no sheet is known for it."""

    budget_line: BudgetLine
    yen_of_sheets: Mapping[str, Mapping[str, int]]
    reason: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        line = self.budget_line
        return {
            "row": line.row,
            "code": line.budget_code.code_text,
            "parts": list(line.budget_code.parts),
            "name": line.name,
            "carried_over": line.is_carried_over,
            "yen": dict(line.yen),
            "sheets": {key: dict(yen) for key, yen in self.yen_of_sheets.items()},
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class SheetFigures:
    """The figures of a sheet, as the sheet is to be with them, and what that changes."""

    sheet: Sheet
    field_figures: Mapping[str, Figure]
    changes: tuple[Change, ...]

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        figures = {path: figure.to_document() for path, figure in self.field_figures.items()}
        changes = [change.to_document() for change in self.changes]
        named = {"key": self.sheet.key, "title": self.sheet.title}
        return {**named, "figures": figures, "changes": changes}


@dataclass(frozen=True, slots=True)
class FiguresPlan:
    """What taking in a file would do.

    Attributes:
        file_kind: What the city says of the file's kind.
        divided_lines: All lines, with what each sheet has of them.
        sheet_figures: The sheets that have figures.
        sheets_without: The sheets that have none.
        faults: Why nothing can be done, each with row and cell.
        passed_over: Rows that are not read.
        doubts: What somebody should look at first.

    """

    file_kind: FileKind
    divided_lines: tuple[DividedLine, ...] = ()
    sheet_figures: tuple[SheetFigures, ...] = ()
    sheets_without: tuple[Sheet, ...] = ()
    faults: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[SheetFigures, ...]:
        """The sheets in which something changes."""
        return tuple(figures for figures in self.sheet_figures if figures.changes)

    @property
    def lines_without(self) -> tuple[DividedLine, ...]:
        """The lines that no sheet has a share of."""
        return tuple(line for line in self.divided_lines if not line.yen_of_sheets)

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        without = [{"key": sheet.key, "title": sheet.title} for sheet in self.sheets_without]
        sheets = [sheet.to_document() for sheet in self.sheet_figures]
        lines_without = [line.to_document() for line in self.lines_without]
        return {
            "lines": len(self.divided_lines),
            "lines_without_sheet": lines_without,
            "sheets": sheets,
            "sheets_without_line": without,
            "faults": list(self.faults),
            "passed_over": list(self.passed_over),
            "doubts": list(self.doubts),
        }


@dataclass(frozen=True, slots=True)
class FiguresFile:
    """A file as it came: its bytes, its name, and what the city says of its kind."""

    data: bytes = field(repr=False)
    name: str
    file_kind: FileKind


def plan_figures(
    file: FiguresFile,
    edition: Edition,
    sheets: Sequence[Sheet],
    shares: LineShares,
    known: KnownImports = _NO_IMPORTS,
) -> FiguresPlan:
    """Read a file and compare it with the sheets; nothing is written.

    Args:
        file: The file of the financial system.
        edition: The form in the year that is taken in.
        sheets: The newest revisions of the sheets that count.
        shares: Which sheets each line belongs to.
        known: The files that were taken in before.

    Raises:
        WorkbookError: The bytes are no such file, or no row of it holds the headings that its kind names.

    """
    reading = read_budget_lines(file.data, file.name, file.file_kind, edition)
    lines = [_divided(line, shares) for line in reading.budget_lines]
    yen = _yen_by_sheet(lines)
    too_large = [fault for sheet in sheets for fault in _too_large(sheet, yen.get(sheet.id, {}))]
    filled = () if too_large else tuple(sheet for sheet in sheets if sheet.id in yen)
    planned = tuple(_with_figures(sheet, yen[sheet.id], file.file_kind) for sheet in filled)
    kind, read = file.file_kind, reading.budget_lines
    older = [*last_years_faults(read, known), *older_basis_faults(kind, yen, known)]
    return FiguresPlan(
        kind,
        tuple(lines),
        planned,
        tuple(sheet for sheet in sheets if sheet.id not in yen),
        (*_faults(reading), *too_large, *older),
        tuple(reading.passed_over),
        (*reading.doubts, *replaced_figures(kind, yen, known), *repeated_lines(read)),
    )


def _divided(line: BudgetLine, shares: LineShares) -> DividedLine:
    """Return a line with each sheet's yen, which add up to the line's."""
    listed = shares.of(line.budget_code)
    if not listed:
        return DividedLine(line, {}, shares.why_none(line.budget_code))
    fractions = [share.fraction for share in listed]
    yen_of_sheets: dict[str, dict[str, int]] = {share.sheet.id: {} for share in listed}
    for path, amount in line.yen.items():
        for share, part in zip(listed, shares_of(amount, fractions), strict=True):
            yen_of_sheets[share.sheet.id][path] = part
    return DividedLine(line, yen_of_sheets)


def _yen_by_sheet(lines: Sequence[DividedLine]) -> dict[str, Counter[str]]:
    yen: dict[str, Counter[str]] = defaultdict(Counter)
    for divided in lines:
        for key, by_path in divided.yen_of_sheets.items():
            for path, amount in by_path.items():
                yen[key][path] += amount
    return yen


def _with_figures(sheet: Sheet, yen: Mapping[str, int], kind: FileKind) -> SheetFigures:
    values = amounts_in_units(sheet.edition, yen, kind)
    figures = {path: Figure(yen[path], values[path]) for path in sheet if path in values}
    texts = {path: text for path, text in sheet.unreadable.items() if path not in values}
    filled = sheet.with_values(values, texts)
    return SheetFigures(filled, figures, changes_between(sheet, filled))


def amounts_in_units(edition: Edition, yen: Mapping[str, int], kind: FileKind) -> dict[str, int]:
    """Return amounts in the units of their fields, rounded as the kind of file says.

    With 調整 the parts of a computed total add up to the total of their yen, rounded once, where all parts have figures.
    """
    units = {path: yen_per_unit(edition, path) for path in yen}
    values = {path: in_unit(amount, units[path], kind.rounding) for path, amount in yen.items()}
    if kind.rounding == "調整":
        for rule in edition.formulas.values():
            if rule.check == "sum" and units.keys() >= set(rule.parts):
                parts = [yen[path] for path in rule.parts]
                fitted = parts_in_unit(parts, units[rule.parts[0]])
                values |= dict(zip(rule.parts, fitted, strict=True))
    return values


def _faults(reading: LinesReading) -> Iterator[str]:
    yield from reading.faults
    if not reading.budget_lines and not reading.faults:
        yield "予算の行が1行もありません"


def _too_large(sheet: Sheet, yen: Mapping[str, int]) -> Iterator[str]:
    """Yield the amounts that a field cannot hold."""
    for path, amount in yen.items():
        if abs(amount) > LARGEST_MONEY * yen_per_unit(sheet.edition, path):
            title = sheet.edition.by_path[path].title
            yield f"{sheet.key} {title}：金額が大きすぎます（{amount:,}円）"


__all__ = [
    "DividedLine",
    "FiguresFile",
    "FiguresPlan",
    "SheetFigures",
    "amounts_in_units",
    "plan_figures",
]

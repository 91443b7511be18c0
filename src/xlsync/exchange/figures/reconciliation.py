"""Figures of the financial system against the sheets, in yen: what has no sheet, what has no figure, and every difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlsync.exchange.figures.budget_codes import code_of_parts
from xlsync.exchange.figures.file_kinds import yen_per_unit

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store.figure_imports import FiguresImport


@dataclass(frozen=True, slots=True)
class Yen:
    """Amounts in yen that are compared.

    Attributes:
        budget: What the financial system says, of lines with and without a sheet.
        without_sheet: The part of it that no sheet has.
        rounded: What the sheets were given: the rest of it in the unit of their fields.
        stored_yen: What the sheets say now.

    """

    budget: int = 0
    without_sheet: int = 0
    rounded: int = 0
    stored_yen: int = 0

    @property
    def rounding(self) -> int:
        """What rounding added or took away (端数処理)."""
        return self.rounded - (self.budget - self.without_sheet)

    @property
    def difference(self) -> int:
        """What the sheets say now beyond what they were given."""
        return self.stored_yen - self.rounded

    def __add__(self, other: Yen) -> Yen:
        """Return the sum of both."""
        return Yen(
            self.budget + other.budget,
            self.without_sheet + other.without_sheet,
            self.rounded + other.rounded,
            self.stored_yen + other.stored_yen,
        )

    def to_document(self) -> dict[str, int]:
        """Return them as JSON."""
        return {
            "budget": self.budget,
            "without_sheet": self.without_sheet,
            "rounding": self.rounding,
            "rounded": self.rounded,
            "difference": self.difference,
            "stored": self.stored_yen,
        }


@dataclass(frozen=True, slots=True)
class CodeYen:
    """The amounts of a budget code: of a level (会計, 款, 項 …), with all codes below it."""

    level_label: str
    code: str
    amounts: Yen


@dataclass(frozen=True, slots=True)
class FieldYen:
    """The amounts of one field of a sheet."""

    path: str
    title: str
    amounts: Yen


@dataclass(frozen=True, slots=True)
class SheetYen:
    """The amounts of a sheet, and of each of its fields that has a figure."""

    sheet: Sheet
    by_field: tuple[FieldYen, ...] = ()

    @property
    def amounts(self) -> Yen:
        """The sum of its fields' amounts."""
        return sum((each.amounts for each in self.by_field), Yen())


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A file of the financial system compared with the sheets.

    Attributes:
        total_yen: All amounts.
        by_code: The amounts by budget code, each level before the ones below it.
        by_sheet: The amounts of each sheet that has figures.
        lines_without: The lines no sheet has a share of, as `FiguresImport` keeps them.
        sheets_without: The sheets that have no figures.

    """

    total_yen: Yen
    by_code: tuple[CodeYen, ...] = ()
    by_sheet: tuple[SheetYen, ...] = ()
    lines_without: tuple[Mapping[str, Any], ...] = ()
    sheets_without: tuple[Sheet, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing but rounding is between the budget and the sheets."""
        differing = any(sheet.amounts.difference for sheet in self.by_sheet)
        return not differing and not self.lines_without

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "total": self.total_yen.to_document(),
            "by_code": list(map(_document_of_code, self.by_code)),
            "by_sheet": list(map(_document_of_sheet, self.by_sheet)),
            "lines_without_sheet": list(map(dict, self.lines_without)),
            "sheets_without_line": [sheet.key for sheet in self.sheets_without],
        }


def reconciled(
    imported: FiguresImport, edition: Edition, sheets: Sequence[Sheet]
) -> Reconciliation:
    """Compare a file that was taken in with the sheets as they are now.

    Args:
        imported: What was kept of the file.
        edition: The form in the year that is taken in.
        sheets: The newest revisions of the sheets that count.

    """
    by_sheet = tuple(
        SheetYen(sheet, tuple(_yen_of_fields(imported, edition, sheet)))
        for sheet in sheets
        if sheet.id in imported.field_figures
    )
    known = {sheet.id for sheet in sheets}
    lines_without = tuple(_lines_without(imported, known))
    codes = _Codes(edition)
    for sheet in by_sheet:
        codes.add_sheet(sheet)
    for line in lines_without:
        codes.add_line(line)
    return Reconciliation(
        codes.total_yen,
        tuple(codes.rows()),
        by_sheet,
        lines_without,
        tuple(sheet for sheet in sheets if sheet.id not in imported.field_figures),
    )


def _lines_without(imported: FiguresImport, known: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the lines, or the parts of them, that belong to no sheet that counts."""
    keys = set(known)
    for line in imported.details["lines"]:
        if not line["sheets"]:
            yield line
        for key in line["sheets"].keys() - keys:
            reason = f"{key} は集計の対象ではありません"
            yield {**line, "yen": line["sheets"][key], "reason": reason}


def _yen_of_fields(imported: FiguresImport, edition: Edition, sheet: Sheet) -> Iterator[FieldYen]:
    for path, figure in imported.field_figures[sheet.id].items():
        if path in edition.by_path:
            unit = yen_per_unit(edition, path)
            value = sheet[path]
            stored = value * unit if isinstance(value, int) else 0
            amounts = Yen(figure.yen, 0, figure.value * unit, stored)
            yield FieldYen(path, edition.by_path[path].title, amounts)


@dataclass
class _Codes:
    """Adds amounts up by budget code, at each of its levels."""

    edition: Edition
    total_yen: Yen = Yen()
    amounts: dict[tuple[str, ...], Yen] = field(default_factory=dict)
    code_texts: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def paths(self) -> Sequence[str]:
        identity = self.edition.definition.identity
        return identity.program or identity.key

    def add_sheet(self, sheet: SheetYen) -> None:
        texts = [str(sheet.sheet[path]) for path in self.paths]
        self._add(code_of_parts(texts).parts, texts, sheet.amounts)

    def add_line(self, line: Mapping[str, Any]) -> None:
        yen = sum(line["yen"].values())
        self._add(line["parts"], line["parts"], Yen(yen, yen))

    def _add(self, parts: Sequence[str], texts: Sequence[str], yen: Yen) -> None:
        self.total_yen += yen
        for level in range(1, min(len(parts), len(self.paths)) + 1):
            code = tuple(parts[:level])
            self.amounts[code] = self.amounts.get(code, Yen()) + yen
            self.code_texts.setdefault(code, "-".join(texts[:level]))

    def rows(self) -> Iterator[CodeYen]:
        for code in sorted(self.amounts, key=_order):
            label = self.edition.by_path[self.paths[len(code) - 1]].label
            yield CodeYen(label, self.code_texts[code], self.amounts[code])


def _order(code: Sequence[str]) -> list[tuple[int, str]]:
    """Sort numbers as numbers: 2 before 10."""
    return [(int(part) if part.isdecimal() else 0, part) for part in code]


def _document_of_code(code: CodeYen) -> dict[str, Any]:
    return {"level": code.level_label, "code": code.code, **code.amounts.to_document()}


def _document_of_sheet(sheet: SheetYen) -> dict[str, Any]:
    fields = {each.path: each.amounts.to_document() for each in sheet.by_field}
    named = {"key": sheet.sheet.key, "title": sheet.sheet.title}
    return {**named, **sheet.amounts.to_document(), "fields": fields}


__all__ = ["CodeYen", "FieldYen", "Reconciliation", "SheetYen", "Yen", "reconciled"]

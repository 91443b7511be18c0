"""The form's cells → values: each by its kind, computed ones computed again, what cannot be read kept and named."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.computed import ALONE, NOT_DUE, PROGRAM_TOTAL, Share, results
from xlsync.expressions.table_columns import ROWS
from xlsync.finding import Finding, finding
from xlsync.kinds import Value, as_typed
from xlsync.ooxml.read.reader import Cell, CellError
from xlsync.ooxml.titled_references import reference_to, seen_from
from xlsync.workbook.checks.check_layout import HelperAddresses
from xlsync.workbook.reading.cell_content import as_number_shown, as_shown, is_picture
from xlsync.workbook.reading.cell_reading import FieldReading, not_read, read_displayed
from xlsync.workbook.reading.conditional_display import Display
from xlsync.workbook.reading.table_reading import column_ranges

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition, Field
    from xlsync.form.tables import Table
    from xlsync.ooxml.read.cell_formatting import CellFormatting
    from xlsync.workbook.reading.sheet_content import SheetContent
    from xlsync.workbook.reading.shown_number import ShownNumber
    from xlsync.workbook.reading.table_reading import TableCells

_OWN_FORMULA = re.compile(
    r"=?IF\(COUNT\([A-Z$0-9,;:]+\)(?:=\d+|>0),(?:SUM\([A-Z$0-9,;:]+\)|[A-Z$0-9]+\+\(?(?P<others>-?\d+)\)?),"
    rf'(?:""|(?P<issued>-?\d+)|IF\(COUNTA\([A-Z$0-9,;:]+\)=0,"{NOT_DUE}",""\))\)'
)

_NUMBER_AS_TEXT: Final = "number-as-text"
"""Code of the finding on a total of the page that leaves out a number, because it stands as text in its cell."""
_BLANK: Final = "空欄"
_REPORTED: Final = frozenset({"misplaced", "absent"})
"""States of which a finding tells already: where the name was found to be, or that the worksheet is gone."""
_NO_STATES: Mapping[str, str] = MappingProxyType({})
_NO_TABLES: Mapping[str, TableCells] = MappingProxyType({})


@dataclass
class Page:
    """What was read of one sheet: values, unreadable texts and findings; `live` holds the shares of own formulas."""

    edition: Edition
    values: dict[str, Value] = dataclasses.field(default_factory=dict)
    unreadable: dict[str, str] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    live: dict[str, Share] = dataclasses.field(default_factory=dict)

    def remark(self, code: str, field: Field, **facts: str) -> None:
        """Add a finding on a field."""
        self.findings.append(finding(code, field.path, None, field=field.title, **facts))


def read_fields(
    edition: Edition,
    content: SheetContent,
    addresses: Mapping[str, str],
    states: Mapping[str, str] = _NO_STATES,
    tables: Mapping[str, TableCells] = _NO_TABLES,
) -> Page:
    """Read the fields and the rows of a sheet.

    `addresses` says where each field lies, `states` why one has no address, `tables` where the rows of each table are.
    """
    reached = {**addresses, **column_ranges(tables, content.here)}
    page = Page(edition, live=_own_shares(edition, content, reached))
    summed = {part for path in page.live for part in edition.formulas[path].parts}
    reported = {path for path, state in states.items() if state in _REPORTED}
    for field in edition.fields:
        if field.path not in reported:
            _read_field(page, field, content, addresses, states, summed)
    for table in edition.tables:
        _read_rows(page, table, content, tables.get(table.path), summed, reported)
    page.values.update(results(edition, page.live, page.values))
    for path in page.live:
        _remark_hidden_total(page, edition.by_path[path], content.display(addresses[path]))
    return page


def _read_field(  # noqa: PLR0913, PLR0917 - where a field is, and what is known of its cell
    page: Page,
    field: Field,
    content: SheetContent,
    addresses: Mapping[str, str],
    states: Mapping[str, str],
    summed: Collection[str],
) -> None:
    """Read a field, unless its own formula computes it; say why it has no address."""
    if field.path not in addresses:
        is_ambiguous = states.get(field.path) == "ambiguous"
        page.remark("ambiguous-cell" if is_ambiguous else "lost-cell", field)
    elif field.path not in page.live:
        _read(page, field, content, addresses[field.path], is_summed=field.path in summed)


def _read_rows(  # noqa: PLR0913, PLR0917 - where a table is, and what is known of its cells
    page: Page,
    table: Table,
    content: SheetContent,
    lies: TableCells | None,
    summed: Collection[str],
    reported: Collection[str],
) -> None:
    """Read the rows of a table, each cell as its column says."""
    if lies is None:
        if table.path not in reported:
            page.remark("lost-table", table.whole)
        return
    page.values[table.path] = tuple(lies.numbers) or None
    for row_id in lies.numbers:
        for column, path in zip(table.column_fields, table.cell_paths(row_id), strict=True):
            field = page.edition.by_path[path]
            address = lies.address(row_id, str(column.steps[-1]))
            address = reference_to(lies.worksheet, address, content.here)
            _read(page, field, content, address, is_summed=column.path in summed)


def _own_shares(
    edition: Edition, content: SheetContent, addresses: Mapping[str, str]
) -> dict[str, Share]:
    """Return the share of each computed field whose cell still has the form's own formula."""
    shares = {}
    for path in edition.formulas:
        cell = content.cell(addresses[path]) if path in addresses else None
        formula = "" if cell is None else (cell.formula or "")
        if not formula:
            continue
        _, known = seen_from(addresses, addresses[path], content.here)
        if _is_own_expression(edition, path, formula, known):
            shares[path] = ALONE
            continue
        own = _OWN_FORMULA.fullmatch(content.without_titles(formula).replace(" ", ""))
        if own is not None:
            issued = int(own["issued"]) if own["issued"] else None
            shares[path] = Share(int(own["others"] or 0), issued)
    return shares


def _is_own_expression(
    edition: Edition, path: str, formula: str, addresses: Mapping[str, str]
) -> bool:
    """Whether a formula is that of a field that an expression computes, however a program spells it."""
    rule = edition.formulas[path]
    if rule.expression is None:
        return False
    known = {part: addresses.get(part, "A1") for part in edition.typed_parts(path)}
    written = formula_text(edition, rule, known)
    return _plain_formula(formula) == _plain_formula(written)


def _plain_formula(formula: str) -> str:
    """Return a formula without what programs add or take away: quotes and dollars of references, spaces, other workbooks."""
    bare = re.sub(r"\[[0-9]+\]|['$ ]", "", formula)
    return re.sub(r"(TRUE|FALSE)\(\)", r"\1", bare).casefold()


def _read(
    page: Page, field: Field, content: SheetContent, address: str, *, is_summed: bool
) -> None:
    cell = content.cell(address)
    page.values[field.path] = None
    if cell is None or (cell.value is None and cell.formula is None):
        return
    read = _unusable(cell, content)
    if read is None:
        read = read_displayed(
            field, cell, content.formatting(address), content.display(address), is_summed=is_summed
        )
    page.values[field.path] = read.value
    if read.unreadable_text is not None:
        page.unreadable[field.path] = read.unreadable_text
    for code, facts in read.remarks:
        page.remark(code, field, **facts)
    _remark_text(page, field, cell)
    if read.unreadable_text is None and not isinstance(cell.value, CellError):
        _remark_formula(page, field, cell, content.number_format(address))


def _remark_text(page: Page, field: Field, cell: Cell) -> None:
    """Say of a total of the page that it leaves out a number, because that stands as text in its cell."""
    is_number = isinstance(page.values[field.path], int | Decimal)
    total = page.edition.totals.get(
        field.origin if field.steps[0] in page.edition.table_of else field.path
    )
    if is_number and isinstance(cell.value, str) and total is not None:
        part = {"part": field.title, "part_path": field.path}
        page.remark(_NUMBER_AS_TEXT, page.edition.by_path[total], **part)


def number_texts(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the paths of the fields whose number a total leaves out, because it stands as text in its cell."""
    return frozenset(
        finding.facts["part_path"] for finding in findings if finding.code == _NUMBER_AS_TEXT
    )


def _unusable(cell: Cell, content: SheetContent) -> FieldReading | None:
    """Return what is said of a cell whose value is none: an error, a formula without a result or with an old one."""
    if isinstance(cell.value, CellError):
        return not_read("cell-error", str(cell.value))
    if cell.formula is None or is_picture(cell.value, cell.formula):
        return None
    if cell.value is None:
        return not_read("formula-without-result", cell.formula)
    if content.has_stale_results:
        return not_read("stale-result", cell.formula, shown=as_typed(cell.value))
    return None


def _remark_formula(page: Page, field: Field, cell: Cell, number_format: str) -> None:
    """Say that a formula of somebody's own gave the value, or that a value stands where our formula should."""
    if is_picture(cell.value, cell.formula):
        return
    shown = as_shown(cell.value, number_format)
    if cell.formula is not None:
        page.remark("formula", field, shown=shown)
    elif field.filled_by == "computed":
        page.remark("formula-replaced", field, shown=shown)


def _remark_hidden_total(page: Page, field: Field, display: Display) -> None:
    """Say that the format of a computed field, or a line through it, shows another amount than its formula gives."""
    result = page.values[field.path]
    if not isinstance(result, int):
        return
    certain = _shown_instead(result, field, display.certain)
    words = field.words(result)
    if certain is not None:
        page.remark("total-not-shown", field, shown=certain, sum=words)
    elif not display.is_followed or _shown_instead(result, field, display.possible) is not None:
        page.remark("conditional-format-unknown", field, shown=words)


def _shown_instead(result: int, field: Field, formatting: CellFormatting) -> str | None:
    """Return what a format shows instead of an amount, in words; None where it shows the amount."""
    if formatting.is_struck:
        return "取り消し線"
    shown = as_number_shown(result, formatting.number_format)
    if shown is None or _shows(shown, result, field):
        return None
    return shown.text or _BLANK


def _shows(shown: ShownNumber, result: int, field: Field) -> bool:
    """Whether people read an amount rightly as it is shown; zero may be a dash or nothing."""
    if not shown.digits:
        return result == 0
    has_own_unit = shown.literal in {"", field.unit}
    return has_own_unit and shown.power_of_ten == 0 and not shown.is_altered


def formula_text(
    edition: Edition, rule: BoundRule, addresses: Mapping[str, str], share: Share = ALONE
) -> str:
    """Return the Excel formula of a computed field, without "=": it is blank until every part, or some, is a number.

    `addresses` are as a formula in its cell writes them. The share stands in the formula itself, so that a worksheet copied
    elsewhere keeps it. Where the field is not due, it shows "－" until something is typed.
    """
    if rule.expression is not None and rule.computed_result is not None:
        helpers = HelperAddresses(edition)

        def cells(path: str, column: str) -> str:
            return addresses[path] if column == ROWS else helpers.on_page(path, column)

        divisor = edition.by_path[rule.path].kind.cell_divisor
        otherwise = _while_unknown(edition, rule, addresses)
        return rule.expression.computed_formula(cells, rule.computed_result, otherwise, divisor)
    parts = [addresses[part] for part in rule.parts]
    listed = ",".join(parts)
    result = f"{parts[0]}+{share.other_total}" if rule.check == PROGRAM_TOTAL else f"SUM({listed})"
    issued = share.issued_total
    otherwise = _while_unknown(edition, rule, addresses) if issued is None else str(issued)
    enough = ">0" if rule.skips_blanks else f"={len(parts)}"
    return f"IF(COUNT({listed}){enough},{result},{otherwise})"


def _while_unknown(edition: Edition, rule: BoundRule, addresses: Mapping[str, str]) -> str:
    """Return the formula of what a computed cell shows without a number: "－" where it is not due and nothing is typed."""
    if rule.path not in edition.not_due:
        return '""'
    typed = ",".join(addresses[part] for part in edition.typed_parts(rule.path))
    return f'IF(COUNTA({typed})=0,"{NOT_DUE}","")'

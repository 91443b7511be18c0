"""The checks, one after another over one sheet: pure, and all findings at once.

A cell that could not be read has that one finding; every other check is silent about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.checks.context import Context
from xlsync.checks.relations import relation_findings
from xlsync.computed import compute
from xlsync.finding import Finding, finding
from xlsync.kinds import DASH, Choice, Measure, Unreadable

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.sheet import Sheet

CELL_LIMIT: Final = 32_767
"""Characters a cell of Excel can hold, counted in UTF-16 units."""


def check(sheet: Sheet, context: Context | None = None) -> list[Finding]:
    """Give every finding on the sheet, in page order, cell by cell first and then between cells."""
    known = context or Context()
    return [found for one in CHECKS for found in one(sheet, known)]


def check_cells(sheet: Sheet, _context: Context) -> Iterator[Finding]:
    """Unreadable, required, dash, choice, decimals, sign and length of each field."""
    for field in sheet.edition.fields:
        value = sheet.values[field.path]
        if field.path in sheet.unreadable:
            yield _unreadable(sheet, field)
        elif value is None:
            yield from _required(sheet, field)
        elif value == DASH:
            yield from _dash(sheet, field)
        else:
            if isinstance(field.kind, Choice):
                yield from _choice(sheet, field)
            yield from _length(sheet, field) if isinstance(value, str) else _number(sheet, field)


def _unreadable(sheet: Sheet, field: Field) -> Finding:
    typed = sheet.unreadable[field.path]
    read = field.kind.parse(typed)
    reason = read.reason if isinstance(read, Unreadable) else "エラー値または計算式です"
    return finding(
        "unreadable",
        field.path,
        field=field.title,
        typed=typed,
        reason=reason,
        expected=field.expected,
    )


def _required(sheet: Sheet, field: Field) -> Iterator[Finding]:
    if sheet[field.path] is not None:
        return
    rule = sheet.edition.formulas.get(field.path)
    if rule is not None and compute(rule, sheet.values) is None:
        return  # a computed cell is blank because one of its parts is, and that part has the finding
    if field.required is True:
        dash = "（該当がないときは「-」）" if field.dash_allowed else ""
        yield finding("required", field.path, field=field.title, dash=dash)
    elif isinstance(field.required, str) and sheet[field.required] not in (None, DASH):
        other = sheet.edition.by_path[field.required].title
        yield finding("required-with", field.path, field=field.title, other=other)


def _dash(sheet: Sheet, field: Field) -> Iterator[Finding]:
    if sheet[field.path] == DASH and not field.dash_allowed:
        yield finding("dash-refused", field.path, field=field.title, expected=field.expected)


def _choice(sheet: Sheet, field: Field) -> Iterator[Finding]:
    value = sheet[field.path]
    if (
        not isinstance(field.kind, Choice)
        or value is None
        or value == DASH
        or field.kind.offers(value)
    ):
        return
    code = "not-in-closed-list" if field.list_closed else "not-in-list"
    choices = "、".join(field.kind.items)
    yield finding(code, field.path, field=field.title, shown=str(value), choices=choices)


def _number(sheet: Sheet, field: Field) -> Iterator[Finding]:
    value = sheet[field.path]
    if isinstance(value, int | Decimal) and value < 0 and isinstance(field.kind, Measure):
        yield finding("negative", field.path, field=field.title, shown=str(value))
    if isinstance(field.kind, Measure) and isinstance(value, Decimal):
        places = Decimal(1).scaleb(-field.kind.decimals)
        if value != value.quantize(places):
            decimals = str(field.kind.decimals)
            yield finding(
                "too-many-decimals",
                field.path,
                field=field.title,
                shown=str(value),
                decimals=decimals,
            )


def _length(sheet: Sheet, field: Field) -> Iterator[Finding]:
    value = sheet[field.path]
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(value, str) else 0
    if length > CELL_LIMIT:
        yield finding("too-long", field.path, field=field.title, length=f"{length:,}")


CHECKS: Final[tuple[Callable[[Sheet, Context], Iterator[Finding]], ...]] = (
    check_cells,
    relation_findings,
)

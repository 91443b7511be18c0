"""Whether 部・課・係 are the city's: a typing error must not make a new department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding

if TYPE_CHECKING:
    from xlsync.checks.context import Context
    from xlsync.sheet import Sheet


def unit_names(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Compare the sheet's unit with the city's own list, where there is one; a blank 部 or 課 has its own finding."""
    known = context.organization
    if known is None or not sheet.department or not sheet.division:
        return
    match = known.match(sheet.department, sheet.division, sheet.section)
    typed = "　".join(filter(None, (sheet.department, sheet.division, sheet.section)))
    path = sheet.edition.definition.identity.department
    if match.degree == "unknown":
        yield finding("unit-unknown", path, shown=typed)
    elif match.degree == "near" and match.meant is not None:
        yield finding("unit-near", path, shown=typed, meant="　".join(filter(None, match.meant)))

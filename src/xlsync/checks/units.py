"""Whether the units a sheet names are the city's: a typing error must not make a new department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding

if TYPE_CHECKING:
    from xlsync.checks.context import Context
    from xlsync.sheet import Sheet


def unit_names(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Compare the sheet's unit with the city's own list, where there is one; a blank upper level has its own finding."""
    known, levels = context.organization, sheet.edition.definition.identity.organization
    units = sheet.units
    if known is None or not units or not all(units[: max(1, len(units) - 1)]):
        return
    match = known.match(*units)
    typed = "　".join(filter(None, units))
    path = levels[0].field
    following = known.lines_of_former(units) if match.degree == "unknown" else []
    if following:
        meant = "、".join("　".join(filter(None, line.successor)) for line in following)
        yield finding(
            "unit-ended", path, shown=typed, meant=meant, day=str(following[0].change_day)
        )
    elif match.degree == "unknown":
        yield finding("unit-unknown", path, shown=typed)
    elif match.degree == "near" and match.meant is not None:
        yield finding("unit-near", path, shown=typed, meant="　".join(filter(None, match.meant)))

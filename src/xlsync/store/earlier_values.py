"""Values that a sheet takes from its earlier revisions: of fields that the version of the newest one did not have.

Where a form is put into use that was in use before, revisions made in between lack the fields that only it has. Each of these
fields says what it said last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.computed import ALONE, Share, results, share_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from xlsync.sheet import Sheet


def with_earlier_values(
    sheet: Sheet, written: Sheet, heirs: Mapping[str, str], earlier: Mapping[str, Sheet]
) -> Sheet:
    """Return a sheet with the values that earlier ones have in some of its fields, and its totals of them computed again.

    Args:
        sheet: The sheet in the fields of the form in use.
        written: The same in the fields that it was written in.
        heirs: The field of `sheet` that has the value of each field of `written`, by the path there.
        earlier: The earlier sheet, in the fields of the form in use, that each of the fields takes its value from.

    """
    texts: dict[str, str] = {}
    for path, before in earlier.items():
        if path in before.unreadable:
            texts[path] = before.unreadable[path]
    values = {path: before[path] for path, before in earlier.items()}
    shares = _shares_of_totals(sheet, written, heirs, earlier)
    totals = results(sheet.edition, shares, {**sheet, **values})
    return sheet.with_values({**values, **totals}, texts)


def _shares_of_totals(
    sheet: Sheet, written: Sheet, heirs: Mapping[str, str], paths: Container[str]
) -> dict[str, Share]:
    """Return the totals of some fields, each with its share; those that were typed when they were written are left out."""
    formers = {now: then for then, now in heirs.items()}
    shares: dict[str, Share] = {}
    for total in sheet.edition.formulas:
        if any(part in paths for part in sheet.edition.typed_parts(total)):
            share = _share_of_total(written, formers.get(total))
            shares |= {} if share is None else {total: share}
    return shares


def _share_of_total(written: Sheet, former: str | None) -> Share | None:
    """Return the share of a total that had this path when it was written, None where it was typed."""
    if former is None:
        return ALONE
    rule = written.edition.formulas.get(former)
    return None if rule is None else share_of(rule, written)


__all__ = ["with_earlier_values"]

"""Values that a sheet takes from its earlier revisions: of fields that the version of the newest one did not have.

Where a form is put into use that was in use before, revisions made in between lack the fields that only it has. Each of these
fields says what it said last. What workbooks of that form said there meanwhile counts where they all say the same: else
nobody can tell which is right, and the history has all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from xlsync.computed import ALONE, Share, results, share_of
from xlsync.kinds import Unreadable

if TYPE_CHECKING:
    from collections.abc import Container

    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.store.revision import Revision


class EarlierValue(NamedTuple):
    """What a field said: its value, or the text that cannot be read there."""

    value: Value
    typed: str | None = None


def earlier_values(
    edition: Edition,
    fields: Mapping[str, str],
    revisions: Iterable[tuple[Revision, AbstractSet[str]]],
) -> dict[str, EarlierValue]:
    """Return what some fields said last, by path; those that no revision had are left out.

    Args:
        edition: The version that the fields are of.
        fields: The fields by each path they have had.
        revisions: Revisions in the fields of this version, newest first, each with the paths that its own version had.

    """
    wanted = set(fields.values())
    values: dict[str, EarlierValue] = {}
    unplaced: defaultdict[str, set[str]] = defaultdict(set)
    for revision, present in revisions:
        for path, text in _unplaced(revision, fields):
            if path in wanted:
                unplaced[path].add(text)
        paths = wanted & present
        values |= {path: _value_at(revision.sheet, path) for path in paths}
        wanted -= paths
        if not wanted:
            break
    return values | _agreed(edition, unplaced)


def _unplaced(revision: Revision, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a revision's workbook says in fields that its version did not have."""
    for document in revision.draft.unplaced:
        if document["path"] in fields:
            yield fields[document["path"]], document["value"]


def _value_at(sheet: Sheet, path: str) -> EarlierValue:
    return EarlierValue(sheet[path], sheet.unreadable.get(path))


def _agreed(edition: Edition, texts: Mapping[str, AbstractSet[str]]) -> dict[str, EarlierValue]:
    """Return what was typed into each field, where that was one and the same text."""
    values = {}
    for path, typed in texts.items():
        if len(typed) == 1:
            read = edition.by_path[path].kind.parse(*typed)
            if isinstance(read, Unreadable):
                values[path] = EarlierValue(None, read.typed)
            else:
                values[path] = EarlierValue(read.value)
    return values


def with_earlier_values(
    sheet: Sheet, written: Sheet, heirs: Mapping[str, str], earlier: Mapping[str, EarlierValue]
) -> Sheet:
    """Return a sheet with what some of its fields said earlier, and its totals of them computed again.

    Args:
        sheet: The sheet in the fields of the form in use.
        written: The same in the fields that it was written in.
        heirs: The field of `sheet` that has the value of each field of `written`, by the path there.
        earlier: What the fields said.

    """
    values = {path: before.value for path, before in earlier.items()}
    texts = {path: before.typed for path, before in earlier.items() if before.typed is not None}
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


__all__ = ["EarlierValue", "earlier_values", "with_earlier_values"]

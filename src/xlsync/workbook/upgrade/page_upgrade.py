"""A workbook with a page of a former version → the same workbook with the page, checks and lists of another version.

The pages come from a workbook filled in as for a new one. All else stays: further worksheets, pictures, comments, notes beside
the fields, document properties, macros. Where both versions draw the same page, it stays as it is, but for its lists and
conditional formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import merge_styles
from xlsync.ooxml.read.reader import Workbook
from xlsync.workbook.stamp_writing import put_stamp
from xlsync.workbook.upgrade.form_worksheets import (
    FormWorksheets,
    list_displaced,
    replace_names,
    titles_in,
)
from xlsync.workbook.upgrade.own_additions import Displaced, foreign_references, own_additions

if TYPE_CHECKING:
    from xlsync.workbook.reading.page_layout import PagePlan
    from xlsync.workbook.stamp import Stamp
    from xlsync.workbook.upgrade.template_changes import TemplateChanges


@dataclass(frozen=True)
class OldPage:
    """A page of a former version.

    Attributes:
        worksheet: Its title in the workbook.
        plan: The plan of the version it was drawn by.
        addresses: The address of each field of that version on it, by path.
        carried: The path of each of these fields in the new version, by old path; fields that are gone are left out.
        dropped_values: What fields that are gone say, for the person to see.

    """

    worksheet: str
    plan: PagePlan
    addresses: Mapping[str, str]
    carried: Mapping[str, str]
    dropped_values: Sequence[Displaced] = ()


@dataclass(frozen=True)
class NewPage:
    """The page it is to have: a workbook filled in by the new version, its plan, each field's address, and its stamp."""

    filled: bytes
    plan: PagePlan
    addresses: Mapping[str, str]
    stamp: Stamp


def upgrade_page(data: bytes, old: OldPage, new: NewPage) -> tuple[bytes, tuple[Displaced, ...]]:
    """Return a workbook with the only form's page in it replaced, and what of the old page found no place.

    What found no place is listed on a worksheet of its own behind the others.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    edit, source = PackageEdit(data), Package.open(new.filled)
    before, drawn = Workbook(edit.package), Workbook(source)
    titles = titles_in(before, drawn, old.worksheet, new.plan.edition.worksheet)
    moved = _moved(old, new)
    additions = own_additions(before, old.worksheet, old.addresses, old.plan, new.plan)
    changed = [at for at, now in moved.items() if at != now]
    worksheets = FormWorksheets(edit, source, titles, merge_styles(edit, source))
    displaced = (
        *old.dropped_values,
        *additions.displaced,
        *worksheets.replace_page(new.plan.edition.worksheet, additions.kept, moved),
        *foreign_references(before, old.worksheet, set(titles.values()), changed),
    )
    worksheets.replace_others(drawn, new.plan.edition.worksheet)
    displaced += tuple(replace_names(edit, set(old.plan.edition.by_cell_name), drawn, titles))
    put_stamp(edit, old.worksheet, new.stamp)
    if displaced:
        list_displaced(edit, before, new.stamp.version, displaced)
    return edit.finished(), displaced


def upgrade_rules(
    data: bytes, old: OldPage, new: NewPage, changes: TemplateChanges
) -> tuple[bytes, tuple[Displaced, ...]]:
    """Return a workbook whose page both versions draw alike with the lists, formats and checks of the new version.

    Every cell of the page, and everything else that somebody typed, formatted or added, stays as it is. Returned are also
    names that had to give way to one of the form's.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    edit, source = PackageEdit(data), Package.open(new.filled)
    before, drawn = Workbook(edit.package), Workbook(source)
    page = new.plan.edition.worksheet
    titles = titles_in(before, drawn, old.worksheet, page)
    worksheets = FormWorksheets(edit, source, titles, merge_styles(edit, source))
    if changes.are_page_rules_changed:
        worksheets.replace_rules(page)
    worksheets.replace_others(drawn, page, changes.same_worksheets)
    displaced = tuple(replace_names(edit, set(old.plan.edition.by_cell_name), drawn, titles))
    put_stamp(edit, old.worksheet, new.stamp)
    if displaced:
        list_displaced(edit, before, new.stamp.version, displaced)
    return edit.finished(), displaced


def _moved(old: OldPage, new: NewPage) -> dict[str, str | None]:
    """Return where the cell of each field of the old page goes; None where its field is gone."""
    carried = {path: new.addresses.get(now) for path, now in old.carried.items()}
    return {address: carried.get(path) for path, address in old.addresses.items()}


__all__ = ["NewPage", "OldPage", "upgrade_page", "upgrade_rules"]

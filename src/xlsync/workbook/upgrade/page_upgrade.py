"""A workbook with a page of a former version → the same workbook with the page, checks and lists of another version.

The worksheets come from the template and are filled in then, as for a new workbook. All else stays: further worksheets,
pictures, comments, notes beside the fields, document properties, macros. Where both versions draw the same page, it stays as
it is, but for its lists and conditional formats.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import merge_styles
from xlsync.ooxml.read.reader import Workbook
from xlsync.ooxml.xml.encoding import decoded
from xlsync.workbook.stamp_carriers import document_stamp
from xlsync.workbook.stamp_writing import put_document_stamp, put_worksheet_stamp
from xlsync.workbook.template.fill import put_values
from xlsync.workbook.template.row_fill import put_rows
from xlsync.workbook.upgrade.form_worksheets import (
    FormerPage,
    FormWorksheets,
    ReplacedOthers,
    list_displaced,
    replace_names,
    titles_in,
)
from xlsync.workbook.upgrade.own_additions import Displaced, foreign_references, own_additions
from xlsync.workbook.upgrade.own_rules import FormRules, rules_of_form

if TYPE_CHECKING:
    from xlsync.sheet import Sheet
    from xlsync.workbook.reading.page_layout import PagePlan
    from xlsync.workbook.stamp import Stamp
    from xlsync.workbook.template.template import Template
    from xlsync.workbook.upgrade.template_changes import TemplateChanges


@dataclass(frozen=True)
class OldPage:
    """A page of a former version.

    Attributes:
        worksheet: Its title in the workbook.
        template: The template of the version it was drawn by.
        plan: The plan of the version it was drawn by.
        addresses: The address of each field of that version on it, by path.
        carried: The path of each of these fields in the new version, by old path; fields that are gone are left out.
        dropped_values: What fields that are gone say, for the person to see.

    """

    worksheet: str
    template: Template
    plan: PagePlan
    addresses: Mapping[str, str]
    carried: Mapping[str, str]
    dropped_values: Sequence[Displaced] = ()


@dataclass(frozen=True, slots=True)
class PageRole:
    """Whether a page is its workbook's only one, and whether the checks there speak of it."""

    is_only_page: bool = True
    is_checked: bool = True


@dataclass(frozen=True)
class NewPage:
    """The page it is to have: the template of the new version, its plan, the page's stamp and its role in the workbook."""

    template: Template
    plan: PagePlan
    stamp: Stamp
    page_role: PageRole


@dataclass(frozen=True)
class UpgradedPage:
    """A workbook with a page of the new version.

    Attributes:
        data: Its bytes.
        displaced: What of the old page found no place, as listed in it.
        blank_worksheets: The form's other worksheets that are as the template has them, their results still to be written.

    """

    data: bytes
    displaced: tuple[Displaced, ...]
    blank_worksheets: frozenset[str]


def upgrade_page(data: bytes, old: OldPage, new: NewPage, sheet: Sheet) -> UpgradedPage:
    """Return a workbook with a page of the form replaced by one of the new version that says what `sheet` says.

    The worksheets of the checks, and the lists, are replaced along with the page that the checks speak of. What found no
    place is listed on a worksheet of its own behind the others.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    edit, source, drawn = PackageEdit(data), *_drawn(new.template.data)
    before, page = Workbook(edit.package), new.plan.edition.worksheet
    titles = titles_in(before, drawn, old.worksheet, page)
    moved = _moved(old, new)
    additions = own_additions(before, old.worksheet, old.addresses, old.plan, new.plan)
    changed = [at for at, now in moved.items() if at != now]
    worksheets = FormWorksheets(edit, source, titles, merge_styles(edit, source))
    displaced = (
        *old.dropped_values,
        *additions.displaced,
        *worksheets.replace_page(page, additions.kept, moved, _former_page(old, new, moved)),
        *foreign_references(before, old.worksheet, set(titles.values()), changed),
    )
    put_values(edit, old.worksheet, new.template, sheet)
    upgraded = _finished(worksheets, old, new, displaced)
    return replace(upgraded, data=_with_rows(upgraded.data, old.worksheet, new.template, sheet))


def _with_rows(data: bytes, worksheet: str, template: Template, sheet: Sheet) -> bytes:
    """Return a workbook with the rows of a sheet in the tables of its new page."""
    edit = PackageEdit(data)
    put_rows(edit, worksheet, template, sheet)
    return edit.finished()


def upgrade_rules(
    data: bytes, old: OldPage, new: NewPage, changes: TemplateChanges
) -> UpgradedPage:
    """Return a workbook whose page both versions draw alike with the lists, formats and checks of the new version.

    Every cell of the page, and everything else that somebody typed, formatted or added, stays as it is. What is displaced are
    names that had to give way to one of the form's.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    edit, source, drawn = PackageEdit(data), *_drawn(new.template.data)
    page = new.plan.edition.worksheet
    titles = titles_in(Workbook(edit.package), drawn, old.worksheet, page)
    worksheets = FormWorksheets(edit, source, titles, merge_styles(edit, source))
    if changes.are_page_rules_changed:
        worksheets.replace_rules(page, _form_rules(old))
    return _finished(worksheets, old, new, (), changes.same_worksheets)


def _finished(
    worksheets: FormWorksheets,
    old: OldPage,
    new: NewPage,
    displaced: tuple[Displaced, ...],
    same_worksheets: Collection[str] = (),
) -> UpgradedPage:
    """Replace the form's other worksheets, put its names and the stamp, list what found no place; return the workbook."""
    edit, (_, drawn), (_, former) = (
        worksheets.edit,
        _drawn(new.template.data),
        _drawn(old.template.data),
    )
    before, others = Workbook(edit.package), ReplacedOthers()
    if new.page_role.is_checked:
        page = new.plan.edition.worksheet
        others = worksheets.replace_others(drawn, former, page, same_worksheets)
    if not new.page_role.is_checked:
        worksheets.remove_colours(new.plan.edition.worksheet)
    names = {*old.plan.edition.by_cell_name, *old.template.column_ranges}
    only = None if new.page_role.is_checked else old.worksheet
    displaced += tuple(replace_names(edit, names, drawn, worksheets.titles, only))
    put_worksheet_stamp(edit, old.worksheet, new.stamp)
    if new.page_role.is_only_page or _is_of_document(before, new.stamp):
        put_document_stamp(edit, new.stamp)
    if not new.page_role.is_only_page:
        displaced = tuple(entry.on_page(old.worksheet) for entry in displaced)
    displaced += others.displaced
    if displaced:
        list_displaced(edit, before, new.stamp.version, displaced)
    return UpgradedPage(edit.finished(), displaced, others.titles)


def _is_of_document(workbook: Workbook, stamp: Stamp) -> bool:
    """Whether the document's stamp is that of the page."""
    document = document_stamp(workbook)
    return document is not None and (document.key, document.copy) == (stamp.key, stamp.copy)


@lru_cache(maxsize=4)
def _drawn(template: bytes) -> tuple[Package, Workbook]:
    """Return a template as a package and as a workbook, read once for all the workbooks that it replaces pages in."""
    package = Package.open(template)
    return package, Workbook(package)


def _former_page(old: OldPage, new: NewPage, moved: Mapping[str, str | None]) -> FormerPage:
    gone = {address for address, now in moved.items() if address != now}
    added = set(new.template.addresses.values()) - set(old.addresses.values())
    return FormerPage(_form_rules(old), frozenset(map(split_reference, gone | added)))


def _form_rules(old: OldPage) -> FormRules:
    """Return the rules of the page as its own version draws it; its fields may have been moved by somebody since."""
    package, _ = _drawn(old.template.data)
    entry = read_workbook_part(package).worksheet(old.plan.edition.worksheet)
    page = "" if entry is None else decoded(package.part(entry.part))
    return rules_of_form(page, tuple(map(split_reference, old.addresses.values())))


def _moved(old: OldPage, new: NewPage) -> dict[str, str | None]:
    """Return where the cell of each field of the old page goes; None where its field is gone."""
    carried = {path: new.template.addresses.get(now) for path, now in old.carried.items()}
    return {address: carried.get(path) for path, address in old.addresses.items()}


__all__ = ["NewPage", "OldPage", "PageRole", "UpgradedPage", "upgrade_page", "upgrade_rules"]

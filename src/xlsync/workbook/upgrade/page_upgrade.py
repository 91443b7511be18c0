"""A workbook with a page of a former version → the same workbook with the page, checks and lists of another version.

The worksheets come from the template and are filled in then, as for a new workbook. All else stays: further worksheets,
pictures, comments, notes beside the fields, document properties, macros. Where both versions draw the same page, it stays as
it is, but for its lists and conditional formats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from xlsync.workbook.upgrade.free_title import free_title
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
    """A worksheet of a former version.

    Attributes:
        worksheet: Its title in the workbook.
        plan: Its plan in the version it was drawn by.
        addresses: The address on it of each field of that version, by path.

    """

    worksheet: str
    plan: PagePlan
    addresses: Mapping[str, str]


@dataclass(frozen=True)
class OldSheet:
    """The pages of a former version.

    Attributes:
        old_pages: Its worksheets, in the order of the form.
        template: The template of the version they were drawn by.
        carried: The path of each field of that version in the new version, by old path; fields that are gone are left out.
        dropped_values: What fields that are gone say, for the person to see.

    """

    old_pages: tuple[OldPage, ...]
    template: Template
    carried: Mapping[str, str]
    dropped_values: Sequence[Displaced] = ()

    @property
    def worksheet(self) -> str:
        """The title of the first worksheet."""
        return self.old_pages[0].worksheet


@dataclass(frozen=True, slots=True)
class PageRole:
    """Whether a page is its workbook's only one, and whether the checks there speak of it."""

    is_only_page: bool = True
    is_checked: bool = True


@dataclass(frozen=True)
class NewSheet:
    """The pages it is to have: the template of the new version, their plans, the stamp, and their role in the workbook."""

    template: Template
    page_plans: tuple[PagePlan, ...]
    stamp: Stamp
    page_role: PageRole

    @property
    def titles(self) -> tuple[str, ...]:
        """What the form calls the pages."""
        return tuple(plan.title for plan in self.page_plans)

    def plan_for(self, old: OldPage) -> PagePlan | None:
        """Return the plan that a former page gets: that of its title, else that of its place; None for neither."""
        by_title = {plan.title: plan for plan in self.page_plans}
        if old.plan.title in by_title:
            return by_title[old.plan.title]
        number = old.plan.edition.worksheets.index(old.plan.title)
        plan = self.page_plans[number] if number < len(self.page_plans) else None
        is_taken = plan is not None and plan.title in old.plan.edition.worksheets
        return None if is_taken else plan


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


def upgrade_page(data: bytes, old: OldSheet, new: NewSheet, sheet: Sheet) -> UpgradedPage:
    """Return a workbook with the pages of a sheet replaced by those of the new version that say what `sheet` says.

    The worksheets of the checks, and the lists, are replaced along with the page that the checks speak of. What found no
    place is listed on a worksheet of its own behind the others.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    edit, source, drawn = PackageEdit(data), *_drawn(new.template.data)
    before = Workbook(edit.package)
    titles = titles_in(before, drawn, _kept_pages(old, new), new.titles)
    added = [title for title in new.titles if title not in titles]
    titles |= {title: free_title(before, title) for title in added}
    worksheets = FormWorksheets(edit, source, titles, merge_styles(edit, source))
    displaced = [*old.dropped_values]
    for page in old.old_pages:
        displaced += _replaced_page(worksheets, before, page, old, new)
    worksheets.add_pages(added)
    put_values(edit, new.template, sheet, titles)
    upgraded = _finished(worksheets, old, new, tuple(displaced))
    return replace(upgraded, data=_with_rows(upgraded.data, titles, new.template, sheet))


def _kept_pages(old: OldSheet, new: NewSheet) -> dict[str, str]:
    """Return what the worksheets of the new version are called in the workbook, as far as it has them."""
    pairs = ((new.plan_for(page), page.worksheet) for page in old.old_pages)
    return {plan.title: worksheet for plan, worksheet in pairs if plan is not None}


def _replaced_page(
    worksheets: FormWorksheets, before: Workbook, page: OldPage, old: OldSheet, new: NewSheet
) -> Iterator[Displaced]:
    """Replace a worksheet, and yield what it lost by that; one that the new version lacks stays as it is."""
    plan = new.plan_for(page)
    if plan is None:
        return
    moved = _moved(page, old, plan)
    additions = own_additions(before, page.worksheet, page.addresses, page.plan, plan)
    changed = [at for at, now in moved.items() if at != now]
    yield from additions.displaced
    former = _former_page(page, old, plan, moved)
    yield from worksheets.replace_page(plan.title, additions.kept, moved, former)
    pages = set(worksheets.titles.values())
    yield from foreign_references(before, page.worksheet, pages, changed)


def _with_rows(data: bytes, titles: Mapping[str, str], template: Template, sheet: Sheet) -> bytes:
    """Return a workbook with the rows of a sheet in the tables of its new page."""
    edit = PackageEdit(data)
    put_rows(edit, template, sheet, titles)
    return edit.finished()


def upgrade_rules(
    data: bytes, old: OldSheet, new: NewSheet, changes: TemplateChanges
) -> UpgradedPage:
    """Return a workbook whose page both versions draw alike with the lists, formats and checks of the new version.

    Every cell of the page, and everything else that somebody typed, formatted or added, stays as it is. What is displaced are
    names that had to give way to one of the form's.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    edit, source, drawn = PackageEdit(data), *_drawn(new.template.data)
    titles = titles_in(Workbook(edit.package), drawn, _kept_pages(old, new), new.titles)
    worksheets = FormWorksheets(edit, source, titles, merge_styles(edit, source))
    for page in old.old_pages:
        if page.plan.title in changes.changed_pages:
            worksheets.replace_rules(page.plan.title, _form_rules(page, old))
    return _finished(worksheets, old, new, (), changes.same_worksheets)


def _finished(
    worksheets: FormWorksheets,
    old: OldSheet,
    new: NewSheet,
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
        others = worksheets.replace_others(drawn, former, new.titles, same_worksheets)
    else:
        worksheets.remove_colours(new.titles)
    displaced += tuple(_put_names(worksheets, drawn, old, new))
    if new.page_role.is_only_page or new.stamp.is_same_copy(document_stamp(before)):
        put_document_stamp(edit, new.stamp)
    if not new.page_role.is_only_page:
        displaced = tuple(entry.on_page(old.worksheet) for entry in displaced)
    displaced += others.displaced
    if displaced:
        list_displaced(edit, before, new.stamp.version, displaced)
    return UpgradedPage(edit.finished(), displaced, others.titles)


def _put_names(
    worksheets: FormWorksheets, drawn: Workbook, old: OldSheet, new: NewSheet
) -> list[Displaced]:
    """Put the names of the new version and the stamps; return the names that had to give way."""
    edition = old.template.edition
    names = {field.cell_name for field in edition.fields} | old.template.column_ranges.keys()
    pages = {worksheets.titles[title] for title in new.titles}
    own = pages | {page.worksheet for page in old.old_pages}
    only = () if new.page_role.is_checked else own
    displaced = replace_names(worksheets.edit, names, drawn, worksheets.titles, own, only=only)
    for title in new.titles:
        put_worksheet_stamp(worksheets.edit, worksheets.titles[title], new.stamp)
    return displaced


@lru_cache(maxsize=4)
def _drawn(template: bytes) -> tuple[Package, Workbook]:
    """Return a template as a package and as a workbook, read once for all the workbooks that it replaces pages in."""
    package = Package.open(template)
    return package, Workbook(package)


def _former_page(
    page: OldPage, old: OldSheet, plan: PagePlan, moved: Mapping[str, str | None]
) -> FormerPage:
    gone = {address for address, now in moved.items() if address != now}
    added = set(plan.addresses.values()) - set(page.addresses.values())
    return FormerPage(_form_rules(page, old), frozenset(map(split_reference, gone | added)))


def _form_rules(page: OldPage, old: OldSheet) -> FormRules:
    """Return the rules of a page as its own version draws it; its fields may have been moved by somebody since."""
    package, _ = _drawn(old.template.data)
    entry = read_workbook_part(package).worksheet(page.plan.title)
    text = "" if entry is None else decoded(package.part(entry.part))
    return rules_of_form(text, tuple(map(split_reference, page.addresses.values())))


def _moved(page: OldPage, old: OldSheet, plan: PagePlan) -> dict[str, str | None]:
    """Return where the cell of each field of an old page goes on the new one; None where its field is not there any more."""
    carried = {path: plan.addresses.get(now) for path, now in old.carried.items()}
    return {address: carried.get(path) for path, address in page.addresses.items()}


__all__ = [
    "NewSheet",
    "OldPage",
    "OldSheet",
    "PageRole",
    "UpgradedPage",
    "upgrade_page",
    "upgrade_rules",
]

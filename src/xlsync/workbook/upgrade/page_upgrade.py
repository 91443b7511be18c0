"""A workbook with a page of a former version → the same workbook with the page, checks and lists of another version.

The pages come from a workbook filled in as for a new one. All else stays: further worksheets, pictures, comments, notes beside
the fields, document properties, macros.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.formula_titles import with_titles
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.comment_moves import comments_of
from xlsync.ooxml.patch.defined_names import replace_defined_names
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import StyleNumbers, merge_styles
from xlsync.ooxml.patch.worksheet_addition import add_worksheet
from xlsync.ooxml.patch.worksheet_replacement import replace_worksheet, worksheet_entry
from xlsync.ooxml.read.reader import Workbook
from xlsync.workbook.reading.worksheet_names import worksheet_of
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.stamp_carriers import put_stamp
from xlsync.workbook.upgrade.displaced_sheet import displaced_title, displaced_workbook
from xlsync.workbook.upgrade.own_additions import Displaced, foreign_references, own_additions

if TYPE_CHECKING:
    from xlsync.ooxml.opc.workbook_part import Name
    from xlsync.ooxml.patch.workbook_part_editor import State
    from xlsync.workbook.reading.page_layout import PagePlan
    from xlsync.workbook.stamp import Stamp

_PREFIX: Final = "_xlsync."
_PRINTING: Final = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
_NOT_MOVED: Final = "新しい様式に移せませんでした"
_KINDS: Final = {
    "comment": "コメント",
    "formula": "計算式",
    "hyperlink": "リンク",
    "table": "テーブル",
    "sparklines": "スパークライン",
    "cell": "セルの内容",
    "name": "名前の定義",
}


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
    titles = _titles(before, drawn, old.worksheet, new.plan.edition.worksheet)
    moved = _moved(old, new)
    additions = own_additions(before, old.worksheet, old.addresses, old.plan, new.plan)
    changed = [at for at, now in moved.items() if at != now]
    replacement = _Replacement(edit, source, titles, merge_styles(edit, source))
    displaced = (
        *old.dropped_values,
        *additions.displaced,
        *replacement.page(new.plan.edition.worksheet, additions.kept, moved),
        *foreign_references(before, old.worksheet, set(titles.values()), changed),
    )
    replacement.others(drawn, new.plan.edition.worksheet)
    displaced += tuple(_replace_names(edit, old, drawn, titles))
    put_stamp(edit, old.worksheet, new.stamp)
    if displaced:
        _list(edit, before, new.stamp.version, displaced)
    return edit.finished(), displaced


@dataclass(frozen=True)
class _Replacement:
    """A workbook being edited, the source of its new worksheets, what they are called in it, and the styles they have there."""

    edit: PackageEdit
    drawn_package: Package
    titles: Mapping[str, str]
    style_numbers: StyleNumbers

    def page(
        self, title: str, kept: Sequence[str], moved: Mapping[str, str | None]
    ) -> list[Displaced]:
        """Replace the form's page, and return what it lost by that."""
        texts = comments_of(self.edit, worksheet_entry(self.edit, self.titles[title]).part)
        lost = replace_worksheet(
            self.edit,
            self.titles[title],
            self.drawn_package,
            title,
            kept={address: address for address in kept},
            moved=moved,
            titles=self.titles,
            styles=self.style_numbers,
        )
        return [
            Displaced(
                where,
                f"{_KINDS[kind]}：{texts[where]}" if kind == "comment" else _KINDS[kind],
                _NOT_MOVED,
            )
            for kind, where in lost
        ]

    def others(self, drawn: Workbook, page: str) -> None:
        """Replace the other worksheets of the form by those drawn, and add those that are missing."""
        edit, source, titles, styles = (
            self.edit,
            self.drawn_package,
            self.titles,
            self.style_numbers,
        )
        for title in drawn.worksheets:
            if title in titles and title != page:
                replace_worksheet(edit, titles[title], source, title, titles=titles, styles=styles)
            elif title not in titles:
                state = _state(drawn, title)
                names = {**titles, title: title}
                add_worksheet(edit, title, source, title, state=state, titles=names, styles=styles)


def _titles(workbook: Workbook, drawn: Workbook, page: str, drawn_page: str) -> dict[str, str]:
    """Return what each worksheet of the new version is called in the workbook; those it lacks are left out."""
    named = {name.name.casefold(): worksheet_of(name.refers_to) for name in workbook.names}
    titles = {drawn_page: page}
    for title in drawn.worksheets:
        names = (name.name.casefold() for name in drawn.names if _is_of(name, title))
        there = next((named[name] for name in names if name in named), title)
        if title != drawn_page and there in workbook.worksheets and there != page:
            titles[title] = there
    return titles


def _is_of(name: Name, title: str) -> bool:
    """Whether a name is one of ours and refers to a worksheet; the stamp refers to none."""
    return name.name.startswith(_PREFIX) and worksheet_of(name.refers_to) == title


def _moved(old: OldPage, new: NewPage) -> dict[str, str | None]:
    """Return where the cell of each field of the old page goes; None where its field is gone."""
    carried = {path: new.addresses.get(now) for path, now in old.carried.items()}
    return {address: carried.get(path) for path, address in old.addresses.items()}


def _state(drawn: Workbook, title: str) -> State:
    if title not in drawn.hidden_worksheets:
        return "visible"
    return "veryHidden" if title.startswith(HIDDEN_WORKSHEET) else "hidden"


def _replace_names(
    edit: PackageEdit, old: OldPage, drawn: Workbook, titles: Mapping[str, str]
) -> list[Displaced]:
    """Replace the names of the old page and of its checks by those of the new version; return names that had to give way."""
    pages = set(titles.values())
    cells = set(old.plan.edition.by_cell_name)

    def is_replaced(name: Name) -> bool:
        if name.name.startswith(_PREFIX):
            return True
        return name.scope in pages and (name.name in cells or name.name in _PRINTING)

    replaced = replace_defined_names(edit, is_replaced, list(_renamed_names(drawn, titles)))
    return [Displaced(name, _KINDS[kind], _NOT_MOVED) for kind, name in replaced]


def _renamed_names(drawn: Workbook, titles: Mapping[str, str]) -> Iterator[Name]:
    for name in drawn.names:
        scope = None if name.scope is None else titles.get(name.scope, name.scope)
        yield name._replace(scope=scope, refers_to=with_titles(name.refers_to, titles))


def _list(
    edit: PackageEdit, before: Workbook, version: int, displaced: Sequence[Displaced]
) -> None:
    """Add the worksheet that lists what found no place."""
    listed = displaced_title(version)
    title, number = listed, 2
    while title in before.worksheets:
        title, number = f"{listed} {number}", number + 1
    source = Package.open(displaced_workbook(version, displaced))
    add_worksheet(edit, title, source, listed)


__all__ = ["NewPage", "OldPage", "upgrade_page"]

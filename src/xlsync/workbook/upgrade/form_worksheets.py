"""Exchange the form's worksheets and names in a workbook for those of another version, and list what had no place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.a1 import Position
from xlsync.ooxml.formula_titles import with_titles
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.comment_moves import comments_of
from xlsync.ooxml.patch.defined_names import replace_defined_names
from xlsync.ooxml.patch.kept_rules import with_rules
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.rules_replacement import (
    replace_validation_and_formats,
    without_formats_naming,
)
from xlsync.ooxml.patch.worksheet_addition import add_worksheet
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.patch.worksheet_replacement import (
    refuse_unbound,
    replace_worksheet,
    worksheet_entry,
)
from xlsync.ooxml.read.reader import Workbook
from xlsync.workbook.checks.check_layout import COLOURS_CELL
from xlsync.workbook.checks.visible_sheet import PAGE, RECEIPTS, is_in_list
from xlsync.workbook.reading.worksheet_names import worksheet_of
from xlsync.workbook.stamp import HIDDEN_WORKSHEET, STAMP_NAME
from xlsync.workbook.upgrade.own_additions import (
    Displaced,
    OwnAdditions,
    displaced_title,
    own_cells,
)
from xlsync.workbook.upgrade.own_rules import FormRules, own_rules, rules_beside

if TYPE_CHECKING:
    from xlsync.ooxml.opc.workbook_part import Name
    from xlsync.ooxml.patch.package_editor import PackageEdit
    from xlsync.ooxml.patch.style_merge import StyleNumbers
    from xlsync.ooxml.patch.workbook_part_editor import State
    from xlsync.ooxml.read.reader import Cell

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
class FormerPage:
    """What the form's page had before: the form's own rules, and the cells whose field is another one on the new page."""

    form_rules: FormRules
    changed_cells: frozenset[Position]


@dataclass(frozen=True)
class ReplacedOthers:
    """What the form's other worksheets that were replaced or added are called, and what on them found no place."""

    titles: frozenset[str] = frozenset()
    displaced: tuple[Displaced, ...] = ()


@dataclass(frozen=True)
class FormWorksheets:
    """A workbook being edited, the package of a new version's worksheets, what they are called in it, their styles there."""

    edit: PackageEdit
    drawn_package: Package
    titles: Mapping[str, str]
    style_numbers: StyleNumbers

    def replace_page(
        self,
        title: str,
        kept: Sequence[str],
        moved: Mapping[str, str | None],
        former: FormerPage,
    ) -> list[Displaced]:
        """Replace the form's page, and return what it lost by that."""
        part = worksheet_entry(self.edit, self.titles[title]).part
        texts, old = comments_of(self.edit, part), Children.of(self.edit.text(part))
        own = rules_beside(old.text_without_rows, former.form_rules)
        rules = own_rules(own, former.changed_cells, self.titles[title])
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
        if rules.kept_rules:
            page = Children.of(self.edit.text(part))
            text = with_rules(page, rules.kept_rules, old.root_element.prefix)
            refuse_unbound(text, self.titles[title])
            self.edit.put(part, text)
        listed = [
            Displaced(
                where,
                f"{_KINDS[kind]}：{texts[where]}" if kind == "comment" else _KINDS[kind],
                _NOT_MOVED,
            )
            for kind, where in lost
        ]
        return [*listed, *rules.displaced]

    def replace_rules(self, title: str, form_rules: FormRules) -> None:
        """Replace the lists and the conditional formats of the form's page that are its own, and nothing else of it."""
        replace_validation_and_formats(
            self.edit,
            self.titles[title],
            self.drawn_package,
            title,
            titles=self.titles,
            styles=self.style_numbers,
            is_kept=form_rules.is_other,
        )

    def add_pages(self, titles: Iterable[str]) -> None:
        """Add worksheets of the page that are new."""
        for title in titles:
            there, source, names = self.titles[title], self.drawn_package, self.titles
            add_worksheet(self.edit, there, source, title, titles=names, styles=self.style_numbers)

    def remove_colours(self, titles: Iterable[str]) -> None:
        """Remove the conditional formats of pages that colour their fields by what the checks of another page say."""
        for title in titles:
            entry = worksheet_entry(self.edit, self.titles[title])
            text = without_formats_naming(self.edit.text(entry.part), _PREFIX)
            self.edit.put(entry.part, text)

    def replace_others(
        self,
        drawn: Workbook,
        former: Workbook,
        pages: Collection[str],
        kept: Collection[str] = (),
    ) -> ReplacedOthers:
        """Replace the other worksheets of the form than its pages but those to be kept, and add those that are missing.

        `former` is the template of the version they were drawn by.
        """
        edit, source, titles, styles = (
            self.edit,
            self.drawn_package,
            self.titles,
            self.style_numbers,
        )
        written: list[str] = []
        displaced: list[Displaced] = []
        for title in drawn.worksheets:
            if title not in titles:
                state = _state(drawn, title)
                names = {**titles, title: title}
                add_worksheet(edit, title, source, title, state=state, titles=names, styles=styles)
                written.append(title)
            elif title not in pages and title not in kept:
                displaced += self._replace_other(drawn, former, title)
                written.append(titles[title])
        return ReplacedOthers(frozenset(written), tuple(displaced))

    def _replace_other(self, drawn: Workbook, former: Workbook, title: str) -> list[Displaced]:
        """Replace a worksheet of the form, and return what was typed on チェック and has no place there."""
        there, additions = self.titles[title], OwnAdditions((), ())
        before = Workbook(self.edit.package).cells(there) if title == PAGE else {}
        if title == PAGE:
            old = former.cells(title) if title in former.worksheets else {}
            additions = _own_on_checks(
                before, {**old, **dict.fromkeys(RECEIPTS)}, drawn.cells(title)
            )
        lost = replace_worksheet(
            self.edit,
            there,
            self.drawn_package,
            title,
            kept={address: address for address in additions.kept},
            titles=self.titles,
            styles=self.style_numbers,
        )
        colours = before.get(COLOURS_CELL)
        if colours is not None and isinstance(colours.value, str):
            put_cells(self.edit, {(there, COLOURS_CELL): colours.value}, stale="keep")
        unmoved = (Displaced(f"{there} {where}", _KINDS[kind], _NOT_MOVED) for kind, where in lost)
        return [*(entry.on_page(there) for entry in additions.displaced), *unmoved]


def _own_on_checks(
    before: Mapping[str, Cell], drawn_before: Mapping[str, Cell | None], drawn: Mapping[str, Cell]
) -> OwnAdditions:
    """Return what somebody typed on チェック; the cells of its list are the form's own, in whatever layout."""
    outside = {at: cell for at, cell in before.items() if at in drawn_before or not is_in_list(at)}
    return own_cells(outside, drawn_before, drawn)


def titles_in(
    workbook: Workbook, drawn: Workbook, pages: Mapping[str, str], drawn_pages: Collection[str]
) -> dict[str, str]:
    """Return what each worksheet of the new version is called in the workbook; those it lacks are left out.

    `pages` says so of the pages of the form; `drawn_pages` are the titles of all its pages.
    """
    named = {name.name.casefold(): worksheet_of(name.refers_to) for name in workbook.names}
    titles = dict(pages)
    for title in drawn.worksheets:
        names = (name.name.casefold() for name in drawn.names if _is_of(name, title))
        there = next((named[name] for name in names if name in named), title)
        is_there = there in workbook.worksheets and there not in pages.values()
        if title not in drawn_pages and is_there:
            titles[title] = there
    return titles


def _is_of(name: Name, title: str) -> bool:
    """Whether a name is one of ours and refers to a worksheet; the stamp refers to none."""
    return name.name.startswith(_PREFIX) and worksheet_of(name.refers_to) == title


def _state(drawn: Workbook, title: str) -> State:
    if title not in drawn.hidden_worksheets:
        return "visible"
    return "veryHidden" if title.startswith(HIDDEN_WORKSHEET) else "hidden"


def replace_names(  # noqa: PLR0913 - the names of two versions, and which of them
    edit: PackageEdit,
    cell_names: Collection[str],
    drawn: Workbook,
    titles: Mapping[str, str],
    former: Collection[str],
    *,
    only: Collection[str] = (),
) -> list[Displaced]:
    """Replace the names of the old pages and of their checks by those of the new version; return names that had to give way.

    `former` are the old pages. Where `only` some worksheets are meant, those of the others, and of the checks, stay.
    """
    pages = set(only) or {*titles.values(), *former}

    def is_replaced(name: Name) -> bool:
        if name.name.casefold() == STAMP_NAME and name.scope is not None:
            return name.scope in pages  # that of another page stays
        if not only and name.name.startswith(_PREFIX):
            return True
        return name.scope in pages and (name.name in cell_names or name.name in _PRINTING)

    new = list(_renamed_names(drawn, titles, only))
    replaced = replace_defined_names(edit, is_replaced, new)
    return [Displaced(name, _KINDS[kind], _NOT_MOVED) for kind, name in replaced]


def _renamed_names(
    drawn: Workbook, titles: Mapping[str, str], only: Collection[str]
) -> Iterator[Name]:
    """Yield the names of the new version, as the workbook calls its worksheets; of `only` some worksheets if it says so."""
    for name in drawn.names:
        scope = None if name.scope is None else titles.get(name.scope, name.scope)
        if not only or scope in only:
            yield name._replace(scope=scope, refers_to=with_titles(name.refers_to, titles))


def list_displaced(
    edit: PackageEdit, before: Workbook, version: int, displaced: Sequence[Displaced]
) -> None:
    """Add the worksheet that lists what found no place."""
    listed = displaced_title(version)
    title, number = listed, 2
    while title in before.worksheets:
        title, number = f"{listed} {number}", number + 1
    from xlsync.workbook.upgrade.displaced_sheet import displaced_workbook  # it loads openpyxl

    source = Package.open(displaced_workbook(version, displaced))
    add_worksheet(edit, title, source, listed)


__all__ = [
    "FormWorksheets",
    "FormerPage",
    "ReplacedOthers",
    "list_displaced",
    "replace_names",
    "titles_in",
]

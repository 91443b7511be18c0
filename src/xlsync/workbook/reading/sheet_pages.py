"""Which worksheets of a workbook belong to one sheet, where the form has several.

All worksheets of a sheet carry the same stamp: it is put on them together. So what was copied from elsewhere is a sheet of its
own, of which worksheets are missing. A worksheet that is there twice makes a second sheet with the others of the first; which
of the two is meant is decided as with any copies of a sheet. A worksheet without a stamp belongs to the first sheet that
lacks one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.workbook.reading.identification import PageVersion
    from xlsync.workbook.stamp import Stamp

Titles = tuple[str, ...]
_Pages = Mapping[str, "PageVersion"]
_Owner = tuple["PageVersion", "Stamp | None"]
_Owned = dict[_Owner, dict[int, list[str]]]


def grouped_pages(pages: _Pages, stamps: Mapping[str, Stamp | None]) -> list[Titles]:
    """Return the worksheets of each sheet in the order of the form, the sheets in that of the workbook.

    The first of a sheet's worksheets is no other sheet's.
    """
    owned: _Owned = defaultdict(lambda: defaultdict(list))
    for title, page in pages.items():
        if stamps[title] is not None:
            owned[_drawn_alike(page), stamps[title]][page.number].append(title)
    for title, page in pages.items():
        if stamps[title] is None:
            owned[_owner_of(page, owned)][page.number].append(title)
    groups = [group for by_number in owned.values() for group in _sheets(pages, by_number)]
    order = list(pages)
    return sorted(groups, key=lambda titles: order.index(titles[0]))


def _drawn_alike(page: PageVersion) -> PageVersion:
    """Return the first worksheet of the sheet that a page is of: the same for all its worksheets."""
    return page._replace(number=0)


def _owner_of(page: PageVersion, owned: _Owned) -> _Owner:
    """Return the first sheet that lacks a worksheet without a stamp, one of its own where none does."""
    if _has_several(page):
        for owner, by_number in owned.items():
            if owner[0] == _drawn_alike(page) and page.number not in by_number:
                return owner
    return _drawn_alike(page), None


def _has_several(page: PageVersion) -> bool:
    return len(page.edition.worksheets) > 1


def _sheets(pages: _Pages, by_number: Mapping[int, list[str]]) -> list[Titles]:
    """Return the sheets of worksheets with one stamp, by their numbers: as many as the most frequent worksheet."""
    for titles in by_number.values():
        titles.sort(key=lambda title: title != pages[title].plan.title)  # 様式2 before 様式2 (2)
    count = max(map(len, by_number.values()))
    sheets = []
    for turn in range(count):
        members = {
            number: titles[min(turn, len(titles) - 1)] for number, titles in by_number.items()
        }
        own = [number for number, titles in by_number.items() if turn < len(titles)]
        first = min(own)
        others = (members[number] for number in sorted(members) if number != first)
        sheets.append((members[first], *others))
    return sheets


def with_nameless_pages(
    groups: list[Titles], pages: _Pages, nameless: _Pages
) -> tuple[list[Titles], dict[str, PageVersion]]:
    """Return the sheets with the worksheets without names that exactly one of them lacks, and the other worksheets."""
    left = dict(nameless)
    completed = list(groups)
    for title, page in nameless.items():
        lacking = [
            index
            for index, titles in enumerate(completed)
            if _has_several(page) and _lacks(titles, {**pages, **nameless}, page)
        ]
        if len(lacking) == 1:
            completed[lacking[0]] = (*completed[lacking[0]], title)
            del left[title]
    return completed, left


def _lacks(titles: Titles, pages: _Pages, page: PageVersion) -> bool:
    """Whether a sheet drawn by the same form lacks the worksheet that a page is."""
    there = [pages[title] for title in titles]
    is_alike = there[0]._replace(number=page.number) == page
    return is_alike and page.number not in {each.number for each in there}


__all__ = ["grouped_pages", "with_nameless_pages"]

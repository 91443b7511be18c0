"""What the workbook part says: worksheets in tab order, defined names, the date system (ECMA-376 part 1, 18.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlsync.errors import DamagedWorkbook, HostileWorkbook, NotAWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.package import Parts
from xlsync.ooxml.opc.part_cache import cached_by_content
from xlsync.ooxml.opc.relationships import Relationship, relationships, workbook_part
from xlsync.ooxml.xml.encoding import (
    MAIN_NAMESPACES,
    decoded,
    has_tag,
    local_name,
    parsed_text,
    plain,
    unescaped,
)

TRUE = ("1", "true", "on")
Stated = tuple[str, str, str, str]

_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<workbook[\s>]")
_NAME = re.compile(
    r'<definedName(?: name="([^"<>]*)"(?: localSheetId="([0-9]+)")?(?: hidden="(\w+)")?'
    r'| function="\w+" hidden="(\w+)"(?: localSheetId="([0-9]+)")? name="([^"<>]*)" vbProcedure="\w+")>'
    r"([^<]*)</definedName>"
)


class Name(NamedTuple):
    """One defined name; `scope` is a worksheet's title, None for the whole workbook."""

    name: str
    scope: str | None
    refers_to: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One tab: its part, and its place among all tabs (charts included), by which names are scoped."""

    title: str
    sheet_id: str
    part: str
    tab: int
    is_hidden: bool = False


class _Tab(NamedTuple):
    """One tab as the part states it; `relationship` is the id of that to its part."""

    title: str
    sheet_id: str
    relationship: str
    is_hidden: bool


class _Facts:
    """What the part's text states, whatever package it is in."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._names_at = _names_at(text)
        at = self._names_at
        root = parsed_text(text if at is None else _without(text, *at), where)
        if root.tag not in [f"{{{namespace}}}workbook" for namespace in MAIN_NAMESPACES]:
            raise NotAWorkbook("古いExcelの形式です。Excelで.xlsx形式に保存し直してください。")
        tabs = [tab for group in _children(root, "sheets") for tab in _children(group, "sheet")]
        self.tabs = tuple(
            _Tab(
                tab.get("name", ""), tab.get("sheetId", ""), _relationship_id(tab), _is_hidden(tab)
            )
            for tab in tabs
        )
        settings = _children(root, "workbookPr")
        self.date_1904 = any(setting.get("date1904") in TRUE for setting in settings)
        self.is_read_only = any(map(_is_read_only, _children(root, "fileSharing")))
        self.has_stale_results = any(map(_is_stale, _children(root, "calcPr")))
        if len(tabs) > limits.WORKSHEETS:
            raise HostileWorkbook("シートが多すぎて読めません。不要なシートを減らしてください。")
        if text.count("definedName ") > limits.NAMES:
            raise HostileWorkbook("名前の定義が多すぎて読めません。不要な名前を減らしてください。")

    @cached_property
    def names(self) -> list[Stated]:
        """The defined names in file order."""
        at = self._names_at
        stated = None if at is None else _fast_names(self._text[slice(*at)])
        return _tree_names(parsed_text(self._text, self._where)) if stated is None else stated


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """The workbook part's facts, and its relationships for finding more parts."""

    part: str
    worksheets: tuple[SheetEntry, ...]
    tabs: tuple[str, ...]
    date_1904: bool
    related: tuple[Relationship, ...]
    stated: _Facts

    def names(self) -> tuple[Name, ...]:
        """The defined names in file order; one scoped to a tab that does not exist is left out."""
        stated = self.stated.names
        scopes: dict[str, str | None] = {"": None}
        for local in {local for _, local, _, _ in stated} - {""}:
            if (tab := whole_number(local)) is not None and tab < len(self.tabs):
                scopes[local] = self.tabs[tab]
        return tuple(
            Name(name, scopes[local], refers_to, hidden in TRUE)
            for name, local, hidden, refers_to in stated
            if local in scopes
        )

    def target(self, package: Parts, kind: str) -> str | None:
        """The first part inside the package related in this way (`styles`, `sharedStrings` …)."""
        for relationship in self.related:
            is_inside = not relationship.external and relationship.target in package
            if relationship.relationship_type == kind and is_inside:
                return relationship.target
        return None

    def worksheet(self, title: str) -> SheetEntry | None:
        """The worksheet of that title, as Excel compares titles when none is exactly equal."""
        for same in (str, str.casefold):
            for entry in self.worksheets:
                if same(entry.title) == same(title):
                    return entry
        return None


def read_workbook_part(package: Parts) -> WorkbookPart:
    """The facts of the package's workbook part; raises WorkbookError subclasses."""
    part = workbook_part(package)
    related = relationships(package, part)
    by_id = {relationship.id: relationship for relationship in related}
    facts = _facts(package.part(part), part)
    titles = tuple(tab.title for tab in facts.tabs)
    worksheets = tuple(_worksheets(facts.tabs, by_id))
    return WorkbookPart(part, worksheets, titles, facts.date_1904, related, facts)


@cached_by_content
def _facts(data: bytes, where: str) -> _Facts:
    return _Facts(plain(decoded(data, where)), where)


def _is_stale(calculation: Element) -> bool:
    """Whether a workbook was saved with formulas still to be calculated, and by whoever opens it only when asked."""
    attributes = calculation.attrib
    unfinished = attributes.get("calcCompleted", "1") not in TRUE
    return unfinished and attributes.get("calcMode") == "manual"


def _is_read_only(sharing: Element) -> bool:
    """Whether a workbook recommends opening it read-only, or wants a password from who writes into it."""
    wanted = ("reservationPassword", "hashValue")
    return sharing.get("readOnlyRecommended", "0") in TRUE or any(map(sharing.get, wanted))


def _is_hidden(tab: Element) -> bool:
    return tab.get("state", "visible") in {"hidden", "veryHidden"}


def _names_at(text: str) -> tuple[int, int] | None:
    """Where the contents of `<definedNames>` stand, which the tree is made without; None where only the tree can tell."""
    start, stop = text.find("<definedNames>"), text.find("</definedNames>")
    if not 0 <= start < stop or text.find("<definedNames", start + 1) >= 0:
        return None
    if _ROOT.match(text) is None or has_tag(text[:start], "<!"):
        return None
    return start + len("<definedNames>"), stop


def _without(text: str, start: int, stop: int) -> str:
    return text[:start] + text[stop:]


def _fast_names(section: str) -> list[Stated] | None:
    """Return the names of a section whose attributes are in the order of Excel, openpyxl or LibreOffice, else None."""
    matches = _NAME.findall(section)
    if section.count("<") != 2 * len(matches):
        return None
    stated = [
        (name or last, local or tab, hidden or shown, refers_to)
        for name, local, hidden, shown, tab, last, refers_to in matches
    ]
    if "&" not in section:
        return stated
    return [(unescaped(name), tab, hidden, unescaped(to)) for name, tab, hidden, to in stated]


def _tree_names(root: Element) -> list[Stated]:
    """The same from the part's tree."""
    return [
        (
            name.get("name", ""),
            name.get("localSheetId", ""),
            name.get("hidden", ""),
            name.text or "",
        )
        for group in _children(root, "definedNames")
        for name in group
    ]


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local_name(child.tag) == name]


def _worksheets(tabs: tuple[_Tab, ...], by_id: dict[str, Relationship]) -> Iterator[SheetEntry]:
    """The tabs that are worksheets; DamagedWorkbook for a tab that leads nowhere, which might be one.

    A tab with an empty `r:id` is a module sheet of Excel 5 or 95, whose macros stand in another part.
    """
    for index, tab in enumerate(tabs):
        if not tab.relationship:
            continue
        relationship = by_id.get(tab.relationship)
        if relationship is None:
            raise DamagedWorkbook(
                "シートの中身が見つかりません。Excelで開いて保存し直してください。", tab.title
            )
        if relationship.relationship_type == "worksheet":
            yield SheetEntry(tab.title, tab.sheet_id, relationship.target, index, tab.is_hidden)


def _relationship_id(tab: Element) -> str:
    """The tab's `r:id`, in whichever relationships namespace."""
    for key, value in tab.items():
        if key.startswith("{") and local_name(key) == "id":
            return value
    return ""

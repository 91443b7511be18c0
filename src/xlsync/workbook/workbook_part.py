"""What the workbook part says: worksheets in tab order, defined names, the date system (ECMA-376 part 1, 18.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from xlsync.errors import DamagedWorkbook, HostileWorkbook, NotAWorkbook
from xlsync.workbook import limits
from xlsync.workbook.package import Package
from xlsync.workbook.part_text import MAIN_NAMESPACES, local_name, parsed
from xlsync.workbook.relationships import Relationship, relationships, workbook_part

TRUE = ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class Name:
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


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """The workbook part's facts, and its relationships for finding more parts."""

    part: str
    worksheets: tuple[SheetEntry, ...]
    tabs: tuple[str, ...]
    name_elements: tuple[Element, ...]
    date_1904: bool
    related: tuple[Relationship, ...]

    def names(self) -> tuple[Name, ...]:
        """The defined names in file order; one scoped to a tab that does not exist is left out."""
        found = []
        for element in self.name_elements:
            local = element.get("localSheetId")
            if local is not None and not (local.isdecimal() and int(local) < len(self.tabs)):
                continue
            scope = None if local is None else self.tabs[int(local)]
            hidden = element.get("hidden") in TRUE
            found.append(Name(element.get("name", ""), scope, element.text or "", hidden))
        return tuple(found)

    def target(self, package: Package, kind: str) -> str | None:
        """The first part inside the package related in this way (`styles`, `sharedStrings` …)."""
        for found in self.related:
            if found.kind == kind and not found.external and found.target in package:
                return found.target
        return None

    def worksheet(self, title: str) -> SheetEntry | None:
        """The worksheet of that title, as Excel compares titles when none is exactly equal."""
        for same in (str, str.casefold):
            for entry in self.worksheets:
                if same(entry.title) == same(title):
                    return entry
        return None


def read_workbook_part(package: Package) -> WorkbookPart:
    """The facts of the package's workbook part; raises WorkbookError subclasses."""
    part = workbook_part(package)
    related = relationships(package, part)
    by_id = {relationship.id: relationship for relationship in related}
    root = parsed(package.part(part), part)
    if root.tag not in [f"{{{namespace}}}workbook" for namespace in MAIN_NAMESPACES]:
        raise NotAWorkbook("古いExcelの形式です。Excelで.xlsx形式に保存し直してください。")
    tabs = [tab for group in _children(root, "sheets") for tab in _children(group, "sheet")]
    if len(tabs) > limits.WORKSHEETS:
        raise HostileWorkbook("シートが多すぎて読めません。不要なシートを減らしてください。")
    titles = tuple(tab.get("name", "") for tab in tabs)
    worksheets = tuple(_worksheets(tabs, by_id))
    date_1904 = any(found.get("date1904") in TRUE for found in _children(root, "workbookPr"))
    names = tuple(name for group in _children(root, "definedNames") for name in group)
    if len(names) > limits.NAMES:
        raise HostileWorkbook("名前の定義が多すぎて読めません。不要な名前を減らしてください。")
    return WorkbookPart(part, worksheets, titles, names, date_1904, related)


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local_name(child.tag) == name]


def _worksheets(tabs: list[Element], by_id: dict[str, Relationship]) -> Iterator[SheetEntry]:
    """The tabs that are worksheets; DamagedWorkbook for a tab that leads nowhere, which might be one."""
    for index, tab in enumerate(tabs):
        title = tab.get("name", "")
        found = by_id.get(_relationship_id(tab))
        if found is None:
            raise DamagedWorkbook(
                "シートの中身が見つかりません。Excelで開いて保存し直してください。", title
            )
        if found.kind == "worksheet":
            yield SheetEntry(title, tab.get("sheetId", ""), found.target, index)


def _relationship_id(tab: Element) -> str:
    """The tab's `r:id`, in whichever relationships namespace."""
    for key, value in tab.items():
        if key.startswith("{") and local_name(key) == "id":
            return value
    return ""

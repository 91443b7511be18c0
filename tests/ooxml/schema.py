"""What ECMA-376 asks of the parts a patch may alter: order, names and uniqueness, judged without our own code.

Part 1: 18.2.27 workbook, 18.3.1.99 worksheet, 18.3.1.73 row, 18.3.1.4 cell, 18.4.9 shared strings, 18.6.2 calculation
chain. Part 2: 7.2 content types, 6.5 relationships. Each violation is a sentence, so that two books can be compared.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import openpyxl.utils.cell

WORKSHEET = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter"),
    *("rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags"),
    *("drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
    *("controls", "webPublishItems", "tableParts", "extLst"),
)
WORKBOOK = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize"),
    *("customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing"),
    *("fileRecoveryPr", "webPublishObjects", "extLst"),
)
CELL = ("f", "v", "is", "extLst")
ROW_ATTRIBUTES = {
    *("r", "spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel"),
    *("collapsed", "thickTop", "thickBot", "ph"),
}
CELL_ATTRIBUTES = {"r", "s", "t", "cm", "vm", "ph"}
TYPES = {"b", "d", "n", "e", "s", "str", "inlineStr"}
NAME_ATTRIBUTES = {
    *("name", "comment", "customMenu", "description", "help", "statusBar", "localSheetId"),
    *("hidden", "function", "vbProcedure", "xlm", "functionGroupId", "shortcutKey"),
    *("publishToServer", "workbookParameter"),
}
STATES = {"visible", "hidden", "veryHidden"}
_REPEATED = {"conditionalFormatting", "fileRecoveryPr"}
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")

Parts = Mapping[str, bytes]


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts by name with forward slashes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.replace("\\", "/"): archive.read(name) for name in archive.namelist()}


def introduced(before: Parts, after: Parts) -> list[str]:
    """The violations that stand in the second package only, in the parts that are not the same in both."""
    found = violations(after, {n for n in after if before.get(n) != after[n]})
    found -= violations(before, {n for n in before if before[n] != after.get(n)})
    return sorted(found.elements())


def violations(parts: Parts, names: set[str]) -> Counter[str]:
    """The violations in those of the parts, and between them and the parts that keep book of them."""
    found: Counter[str] = Counter()
    for name in names:
        if name.endswith((".xml", ".rels")) or "sheet" in name:
            root = _root(parts[name])
            broken = ["no XML"] if root is None else _of_part(root, name, parts)
            found.update(f"{name}: {words}" for words in broken)
    if any("sheet" in name for name in names):
        found.update(_of_strings(parts))
        found.update(_of_chain(parts))
    return found


def _of_part(root: ET.Element, name: str, parts: Parts) -> Iterator[str]:
    kind = _local(root)
    if kind == "worksheet":
        yield from _of_worksheet(root)
    elif kind == "workbook":
        yield from _of_workbook(root)
    elif kind == "Types":
        yield from _of_types(root, parts)
    elif kind == "Relationships":
        yield from _of_relationships(root, name, parts)
    elif kind == "Properties" and "ustom" in root.tag:
        yield from _repeated("pid", (found.get("pid", "") for found in root))
        yield from _repeated("property", (found.get("name", "").casefold() for found in root))
        yield from (f"pid {p.get('pid')}" for p in root if _int(p.get("pid"), 0) < 2)


def _of_worksheet(root: ET.Element) -> Iterator[str]:
    yield from _order(root, WORKSHEET)
    for dimension in _all(root, "dimension"):
        if re.fullmatch(r"[A-Z]+[0-9]+(:[A-Z]+[0-9]+)?", dimension.get("ref", "")) is None:
            yield f"dimension {dimension.get('ref')}"
    last = 0
    for row in _all(root, "sheetData", "row"):
        number = _int(row.get("r"), last + 1)
        if number <= last:
            yield f"row {number} after row {last}"
        last = number
        yield from (f"row {number} has {a}" for a in _own(row) - ROW_ATTRIBUTES)
        if re.fullmatch(r"(\d+:\d+( \d+:\d+)*)?", row.get("spans", "")) is None:
            yield f"row {number} spans {row.get('spans')}"
        yield from _of_cells(row, number)


def _of_cells(row: ET.Element, number: int) -> Iterator[str]:
    last = 0
    for cell in row:
        if _local(cell) != "c":
            if _local(cell) != "extLst" or cell is not row[-1]:
                yield f"row {number} holds {_local(cell)}"
            continue
        at = cell.get("r", f"{openpyxl.utils.cell.get_column_letter(last + 1)}{number}")
        letters, stated = openpyxl.utils.cell.coordinate_from_string(at)
        column = openpyxl.utils.cell.column_index_from_string(letters)
        if column <= last or stated != number:
            yield f"{at} in row {number} after column {last}"
        last = column
        yield from (f"{at}: {words}" for words in _of_cell(cell))


def _of_cell(cell: ET.Element) -> Iterator[str]:
    yield from (f"attribute {name}" for name in _own(cell) - CELL_ATTRIBUTES)
    yield from _order(cell, CELL)
    kind = cell.get("t", "n")
    inside = {_local(child): child.text or "" for child in cell}
    if kind not in TYPES:
        yield f"type {kind}"
    if kind == "inlineStr" and ("is" not in inside or "v" in inside):
        yield "an inline text that is none"
    if kind in ("n", "s", "b") and inside.get("v") and not _NUMBER.fullmatch(inside["v"]):
        yield f"{kind} of {inside['v']}"


def _of_workbook(root: ET.Element) -> Iterator[str]:
    yield from _order(root, WORKBOOK)
    tabs = _all(root, "sheets", "sheet")
    yield from _repeated("title", (tab.get("name", "").casefold() for tab in tabs))
    yield from _repeated("sheetId", (tab.get("sheetId", "") for tab in tabs))
    yield from (f"state {t.get('state')}" for t in tabs if t.get("state", "visible") not in STATES)
    if tabs and all(tab.get("state", "visible") != "visible" for tab in tabs):
        yield "no tab can be seen"
    for view in _all(root, "bookViews", "workbookView"):
        top = _int(view.get("activeTab"), 0)
        if top < len(tabs) and tabs[top].get("state", "visible") != "visible":
            yield f"the tab on top, {top}, is hidden"
    names = _all(root, "definedNames", "definedName")
    keys = [(n.get("name", "").casefold(), _int(n.get("localSheetId"), -1)) for n in names]
    yield from _repeated("name", (f"{name} of {tab}" for name, tab in keys))
    yield from (f"name with {a}" for name in names for a in _own(name) - NAME_ATTRIBUTES)
    yield from (f"name of tab {tab}" for _, tab in keys if tab >= len(tabs))
    if [name for name, _ in keys] != sorted(name for name, _ in keys):
        yield "names not in order"


def _of_types(root: ET.Element, parts: Parts) -> Iterator[str]:
    defaults = [e.get("Extension", "").casefold() for e in _all(root, "Default")]
    overrides = [e.get("PartName", "").casefold() for e in _all(root, "Override")]
    yield from _repeated("Default", defaults)
    yield from _repeated("Override", overrides)
    there = {f"/{name.casefold()}" for name in parts}
    yield from (f"Override of no part {name}" for name in overrides if unquote(name) not in there)


def _of_relationships(root: ET.Element, name: str, parts: Parts) -> Iterator[str]:
    yield from _repeated("Id", (found.get("Id", "") for found in root))
    there = {part.casefold() for part in parts}
    for found in root:
        target = _target(name, found.get("Target", ""))
        if found.get("TargetMode") != "External" and target.casefold() not in there:
            yield f"leads to no part {target}"


def _of_strings(parts: Parts) -> Iterator[str]:
    """References to shared strings that are not there, and a stated count below that of the references."""
    used = [
        _int(next(iter(cell.itertext()), "0"), 0)
        for cell in _cells(parts)
        if cell.get("t") == "s" and any(_local(child) == "v" for child in cell)
    ]
    for name, root in _roots(parts, "sst"):
        items = len(_all(root, "si"))
        yield from (f"{name}: no string {index}" for index in used if index >= items)
        if len(used) > _int(root.get("count"), len(used)):
            yield f"{name}: more references than stated"
        if items > _int(root.get("uniqueCount"), items):
            yield f"{name}: {items} strings, {root.get('uniqueCount')} stated"


def _of_chain(parts: Parts) -> Iterator[str]:
    """Entries of the calculation chain for cells without a formula."""
    for name, root in _roots(parts, "calcChain"):
        formulas = {sheet: _formulas(_root(parts[part])) for sheet, part in _sheets(parts)}
        sheet = ""
        for entry in root:
            sheet = entry.get("i", sheet)
            if entry.get("r") not in formulas.get(sheet, {entry.get("r")}):
                yield f"{name}: {entry.get('r')} of {sheet} has no formula"


def _formulas(root: ET.Element | None) -> set[str | None]:
    cells = [] if root is None else _all(root, "sheetData", "row", "c")
    return {cell.get("r") for cell in cells if any(_local(child) == "f" for child in cell)}


def _root(data: bytes) -> ET.Element | None:
    try:
        return ET.fromstring(data)  # noqa: S314 - test data
    except ET.ParseError:
        return None


def _sheets(parts: Parts) -> Iterator[tuple[str, str]]:
    """(sheetId, part) of each worksheet."""
    for name, root in _roots(parts, "workbook"):
        folder, file = posixpath.split(name)
        relations = _root(parts[f"{folder}/_rels/{file}.rels"])
        targets = {found.get("Id"): found for found in (() if relations is None else relations)}
        for tab in _all(root, "sheets", "sheet"):
            identity = next((v for k, v in tab.items() if k.endswith("}id")), None)
            found = targets.get(identity)
            if found is not None and found.get("Type", "").endswith("/worksheet"):
                target = _target(f"{folder}/_rels/", found.get("Target", ""))
                yield tab.get("sheetId", ""), target


def _cells(parts: Parts) -> Iterator[ET.Element]:
    for _, root in _roots(parts, "worksheet"):
        yield from _all(root, "sheetData", "row", "c")


def _roots(parts: Parts, kind: str) -> Iterator[tuple[str, ET.Element]]:
    beginning = re.compile(rb"<(?:[\w.-]+:)?" + kind.encode() + rb"[\s>/]")
    for name, data in parts.items():
        if beginning.search(data[:4_000]):
            root = _root(data)
            if root is not None and _local(root) == kind:
                yield name, root


def _target(relations: str, target: str) -> str:
    folder = posixpath.dirname(posixpath.dirname(relations))
    path = posixpath.join("/", folder, unquote(target).replace("\\", "/"))
    return posixpath.normpath(path).lstrip("/")


def _order(parent: ET.Element, order: Sequence[str]) -> Iterator[str]:
    """Children of the parent's own namespace that stand too late, stand twice, or have no place in it."""
    last = ""
    for child in parent:
        name = _local(child)
        if _namespace(child) != _namespace(parent):
            continue
        if name not in order:
            yield f"{name} has no place in {_local(parent)}"
            continue
        if last and order.index(name) < order.index(last):
            yield f"{name} after {last}"
        if name == last and name not in _REPEATED:
            yield f"{name} twice"
        last = name


def _repeated(what: str, values: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield from (f"{what} {value} twice" for value, count in Counter(values).items() if count > 1)


def _all(parent: ET.Element, *path: str) -> list[ET.Element]:
    found = [parent]
    for name in path:
        found = [child for element in found for child in element if _local(child) == name]
    return found


def _own(element: ET.Element) -> set[str]:
    """The attributes of no namespace."""
    return {name for name in element.keys() if not name.startswith("{")}  # noqa: SIM118 - no mapping


def _int(text: str | None, absent: int) -> int:
    """The number, -1 for what is none."""
    if text is None:
        return absent
    return int(text) if re.fullmatch("[0-9]{1,12}", text.strip()) else -1


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _namespace(element: ET.Element) -> str:
    return element.tag.rpartition("}")[0]

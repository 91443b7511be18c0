"""A worksheet of the form as cells, areas and names, to be treated as staff and other programs treat it.

Inserting and deleting move cells, areas and names as Excel does; `save` writes a plain workbook, so that nothing of
the program under test is used to make the damage.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from tests import papers
from xlsync.form.library import load_form
from xlsync.ooxml.a1 import column_letters, split_range, split_reference
from xlsync.ooxml.read.reader import Cell, open_workbook
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

WORKSHEET = "評価シート"
STAMP = "_xlsync.stamp"
LAST_ROW, LAST_COLUMN = 55, 29
Place = tuple[int, int]
Area = tuple[int, int, int, int]

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass
class Paper:
    """One worksheet: cells, merged areas, names (None: #REF!), and whether the names are the workbook's.

    `truth` is where the field of each name really is, None once its cell was deleted.
    """

    cells: dict[Place, Cell]
    areas: list[Area]
    names: dict[str, Place | None]
    title: str = WORKSHEET
    stamp: str = ""
    workbook_scoped: bool = False
    truth: dict[str, Place | None] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def copy(self, title: str) -> Paper:
        """The worksheet copied under another title, names and all."""
        truth = dict(self.truth or self.names)
        return Paper(
            dict(self.cells), list(self.areas), dict(self.names), title, self.stamp, truth=truth
        )

    def insert_rows(self, at: int, count: int = 1) -> None:
        """Insert rows before row `at`."""
        self._shift(lambda row: row + count if row >= at else row, rows=True)

    def insert_columns(self, at: int, count: int = 1) -> None:
        """Insert columns before column `at`."""
        self._shift(lambda column: column + count if column >= at else column, rows=False)

    def delete_rows(self, at: int, count: int = 1) -> None:
        """Delete rows from row `at`."""
        self._shift(_deleted(at, count), rows=True)

    def delete_columns(self, at: int, count: int = 1) -> None:
        """Delete columns from column `at`."""
        self._shift(_deleted(at, count), rows=False)

    def forget(self, *names: str) -> None:
        """Lose names; all of them, and the stamp, where none is given."""
        self.stamp = self.stamp if names else ""
        for name in names or tuple(self.names):
            del self.names[name]

    def break_names(self, *names: str) -> None:
        """Turn names into #REF!, as deleting their cells does."""
        self.names.update(dict.fromkeys(names))

    def relabel(self, where: str, text: str | None) -> None:
        """Type over a label, or clear it."""
        self.cells[split_reference(where)] = Cell(text, None)

    def swap(self, first: str, second: str) -> None:
        """Exchange what two cells hold."""
        one, two = split_reference(first), split_reference(second)
        blank = Cell(None, None)
        self.cells[one], self.cells[two] = self.cells.get(two, blank), self.cells.get(one, blank)

    def _shift(self, moved: Callable[[int], int | None], *, rows: bool) -> None:
        def place(at: Place) -> Place | None:
            line = moved(at[0] if rows else at[1])
            return None if line is None else (line, at[1]) if rows else (at[0], line)

        self._move(place)
        self.areas = [new for area in self.areas if (new := _moved_area(area, moved, rows=rows))]

    def push(self, area: Area, *, right: bool) -> bool:
        """Insert cells and push the rest of their rows right, or of their columns down; False where Excel refuses."""
        top, left, bottom, end = area
        far = 10**6

        def inside(at: Place) -> bool:
            if right:
                return top <= at[0] <= bottom and at[1] >= left
            return left <= at[1] <= end and at[0] >= top

        count = end - left + 1 if right else bottom - top + 1
        for one in self.areas:
            if inside(one[:2]) != inside(one[2:]) or (
                not inside(one[:2])
                and _meet(one, (top, left, bottom if right else far, far if right else end))
            ):
                return False

        def place(at: Place) -> Place:
            if not inside(at):
                return at
            return (at[0], at[1] + count) if right else (at[0] + count, at[1])

        self._move(place)
        self.areas = [(*place(one[:2]), *place(one[2:])) for one in self.areas]
        return True

    def _move(self, place: Callable[[Place], Place | None]) -> None:
        shifted = {place(at): cell for at, cell in self.cells.items()}
        self.cells = {at: cell for at, cell in shifted.items() if at is not None}
        for names in (self.names, self.truth):
            for name, at in names.items():
                names[name] = None if at is None else place(at)

    def save(self, *others: Paper, properties: str = "") -> bytes:
        """The workbook with this worksheet and others; `properties` is the stamp in the document."""
        return _workbook([self, *others], properties)


def _meet(one: Area, other: Area) -> bool:
    return not (one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1])


def _deleted(at: int, count: int) -> Callable[[int], int | None]:
    return lambda line: line if line < at else None if line < at + count else line - count


def _moved_area(area: Area, moved: Callable[[int], int | None], *, rows: bool) -> Area | None:
    """What is left of an area; one cell alone is no area any more."""
    top, left, bottom, right = area
    first, last = (top, bottom) if rows else (left, right)
    kept = [line for old in range(first, last + 1) if (line := moved(old)) is not None]
    if not kept:
        return None
    new = (kept[0], left, kept[-1], right) if rows else (top, kept[0], bottom, kept[-1])
    return None if new[:2] == new[2:] else new


@cache
def _read(key: str) -> tuple[bytes, Paper]:
    template = build_template(load_form(), papers.EDITION)
    stamp = Stamp(template.edition.form, template.edition.year, key, 1, "0badcafe")
    data = fill(template, papers.sheet(key), stamp)
    book = open_workbook(data)
    cells = {split_reference(at): cell for at, cell in book.cells(WORKSHEET).items()}
    areas = [split_range(area) for area in book.merged(WORKSHEET)]
    names = {
        f.cell_name: split_reference(template.addresses[f.path]) for f in template.edition.fields
    }
    return data, Paper(cells, areas, dict(names), stamp=stamp.text())


def filled(key: str = papers.CLEAN) -> Paper:
    """The worksheet of an official sheet, freshly given out."""
    paper = _read(key)[1]
    return paper.copy(paper.title)


def given_out(key: str = papers.CLEAN) -> bytes:
    """The workbook of an official sheet as xlsync gives it out."""
    return _read(key)[0]


def _workbook(papers_: list[Paper], properties: str) -> bytes:
    parts = {
        "[Content_Types].xml": _types(len(papers_), properties),
        "_rels/.rels": _relations(
            {"rId1": ("officeDocument", "xl/workbook.xml")}
            | ({"rId2": ("custom-properties", "docProps/custom.xml")} if properties else {})
        ),
        "xl/workbook.xml": _book(papers_),
        "xl/_rels/workbook.xml.rels": _relations(
            {
                f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml")
                for n in range(1, len(papers_) + 1)
            }
        ),
    }
    if properties:
        parts["docProps/custom.xml"] = _custom(properties)
    for number, paper in enumerate(papers_, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _worksheet(paper)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, _DECLARATION + text)
    return out.getvalue()


def _types(count: int, properties: str) -> str:
    main = "application/vnd.openxmlformats-officedocument"
    listed = [("xl/workbook.xml", f"{main}.spreadsheetml.sheet.main+xml")]
    listed += [
        (f"xl/worksheets/sheet{n}.xml", f"{main}.spreadsheetml.worksheet+xml")
        for n in range(1, count + 1)
    ]
    if properties:
        listed.append(("docProps/custom.xml", f"{main}.custom-properties+xml"))
    inner = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in listed)
    rels = f'<Default Extension="rels" ContentType="{_RELS}"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}{inner}</Types>'


_RELS = "application/vnd.openxmlformats-package.relationships+xml"


def _relations(found: dict[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for one, (kind, target) in found.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _custom(stamp: str) -> str:
    family = "http://schemas.openxmlformats.org/officeDocument/2006"
    return (
        f'<Properties xmlns="{family}/custom-properties" xmlns:vt="{family}/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="xlsync.stamp">'
        f"<vt:lpwstr>{escape(stamp)}</vt:lpwstr></property></Properties>"
    )


def _book(papers_: list[Paper]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(paper.title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, paper in enumerate(papers_, start=1)
    )
    names = "".join(_names(paper, index) for index, paper in enumerate(papers_))
    listed = f"<definedNames>{names}</definedNames>" if names else ""
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>{listed}</workbook>'


def _names(paper: Paper, index: int) -> str:
    scope = "" if paper.workbook_scoped else f' localSheetId="{index}"'
    quoted = "'" + paper.title.replace("'", "''") + "'"
    named = {name: _reference(quoted, place) for name, place in paper.names.items()} | paper.extra
    if paper.stamp:
        named[STAMP] = f'"{paper.stamp}"'
    return "".join(
        f"<definedName name={quoteattr(name)}{scope}>{escape(to)}</definedName>"
        for name, to in named.items()
    )


def _reference(worksheet: str, place: Place | None) -> str:
    if place is None:
        return f"{worksheet}!#REF!"
    return f"{worksheet}!${column_letters(place[1])}${place[0]}"


def _worksheet(paper: Paper) -> str:
    rows: dict[int, list[tuple[int, Cell]]] = {}
    for (row, column), cell in sorted(paper.cells.items()):
        rows.setdefault(row, []).append((column, cell))
    data = "".join(
        f'<row r="{row}">{"".join(_cell(f"{column_letters(c)}{row}", cell) for c, cell in cells)}</row>'
        for row, cells in rows.items()
    )
    merges = "".join(
        f'<mergeCell ref="{column_letters(left)}{top}:{column_letters(right)}{bottom}"/>'
        for top, left, bottom, right in paper.areas
    )
    merged = f'<mergeCells count="{len(paper.areas)}">{merges}</mergeCells>' if merges else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData>{merged}</worksheet>'


def _cell(address: str, cell: Cell) -> str:
    formula = "" if cell.formula is None else f"<f>{escape(cell.formula)}</f>"
    if cell.value is None:
        return f'<c r="{address}">{formula}</c>'
    if isinstance(cell.value, int | float):
        return f'<c r="{address}">{formula}<v>{cell.value}</v></c>'
    if formula:
        return f'<c r="{address}" t="str">{formula}<v>{escape(str(cell.value))}</v></c>'
    text = escape(str(cell.value))
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

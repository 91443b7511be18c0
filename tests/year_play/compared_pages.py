"""What the lists, the board and the workbooks of a city say, as their readers see it, against what is known of the sheets."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import openpyxl

from tests.year_play.city_processes import CityProcesses
from tests.year_play.compared_acts import act_differences
from tests.year_play.sheet_paper import SheetPaper
from tests.year_play.staff_round import Staff
from xlsync.city.settings import find_settings
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.ooxml import read_cells
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE

_DIVISION: Final = 2
"""部 and 課: by these the board asks for what is left."""


def differences(city: CityProcesses, staff: Staff) -> list[str]:
    """Return where anything that the city shows is not as it is known to be."""
    counted = [paper for paper in staff.papers if paper.is_counted]
    return [
        *_of_status(city, counted),
        *_of_findings(city, counted),
        *act_differences(city, staff.papers),
        *_of_board(city, counted),
        *_of_workbooks(staff),
    ]


def compare(what: str, shown: Any, known: Any) -> Iterator[str]:
    """Yield a difference, where there is one."""
    if shown != known:
        yield f"{what}: shown {shown}, known {known}"


def _of_status(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    shown = {sheet["key"]: sheet for sheet in city.json("status")["sheets"]}
    yield from compare("sheets", sorted(shown), sorted(paper.key for paper in papers))
    for paper in papers:
        sheet = shown.get(paper.key, {})
        said = (sheet.get("state"), sheet.get("blank"), sheet.get("errors"))
        known = (paper.words(), len(paper.blanks), len(paper.errors))
        yield from compare(f"status {paper.key}", said, known)
        yield from compare(f"marks {paper.key}", sheet.get("marks"), paper.marks())


def _of_findings(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    """Compare every finding of severity error with its field, and what is registered with what was typed."""
    settings = find_settings(city.folder)
    statuses = {
        status.sheet.key: status for status in sheet_statuses(settings.store, settings.terms)
    }
    for paper in papers:
        status = statuses[paper.key]
        errors = {(each.code, each.path) for each in status.findings if each.severity == "error"}
        known = {("required", path) for path in paper.blanks}
        known |= {("unreadable", path) for path in paper.errors}
        yield from compare(f"findings {paper.key}", sorted(errors), sorted(known))
        for path, value in {**paper.values, **(paper.amounts or {})}.items():
            text = status.sheet.unreadable.get(path)
            held = text if text is not None else status.sheet[path]
            same = str(held) == str(value) or held == value
            yield from () if same else [f"{paper.key} {path}: registered {held}, typed {value}"]
        conflicts = {each.path for each in status.conflict_findings}
        yield from compare(f"conflicts {paper.key}", conflicts, set(paper.conflicts))


def _of_board(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    """Compare the board's three lists: each sheet, each 部, and what each 課 is asked for."""
    book = openpyxl.load_workbook(city.folder / "shared/提出状況.xlsx", read_only=True)
    rows, departments, requests = (
        list(book[name].iter_rows(values_only=True)) for name in ("提出状況", "部別", "催促文")
    )
    book.close()
    head = next(row for row in rows if "事業コード" in row)
    code, state = head.index("事業コード"), head.index("状況")
    listed = rows[rows.index(head) + 1 :]
    shown = {row[code]: str(row[state]).partition(" ")[2] for row in listed if row[code]}
    yield from compare("board", shown, {paper.key: paper.words() for paper in papers})
    done = sum(not paper.asked for paper in papers)
    told = next(str(row[0]) for row in rows if str(row[0]).startswith("提出済 "))
    yield from compare("board", told.partition("件")[0], f"提出済 {done}／{len(papers)}")
    yield from _of_departments(departments, papers)
    yield from _of_requests(requests, papers)


def _of_departments(rows: list[tuple[Any, ...]], papers: list[SheetPaper]) -> Iterator[str]:
    """Compare how many sheets of each 部 are in each state, and which share of them is handed in."""
    head = next(row for row in rows if row[0] == "部")
    total, share = head.index("件数"), head.index("提出済の割合")
    shown = {
        str(row[0]): (
            {word: row[at] for at, word in enumerate(head) if total < at < share and row[at]},
            round(row[share], 6),
        )
        for row in rows[rows.index(head) + 1 :]
        if row[total]
    }
    known = {"全庁　合計": _states(papers)}
    for name in {paper.units[0] for paper in papers}:
        known[name] = _states([paper for paper in papers if paper.units[0] == name])
    yield from compare("board by 部", shown, known)


def _states(papers: list[SheetPaper]) -> tuple[dict[str, int], float]:
    """Return the number of sheets in each state, and which share of them is handed in."""
    handed_in = sum(not paper.asked for paper in papers) / len(papers)
    return dict(Counter(paper.state() for paper in papers)), round(handed_in, 6)


def _of_requests(rows: list[tuple[Any, ...]], papers: list[SheetPaper]) -> Iterator[str]:
    """Compare the texts with which the board asks each 課 for what is left."""
    asked = [paper for paper in papers if paper.asked]
    shown: dict[tuple[Any, ...], tuple[Any, set[str]]] = {}
    for row in rows:
        if row[:_DIVISION] != ("部", "課") and row[0] and row[_DIVISION]:
            lines = {line[1:] for line in str(row[-1]).splitlines() if line.startswith("・")}
            shown[row[:_DIVISION]] = row[_DIVISION], lines
    known: dict[tuple[Any, ...], tuple[Any, set[str]]] = {}
    for unit in {paper.units[:_DIVISION] for paper in asked}:
        own = [paper for paper in asked if paper.units[:_DIVISION] == unit]
        known[unit] = (
            len(own),
            {f"{paper.units[-1]} {paper.key} {paper.title}：{paper.words()}" for paper in own},
        )
    yield from compare("board's requests", shown, known)


def _of_workbooks(staff: Staff) -> Iterator[str]:
    """Compare what each sheet's workbook says: the fields, the cell for handing in, the comment of a return."""
    for paper in staff.papers:
        if paper.is_counted:
            cells = _cells_of(staff.files[paper.key])
            yield from _of_check_page(paper, cells[PAGE])
            for path, (worksheet, cell) in staff.cells[paper.key].items():
                may_be = paper.texts_of(path)
                text = cells[worksheet].get(cell)
                if may_be and text not in may_be:
                    yield f"workbook {paper.key} {path}: {text!r}, known {may_be}"


def _of_check_page(paper: SheetPaper, page: dict[str, Any]) -> Iterator[str]:
    cell = str(page.get(HAND_IN)).replace("自動", "入力中")
    if cell not in paper.cell():
        yield f"チェック {paper.key}: shows {cell}, known {sorted(paper.cell())}"
    texts = "\n".join(str(value) for value in page.values())
    wanted = paper.comment if paper.now.words() == "差戻し中" else ""
    if wanted and wanted not in texts:
        yield f"チェック {paper.key}: lacks the comment {wanted}"
    if not wanted and paper.comment and paper.comment in texts:
        yield f"チェック {paper.key}: still has the comment {paper.comment}"


def _cells_of(file: Path) -> dict[str, dict[str, Any]]:
    data = file.read_bytes()
    return _read(hashlib.sha256(data).hexdigest(), file)


@lru_cache(maxsize=1000)
def _read(digest: str, file: Path) -> dict[str, dict[str, Any]]:
    """Return the cells of a file with this digest: most files are as they were a step ago."""
    data = file.read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest, f"{file} is being written"
    return {name: dict(cells) for name, cells in read_cells(data).items()}


__all__ = ["compare", "differences"]

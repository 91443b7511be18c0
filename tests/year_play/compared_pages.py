"""What the pages and lists of a city say, as people and programs read them, against what is known of the sheets."""

from __future__ import annotations

import email
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import openpyxl

from tests.year_play.city_processes import CityProcesses
from tests.year_play.sheet_paper import SheetPaper
from tests.year_play.staff_round import Staff
from xlsync.city.settings import find_settings
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.ooxml import read_cells
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE

_ASKED: Final = {"差し戻した": "returned", "ほかの人": "conflict", "まだ提出": "open"}


def differences(city: CityProcesses, staff: Staff) -> list[str]:
    """Return where anything that the city shows is not as it is known to be."""
    counted = [paper for paper in staff.papers if paper.is_counted]
    return [
        *_of_status(city, counted),
        *_of_findings(city, counted),
        *_of_board(city, counted),
        *_of_workbooks(staff),
    ]


def _compare(what: str, shown: Any, known: Any) -> Iterator[str]:
    if shown != known:
        yield f"{what}: shown {shown}, known {known}"


def _of_status(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    shown = {sheet["key"]: sheet for sheet in city.json("status")["sheets"]}
    yield from _compare("sheets", sorted(shown), sorted(paper.key for paper in papers))
    for paper in papers:
        sheet = shown.get(paper.key, {})
        said = (sheet.get("state"), sheet.get("blank"), sheet.get("errors"))
        known = (paper.words(), len(paper.blanks), len(paper.errors))
        yield from _compare(f"status {paper.key}", said, known)
        yield from _compare(f"marks {paper.key}", sheet.get("marks"), paper.marks())


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
        yield from _compare(f"findings {paper.key}", sorted(errors), sorted(known))
        for path, value in paper.values.items():
            text = status.sheet.unreadable.get(path)
            held = text if text is not None else status.sheet[path]
            same = str(held) == str(value) or held == value
            yield from () if same else [f"{paper.key} {path}: registered {held}, typed {value}"]
        conflicts = {each.path for each in status.conflict_findings}
        yield from _compare(f"conflicts {paper.key}", conflicts, set(paper.conflicts))


def _of_board(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    book = openpyxl.load_workbook(city.folder / "shared/提出状況.xlsx", read_only=True)
    rows = list(book["提出状況"].iter_rows(values_only=True))
    book.close()
    head = next(row for row in rows if "事業コード" in row)
    code, state = head.index("事業コード"), head.index("状況")
    shown = {
        row[code]: str(row[state]).partition(" ")[2]
        for row in rows
        if row[code] and row is not head
    }
    for paper in papers:
        yield from _compare(f"board {paper.key}", shown.get(paper.key), paper.words())
    done = sum(not paper.asked for paper in papers)
    told = next(str(row[0]) for row in rows if str(row[0]).startswith("提出済 "))
    yield from _compare("board", told.partition("件")[0], f"提出済 {done}／{len(papers)}")


def _of_workbooks(staff: Staff) -> Iterator[str]:
    """Compare the cell for handing in and the comments of a return, in the workbook of each sheet."""
    for paper in staff.papers:
        if not paper.is_counted:
            continue
        page = read_cells(staff.files[paper.key])[PAGE]
        cell = str(page.get(HAND_IN)).replace("自動", "入力中")
        if cell not in paper.cell():
            yield f"チェック {paper.key}: shows {cell}, known {sorted(paper.cell())}"
        texts = "\n".join(str(value) for value in page.values())
        wanted = paper.comment if paper.now.words() == "差戻し中" else ""
        if wanted and wanted not in texts:
            yield f"チェック {paper.key}: lacks the comment {wanted}"
        if not wanted and paper.comment and paper.comment in texts:
            yield f"チェック {paper.key}: still has the comment {paper.comment}"


def reminder_differences(folder: Path, papers: list[SheetPaper]) -> Iterator[str]:
    """Compare the mails in a folder with what is left to do."""
    shown: dict[str, tuple[str, str]] = {}
    units: dict[str, tuple[str, ...]] = {paper.key: paper.units for paper in papers}
    for file in folder.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        part = message.get_body(("plain",))
        assert isinstance(part, EmailMessage)
        asked, text = "", str(part.get_content())
        for line in text.splitlines():
            if line.startswith("■ "):
                asked = next(word for start, word in _ASKED.items() if line[2:].startswith(start))
            elif found := re.match(r"・.*?(\d\d(?:-\d\d){5}) .*：(.*)$", line):
                shown[found[1]] = asked, found[2]
                assert text.startswith(units[found[1]][1]), (file, line)
    known = {
        paper.key: (paper.asked, paper.words())
        for paper in papers
        if paper.is_counted and paper.asked
    }
    yield from _compare("reminders", sorted(shown.items()), sorted(known.items()))


def summary_differences(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    """Compare states and settled amounts of the summary of the whole city."""
    city.run("summarize")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl leaves sparklines out
        book = openpyxl.load_workbook(city.folder / "shared/集計/全庁.xlsx", data_only=True)
    counted = [paper for paper in papers if paper.is_counted]
    listed = list(book["事業一覧"].iter_rows(values_only=True))
    head = next(row for row in listed if row[0] == "事業コード")
    shown = {row[0]: row[head.index("状況")] for row in listed[listed.index(head) + 1 :] if row[0]}
    yield from _compare("summary", shown, {paper.key: paper.state() for paper in counted})
    totals, numbers = _department_totals(book["課別・係別"])
    known: dict[str, int] = defaultdict(int)
    for paper in counted:
        known[paper.units[0]] += sum((paper.amounts or {}).values())
    yield from _compare("sums", totals, dict(known))
    yield from _compare("counts", numbers, dict(Counter(paper.units[0] for paper in counted)))


def _department_totals(page: Any) -> tuple[dict[str, int], dict[str, int]]:
    """Return the settled 事業費 and the number of sheets of each 部."""
    rows = list(page.iter_rows(values_only=True))
    groups = next(row for row in rows if "事業費(A)" in row)
    below = rows[rows.index(groups) + 1]
    column = below.index("H29年度決算", groups.index("事業費(A)"))
    name, number = groups.index("所属"), groups.index("件数")
    of_department = _departments(rows[rows.index(below) + 1 :], name)
    return (
        {str(row[name]): int(row[column] or 0) for row in of_department},
        {str(row[name]): int(row[number]) for row in of_department},
    )


def _departments(rows: list[tuple[Any, ...]], name: int) -> list[tuple[Any, ...]]:
    return [row for row in rows if row[name] and str(row[name]).endswith(("部", "公室"))]


__all__ = ["differences", "reminder_differences", "summary_differences"]

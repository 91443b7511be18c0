"""The city of a play: the five official sheets and others made of them, registered and given out."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests import papers
from tests.year_play.city_processes import CityProcesses
from tests.year_play.sheet_paper import HOURS, OFFICE_TEXT, SETTLED, TEXTS, SheetPaper, blanks_of
from tests.year_play.year_shapes import REQUIRED_LATER, Shape

_DEPARTMENTS: Final = ("市長公室", "総務部", "財務部", "市民部", "福祉部", "経済部", "建設部")
_DIVISIONS: Final = ("総務課", "推進課", "管理課")
_PERIODS: Final = ("2016-settled", "2017-settled", "2018-initial")
_PLAYED: Final = (*TEXTS, HOURS, OFFICE_TEXT, REQUIRED_LATER)


def found(
    folder: Path, shape: Shape, count: int, seed: int
) -> tuple[CityProcesses, list[SheetPaper]]:
    """Found a city with so many sheets and their workbooks, and return its processes and what is known of each sheet."""
    documents = list(_documents(count, random.Random(seed)))  # noqa: S311 - the same city every time
    lists = folder / "登録"
    lists.mkdir(parents=True)
    for document in documents:
        text = json.dumps(document, ensure_ascii=False, indent=2)
        (lists / f"{document['key']}.json").write_text(text + "\n", encoding="utf-8")
    city = CityProcesses(folder)
    city.run("init", folder / "市", "--name", "つくば市")
    city.folder = folder / "市"
    today = dt.datetime.now().astimezone().date()
    write_settings(city.folder, shape.settings(today))
    city.run("import", lists)
    city.run("export", "--all")
    return city, [_paper(shape, document) for document in documents]


def write_settings(folder: Path, tables: str) -> None:
    """Replace the tables that a shape has of its own, and let the watcher take what has rested for a moment."""
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8").partition("\n# --- 年の形\n")[0]
    text = re.sub(r"\n\[(deadline|submission)\]\n.*?(?=\n#? ?\[)", "\n", text, flags=re.DOTALL)
    text = text.replace("# quiet-seconds = 10 ", "quiet-seconds = 0.3 ")
    written = file.with_suffix(".new")
    written.write_text(f"{text}\n# --- 年の形\n{tables}", encoding="utf-8")
    written.replace(file)


def _documents(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for key in papers.KEYS[:count]:
        yield papers.official_document(key)
    for number in range(count - len(papers.KEYS)):
        yield _made(number, chance)


def _made(number: int, chance: random.Random) -> dict[str, Any]:
    """Return a complete sheet of a program of its own, with amounts that add up."""
    document = copy.deepcopy(papers.official_document(papers.CLEAN))
    department = _DEPARTMENTS[number % len(_DEPARTMENTS)]
    division = _DIVISIONS[number // len(_DEPARTMENTS) % len(_DIVISIONS)]
    moku, program = f"{20 + number // 90:02}", f"{1 + number % 90:02}"
    for path, value in (
        ("organization.department", department),
        ("organization.division", division),
        ("organization.section", "事業係"),
        ("budget.moku", moku),
        ("budget.program", program),
        ("budget.name", f"予算その{number}"),
        ("project.name", f"事業その{number}"),
        (REQUIRED_LATER, None),
    ):
        papers.put(document, path, value)
    document["key"] = f"01-02-01-{moku}-{program}-01"
    for period in _PERIODS:
        more = chance.randint(0, 50_000)
        for path in ("sources.general", "project_cost", "total_cost"):
            _add(document, f"costs.{period}.{path}", more)
        for path in ("project_cost", "total_cost"):
            _add(document, f"program_totals.{period}.{path}", more)
    return document


def _add(document: dict[str, Any], path: str, more: int) -> None:
    *above, last = path.split(".")
    here: Any = document
    for step in above:
        here = here[step]
    here[last] += more


def _paper(shape: Shape, document: dict[str, Any]) -> SheetPaper:
    sheet = papers.changed_sheet(copy.deepcopy(document), {})
    amounts = {path: sheet[path] for path in sheet if path.startswith(SETTLED)}
    known = {path: int(str(value)) for path, value in amounts.items() if value is not None}
    return SheetPaper(
        shape,
        sheet.key,
        sheet.units,
        sheet.title,
        {path: sheet[path] for path in _PLAYED},
        blanks_of(copy.deepcopy(document)),
        known if len(known) == len(amounts) else None,
    )


__all__ = ["found", "write_settings"]

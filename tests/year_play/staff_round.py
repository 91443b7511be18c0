"""What staff do in a while: they save workbooks, some by LibreOffice, some in a copy that is behind; the watcher dies."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests import office, papers
from tests.year_play.city_processes import CityProcesses, save, until
from tests.year_play.sheet_paper import HOURS, JUNK, OFFICE_TEXT, SETTLED, TEXTS, SheetPaper
from tests.year_play.year_shapes import REQUIRED_LATER
from xlsync.city.settings import find_settings
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.reading.form_reader import read

FOUGHT: Final = TEXTS[0]
_WORDS: Final = ("提出する",) * 6 + ("所属長確認済", "入力中")


@dataclass
class Staff:
    """The people of a city.

    Attributes:
        city: The city's processes.
        papers: What is known of each sheet.
        chance: What they do.
        with_office: How many workbooks of a round are saved by LibreOffice.
        busy: Which share of the sheets is worked on in a round.
        saves: How many saves there were.
        resaved: How many of them by LibreOffice.
        presses: How often somebody pressed ［提出］.

    """

    city: CityProcesses
    papers: list[SheetPaper]
    chance: random.Random
    with_office: int = 0
    busy: float = 0.6
    saves: int = 0
    resaved: int = 0
    presses: int = 0
    number: int = 0
    copies: dict[str, Path] = field(default_factory=dict)
    cells: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def begin(self, copies: int) -> None:
        """Find everybody's workbook; some people make a copy for themselves."""
        folder = self.city.folder / "shared/評価シート"
        for paper in self.papers:
            [self.files[paper.key]] = folder.rglob(f"{paper.key}_*.xlsx")
        [reading] = read(next(iter(self.files.values())).read_bytes())
        cells = {path: (reading.worksheet, cell) for path, cell in reading.cells.items()}
        self.cells = dict.fromkeys(self.files, cells)  # all are of one template
        for paper in self.chance.sample(self.papers, copies):
            file = self.files[paper.key]
            mine = file.with_name(f"{file.stem} - コピー.xlsx")
            mine.write_bytes(file.read_bytes())
            self.copies[paper.key] = mine

    def wait_for(self, papers: list[SheetPaper]) -> None:
        """Wait until the workbooks and copies of sheets say what was decided: who is quicker writes against it."""
        for paper in papers:
            until(partial(self._is_written, paper))

    def _is_written(self, paper: SheetPaper) -> bool:
        worksheet, cell = self.cells[paper.key][FOUGHT]
        files = (self.files[paper.key], self.copies[paper.key])
        texts = [read_cells(file)[worksheet].get(cell) for file in files]
        return all(text == paper.values[FOUGHT] for text in texts)

    def work(self, kills: int) -> None:
        """Let everybody work for a while; the watcher is killed so often meanwhile."""
        counted = [paper for paper in self.papers if paper.is_counted]
        busy = [paper for paper in counted if self.chance.random() < self.busy]
        behind = [paper for paper in busy if self._falls_behind(paper)]
        former = {paper.key: self.copies[paper.key].read_bytes() for paper in behind}
        written = [(self.files[paper.key], self._edited(paper, paper in behind)) for paper in busy]
        moments = set(self.chance.sample(range(len(written)), min(kills, len(written))))
        for number, (file, data) in enumerate(self._through_office(written)):
            save(file, data)
            self.saves += 1
            if number in moments:
                time.sleep(self.chance.random())
                self.city.kill()
                self.city.watch()
        self.city.rest()
        for paper in behind:
            until(partial(self._is_registered, paper))
            self._save_behind(paper, former[paper.key])
        self.city.rest()
        for paper in busy:
            if not paper.conflicts and self.chance.random() < 0.2:
                self.city.run("press", "submit", self.files[paper.key])
                paper.press()
                self.presses += 1
        self.city.rest()

    def _falls_behind(self, paper: SheetPaper) -> bool:
        """Whether somebody has the copy open while the workbook is saved, and saves it later."""
        is_taken = paper.shape.reviewed != "all" and not paper.card.final
        return paper.key in self.copies and is_taken and not paper.conflicts

    def _is_registered(self, paper: SheetPaper) -> bool:
        """Whether what was saved first is registered: who comes second is in conflict with it."""
        head = find_settings(self.city.folder).store.head(paper.key, papers.EDITION)
        return head is not None and head[FOUGHT] == paper.values[FOUGHT]

    def _save_behind(self, paper: SheetPaper, data: bytes) -> None:
        text = self._text(paper)
        cell = self.cells[paper.key][FOUGHT]
        save(self.copies[paper.key], patch_cells(data, {cell: text}))
        self.saves += 1
        paper.conflicts[FOUGHT] = (str(paper.values[FOUGHT]), text)

    def _edited(self, paper: SheetPaper, is_fought: bool) -> bytes:  # noqa: FBT001
        """Return somebody's workbook with what she types, and note it."""
        typed = dict(self._typed(paper))
        if is_fought:
            typed[FOUGHT] = self._text(paper)
        elif paper.conflicts:
            typed.pop(FOUGHT, None)
        cells: dict[tuple[str, str], Any] = {
            self.cells[paper.key][path]: value for path, value in typed.items()
        }
        for path, value in typed.items():
            paper.type(path, value)
        if self.chance.random() < 0.6:
            word = self.chance.choice(_WORDS)
            cells[PAGE, HAND_IN] = word
            paper.choose(word)
        return patch_cells(self.files[paper.key].read_bytes(), cells)

    def _typed(self, paper: SheetPaper) -> list[tuple[str, Any]]:
        draw = self.chance.random
        typed: list[tuple[str, Any]] = [
            (path, None if draw() < 0.12 else self._text(paper)) for path in TEXTS if draw() < 0.4
        ]
        if draw() < 0.2:
            typed.append((HOURS, JUNK if draw() < 0.4 else self.chance.randint(1, 900)))
        if draw() < 0.1:
            typed.append((OFFICE_TEXT, self._text(paper)))
        if paper.is_asked_more and draw() < 0.7:
            typed.append((REQUIRED_LATER, self._text(paper)))
        if paper.owned and draw() < 0.25:
            typed.append((f"{SETTLED}general", self.chance.randint(1, 9_000)))
        return typed

    def _text(self, paper: SheetPaper) -> str:
        self.number += 1
        return f"{paper.key[-8:]}の{self.number}番目"

    def _through_office(self, written: list[tuple[Path, bytes]]) -> list[tuple[Path, bytes]]:
        """Let LibreOffice save some of the workbooks before they are put where they belong."""
        chosen = self.chance.sample(range(len(written)), min(self.with_office, len(written)))
        if not chosen:
            return written
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for number in chosen:
                (folder / f"{number}.xlsx").write_bytes(written[number][1])
            files = [folder / f"{number}.xlsx" for number in chosen]
            saved = office.resave(files, folder / "saved")
            data = {number: file.read_bytes() for number, file in zip(chosen, saved, strict=True)}
        self.resaved += len(chosen)
        return [(file, data.get(number, old)) for number, (file, old) in enumerate(written)]

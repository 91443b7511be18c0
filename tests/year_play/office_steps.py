"""What the planning office does in a year, by commands: acts on departments and lists, figures, grades, mails."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.budget_files import MAP, SOURCES, WORDS
from tests.year_play.city_processes import CityProcesses
from tests.year_play.compared_acts import KIND, grade_differences, yen_differences
from tests.year_play.compared_summaries import SummaryCard, summary_cards
from tests.year_play.sheet_paper import SETTLED, SheetPaper
from tests.year_play.staff_round import FOUGHT
from xlsync.sheet_stage import StageActKind

_COMMANDS: Final[dict[StageActKind, str]] = {"publish": "mark-published"}
_BY_DEPARTMENT: Final = 2
"""How many departments an act is done for by name; the sheets of the others are put on a list."""
_NO_SHEET: Final = ("01", "02", "01", "99", "99", "01")
"""The code of a budget line for which no sheet is asked."""


@dataclass
class Office:
    """The planning office of a city.

    Attributes:
        city: The city's processes.
        papers: What is known of each sheet.
        chance: What it decides.
        beside: The yen of the financial system that belong to no sheet, None before its file is taken in.
        moments: What summaries have to say of the moments that have a name.

    """

    city: CityProcesses
    papers: list[SheetPaper]
    chance: random.Random
    number: int = 0
    beside: int | None = None
    moments: dict[str, dict[str, SummaryCard]] = field(default_factory=dict)

    @property
    def counted(self) -> list[SheetPaper]:
        """The sheets that count."""
        return [paper for paper in self.papers if paper.is_counted]

    def by_department(self, kind: StageActKind) -> None:
        """Do an act about whatever sheets it is possible for: some departments by name, the other ones by a list."""
        command = _COMMANDS.get(kind, kind)
        departments = list(dict.fromkeys(paper.units[0] for paper in self.counted))
        for department in departments[:_BY_DEPARTMENT]:
            papers = [paper for paper in self.counted if paper.units[0] == department]
            self._act(kind, (command, "--department", department, "--yes"), papers)
        others = [paper for paper in self.counted if paper.units[0] in departments[_BY_DEPARTMENT:]]
        possible = [paper for paper in others if paper.now.is_possible(kind)]
        if possible:
            self._act(kind, (command, "--list", self._list(possible), "--yes"), possible)

    def by_list(self, kind: StageActKind, papers: Sequence[SheetPaper], *words: str) -> None:
        """Do an act about the sheets of a list; first with one among them for which it is not possible."""
        impossible = [paper for paper in self.counted if not paper.now.is_possible(kind)]
        for wrong in impossible[:1]:
            self.city.run(kind, "--list", self._list([*papers, wrong]), *words, "--yes", codes=(3,))
        if papers:
            self._act(kind, (kind, "--list", self._list(papers), *words, "--yes"), papers)

    def _act(
        self, kind: StageActKind, words: Sequence[object], papers: Sequence[SheetPaper]
    ) -> None:
        before = {paper.key: paper.now.words() for paper in papers}
        possible = {paper.key: paper.do(kind) for paper in papers}
        told = {sheet["key"]: sheet for sheet in self.city.json(*words)["sheets"]}
        assert told.keys() == before.keys(), (kind, told.keys() ^ before.keys())
        for key, sheet in told.items():
            shown = sheet["before"], not sheet["fault"]
            assert shown == (before[key], possible[key]), (kind, sheet)

    def _list(self, papers: Iterable[SheetPaper]) -> Path:
        self.number += 1
        file = self.city.folder / f"一覧{self.number}.csv"
        _write(file, [["事業コード"], *([paper.key] for paper in papers)])
        return file

    # --- the steps of a year

    def give_back(self) -> None:
        """Return some sheets with a comment."""
        able = [paper for paper in self.counted if paper.now.is_possible("return")]
        chosen = self._some(able, 5)
        self.number += 1
        comment = f"ご確認ください その{self.number}"
        self.by_list("return", chosen, "--comment", comment)
        for paper in chosen:
            paper.comment = comment

    def finalize(self) -> None:
        """Make final what is confirmed and unchanged since."""
        able = [paper for paper in self.counted if paper.now.is_possible("finalize")]
        self.by_list("finalize", able, "--approval", "7月20日 企第12号")

    def reopen(self) -> None:
        """Open some of the final sheets again."""
        able = [paper for paper in self.counted if paper.now.words() in {"確定", "公表済"}]
        self.by_list("reopen", self._some(able, 4), "--comment", "訂正")

    def exclude(self) -> None:
        """Take some sheets out."""
        chosen = self._some(self.papers, 10)
        keys = [paper.key for paper in chosen]
        self.city.run("sheets", "exclude", *keys, "--reason", "内部管理のため", "--yes")
        for paper in chosen:
            paper.is_counted = False

    def restore(self) -> None:
        """Take them in again."""
        out = [paper for paper in self.papers if not paper.is_counted]
        keys = [paper.key for paper in out]
        self.city.run("sheets", "restore", *keys, "--reason", "対象に決まったため", "--yes")
        for paper in out:
            paper.is_counted = True

    def review(self) -> None:
        """Decide what waits."""
        waiting = [paper for paper in self.counted if paper.waiting]
        told = self.city.json("review")["waiting"]
        shown = {(change["key"], change["path"]) for change in told}
        assert shown == {(paper.key, path) for paper in waiting for path in paper.waiting}
        rejected = waiting[::4]
        accepted = [paper for paper in waiting if paper not in rejected]
        for option, papers in (("--reject", rejected), ("--accept", accepted)):
            words = [word for paper in papers for word in (option, paper.key)]
            if words:
                self.city.run("review", *words, "--comment", "会議のとおり")
        for paper in accepted:
            for path, value in paper.waiting.items():
                paper.register(path, value, by_staff=True)
        for paper in waiting:
            paper.waiting = {}

    def resolve(self) -> list[SheetPaper]:
        """Decide what several people wrote differently, and return the sheets."""
        decided = [paper for paper in self.counted if paper.conflicts]
        for paper in decided:
            side = self.chance.choice(("--ours", "--theirs"))
            self.city.run("resolve", paper.key, side, FOUGHT)
            text = paper.conflicts.pop(FOUGHT)[1]
            if side == "--theirs":
                paper.register(FOUGHT, text, by_staff=False)
        return decided

    def figures(self) -> None:
        """Take the settled amounts of the financial system in, in yen; one line of them belongs to no sheet."""
        rows: list[list[Any]] = [["会計", "款", "項", "目", "予算事業", "枝", "事業名", *WORDS]]
        for paper in self.counted:
            amounts = {source: self._yen() for source in SOURCES}
            rows.append([*paper.key.split("-"), paper.title, *amounts.values()])
            paper.take_figures({f"{SETTLED}{name}": of for name, of in amounts.items()})
        without = [self._yen() for _ in SOURCES]
        rows.append([*_NO_SHEET, "公債費", *without])
        self.beside = sum(without)
        file = self.city.folder / "決算.csv"
        _write(file, rows)
        entries = [word for word in MAP[1::2] if not word.startswith(("年=", "繰越="))]
        entries.append(f"（端数）={self.papers[0].shape.rounding}")
        mapping = [word for entry in entries for word in ("--map", entry)]
        self.city.run("figures", "import", file, "--kind", KIND, *mapping, "--yes")

    def _yen(self) -> int:
        """Return an amount; many are just below, at or above half a thousand, where the ways of rounding part."""
        rest = self.chance.choice((400, 499, 500, 600, self.chance.randint(0, 999)))
        return 1000 * self.chance.randint(0, 90_000) + rest

    def snapshot(self) -> None:
        """Give the moment a name."""
        name = f"時点{len(self.moments) + 1}"
        self.city.run("snapshot", name)
        self.moments[name] = summary_cards(self.papers)

    def record_differences(self) -> list[str]:
        """Return where the yen that are kept, or the grades, are not as they were taken in."""
        found = list(grade_differences(self.city, self.counted)) if _has_tiers(self.papers) else []
        if self.beside is not None:
            found += yen_differences(self.city, self.counted, self.beside)
        return found

    def grade(self, tier: str) -> None:
        """Take a table after a meeting in, and read it again side by side."""
        heads = ("評価", "理由", "市の対応")
        rows = [["事業コード", "事務事業名", *(f"{tier} {head}" for head in heads)]]
        for paper in self._some(self.counted, 2):
            self.number += 1
            said = [self.chance.choice("ABC"), f"理由{self.number}", f"対応{self.number}"]
            rows.append([paper.key, paper.title, *said])
            paper.grades[tier] = dict(zip(("grade", "reason", "answer"), said, strict=True))
        file = self.city.folder / "会議結果.csv"
        _write(file, rows)
        self.city.run("grades", "import", file, "--yes")

    def _some(self, papers: Sequence[SheetPaper], one_of: int) -> list[SheetPaper]:
        return self.chance.sample(list(papers), max(1, len(papers) // one_of)) if papers else []


def _has_tiers(papers: Sequence[SheetPaper]) -> bool:
    return any(paper.grades for paper in papers)


def _write(file: Path, rows: Sequence[Sequence[Any]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        csv.writer(written).writerows(rows)

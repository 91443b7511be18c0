"""What the planning office does in a year, by commands: acts on departments and lists, figures, grades, mails."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.budget_files import MAP, SOURCES, WORDS
from tests.year_play.city_processes import CityProcesses
from tests.year_play.sheet_paper import SETTLED, SheetPaper
from tests.year_play.staff_round import FOUGHT
from xlsync.sheet_stage import StageActKind

_COMMANDS: Final[dict[StageActKind, str]] = {"publish": "mark-published"}
_KIND: Final = "歳出決算"


@dataclass
class Office:
    """The planning office of a city."""

    city: CityProcesses
    papers: list[SheetPaper]
    chance: random.Random
    number: int = 0

    @property
    def counted(self) -> list[SheetPaper]:
        """The sheets that count."""
        return [paper for paper in self.papers if paper.is_counted]

    def by_department(self, kind: StageActKind) -> None:
        """Do an act about whatever sheets of each department it is possible for."""
        for department in dict.fromkeys(paper.units[0] for paper in self.counted):
            papers = [paper for paper in self.counted if paper.units[0] == department]
            words = (_COMMANDS.get(kind, kind), "--department", department, "--yes")
            self._act(kind, words, papers)

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
        """Take the settled amounts of the financial system in, in yen."""
        rows: list[list[Any]] = [["会計", "款", "項", "目", "予算事業", "枝", "事業名", *WORDS]]
        yen: dict[str, dict[str, int]] = {}
        for paper in self.counted:
            amounts = {source: self.chance.randint(0, 90_000_000) for source in SOURCES}
            yen[paper.key] = amounts
            rows.append([*paper.key.split("-"), paper.title, *amounts.values()])
        file = self.city.folder / "決算.csv"
        _write(file, rows)
        entries = [word for word in MAP[1::2] if not word.startswith(("年=", "繰越="))]
        mapping = [word for entry in entries for word in ("--map", entry)]
        self.city.run("figures", "import", file, "--kind", _KIND, *mapping, "--yes")
        for paper in self.counted:
            paper.take_figures({f"{SETTLED}{name}": of for name, of in yen[paper.key].items()})
        told = self.city.json("figures", "reconcile", "--kind", _KIND)
        total = sum(sum(amounts.values()) for amounts in yen.values())
        kept = sum(sum((paper.amounts or {}).values()) for paper in self.counted) * 1000
        sums = _sums(told)
        assert sums == (total, kept), (sums, total, kept)

    def grade(self, tier: str) -> None:
        """Take a table after a meeting in, and read it again side by side."""
        heads = ("評価", "理由", "市の対応")
        rows = [["事業コード", "事務事業名", *(f"{tier} {head}" for head in heads)]]
        known = {}
        for paper in self._some(self.counted, 2):
            self.number += 1
            said = [self.chance.choice("ABC"), f"理由{self.number}", f"対応{self.number}"]
            rows.append([paper.key, paper.title, *said])
            known[paper.key] = dict(zip(("grade", "reason", "answer"), said, strict=True))
            paper.grades[tier] = known[paper.key]
        file = self.city.folder / "会議結果.csv"
        _write(file, rows)
        self.city.run("grades", "import", file, "--yes")
        shown = {
            sheet["key"]: sheet["tiers"] for sheet in self.city.json("grades", "list")["sheets"]
        }
        for paper in self.counted:
            for name in paper.shape.tiers:
                told = {part: text for part, text in shown[paper.key][name].items() if text}
                assert told == paper.grades.get(name, {}), (paper.key, name, told)

    def _some(self, papers: Sequence[SheetPaper], one_of: int) -> list[SheetPaper]:
        return self.chance.sample(list(papers), max(1, len(papers) // one_of)) if papers else []


def _sums(told: Any) -> tuple[int, int]:
    """Return the yen of the file, and those that the sheets say."""
    return told["total"]["budget"], told["total"]["stored"]


def _write(file: Path, rows: Sequence[Sequence[Any]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        csv.writer(written).writerows(rows)

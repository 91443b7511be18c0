"""What an officer with paper and pencil knows of a sheet: what its file says, what was done about it, what is asked for.

Nothing here looks at a table or a rule of the program: the card of the stages is the tests' own (`tests/stages`), and what
is left to fill in comes from the papers of the official form.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests import papers
from tests.stages.test_model import Card
from tests.year_play.year_shapes import REQUIRED_LATER, Shape
from tests.year_play.yen_rounding import rounded
from xlsync.sheet_stage import StageActKind

TEXTS: Final = ("purpose", "outline", "years.2018.plan", "years.2017.issues")
"""Texts that staff write; the first is the one that copies and late savers fight about."""
HOURS: Final = "costs.2018-initial.overtime_hours"
OFFICE_TEXT: Final = "budget.name"
JUNK: Final = "調整中"
SETTLED: Final = "costs.2017-settled.sources."
_FINISHED: Final = ("2014", "2015", "2016", "2017", "2016-settled", "2017-settled")


def required_paths() -> frozenset[str]:
    """Return the fields that somebody must fill in, from the table written out of the official papers."""
    return frozenset(
        row["path"]
        for row in papers.field_table()
        if row["required"] == "yes" and row["filled_by"] != "computed"
    )


def blanks_of(document: Any) -> frozenset[str]:
    """Return the required fields that are blank in a document; of years that are not over nobody asks for results."""
    texts = dict(papers.changed_sheet(document, {}))
    finished_only = {f"years.{{}}.{name}" for name in _RESULTS}
    blank = set()
    for path in required_paths():
        year = path.split(".")[1] if path.startswith(("years.", "indicator.actuals.")) else ""
        is_result = path.replace(year, "{}", 1) in finished_only if year else False
        if texts[path] is None and not (is_result and year not in _FINISHED):
            blank.add(path)
    return frozenset(blank)


_RESULTS: Final = (
    *("activities", "results", "issues", "progress", "goal_progress"),
    *("effectiveness", "efficiency", "overall"),
)


@dataclass
class NotedCard(Card):
    """A card on whose back every act is noted, with who said so: the office, a workbook, or the rule of the city."""

    noted: tuple[tuple[str, str], ...] = ()
    said_by: str = "office"

    def do(self, act: StageActKind) -> None:
        """Do an act, and note it."""
        super().do(act)
        self.noted = (*self.noted, (act, self.said_by))


@dataclass
class SheetPaper:
    """One sheet.

    Attributes:
        key: Its code.
        units: 部, 課, 係.
        title: Its name.
        values: What is registered of the fields that the play touches.
        blank: The required fields that were blank from the beginning.
        amounts: The settled sources in 千円, None where they are blank.
        card: What was done about it in the present phase.
        earlier_acts: What was done about it in the phases before, each with who said so.
        yen: What the financial system says of the settled sources.

    """

    shape: Shape
    key: str
    units: tuple[str, ...]
    title: str
    values: dict[str, Any]
    blank: frozenset[str]
    amounts: dict[str, int] | None
    card: NotedCard = field(default_factory=NotedCard)
    phase: int = 1
    is_counted: bool = True
    is_saved: bool = False
    moved: bool = False
    waiting: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, tuple[str, str]] = field(default_factory=dict)
    comment: str = ""
    owned: frozenset[str] = frozenset()
    grades: dict[str, dict[str, str]] = field(default_factory=dict)
    earlier_acts: tuple[tuple[str, str], ...] = ()
    yen: dict[str, int] = field(default_factory=dict)

    # --- what is left

    @property
    def blanks(self) -> frozenset[str]:
        """The required fields that are blank now."""
        here = {path for path in self.values if self.values[path] is None}
        asked = required_paths() | ({REQUIRED_LATER} if self.is_asked_more else set())
        return frozenset((self.blank - self.values.keys()) | (here & asked))

    @property
    def is_asked_more(self) -> bool:
        """Whether the second phase of a city with phases asks for one field more."""
        return self.shape.has_phases and self.phase == 2

    @property
    def errors(self) -> frozenset[str]:
        """The fields in which something stands that nobody can read."""
        return frozenset(path for path in self.values if self.values[path] == JUNK)

    @property
    def is_complete(self) -> bool:
        return not (self.blanks or self.errors or self.conflicts)

    @property
    def is_started(self) -> bool:
        return self.is_saved or (self.shape.rule == "complete" and not self.blanks)

    @property
    def now(self) -> NotedCard:
        """The card as it counts: a complete sheet is handed in by that alone, where the city says so."""
        card = replace(self.card, said_by="rule")
        rule = self.shape.rule
        if rule == "act" or not (self.is_complete and self.is_started):
            return card
        if rule == "saved" and not self.is_saved:
            return card
        if card.words() == "入力中" or (card.words() == "差戻し中" and card.changed):
            card.do("submit")
            card.changed = False
        return card

    # --- what happens

    def do(self, kind: StageActKind) -> bool:
        """Let the office do an act; return whether it is possible."""
        before = self.now
        if not before.is_possible(kind):
            return False
        if not (before.is_repeated(kind) and not self.moved):
            self.card = replace(before, said_by="office")
            self.card.do(kind)
            self.card.changed, self.card.last, self.moved = False, kind, False
        return True

    def choose(self, word: str) -> None:
        """Let staff say in the workbook that the sheet is handed in, or that it is not."""
        self.card.said_by = "workbook"
        if word not in self.cell() and self.card.choose(word):
            self.card.changed, self.moved, self.card.last = False, False, None

    def press(self) -> None:
        """Let staff press ［提出］, which hands in what is complete where the city counts acts alone."""
        is_with_staff = self.card.words() in {"入力中", "差戻し中", "訂正中"}
        if self.shape.rule == "act" and is_with_staff and self.is_complete:
            self.card.said_by = "workbook"
            self.card.do("submit")
            self.card.changed, self.moved, self.card.last = False, False, None

    def type(self, path: str, value: Any) -> None:
        """Let staff save a field; `value` None empties it."""
        if path in self.owned:
            # What differs from the figure is told of in a revision: somebody has begun to work at the sheet.
            self.is_saved = self.is_saved or value != (self.amounts or {})[path]
            return
        waits = self.card.final or self.shape.reviewed == "all"
        waits = waits or (self.shape.reviewed == "office" and path == OFFICE_TEXT)
        if waits:
            self.waiting[path] = value
            if value == self.values[path]:
                del self.waiting[path]
            return
        self.register(path, value, by_staff=True)

    def begin_phase(self) -> None:
        """Begin the next phase, in which nobody has said anything yet."""
        self.earlier_acts += self.card.noted
        self.phase, self.card, self.moved, self.comment = self.phase + 1, NotedCard(), False, ""

    @property
    def acts(self) -> tuple[tuple[str, str], ...]:
        """Everything that was done about it, each with who said so; what follows from the city's rule alone is no act."""
        return self.earlier_acts + self.card.noted

    def take_figures(self, yen: dict[str, int]) -> None:
        """Note the amounts of the financial system, in yen and in 千円."""
        self.yen = yen
        amounts = dict(zip(yen, rounded(list(yen.values()), self.shape.rounding), strict=True))
        self.moved = self.moved or self.card.last is not None
        self.owned = frozenset(amounts)
        self.amounts = amounts
        self.blank -= amounts.keys()

    def register(self, path: str, value: Any, *, by_staff: bool) -> None:
        """Note what is registered of a field from now on."""
        if self.values.get(path) == value:
            return
        self.values[path] = value
        self.moved = self.card.last is not None or self.card.words() != "入力中"
        if by_staff:
            self.is_saved = True
            self.card.changed = self.moved

    # --- what the pages say

    def cell(self) -> set[str]:
        """Return what may stand in the cell for handing in."""
        words = self.card.words()
        if words in {"入力中", "差戻し中", "訂正中"}:
            return {"入力中"}
        single = {"提出済": {"提出する"}, "所属長確認済": {"所属長確認済"}}
        return single.get(words, {"提出する", "所属長確認済"})

    def texts_of(self, path: str) -> set[Any]:
        """Return what may stand in the workbook's cell of a field, nothing where the play does not know the field."""
        known = {**self.values, **(self.amounts or {})}
        if path not in known:
            return set()
        mine = {self.waiting[path]} if path in self.waiting else set()
        return {known[path], *mine, *self.conflicts.get(path, ())}

    def marks(self) -> list[str]:
        """Return what stands beside the stage."""
        card = self.now
        marks = [
            mark for mark in ("再提出", "提出後の変更", "確認後の変更") if mark in card.marks()
        ]
        is_final = card.words() in {"確定", "公表済"}
        return [*marks, *(["訂正あり"] if is_final and (card.corrected or self.moved) else [])]

    def words(self) -> str:
        """Return the state in words, as the board and the lists have it."""
        stage, has_begun = self.now.words(), self.is_started or bool(self.conflicts)
        said = [f"入力の重なり {len(self.conflicts)}件"] if self.conflicts else []
        if stage != "入力中":
            said += [stage, *self.marks()]
        elif not has_begun:
            said.append("未着手")
        if has_begun:
            left = f"{len(self.blanks)}件未入力"
            said += [f"入力中（{left}）" if stage == "入力中" else left] if self.blanks else []
            said += [f"エラー {len(self.errors)}件"] if self.errors else []
        state = "・".join(said) or "入力済"
        return "・".join([state, *([f"確認待ち {len(self.waiting)}件"] if self.waiting else [])])

    def state(self) -> str:
        """Return the most urgent thing to do in one word, as the summary has it."""
        stage = self.now.words()
        said = (
            ("入力の重なり", bool(self.conflicts)),
            (stage, stage != "入力中"),
            ("未着手", not self.is_started),
            ("エラー", bool(self.errors)),
            ("入力中", bool(self.blanks)),
        )
        return next((word for word, holds in said if holds), "入力済")

    @property
    def asked(self) -> str:
        """What a reminder asks for, "" where nothing is left to do for staff."""
        word = self.now.words()
        if self.conflicts:
            return "conflict"
        if word == "差戻し中":
            return "returned"
        if word == "入力中" and self.state() == "入力済":
            return "complete"
        return "open" if word in {"入力中", "訂正中"} else ""

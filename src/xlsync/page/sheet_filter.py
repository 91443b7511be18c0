"""Which sheets a list shows (words, states, units, as the page's address says), and how many each further choice would show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.page.search_words import searched_words
from xlsync.summary.figures.progress import UNNAMED
from xlsync.summary.figures.sheet_completion import ALL_STATES, STATE_MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.page.sheet_snapshot import SheetRow

PAGE_SIZE: Final = 100
ATTENTION: Final[dict[str, str]] = {
    "conflict": "入力の重なりがある",
    "error": "エラーがある",
    "warning": "確認してほしい点がある",
    "waiting": "確認待ちの変更がある",
    "resubmitted": "再提出",
    "changed": "提出・確認のあとに変更",
    "late": "期限までに提出されていない",
}
"""What one may look for beside the state."""


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """Which sheets are shown; "" admits all. `unit_names` is from the top, as far down as it is chosen."""

    query: str = ""
    state_name: str = ""
    unit_names: tuple[str, ...] = ()
    attention: str = ""

    def arguments(self) -> dict[str, Any]:
        """Return it as the arguments of a page's address."""
        named = {"q": self.query, "state": self.state_name, "attention": self.attention}
        given: dict[str, Any] = {name: value for name, value in named.items() if value}
        return {**given, **({"unit": list(self.unit_names)} if self.unit_names else {})}

    @property
    def is_empty(self) -> bool:
        """Whether it admits every sheet."""
        return self == SheetFilter()

    def words(self) -> str:
        """Return it in words, for a printed page."""
        parts = (
            f"「{self.query}」を含む" if self.query else "",
            ALL_STATES.get(self.state_name, ""),  # type: ignore[call-overload]
            "　".join(unit or UNNAMED for unit in self.unit_names),
            ATTENTION.get(self.attention, ""),
        )
        return "、".join(filter(None, parts))

    def without(self, name: str) -> SheetFilter:
        """Return the filter without one of its parts."""
        blank: Any = () if name == "unit_names" else ""
        return replace(self, **{name: blank})

    def rows(self, rows: Sequence[SheetRow], late: frozenset[str]) -> Sequence[SheetRow]:
        """Return the rows that are shown; `late` are the ids of sheets past their deadline."""
        if self.is_empty:
            return rows
        words = searched_words(self.query)
        return [row for row in rows if self._admits(row, words, late)]

    def of_words(self) -> SheetFilter:
        """Return the filter with its words and its reason to look alone."""
        return replace(self, state_name="", unit_names=())

    def _admits(self, row: SheetRow, words: Sequence[str], late: frozenset[str]) -> bool:
        """Whether a row is shown."""
        if self.state_name not in {"", row.sheet_state}:
            return False
        if row.board_line.unit_names[: len(self.unit_names)] != self.unit_names:
            return False
        for word in words:
            if word not in row.search_text:
                return False
        return not self.attention or needs_attention(row, self.attention, late)


def needs_attention(row: SheetRow, attention: str, late: frozenset[str]) -> bool:
    """Whether a sheet is one to look at for a reason."""
    return row.sheet_id in late if attention == "late" else attention in row.attentions


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A further choice: its words, how many sheets it shows, whether it is chosen, and the filter that it leads to."""

    words: str
    count: int
    is_chosen: bool
    target_filter: SheetFilter
    mark: str = ""
    state_class: str = ""


def state_choices(shown: SheetFilter, rows: Sequence[SheetRow]) -> list[FacetChoice]:
    """Return the choices of a state; `rows` are those that the rest of the filter shows."""
    counts = Counter(row.sheet_state for row in rows)
    every = FacetChoice("すべて", len(rows), not shown.state_name, shown.without("state_name"))
    return [
        every,
        *(
            FacetChoice(
                word,
                counts[state],
                state == shown.state_name,
                replace(shown, state_name=state),
                STATE_MARKS[state],
                state,
            )
            for state, word in ALL_STATES.items()
            if counts[state] or state == shown.state_name
        ),
    ]


def unit_choices(shown: SheetFilter, rows: Sequence[SheetRow], depth: int) -> list[FacetChoice]:
    """Return the choices of a unit of one level below those chosen above; `rows` are those the rest of the filter shows."""
    above = shown.unit_names[:depth]
    below = [row for row in rows if row.board_line.unit_names[:depth] == above]
    counts = Counter(row.board_line.unit_names[: depth + 1] for row in below)
    chosen = shown.unit_names[: depth + 1]
    every = FacetChoice("すべて", len(below), chosen == above, replace(shown, unit_names=above))
    return [
        every,
        *(
            FacetChoice(
                names[-1] or UNNAMED, count, names == chosen, replace(shown, unit_names=names)
            )
            for names, count in counts.items()
            if len(names) > depth
        ),
    ]


def filter_of(arguments: Mapping[str, Any], units: Sequence[str]) -> SheetFilter:
    """Return the filter that a page's address says; what it does not know is left out."""
    state, attention = str(arguments.get("state", "")), str(arguments.get("attention", ""))
    return SheetFilter(
        str(arguments.get("q", ""))[:200],
        state if state in ALL_STATES else "",
        tuple(units),
        attention if attention in ATTENTION else "",
    )


__all__ = [
    "ATTENTION",
    "PAGE_SIZE",
    "FacetChoice",
    "SheetFilter",
    "filter_of",
    "needs_attention",
    "state_choices",
    "unit_choices",
]

"""What became of each sheet's direction in the next year's budget: amounts, where they are from, outcome, contradiction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.exchange.reflection.heirs import heir_groups, next_edition
from xlsync.form.field_years import year_of
from xlsync.form.summary_pages import ReflectionPage
from xlsync.kinds import DASH
from xlsync.sheet_keys import SheetId
from xlsync.store.figure_imports import Basis, figures_imports
from xlsync.summary.figures.year_values import yearly_fields

if TYPE_CHECKING:
    from xlsync.exchange.reflection.heirs import Heirs, NextEdition
    from xlsync.form.edition import Edition, Field
    from xlsync.form.summary_pages import Outcome
    from xlsync.sheet import Sheet
    from xlsync.store import Store

NextSource = Literal["financial", "next_sheet", "own_sheet", "ended", "skeleton", ""]
SOURCE_WORDS: Final[Mapping[NextSource, str]] = {
    "financial": "財務会計",
    "next_sheet": "翌年度のシート",
    "own_sheet": "このシートの記載",
    "ended": "翌年度のシートなし",
    "skeleton": "骨格予算のため比べられません",
    "": "金額なし",
}
"""Where the next year's amount is from, in words."""
OUTCOMES: Final[tuple[Outcome, ...]] = ("拡充", "継続", "縮減", "廃止")
SEVERAL: Final = "（まとめた事業で異なる）"
"""The direction of sheets that became one together and had several."""


@dataclass(frozen=True, slots=True)
class BudgetResponse:
    """Some sheets of an edition (one, or those that were merged or split together) and the next year's budget of them.

    Attributes:
        own_sheets: The sheets of the edition.
        heir_sheets: Those of the next one, none where there are none yet, or they ended.
        direction: Their direction, "" where none was given.
        amount: This year's amount, None where one of them says none.
        next_amount: The next year's, None where it is not known.
        next_source: Where the next year's is from.
        outcome: What became of them, None where an amount is not known.
        is_contradiction: Whether the outcome does not agree with the direction.

    """

    own_sheets: tuple[Sheet, ...] = field(repr=False)
    heir_sheets: tuple[Sheet, ...] = field(repr=False)
    direction: str
    amount: int | None
    next_amount: int | None
    next_source: NextSource
    outcome: Outcome | None
    is_contradiction: bool = False

    @property
    def difference(self) -> int | None:
        """How much the amount grew."""
        if self.amount is None or self.next_amount is None:
            return None
        return self.next_amount - self.amount

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "sheets": list(map(_named, self.own_sheets)),
            "heirs": list(map(_named, self.heir_sheets)),
            "direction": self.direction,
            "amount": self.amount,
            "next_amount": self.next_amount,
            "source": self.next_source,
            "outcome": self.outcome,
            "contradiction": self.is_contradiction,
        }


def _named(sheet: Sheet) -> dict[str, str]:
    return {"key": sheet.key, "title": sheet.title}


def reflection_page(edition: Edition) -> ReflectionPage | None:
    """Return what the form says of 反映状況, None where it has no such page."""
    pages = edition.definition.summary_pages
    return next((page for page in pages if isinstance(page, ReflectionPage)), None)


def budget_responses(
    store: Store,
    edition: Edition,
    sheets: Sequence[Sheet],
    skeleton_years: AbstractSet[int] = frozenset(),
) -> list[BudgetResponse]:
    """Return what became of the sheets of an edition, in their order.

    None where the form does not say what to compare, or no sheet has a direction.

    Args:
        store: The store, in which the next edition may be there already.
        edition: The form at the sheets' year.
        sheets: The sheets, in order.
        skeleton_years: The years whose 当初 is a 骨格予算, and tells nothing of a direction until a 補正 was taken in.

    """
    page = reflection_page(edition)
    fields = None if page is None else compared_fields(edition, page)
    if page is None or fields is None or not any(_text(each, page.direction) for each in sheets):
        return []
    following = next_edition(store, edition.year)
    paths = fields[0].path, fields[1].path
    next_year = year_of(edition, fields[1]) or edition.year + 1
    years = frozenset({next_year - 1, next_year} & skeleton_years)
    compared = _Compared(store, page, paths, next_year, following, years)
    by_id = {SheetId(sheet.id): sheet for sheet in sheets}
    groups = heir_groups(list(by_id), following)
    return [compared.response(heirs, by_id) for heirs in groups]


def compared_fields(edition: Edition, page: ReflectionPage) -> tuple[Field, Field] | None:
    """Return this year's and the next year's amount, None where the form has only one of them."""
    direction = next(each for each in edition.fields if each.entry.path == page.direction)
    year = year_of(edition, direction) or edition.year + 1
    by_year = {
        year_key.year: each
        for year_key, each in yearly_fields(edition, page.amount)
        if not year_key.is_over
    }
    now, then = by_year.get(year - 1), by_year.get(year)
    return None if now is None or then is None else (now, then)


@dataclass
class _Compared:
    """What the responses of an edition are made from."""

    store: Store
    reflection: ReflectionPage
    amount_paths: tuple[str, str]
    next_fiscal_year: int
    following: NextEdition | None
    skeleton_years: frozenset[int] = frozenset()
    _financial: dict[tuple[int, Basis | None], Mapping[str, frozenset[str]]] = field(
        default_factory=dict
    )

    def response(self, group: Heirs, by_id: Mapping[SheetId, Sheet]) -> BudgetResponse:
        """Return what became of a group."""
        olds = tuple(self._olds(group[0], by_id))
        heirs = tuple(self._heirs(group[1]))
        direction = _together([_text(sheet, self.reflection.direction) for sheet in olds])
        now = _sum(sheet[self.amount_paths[0]] for sheet in olds)
        then, source = self._next_amount(olds, heirs)
        if source != "ended" and self._is_skeleton(olds, heirs):
            return BudgetResponse(olds, heirs, direction, now, then, "skeleton", None)
        outcome = outcome_of(now, then, self.reflection.within_percent)
        expected = self.reflection.expected.get(direction)
        is_wrong = outcome is not None and expected is not None and outcome not in expected
        return BudgetResponse(olds, heirs, direction, now, then, source, outcome, is_wrong)

    def _is_skeleton(self, olds: Sequence[Sheet], heirs: Sequence[Sheet]) -> bool:
        """Whether either amount is of a 骨格予算: a 補正 of the financial system that was taken in is none any more."""
        now = [(sheet, self.amount_paths[0]) for sheet in olds]
        then = [(sheet, self._path_in(sheet)) for sheet in heirs]
        sides = {self.next_fiscal_year - 1: now, self.next_fiscal_year: then}
        return not all(self._is_supplemented(sides[year]) for year in self.skeleton_years)

    def _is_supplemented(self, cells: Sequence[tuple[Sheet, str]]) -> bool:
        """Whether the financial system gave all of some amounts of a 補正."""
        given = [self._is_financial(sheet, path, "補正") for sheet, path in cells]
        return bool(given) and all(given)

    def _olds(self, ids: Iterable[SheetId], by_id: Mapping[SheetId, Sheet]) -> Iterator[Sheet]:
        """Yield the sheets of a group, also one that does not count any more but was merged with others."""
        year = next(iter(by_id.values())).edition.year
        for each in ids:
            known = by_id.get(each)
            revision = None if known else self.store.find_newest(each, year)
            if known is not None:
                yield known
            elif revision is not None:
                yield revision.sheet

    def _heirs(self, ids: Iterable[SheetId]) -> Iterator[Sheet]:
        for each in ids:
            revision = self.following and self.store.find_newest(each, self.following.fiscal_year)
            if revision:
                yield revision.sheet

    def _next_amount(
        self, olds: Sequence[Sheet], heirs: Sequence[Sheet]
    ) -> tuple[int | None, NextSource]:
        """Return the next year's amount and where it is from: the next year's sheets first, else what these sheets say."""
        own = _sum(sheet[self.amount_paths[1]] for sheet in olds)
        if self.following is not None and not heirs:
            return (own, "own_sheet") if own else (0, "ended")
        then, is_financial = self._amount_of_heirs(heirs)
        if then is not None:
            return then, "financial" if is_financial else "next_sheet"
        if own is None:
            return None, ""
        given = [self._is_financial(sheet, self.amount_paths[1]) for sheet in olds]
        return own, "financial" if all(given) else "own_sheet"

    def _amount_of_heirs(self, heirs: Sequence[Sheet]) -> tuple[int | None, bool]:
        """Return what the next year's sheets say, and whether the financial system gave all of it."""
        paths = [self._path_in(sheet) for sheet in heirs]
        both = list(zip(heirs, paths, strict=True))
        amount = _sum(sheet[path] if path else None for sheet, path in both)
        return amount, all(self._is_financial(sheet, path) for sheet, path in both)

    def _path_in(self, heir: Sheet) -> str:
        """Return the path of the next year's amount in a sheet of the next edition, "" where it has none."""
        year_keys = yearly_fields(heir.edition, self.reflection.amount)
        paths = (
            field.path
            for year_key, field in year_keys
            if year_key.year == self.next_fiscal_year and not year_key.is_over
        )
        return next(paths, "")

    def _is_financial(self, sheet: Sheet, path: str, basis: Basis | None = None) -> bool:
        """Whether the financial system gave an amount, or all that it is the total of; `basis` is of which state alone."""
        edition = sheet.edition
        given = self._given(edition.year, basis).get(sheet.id, frozenset())
        return path in given or given.issuperset(edition.typed_parts(path) or (path,))

    def _given(self, year: int, basis: Basis | None) -> Mapping[str, frozenset[str]]:
        """Return which fields of each sheet of an edition hold figures of the financial system."""
        if (year, basis) not in self._financial:
            by_sheet: dict[str, frozenset[str]] = {}
            for imported in figures_imports(self.store.files, year).values():
                figures_by_key = imported.field_figures if basis in {None, imported.basis} else {}
                for key, figures in figures_by_key.items():
                    by_sheet[key] = by_sheet.get(key, frozenset()) | figures.keys()
            self._financial[year, basis] = by_sheet
        return self._financial[year, basis]


def outcome_of(now: int | None, then: int | None, within_percent: int) -> Outcome | None:
    """Return what became of an amount, None where one of the two is not known.

    >>> [outcome_of(100, then, 5) for then in (0, 94, 95, 105, 106)]
    ['廃止', '縮減', '継続', '継続', '拡充']

    """
    if now is None or then is None:
        return None
    if then == 0 and now != 0:
        return "廃止"
    if abs(then - now) * 100 <= abs(now) * within_percent:
        return "継続"
    return "拡充" if then > now else "縮減"


def _sum(values: Iterable[object]) -> int | None:
    """Return the sum of amounts, None where there is none or one is not known."""
    amounts = list(values)
    known = [amount for amount in amounts if isinstance(amount, int)]
    return sum(known) if known and len(known) == len(amounts) else None


def _text(sheet: Sheet, path: str) -> str:
    value = sheet[path]
    return "" if value is None or value == DASH else sheet.text(path)


def _together(directions: Sequence[str]) -> str:
    """Return the one direction of several sheets, or that they have several."""
    distinct = set(directions)
    return directions[0] if len(distinct) == 1 else SEVERAL


__all__ = [
    "OUTCOMES",
    "SEVERAL",
    "SOURCE_WORDS",
    "BudgetResponse",
    "budget_responses",
    "compared_fields",
    "outcome_of",
    "reflection_page",
]

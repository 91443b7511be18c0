"""The tiers of all sheets as printed lists: side by side, first against last, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.exchange.tiers.sheet_tiers import grade_order, part_text, parts_in_use
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.kinds import DASH, fold
from xlsync.summary.excel.list_page import Column, PrintedList
from xlsync.summary.figures.unit_names import names_of

if TYPE_CHECKING:
    from xlsync.exchange.tiers.former_opinions import FormerOpinions, OpinionsBySheet
    from xlsync.exchange.tiers.known_grades import GradesByTier
    from xlsync.exchange.tiers.tier import Tier, TierPart
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.summary.excel.list_page import CellValue, Row

GRADES_PAGE: Final = "評価の一覧"
CROSS_PAGE: Final = "評価の対比"
DIFFERING_PAGE: Final = "評価の変わった事業"
FOLLOW_UP_PAGE: Final = "意見とその後"
NO_GRADE: Final = "（なし）"
_WIDTHS: Final[dict[TierPart, float]] = {"grade": 18, "reason": 40, "answer": 36, "follow_up": 30}
_COUNT: Final = "0"
_NO_OPINIONS: Final[OpinionsBySheet] = MappingProxyType({})


def tier_pages(
    tiers: Sequence[Tier],
    sheets: Sequence[Sheet],
    known: GradesByTier,
    edition: Edition,
    former: OpinionsBySheet = _NO_OPINIONS,
) -> list[PrintedList]:
    """Return the lists, none where the city has no tiers; first against last only where two of them give grades.

    What became of the opinions of the year before is listed where there were any.

    Args:
        tiers: The city's tiers, first to last.
        sheets: The sheets that count, in order.
        known: What is kept of the tiers beside the sheets.
        edition: The form of the sheets.
        former: What the tiers said of the sheets before them, by id.

    """
    if not tiers:
        return []
    pages = [_grades(tiers, sheets, known, edition)]
    graded = [tier for tier in tiers if "grade" in parts_in_use(tier, sheets, known)]
    if len(graded) > 1:
        ends = graded[0], graded[-1]
        pages += [_cross(ends, sheets, known, edition), _differing(ends, sheets, known, edition)]
    return [*pages, *_followed_up(tiers, sheets, known, edition, former)]


def _followed_up(
    tiers: Sequence[Tier],
    sheets: Sequence[Sheet],
    known: GradesByTier,
    edition: Edition,
    former: OpinionsBySheet,
) -> list[PrintedList]:
    """Return the list of former opinions and answers beside what became of them, none where there was no opinion."""
    named = _named_columns(edition)
    rows: list[Row] = []
    for sheet in sheets:
        opinions = former.get(sheet.id)
        for tier in tiers if opinions is not None else ():
            texts = _opinion(opinions, tier)
            if any(texts):
                now = part_text(tier, "follow_up", sheet, known)
                year = opinions.fiscal_year if opinions is not None else 0
                rows.append([*_named(sheet, named), f"{tier.tier_name}（{year}年度）", *texts, now])
    if not rows:
        return []
    columns = [
        Column("評価の段階", 20),
        Column("意見・理由", 40),
        Column(PART_WORDS["answer"], 36),
        Column(f"当時の\n{PART_WORDS['follow_up']}", 30),
        Column(f"今年度の\n{PART_WORDS['follow_up']}", 36),
    ]
    notes = [f"今年度の{PART_WORDS['follow_up']}は、今年度の評価の一覧から取り込みます。"]
    return [PrintedList(FOLLOW_UP_PAGE, [*named, *columns], rows, notes)]


def _opinion(opinions: FormerOpinions | None, tier: Tier) -> list[CellValue]:
    """Return the opinion, the answer and the follow-up of an earlier year."""
    texts = {} if opinions is None else opinions.texts_by_tier.get(tier.tier_name, {})
    parts: tuple[TierPart, ...] = ("reason", "answer", "follow_up")
    return ["" if texts.get(part, "") == DASH else texts.get(part, "") for part in parts]


def grade_of(tier: Tier, sheet: Sheet, known: GradesByTier) -> str:
    """Return the grade that a tier gives a sheet, "" for none."""
    text = part_text(tier, "grade", sheet, known)
    return "" if text == DASH else text


def _named_columns(edition: Edition) -> list[Column]:
    words, levels = edition.definition.words, edition.definition.identity.organization
    units = [Column(level.name, 14) for level in levels]
    return [*units, Column(words.key, 22), Column(words.title, 28)]


def _named(sheet: Sheet, columns: Sequence[Column]) -> list[CellValue]:
    units = names_of(sheet)[: len(columns) - 2]
    return [*units, sheet.key, sheet.title]


def _grades(
    tiers: Sequence[Tier], sheets: Sequence[Sheet], known: GradesByTier, edition: Edition
) -> PrintedList:
    named = _named_columns(edition)
    shown = [(tier, part) for tier in tiers for part in parts_in_use(tier, sheets, known)]
    columns = [
        Column(f"{tier.tier_name}\n{PART_WORDS[part]}", _WIDTHS[part]) for tier, part in shown
    ]
    rows: list[Row] = []
    for sheet in sheets:
        texts = [part_text(tier, part, sheet, known) for tier, part in shown]
        rows.append([*_named(sheet, named), *texts])
    return PrintedList(GRADES_PAGE, [*named, *columns], rows)


def _cross(
    ends: tuple[Tier, Tier], sheets: Sequence[Sheet], known: GradesByTier, edition: Edition
) -> PrintedList:
    """Return how many sheets have each grade of the first tier, by their grade of the last."""
    first, last = ends
    befores = [grade_of(first, sheet, known) for sheet in sheets]
    afters = [grade_of(last, sheet, known) for sheet in sheets]
    counts = Counter(zip(befores, afters, strict=True))
    across = _grades_in_order(last, edition, afters)
    rows = [
        [before or NO_GRADE, *_counted(before, across, counts)]
        for before in _grades_in_order(first, edition, befores)
    ]
    heads = [Column(f"{last.tier_name}\n{after or NO_GRADE}", 16, _COUNT) for after in across]
    columns = [Column(first.tier_name, 44), *heads, Column("計", 12, _COUNT)]
    notes = [f"縦は{first.tier_name}、横は{last.tier_name}です。件数を示します。"]
    sums = [afters.count(after) for after in across]
    return PrintedList(CROSS_PAGE, columns, rows, notes, ["計", *sums, len(sheets)])


def _counted(
    before: str, across: Sequence[str], counts: Mapping[tuple[str, str], int]
) -> list[CellValue]:
    """Return how many sheets of a first grade have each last one, and how many there are."""
    numbers = [counts.get((before, after), 0) for after in across]
    return [*numbers, sum(numbers)]


def _differing(
    ends: tuple[Tier, Tier], sheets: Sequence[Sheet], known: GradesByTier, edition: Edition
) -> PrintedList:
    """Return the sheets whose last grade is another one than the first, with the reason given last."""
    first, last = ends
    named = _named_columns(edition)
    rows: list[Row] = []
    for sheet in sheets:
        before, after = (grade_of(tier, sheet, known) for tier in ends)
        if before and after and not _are_alike(before, after):
            rows.append(
                [*_named(sheet, named), before, after, part_text(last, "reason", sheet, known)]
            )
    reason = Column(f"{last.tier_name}\n{PART_WORDS['reason']}", 48)
    columns = [Column(first.tier_name, 20), Column(last.tier_name, 20), reason]
    return PrintedList(DIFFERING_PAGE, [*named, *columns], rows)


def _are_alike(before: str, after: str) -> bool:
    """Whether two grades are the same, where one tier may write A and the other A:成果を維持して継続実施."""
    letters = (fold(grade).partition(":")[0] for grade in (before, after))
    return len(set(letters)) == 1


def _grades_in_order(tier: Tier, edition: Edition, given: Sequence[str]) -> list[str]:
    """Return a tier's grades and those that sheets have beside them, no grade at the end."""
    others = sorted(set(given) - {"", *grade_order(tier, edition)})
    blank = [""] if "" in given else []
    return [*grade_order(tier, edition), *others, *blank]


__all__ = [
    "CROSS_PAGE",
    "DIFFERING_PAGE",
    "FOLLOW_UP_PAGE",
    "GRADES_PAGE",
    "grade_of",
    "tier_pages",
]

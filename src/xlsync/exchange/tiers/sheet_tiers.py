"""What each tier says of a sheet: from its page where the form has fields for it, else from what is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from xlsync.exchange.blame import spoken_time
from xlsync.exchange.tiers.former_opinions import former_opinions
from xlsync.exchange.tiers.known_grades import GradesByTier, known_grades
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.finding import QUOTE_LENGTH, finding
from xlsync.kinds import DASH
from xlsync.merging import field_as_json, json_as_text

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.tiers.tier import Tier, TierPart
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_ROOM = QUOTE_LENGTH - 4
"""Characters of a text that stand in one row of チェック."""


def part_text(tier: Tier, part: TierPart, sheet: Sheet, known: GradesByTier) -> str:
    """Return what a part of a tier says of a sheet, "" for nothing."""
    path = tier.field_paths.get(part, "")
    if path:
        return json_as_text(sheet.edition, path, field_as_json(sheet, path))
    return known[tier.tier_name].texts_by_sheet.get(sheet.id, {}).get(part, "")


def grade_order(tier: Tier, edition: Edition) -> tuple[str, ...]:
    """Return the grades that a tier has, in order; none where any word may be one."""
    path = tier.field_paths.get("grade", "")
    kind = edition.by_path[path].kind if path else None
    return kind.listed() if kind is not None and kind.is_choice else tier.grade_words


def parts_in_use(tier: Tier, sheets: Sequence[Sheet], known: GradesByTier) -> list[TierPart]:
    """Return the parts of a tier that any sheet says something in, and those that the form has fields for."""
    return [part for part in PART_WORDS if _is_in_use(tier, part, sheets, known)]


def _is_in_use(tier: Tier, part: TierPart, sheets: Sequence[Sheet], known: GradesByTier) -> bool:
    texts = (part_text(tier, part, sheet, known) for sheet in sheets)
    return part in tier.field_paths or not {*texts} <= {"", DASH}


def tier_findings(store: Store, terms: Terms, sheet: Sheet) -> list[Finding]:
    """Return a note for each tier that is kept beside a sheet: this year's result, and last year's opinion and answer."""
    tiers, year = terms.procedure_rules.tiers, sheet.edition.year
    if not tiers:
        return []
    former = former_opinions(store, tiers, sheet.edition, [sheet.id]).get(sheet.id)
    now = known_grades(store, tiers, year)
    notes = list(_notes(tiers, now, _texts_now(tiers, now, sheet), ""))
    if former is not None:
        of_year = "昨年度の" if former.fiscal_year == year - 1 else f"{former.fiscal_year}年度の"
        before = known_grades(store, tiers, former.fiscal_year)
        notes += _notes(tiers, before, former.texts_by_tier, of_year)
    return notes


def _texts_now(
    tiers: Sequence[Tier], known: GradesByTier, sheet: Sheet
) -> Mapping[str, Mapping[TierPart, str]]:
    texts: dict[str, dict[TierPart, str]] = {}
    for tier in tiers:
        parts = tier.kept_parts
        texts[tier.tier_name] = {part: part_text(tier, part, sheet, known) for part in parts}
    return texts


def _notes(
    tiers: Sequence[Tier],
    known: GradesByTier,
    texts_by_tier: Mapping[str, Mapping[TierPart, str]],
    year: str,
) -> Iterator[Finding]:
    for tier in tiers:
        grades, texts = known[tier.tier_name], texts_by_tier.get(tier.tier_name, {})
        by_whom = f"{grades.who}、{spoken_time(grades.when)}" if grades.when else ""
        for part in tier.kept_parts:
            for piece in _pieces(texts.get(part, "")):
                name = f"{year}{tier.tier_name}の{PART_WORDS[part]}"
                yield finding("tier-result", "", field=name, reason=piece, registered=by_whom)


def _pieces(text: str) -> list[str]:
    """Return a text in pieces that a row of the list has room for, so that nothing of it is cut."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line[start : start + _ROOM] for line in lines for start in range(0, len(line), _ROOM)]


__all__ = [
    "grade_order",
    "part_text",
    "parts_in_use",
    "tier_findings",
]

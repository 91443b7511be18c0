"""What the tiers said of the sheets that a sheet comes from: the last opinion and answer, for the follow-up of this year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.exchange.ancestry import Ancestry
from xlsync.exchange.tiers.known_grades import known_grades
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.merging import field_as_json, json_as_text
from xlsync.sheet_keys import SheetId

if TYPE_CHECKING:
    from xlsync.exchange.ancestry import Generation
    from xlsync.exchange.tiers.known_grades import GradesByTier
    from xlsync.exchange.tiers.tier import Tier, TierPart
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store import Store

TextsByPart = Mapping["TierPart", str]


@dataclass(frozen=True, slots=True)
class FormerOpinions:
    """What the tiers said in the newest earlier edition that has a sheet.

    Attributes:
        fiscal_year: That edition.
        texts_by_tier: What each part of each tier said; of several sheets, with the name of each.

    """

    fiscal_year: int
    texts_by_tier: Mapping[str, TextsByPart] = field(repr=False)


OpinionsBySheet = Mapping[str, FormerOpinions]


def former_opinions(
    store: Store, tiers: Sequence[Tier], edition: Edition, ids: Iterable[str]
) -> OpinionsBySheet:
    """Return what was said of the sheets that sheets of an edition come from, by id; nothing where nothing was said."""
    if not tiers or not any(year < edition.year for year in store.editions()):
        return {}
    ancestry, known = Ancestry(store), dict[int, "GradesByTier"]()
    opinions = {}
    for each in ids:
        generation = next(ancestry.generations(SheetId(each), edition.year), None)
        if generation is None:
            continue
        year = generation.fiscal_year
        if year not in known:
            known[year] = known_grades(store, tiers, year)
        texts = dict(_texts(tiers, generation, known[year], edition))
        if texts:
            opinions[each] = FormerOpinions(year, texts)
    return opinions


def _texts(
    tiers: Sequence[Tier], generation: Generation, known: GradesByTier, edition: Edition
) -> Iterator[tuple[str, TextsByPart]]:
    for tier in tiers:
        parts = {part: _joined(tier, part, generation, known, edition) for part in PART_WORDS}
        if any(parts.values()):
            yield tier.tier_name, parts


def _joined(
    tier: Tier, part: TierPart, generation: Generation, known: GradesByTier, edition: Edition
) -> str:
    """Return what a part said, of several sheets each with its name."""
    sheets = [sheet for sheet, _ in generation.ancestors]
    texts = [_text(tier, part, sheet, known, edition) for sheet in sheets]
    if len(sheets) == 1:
        return texts[0]
    names = _names_apart(sheets)
    return "\n".join(f"{name}：{text}" for name, text in zip(names, texts, strict=True) if text)


def _names_apart(sheets: Sequence[Sheet]) -> list[str]:
    """Return the titles of sheets, with the key before those that several have."""
    titles = [sheet.title for sheet in sheets]
    return [
        sheet.title if titles.count(sheet.title) == 1 else f"{sheet.key} {sheet.title}"
        for sheet in sheets
    ]


def _text(tier: Tier, part: TierPart, sheet: Sheet, known: GradesByTier, edition: Edition) -> str:
    """Return what a part said of an earlier sheet; where it is a field, that of the same entry in the earlier edition."""
    path = tier.field_paths.get(part, "")
    if not path:
        return known[tier.tier_name].texts_by_sheet.get(sheet.id, {}).get(part, "")
    former = sheet.edition.by_origin.get(edition.by_path[path].origin)
    if former is None:
        return ""
    return json_as_text(sheet.edition, former.path, field_as_json(sheet, former.path))


__all__ = ["FormerOpinions", "OpinionsBySheet", "former_opinions"]

"""What is kept of the city's tiers beside the sheets of an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xlsync.store.tier_grades import TierGrades, grades_of_tier

if TYPE_CHECKING:
    from xlsync.exchange.tiers.tier import Tier
    from xlsync.store import Store

GradesByTier = Mapping[str, TierGrades]
"""What is kept of each tier, by its name."""


def known_grades(store: Store, tiers: Sequence[Tier], edition: int) -> GradesByTier:
    """Return what is kept of the city's tiers."""
    return {tier.tier_name: grades_of_tier(store.files, tier.tier_name, edition) for tier in tiers}


__all__ = ["GradesByTier", "known_grades"]

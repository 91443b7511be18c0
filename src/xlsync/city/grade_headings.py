"""What the city calls the columns of its tables of grades: 評価結果の見出し.csv in the city's folder, written once by --map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import HeadingList
from xlsync.errors import SettingsError
from xlsync.exchange.tiers.tier import PART_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings

_PAIR: Final = 2


def _checked(city: CitySettings, cells: Sequence[str], where: str) -> tuple[str, str]:
    """Return a heading and the part of a tier that it means (二次評価.評価)."""
    tiers = city.terms.procedure_rules.tiers
    known = [f"{tier.tier_name}.{word}" for tier in tiers for word in PART_WORDS.values()]
    if len(cells) != _PAIR or not cells[0]:
        raise SettingsError(
            "見出しと、段階と欄を1つずつ書いてください（見出し=二次評価.評価）", where
        )
    heading, part = cells
    if part and part not in known:
        raise SettingsError(
            f"「{part}」は使えません。次のどれかにしてください：{'、'.join(known)}", where
        )
    return heading, part


GRADE_HEADINGS: Final = HeadingList(
    "評価結果の見出し.csv", "評価結果の見出し", ("見出し", "段階と欄"), _checked
)

__all__ = ["GRADE_HEADINGS"]

"""What the city calls the columns of its tables of grades: 評価結果の見出し.csv in the city's folder, written once by --map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import HeadingList
from xlsync.city.figure_files import sheets_and_shares
from xlsync.errors import SettingsError
from xlsync.exchange.tiers.grades_plan import GradesFile, GradesPlan, plan_grades
from xlsync.exchange.tiers.known_grades import known_grades
from xlsync.exchange.tiers.tier import PART_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.exchange.tiers.tier import Tier

_NO_TIERS: Final = (
    "xlsync.toml に評価の段階（[[tier]]）がありません。手引きの「評価の段階」を見て書いてください"
)

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


def planned_grades(city: CitySettings, file: GradesFile, tier_name: str = "") -> GradesPlan:
    """Return what taking in a table would do; without a tier's name, the headings name them.

    Raises:
        SettingsError: The city has no such tier.
        WorkbookError: The bytes are no table, or no row of it names the sheets and a tier.

    """
    tiers = tiers_called(city, tier_name)
    sheets, shares = sheets_and_shares(city)
    known = known_grades(city.store, tiers, city.terms.fiscal_year)
    return plan_grades(file, city.terms, tiers, sheets, shares, known)


def tiers_called(city: CitySettings, name: str = "") -> Sequence[Tier]:
    """Return the tier of a name, all of them for ""; SettingsError where there is none."""
    tiers = city.terms.procedure_rules.tiers
    if not tiers:
        raise SettingsError(_NO_TIERS, str(city.folder))
    asked = [tier for tier in tiers if name in {"", tier.tier_name}]
    if not asked:
        names = "、".join(tier.tier_name for tier in tiers)
        raise SettingsError(f"「{name}」という段階は設定にありません（{names}）", "--tier")
    return asked


__all__ = ["GRADE_HEADINGS", "planned_grades", "tiers_called"]

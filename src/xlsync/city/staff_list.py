"""The people that the sheets of each unit add up to, against its posts (定員.csv in the city's folder)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import list_rows
from xlsync.errors import StoreError
from xlsync.exchange.staffing.posts import listed_posts, staffed_periods
from xlsync.exchange.staffing.unit_staff import staff_of_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.exchange.staffing.unit_staff import UnitStaff
    from xlsync.sheet import Sheet

POSTS_FILE: Final = "定員.csv"


def staff_of_city(city: CitySettings) -> tuple[list[Sheet], Sequence[UnitStaff]]:
    """Return the sheets that count, and the people of each unit against its posts.

    Raises:
        StoreError: The form has no rule of personnel costs.
        SettingsError: The list of posts is wrong.

    """
    edition = city.terms.form.at(city.terms.fiscal_year)
    if not staffed_periods(edition):
        raise StoreError("この様式には、人件費と従事割合の規則がありません")
    posts = listed_posts(list_rows(city, POSTS_FILE, "定員の一覧"), edition, POSTS_FILE)
    sheets = city.store.counted_heads(city.terms.fiscal_year)
    return sheets, staff_of_units(sheets, posts, edition)


__all__ = ["POSTS_FILE", "staff_of_city"]

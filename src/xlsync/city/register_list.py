"""What the city calls the columns of its list of sheets: 台帳の見出し.csv in the city's folder, written once by --map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import HeadingList
from xlsync.errors import SettingsError
from xlsync.exchange.register.headings import KEY, SHEET_ID, columns_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings

_PAIR: Final = 2


def _checked(city: CitySettings, cells: Sequence[str], where: str) -> tuple[str, str]:
    """Return a heading and its field; SettingsError where it is none that a list can have a column of."""
    if len(cells) != _PAIR or not cells[0]:
        raise SettingsError("見出しと欄を1つずつ書いてください（見出し=欄）", where)
    heading, path = cells
    edition = city.terms.form.at(city.terms.fiscal_year)
    known = [field.path for field in columns_known(edition, city.terms)]
    path = edition.expand(path)
    if path and path not in {KEY, SHEET_ID, *known}:
        paths = "、".join([KEY, SHEET_ID, *known])
        raise SettingsError(
            f"「{path}」という欄は台帳の列にできません。次のどれかにしてください：{paths}", where
        )
    return heading, path


REGISTER_HEADINGS: Final = HeadingList(
    "台帳の見出し.csv", "台帳の見出し", ("見出し", "欄"), _checked
)


__all__ = ["REGISTER_HEADINGS"]

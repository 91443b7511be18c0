"""What the city calls the columns of its list of sheets: 台帳の見出し.csv in the city's folder, written once by --map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import HeadingList
from xlsync.errors import SettingsError
from xlsync.exchange.register.headings import KEY, columns_known, meanings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings

_PAIR: Final = 2


def _checked(city: CitySettings, cells: Sequence[str], where: str) -> tuple[str, str]:
    """Return a heading and its field; SettingsError where it is none that a list can have a column of."""
    if len(cells) != _PAIR or not cells[0]:
        raise SettingsError("見出しと欄を1つずつ書いてください（見出し=欄）", where)
    heading, word = cells
    edition = city.terms.form.at(city.terms.fiscal_year)
    meant = ("",) if not word else meanings_of(edition, city.terms, edition.expand(word))
    if len(meant) == 1:
        return heading, meant[0]
    raise SettingsError(_why_not_a_column(city, word, meant), where)


def _why_not_a_column(city: CitySettings, word: str, meant: Sequence[str]) -> str:
    """Return why a word is no field, or which of several it may be."""
    edition = city.terms.form.at(city.terms.fiscal_year)
    named = [
        f"{field.path}（{field.title}）"
        for field in columns_known(edition, city.terms)
        if field.path in meant or not meant
    ]
    if meant:
        return f"「{word}」がどの欄か決められません。次のどれかにしてください：{'、'.join(named)}"
    listed = "、".join([f"{KEY}（{edition.definition.words.key}）", *named])
    return f"「{word}」という欄は台帳の列にできません。次のどれかにしてください：{listed}"


REGISTER_HEADINGS: Final = HeadingList(
    "台帳の見出し.csv", "台帳の見出し", ("見出し", "欄"), _checked
)


__all__ = ["REGISTER_HEADINGS"]

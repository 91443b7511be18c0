"""Units as clerks write them: ㎡ is m2 is 平米. Which spelling was typed does not count, which unit does."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from xlsync.kinds.characters import half_width

_GROUPS: Final = (
    ("㎡", "m2", "m²", "m^2", "M2", "平方メートル", "平米"),
    ("㎥", "m3", "m³", "m^3", "M3", "立方メートル", "立米"),
    ("㎢", "km2", "km²", "平方キロメートル"),
    ("ha", "㏊", "ヘクタール"),
    ("km", "㎞", "Km", "KM", "キロメートル", "キロ"),
    ("m", "ｍ", "メートル"),
    ("cm", "㎝", "センチメートル", "センチ"),
    ("mm", "㎜", "ミリメートル", "ミリ"),
    ("kg", "㎏", "Kg", "KG", "キログラム"),
    ("g", "グラム"),
    ("t", "トン"),
    ("L", "l", "ℓ", "リットル"),
    ("kWh", "KWH", "kwh", "キロワット時"),
    ("%", "パーセント", "㌫"),
    ("箇所", "か所", "カ所", "ヶ所", "ヵ所", "ケ所", "個所"),
    ("か月", "箇月", "カ月", "ヶ月", "ヵ月", "ケ月"),
    ("か年", "箇年", "カ年", "ヶ年", "ヵ年", "ケ年"),
    ("ページ", "頁"),
)
"""Each line is one unit in its spellings. Two units that are alike to some only (人 and 名, 件 and 回) are not one."""


@lru_cache(maxsize=256)
def spellings_of(unit: str) -> tuple[str, ...]:
    """Return a unit's spellings, the given one first.

    >>> spellings_of("平米")[:2], spellings_of("人")
    (('平米', '㎡'), ('人',))
    """
    plain = half_width(unit)
    group = next((group for group in _GROUPS if plain in map(half_width, group)), ())
    return tuple(dict.fromkeys((unit, *group)))


@lru_cache(maxsize=256)
def _plain_spellings(unit: str) -> frozenset[str]:
    return frozenset(map(half_width, spellings_of(unit)))


def is_unit(text: str, unit: str) -> bool:
    """Whether a half-width text is a unit, in any of its spellings; nothing at all is the unit of the field.

    >>> is_unit("m2", "㎡"), is_unit("", "㎡"), is_unit("件", "㎡")
    (True, True, False)
    """
    return not text or text in _plain_spellings(unit)


__all__ = ["is_unit", "spellings_of"]

"""全国地方公共団体コード: five digits for a municipality, the first two of its prefecture, and a check digit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WEIGHTS: Final = (6, 5, 4, 3, 2)
# fmt: off
PREFECTURES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)
# fmt: on
"""The prefectures in the order of their codes, from 01 on."""


def is_city_code(code: str) -> bool:
    """Whether a text is a 全国地方公共団体コード: that of a prefecture, three digits, and the check digit that follows.

    >>> is_city_code("082201"), is_city_code("082202")
    (True, False)
    """
    return prefecture_of(code) != "" and code == with_check_digit(code[:5])


def prefecture_of(code: str) -> str:
    """Return the name of the prefecture that a code of six digits is in, "" where it is none.

    >>> prefecture_of("082201"), prefecture_of("482201")
    ('茨城県', '')
    """
    number = int(code[:2]) if re.fullmatch(r"[0-9]{6}", code) else 0
    return PREFECTURES[number - 1] if 0 < number <= len(PREFECTURES) else ""


def with_check_digit(five_digits: str) -> str:
    """Return the code of six digits that begins with five.

    >>> with_check_digit("08220")
    '082201'
    """
    return f"{five_digits}{(11 - _weighted(map(int, five_digits)) % 11) % 10}"


def _weighted(digits: Iterable[int]) -> int:
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))


__all__ = ["PREFECTURES", "is_city_code", "prefecture_of", "with_check_digit"]

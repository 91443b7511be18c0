"""The table [publication] of xlsync.toml: who publishes, under which licence, and words to look for before publication."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pydantic import Field, field_validator

from xlsync.form.strict import Strict
from xlsync.publication.published_year import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterable

_WEIGHTS: Final = (6, 5, 4, 3, 2)


class PublicationSettings(Strict):
    """The table as it is written; `names` is a file of names to look for, one a line."""

    city_code: str = ""
    licence: str = ""
    licence_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    enquiries: str = Field(default="", alias="contact")
    names: str = ""

    @field_validator("city_code")
    @classmethod
    def _code_is_sound(cls, code: str) -> str:
        if code and not is_city_code(code):
            raise ValueError("6桁の団体コードではありません（検査数字が合いません）")
        return code

    def publisher(self, city_name: str) -> Publisher:
        """Return who publishes."""
        return Publisher(city_name, self.city_code, self.licence, self.licence_url, self.enquiries)


def is_city_code(code: str) -> bool:
    """Whether a text is a 全国地方公共団体コード: five digits, and the check digit that follows from them.

    >>> is_city_code("082201"), is_city_code("082202")
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{6}", code):
        return False
    *digits, check = map(int, code)
    return check == (11 - _weighted(digits) % 11) % 10


def _weighted(digits: Iterable[int]) -> int:
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))


__all__ = ["PublicationSettings", "is_city_code"]

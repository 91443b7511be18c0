"""The table [publication] of xlsync.toml: who publishes, under which licence, and words to look for before publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from xlsync.form.strict import Strict
from xlsync.publication.city_code import is_city_code

if TYPE_CHECKING:
    from xlsync.publication.published_year import Publisher


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
        from xlsync.publication.published_year import Publisher

        return Publisher(city_name, self.city_code, self.licence, self.licence_url, self.enquiries)


__all__ = ["PublicationSettings"]

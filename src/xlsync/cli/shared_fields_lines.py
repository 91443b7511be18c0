"""What commands do, and say, about fields that forms of a city share (`same-as`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.city.same_fields_of_city import take_over_everywhere
from xlsync.cli.console import complain, say

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


def keep_forms_in_step(city: CitySettings, *, quiet: bool = False) -> None:
    """Take over between the forms of a city what one of them owns, and say of how many sheets; where quiet, only complain."""
    for changed, count in take_over_everywhere(city, complain):
        title = changed.terms.form.definition.page.worksheet
        if not quiet:
            say(f"ほかの様式と同じ欄：{title} {count}件を、元の内容に合わせました")


__all__ = ["keep_forms_in_step"]

"""What a check may know beside the sheet itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.rules import Rate, Room

if TYPE_CHECKING:
    from xlsync.organization import Organization
    from xlsync.sheet import Sheet

__all__ = ["Context", "Rate", "Room"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the sheet; whatever is not given is not asked about.

    The sheets of the same program, whether they are all of it, the city's rates by period key ("2017-settled"), last
    year's sheet of the same project, what each cell has room for on paper, and the city's list of 部・課・係.
    """

    program: tuple[Sheet, ...] = ()
    rates: Mapping[str, Rate] = field(default_factory=dict)
    last_year: Sheet | None = None
    room: Mapping[str, Room] = field(default_factory=dict)
    organization: Organization | None = None
    program_complete: bool = True

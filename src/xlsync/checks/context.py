"""What a check may know beside the sheet itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.plan_list import PlanList
from xlsync.rules import Rate, Room

if TYPE_CHECKING:
    from xlsync.organization import Organization
    from xlsync.sheet import Sheet

__all__ = ["Context", "Rate", "Room"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the sheet; what is not given is not checked.

    Attributes:
        program: The sheets of the same budget program (予算事業), the checked one included.
        rates: The city's personnel rates by period key ("2017-settled").
        last_year: Last year's sheet of the same project.
        room: How many characters and lines each field's cell holds on paper, by path.
        organization: The city's list of 部・課・係.
        program_complete: Whether `program` holds every sheet of the program, so that its totals can be compared.
        phase_marks: What the present phase says of fields, by path: that they are due, or not due yet.
        plan_list: The city's list of 施策.
        carried_paths: The fields that still say what was carried over from last year's sheet and has to be looked at.

    Example:
        >>> from decimal import Decimal
        >>> rates = {"2017-settled": Rate(Decimal(7000), Decimal("2.5"))}
        >>> sheet = next(iter(Store("city/store")))
        >>> [finding.code for finding in check(sheet, Context(rates=rates))]
        ['personnel-cost']

    """

    program: tuple[Sheet, ...] = ()
    rates: Mapping[str, Rate] = field(default_factory=dict)
    last_year: Sheet | None = None
    room: Mapping[str, Room] = field(default_factory=dict)
    organization: Organization | None = None
    program_complete: bool = True
    carried_paths: frozenset[str] = frozenset()
    phase_marks: Mapping[str, str] = field(default_factory=dict)
    plan_list: PlanList = field(default_factory=PlanList)

"""The checks of a sheet: the rules of its form, and what needs other sheets. `check(sheet, context)` returns the findings."""

from __future__ import annotations

from xlsync.checks.context import Context, Rate, Room
from xlsync.checks.engine import CHECKS, beside_the_sheet, check

__all__ = ["CHECKS", "Context", "Rate", "Room", "beside_the_sheet", "check"]

"""WHAT MUST HOLD: rules declared once in the form, evaluated here. `check(sheet, context)` gives every finding at once."""

from __future__ import annotations

from xlsync.checks.context import Context, Rate, Room
from xlsync.checks.engine import CHECKS, beside_the_sheet, check

__all__ = ["CHECKS", "Context", "Rate", "Room", "beside_the_sheet", "check"]

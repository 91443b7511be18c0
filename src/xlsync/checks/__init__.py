"""WHAT MUST HOLD: rules declared once in the form, evaluated here. `check(sheet, context)` gives every finding at once."""

from __future__ import annotations

from xlsync.checks.context import Context, Rate
from xlsync.checks.engine import CHECKS, check

__all__ = ["CHECKS", "Context", "Rate", "check"]

"""ONE VALUE of a sheet: what people type is parsed, what Excel shows is shown, what JSON holds is described.

Every kind is a module with a class of the same members (`Kind`); `KINDS` lists them, and no other module asks for a kind
by name. `parse` never raises: it gives `Parsed` or `Unreadable`.
Blank (`None`), dash (`DASH`, the sheet says "-") and 0 are three different values of every kind.
"""

from __future__ import annotations

from xlsync.kinds.choice import Choice
from xlsync.kinds.code import Code
from xlsync.kinds.date import Date
from xlsync.kinds.kind import Kind, KindOptions
from xlsync.kinds.measure import Measure
from xlsync.kinds.money import Money
from xlsync.kinds.person import Person
from xlsync.kinds.quantity import Amount
from xlsync.kinds.registry import KINDS, kind_names
from xlsync.kinds.text import Text
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Quantity,
    Typed,
    Unreadable,
    Value,
    as_typed,
    fold,
)

__all__ = [
    "DASH",
    "KINDS",
    "Amount",
    "Choice",
    "Code",
    "Date",
    "Json",
    "Kind",
    "KindOptions",
    "Measure",
    "Money",
    "Parsed",
    "Person",
    "Quantity",
    "Text",
    "Typed",
    "Unreadable",
    "Value",
    "as_typed",
    "fold",
    "kind_names",
]

"""THE JOURNEYS between workbooks and the store: receive, inspect, compare, export, resolve, revert.

The only place where the four neighbours meet. Bytes in, values out: callers read and write the shared folder's files.
"""

from __future__ import annotations

from xlsync.exchange.export import export, template_of
from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
from xlsync.exchange.receive import compare, inspect, receive
from xlsync.exchange.settle import Side, as_of, resolve, revert
from xlsync.exchange.standing import Standing, standings

__all__ = [
    "Outcome",
    "Receipt",
    "Side",
    "Source",
    "Standing",
    "Terms",
    "as_of",
    "compare",
    "export",
    "inspect",
    "receive",
    "resolve",
    "revert",
    "standings",
    "template_of",
]

"""THE JOURNEYS between workbooks and the store: receive, inspect, export. The only place where the four neighbours meet.

Bytes in, values out: callers read and write the files of the shared folder.
"""

from __future__ import annotations

from xlsync.exchange.export import export, template_of
from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
from xlsync.exchange.receive import inspect, receive
from xlsync.exchange.standing import Standing, standings

__all__ = [
    "Outcome",
    "Receipt",
    "Source",
    "Standing",
    "Terms",
    "export",
    "inspect",
    "receive",
    "standings",
    "template_of",
]

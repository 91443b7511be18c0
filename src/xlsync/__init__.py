"""xlsync: evaluation sheets of a city office, filled in Excel, checked, merged and summed up without retyping.

The public interface for scripts, typed; everything raises `xlsync.errors.XlsyncError` and its subclasses only:

    open_city(folder) -> City                   check, receive, export, status, summarize, to_frame; its store
    read(source, form=None) -> list[Reading]    worksheets of the form in a workbook (a path, bytes or a binary file)
    Sheet                                       a mapping of path to value: from_json, to_json, with_values
    merge(base, head, incoming) -> Merge        three states of one sheet, field by field
    Store(folder)                               iterates over sheets; head(key, edition), revisions(key, edition)
    check(sheet, context) -> list[Finding]      the rules alone, without what the reader says of single cells
    xlsync.ooxml.read_cells, patch_cells        cells of any workbook
    xlsync.errors                               why something could not be done
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from xlsync.version import VERSION

if TYPE_CHECKING:
    from xlsync import errors, ooxml
    from xlsync.checks import Context, Rate, check
    from xlsync.city.city import City, open_city
    from xlsync.exchange.receipt import Receipt
    from xlsync.finding import Finding
    from xlsync.form.library import load_form
    from xlsync.merging import Merge, merge
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.workbook.reading.form_reader import read
    from xlsync.workbook.reading.reading import Reading

__version__ = VERSION
__all__ = [
    "City",
    "Context",
    "Finding",
    "Merge",
    "Rate",
    "Reading",
    "Receipt",
    "Sheet",
    "Store",
    "__version__",
    "check",
    "errors",
    "load_form",
    "merge",
    "ooxml",
    "open_city",
    "read",
]

_MODULES = {
    "City": "xlsync.city.city",
    "Context": "xlsync.checks",
    "Finding": "xlsync.finding",
    "Merge": "xlsync.merging",
    "Rate": "xlsync.checks",
    "Reading": "xlsync.workbook.reading.reading",
    "Receipt": "xlsync.exchange.receipt",
    "Sheet": "xlsync.sheet",
    "Store": "xlsync.store",
    "check": "xlsync.checks",
    "load_form": "xlsync.form.library",
    "merge": "xlsync.merging",
    "open_city": "xlsync.city.city",
    "read": "xlsync.workbook.reading.form_reader",
}
_PACKAGES = ("errors", "ooxml")


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command line starts quickly."""
    if name in _PACKAGES:
        return importlib.import_module(f"xlsync.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value  # a module imported later must not replace a function of the same name
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

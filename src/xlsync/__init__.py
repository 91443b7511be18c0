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

from xlsync.lazy_names import lazy_names
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

_import_name = lazy_names(
    __name__,
    {
        "City": "city.city",
        "Context": "checks",
        "Finding": "finding",
        "Merge": "merging",
        "Rate": "checks",
        "Reading": "workbook.reading.reading",
        "Receipt": "exchange.receipt",
        "Sheet": "sheet",
        "Store": "store",
        "check": "checks",
        "load_form": "form.library",
        "merge": "merging",
        "open_city": "city.city",
        "read": "workbook.reading.form_reader",
    },
)
_PACKAGES = ("errors", "ooxml")


def __getattr__(name: str) -> Any:
    """Import a public name or package when it is first used."""
    if name in _PACKAGES:
        return importlib.import_module(f"xlsync.{name}")
    return _import_name(name)


def __dir__() -> list[str]:
    return sorted(__all__)

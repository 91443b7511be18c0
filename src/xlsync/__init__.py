"""xlsync: evaluation sheets of a city office, filled in Excel, checked, merged and summed up without retyping.

The public interface for scripts (typed; raises `xlsync.errors` only):

    read(data, form=None) -> list[Reading]      worksheets of our form in a workbook's bytes
    check(sheet, context) -> list[Finding]      every finding on a sheet
    merge(base, head, incoming) -> Merge          three sheets of one key, field by field
    Store(path)                                 heads(), head(key, edition), revisions(key, edition)
    xlsync.ooxml.read_cells, patch_cells     any workbook's cells
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsync.checks import Context, Rate, check
    from xlsync.finding import Finding
    from xlsync.form.library import load_form
    from xlsync.merging import Merge, merge
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.workbook.reading.form_reader import read
    from xlsync.workbook.reading.reading import Reading

__version__ = "0.1.0"
__all__ = [
    "Context",
    "Finding",
    "Merge",
    "Rate",
    "Reading",
    "Sheet",
    "Store",
    "__version__",
    "check",
    "load_form",
    "merge",
    "read",
]

_ROOMS = {
    "Context": "xlsync.checks",
    "Finding": "xlsync.finding",
    "Merge": "xlsync.merging",
    "Rate": "xlsync.checks",
    "Reading": "xlsync.workbook.reading.reading",
    "Sheet": "xlsync.sheet",
    "Store": "xlsync.store",
    "check": "xlsync.checks",
    "load_form": "xlsync.form.library",
    "merge": "xlsync.merging",
    "read": "xlsync.workbook.reading.form_reader",
}


def __getattr__(name: str) -> Any:
    """Open a room when something of it is first asked for: the command line must start quickly."""
    if name not in _ROOMS:
        raise AttributeError(name)
    found = getattr(importlib.import_module(_ROOMS[name]), name)
    globals()[name] = (
        found  # the module `xlsync.merging` must not hide the function of the same name
    )
    return found

"""Excel workbooks as bytes: read cells, and change some of them without altering any other byte.

Knows nothing of forms and imports nothing of xlsync but its errors. README.md beside this module is the guide.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.ooxml.opc.package import Package
    from xlsync.ooxml.patch.cell_xml import Formula
    from xlsync.ooxml.patch.patch import patch_cells
    from xlsync.ooxml.read.reader import Cell, CellError, Workbook, open_workbook, read_cells

__all__ = [
    "Cell",
    "CellError",
    "Formula",
    "Package",
    "Workbook",
    "open_workbook",
    "patch_cells",
    "read_cells",
]

_MODULES = {"Package": "opc.package", "Formula": "patch.cell_xml", "patch_cells": "patch.patch"}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that importing one module of the package stays cheap."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_MODULES.get(name, 'read.reader')}")
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Excel workbooks as bytes: read cells, and change some of them without altering any other byte.

Knows nothing of forms and imports nothing of xlsync but its errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.ooxml.patch.patch import patch_cells
    from xlsync.ooxml.read.reader import read_cells

__all__ = ["patch_cells", "read_cells"]


def __getattr__(name: str) -> object:
    """Import a public function on first use, so that importing one module of the package stays cheap."""
    if name == "patch_cells":
        from xlsync.ooxml.patch.patch import patch_cells

        return patch_cells
    if name == "read_cells":
        from xlsync.ooxml.read.reader import read_cells

        return read_cells
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Excel workbooks as bytes: what their cells hold, and how to change some of them and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.workbook.patch import patch_cells
    from xlsync.workbook.reader import read_cells

__all__ = ["patch_cells", "read_cells"]


def __getattr__(name: str) -> object:
    """Import a public function when it is first asked for, so that importing one room's part stays cheap."""
    if name == "patch_cells":
        from xlsync.workbook.patch import patch_cells

        return patch_cells
    if name == "read_cells":
        from xlsync.workbook.reader import read_cells

        return read_cells
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

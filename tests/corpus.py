"""The corpus: workbooks made by other programs, kept outside this repository."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["ABSENT", "FOLDER", "files"]

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpus"

FOLDER = Path(os.environ.get("XLSYNC_CORPUS") or _BESIDE)
ABSENT = "the corpus is absent (XLSYNC_CORPUS, or ../shared/corpus)"

_WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".xltm"}


def files() -> list[Path]:
    """Every workbook of the corpus by name, or nothing where there is no corpus."""
    if not FOLDER.is_dir():
        return []
    return sorted(file for file in FOLDER.iterdir() if file.suffix in _WORKBOOKS)

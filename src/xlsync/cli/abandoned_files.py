"""Temporary files that a killed run has left in a folder that no watcher looks after, such as that of `--out`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from xlsync.disk import remove_unchanged_since

ABANDONED_AFTER: Final = 600.0
"""Seconds for which a file must not have changed: no write of ours takes so long."""


def remove_abandoned(*folders: Path) -> None:
    """Delete the temporary files of ours that nobody writes any more, as far as that can be done."""
    for folder in folders:
        remove_unchanged_since(folder, time.time() - ABANDONED_AFTER)

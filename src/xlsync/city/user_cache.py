"""The folder of the user's own in which programs keep what they can make again."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from xlsync.workbook.template.template_cache import keep_templates_in

CACHE_VARIABLE: Final = "XLSYNC_CACHE"
"""The environment variable that names another folder; where it is set and blank, nothing is kept."""


def use_user_cache() -> None:
    """Let this process use the templates that this user's processes built before."""
    keep_templates_in(cache_folder(os.environ, sys.platform))


def cache_folder(environment: Mapping[str, str], platform: str) -> Path | None:
    """Return the folder, None where the user has none or wants none."""
    named = environment.get(CACHE_VARIABLE)
    if named is not None:
        return Path(named).absolute() if named.strip() else None
    if platform == "win32":
        profile = environment.get("LOCALAPPDATA", "")
        return (
            Path(profile, "xlsync-cache") if profile else None
        )  # programs are installed in "xlsync"
    try:
        home = Path.home()
    except RuntimeError:  # an account without a home
        return None
    if platform == "darwin":
        return home / "Library/Caches/xlsync"
    caches = environment.get("XDG_CACHE_HOME", "")
    return (Path(caches) if os.path.isabs(caches) else home / ".cache") / "xlsync"  # noqa: PTH117


__all__ = ["CACHE_VARIABLE", "cache_folder", "use_user_cache"]

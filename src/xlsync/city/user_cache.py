"""The folder of the user's own in which programs keep what they can make again."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Final

from xlsync.workbook.template.template_cache import keep_templates_in

CACHE_VARIABLE: Final = "XLSYNC_CACHE"
"""The environment variable that names another folder by its whole path; with any other text, as a blank, nothing is kept."""


def use_user_cache() -> None:
    """Let this process use the templates that this user's processes built before."""
    keep_templates_in(cache_folder(os.environ, sys.platform))


def cache_folder(environment: Mapping[str, str], platform: str) -> Path | None:
    """Return the folder, None where the user has none or wants none."""
    if platform == "win32":
        return _in_profile(environment)
    named = environment.get(CACHE_VARIABLE)
    if named is not None:
        return Path(named) if os.path.isabs(named) else None  # noqa: PTH117
    try:
        home = Path.home()
    except RuntimeError:  # an account without a home
        return None
    if platform == "darwin":
        return home / "Library/Caches/xlsync"
    caches = environment.get("XDG_CACHE_HOME", "")
    return (Path(caches) if os.path.isabs(caches) else home / ".cache") / "xlsync"  # noqa: PTH117


def _in_profile(environment: Mapping[str, str]) -> Path | None:
    """Return the folder on Windows: below the user's profile alone, since nothing else there is known to be the user's own."""
    profile = environment.get("LOCALAPPDATA", "")
    if not profile:
        return None
    folder = environment.get(CACHE_VARIABLE, rf"{profile}\xlsync-cache")  # programs are in "xlsync"
    named = PureWindowsPath(folder)
    owned = (environment.get(name, "") for name in ("LOCALAPPDATA", "USERPROFILE"))
    is_own = any(named.is_relative_to(PureWindowsPath(each)) for each in owned if each)
    return Path(folder) if is_own and ".." not in named.parts else None


__all__ = ["CACHE_VARIABLE", "cache_folder", "use_user_cache"]

"""Whether this computer has a font with Japanese characters, where it can be asked."""

from __future__ import annotations

import shutil
import subprocess


def has_japanese_font(program: str = "fc-list") -> bool:
    """Return False where fontconfig, by its `program`, knows of no font for Japanese; True also where nobody can be asked.

    Windows and macOS bring such fonts with them.
    """
    path = shutil.which(program)
    if path is None:
        return True
    try:
        listed = subprocess.run([path, ":lang=ja"], capture_output=True, timeout=60, check=False)  # noqa: S603 (its own path)
    except (OSError, subprocess.TimeoutExpired):
        return True
    return listed.returncode != 0 or bool(listed.stdout.strip())


__all__ = ["has_japanese_font"]

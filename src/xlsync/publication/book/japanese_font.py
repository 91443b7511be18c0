"""Which fonts with Japanese characters this computer has, where it can be asked."""

from __future__ import annotations

import re
import shutil
import subprocess


def japanese_fonts(program: str = "fc-list") -> str | None:
    """Return the fonts for Japanese that fontconfig (`program`) knows of, a line each; None where nobody can be asked.

    Windows and macOS bring such fonts with them.
    """
    path = shutil.which(program)
    if path is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 (its own path)
            [path, ":lang=ja", "family", "style"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if listed.returncode != 0:
        return None
    return "\n".join(sorted(set(listed.stdout.decode("utf-8", "replace").split("\n")))).strip()


def family_of(line: str) -> str:
    """Return the first name of the family of a font.

    >>> family_of("IPAゴシック,IPAGothic:style=Regular")
    'IPAゴシック'
    """
    return re.split("[,:]", line)[0]


__all__ = ["family_of", "japanese_fonts"]

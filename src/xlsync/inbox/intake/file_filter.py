"""What a file's name tells before anyone opens it: a workbook, something programs leave lying about, or nothing of ours.

Whose workbook it is, its name never tells: that stands inside.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

Kind = Literal["workbook", "archive", "odd", "leftover", "passing", "foreign"]
"""Ours to open; a .zip of such; a spreadsheet of a kind we do not take; what a save that failed may leave, the only copy of
somebody's work; what programs keep beside a file for a while; anything else."""

WORKBOOKS: Final = (".xlsx", ".xlsm")
ARCHIVES: Final = (".zip",)
ODD: Final = (".xls", ".xlsb", ".xltx", ".xltm", ".xlt", ".ods", ".numbers")

LEFTOVERS: Final[tuple[tuple[str, str], ...]] = (
    (r"[0-9a-f]{6,8}", "Excel's temporary file before it takes the book's name"),
    (r"[0-9a-f]{6,8}\.tmp", "the same over SMB"),
    (r"lu[0-9a-z]{3,}\.tmp", "LibreOffice's"),
)
PASSED_OVER: Final[tuple[tuple[str, str], ...]] = (
    (r"~\$.*", "Excel's owner file: somebody has the book open"),
    (r"\.~.*", "LibreOffice's lock (.~lock.…#), Syncthing's temporary"),
    (r"\._.*", "what a Mac knows of a file besides its contents"),
    (r"\.(ds_store|localized|apdisk)", "a Mac's view of the folder"),
    (r"(eh)?thumbs\.db(:encryptable)?|desktop\.ini", "Windows' view of the folder"),
    (r"~wr[adls].*", "Word's and Excel's recovery"),
    (r"~ar.*\.xar", "Excel's AutoRecover"),
    (r".*\.(tmp|temp|bak|asd|xlk|dwl|lock)", "temporary files and safety copies"),
    (r".*\.(part|partial|filepart|crdownload|opdownload|download)", "copies and downloads under way"),
    (r"\.(syncthing|goutputstream|nfs|fuse_hidden|smbdelete|dropbox|owncloudsync).*", "sync tools, shares"),
    (r".*\.~[0-9a-f]+", "Nextcloud's download under way"),
)  # fmt: skip
"""Patterns of folded names, each with whose they are. Leftovers come first: some end like temporary files."""

FOLDERS_PASSED_OVER: Final[tuple[tuple[str, str], ...]] = (
    (r"\$recycle\.bin|recycler|#recycle|\.trash.*|lost\+found", "waste-paper baskets"),
    (r"\.stversions|\.sync|\.dropbox\.cache|\.snapshots?|~snapshot", "older versions of everything"),
    (r"@eadir|system volume information|\.spotlight-v100|\.fseventsd|\.git", "a server's own"),
)  # fmt: skip

_COPY: Final = re.compile(
    r"-\s*(コピー|copy)\b.*|^(コピー|copy (\(\d+\) )?of).*|\(\d+\)$|のコピー|競合コピー|conflicted copy|\.sync-conflict-"
    r"|_?(最新|最終|修正|確定|控え|旧|old|new)(版)?[0-9()]*$|-[a-z0-9]+(-[a-z0-9]+)*-?pc\d*$|-(desktop|laptop|win)-[a-z0-9]+$"
)


def _any(patterns: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern, _ in patterns))


_LEFT: Final = _any(LEFTOVERS)
_PASSED: Final = _any(PASSED_OVER)
_FOLDERS: Final = _any(FOLDERS_PASSED_OVER)


def folded(name: str) -> str:
    """Give a name without differences of width (．ｘｌｓｘ), case or composition (NFC, NFD)."""
    return unicodedata.normalize("NFKC", name).lower()


@lru_cache(maxsize=65_536)  # a folder's names are the same at every look
def kind_of(name: str) -> Kind:
    """Tell what a file's name promises."""
    plain = folded(name)
    if _LEFT.fullmatch(plain):
        return "leftover"
    if _PASSED.fullmatch(plain):
        return "passing"
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("workbook", WORKBOOKS),
        ("archive", ARCHIVES),
        ("odd", ODD),
    )
    return next((kind for kind, endings in kinds if plain.endswith(endings)), "foreign")


def is_passed_over(folder: str) -> bool:
    """True for a folder nobody keeps work in."""
    return _FOLDERS.fullmatch(folded(folder)) is not None


def smells_of_copy(name: str) -> bool:
    """True for a name that people or programs give to copies; which of two files is meant, only the inside tells."""
    stem, _, ending = folded(name).rpartition(".")
    return _COPY.search(stem if f".{ending}" in WORKBOOKS else folded(name)) is not None

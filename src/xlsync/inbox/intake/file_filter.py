"""Classification of files by name: workbooks, archives, unsupported formats, temporary files, anything else.

Which sheet a workbook holds is read from its contents, never from its name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

from xlsync.inbox.intake.unsupported_files import why_unsupported

Kind = Literal["workbook", "archive", "unsupported", "save_remains", "ignored", "foreign"]
"""Workbook; .zip of workbooks; a file that may be somebody's sheet in another form (`unsupported_files` says which); what an
interrupted save leaves behind, perhaps the only copy of somebody's work; temporary and system files; anything else."""

WORKBOOKS: Final = (".xlsx", ".xlsm")
ARCHIVES: Final = (".zip",)

SAVE_REMAINS: Final[tuple[tuple[str, str], ...]] = (
    (r"[0-9a-f]{6,8}", "Excel's temporary file before it takes the book's name"),
    (r"[0-9a-f]{6,8}\.tmp", "the same over SMB"),
    (r"lu[0-9a-z]{3,}\.tmp", "LibreOffice's"),
)
IGNORED: Final[tuple[tuple[str, str], ...]] = (
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
"""Patterns of normalized names, each with its origin. Remains of saves are matched first: some end like temporary files."""

IGNORED_FOLDERS: Final[tuple[tuple[str, str], ...]] = (
    (r"\$recycle\.bin|recycler|#recycle|\.trash.*|lost\+found", "recycle bins"),
    (r"\.stversions|\.sync|\.dropbox\.cache|\.snapshots?|~snapshot", "older versions of everything"),
    (r"@eadir|system volume information|\.spotlight-v100|\.fseventsd|\.git", "a server's own"),
)  # fmt: skip

_COPY: Final = re.compile(
    r"-\s*(コピー|copy)\b.*|^(コピー|copy (\(\d+\) )?of).*|\(\d+\)$|のコピー|競合コピー|conflicted copy|\.sync-conflict-"
    r"|_?(最新|最終|修正|確定|控え|旧|old|new)(版)?[0-9()]*$|-[a-z0-9]+(-[a-z0-9]+)*-?pc\d*$|-(desktop|laptop|win)-[a-z0-9]+$"
)


def _any(patterns: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern, _ in patterns))


_SAVE_REMAINS: Final = _any(SAVE_REMAINS)
_IGNORED: Final = _any(IGNORED)
_IGNORED_FOLDERS: Final = _any(IGNORED_FOLDERS)


def normalized_name(name: str) -> str:
    """Return a name in NFKC and lower case, so that ．ｘｌｓｘ equals .xlsx."""
    return unicodedata.normalize("NFKC", name).lower()


@lru_cache(maxsize=65_536)  # a folder's names are the same at every signature
def kind_of(name: str) -> Kind:
    """Return the kind of file that a name stands for."""
    plain = normalized_name(name)
    if _SAVE_REMAINS.fullmatch(plain):
        return "save_remains"
    if _IGNORED.fullmatch(plain):
        return "ignored"
    if plain.endswith(WORKBOOKS):
        return "workbook"
    if plain.endswith(ARCHIVES):
        return "archive"
    return "unsupported" if why_unsupported(plain) else "foreign"


def is_ignored_folder(folder: str) -> bool:
    """True for a recycle bin, a version store or a system folder, by name."""
    return _IGNORED_FOLDERS.fullmatch(normalized_name(folder)) is not None


def looks_like_copy(name: str) -> bool:
    """True for a name that people or programs give to copies of a file."""
    stem, _, ending = normalized_name(name).rpartition(".")
    return _COPY.search(stem if f".{ending}" in WORKBOOKS else normalized_name(name)) is not None

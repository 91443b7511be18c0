"""The names under which the store keeps what is known of a copy in its file."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.workbook.stamp import Stamp

_UNSTAMPED: Final = "unstamped"


def source_path_of(source: Source) -> str:
    """Return the path under which a file's copy state is kept, in Unicode NFC whatever the file system gives."""
    return unicodedata.normalize("NFC", source.source_path or source.file)


def copy_state_name(stamp: Stamp, source_path: str) -> str:
    """Return the name of the state of a copy in a file, as its stamp tells it."""
    identity = f"{source_path}\n{stamp.state}" if stamp.state else source_path
    digest = hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{stamp.copy or _UNSTAMPED}-{digest}"


def is_unstamped(name: str) -> bool:
    """True for the name of a copy state of a workbook without a stamp, or of a sheet that came as JSON."""
    return name.partition("-")[0] == _UNSTAMPED

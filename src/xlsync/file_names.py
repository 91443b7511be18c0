"""NAMES OF FILES that every system takes, made from what people write; and no two that one folder would hold for one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_FULL_WIDTH: Final = dict(zip('\\/:*?"<>|', "￥／：＊？”＜＞｜", strict=True))
_FORBIDDEN: Final = str.maketrans({**_FULL_WIDTH, **{chr(code): " " for code in range(32)}})
_NAME_LIMIT: Final = 60


def file_name(text: str) -> str:
    """Give text as a file name every system accepts: forbidden signs full-width, no outer dots or spaces, not too long."""
    safe = unicodedata.normalize("NFC", text).translate(_FORBIDDEN)
    return re.sub(r"\s+", " ", safe).strip(" .")[:_NAME_LIMIT].strip(" .") or "_"


def distinct_names(texts: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """Give each text its own file name: a second 総務部 that differs only in letter case or forbidden signs is 総務部_2.

    `reserved` are names already given away. The same texts get the same names, in whatever order they come.
    """
    taken = {_same(name) for name in reserved}
    found: dict[str, str] = {}
    for text in sorted(set(texts)):
        plain = name = file_name(text)
        number = 1
        while _same(name) in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(_same(name))
        found[text] = name
    return found


def _same(name: str) -> str:
    """What Windows and macOS, which do not tell letter cases apart, hold for one name."""
    return unicodedata.normalize("NFKC", name).casefold()

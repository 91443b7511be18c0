"""File names made from text, valid on Windows, macOS and Linux, and distinct where file systems ignore letter case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_FULL_WIDTH: Final = dict(zip('\\/:*?"<>|', "￥／：＊？”＜＞｜", strict=True))
_FORBIDDEN: Final = str.maketrans({**_FULL_WIDTH, **{chr(code): " " for code in range(32)}})
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Cn"})
"""Unicode categories of controls, marks such as U+202E (which turns the rest of a name round), halves of surrogate pairs, and
code points without a character. Characters of a city's own (Co, 外字) are not among them."""
_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))",
    re.IGNORECASE,
)
"""Names that Windows takes for a device, whatever ending follows: CON, nul.xlsx, COM1.2018."""
_MAX_CHARACTERS: Final = 60
_MAX_BYTES: Final = 180
"""Of a name in UTF-8: Linux takes 255, of which a key, a number, an ending and an office program's lock file need some."""


def file_name(text: str) -> str:
    """Return text as a file name that every system accepts, "_" where nothing of it can be in a name.

    Characters that Windows forbids become full-width, invisible ones are left out, no dot or space begins or ends the name,
    a device's name gets an underscore, and a long text is cut.
    """
    safe = unicodedata.normalize("NFC", text).translate(_FORBIDDEN)
    visible = "".join(char for char in safe if unicodedata.category(char) not in _INVISIBLE)
    name = re.sub(r"\s+", " ", visible).strip(" .")
    if device := _DEVICE.match(name):
        name = f"{device[0]}_{name[device.end() :]}"
    return _cut(name) or "_"


def last_part(path: str) -> str:
    """Return what stands behind the last slash or backslash of a path that people are shown."""
    return path.replace("\\", "/").rpartition("/")[2]


def _cut(name: str) -> str:
    """Return the beginning of a name that keeps both limits."""
    kept = name[:_MAX_CHARACTERS]
    while len(kept.encode()) > _MAX_BYTES:
        kept = kept[:-1]
    return kept.strip(" .")


def distinct_names(texts: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """Return a file name for each text, no two equal on a file system that ignores letter case.

    Of two departments 総務部 that differ only in letter case or forbidden characters, the second is 総務部_2. `reserved`
    are names that must not be used. The same texts get the same names, in whatever order they come.
    """
    used = {_folded(name) for name in reserved}
    names: dict[str, str] = {}
    for text in sorted(set(texts)):
        plain = name = file_name(text)
        number = 1
        while _folded(name) in used:
            number += 1
            name = f"{plain}_{number}"
        used.add(_folded(name))
        names[text] = name
    return names


def _folded(name: str) -> str:
    """Return a name as Windows and macOS compare it."""
    return unicodedata.normalize("NFKC", name).casefold()

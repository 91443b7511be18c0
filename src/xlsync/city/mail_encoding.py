"""In which encoding a mail is written: ISO-2022-JP for old mail programs, as far as it has the characters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

Encoding = Literal["utf-8", "iso-2022-jp"]

_JIS: Final = str.maketrans("～－￠￡￢―∥", "〜−¢£¬—‖")
"""Characters of Windows that ISO-2022-JP has under another code."""
_HALF_WIDTH_KANA: Final = re.compile("[\uff61-\uff9f]+")


def in_jis(text: str) -> str:
    """Return a text in characters that ISO-2022-JP has, as far as that changes nothing for a reader."""
    kana = _HALF_WIDTH_KANA.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return kana.translate(_JIS)


def encoding_for(text: str, wanted: Encoding) -> Encoding:
    """Return the encoding of a text: the one that is wanted, UTF-8 where that lacks a character of it."""
    return "utf-8" if beyond(text, wanted) else wanted


def beyond(text: str, wanted: Encoding) -> str:
    """Return the characters of a text that an encoding lacks, each once, in the order of the text."""
    return "".join(char for char in dict.fromkeys(text) if not _has(wanted, char))


def _has(encoding: Encoding, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


__all__ = ["Encoding", "beyond", "encoding_for", "in_jis"]

"""Keys of sheets: made from the fields that say whose sheet it is, and written as the name of a file.

A key of several parts joins them with "-". A hyphen within a part is written "~-", a tilde "~~", so that no two sheets share
a key: (12345, A-01) is 12345-A~-01, and (12345-A, 01) is 12345~-A-01. A key of one part is that part as typed.

On the disk a character that is no ASCII letter, digit or hyphen is written as "=" and four hexadecimal digits for each of its
UTF-16 code units: 研-1 is =7814-1. A key of digits, letters and hyphens is its own name, as it was before there were others.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

SheetId = str
"""What a sheet is known by for good: the key it was registered under, with a suffix where another sheet had that id."""
LONGEST_NAME: Final = 100
"""Characters of a key's name on the disk. It stands in a workbook's stamp too, a text of which Excel takes 255 characters."""
ON_DISK: Final = r"(?:[0-9A-Za-z-]|=[0-9A-F]{4}){1,100}"
"""The pattern of a key's name on the disk."""
_NAME: Final = re.compile(ON_DISK)
_ESCAPED: Final = re.compile(r"(?:=[0-9A-F]{4})+")
_SPECIAL: Final = re.compile(r"[^0-9A-Za-z-]")
_SEPARATED: Final = re.compile(r"(?:[^~-]|~[~-])*")
_CACHED_KEYS: Final = 2**15
"""Keys of which the last answers are kept: a city of 10,000 sheets is asked for all of them over and over."""
_DEVICE: Final = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])")
"""Names that Windows takes for a device."""


def join_parts(parts: Iterable[str]) -> str:
    """Return the key that parts make: joined with "-", unambiguously."""
    every = list(parts)
    if len(every) == 1:
        return every[0]
    return "-".join(part.replace("~", "~~").replace("-", "~-") for part in every)


@lru_cache(_CACHED_KEYS)
def split_key(key: str, count: int) -> tuple[str, ...]:
    """Return the parts of a key that is made of `count` parts; of a key that is not, those it can be read as."""
    if count == 1:
        return (key,)
    parts, start = [], 0
    while start <= len(key):
        match = _SEPARATED.match(key, start)
        end = start if match is None else match.end()
        parts.append(re.sub(r"~([~-])", r"\1", key[start:end]))
        start = end + 1
    return tuple(parts)


def name_on_disk(key: str) -> str:
    """Return a key as the name of a file or folder."""
    name = _SPECIAL.sub(_escaped, key)
    return _escaped_text(name[0]) + name[1:] if _DEVICE.fullmatch(name) else name


def key_of_name(name: str) -> str | None:
    """Return the key whose name on the disk this is; None where it is the name of no key."""
    if not _NAME.fullmatch(name):
        return None
    try:
        key = _ESCAPED.sub(_character, name)
    except UnicodeDecodeError:
        return None
    return key if name_on_disk(key) == name else None


@lru_cache(_CACHED_KEYS)
def fault_of_key(key: str) -> str:
    """Return in Japanese why a key cannot be stored, "" where it can."""
    if not key.strip():
        return "空欄です"
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in key):
        return "改行など、目に見えない文字が入っています"
    if len(name_on_disk(key)) > LONGEST_NAME:
        return "長すぎます"
    return ""


def readable_name(key: str, file_name: str) -> str:
    """Return the beginning of a workbook's name: the key, or where a name cannot hold it (`file_name`), one of no other key."""
    if file_name == key:
        return key
    return f"{file_name}~{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _escaped(character: re.Match[str]) -> str:
    return _escaped_text(character[0])


def _escaped_text(text: str) -> str:
    digits = text.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"={digits[at : at + 4]}" for at in range(0, len(digits), 4))


def _character(escaped: re.Match[str]) -> str:
    return bytes.fromhex(escaped[0].replace("=", "")).decode("utf-16-be")

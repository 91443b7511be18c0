"""Codes of the list of seals as people noted them on paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_ANCHOR: Final = re.compile(r"([1-9][0-9]{0,8}):((?:[0-9a-f]{4}-){4}[0-9a-f]{4})")


def anchors_in(texts: Iterable[str]) -> dict[int, str] | None:
    """Return the codes from paper by the number of their line; None where one is not written so."""
    matches = [_ANCHOR.fullmatch(unicodedata.normalize("NFKC", text).lower()) for text in texts]
    if None in matches:
        return None
    return {int(match[1]): match[2] for match in matches if match is not None}


__all__ = ["anchors_in"]

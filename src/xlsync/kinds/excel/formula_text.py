"""Texts in formulas, and the text that stands for what cannot be read."""

from __future__ import annotations

from typing import Final

UNREAD_MARK: Final = "⁇unread⁇"
"""What stands for an unreadable value in Excel: nobody types this."""
_LITERAL: Final = 250
"""Characters that Excel takes between quotes."""


def quoted(text: str) -> str:
    """Return a text as a formula's literal, in pieces where it is too long for one."""
    pieces = [text[at : at + _LITERAL] for at in range(0, len(text), _LITERAL)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


__all__ = ["UNREAD_MARK", "quoted"]

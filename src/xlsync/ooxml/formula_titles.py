"""Formulas in which worksheets have other titles (ECMA-376 part 1, 18.17.2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LETTER = r"[\w.\\?]"
_TITLE = re.compile(
    r'"(?:[^"]|"")*"'  # a text
    r"|\[(?:[^\[\]]|\[[^\]]*\])*\](?:[^\W\d][\w.]*!)?"  # a part of a table, or another workbook
    r"|'(?P<quoted>(?:[^']|'')+)'!"
    rf"|(?<![#\w.\\?])(?P<bare>[^\W\d]{_LETTER}*(?::{_LETTER}+)?)!"
)


def with_titles(formula: str, titles: Mapping[str, str]) -> str:
    r"""Return the formula with references to the worksheets `titles` names (old title → new one) under their new titles.

    Texts in the formula, other workbooks and parts of tables stay as they are.

    Example:
        >>> with_titles('Sheet1!A1&"Sheet1!"', {"Sheet1": "別名"})
        '\'別名\'!A1&"Sheet1!"'

    """
    if "!" not in formula:
        return formula
    renamed = {old.casefold(): new for old, new in titles.items() if old != new}
    return _TITLE.sub(lambda match: _renamed(match, renamed), formula) if renamed else formula


def quoted(title: str) -> str:
    """Return the title as a formula writes it in front of a reference, without the exclamation mark."""
    return "'" + title.replace("'", "''") + "'"


def _renamed(match: re.Match[str], titles: Mapping[str, str]) -> str:
    """Return a title with its exclamation mark under its new name, anything else as it is."""
    written = match["bare"] if match["quoted"] is None else match["quoted"].replace("''", "'")
    if written is None or "[" in written:
        return match[0]
    first_and_last = written.split(":")  # of several worksheets at once
    if not any(title.casefold() in titles for title in first_and_last):
        return match[0]
    return quoted(":".join(titles.get(title.casefold(), title) for title in first_and_last)) + "!"

"""Budget codes as different systems write them: 01-02-01, 1-2-1, ０１．０２．０１ and 010201 are one code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.sheet import Sheet

_SEPARATOR: Final = re.compile(r"[^0-9A-Za-z\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class BudgetCode:
    """A budget code: its parts without zeros in front, by which codes are compared, and the code as it was written."""

    parts: tuple[str, ...]
    code_text: str = field(compare=False)


def code_of_parts(parts: Iterable[str]) -> BudgetCode:
    """Return the code of parts that stand in columns of their own."""
    texts = [unicodedata.normalize("NFKC", part).strip() for part in parts]
    return BudgetCode(tuple(map(_without_zeros, texts)), "-".join(texts))


def code_of_text(text: str) -> BudgetCode:
    """Return the code that a text holds whole.

    >>> code_of_text("０１－2.01") == code_of_text("1-02-1")
    True
    """
    written = unicodedata.normalize("NFKC", text).strip()
    parts = [part for part in _SEPARATOR.split(written) if part]
    if len(parts) == 1:  # zeros may be those of its first part
        return BudgetCode((parts[0],), written)
    return BudgetCode(tuple(map(_without_zeros, parts)), written)


def _without_zeros(part: str) -> str:
    return part.lstrip("0") or "0"


class SheetsByCode:
    """The sheets that a budget code can mean: one sheet, or all of a budget program."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        """Index sheets by their keys and programs."""
        self._by_parts: dict[tuple[str, ...], list[Sheet]] = {}
        for sheet in sheets:
            identity = sheet.edition.definition.identity
            for paths in dict.fromkeys((tuple(identity.key), tuple(identity.program))):
                if paths:
                    self._add(paths, sheet)

    def _add(self, paths: Sequence[str], sheet: Sheet) -> None:
        texts = [str(sheet[path]) for path in paths]
        written = (tuple(map(_without_zeros, texts)), ("".join(texts),))
        for parts in dict.fromkeys(written):
            listed = self._by_parts.setdefault(parts, [])
            if sheet not in listed:
                listed.append(sheet)

    def of(self, code: BudgetCode) -> Sequence[Sheet]:
        """Return the sheets of a code, in the order they were given."""
        return self._by_parts.get(code.parts, ())


__all__ = ["BudgetCode", "SheetsByCode", "code_of_parts", "code_of_text"]

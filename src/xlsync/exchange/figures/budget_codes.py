"""Budget codes as different systems write them: 01-02-01, 1-2-1, ０１．０２．０１ and 010201 are one code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.sheet_keys import split_key

if TYPE_CHECKING:
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId

_SEPARATOR: Final = re.compile(r"[^0-9A-Za-z\u3040-\u30ff\u3400-\u9fff]+")

_NONE: Final[Mapping[SheetId, Sequence[str]]] = MappingProxyType({})


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
    """The sheets that a budget code can mean: one sheet, or all of a budget program; by today's codes, else by former ones."""

    def __init__(
        self, sheets: Sequence[Sheet], former_keys: Mapping[SheetId, Sequence[str]] = _NONE
    ) -> None:
        """Index sheets by their keys and programs; `former_keys` are those that a sheet had before, by its id."""
        self._todays = _Index()
        self._former = _Index()
        for sheet in sheets:
            self._todays.add(sheet, sheet)
            for key in former_keys.get(sheet.id, ()):
                paths = sheet.edition.definition.identity.key
                parts = dict(zip(paths, split_key(key, len(paths)), strict=False))
                self._former.add(sheet, parts)

    def of(self, code: BudgetCode) -> Sequence[Sheet]:
        """Return the sheets of a code, in the order they were given."""
        return self._todays.of(code) or self._former.of(code)


class _Index:
    """Sheets by the parts of their codes."""

    def __init__(self) -> None:
        self._by_parts: dict[tuple[str, ...], list[Sheet]] = {}

    def add(self, sheet: Sheet, codes: Mapping[str, object]) -> None:
        """Index a sheet by its key and its program, whose parts are `codes` by path."""
        identity = sheet.edition.definition.identity
        for paths in dict.fromkeys((tuple(identity.key), tuple(identity.program))):
            if paths and codes.keys() >= set(paths):
                self._add(sheet, [str(codes[path]) for path in paths])

    def _add(self, sheet: Sheet, texts: Sequence[str]) -> None:
        written = (tuple(map(_without_zeros, texts)), ("".join(texts),))
        for parts in dict.fromkeys(written):
            listed = self._by_parts.setdefault(parts, [])
            if sheet not in listed:
                listed.append(sheet)

    def of(self, code: BudgetCode) -> Sequence[Sheet]:
        return self._by_parts.get(code.parts, ())


__all__ = ["BudgetCode", "SheetsByCode", "code_of_parts", "code_of_text"]

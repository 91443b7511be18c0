"""What inserting rows makes of row numbers, areas and formulas that speak of a worksheet (as Excel does it)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from xlsync.ooxml.formula_references import AREA_CORNER, formula_tokens

_AREA: Final = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?")
_ROW: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class RowShift:
    """How many rows are inserted behind which rows of the worksheet of a title."""

    title: str
    counts: Mapping[int, int]

    @cached_property
    def _behind(self) -> list[int]:
        return sorted(self.counts)

    @cached_property
    def _sums(self) -> list[int]:
        sums = [0]
        for row in self._behind:
            sums.append(sums[-1] + self.counts[row])
        return sums

    def row(self, number: int) -> int:
        """Return where a row is afterwards."""
        return number + self._sums[bisect_left(self._behind, number)]

    def last_row(self, number: int) -> int:
        """Return where an area that ends in a row ends afterwards when it grows by the rows inserted right behind it."""
        return self.row(number + 1) - 1

    def area(self, text: str, *, grows: bool = False) -> str:
        """Return a cell or range where it is afterwards; one that `grows` takes in rows inserted right behind it."""
        if not _AREA.fullmatch(text):
            return text
        first, colon, last = text.partition(":")
        end = (last or first) if grows else last
        moved_end = _ROW.sub(lambda m: str((self.last_row if grows else self.row)(int(m[0]))), end)
        moved = _ROW.sub(lambda match: str(self.row(int(match[0]))), first)
        if not colon and moved == moved_end:
            return moved
        return f"{moved}:{moved_end}" if moved_end else moved

    def areas(self, text: str, *, grows: bool = False) -> str:
        """Return areas side by side ("A1:B2 D4") where they are afterwards."""
        return " ".join(self.area(area, grows=grows) for area in text.split())

    def formula(self, formula: str, *, is_own: bool) -> str:
        """Return a formula that refers to the same cells afterwards; `is_own` if it stands on the worksheet itself."""
        if not is_own and self.title.replace("'", "''").casefold() not in formula.casefold():
            return formula
        pieces = []
        for token in formula_tokens(formula):
            area = token["area"]
            if area is None or not self._is_meant(token["sheet"], is_own=is_own):
                pieces.append(token[0])
                continue
            corners = (AREA_CORNER.sub(self._corner, corner) for corner in area.split(":"))
            pieces.append(token[0][: len(token[0]) - len(area)] + ":".join(corners))
        return "".join(pieces)

    def _is_meant(self, sheet: str | None, *, is_own: bool) -> bool:
        if sheet is None:
            return is_own
        title = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        return title.casefold() == self.title.casefold()

    def _corner(self, corner: re.Match[str]) -> str:
        column_fixed, letters, row_fixed, digits = corner.groups()
        return f"{column_fixed}{letters}{row_fixed}{self.row(int(digits)) if digits else ''}"

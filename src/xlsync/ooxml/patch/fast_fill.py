"""A worksheet part of ours cut up at the cells that differ from workbook to workbook: filled in by joining, not by patching.

Only for what the template builder has written: it knows the part's shape, and every cell given is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xlsync.ooxml.patch.cell_xml import Scalar, cell_text
from xlsync.ooxml.xml.encoding import string_text

_CELL: Final = re.compile(
    r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-zA-Z]+")?((?: s="[0-9]+")?)(?:/>|>(.*?)</c>)',
    re.DOTALL,
)
_FORMULA: Final = re.compile(r"<f>.*?</f>", re.DOTALL)


@dataclass(frozen=True)
class PreparedSheet:
    """A part in pieces: fixed text, and between two of them a cell, whose address, attributes and formula are known."""

    fixed: tuple[str, ...]
    cell_pieces: tuple[tuple[str, str, str], ...]

    def text(self, values: Mapping[str, Scalar]) -> str:
        """Return the part with these values and formula results; None leaves a cell blank. Every cell must be given."""
        pieces = [self.fixed[0]]
        for (address, attributes, formula), after in zip(
            self.cell_pieces, self.fixed[1:], strict=True
        ):
            value = values[address]
            pieces += (
                _result(attributes, formula, value)
                if formula
                else cell_text("", attributes, value),
                after,
            )
        return "".join(pieces)


@lru_cache(maxsize=4)
def prepared(text: str, addresses: frozenset[str]) -> PreparedSheet:
    """Cut a part up at the cells of these addresses; KeyError names one that is not there."""
    fixed: list[str] = []
    cells: list[tuple[str, str, str]] = []
    at = 0
    for cell in _CELL.finditer(text):
        address, *styles, content = cell.groups("")
        if address not in addresses:
            continue
        formula = _FORMULA.search(content)
        fixed.append(text[at : cell.start()])
        attributes = f' r="{address}"{"".join(styles)}'
        cells.append((address, attributes, formula[0] if formula is not None else ""))
        at = cell.end()
    missing = set(addresses) - {address for address, _, _ in cells}
    if missing:
        raise KeyError(min(missing))
    return PreparedSheet((*fixed, text[at:]), tuple(cells))


def _result(attributes: str, formula: str, value: Scalar) -> str:
    """Return a formula's cell with its result. Written apart from `cell_text`, because most of thousands of results are ""."""
    if isinstance(value, str):
        return f'<c{attributes} t="str">{formula}<v>{string_text(value) if value else ""}</v></c>'
    return f"<c{attributes}>{formula}<v>{value}</v></c>"

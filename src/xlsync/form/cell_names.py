"""The defined name of a field's cell, made of its path."""

from __future__ import annotations

import re
from typing import Final

_NO_NAME: Final = re.compile(
    r"(?i:[a-z]{1,3}[0-9]+|r[0-9]*(?:c[0-9]*)?|c[0-9]*|true|false|[0-9.].*)"
)
"""What Excel takes for the address of a cell (A1, R1C1), a number or a truth value."""


def cell_name_of(path: str) -> str:
    """Return the path with what Excel forbids in names written as "_".

    A path that is no name, because Excel takes it for a cell (kpi1, r1c1), a number or a truth value, gets a "_" in front.

    >>> cell_name_of("costs.2017-settled"), cell_name_of("kpi1")
    ('costs.2017_settled', '_kpi1')
    """
    name = re.sub(r"[^A-Za-z0-9_.]", "_", path)
    return f"_{name}" if _NO_NAME.fullmatch(name) else name


__all__ = ["cell_name_of"]

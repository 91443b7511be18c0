"""One ugly workbook and what must become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Outcome = Literal["accept", "finding", "hold", "refuse"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """accept: read, with these cells among others (address → repr of the value) · finding: read as a form, with a finding
    of this code at this cell · hold: DamagedWorkbook, it may still be being written · refuse: this error, this word in it.
    """

    outcome: Outcome
    error: str = ""
    word: str = ""
    cells: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    code: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A workbook made by `make`; `form` says that it is one of ours, `patch` what the patcher must say ("" for no matter)."""

    name: str
    make: Callable[[], bytes]
    verdict: Verdict
    form: bool = False
    patch: str = ""


def accept(**cells: object) -> Verdict:
    """Read, with these values among others."""
    return Verdict("accept", cells={at: repr(value) for at, value in cells.items()})


def finding(code: str, path: str) -> Verdict:
    """Read, with this remark on the field's cell."""
    return Verdict("finding", code=code, path=path)


def hold(word: str = "保存し直し") -> Verdict:
    """Not to be read now; perhaps later."""
    return Verdict("hold", "DamagedWorkbook", word)


def refuse(error: str, word: str) -> Verdict:
    """Not to be read, for this reason."""
    return Verdict("refuse", error, word)

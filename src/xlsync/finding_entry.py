"""One entry of the catalogue of findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of finding: its usual severity and its sentence, with the facts it needs in braces.

    `short` says the same in fewer words, for a row of a worksheet that does not hold the sentence.
    """

    severity: Severity
    sentence: str
    short: str = ""

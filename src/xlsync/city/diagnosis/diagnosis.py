"""One thing that was looked at: how it stands, and what to do where it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `code` is the same in every release; `remedy` is "" where there is nothing to do."""

    code: str
    severity: Severity
    message: str
    remedy: str = ""

    @property
    def asks_for_work(self) -> bool:
        """True where something should be done."""
        return self.severity in {"warning", "error"}

    def to_document(self) -> dict[str, str]:
        """Return the diagnosis as JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
        }

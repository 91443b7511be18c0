"""`xlsync doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.diagnosis.examination import examine
from xlsync.city.diagnosis.machine_checks import versions
from xlsync.cli import ATTENTION
from xlsync.cli.console import put_json, say

if TYPE_CHECKING:
    from xlsync.city.diagnosis.diagnosis import Diagnosis, Severity

_MARKS: Final[dict[Severity, str]] = {"ok": "○", "note": "・", "warning": "△", "error": "×"}


def show_diagnoses(city: Path, *, as_json: bool) -> int:
    """Print what was looked at and what to do; return the exit code."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    diagnoses = []
    for diagnosis in examine(city.resolve(), encoding):
        diagnoses.append(diagnosis)
        if not as_json:
            _say(diagnosis)
    open_points = [each for each in diagnoses if each.asks_for_work]
    if as_json:
        checks = [each.to_document() for each in diagnoses]
        put_json({"healthy": not open_points, "versions": versions(), "checks": checks})
    else:
        _say_result(open_points)
    return ATTENTION if open_points else 0


def _say(diagnosis: Diagnosis) -> None:
    say(f"{_MARKS[diagnosis.severity]} {diagnosis.message}")
    if diagnosis.remedy:
        say(f"　　→ {diagnosis.remedy}")


def _say_result(open_points: Sequence[Diagnosis]) -> None:
    if open_points:
        say(f"\n確かめていただくところが {len(open_points)}件あります（× と △）。")
    else:
        say("\n問題はありません。")

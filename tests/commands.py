"""What the tests of the command line share: what a command said, and where a city's workbooks lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import papers

EXAMPLES = Path(__file__).parent.parent / "src/xlsync/forms/jimu-jigyo-hyoka/examples"


@dataclass
class Said:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Said]


def living(folder: Path, key: str = papers.CLEAN) -> Path:
    """The living workbook of a sheet in a city's folder."""
    return next((folder / "shared/評価シート").rglob(f"{key}_*.xlsx"))


def command_names(command: Any, before: str = "") -> list[str]:
    """Every command of the program, those below others by both words."""
    below_it = getattr(command, "commands", {})
    if not below_it:
        return [before.strip()]
    return [
        name
        for word, below in below_it.items()
        for name in command_names(below, f"{before} {word}")
    ]

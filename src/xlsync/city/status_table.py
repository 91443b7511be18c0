"""How far each sheet of a city is, as `xlsync status` lists it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlsync.inbox.status.sheet_states import Progress, sheet_progress
from xlsync.organization import plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sheets are wanted; "" admits every one. Names match in any width, the state by any part of its words."""

    department: str = ""
    division: str = ""
    state: str = ""

    def admits(self, progress: Progress) -> bool:
        """True where a sheet is wanted."""
        line = progress.line
        division = "".join(line.division[1:])
        named = ((self.department, line.department), (self.division, division))
        same = all(not want or plain_name(want) == plain_name(name) for want, name in named)
        return same and self.state in line.words


def status_of(city: CitySettings, wanted: Filter | None = None) -> list[Progress]:
    """Return the progress of the wanted sheets of the city's edition, in the order of its organization."""
    listed = sheet_progress(city.store, city.terms)
    present = [
        replace(progress, outdated_files=progress.outdated_below(city.sheets, city.folder))
        for progress in listed
    ]
    return [progress for progress in present if wanted is None or wanted.admits(progress)]


def status_documents(listed: Sequence[Progress]) -> list[dict[str, Any]]:
    """Return each sheet's progress as the JSON of `xlsync status` has it."""
    return [_document(progress) for progress in listed]


def _document(progress: Progress) -> dict[str, Any]:
    state = progress.status
    sheet = state.sheet
    return {
        "key": sheet.key,
        "department": sheet.department,
        "division": sheet.division,
        "section": sheet.section,
        "title": sheet.title,
        "revision": sheet.revision,
        "state": progress.line.words,
        "blank": state.blank,
        "errors": state.errors,
        "warnings": state.warnings,
        "conflicts": state.open_conflicts,
        "waiting": state.waiting_count,
        "outdated": list(progress.outdated_files),
        "when": state.when,
        "who": state.who,
    }

"""How far each sheet of a city is, as `xlsync status` lists it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.inbox.status.sheet_states import Progress, sheet_progress
from xlsync.organization import plain_name
from xlsync.summary.figures.sheet_completion import ALL_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.organization import Organization


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


EVERY_SHEET: Final = Filter()


def status_of(city: CitySettings) -> list[Progress]:
    """Return the progress of the sheets of the city's edition, in the order of its organization."""
    listed = sheet_progress(city.store, city.terms)
    return [
        replace(progress, outdated_files=progress.outdated_below(city.sheets, city.folder))
        for progress in listed
    ]


def unknown_words(
    wanted: Filter, listed: Sequence[Progress], organization: Organization | None
) -> list[str]:
    """Return a sentence for each word of a filter that names no unit of the city and no state that a sheet can be in."""
    lines = [progress.line for progress in listed]
    of_city = organization.units if organization is not None else ()
    units = [*of_city, *(line.unit_names for line in lines)]
    names = (("部", wanted.department), ("課", wanted.division))
    unknown = [
        f"「{want}」という{level}はありません。{level}の名前を確かめてください"
        for index, (level, want) in enumerate(names)
        if want and plain_name(want) not in _plain_names(units, index)
    ]
    if not any(wanted.state in words for words in (*ALL_WORDS, *(line.words for line in lines))):
        states = "、".join(ALL_WORDS)
        unknown.append(f"「{wanted.state}」という状況はありません。次から選んでください：{states}")
    return unknown


def _plain_names(units: Iterable[tuple[str, ...]], index: int) -> set[str]:
    """Return the names of the units of one level, in the spelling they are compared in."""
    return {plain_name(unit[index]) for unit in units if len(unit) > index}


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
        "stage": state.procedure.state.stage,
        "marks": list(state.procedure.marks),
        "blank": state.blank,
        "errors": state.errors,
        "warnings": state.warnings,
        "conflicts": state.open_conflicts,
        "waiting": state.waiting_count,
        "outdated": list(progress.outdated_files),
        "when": state.when,
        "who": state.who,
    }

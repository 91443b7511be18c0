"""How far each sheet of a city is, as `xlsync status` lists it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.inbox.status.progress_record import city_progress
from xlsync.organization import plain_name
from xlsync.summary.figures.sheet_completion import ALL_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.organization import Organization
    from xlsync.store import DamagedSheet


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
    return list(progress_and_damage(city)[0])


def progress_and_damage(
    city: CitySettings,
) -> tuple[tuple[Progress, ...], tuple[DamagedSheet, ...]]:
    """Return the progress of the sheets, and the sheets that cannot be read."""
    read = city_progress(city.store, city.terms)
    listed = tuple(
        replace(progress, outdated_files=progress.outdated_below(city.sheets, city.folder))
        if progress.outdated_files
        else progress
        for progress in read.sheet_progress
    )
    return listed, read.damaged


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
    line, completion = progress.line, progress.recorded_line.completion
    return {
        "key": line.key,
        "department": line.department,
        "division": "".join(line.division[1:]),
        "section": line.section,
        "title": line.title,
        "revision": progress.revision,
        "state": line.words,
        "stage": completion.stage,
        "marks": list(completion.marks),
        "blank": completion.blank,
        "errors": completion.errors,
        "warnings": completion.warnings,
        "conflicts": completion.open_conflicts,
        "waiting": completion.waiting_count,
        "outdated": list(progress.outdated_files),
        "when": line.last_save.when,
        "who": line.last_save.who,
    }

"""One spelling for each unit: a stray space or an old form of a sign makes no new department. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from xlsync.organization import Unit, plain_name

if TYPE_CHECKING:
    from xlsync.organization import Organization
    from xlsync.sheet import Sheet


def names_of(sheet: Sheet) -> Unit:
    """The units a sheet belongs to from the top, as typed; "" where blank."""
    return sheet.units


def spelling_of(
    typed: Iterable[Unit], organization: Organization | None = None
) -> Mapping[Unit, Unit]:
    """Map each unit to one spelling: as the city's list does, else as most sheets do (of equals, the first by code)."""
    counted = Counter(typed)
    used: dict[tuple[str, ...], Counter[str]] = {}
    for names, times in counted.items():
        for depth in range(1, len(names) + 1):
            used.setdefault(_plain(names[:depth]), Counter())[names[depth - 1]] += times
    preferred = {plain: min(words, key=_rank(words)) for plain, words in used.items()}
    spellings: dict[Unit, Unit] = {}
    for names in counted:
        plain = _plain(names)
        spelled = tuple(preferred[plain[:depth]] for depth in range(1, len(names) + 1))
        spellings[names] = spelled if organization is None else organization.spelled(spelled)
    return spellings


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(plain_name, names))


def _rank(words: Counter[str]) -> Callable[[str], tuple[int, str]]:
    def rank(word: str) -> tuple[int, str]:
        return (-words[word], word)

    return rank

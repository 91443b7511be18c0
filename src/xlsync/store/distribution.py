"""When a workbook of a sheet was last given out (配布). Nothing else in the store tells it, so it is no derived data.

Where the record cannot be read, the date is not shown, and the next workbook that is given out writes it again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError
from xlsync.sheet_keys import SheetId
from xlsync.store.store_files import files_below, safe_key
from xlsync.store.store_path import StorePath, name_below, replace_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRIBUTIONS: Final = "distributions"
_DAMAGED: Final = (
    "配布した日の記録が壊れています（シートの内容には関わりません）。次の配布で作り直されます"
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A workbook that was given out: when (ISO 8601), by whom, into which file, and the form's version (0: not known)."""

    when: str
    who: str
    file: str
    form_version: int = 0


def distribution_file(folder: StorePath, key: SheetId, edition: int) -> StorePath:
    """Return the file that says when a workbook of a sheet was last given out, below a store's folder."""
    return folder / DISTRIBUTIONS / str(edition) / f"{safe_key(key)}.json"


def record_distribution(
    folder: StorePath, key: SheetId, edition: int, distribution: Distribution
) -> None:
    """Replace the record of the last workbook given out; StoreError where it cannot be written."""
    replace_whole(distribution_file(folder, key, edition), canonical(asdict(distribution)))


def last_distribution(folder: StorePath, key: SheetId, edition: int) -> Distribution | None:
    """Return the last workbook given out; None where none is known."""
    try:
        return parse_distribution(distribution_file(folder, key, edition).read_bytes())
    except OSError:
        return None


def parse_distribution(data: bytes) -> Distribution | None:
    """Parse the file of the last workbook given out; None where it is damaged."""
    try:
        document = parse_json(data)
        texts = {name: str(document[name]) for name in ("when", "who", "file")}
        return Distribution(**texts, form_version=int(document.get("form_version", 0)))
    except (SheetError, KeyError, TypeError, ValueError):
        return None


def faults_of_distributions(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each unreadable file below a store's folder, by its path there, and a Japanese sentence: no sheet depends on it."""
    for file in files_below(folder / DISTRIBUTIONS, 2):
        try:
            is_sound = parse_distribution(file.read_bytes()) is not None
        except OSError:
            is_sound = False
        if not is_sound:
            yield name_below(file, folder), _DAMAGED

"""Delete pressed over a block of cells: so many fields cleared at once that an accident is likelier than a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.sheet import Sheet

FEWEST_CLEARED: Final = 8
LEAST_SHARE: Final = 0.1


def cleared_fields(base: Sheet | None, incoming: Sheet) -> list[str]:
    """Return the paths that the merge base fills and the incoming sheet leaves blank, computed fields aside."""
    if base is None:
        return []
    return [path for path in _typed_fields(base) if not _is_filled(incoming, path)]


def is_accidental(cleared: Sequence[str], base: Sheet | None) -> bool:
    """True where the cleared fields are many, and a large share of those that the merge base fills."""
    if base is None or len(cleared) < FEWEST_CLEARED:
        return False
    return len(cleared) >= len(_typed_fields(base)) * LEAST_SHARE


def _typed_fields(sheet: Sheet) -> list[str]:
    """Return the paths of the filled fields that people type."""
    fields = (field for field in sheet.edition.fields if field.filled_by != "computed")
    return [field.path for field in fields if _is_filled(sheet, field.path)]


def _is_filled(sheet: Sheet, path: str) -> bool:
    return sheet[path] is not None or path in sheet.unreadable

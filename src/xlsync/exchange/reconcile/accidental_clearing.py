"""Delete pressed over a block of cells: so many fields cleared at once that an accident is likelier than a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from xlsync.finding import Finding, finding
from xlsync.merging import replace_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet

FEWEST_CLEARED: Final = 8
LEAST_SHARE: Final = 0.1
_FIELDS_NAMED: Final = 5
"""Of the cleared fields."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """Fields that were cleared along with many others: held back, meant, or to be restored."""

    all_paths: frozenset[str] = frozenset()
    clearing_fate: Literal["held", "meant", "restored"] = "held"

    @property
    def held_paths(self) -> frozenset[str]:
        """The fields that keep what they said until somebody decides."""
        return self.all_paths if self.clearing_fate == "held" else frozenset()

    @property
    def decided_paths(self) -> frozenset[str]:
        """The fields about which somebody has decided."""
        return frozenset() if self.clearing_fate == "held" else self.all_paths

    @property
    def restored_paths(self) -> frozenset[str]:
        """The fields that are to say again what they said."""
        return self.all_paths if self.clearing_fate == "restored" else frozenset()

    def restored_base(self, base: Sheet | None, incoming: Sheet) -> Sheet | None:
        """Return a merge base as if the copy had always been blank in the fields to be restored: so the head's values win."""
        return None if base is None else replace_fields(base, incoming, self.restored_paths)


NOTHING_CLEARED: Final = Clearing()


def accidental_clearing(base: Sheet | None, incoming: Sheet) -> frozenset[str]:
    """Return the cleared fields where an accident is likelier than a decision, else none."""
    cleared = cleared_fields(base, incoming)
    return frozenset(cleared) if is_accidental(cleared, base) else frozenset()


def clearing_finding(code: str, edition: Edition, cleared: Sequence[str]) -> Finding:
    """Return the finding that names how many fields were cleared, and some of them."""
    some = "、".join(edition.by_path[path].title for path in cleared[:_FIELDS_NAMED])
    words = f"{some}など" if len(cleared) > _FIELDS_NAMED else some
    return finding(code, "", count=str(len(cleared)), fields=words)


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

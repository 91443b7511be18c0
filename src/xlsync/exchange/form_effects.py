"""What a changed form does to each field of the form in use: gone, moved, or of another kind; and to how many values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsync.carry_over import is_filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsync.form.edition import Edition, Field
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class FieldEffect:
    """A field that a changed form does not keep as it is.

    Attributes:
        field: The field of the form in use.
        heir: The field of the changed form that takes over its values, None where none does.
        filled_count: In how many sheets it says anything.
        unread_count: In how many of these the new kind cannot read what was typed, which is then shown as it was typed.

    """

    field: Field
    heir: Field | None
    filled_count: int = 0
    unread_count: int = 0

    @property
    def is_moved(self) -> bool:
        """True where its values go to another path, or it stands in another part of the form."""
        if self.heir is None:
            return False
        return (self.field.path, self.field.part) != (self.heir.path, self.heir.part)

    @property
    def is_retyped(self) -> bool:
        """True where its values are read as another kind; the words of its list may change."""
        if self.heir is None or self.field.kind == self.heir.kind:
            return False
        lists = (self.field.list_name, self.heir.list_name)
        return None in lists or self.field.kind.name != self.heir.kind.name

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "path": self.field.path,
            "label": self.field.title,
            "into": None if self.heir is None else self.heir.path,
            "moved": self.is_moved,
            "retyped": self.is_retyped,
            "filled": self.filled_count,
            "unread": self.unread_count,
        }


def field_effects(
    now: Edition,
    then: Edition,
    heirs: Mapping[str, str],
    sheets: Sequence[tuple[Sheet, Sheet]],
) -> tuple[FieldEffect, ...]:
    """Return what a changed edition does to the fields that it does not keep as they are.

    Args:
        now: The edition in use.
        then: The changed one.
        heirs: The field of the changed one that takes over the value of each field in use, where one does.
        sheets: Each sheet, and the same sheet carried into the changed edition. One that a workbook holds too, with
            something not received yet, is there twice and counted once.

    """
    effects = (
        FieldEffect(field, then.by_path[heirs[field.path]] if field.path in heirs else None)
        for field in now.fields
    )
    changed = (each for each in effects if each.heir is None or each.is_moved or each.is_retyped)
    return tuple(_counted(effect, sheets) for effect in changed)


def _counted(effect: FieldEffect, sheets: Iterable[tuple[Sheet, Sheet]]) -> FieldEffect:
    path, heir = effect.field.path, effect.heir
    filled = [carried for sheet, carried in sheets if is_filled(sheet, path)]
    count = len({carried.key for carried in filled})
    if heir is None or not effect.is_retyped:
        return FieldEffect(effect.field, heir, count)
    unread = {carried.key for carried in filled if heir.path in carried.unreadable}
    return FieldEffect(effect.field, heir, count, len(unread))


__all__ = ["FieldEffect", "field_effects"]

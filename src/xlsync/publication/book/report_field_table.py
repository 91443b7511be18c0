"""Fields of a sheet as a table of the second layout: entries down, their keys on an axis across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.publication.public_fields import label_with_unit
from xlsync.summary.export.axis_tables import column_in

if TYPE_CHECKING:
    from xlsync.form.edition import Field

_SHORT_TABLE: Final = 12
"""Rows of a table that is not torn apart."""
Keys = tuple[str, ...]


@dataclass(frozen=True)
class FieldTable:
    """Fields by their entry's path and their keys on its axes."""

    fields: Mapping[tuple[str, Keys], Field]

    @property
    def keys(self) -> list[Keys]:
        """The columns."""
        return list(dict.fromkeys(key for _, key in self.fields))

    @property
    def paths(self) -> list[str]:
        """The rows."""
        return list(dict.fromkeys(path for path, _ in self.fields))

    def goes_on_behind(self, path: str) -> bool:
        """Return whether the row behind a row has to be on its page: but for the last one, where the table is short."""
        return path != self.paths[-1] and len(self.paths) <= _SHORT_TABLE

    def heading(self, keys: Keys) -> str:
        """Return what stands above a column."""
        return next(field.axis_label for (_, at), field in self.fields.items() if at == keys)

    def label(self, path: str) -> str:
        """Return what stands before a row."""
        first = next(field for (each, _), field in self.fields.items() if each == path)
        return label_with_unit(first)


def field_table(fields: Iterable[Field]) -> FieldTable:
    """Return the table of some fields."""
    return FieldTable({(each.entry.path, column_in(each)[1]): each for each in fields})


__all__ = ["FieldTable", "Keys", "field_table"]

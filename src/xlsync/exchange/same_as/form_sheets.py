"""The sheets of one form of a city: keys, digests of all that is kept of them; a sheet is read when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlsync.derived.derived_record import DerivedRecord
from xlsync.derived.input_digest import digest_of
from xlsync.derived.sheet_inputs import SheetInputs
from xlsync.kinds import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


@dataclass(frozen=True)
class FormSheets:
    """The sheets of a form in a fiscal year, as they are when they are first asked for: make another one for every pass."""

    store: Store
    form: Form
    fiscal_year: int

    @property
    def record(self) -> DerivedRecord:
        """The record of what was derived of them."""
        return DerivedRecord(self.store.folder)

    @cached_property
    def by_key(self) -> Mapping[str, SheetId]:
        """The id of each sheet by its key, folded for comparison; StoreError where there is no store."""
        year = self.fiscal_year
        keys = self.store.keys_by_id(year, self.store.keys(year))
        return {fold(key): sheet_id for sheet_id, key in keys.items()}

    @cached_property
    def digests(self) -> Mapping[SheetId, str]:
        """The digest of all that is kept of each sheet."""
        inputs = SheetInputs(self.store.files, self.record)
        return inputs.of_sheets(self.fiscal_year, self.store.keys(self.fiscal_year))

    @cached_property
    def digest_of_all(self) -> str:
        """The digest of what is kept of all sheets, the form among it."""
        inputs = SheetInputs(self.store.files, self.record)
        return digest_of(self.form, inputs.of_edition(self.fiscal_year))

    def head(self, sheet_id: SheetId | None) -> Sheet | None:
        """Return the newest revision of a sheet, never one older than its digest; StoreDamaged where it cannot be read."""
        _ = self.digests, self.digest_of_all
        return None if sheet_id is None else self.store.head(sheet_id, self.fiscal_year)


__all__ = ["FormSheets"]

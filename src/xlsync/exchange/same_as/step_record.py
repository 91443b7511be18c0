"""Which sheets said what other forms say when last looked at: they need not be read again until one of both changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.derived.derived_record import DerivedRow
from xlsync.derived.input_digest import digest_of
from xlsync.version import program_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsync.exchange.same_as.form_sheets import FormSheets
    from xlsync.sheet_keys import SheetId

_KIND: Final = "same-as"


@dataclass
class StepRecord:
    """The record of the sheets of a form that are in step with `others`, by the forms' ids.

    A row holds the keys by which its sheet is linked, the digest of the sheets that have them, and what could not be taken
    over. `since` is the day since when acts make a sheet final.
    """

    own: FormSheets
    others: Mapping[str, FormSheets]
    since: str
    _fresh: dict[str, DerivedRow] = field(default_factory=dict)

    def faults_in_step(self) -> dict[SheetId, list[str]]:
        """Return each sheet that is in step, with what could not be taken over into it."""
        rows = self.own.record.rows(_KIND)
        in_step = {}
        for sheet_id in self.own.digests:
            row, own_digest = rows.get(self._subject(sheet_id)), self._own_digest(sheet_id)
            if row is None or row.inputs_digest != own_digest:
                continue
            kept: dict[str, Any] = json.loads(row.derived_data)
            if kept["owners"] == self._owners_digest(kept["linked"]):
                in_step[sheet_id] = kept["faults"]
        return in_step

    def note(self, sheet_id: SheetId, linked: Mapping[str, str], faults: Sequence[str]) -> None:
        """Note that a sheet was found in step with the sheets of these keys, by the form's id."""
        kept = {"linked": linked, "owners": self._owners_digest(linked), "faults": faults}
        data = json.dumps(kept, ensure_ascii=False).encode()
        self._fresh[self._subject(sheet_id)] = DerivedRow(self._own_digest(sheet_id), data)

    def save(self) -> None:
        """Write what was noted."""
        self.own.record.save(_KIND, self._fresh)

    def _subject(self, sheet_id: SheetId) -> str:
        return f"{self.own.fiscal_year}/{sheet_id}"

    def _own_digest(self, sheet_id: SheetId) -> str:
        own = self.own
        return digest_of(
            program_digest(), self.since, own.digest_of_all, own.digests.get(sheet_id, "")
        )

    def _owners_digest(self, linked: Mapping[str, str]) -> str:
        """Return the digest of the sheets that have these keys today, "" for a form that is not there."""
        owners = {}
        for form_id, key in linked.items():
            other = self.others.get(form_id)
            if other is not None:
                owner = other.by_key.get(key)
                owners[form_id] = (
                    other.digest_of_all,
                    "" if owner is None else other.digests.get(owner, ""),
                )
        return digest_of(owners)


__all__ = ["StepRecord"]

"""What everything derived of a sheet depends on: the terms, the program, the sheets of its budget program and of last year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from xlsync.derived.derived_record import DerivedRecord
from xlsync.derived.input_digest import digest_of
from xlsync.derived.sheet_inputs import SheetInputs
from xlsync.exchange.lineage import predecessors_of
from xlsync.sheet_keys import SheetId
from xlsync.store.store_files import keys_in
from xlsync.version import program_digest

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.store import Store

Programs = Mapping[str, list[SheetId]]
"""The ids of the sheets of each budget program."""


@dataclass
class CityInputs:
    """The digests of what is derived from a store under some terms; `record` is where results are kept by them.

    Which sheets there are is read once: make another one for every command or pass.
    """

    store: Store
    terms: Terms
    record: DerivedRecord = field(init=False)

    def __post_init__(self) -> None:
        """Find the store's record."""
        self.record = DerivedRecord(self.store.folder)

    @cached_property
    def programs(self) -> Programs:
        """Every budget program of the edition with its sheets, also those that do not count."""
        self.store.check_format()
        year = self.terms.fiscal_year
        named = keys_in(self.store.files / "revisions" / str(year))
        programs: dict[str, list[SheetId]] = {}
        for sheet_id, key in self.store.keys_by_id(year, named).items():
            programs.setdefault(self.terms.program_of_key(key), []).append(sheet_id)
        return programs

    def program_of(self, sheet_id: SheetId) -> str:
        """Return the budget program that a sheet belongs to today."""
        return self.terms.program_of_key(self.store.key_of(sheet_id, self.terms.fiscal_year))

    def subject(self, name: str) -> str:
        """Return what a program or another part of the edition is called in the record."""
        return f"{self.terms.fiscal_year}/{name}"

    def of_programs(self, programs: Programs) -> dict[str, str]:
        """Return the digest of all inputs of each budget program, as the store is now."""
        year, files = self.terms.fiscal_year, SheetInputs(self.store.files, self.record)
        every = list(chain.from_iterable(programs.values()))
        own, earlier = files.of_sheets(year, every), self._of_former_sheets(files, every)
        of_all = digest_of(self._of_terms, files.of_edition(year))
        digests = {}
        for program, sheet_ids in programs.items():
            sheets = [(each, own[each], earlier[each]) for each in sheet_ids]
            digests[program] = digest_of(of_all, sheets)
        return digests

    @cached_property
    def _of_terms(self) -> str:
        return digest_of(program_digest(), self.terms)

    def _of_former_sheets(
        self, files: SheetInputs, sheet_ids: Iterable[SheetId]
    ) -> dict[SheetId, list[str]]:
        """Return the digests of the sheets of earlier editions that each sheet comes from."""
        year = self.terms.fiscal_year
        if all(edition >= year for edition in self.store.editions()):
            return {each: [] for each in sheet_ids}
        former = {each: predecessors_of(self.store, each, year) for each in sheet_ids}
        by_edition: dict[int, set[SheetId]] = {}
        for old in chain.from_iterable(former.values()):
            by_edition.setdefault(old.fiscal_year, set()).add(old.former_id)
        digests = {year: files.of_sheets(year, listed) for year, listed in by_edition.items()}
        earlier: dict[SheetId, list[str]] = {}
        for each, listed in former.items():
            earlier[each] = [digests[old.fiscal_year][old.former_id] for old in listed]
        return earlier


__all__ = ["CityInputs", "Programs"]

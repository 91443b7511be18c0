"""Write what sheets take over from other forms of the city: who owns the fields, then a revision of each that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.errors import StoreDamaged
from xlsync.exchange.receive import receive
from xlsync.exchange.same_as.form_sheets import FormSheets
from xlsync.exchange.same_as.step_record import StepRecord
from xlsync.exchange.same_as.taken_over import TakenOver, linked_key, taken_over_by
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.exchange.stages.sheet_procedure import is_closed
from xlsync.form.same_fields import other_forms
from xlsync.store.shared_fields import SharedFieldsAct, shared_fields, write_shared_fields

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


@dataclass
class InStep:
    """What keeping sheets in step came to: the receipts of those that changed, and what could not be taken over."""

    step_receipts: list[Receipt] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def keep_in_step(
    store: Store, terms: Terms, others: Mapping[str, FormSheets], source: Source
) -> InStep:
    """Take over what sheets of other forms say; what is so already is not written again.

    Sheets that are final stay as they are. Whoever is interrupted begins again: the owners are written before the values, so
    that nobody overwrites a value that is there already. A sheet that was in step, and whose owners are as they were then, is
    not read. Whoever cannot be read owns what it owned.

    Args:
        store: The store of the form.
        terms: What the city has decided of the form.
        others: The sheets of each other form, by the form's id.
        source: Where the values come from, and when.

    """
    own = FormSheets(store, terms.form, terms.fiscal_year)
    record = StepRecord(own, others, terms.procedure_rules.since)
    step = _Step(store, terms, record, source)
    known = record.faults_in_step()
    for sheet_id in own.digests:
        if sheet_id in known:
            step.in_step.faults += known[sheet_id]
        else:
            step.take(sheet_id)
    record.save()
    return step.in_step


@dataclass
class _Step:
    """Takes over into the sheets of a form, one by one."""

    store: Store
    terms: Terms
    step_record: StepRecord
    source: Source
    in_step: InStep = field(default_factory=InStep)

    def take(self, sheet_id: SheetId) -> None:
        """Take over into one sheet, and note where it was in step."""
        year = self.terms.fiscal_year
        if is_closed(self.store, sheet_id, year, self.terms.procedure_rules.since):
            self.step_record.note(sheet_id, {}, [])
            return
        revision = self.store.find_newest(sheet_id, year)
        if revision is None:
            return
        sheet = revision.sheet
        linked = {form: linked_key(sheet, form) for form in other_forms(sheet.edition)}
        try:
            planned = taken_over_by(sheet, sheet.edition, self._owners(linked))
        except StoreDamaged as fault:
            self.in_step.faults.append(f"{sheet.key} {fault}")
            return
        faults = [f"{sheet.key} {fault}" for fault in planned.faults]
        self.in_step.faults += faults
        is_renewed = _write_owners(self.store, sheet_id, planned, self.source)
        if planned.changes:
            self._receive(planned)
        elif not is_renewed:
            self.step_record.note(sheet_id, linked, faults)

    def _owners(self, linked: Mapping[str, str]) -> dict[str, Sheet | None]:
        others = self.step_record.others
        return {
            form: others[form].head(others[form].by_key.get(key))
            for form, key in linked.items()
            if form in others
        }

    def _receive(self, planned: TakenOver) -> None:
        receipts = receive(self.store, self.terms, json_with_id(planned.sheet), self.source)
        refused = [receipt for receipt in receipts if receipt.outcome == "refused"]
        self.in_step.faults += [f"{planned.sheet.key} {receipt.reason}" for receipt in refused]
        self.in_step.step_receipts += [receipt for receipt in receipts if receipt not in refused]


def _write_owners(store: Store, sheet_id: SheetId, planned: TakenOver, source: Source) -> bool:
    """Write who owns the fields of a sheet; return whether that was another."""
    year, owners = planned.sheet.edition.year, planned.field_owners
    if shared_fields(store.files, sheet_id, year) == owners:
        return False
    with store.writing():
        act = SharedFieldsAct(owners, source.when, source.who)
        write_shared_fields(store.files, sheet_id, year, act)
    return True


__all__ = ["InStep", "keep_in_step"]

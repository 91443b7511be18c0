"""Write what sheets take over from other forms of the city: who owns the fields, then a revision of each that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.exchange.receive import receive
from xlsync.exchange.same_as.taken_over import TakenOver, taken_over
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.exchange.stages.sheet_procedure import is_closed
from xlsync.sheet_keys import SheetId
from xlsync.store.shared_fields import SharedFieldsAct, shared_fields, write_shared_fields

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.sheet import Sheet
    from xlsync.store import Store


@dataclass
class InStep:
    """What keeping sheets in step came to: the receipts of those that changed, and what could not be taken over."""

    step_receipts: list[Receipt] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def keep_in_step(
    store: Store, terms: Terms, others: Mapping[str, Sequence[Sheet]], source: Source
) -> InStep:
    """Take over what sheets of other forms say; what is so already is not written again.

    Sheets that are final stay as they are. Whoever is interrupted begins again: the owners are written before the values, so
    that nobody overwrites a value that is there already.

    Args:
        store: The store of the form.
        terms: What the city has decided of the form.
        others: The newest revisions of the sheets of each other form, by the form's id.
        source: Where the values come from, and when.

    """
    done, year = InStep(), terms.fiscal_year
    edition = terms.form.at(year)
    for planned in taken_over(edition, [*store.heads(year)], others):
        sheet_id = SheetId(planned.sheet.id)
        if is_closed(store, sheet_id, year, terms.procedure_rules.since):
            continue
        done.faults += [f"{planned.sheet.key} {fault}" for fault in planned.faults]
        _write_owners(store, sheet_id, planned, source)
        if planned.changes:
            receipts = receive(store, terms, json_with_id(planned.sheet), source)
            refused = [receipt for receipt in receipts if receipt.outcome == "refused"]
            done.faults += [f"{planned.sheet.key} {receipt.reason}" for receipt in refused]
            done.step_receipts += [receipt for receipt in receipts if receipt not in refused]
    return done


def _write_owners(store: Store, sheet_id: SheetId, planned: TakenOver, source: Source) -> None:
    year, owners = planned.sheet.edition.year, planned.field_owners
    if shared_fields(store.files, sheet_id, year) == owners:
        return
    with store.writing():
        act = SharedFieldsAct(owners, source.when, source.who)
        write_shared_fields(store.files, sheet_id, year, act)


__all__ = ["InStep", "keep_in_step"]

"""What only a whole folder shows: whether 要する経費全体 agrees with the program's sheets, once all of them were received."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.checks.between import program_totals
from xlsync.computed import PROGRAM_TOTAL
from xlsync.derived.derived_record import DerivedRow
from xlsync.exchange.check_context import context_of
from xlsync.exchange.city_inputs import CityInputs
from xlsync.exchange.program_totals import program_of, with_known_totals
from xlsync.finding import Finding
from xlsync.sheet_keys import SheetId
from xlsync.workbook.reading.page_layout import drawn_cells

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Terms
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_KIND: Final = "between-sheets"
_Findings = dict[SheetId, tuple[Finding, ...]]


def with_program_findings(store: Store, terms: Terms, receipts: Iterable[Receipt]) -> list[Receipt]:
    """The receipts with the findings between sheets as the store has them now, whatever order the files came in."""
    listed, codes = list(receipts), _codes(terms)
    current = {each.sheet_id for each in listed if _is_current(each, terms)}
    if not codes or not current:
        return listed
    between = _between_sheets(CityInputs(store, terms), current)

    def renewed(receipt: Receipt) -> Receipt:
        if not _is_current(receipt, terms) or receipt.sheet_id not in between:
            return receipt
        kept = [finding for finding in receipt.findings if finding.code not in codes]
        return replace(receipt, findings=(*kept, *between[receipt.sheet_id]))

    return [renewed(receipt) for receipt in listed]


def _codes(terms: Terms) -> set[str]:
    """Return the codes of findings between the sheets of a program."""
    rules = terms.form.at(terms.fiscal_year).rules
    return {rule.code for rule in rules if rule.check == PROGRAM_TOTAL}


def _is_current(receipt: Receipt, terms: Terms) -> bool:
    is_stored = receipt.outcome not in {"refused", "trial"}
    return is_stored and receipt.edition == terms.fiscal_year and bool(receipt.key)


def _between_sheets(inputs: CityInputs, sheet_ids: Collection[SheetId]) -> _Findings:
    """Return the findings of sheets that depend on the others of their programs, from the record where it has them."""
    asked: dict[str, list[SheetId]] = {}
    for sheet_id in sheet_ids:
        asked.setdefault(inputs.program_of(sheet_id), []).append(sheet_id)
    members = {program: inputs.programs.get(program, asked[program]) for program in asked}
    before = inputs.of_programs(members)
    findings: _Findings = {}
    derived: dict[str, _Findings] = {}
    recorded = _recorded(inputs, before)
    for program, listed in asked.items():
        known = recorded[program]
        if not known.keys() >= set(listed):
            known = derived[program] = {**known, **_derived(inputs, listed)}
        findings |= known
    after = inputs.of_programs({program: members[program] for program in derived})
    rows = {
        inputs.subject(program): DerivedRow(after[program], _to_json(derived[program]))
        for program in derived
        if after[program] == before[program]
    }
    inputs.record.save(_KIND, rows)
    return findings


def _recorded(inputs: CityInputs, digests: Mapping[str, str]) -> dict[str, _Findings]:
    """Return what the record says of the sheets of each program; nothing where an input has changed."""
    rows = inputs.record.rows(_KIND, map(inputs.subject, digests))
    recorded: dict[str, _Findings] = {program: {} for program in digests}
    for program, digest in digests.items():
        row = rows.get(inputs.subject(program))
        if row is not None and row.inputs_digest == digest:
            recorded[program] = _from_json(row.derived_data)
    return recorded


def _derived(inputs: CityInputs, sheet_ids: Iterable[SheetId]) -> _Findings:
    store, terms = inputs.store, inputs.terms
    heads = (store.head(each, terms.fiscal_year) for each in sheet_ids)
    return {
        SheetId(head.id): tuple(_findings(store, terms, head)) for head in heads if head is not None
    }


def _findings(store: Store, terms: Terms, sheet: Sheet) -> Iterator[Finding]:
    cells = drawn_cells(terms.form, terms.fiscal_year)
    context = context_of(store, terms, sheet, program_of(store, terms, sheet))
    for finding in program_totals(with_known_totals(sheet, context), context):
        yield finding.at(terms.form.definition.page.worksheet, cells[finding.path])


def _to_json(findings: Mapping[SheetId, Iterable[Finding]]) -> bytes:
    rows = [(key, each.to_full_document()) for key, listed in findings.items() for each in listed]
    document = {"sheets": list(findings), "findings": rows}
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _from_json(data: bytes) -> _Findings:
    document = json.loads(data)
    findings: _Findings = {SheetId(key): () for key in document["sheets"]}
    for key, finding in document["findings"]:
        findings[key] = (*findings[key], Finding(**finding))
    return findings

"""How far every sheet is, read from the record of what was derived wherever nothing has changed that it was derived from."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.derived.derived_record import DerivedRow
from xlsync.exchange.city_inputs import CityInputs
from xlsync.exchange.sheet_status import sheet_statuses, unit_order
from xlsync.inbox.intake.file_state import SheetResult
from xlsync.inbox.status.sheet_progress import Progress, StatusReader, progress_of
from xlsync.sheet_keys import SheetId
from xlsync.store import DamagedSheet
from xlsync.summary.figures.progress import LastSave, Line
from xlsync.summary.figures.sheet_completion import Completion

if TYPE_CHECKING:
    from xlsync.exchange import Terms
    from xlsync.exchange.city_inputs import Programs
    from xlsync.organization import Organization
    from xlsync.store import Store

_KIND: Final = "progress"


class ReadingEnded(Exception):
    """Somebody has ended it before every program was read; nothing is recorded."""


def never_ending() -> bool:
    """Return that nobody ends it."""
    return False


@dataclass(frozen=True, slots=True)
class CityProgress:
    """How far sheets are, in the order of the city's organization, and the sheets that cannot be read.

    `program_digests` are those of all inputs, of each budget program that was asked for.
    """

    sheet_progress: tuple[Progress, ...] = ()
    damaged: tuple[DamagedSheet, ...] = ()
    program_digests: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _OfProgram:
    sheet_progress: list[Progress] = field(default_factory=list)
    damaged: list[DamagedSheet] = field(default_factory=list)


def city_progress(
    store: Store,
    terms: Terms,
    programs: Collection[str] | None = None,
    is_ending: Callable[[], bool] = never_ending,
) -> CityProgress:
    """Return how far every sheet is that counts, or those of some budget programs; what was derived anew is recorded.

    Raises:
        ReadingEnded: It `is_ending`, which is asked before each program that is to be read.

    """
    inputs, reader = CityInputs(store, terms), StatusReader(store, terms)
    wanted = inputs.programs if programs is None else inputs.programs.keys() & programs
    asked = {program: inputs.programs[program] for program in wanted}
    digests = inputs.of_programs(asked)
    known = _recorded(inputs, digests, reader)
    missing = {program: asked[program] for program in asked.keys() - known.keys()}
    derived = _derived(store, terms, missing, reader, is_ending)
    _record(inputs, missing, digests, derived)
    ordered = _in_order([*known.values(), *derived.values()], terms.organization)
    return replace(ordered, program_digests=digests)


def wrongly_recorded(store: Store, terms: Terms) -> list[str]:
    """Return the budget programs of which the record, as it stands, says anything else than the store."""
    inputs, reader = CityInputs(store, terms), StatusReader(store, terms)
    recorded = _recorded(inputs, inputs.of_programs(inputs.programs), reader)
    asked = {program: inputs.programs[program] for program in recorded}
    derived = _derived(store, terms, asked, reader)
    return sorted(program for program in recorded if recorded[program] != derived[program])


def _in_order(programs: Iterable[_OfProgram], organization: Organization | None) -> CityProgress:
    sheets: list[Progress] = []
    damaged: list[DamagedSheet] = []
    for program in programs:
        sheets += program.sheet_progress
        damaged += program.damaged
    sheets.sort(key=lambda each: unit_order(each.units, each.key, organization))
    return CityProgress(tuple(sheets), tuple(sorted(damaged, key=lambda each: each.key)))


def _recorded(
    inputs: CityInputs, digests: Mapping[str, str], reader: StatusReader
) -> dict[str, _OfProgram]:
    """Return what the record says of the programs of which no input has changed."""
    rows = inputs.record.rows(_KIND, map(inputs.subject, digests))
    current = {}
    for program, digest in digests.items():
        row = rows.get(inputs.subject(program))
        if row is not None and row.inputs_digest == digest:
            current[program] = _from_document(json.loads(row.derived_data), reader)
    return current


def _derived(
    store: Store,
    terms: Terms,
    programs: Programs,
    reader: StatusReader,
    is_ending: Callable[[], bool] = never_ending,
) -> dict[str, _OfProgram]:
    """Return what the store says of programs: read, checked and merged again."""
    derived = {program: _OfProgram() for program in programs}
    counted = set(store.counted_keys(terms.fiscal_year))
    for program, listed in programs.items():
        if is_ending():
            raise ReadingEnded
        sheet_ids = [each for each in listed if each in counted]
        for status in sheet_statuses(store, terms, [program], sheet_ids):
            derived[program].sheet_progress.append(progress_of(store, terms, status, reader))
        derived[program].damaged.extend(store.damaged(terms.fiscal_year, listed))
    return derived


def _record(
    inputs: CityInputs,
    programs: Programs,
    before: Mapping[str, str],
    derived: Mapping[str, _OfProgram],
) -> None:
    """Record what was derived of the programs whose inputs are those of before still: else nobody knows which were read."""
    if not programs:
        return
    after = inputs.of_programs(programs)
    rows = {
        inputs.subject(program): DerivedRow(digest, _to_json(derived[program]))
        for program, digest in after.items()
        if digest == before[program]
    }
    inputs.record.save(_KIND, rows)


def _to_json(program: _OfProgram) -> bytes:
    sheets = [_to_document(each) for each in program.sheet_progress]
    document = {"sheets": sheets, "damaged": list(map(asdict, program.damaged))}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _to_document(each: Progress) -> dict[str, Any]:
    line = each.recorded_line
    return {
        "id": each.stored_id,
        "revision": each.revision,
        "units": line.unit_names,
        "key": line.key,
        "title": line.title,
        "completion": asdict(line.completion),
        "saved": [line.last_save.when, line.last_save.who],
        "distributed": line.distributed_at,
        "result": asdict(each.newest_save),
        "handed_in": each.handed_in_at,
        "outdated": each.outdated_files,
        "digest": each.status_digest,
    }


def _from_document(document: Mapping[str, Any], reader: StatusReader) -> _OfProgram:
    sheets = [_progress(each, reader) for each in document["sheets"]]
    damaged = [DamagedSheet(**each) for each in document["damaged"]]
    return _OfProgram(sheets, damaged)


def _progress(document: Mapping[str, Any], reader: StatusReader) -> Progress:
    completion = dict(document["completion"])
    completion["marks"] = tuple(completion["marks"])
    when, who = document["saved"]
    line = Line(
        tuple(document["units"]),
        document["key"],
        document["title"],
        Completion(**completion),
        LastSave(when, who),
        distributed_at=document["distributed"],
    )
    return Progress(
        SheetId(document["id"]),
        document["revision"],
        line,
        SheetResult(**document["result"]),
        document["handed_in"],
        tuple(document["outdated"]),
        document["digest"],
        reader,
    )


__all__ = ["CityProgress", "ReadingEnded", "city_progress", "never_ending", "wrongly_recorded"]

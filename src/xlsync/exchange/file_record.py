"""Workbooks of which is known what comes of them: what was found out once is not found out again.

What a workbook brings, and what the store has to write into it, depends on its bytes, where it lies, and on everything that the
store holds of its sheets. While none of that is another, the same comes of it: where that is nothing, nothing need be done.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from xlsync.derived.derived_record import DerivedRow
from xlsync.derived.input_digest import digest_of

if TYPE_CHECKING:
    from xlsync.exchange.city_inputs import CityInputs
    from xlsync.exchange.receipt import Source
    from xlsync.sheet_keys import SheetId


@dataclass
class FileRecord:
    """What is known of files, while one command or one pass of the watcher goes on; a context, which saves what was noted.

    The digest of a budget program is computed once, and again once anything was done about one of its sheets. What other
    programs write meanwhile counts as written after this command. `likely_ids` are the sheets that a file seen for the first
    time is likely to hold, by its source path.
    """

    city_inputs: CityInputs
    likely_ids: Mapping[str, Collection[SheetId]] = field(default_factory=dict, repr=False)
    _digests: dict[str, str] = field(default_factory=dict, repr=False)
    _rows_to_save: dict[str, dict[str, DerivedRow]] = field(default_factory=dict, repr=False)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_fault: object) -> None:
        """Save what was noted."""
        for kind, rows in self._rows_to_save.items():
            self.city_inputs.record.save(kind, rows)
        self._rows_to_save.clear()

    def attempt(self, kind: str, source: Source, contents: str) -> Attempt:
        """Begin an act on a workbook.

        Args:
            kind: What is done.
            source: Where the workbook comes from.
            contents: The digest of its bytes, and of all else but the store that what comes of it depends on.

        """
        subject = self.city_inputs.subject(source.source_path or source.file)
        row = self.city_inputs.record.rows(kind, [subject]).get(subject)
        if row is None:
            likely = frozenset(self.likely_ids.get(source.source_path, ()))
            before = self.digest(likely, contents) if likely else ""
            return Attempt(self, kind, source, contents, likely, before)
        last = json.loads(row.derived_data)
        expected = frozenset(last["sheets"])
        before = self.digest(expected, contents)
        known = last["value"] if before and row.inputs_digest == before else None
        if known is not None:
            asked: Mapping[str, bool] = last["asked"]
            same = all(source.vanished(path) == answer for path, answer in asked.items())
            known = known if same else None
        return Attempt(self, kind, source, contents, expected, before, known)

    def digest(self, sheet_ids: Collection[SheetId], contents: str) -> str:
        """Return the digest of a workbook's contents and of all that the store holds of the budget programs of its sheets.

        "" where a sheet was not there yet when this began.
        """
        programs = sorted({self.city_inputs.program_of(each) for each in sheet_ids})
        present = {
            each for program in programs for each in self.city_inputs.programs.get(program, ())
        }
        if not sheet_ids or not present.issuperset(sheet_ids):
            return ""
        missing = {
            program: self.city_inputs.programs[program]
            for program in programs
            if program not in self._digests
        }
        if missing:
            self._digests |= self.city_inputs.of_programs(missing)
        return digest_of(contents, [self._digests[program] for program in programs])

    def forget(self, sheet_ids: Collection[SheetId]) -> None:
        """Compute the digests of these sheets' programs again when they are needed next."""
        for sheet_id in sheet_ids:
            self._digests.pop(self.city_inputs.program_of(sheet_id), None)

    def note(self, kind: str, subject: str, row: DerivedRow) -> None:
        """Note a row that is saved at the end."""
        self._rows_to_save.setdefault(kind, {})[subject] = row


@dataclass(frozen=True)
class Attempt:
    """An act on a workbook: what is known to come (`known_value`) of it, None where nobody knows and it must be done.

    `expected_ids` are the sheets it is taken to hold, `digest_before` the digest of what the store holds of them.
    """

    file_record: FileRecord
    act_kind_name: str
    source: Source
    contents_digest: str
    expected_ids: frozenset[SheetId] = frozenset()
    digest_before: str = ""
    known_value: Any = None
    _asked: dict[str, bool] = field(default_factory=dict, repr=False)

    @property
    def noting_source(self) -> Source:
        """The source to do the act with: which files it asks for is an input, too."""

        def vanished(path: str) -> bool:
            answer = self.source.vanished(path)
            self._asked[path] = answer
            return answer

        return replace(self.source, vanished=vanished)

    def note(self, sheet_ids: Collection[SheetId], value: object) -> None:
        """Note what came of the workbook, which holds these sheets; None where it must be done again in any case.

        It is believed only where the store held the same before and after. Of a file that is seen for the first time nobody
        knows what the store held of its sheets before; then it is done once more the next time.
        """
        record = self.file_record
        record.forget(sheet_ids)
        after = record.digest(sheet_ids, self.contents_digest)
        is_sure = (
            bool(after) and self.expected_ids == set(sheet_ids) and self.digest_before == after
        )
        document = {
            "sheets": sorted(sheet_ids),
            "asked": self._asked,
            "value": value if is_sure else None,
        }
        data = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
        subject = record.city_inputs.subject(self.source.source_path or self.source.file)
        record.note(self.act_kind_name, subject, DerivedRow(after, data))


__all__ = ["Attempt", "FileRecord"]

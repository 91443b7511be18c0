"""The tables [[phase]] of xlsync.toml, and which of them is the present one ([submission] phase)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import Field

from xlsync.errors import SettingsError
from xlsync.exchange.phases import Extension, Phase
from xlsync.form.phase_fields import PhaseFields
from xlsync.form.strict import Strict
from xlsync.inbox.config import Deadline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.review_settings import DeadlineSettings
    from xlsync.form.edition import Edition


class PhaseSettings(Strict):
    """A table as it is written."""

    name: str = Field(min_length=1, max_length=20)
    from_: dt.date = Field(alias="from")
    until: dt.date | None = None
    closed: list[str] = Field(default=[])
    extension: dict[str, dt.date] = Field(default={})
    required: list[str] | None = None
    not_due: list[str] | None = None
    reminders: list[dt.date] = Field(default=[])

    @property
    def phase_fields(self) -> PhaseFields | None:
        """Which fields it asks for, None where the city says nothing of that."""
        if self.required is None and self.not_due is None:
            return None
        lists = {"required": self.required or [], "not-due": self.not_due or []}
        return PhaseFields.model_validate(lists)

    def phase(self) -> Phase:
        """Return the phase; the names of a unit stand one after the other, with spaces between them."""
        extensions = tuple(
            Extension(tuple(unit.split()), day) for unit, day in self.extension.items()
        )
        return Phase(
            self.name,
            self.from_,
            self.until,
            tuple(self.closed),
            extensions,
            self.phase_fields,
            tuple(sorted(self.reminders)),
        )


def refuse_unknown_fields(tables: Sequence[PhaseSettings], edition: Edition, where: str) -> None:
    """Raise SettingsError where a phase asks for a field that the form does not have."""
    for table in tables:
        fields = table.phase_fields
        unknown = [] if fields is None else fields.unknown_paths(edition)
        if unknown:
            reason = f"[[phase]]「{table.name}」の「{unknown[0]}」という入力欄はありません"
            raise SettingsError(reason, where)


def present_phase(tables: Sequence[PhaseSettings], name: str, where: str) -> Phase | None:
    """Return the phase with that name, None where there are no phases; SettingsError where it is not clear which it is."""
    _refuse_unsound(tables, where)
    present = next((table.phase() for table in tables if table.name == name), None)
    names = "、".join(table.name for table in tables)
    if present is None and name:
        reason = f"[submission] の phase「{name}」という [[phase]] はありません（{names or 'どれもありません'}）"
        raise SettingsError(reason, where)
    if present is None and tables:
        raise SettingsError(
            f"いまの段階を [submission] の phase に書いてください（{names}）", where
        )
    return present


def _refuse_unsound(tables: Sequence[PhaseSettings], where: str) -> None:
    """Raise SettingsError where two phases have one name, or one ends before it begins."""
    names = [table.name for table in tables]
    for table in tables:
        if names.count(table.name) > 1:
            raise SettingsError(f"[[phase]] の「{table.name}」が二度あります", where)
        if table.until is not None and table.until < table.from_:
            raise SettingsError(f"[[phase]] の「{table.name}」の until が from より前です", where)


def deadline_of(deadline: DeadlineSettings, phase: Phase | None) -> Deadline:
    """Return until when sheets are in time: what the present phase says, else what [deadline] says."""
    if phase is None:
        return Deadline(deadline.date, deadline.closed)
    return Deadline(phase.last_day or deadline.date, deadline.closed, phase.name, phase.extensions)


__all__ = ["PhaseSettings", "deadline_of", "present_phase", "refuse_unknown_fields"]

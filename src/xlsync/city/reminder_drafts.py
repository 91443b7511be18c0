"""Drafts of mails for the units that have something left to do, as files, and the city's record of whom was written when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.city_lists import list_rows, write_list
from xlsync.city.reminder_mails import (
    MailSettings,
    UnitReminder,
    mail_of,
    missing_characters,
    subject_of,
)
from xlsync.disk import create_once
from xlsync.file_names import distinct_names

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from xlsync.city.settings import CitySettings

RECORD_FILE: Final = "催促の記録.csv"
DRAFTS: Final = "催促"
"""The folder below the city's in which drafts are written, unless somebody says where."""
_TIME: Final = slice(11, 16)
_DAY: Final = len("2018-07-03")
_HEAD: Final = ("日時", "部署", "宛先", "件数", "件名", "ファイル", "作成者")


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail: what a unit is reminded of, its subject, its bytes, its file, and the characters for which it is in UTF-8."""

    reminder: UnitReminder
    subject: str
    mail: bytes = field(repr=False)
    draft_file: Path
    unencodable: str = ""

    @property
    def encoding_note(self) -> str:
        """What is to be said of its encoding, "" for nothing."""
        if not self.unencodable:
            return ""
        return f"「{self.unencodable}」は ISO-2022-JP にない文字のため、UTF-8 で作ります"

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        keys = [sheet.progress.status.sheet.key for sheet in self.reminder.open_sheets]
        return {
            "unit": list(filter(None, self.reminder.unit_names)),
            "to": list(self.reminder.contact.addresses),
            "subject": self.subject,
            "keys": keys,
            "file": str(self.draft_file),
            "not-in-encoding": self.unencodable,
        }


def is_reminder_due(city: CitySettings, today: dt.date) -> bool:
    """Whether a day on which the present phase reminds has come, and nobody was reminded since."""
    phase = city.terms.procedure_rules.phase
    days = () if phase is None else phase.reminder_days
    past = [day.isoformat() for day in days if day <= today]
    if not past:
        return False
    rows = [cells for _, cells in list_rows(city, RECORD_FILE, "催促の記録")][1:]
    return not any(cells and cells[0][:10] >= past[-1] for cells in rows)


def drafts_of(
    city: CitySettings,
    reminders: Sequence[UnitReminder],
    settings: MailSettings,
    out: Path,
) -> list[Draft]:
    """Return the draft of each unit, and the file in a folder that it has or gets; nothing is written."""
    title = city.terms.form.at(city.terms.fiscal_year).title
    units = ["_".join(reminder.unit_names) or city.name for reminder in reminders]
    names = distinct_names(units)
    drafts = []
    for reminder, unit in zip(reminders, units, strict=True):
        subject = subject_of(reminder, title)
        mail = mail_of(reminder, subject, settings)
        unencodable = missing_characters(reminder, subject, settings)
        drafts.append(
            Draft(reminder, subject, mail, _free_file(out / names[unit], mail), unencodable)
        )
    return drafts


def _free_file(stem: Path, mail: bytes) -> Path:
    """Return the first file of a name that is free or holds just this mail: somebody may have written into another."""
    for number in count(1):
        file = stem.with_name(f"{stem.name}{f'_{number}' if number > 1 else ''}.eml")
        if not file.exists() or file.read_bytes() == mail:
            return file
    raise AssertionError


def write_drafts(city: CitySettings, drafts: Sequence[Draft], when: str, who: str) -> None:
    """Write drafts into their files, and note in the city's record those that it does not have yet of this day."""
    for draft in drafts:
        draft.draft_file.parent.mkdir(parents=True, exist_ok=True)
        create_once(draft.draft_file, draft.mail)  # else it is there already
    rows = [cells for _, cells in list_rows(city, RECORD_FILE, "催促の記録")] or [list(_HEAD)]
    known = {(row[0][:_DAY], *row[1:-1]) for row in rows if row}
    for draft in drafts:
        reminder = draft.reminder
        unit, to = " ".join(reminder.unit_names), " ".join(reminder.contact.addresses)
        left = str(len(reminder.open_sheets))
        line = (unit, to, left, draft.subject, draft.draft_file.name)
        if (when[:_DAY], *line) not in known:  # the same words on another day are another mail
            rows.append([f"{when[:_DAY]} {when[_TIME]}", *line, who])
    write_list(city, RECORD_FILE, rows)


__all__ = ["DRAFTS", "RECORD_FILE", "Draft", "drafts_of", "is_reminder_due", "write_drafts"]

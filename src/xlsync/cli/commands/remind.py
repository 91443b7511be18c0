"""`xlsync remind`: drafts of mails for the units that have not handed in everything, and who was reminded when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.city_lists import list_rows, write_list
from xlsync.city.clock_and_user import now, today, user
from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.reminder_mails import (
    MailSettings,
    UnitReminder,
    mail_of,
    subject_of,
    unit_reminders,
)
from xlsync.city.status_table import Filter, status_of
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.disk import create_once
from xlsync.file_names import distinct_names
from xlsync.summary.figures.progress import day_and_weekday

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

RECORD_FILE: Final = "催促の記録.csv"
_HEAD: Final = ("日時", "部署", "宛先", "件数", "件名", "ファイル", "作成者")


@dataclass(frozen=True, slots=True)
class RemindOptions:
    """What the options say: where the drafts go, which sheets are meant, how mails are written."""

    out: Path
    wanted: Filter
    mail_settings: MailSettings
    is_on_schedule: bool = False
    is_dry_run: bool = False
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail: what a unit is reminded of, its subject, its bytes, and its file."""

    reminder: UnitReminder
    subject: str
    mail: bytes = field(repr=False)
    draft_file: Path

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        keys = [sheet.progress.status.sheet.key for sheet in self.reminder.open_sheets]
        return {
            "unit": list(filter(None, self.reminder.unit_names)),
            "to": list(self.reminder.contact.addresses),
            "subject": self.subject,
            "keys": keys,
            "file": str(self.draft_file),
        }


def remind(folder: Path, options: RemindOptions) -> int:
    """Write a draft for each unit that has something left to do, note it, and return the exit code."""
    city = current_city(folder)
    complain_damaged(city)
    if options.is_on_schedule and not _is_reminder_due(city):
        return _say_next_day(city, options)
    listed = [progress for progress in status_of(city) if options.wanted.admits(progress)]
    drafts = _drafts(city, unit_reminders(city, listed, read_contacts(city)), options)
    if drafts and not options.is_dry_run:
        options.out.mkdir(parents=True, exist_ok=True)
        remove_abandoned(city.folder, options.out)
        for draft in drafts:
            create_once(draft.draft_file, draft.mail)  # else it is there already
        _note(city, drafts)
    if options.as_json:
        documents = [draft.to_document() for draft in drafts]
        put_json({"done": not options.is_dry_run, "reminders": documents})
    else:
        _say(drafts, options)
    return 0


def _is_reminder_due(city: CitySettings) -> bool:
    """Whether a day on which the present phase reminds has come, and nobody was reminded since."""
    phase = city.terms.procedure_rules.phase
    days = () if phase is None else phase.reminder_days
    past = [day.isoformat() for day in days if day <= today()]
    if not past:
        return False
    rows = [cells for _, cells in list_rows(city, RECORD_FILE, "催促の記録")][1:]
    return not any(cells and cells[0][:10] >= past[-1] for cells in rows)


def _say_next_day(city: CitySettings, options: RemindOptions) -> int:
    phase = city.terms.procedure_rules.phase
    day = None if phase is None else phase.next_reminder(today())
    words = "" if day is None else f"次は {day_and_weekday(day)} です。"
    if options.as_json:
        put_json({"done": False, "reminders": []})
    else:
        say(f"今日は催促の日ではありません。{words}")
    return 0


def _drafts(
    city: CitySettings, reminders: Sequence[UnitReminder], options: RemindOptions
) -> list[Draft]:
    title = city.terms.form.at(city.terms.fiscal_year).title
    units = ["_".join(reminder.unit_names) or city.name for reminder in reminders]
    names = distinct_names(units)
    drafts = []
    for reminder, unit in zip(reminders, units, strict=True):
        subject = subject_of(reminder, title, today())
        mail = mail_of(reminder, subject, options.mail_settings)
        drafts.append(Draft(reminder, subject, mail, _free_file(options.out / names[unit], mail)))
    return drafts


def _free_file(stem: Path, mail: bytes) -> Path:
    """Return the first file of a name that is free or holds just this mail: somebody may have written into another."""
    for number in count(1):
        file = stem.with_name(f"{stem.name}{f'_{number}' if number > 1 else ''}.eml")
        if not file.exists() or file.read_bytes() == mail:
            return file
    raise AssertionError


def _say(drafts: Sequence[Draft], options: RemindOptions) -> None:
    for draft in drafts:
        unit = " ".join(draft.reminder.unit_names)
        to = "、".join(draft.reminder.contact.addresses)
        say(f"{unit}（{to or '宛先なし'}）：{draft.subject}")
        if not to:
            complain(f"{unit}：{CONTACTS_FILE} に宛先がありません")
    if not drafts:
        say("催促するものはありません。")
    elif options.is_dry_run:
        say(f"{len(drafts)}通を作ります（まだ作っていません）。")
    else:
        say(
            f"{len(drafts)}通の下書きを {options.out} に作りました。メールソフトで開いて送ってください。"
        )
        say(f"だれにいつ作ったかは {RECORD_FILE} に残ります。")


def _note(city: CitySettings, drafts: Sequence[Draft]) -> None:
    """Add a line for each draft to the city's record of reminders, but for those that it has already."""
    rows = [cells for _, cells in list_rows(city, RECORD_FILE, "催促の記録")] or [list(_HEAD)]
    known = {tuple(row[1:-1]) for row in rows}
    for draft in drafts:
        reminder = draft.reminder
        unit, to = " ".join(reminder.unit_names), " ".join(reminder.contact.addresses)
        left = str(len(reminder.open_sheets))
        line = (unit, to, left, draft.subject, draft.draft_file.name)
        if line not in known:
            rows.append([now(), *line, user()])
    write_list(city, RECORD_FILE, rows)


__all__ = ["RECORD_FILE", "RemindOptions", "remind"]

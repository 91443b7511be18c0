"""`xlsync remind`: drafts of mails for the units that have not handed in everything, and who was reminded when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.clock_and_user import now, today, user
from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.reminder_drafts import (
    RECORD_FILE,
    Draft,
    drafts_of,
    is_reminder_due,
    write_drafts,
)
from xlsync.city.reminder_mails import MailSettings, unit_reminders
from xlsync.city.status_table import Filter, status_of
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.summary.figures.progress import day_and_weekday

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


@dataclass(frozen=True, slots=True)
class RemindOptions:
    """What the options say: where the drafts go, which sheets are meant, how mails are written."""

    out: Path
    wanted: Filter
    mail_settings: MailSettings
    is_on_schedule: bool = False
    is_dry_run: bool = False
    as_json: bool = False


def remind(folder: Path, options: RemindOptions) -> int:
    """Write a draft for each unit that has something left to do, note it, and return the exit code."""
    city = current_city(folder)
    complain_damaged(city)
    if options.is_on_schedule and not is_reminder_due(city, today()):
        return _say_next_day(city, options)
    listed = [progress for progress in status_of(city) if options.wanted.admits(progress)]
    reminders = unit_reminders(city, listed, read_contacts(city), today())
    drafts = drafts_of(city, reminders, options.mail_settings, options.out)
    if drafts and not options.is_dry_run:
        options.out.mkdir(parents=True, exist_ok=True)
        remove_abandoned(city.folder, options.out)
        write_drafts(city, drafts, now(), user())
    if options.as_json:
        documents = [draft.to_document() for draft in drafts]
        put_json({"done": not options.is_dry_run, "reminders": documents})
    else:
        _say(drafts, options)
    return 0


def _say_next_day(city: CitySettings, options: RemindOptions) -> int:
    phase = city.terms.procedure_rules.phase
    day = None if phase is None else phase.next_reminder(today())
    words = "" if day is None else f"次は {day_and_weekday(day)} です。"
    if options.as_json:
        put_json({"done": False, "reminders": []})
    else:
        say(f"今日は催促の日ではありません。{words}")
    return 0


def _say(drafts: Sequence[Draft], options: RemindOptions) -> None:
    for draft in drafts:
        unit = " ".join(draft.reminder.unit_names)
        to = "、".join(draft.reminder.contact.addresses)
        say(f"{unit}（{to or '宛先なし'}）：{draft.subject}")
        if draft.encoding_note:
            complain(f"{unit}：{draft.encoding_note}")
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


__all__ = ["RemindOptions", "remind"]

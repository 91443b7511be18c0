"""Mails that remind each unit of what it has to do (催促), as drafts that a mail program opens; nothing is sent from here."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from xlsync.city.city_paths import workbook_file
from xlsync.city.contacts import Contact, Contacts
from xlsync.city.living_workbooks import living_files
from xlsync.city.mail_encoding import Encoding, beyond, encoding_for, in_jis
from xlsync.exchange.stages.hand_in_words import hand_in_words
from xlsync.file_names import last_part
from xlsync.summary.figures.progress import day_and_weekday

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.store.stage_acts import StageAct

_OPENING: Final = "お手数ですが、次のシートについて、ご対応をお願いします。"
_ENDING: Final = "行き違いの場合はご容赦ください。"
_HEADINGS: Final = {
    "returned": "差し戻したシートです。コメントをご確認のうえ、直して、もう一度{hand_in}。",
    "conflict": (
        "ほかの人の入力と重なった欄があります。ファイルのチェックのページで、採る内容を選んでください。"
    ),
    "open": "まだ提出されていません。{due}ファイルを開いて入力し、{hand_in}。",
    "complete": "入力は済んでいますが、まだ提出されていません。{due}ファイルを開き、{hand_in}。",
}
"""What has to be done, by what is to be done, in the order in which it is asked for."""


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet of which something is left to do.

    Attributes:
        progress: How far it is.
        asked: What is to be done, a key of the headings.
        file: Its workbook below the shared folder, "" where none is known.

    """

    progress: Progress
    asked: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class UnitReminder:
    """What a unit is reminded of.

    Attributes:
        unit_names: The unit's names on the first two levels.
        contact: Whom to write to.
        open_sheets: Its sheets of which something is left to do.
        due_day: The last day for it, None for none.
        is_overdue: Whether that day is past.
        hand_in_words: What its staff do to hand a sheet in.

    """

    unit_names: tuple[str, ...]
    contact: Contact
    open_sheets: tuple[OpenSheet, ...]
    due_day: dt.date | None
    is_overdue: bool
    hand_in_words: str

    @property
    def addressee(self) -> str:
        """What the unit is called, its lowest name."""
        return next(filter(None, reversed(self.unit_names)), "")


@dataclass(frozen=True, slots=True)
class MailSettings:
    r"""How mails are written.

    Attributes:
        sender: Who signs them, "" for nobody.
        share_name: The shared folder as the staff's PCs name it (\\server\share), for links; "" for none.
        encoding: The encoding they are wanted in.

    """

    sender: str = ""
    share_name: str = ""
    encoding: Encoding = "utf-8"


def unit_reminders(
    city: CitySettings, listed: Sequence[Progress], contacts: Contacts, today: dt.date
) -> list[UnitReminder]:
    """Return what each unit has to be reminded of, in the order of the sheets; units with nothing to do are left out."""
    reminded, words = [], hand_in_words(city.terms)
    for names, of_unit in groupby(listed, lambda progress: progress.line.division):
        sheets = tuple(
            OpenSheet(progress, _asked(progress), _file_of(city, progress))
            for progress in of_unit
            if not progress.line.is_handed_in
        )
        if sheets:
            due = city.deadline.day_for(names)
            is_overdue = due is not None and due < today
            reminded.append(UnitReminder(names, contacts.of(names), sheets, due, is_overdue, words))
    return reminded


def _asked(progress: Progress) -> str:
    state = progress.line.state
    return state if state in _HEADINGS else "open"


def _file_of(city: CitySettings, progress: Progress) -> str:
    sheet = progress.status.sheet
    files = living_files(city, sheet, workbook_file(city, sheet))
    below = [file for file in files if file.is_relative_to(city.shared)]
    return below[0].relative_to(city.shared).as_posix() if below else ""


def subject_of(reminder: UnitReminder, title: str) -> str:
    """Return a mail's subject: what is asked for, and until when."""
    asked = {sheet.asked for sheet in reminder.open_sheets}
    if asked == {"returned"}:
        words = "差戻しのお知らせ"
    elif asked == {"conflict"}:
        words = "入力の重なりのお知らせ"
    elif reminder.due_day is None:
        words = "提出のお願い"
    elif reminder.is_overdue:
        words = f"提出期限（{day_and_weekday(reminder.due_day)}）を過ぎています"
    else:
        words = f"提出のお願い（期限 {day_and_weekday(reminder.due_day)}）"
    return f"【{words}】{title} {len(reminder.open_sheets)}件"


def mail_of(reminder: UnitReminder, subject: str, settings: MailSettings) -> bytes:
    """Return a mail as the bytes of an .eml file; in UTF-8 where the encoding that is wanted lacks a character of it."""
    plain, page = _plain_text(reminder, settings), _html_text(reminder, settings)
    if settings.encoding == "iso-2022-jp":
        subject, plain, page = map(in_jis, (subject, plain, page))
    encoding = encoding_for(f"{subject}{plain}{page}", settings.encoding)
    charset = Charset(encoding)
    if encoding == "utf-8":
        charset.body_encoding = BASE64
    digest = hashlib.sha256(f"{subject}{plain}{page}".encode()).hexdigest()
    mail = MIMEMultipart("alternative", boundary=digest[:32])
    mail["Subject"] = Header(subject, charset)  # type: ignore[assignment]  # it takes a Header
    mail["To"] = ", ".join(reminder.contact.addresses)
    mail["X-Unsent"] = "1"  # Outlook opens it as a draft
    for text, subtype in ((plain, "plain"), (page, "html")):
        mail.attach(MIMEText(text, subtype, charset))  # type: ignore[arg-type]  # it takes a Charset
    return mail.as_bytes()


def missing_characters(reminder: UnitReminder, subject: str, settings: MailSettings) -> str:
    """Return the characters of a mail that the wanted encoding lacks, for which it is in UTF-8; "" for none."""
    text = f"{subject}{_plain_text(reminder, settings)}{_html_text(reminder, settings)}"
    return beyond(in_jis(text), settings.encoding)


def _greeting(reminder: UnitReminder) -> str:
    person = reminder.contact.person or "ご担当者"
    return f"{reminder.addressee}　{person}様".strip()


def _asked_for(reminder: UnitReminder) -> Iterator[tuple[str, list[OpenSheet]]]:
    for asked, heading in _HEADINGS.items():
        sheets = [sheet for sheet in reminder.open_sheets if sheet.asked == asked]
        if sheets:
            due, hand_in = _due_words(reminder), reminder.hand_in_words
            yield heading.format(due=due, hand_in=hand_in), sheets


def _due_words(reminder: UnitReminder) -> str:
    if reminder.due_day is None:
        return ""
    day = day_and_weekday(reminder.due_day)
    if reminder.is_overdue:
        return f"提出期限（{day}）を過ぎておりますので、至急、"
    return f"提出期限（{day}）までに、"


def _signature(settings: MailSettings) -> str:
    return f"担当：{settings.sender}" if settings.sender else ""


def _plain_text(reminder: UnitReminder, settings: MailSettings) -> str:
    lines = [_greeting(reminder), "", _OPENING]
    for heading, sheets in _asked_for(reminder):
        lines += ["", f"■ {heading}"]
        for sheet in sheets:
            line = sheet.progress.line
            lines.append(
                f"・{line.section} {line.key} {line.title}：{line.words}".replace("・ ", "・")
            )
            lines += [f"　　コメント：{comment}" for comment in _comments(sheet)]
            lines += [f"　　{path}" for path in (_path(sheet, settings),) if path]
    return "\r\n".join([*lines, "", _ENDING, "", _signature(settings)]) + "\r\n"


def _html_text(reminder: UnitReminder, settings: MailSettings) -> str:
    parts = [f"<p>{html.escape(_greeting(reminder))}</p><p>{_OPENING}</p>"]
    for heading, sheets in _asked_for(reminder):
        parts.append(f"<p>■ {html.escape(heading)}</p>")
        head = "".join(f"<th>{html.escape(word)}</th>" for word in _columns(sheets[0]))
        rows = "".join(_row(sheet, settings) for sheet in sheets)
        parts.append(
            f'<table border="1" cellspacing="0" cellpadding="4"><tr>{head}</tr>{rows}</table>'
        )
    end = f"<p>{_ENDING}</p><p>{html.escape(_signature(settings))}</p>"
    return f'<html lang="ja"><body>{"".join(parts)}{end}</body></html>'


def _columns(sheet: OpenSheet) -> tuple[str, ...]:
    """Return the headings of the columns, in the words of the form."""
    definition = sheet.progress.status.sheet.edition.definition
    levels = "・".join(definition.identity.level_words[2:])
    return levels, definition.words.key, definition.words.title, "状況", "ファイル"


def _row(sheet: OpenSheet, settings: MailSettings) -> str:
    line = sheet.progress.line
    words = "<br>".join(html.escape(text) for text in (line.words, *_comments(sheet)))
    cells = (*map(html.escape, (line.section, line.key, line.title)), words, _link(sheet, settings))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _path(sheet: OpenSheet, settings: MailSettings) -> str:
    """Return where the workbook lies, as the staff's PCs name it."""
    if not sheet.file:
        return ""
    return (
        f"{settings.share_name}\\{sheet.file}".replace("/", "\\")
        if settings.share_name
        else sheet.file
    )


def _link(sheet: OpenSheet, settings: MailSettings) -> str:
    path = _path(sheet, settings)
    name = html.escape(last_part(path))
    if not settings.share_name or not path:
        return name
    return f'<a href="file:{quote(path.replace(chr(92), "/"))}">{name}</a>'


def _comments(sheet: OpenSheet) -> list[str]:
    """Return the comments with which a sheet was returned."""
    act: StageAct | None = sheet.progress.status.procedure.open_return
    if act is None:
        return []
    fields = [f"{comment.field_title}：{comment.comment}" for comment in act.field_comments]
    return [comment for comment in (act.comment, *fields) if comment]


__all__ = [
    "MailSettings",
    "OpenSheet",
    "UnitReminder",
    "mail_of",
    "missing_characters",
    "subject_of",
    "unit_reminders",
]

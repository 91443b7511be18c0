"""Drafts of mails for the units that have not handed in everything."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.reminder_drafts import DRAFTS, RECORD_FILE, drafts_of, write_drafts
from xlsync.city.reminder_mails import MailSettings, unit_reminders
from xlsync.city.status_table import Filter, unknown_words
from xlsync.errors import StoreError
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan, parts_of
from xlsync.page.page_context import city, context, visitor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsync.city.mail_encoding import Encoding
    from xlsync.city.reminder_drafts import Draft
    from xlsync.city.settings import CitySettings
    from xlsync.page.page_jobs import JobRun


def drafts_folder(settings: CitySettings) -> Path:
    """Return the folder in which the page's drafts lie."""
    return settings.folder / DRAFTS


def _inputs() -> tuple[ActInput, ...]:
    encodings = (("utf-8", "UTF-8（ふつう）"), ("iso-2022-jp", "ISO-2022-JP（古いメールソフト）"))
    return (
        ActInput("department", "部", hint="空けておくと、すべての部です。", is_needed=False),
        ActInput("state", "状況", hint="例：差戻し。空けておくと、すべてです。", is_needed=False),
        ActInput("sender", "文の終わりに書く名前", hint="例：企画課 内線1234", is_needed=False),
        ActInput(
            "share",
            "職員のパソコンから見た共有フォルダ",
            hint=r"例：\\サーバー\共有",
            is_needed=False,
        ),
        ActInput("encoding", "文字コード", "choice", input_choices=encodings),
    )


def _plan(filled: FilledForm) -> ShownPlan:
    settings = city()
    drafts = _drafts(settings, filled)
    without = [_unit(draft) for draft in drafts if not draft.reminder.contact.addresses]
    lines = [f"{_unit(draft)}：{draft.subject}" for draft in drafts]
    in_utf8 = [f"{_unit(draft)}：{draft.encoding_note}" for draft in drafts if draft.encoding_note]
    documents = [draft.to_document() for draft in drafts]
    by = (context().moment, visitor().person)
    return ShownPlan(
        f"下書き {len(drafts)}通。送信はしません。作ったあと、「すべての仕事」の「催促文の下書き」で保存できます。",
        documents,
        parts_of(
            {
                "作る下書き": lines,
                "UTF-8 で作る下書き": in_utf8,
                f"宛先のない課（{CONTACTS_FILE} に書いてください）": without,
            }
        ),
        () if drafts else ("催促するものはありません",),
        f"{len(drafts)}通の下書きを作る",
        partial(_write, settings, drafts, by),
        f"{len(drafts)}通",
    )


def _drafts(settings: CitySettings, filled: FilledForm) -> list[Draft]:
    wanted = Filter(filled.text("department"), "", filled.text("state"))
    everything = [row.progress for row in context().sheet_snapshots.latest.sheet_rows]
    if unknown := unknown_words(wanted, everything, settings.terms.organization):
        raise StoreError("。".join(unknown))
    listed = [progress for progress in everything if wanted.admits(progress)]
    encoding: Encoding = "iso-2022-jp" if filled.text("encoding") == "iso-2022-jp" else "utf-8"
    mail = MailSettings(filled.text("sender"), filled.text("share"), encoding)
    today = context().now().date()
    reminders = unit_reminders(settings, listed, read_contacts(settings), today)
    return drafts_of(settings, reminders, mail, drafts_folder(settings))


def _unit(draft: Draft) -> str:
    to = "、".join(draft.reminder.contact.addresses)
    return f"{' '.join(draft.reminder.unit_names)}{f'（{to}）' if to else ''}"


def _write(
    settings: CitySettings, drafts: Sequence[Draft], by: tuple[str, str], run: JobRun
) -> None:
    write_drafts(settings, drafts, *by)
    run.say(f"{draft.draft_file.name}：{draft.subject}" for draft in drafts)
    run.say([f"「すべての仕事」で保存できます。だれにいつ作ったかは {RECORD_FILE} に残ります"])


REMINDER_ACTS: Final = (
    OfficeAct(
        "remind",
        "催促文の下書きを作る",
        "提出",
        "提出が済んでいない課ごとに、催促メールの下書き（.eml）を作ります。送信はしません。",
        _plan,
        _inputs,
    ),
)

__all__ = ["REMINDER_ACTS", "drafts_folder"]

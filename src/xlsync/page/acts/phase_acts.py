"""Acts about when what is filled in: the deadline, the phases of the year, what waits for the office."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from flask import request

from xlsync.city.settings_change import settings_text
from xlsync.city.settings_tables import with_entries, with_named_table
from xlsync.errors import SettingsError, StoreError
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan, needed_text
from xlsync.page.acts.settings_forms import (
    day_of,
    lines_of,
    part_inputs,
    planned_change,
    present_entries,
    present_table,
    removal_input,
    table_called,
    ticked_parts,
)
from xlsync.page.field_names import path_of_title, title_of_path
from xlsync.page.page_context import city, edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PHASE: Final = "phase"
_FIELD_LISTS: Final = {
    "required": "この段階で入力が必要な欄",
    "not-due": "この段階ではまだ入力しなくてよい欄",
}
_HANDED_IN: Final = (
    ("complete", "未入力やエラーがなくなったとき"),
    ("saved", "そのうえで、職員がファイルを保存したとき"),
    ("act", "提出の記録があるとき（それまでは入力済）"),
)
_WAITING: Final = (
    ("", "待たせない（すぐに登録する）"),
    ("office", "企画担当の欄"),
    ("all", "すべての欄"),
    ("parts", "下で選んだ部分"),
)


def _deadline_inputs() -> tuple[ActInput, ...]:
    table = present_table("deadline")
    day = ActInput(
        "day", "提出期限", "day", "空けておくと、期限を決めません。",
        is_needed=False, present_text=str(table.get("date", "")),
    )  # fmt: skip
    return day, ActInput(
        "closed", "受付を締め切る（保存されても受け取りません）", "tick",
        is_needed=False, present_text="1" if table.get("closed") else "",
    )  # fmt: skip


def _plan_deadline(filled: FilledForm) -> ShownPlan:
    if city().deadline.phase_name:
        raise SettingsError(
            "期限は段階で決めています。「設定」の画面の「段階」で書き換えてください"
        )
    before, is_closed = settings_text(city().folder), filled.is_ticked("closed")
    day = day_of(filled.text("day"), "提出期限")
    after = with_entries(before, "deadline", {"date": day, "closed": is_closed})
    words = f"提出期限を {day} にします" if day else "提出期限を決めないことにします"
    closing = "受付は締め切ります。" if is_closed else ""
    return planned_change(before, after, f"{words}。{closing}", filled.text("day"))


def _phase_inputs() -> tuple[ActInput, ...]:
    former = request.values.get("former", "")
    table = table_called(_PHASE, former)
    present = present_table("submission").get(_PHASE, "")
    extension = [f"{unit} {day}" for unit, day in table.get("extension", {}).items()]
    return (
        ActInput("former", "直す段階", "hidden", is_needed=False, present_text=former),
        ActInput("name", "段階の名前", hint="例：決算・評価", present_text=former),
        ActInput("from", "始まる日", "day", present_text=str(table.get("from", ""))),
        ActInput(
            "until", "提出期限", "day", is_needed=False, present_text=str(table.get("until", ""))
        ),
        ActInput(
            "present", "いまの段階にする", "tick", is_needed=False,
            present_text="1" if former and former == present else "",
        ),
        *part_inputs(
            "閉じる部分（職員が変えると、企画担当の確認待ちになります）", table.get("closed", [])
        ),
        ActInput(
            "extension", "期限を延ばす部・課", "area",
            "1行に1つ。例：総務部 総務課 2026-06-15", is_needed=False,
            present_text="\n".join(extension),
        ),
        ActInput(
            "reminders", "催促する日", "area", "1行に1日。例：2026-05-24", is_needed=False,
            present_text="\n".join(map(str, table.get("reminders", []))),
        ),
        *(
            ActInput(
                name, caption, "area",
                "1行に1つ、欄の名前で。空けておくと、様式のとおりです。", is_needed=False,
                present_text="\n".join(_titles(table.get(name, []))),
            )
            for name, caption in _FIELD_LISTS.items()
        ),
        *removal_input(former),
    )  # fmt: skip


def _titles(paths: Iterable[str]) -> Iterator[str]:
    return (title_of_path(edition(), path) for path in paths)


def _plan_phase(filled: FilledForm) -> ShownPlan:
    before, former = settings_text(city().folder), filled.text("former")
    if filled.is_ticked("gone"):
        return _plan_gone(before, former)
    name = needed_text(filled, "name", "段階の名前")
    entries = {"name": name, **_phase_entries(filled)}
    after = with_named_table(before, _PHASE, former, entries)
    present = present_table("submission").get(_PHASE, "")
    if filled.is_ticked("present") or not present or present == former:
        after = with_entries(after, "submission", {_PHASE: name})
    return planned_change(before, after, f"段階「{name}」をこのように決めます。", name)


def _phase_entries(filled: FilledForm) -> dict[str, Any]:
    """Return what is filled in of a phase beside its name; None for what is left open."""
    reminders = [_day(line) for line in lines_of(filled, "reminders")]
    entries: dict[str, Any] = {
        "from": day_of(needed_text(filled, "from", "始まる日"), "始まる日"),
        "until": day_of(filled.text("until"), "提出期限"),
        "closed": ticked_parts(filled) or None,
        "extension": dict(_extensions(filled)) or None,
        "reminders": reminders or None,
    }
    for listed in _FIELD_LISTS:
        paths = [path_of_title(edition(), line) for line in lines_of(filled, listed)]
        entries[listed] = paths or None
    return entries


def _plan_gone(before: str, former: str) -> ShownPlan:
    after = with_named_table(before, _PHASE, former, None)
    is_last = len(present_entries().get(_PHASE, [])) == 1
    if is_last:
        after = with_entries(after, "submission", {_PHASE: None})
    return planned_change(before, after, f"段階「{former}」をなくします。", former)


def _extensions(filled: FilledForm) -> Iterator[tuple[str, dt.date]]:
    for line in lines_of(filled, "extension"):
        unit, _, day = line.replace("　", " ").rpartition(" ")
        if not unit.strip():
            raise StoreError(f"「総務部 総務課 2026-06-15」のように書いてください（{line}）")
        yield " ".join(unit.split()), _day(day)


def _day(text: str) -> dt.date:
    day = day_of(text, "日付")
    if day is None:
        raise StoreError("日付を書いてください")
    return day


def _review_inputs() -> tuple[ActInput, ...]:
    review, submission = present_table("review"), present_table("submission")
    fields = review.get("fields", [])
    parts = fields if isinstance(fields, list) else []
    after = str(review.get("after", ""))
    return (
        ActInput(
            "handed-in", "いつ提出済とするか", "choice", input_choices=_HANDED_IN,
            present_text=submission.get("handed-in", "complete"),
        ),
        ActInput(
            "fields", "企画担当が確かめてから登録する欄", "choice", input_choices=_WAITING,
            present_text=fields if isinstance(fields, str) else "parts" * bool(parts),
        ),
        *part_inputs("部分", parts),
        ActInput(
            "deadline", "提出期限より後の変更も、確かめてから登録する", "tick", is_needed=False,
            present_text="1" if after == "deadline" else "",
        ),
        ActInput(
            "after", "次の日より後の変更も、確かめてから登録する", "day", is_needed=False,
            present_text="" if after == "deadline" else after,
        ),
    )  # fmt: skip


def _plan_review(filled: FilledForm) -> ShownPlan:
    before, chosen = settings_text(city().folder), filled.text("fields")
    parts = ticked_parts(filled)
    if chosen == "parts" and not parts:
        raise StoreError("部分を1つ以上選んでください")
    day = day_of(filled.text("after"), "日付")
    entries = {
        "fields": parts if chosen == "parts" else chosen or None,
        "after": "deadline" if filled.is_ticked("deadline") else day,
    }
    after = (
        before if entries == present_table("review") else with_entries(before, "review", entries)
    )
    handed_in = filled.text("handed-in") or "complete"
    if handed_in != present_table("submission").get("handed-in", "complete"):
        after = with_entries(after, "submission", {"handed-in": handed_in})
    return planned_change(before, after, "提出と確認待ちの決まりを、このようにします。")


PHASE_ACTS: Final = (
    OfficeAct(
        "deadline", "提出期限を変える", "期限・一覧", "期限と、受付の締切りを変えます。",
        _plan_deadline, _deadline_inputs, "changing_settings.show",
    ),
    OfficeAct(
        _PHASE, "段階を加える・直す", "期限・一覧",
        "計画・上半期・決算など、1年の段階ごとに、期限と閉じる部分を決めます。",
        _plan_phase, _phase_inputs, "changing_settings.show",
    ),
    OfficeAct(
        "review-rules", "提出と確認待ちの決まりを変える", "期限・一覧",
        "いつ提出済とするか、職員のどの変更を企画担当が確かめてから登録するかを決めます。",
        _plan_review, _review_inputs, "changing_settings.show",
    ),
)  # fmt: skip

__all__ = ["PHASE_ACTS"]

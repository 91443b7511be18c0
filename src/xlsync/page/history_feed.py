"""What happened to a sheet, newest first: its revisions, and the acts about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from xlsync.exchange.register.register_state import STATE_WORDS
from xlsync.file_names import last_part
from xlsync.merging import json_as_text
from xlsync.row_titles import title_of
from xlsync.sheet_stage import ACT_WORDS
from xlsync.store.register_acts import register_acts
from xlsync.store.stage_acts import stage_acts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Revision, Store
    from xlsync.store.register_acts import RegisterAct
    from xlsync.store.stage_acts import StageAct

EventKind = Literal["revision", "stage", "register"]


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field that a revision changed: its title, and what it was and became, as people read it."""

    field_title: str
    before_words: str
    after_words: str


@dataclass(frozen=True, slots=True)
class SheetEvent:
    """Something that happened to a sheet.

    Attributes:
        kind_of_event: A revision, or an act about its stage or its place in the register.
        when: ISO 8601.
        who: Who did it, as said.
        title: What it was, in a few words.
        number: The revision made, or decided on.
        source_words: In which file, or by what way.
        comment: Why.
        changed_fields: What a revision changed.
        has_workbook: Whether a workbook brought it.

    """

    kind_of_event: EventKind
    when: str
    who: str
    title: str
    number: int
    source_words: str = ""
    comment: str = ""
    changed_fields: tuple[ChangedField, ...] = ()
    has_workbook: bool = False


def sheet_events(store: Store, sheet_id: SheetId, year: int) -> list[SheetEvent]:
    """Return what happened to a sheet, newest first."""
    events = [
        *map(_of_revision, store.revisions(sheet_id, year)),
        *map(_of_stage, stage_acts(store.files, sheet_id, year)),
        *map(_of_register, register_acts(store.files, sheet_id, year)),
    ]
    return sorted(events, key=lambda event: (event.when, event.number), reverse=True)


def _of_revision(revision: Revision) -> SheetEvent:
    draft = revision.draft
    edition = draft.sheet.edition
    changes = draft.changes if revision.number > 1 else ()
    placed = [change for change in changes if change["path"] in edition.by_path]
    changed = tuple(_changed_field(draft.sheet, change) for change in placed)
    title = f"変更 {len(changed)}か所" if revision.number > 1 else "登録"
    if draft.conflicts:
        title += f"・入力の重なり {len(draft.conflicts)}件"
    return SheetEvent(
        "revision",
        draft.when,
        draft.who,
        title,
        revision.number,
        last_part(draft.submission.file),
        changed_fields=changed,
        has_workbook=bool(draft.submission.workbook_hash),
    )


def _changed_field(sheet: Sheet, change: Mapping[str, Any]) -> ChangedField:
    path = change["path"]
    before, after = (json_as_text(sheet.edition, path, change[side]) for side in ("from", "to"))
    return ChangedField(title_of(sheet, path), before, after)


def _of_stage(act: StageAct) -> SheetEvent:
    comments = [
        f"{comment.field_title}：{comment.comment}".rstrip("：") for comment in act.field_comments
    ]
    approval = f"決裁：{act.approval}" if act.approval else ""
    words = "\n".join(filter(None, (act.comment, *comments, approval)))
    title = ACT_WORDS[act.stage_act_kind]
    return SheetEvent("stage", act.when, act.who, title, act.revision, last_part(act.file), words)


def _of_register(act: RegisterAct) -> SheetEvent:
    title = f"{STATE_WORDS[act.act_kind]}（{act.from_day}から）"
    return SheetEvent("register", act.when, act.who, title, 0, "", act.reason)


__all__ = ["ChangedField", "SheetEvent", "sheet_events"]

"""`xlsync submit | return | confirm | finalize | …`: lead sheets to a stage, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.board_update import renew_board
from xlsync.city.chosen_sheets import Chosen, chosen_keys
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged_stages
from xlsync.errors import Stale, StoreError
from xlsync.exchange.stages.stage_plan import (
    PlannedAct,
    feasible,
    plan_act,
    recorded_words,
    refuse_faulty,
    run_plan,
    to_record,
)
from xlsync.kinds import fold
from xlsync.store.stage_acts import FieldComment, StageAct

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.sheet_stage import StageActKind

_QUESTION: Final = "よいですか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"
_NONE_LEFT: Final = "できるシートがありません。何もしていません。"


@dataclass(frozen=True, slots=True)
class StageOptions:
    """What the options say; a field is named as 欄 or 欄=コメント, `revision` is the one that somebody has looked at."""

    comment: str = ""
    field_entries: Sequence[str] = ()
    seen_revision: int | None = None
    approval: str = ""
    agreement: Agreement = ASK

    def act(self, kind: StageActKind, edition: Edition) -> StageAct:
        """Return the act; StoreError where a field is none of the form."""
        comments = tuple(_field_comment(edition, entry) for entry in self.field_entries)
        comment, approval = self.comment.strip(), self.approval.strip()
        return StageAct(kind, 0, now(), user(), comment, comments, approval=approval)


def change_stage(folder: Path, chosen: Chosen, kind: StageActKind, options: StageOptions) -> int:
    """Show what an act makes of the chosen sheets, carry it out where that is agreed, and return the exit code."""
    city = current_city(folder)
    edition = city.terms.form.at(city.terms.fiscal_year)
    complain_damaged_stages(city)
    act = options.act(kind, edition)
    keys, doubts = chosen_keys(city, chosen)
    planned = plan_act(city.store, city.terms, keys, act)
    if not chosen.is_selection:
        refuse_faulty(planned)
    _refuse_unseen(planned, options.seen_revision)
    possible = feasible(planned)
    if not options.agreement.as_json:
        _say_plan(planned, act, doubts)
    new = to_record(possible)
    is_done = options.agreement.is_reached_for_new(len(new), len(possible), _QUESTION)
    if is_done:
        run_plan(city.store, city.terms, possible)
        renew_board(current_city(folder), (), complain)
    if options.agreement.as_json:
        put_json({**_document(kind, planned, is_done=is_done), "doubts": [*doubts]})
    else:
        say(_outcome(possible, is_done=is_done))
    return 0 if is_done or options.agreement.is_dry_run else ATTENTION


def _document(kind: StageActKind, plan: Sequence[PlannedAct], *, is_done: bool) -> dict[str, Any]:
    documents = [planned.to_document() for planned in plan]
    return {"act": kind, "done": is_done, "sheets": documents}


def _outcome(possible: Sequence[PlannedAct], *, is_done: bool) -> str:
    if is_done or (possible and not to_record(possible)):
        return recorded_words(possible)
    return _NOT_DONE if possible else _NONE_LEFT


def _refuse_unseen(plan: Sequence[PlannedAct], seen_revision: int | None) -> None:
    """Raise Stale where a sheet has another revision than the one that somebody has looked at."""
    for planned in plan:
        if seen_revision is not None and planned.stage_act.revision != seen_revision:
            raise Stale(
                f"いまは第{planned.stage_act.revision}版です。何もしていません。もう一度確かめてから実行してください",
                planned.key,
            )


def _field_comment(edition: Edition, entry: str) -> FieldComment:
    """Return what is said of a field; StoreError where no field, or more than one, is called so."""
    name, _, comment = entry.partition("=")
    named = fold(name)
    paths = [field for field in edition.fields if field.path == name.strip()]
    titled = [field for field in edition.fields if named in {fold(field.title), fold(field.label)}]
    fields = paths or titled
    if len(fields) != 1:
        why = "という欄はありません" if not fields else "という欄は1つに決まりません"
        some = "、".join(field.path for field in fields[:5])
        hint = f"（{some}）" if some else ""
        raise StoreError(f"「{name.strip()}」{why}{hint}。何もしていません")
    return FieldComment(fields[0].path, fields[0].title, comment.strip())


def _say_plan(plan: Sequence[PlannedAct], act: StageAct, doubts: Sequence[str]) -> None:
    for planned in plan:
        say(f"{planned.key} {planned.sheet.title}：{planned.outcome_words}")
    if act.comment:
        say(f"コメント：{act.comment}")
    if act.approval:
        say(f"決裁：{act.approval}")
    for comment in act.field_comments:
        say(f"  {comment.field_title}：{comment.comment}".rstrip("："))
    say_first([f"確かめてください {doubt}" for doubt in doubts])


__all__ = ["StageOptions", "change_stage"]

"""`xlsync history`: who changed what in a sheet, and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsync.cli import ATTENTION
from xlsync.cli.change_lines import change_lines
from xlsync.cli.console import complain, minute_of, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange.register.register_state import STATE_WORDS
from xlsync.merging import Change
from xlsync.sheet_stage import NEW, STAGE_WORDS, state_after
from xlsync.store.lineage_acts import RELATION_WORDS, lineage_act
from xlsync.store.not_registered import not_registered
from xlsync.store.register_acts import register_acts
from xlsync.store.stage_acts import stage_acts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Revision, Store
    from xlsync.store.register_acts import RegisterAct
    from xlsync.store.stage_acts import StageAct
    from xlsync.store.store_path import StorePath


def show_history(folder: Path, key: str, edition: int | None = None, *, as_json: bool) -> int:
    """Print every revision of a sheet, newest last, and return the exit code; by default of the year of the settings."""
    city = current_city(folder, edition)
    year = _year_of(city.store, key, city.terms.fiscal_year, edition)
    sheet_id = city.store.id_of(key, year)
    last = city.store.last(sheet_id, year)
    if not last:
        raise not_registered(city.store.form, key)
    revisions = city.store.revisions(sheet_id, year)
    key = city.store.key_of(sheet_id, year)
    missing = sorted({*range(1, last + 1)} - {revision.number for revision in revisions})
    for number in missing:
        complain(f"{key}：第{number}版の記録が読めません。`xlsync audit` で確かめてください")
    if as_json:
        documents = [_document(revision) for revision in revisions]
        document = {"key": key, "edition": year, "revisions": documents}
        put_json({**document, **_acts_document(city.store.files, sheet_id, year)})
    else:
        say(f"{key} {revisions[-1].sheet.title if revisions else ''}")
        for revision in revisions:
            _say(city.store.as_written(revision))
        _say_acts(register_acts(city.store.files, sheet_id, year))
        _say_lineage(city, sheet_id)
        _say_stage_acts(stage_acts(city.store.files, sheet_id, year))
    return ATTENTION if missing else 0


def _year_of(store: Store, key: str, present: int, asked: int | None) -> int:
    """Return the year that is asked for, else the newest up to the present one of which there is a sheet with this key."""
    years = [each for each in store.editions() if each <= present]
    known = (each for each in reversed(years) if store.last(store.id_of(key, each), each))
    return next(known, present) if asked is None else present


def _acts_document(folder: StorePath, key: str, year: int) -> dict[str, Any]:
    register = [act.to_document() for act in register_acts(folder, key, year)]
    stages = [act.to_document() for act in stage_acts(folder, key, year)]
    return {"register": register, "stages": stages}


def _say_acts(acts: Sequence[RegisterAct]) -> None:
    """Print when the sheet was taken out of the count, or back into it."""
    for act in acts:
        when = minute_of(act.when)
        say(f"{STATE_WORDS[act.act_kind]}（{act.from_day}から）  {when}  {act.who}  {act.reason}")


def _say_lineage(city: CitySettings, sheet_id: SheetId) -> None:
    """Print which sheets of earlier years this one was made of, where that was said."""
    act = lineage_act(city.store.files, sheet_id, city.terms.fiscal_year)
    if act is None:
        return
    for each in act.predecessors:
        key = city.store.key_of(each.former_id, each.fiscal_year)
        word = RELATION_WORDS[act.relation]
        say(f"{word}  {each.fiscal_year}年度の {key} から  {act.reason}".rstrip())


def _say_stage_acts(acts: Sequence[StageAct]) -> None:
    """Print what was done about the sheet, with the revision that it was decided on."""
    state = NEW
    for act in acts:
        before, state = state, state_after(state, act.stage_act_kind)
        when = minute_of(act.when)
        words = f"{STAGE_WORDS[before.stage]} → {STAGE_WORDS[state.stage]}（第{act.revision}版）"
        say(f"{words}  {when}  {act.who}  {act.comment}".rstrip())
        if act.approval:
            say(f"  決裁：{act.approval}")
        for comment in act.field_comments:
            say(f"  {comment.field_title}：{comment.comment}".rstrip("："))


def _document(revision: Revision) -> dict[str, Any]:
    draft = revision.draft
    return {
        "revision": revision.number,
        "form_version": revision.form_version or 1,
        "when": draft.when,
        "who": draft.who,
        "file": draft.submission.file,
        "changes": list(draft.changes),
        "conflicts": list(draft.conflicts),
        "unplaced": list(draft.unplaced),
    }


def _say(revision: Revision) -> None:
    draft = revision.draft
    when = minute_of(draft.when)
    changes = f"変更{len(draft.changes)}件"
    say(f"第{revision.number}版  {when}  {draft.who}  {draft.submission.file}  {changes}")
    if revision.number > 1:
        changed = [Change(change["path"], change["from"], change["to"]) for change in draft.changes]
        for line in change_lines(draft.sheet, changed):
            say(line)
    for value in draft.unplaced:
        say(f"  {value['field']}（この版の様式にない欄）：{value['value']}")

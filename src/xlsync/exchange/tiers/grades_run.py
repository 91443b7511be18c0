"""Carry a plan of grades out, or take the last table of a tier back: what is kept beside the sheets first, then the sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlsync.errors import StoreError
from xlsync.exchange.receive import receive
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.exchange.tiers.grades_plan import GradesPlan, PartChange, SheetGrades
from xlsync.merging import field_as_json
from xlsync.store.tier_grades import TierGrades, sound_grades_of_tier, write_tier_grades

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.exchange.tiers.tier import Tier
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.store import Store

Progress = Callable[[Sequence[SheetGrades]], Iterable[SheetGrades]]


def keep_grades_of(
    store: Store, terms: Terms, plan: GradesPlan, source: Source, *, is_undo: bool = False
) -> None:
    """Keep what a plan says beside the sheets, one record for each tier; the same table again is kept once.

    Call it before `run_grades`: a run that is interrupted goes on when the same table is taken in again.

    Raises:
        StoreDamaged: The last record of a tier cannot be read: one that goes on from nothing would say that nothing was kept.

    """
    names = {change.tier_name for each in plan.changed for change in each.part_changes}
    with store.writing():
        kept = {
            name: sound_grades_of_tier(store.files, name, terms.fiscal_year)
            for name in sorted(names)
        }
        for name, before in kept.items():
            after = replace(_after(before, plan.changed, name, source), is_undo=is_undo)
            if not _says_already(before, after):
                write_tier_grades(store.files, name, terms.fiscal_year, after)
    for each in plan.changed:
        store.touch_head(each.sheet.id, terms.fiscal_year)


def run_grades(
    store: Store, terms: Terms, plan: GradesPlan, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Write the parts that are fields of the form into the sheets; yield the receipt of each."""
    for each in progress([each for each in plan.changed if each.has_fields]):
        yield from receive(store, terms, json_with_id(each.sheet), source)


def plan_undo(store: Store, terms: Terms, tier: Tier) -> tuple[str, GradesPlan]:
    """Return what taking the last table of a tier back is called, and what it would do.

    A part that says something else by now stays, and is a doubt. Where it is taken back already, what an interrupted run has
    left is done.

    Raises:
        StoreError: No table of the tier was taken in.
        StoreDamaged: The last record of the tier cannot be read.

    """
    last = sound_grades_of_tier(store.files, tier.tier_name, terms.fiscal_year)
    if not last.changes_by_sheet:
        raise StoreError(f"取り消せる「{tier.tier_name}」の取り込みがありません")
    if last.is_undo:
        return last.file, GradesPlan(tuple(_left_of_undo(store, terms, tier, last)))
    planned, doubts = [], []
    for sheet in store.heads(terms.fiscal_year):
        sides = last.changes_by_sheet.get(sheet.id, {})
        undone = [change for change in _reversed(tier, last, sheet, sides) if change is not None]
        if len(undone) < len(sides):
            doubts.append(f"{sheet.key} {sheet.title}：その後に変わった欄は、そのままにします")
        if undone:
            planned.append(SheetGrades(0, _with_fields(sheet, undone), tuple(undone)))
    return f"取り消し（{last.file}）", GradesPlan(tuple(planned), doubts=tuple(doubts))


def _left_of_undo(
    store: Store, terms: Terms, tier: Tier, last: TierGrades
) -> Iterator[SheetGrades]:
    """Yield the sheets that an undo is about, with the fields in which it has not been done yet."""
    for sheet in store.heads(terms.fiscal_year):
        sides = last.changes_by_sheet.get(sheet.id)
        if sides is not None:
            left = tuple(_not_done(tier, sheet, sides))
            yield SheetGrades(0, _with_fields(sheet, left), left)


def _not_done(
    tier: Tier, sheet: Sheet, sides: Mapping[str, tuple[Any, Any]]
) -> Iterator[PartChange]:
    for part, path in tier.field_paths.items():
        if part in sides and field_as_json(sheet, path) == sides[part][0]:
            yield PartChange(tier.tier_name, part, path, *sides[part])


def _after(
    before: TierGrades, planned: Sequence[SheetGrades], name: str, source: Source
) -> TierGrades:
    texts = {key: dict(parts) for key, parts in before.texts_by_sheet.items()}
    changes: dict[str, dict[str, tuple[Any, Any]]] = {}
    for each in planned:
        for change in each.part_changes:
            if change.tier_name != name:
                continue
            changes.setdefault(each.sheet.id, {})[change.tier_part] = (change.before, change.after)
            if not change.path:
                texts.setdefault(each.sheet.id, {})[change.tier_part] = change.after
    kept = {key: _not_blank(parts) for key, parts in texts.items()}
    left = {key: parts for key, parts in kept.items() if parts}
    return TierGrades(left, changes, source.file, source.when, source.who)


def _not_blank(parts: Mapping[str, str]) -> dict[str, str]:
    return {part: text for part, text in parts.items() if text}


def _says_already(last: TierGrades, after: TierGrades) -> bool:
    """Whether the newest record is of the very table that is taken in again after an interruption."""
    is_same = replace(last, changes_by_sheet={}, when="", who="") == replace(
        after, changes_by_sheet={}, when="", who=""
    )
    return is_same and all(
        last.changes_by_sheet.get(key, {}).get(part) == sides
        for key, parts in after.changes_by_sheet.items()
        for part, sides in parts.items()
    )


def _reversed(
    tier: Tier, last: TierGrades, sheet: Sheet, sides: Mapping[str, tuple[Any, Any]]
) -> Iterator[PartChange | None]:
    """Yield what takes each change back, None where the part says something else by now."""
    for part in (part for part in (*tier.field_paths, *tier.kept_parts) if part in sides):
        before, after = sides[part]
        path = tier.field_paths.get(part, "")
        texts = last.texts_by_sheet.get(sheet.id, {})
        now = field_as_json(sheet, path) if path else texts.get(part, "")
        yield PartChange(tier.tier_name, part, path, after, before) if now == after else None


def _with_fields(sheet: Sheet, changes: Sequence[PartChange]) -> Sheet:
    values: dict[str, Value] = {}
    texts: dict[str, str] = {}
    for change in changes:
        if isinstance(change.after, dict):
            values[change.path], texts[change.path] = None, str(change.after["unreadable"])
        elif change.path:
            kind = sheet.edition.by_path[change.path].kind
            values[change.path] = kind.from_json(change.after)
    return sheet.with_values(values, texts)


__all__ = ["keep_grades_of", "plan_undo", "run_grades"]

"""What a new list of 施策 changes in the old one, and what sheets name that would not be there any more. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.kinds import fold
from xlsync.plan_lines import named_plans
from xlsync.plan_list import PlanList, plain_codes

if TYPE_CHECKING:
    from xlsync.plan_lines import NamedPlan
    from xlsync.plan_list import PlanEntry
    from xlsync.sheet import Sheet

_NAMED: Final = 5
_Key = tuple[str, tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What a new list of 施策 changes.

    Attributes:
        new_entries: Those that the old list does not have.
        changed_entries: Those with another name or end, before and after.
        missing_entries: Those that the new list does not have any more.
        same_count: How many stay as they are.
        doubts: What somebody should look at first, in Japanese.

    """

    new_entries: tuple[PlanEntry, ...] = ()
    changed_entries: tuple[tuple[PlanEntry, PlanEntry], ...] = ()
    missing_entries: tuple[PlanEntry, ...] = ()
    same_count: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def is_something(self) -> bool:
        """Whether anything changes."""
        return bool(self.new_entries or self.changed_entries or self.missing_entries)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        pairs = [
            {"from": plan_words(old), "to": plan_words(new)} for old, new in self.changed_entries
        ]
        return {
            "new": list(map(plan_words, self.new_entries)),
            "changed": pairs,
            "missing": list(map(plan_words, self.missing_entries)),
            "same": self.same_count,
            "doubts": list(self.doubts),
        }


def plan_changes(
    before: PlanList, after: PlanList, sheets: Sequence[Sheet], doubts: Sequence[str] = ()
) -> PlanChanges:
    """Return what a new list changes; `sheets` are those of the present edition, `doubts` what its file makes doubtful."""
    old, new = _by_key(before), _by_key(after)
    both = [(old[key], new[key]) for key in new if key in old]
    changed = tuple(pair for pair in both if pair[0] != pair[1])
    added = tuple(new[key] for key in new if key not in old)
    missing = tuple(old[key] for key in old if key not in new)
    return PlanChanges(
        added,
        changed,
        missing,
        len(both) - len(changed),
        (*doubts, *_named_by_sheets(before, after, sheets), *_same_names(added, after)),
    )


def plan_words(entry: PlanEntry) -> str:
    """Return an entry as people call it, with its plan and its years: 総合戦略 Ⅳ-12-1 観光の振興（2015～2019年度）."""
    if entry.is_endless:
        years = f"（{entry.begins_in}年度から）" if entry.begins_in else ""
    else:
        begins = f"{entry.begins_in}～" if entry.begins_in else ""
        years = f"（{begins}{entry.ends_in}年度{'' if begins else 'まで'}）"
    return f"{entry.plan_name} {entry.words}{years}"


def _by_key(listed: PlanList) -> Mapping[_Key, PlanEntry]:
    return {
        (each.plan_name, plain_codes(each.codes) or (fold(each.name),), each.begins_in): each
        for each in listed.plan_entries
    }


def _named_by_sheets(before: PlanList, after: PlanList, sheets: Sequence[Sheet]) -> Iterator[str]:
    """Yield which sheets name an entry that is in the old list, and not under these words in the new one."""
    keys: dict[PlanEntry, list[str]] = {}
    for sheet in sheets:
        pairs = zip(named_plans(sheet, before), named_plans(sheet, after), strict=True)
        for then, now in pairs:
            if then.plan_entry is not None and _is_lost(then, now):
                keys.setdefault(then.plan_entry, []).append(sheet.key)
    for entry, named in keys.items():
        more = f" ほか{len(named) - _NAMED}件" if len(named) > _NAMED else ""
        some = "、".join(named[:_NAMED])
        yield f"{plan_words(entry)}：{len(named)}件のシートに書かれています（{some}{more}）"


def _is_lost(then: NamedPlan, now: NamedPlan) -> bool:
    """Whether a line was right by the old list and is not by the new one."""
    return not then.plan_fault and bool(now.plan_fault or now.plan_entry is None)


def _same_names(added: Sequence[PlanEntry], after: PlanList) -> Iterator[str]:
    """Yield new entries that another one of their plan and years is called like."""
    for entry in added:
        for other in after.plan_entries:
            is_same = fold(other.name) == fold(entry.name) and other.plan_name == entry.plan_name
            if is_same and other != entry and _overlap(entry, other):
                yield f"{plan_words(entry)}：「{other.words}」と同じ名称です"
                break


def _overlap(entry: PlanEntry, other: PlanEntry) -> bool:
    return entry.begins_in <= other.ends_in and other.begins_in <= entry.ends_in


__all__ = ["PlanChanges", "plan_changes", "plan_words"]

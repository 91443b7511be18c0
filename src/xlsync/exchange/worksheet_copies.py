"""A copy of the form worksheet kept in the same workbook (評価シート (2), 控え): which of the two is the sheet.

One that says nothing beyond what the workbook was issued with is set aside. Where two say different things nobody can know
which is meant, and neither is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.errors import StoreDamaged
from xlsync.finding import finding

if TYPE_CHECKING:
    from xlsync.store import Store
    from xlsync.workbook.reading.reading import Reading

_DIFFERENT = (
    "同じ事業のワークシートがこのブックに{count}枚あり（{titles}）、内容が違うため、どちらも受け取っていません。"
    "必要な内容を1枚にまとめ、ほかは削除して保存し直してください{unhide}"
)
_UNHIDE = "（非表示のものは、シート見出しを右クリックして「再表示」を選ぶと見えます）"


def set_copies_aside(
    readings: Sequence[Reading], store: Store | None
) -> tuple[list[Reading], dict[str, str]]:
    """Return the readings to take in, and by worksheet why one of several for the same sheet may not enter.

    Args:
        readings: The form worksheets of one workbook.
        store: Knows what the workbook was issued with; without it only identical worksheets are told apart.

    """
    by_key: dict[tuple[str, int, bool], list[Reading]] = defaultdict(list)
    for reading in readings:
        by_key[reading.sheet.id, reading.sheet.edition.year, _is_trial(reading)].append(reading)
    kept: list[Reading] = []
    refusals: dict[str, str] = {}
    for copies in by_key.values():
        meant = _meant(copies, store)
        if meant is None:
            kept += copies
            refusals |= dict.fromkeys((copy.worksheet for copy in copies), _refusal(copies))
        else:
            kept.append(meant if len(copies) == 1 else _with_remark(meant, copies))
    order = [reading.worksheet for reading in readings]
    return sorted(kept, key=lambda reading: order.index(reading.worksheet)), refusals


def _is_trial(reading: Reading) -> bool:
    return reading.stamp is not None and reading.stamp.is_trial


def _meant(copies: Sequence[Reading], store: Store | None) -> Reading | None:
    """Return the one worksheet that says something of its own, or any where all say the same; None where nobody can know."""
    shown_first = sorted(copies, key=lambda reading: reading.is_hidden)
    if _all_same(shown_first):
        return shown_first[0]
    if store is None or not copies[0].sheet.id:
        return None
    ages = {copy.worksheet: _revision_held(copy, copies, store) for copy in copies}
    changed = [copy for copy in shown_first if not ages[copy.worksheet]]
    if not changed:
        return max(shown_first, key=lambda copy: ages[copy.worksheet])
    return changed[0] if _all_same(changed) else None


def _all_same(copies: Sequence[Reading]) -> bool:
    return all(_is_same(copies[0], copy) for copy in copies)


def _is_same(reading: Reading, other: Reading) -> bool:
    return reading.sheet.same_content(other.sheet) and reading.unlocated == other.unlocated


def _revision_held(reading: Reading, copies: Sequence[Reading], store: Store) -> int:
    """Return the newest revision that says what a worksheet does, of those up to the one the workbook was issued with; 0: none.

    Only such a worksheet surely holds nothing that somebody typed since: a later revision may have come from this very one.
    """
    issued = max(copy.stamp.base_revision if copy.stamp is not None else 0 for copy in copies)
    key, year = reading.sheet.id, reading.sheet.edition.year
    try:
        revisions = store.revisions(key, year)
    except StoreDamaged:  # then nobody can tell
        return 0
    same = (
        revision.number
        for revision in revisions
        if revision.number <= issued and reading.sheet.same_content(revision.sheet)
    )
    return max(same, default=0)


def _refusal(copies: Sequence[Reading]) -> str:
    unhide = _UNHIDE if any(copy.is_hidden for copy in copies) else ""
    return _DIFFERENT.format(count=len(copies), titles=_titles(copies, copies), unhide=unhide)


def _with_remark(meant: Reading, copies: Sequence[Reading]) -> Reading:
    """Return a reading with a note that names the worksheets that were set aside for it."""
    others = [copy for copy in copies if copy is not meant]
    shown = "」「".join(_own_titles(meant, copies))
    listed = _titles(others, copies)
    note = finding("worksheet-set-aside", "", None, shown=shown, listed=listed)
    return replace(meant, findings=(*meant.findings, note.at(meant.worksheet, "")))


def _titles(named: Sequence[Reading], copies: Sequence[Reading]) -> str:
    return "、".join(
        f"「{title}」（非表示）" if copy.is_hidden else f"「{title}」"
        for copy in named
        for title in _own_titles(copy, copies)
    )


def _own_titles(copy: Reading, copies: Sequence[Reading]) -> list[str]:
    """Return the worksheets of a copy that the others do not have, too."""
    shared = set.intersection(*(set(each.worksheets) for each in copies))
    return [title for title in copy.worksheets if title not in shared]


__all__ = ["set_copies_aside"]

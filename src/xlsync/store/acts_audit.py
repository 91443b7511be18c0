"""Audit of the acts: each is sealed and chained to the one before, closes what was proposed, and its workbook is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import StoreDamaged
from xlsync.store.acts import ACTS, parse_act
from xlsync.store.distribution import faults_of_distributions
from xlsync.store.figure_imports import faults_of_figures
from xlsync.store.lineage_acts import faults_of_lineage
from xlsync.store.phase_snapshots import faults_of_snapshots
from xlsync.store.register_acts import faults_of_register
from xlsync.store.reorganization_acts import faults_of_reorganizations
from xlsync.store.revision import hash_of
from xlsync.store.rollover_acts import faults_of_rollovers
from xlsync.store.shared_fields import faults_of_shared_fields
from xlsync.store.stage_acts import faults_of_stages
from xlsync.store.store_files import YEAR, keys_among, listable_names, numbers_in, safe_key
from xlsync.store.store_path import StorePath, name_below
from xlsync.store.tier_grades import faults_of_grades

if TYPE_CHECKING:
    from xlsync.store.store import Store


_BESIDE_SHEETS: Final = (
    faults_of_register,
    faults_of_stages,
    faults_of_figures,
    faults_of_grades,
    faults_of_rollovers,
    faults_of_lineage,
    faults_of_reorganizations,
    faults_of_snapshots,
    faults_of_distributions,
    faults_of_shared_fields,
)


def faults_beside_sheets(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of what is written down beside the sheets, below a store's folder: the file's path there, a sentence."""
    for faults in _BESIDE_SHEETS:
        yield from faults(folder)


def faults_of_acts(store: Store) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts: the file's path in the store, and a Japanese sentence."""
    root = store.files / ACTS
    for year in sorted(filter(YEAR.fullmatch, listable_names(root))):
        for key in keys_among(listable_names(root / year)):
            for file, reason in _faults_of_sheet(store, root / year / safe_key(key)):
                yield name_below(file, store.files), reason


def _faults_of_sheet(store: Store, folder: StorePath) -> Iterator[tuple[StorePath, str]]:
    before, open_numbers = b"", set[int]()
    try:
        last = max(numbers_in(folder), default=0)
    except StoreDamaged as fault:
        yield folder, fault.reason
        return
    for number in range(1, last + 1):
        file = folder / f"{number}.json"
        try:
            data = file.read_bytes()
            act = parse_act(data, str(file))
        except OSError as fault:
            yield file, f"確認待ちの記録が読めません（{fault.strerror}）。控えから戻してください"
            before = b""
            continue
        except StoreDamaged as fault:
            yield file, fault.reason
            before = b""
            continue
        if before and act["parent_hash"] != hash_of(before):
            yield file, "一つ前の確認待ちの記録とつながりません（書き換えられた可能性があります）"
        yield from ((file, reason) for reason in _faults_of_act(store, act, number, open_numbers))
        before = data


def _faults_of_act(
    store: Store, act: Mapping[str, Any], number: int, proposed: set[int]
) -> Iterator[str]:
    if act["act"] != number:
        yield "確認待ちの記録の番号がファイル名と合いません"
    if act["kind"] != "propose":
        if act["of"] not in proposed:
            yield "提案の記録がない確認の結果です"
        return
    proposed.add(number)
    workbook = act["workbook"]
    if workbook and not store.received_file(workbook).is_file():
        yield "受け取ったブックの控えがありません"

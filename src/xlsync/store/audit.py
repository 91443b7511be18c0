"""The read-only check of a whole store: every file read, every chain followed, every damage named; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.disk import TEMPORARY
from xlsync.errors import StoreDamaged, XlsyncError
from xlsync.store.revision import Revision, hash_of, revision_of

if TYPE_CHECKING:
    from xlsync.store.store import Store


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing wrong in the store: the file (relative to the store) and a Japanese sentence. `derived`: it can be rebuilt."""

    file: str
    message: str
    derived: bool = False

    def to_document(self) -> dict[str, str | bool]:
        """Give the damage as JSON."""
        return {"file": self.file, "message": self.message, "derived": self.derived}


def audit(store: Store) -> list[Damage]:
    """Give every damage found, none for a clean store; StoreError only where there is no store to read."""
    found: list[Damage] = []
    held = {(year, key) for year in store.editions() for key in store.keys(year)}
    for year, key in sorted(held):
        found += _sheet_damages(store, year, key)
    found += _received_damages(store)
    found += _orphaned_heads(store, held)
    found += _stray_files(store)
    return found


def _sheet_damages(store: Store, year: int, key: str) -> Iterator[Damage]:
    before: bytes | None = None
    revision: Revision | None = None
    last = store.last(key, year)
    for number in range(1, last + 1):
        file = store.revision_file(key, year, number)
        try:
            data = file.read_bytes()
            revision = revision_of(data, store.form, str(file))
        except (OSError, XlsyncError) as fault:
            yield Damage(_name(store, file), _why(fault))
            before, revision = None, None
            continue
        yield from _chain_damages(store, file, revision, number, before)
        if data != revision.to_json():
            reason = "版の記録が書き込んだときの形と違います（書き換えられた可能性があります）"
            yield Damage(_name(store, file), reason)
        before = data
    newest = revision if revision is not None and revision.number == last else None
    yield from _head_damages(store, (year, key), last, newest)


def _chain_damages(
    store: Store, file: Path, revision: Revision, number: int, before: bytes | None
) -> Iterator[Damage]:
    year_key = (int(file.parent.parent.name), file.parent.name)
    if (revision.number, revision.parent) != (number, number - 1):
        yield Damage(_name(store, file), "版の番号がファイル名と合いません")
    if (revision.sheet.edition.year, revision.sheet.key) != year_key:
        yield Damage(_name(store, file), "別のシートの版が置かれています")
    if before is not None and revision.parent_hash != hash_of(before):
        yield Damage(
            _name(store, file),
            "一つ前の版とつながりません（前の版が書き換えられた可能性があります）",
        )
    workbook = revision.draft.workbook
    if workbook and not store.received_file(workbook).is_file():
        yield Damage(
            _name(store, store.received_file(workbook)),
            f"受け取ったブックの控えがありません（{file.parent.name} 第{number}版）",
        )


def _head_damages(
    store: Store, place: tuple[int, str], last: int, revision: Revision | None
) -> Iterator[Damage]:
    file = store.head_file(place[1], place[0])
    if store.head_number(place[1], place[0]) > last:
        yield Damage(
            _name(store, file), f"第{last + 1}版以降の記録が失われています。控えから戻してください"
        )
        return
    try:
        data = file.read_bytes()
    except OSError:
        reason = "現在の内容のファイルがありません（次の受け取りのときに作り直されます）"
        yield Damage(_name(store, file), reason, derived=True)
        return
    if revision is not None and data != revision.sheet.with_revision(revision.number).to_json():
        reason = "現在の内容が最新の版と違います（次の受け取りのときに作り直されます）"
        yield Damage(_name(store, file), reason, derived=True)


def _received_damages(store: Store) -> Iterator[Damage]:
    folder = store.folder / "received"
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.name.endswith(TEMPORARY):
            continue
        if not re.fullmatch(r"[0-9a-f]{64}\.xlsx", file.name):
            yield Damage(_name(store, file), "xlsync が置いたものではないファイルです")
            continue
        try:
            sound = hash_of(file.read_bytes()) == file.stem
        except OSError as fault:
            yield Damage(_name(store, file), _why(fault))
            continue
        if not sound:
            yield Damage(
                _name(store, file),
                "受け取ったブックの控えが壊れています（内容がハッシュ値と合いません）",
            )


def _orphaned_heads(store: Store, held: set[tuple[int, str]]) -> Iterator[Damage]:
    for file in sorted((store.folder / "sheets").glob("*/*.json")):
        year = int(file.parent.name) if re.fullmatch(r"[0-9]{4}", file.parent.name) else 0
        if not file.name.startswith(".") and (year, file.stem) not in held:
            reason = "版の記録がないシートです（記録が失われたか、保管庫の外から置かれました）"
            yield Damage(_name(store, file), reason)


_OURS = re.compile(r"[0-9]{4}(?:/[0-9A-Za-z-]{1,100}(?:/[1-9][0-9]{0,8}\.json)?)?")


def _stray_files(store: Store) -> Iterator[Damage]:
    """Name what lies among the revisions and is no revision of ours; temporary files are nothing."""
    folder = store.folder / "revisions"
    for entry in sorted(folder.rglob("*")):
        name = entry.relative_to(folder).as_posix()
        sound = _OURS.fullmatch(name) is not None and entry.is_dir() != name.endswith(".json")
        if not sound and not entry.name.endswith(TEMPORARY):
            yield Damage(_name(store, entry), "xlsync が置いたものではないファイルかフォルダです")


def _name(store: Store, file: Path) -> str:
    return file.relative_to(store.folder).as_posix()


def _why(fault: Exception) -> str:
    if isinstance(fault, StoreDamaged):
        return fault.reason
    return f"読めません（{getattr(fault, 'strerror', None) or fault}）"

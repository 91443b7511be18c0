"""The read-only check of a whole store: every file read, every chain followed, every damage named; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.errors import StoreDamaged, XlsyncError
from xlsync.store.disk import TEMPORARY
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
    known = {
        (year, key)
        for year in store.editions()
        for key in _folders(store.folder / "revisions" / str(year))
    }
    for year, key in sorted(known):
        found += _sheet_damages(store, year, key)
    found += _received_damages(store)
    found += _stray_damages(store, known)
    return found


def _folders(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


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
            yield Damage(
                _name(store, file),
                "版の記録が書き込んだときの形と違います（書き換えられた可能性があります）",
            )
        before = data
    yield from _head_damages(
        store, year, key, revision if revision and revision.number == last else None
    )


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


def _head_damages(store: Store, year: int, key: str, revision: Revision | None) -> Iterator[Damage]:
    file = store.head_file(key, year)
    try:
        data = file.read_bytes()
    except OSError:
        yield Damage(
            _name(store, file),
            "現在の内容のファイルがありません（版の記録から作り直せます）",
            derived=True,
        )
        return
    if revision is not None and data != revision.sheet.with_revision(revision.number).to_json():
        yield Damage(
            _name(store, file),
            "現在の内容が最新の版と違います（版の記録から作り直せます）",
            derived=True,
        )


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


def _stray_damages(store: Store, known: set[tuple[int, str]]) -> Iterator[Damage]:
    for file in sorted((store.folder / "sheets").glob("*/*.json")):
        if file.name.startswith("."):
            continue
        year = int(file.parent.name) if file.parent.name.isdecimal() else 0
        if (year, file.stem) not in known:
            yield Damage(
                _name(store, file),
                "版の記録がないシートです（保管庫の外から置かれた可能性があります）",
            )


def _name(store: Store, file: Path) -> str:
    return file.relative_to(store.folder).as_posix()


def _why(fault: Exception) -> str:
    if isinstance(fault, StoreDamaged):
        return fault.reason
    return f"読めません（{getattr(fault, 'strerror', None) or fault}）"

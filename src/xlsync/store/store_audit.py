"""The read-only check of a whole store: every file read, every chain followed, every damage named; nothing is changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.disk import TEMPORARY
from xlsync.errors import SheetError, StoreDamaged, StoreError, XlsyncError
from xlsync.sheet import parse_json
from xlsync.store.lock import QUIET, holding
from xlsync.store.migration import STORE_FILE
from xlsync.store.revision import Revision, hash_of, head_bytes, revision_of
from xlsync.store.store import KEY, YEAR, names_in, numbers_in
from xlsync.store.taken import taken_of

if TYPE_CHECKING:
    from xlsync.store.store import Store

_OURS: Final = {
    "revisions": re.compile(r"[0-9]{4}(?:/[0-9A-Za-z-]{1,100}(?:/[1-9][0-9]{0,8}\.json)?)?"),
    "sheets": re.compile(r"[0-9]{4}(?:/[0-9A-Za-z-]{1,100}\.json)?"),
    "taken": re.compile(r"[0-9]{4}(?:/[0-9A-Za-z-]{1,100}(?:/[0-9A-Za-z-]{1,100}\.json)?)?"),
    "received": re.compile(r"[0-9a-f]{64}\.xlsx"),
}
"""What may lie in the folders that are the store's alone; beside them the watcher keeps its own."""

KEPT: Final = tuple(_OURS)

Place = tuple[int, int, str]
"""A revision's number, edition and key, as its file's place says."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing wrong in the store: the file (relative to the store) and a Japanese sentence. `derived`: it can be rebuilt."""

    file: str
    message: str
    derived: bool = False

    def to_document(self) -> dict[str, str | bool]:
        """Give the damage as JSON."""
        return {"file": self.file, "message": self.message, "derived": self.derived}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A revision's file as it was read; `revision` is None where it cannot be."""

    file: Path
    data: bytes = b""
    revision: Revision | None = None


def audit(store: Store) -> list[Damage]:
    """Give every damage found, none for a clean store; StoreError only where there is no store to read."""
    found = _format_damages(store)
    for year, key in held_sheets(store):
        found += _sheet_damages(store, year, key) and _confirmed(store, year, key)
    found += _received_damages(store)
    found += _orphaned_heads(store)
    found += _memory_damages(store)
    found += _stray_files(store)
    return found


def held_sheets(store: Store) -> list[tuple[int, str]]:
    """Give (edition, key) of every sheet with a revision, in order, whatever store.json says."""
    folder = store.folder / "revisions"
    return [
        (int(year), key)
        for year in sorted(names_in(folder))
        if YEAR.fullmatch(year)
        for key in sorted(names_in(folder / year))
        if KEY.fullmatch(key) and numbers_in(folder / year / key)
    ]


def _format_damages(store: Store) -> list[Damage]:
    """See that the store is of our format; where store.json is broken the rest is looked at all the same."""
    try:
        store.make_sure()
    except StoreDamaged as fault:
        return [Damage(STORE_FILE, fault.reason)]
    return []


def _confirmed(store: Store, year: int, key: str) -> list[Damage]:
    """Look at a sheet again while nobody writes: what seemed wrong may have been a commit on its way."""
    with contextlib.suppress(StoreError), holding(store.folder, patience=QUIET):
        return _sheet_damages(store, year, key)
    return _sheet_damages(store, year, key)


def _sheet_damages(store: Store, year: int, key: str) -> list[Damage]:
    return list(_damages_of_sheet(store, year, key))


def _damages_of_sheet(store: Store, year: int, key: str) -> Iterator[Damage]:
    first = store.revision_file(key, year, 1)
    last = max(numbers_in(first.parent))
    before: _Kept | None = None
    for number in range(1, last + 1):
        kept = _Kept(first.with_name(f"{number}.json"))
        try:
            data = kept.file.read_bytes()
            kept = _Kept(kept.file, data, revision_of(data, store.form, str(kept.file)))
        except (OSError, XlsyncError) as fault:
            yield Damage(_name(store, kept.file), _why(fault))
        else:
            yield from _place_damages(store, kept, (number, year, key))
            yield from _chain_damages(store, kept, before)
        before = kept
    if before is not None:
        head = head_of(before.data, before.revision, (last, year, key))
        yield from _head_damages(store, store.head_file(key, year), head, last)


def _place_damages(store: Store, kept: _Kept, place: Place) -> Iterator[Damage]:
    """Name a sound revision that lies where another belongs, and the workbook it came from where that is gone."""
    number, year, key = place
    revision = kept.revision
    if revision is None:
        return
    if (revision.number, revision.parent) != (number, number - 1):
        yield Damage(_name(store, kept.file), "版の番号がファイル名と合いません")
    if (revision.sheet.edition.year, revision.sheet.key) != (year, key):
        yield Damage(_name(store, kept.file), "別のシートの版が置かれています")
    workbook = revision.draft.workbook
    if workbook and not store.received_file(workbook).is_file():
        reason = f"受け取ったブックの控えがありません（{key} 第{number}版）"
        yield Damage(_name(store, store.received_file(workbook)), reason)


def _chain_damages(store: Store, kept: _Kept, before: _Kept | None) -> Iterator[Damage]:
    revision = kept.revision
    if revision is None or (before is not None and before.revision is None):
        return  # the one that cannot be read is named already
    if revision.parent_hash != (hash_of(before.data) if before is not None else ""):
        reason = "一つ前の版とつながりません（前の版が書き換えられた可能性があります）"
        yield Damage(_name(store, kept.file), reason)


def head_of(data: bytes, newest: Revision | None, place: Place) -> bytes | None:
    """Give what the head must be by the newest revision's file; None where that is broken or another's."""
    if newest is None:
        return None
    told = (newest.number, newest.sheet.edition.year, newest.sheet.key)
    return head_bytes(data) if told == place else None


def is_all_that_is_left(head: bytes, derived: bytes | None, last: int) -> bool:
    """True where a head tells of a revision after the last one: what it says stands nowhere else any more."""
    number, said = _numbered(head)
    return number > last and (derived is None or said != _numbered(derived)[1])


def _numbered(head: bytes) -> tuple[int, Mapping[str, Any]]:
    try:
        document = parse_json(head)
    except SheetError:
        document = None
    if not isinstance(document, dict):
        return 0, {}
    number = document.pop("revision", None)
    return (number if isinstance(number, int) else 0), document


def _head_damages(store: Store, file: Path, derived: bytes | None, last: int) -> Iterator[Damage]:
    """Name a head that does not follow from the newest revision; where that is broken the head cannot be judged."""
    anew = "（audit --rebuild か次の受け取りで作り直されます）" if derived is not None else ""
    try:
        data = file.read_bytes()
    except OSError:
        reason = f"現在の内容のファイルがありません{anew}"
        yield Damage(_name(store, file), reason, derived=derived is not None)
        return
    if data == derived:
        return
    if is_all_that_is_left(data, derived, last):
        reason = f"第{last + 1}版以降の記録が失われています。控えから戻してください"
        yield Damage(_name(store, file), reason)
    elif derived is not None:
        reason = f"現在の内容が最新の版と違います{anew}"
        yield Damage(_name(store, file), reason, derived=True)


def _received_damages(store: Store) -> Iterator[Damage]:
    folder = store.folder / "received"
    for name in sorted(names_in(folder)):
        if not _OURS["received"].fullmatch(name):
            continue  # named among the strays
        try:
            sound = hash_of((folder / name).read_bytes()) == name.partition(".")[0]
        except OSError as fault:
            yield Damage(f"received/{name}", _why(fault))
            continue
        if not sound:
            reason = "受け取ったブックの控えが壊れています（内容がハッシュ値と合いません）"
            yield Damage(f"received/{name}", reason)


def _orphaned_heads(store: Store) -> Iterator[Damage]:
    for file in sorted((store.folder / "sheets").glob("*/*.json")):
        revisions = store.folder / "revisions" / file.parent.name / file.stem
        if not file.name.startswith(".") and not numbers_in(revisions):
            reason = "版の記録がないシートです（記録が失われたか、保管庫の外から置かれました）"
            yield Damage(_name(store, file), reason)


def _memory_damages(store: Store) -> Iterator[Damage]:
    """Name memories that cannot be read: without one, the merge asks more than it need, and loses nothing."""
    for file in sorted((store.folder / "taken").glob("*/*/*.json")):
        if _OURS["taken"].fullmatch(file.relative_to(store.folder / "taken").as_posix()):
            key, year = file.parent.name, int(file.parent.parent.name)
            try:
                sound = taken_of(file.read_bytes(), store.form, year).sheet.key == key
            except (OSError, StoreDamaged):
                sound = False
            if not sound:
                reason = (
                    "ブックが最後に持っていた内容の控えが壊れています。次の受け取りで作り直されます"
                    "（競合をもう一度たずねることがあります）"
                )
                yield Damage(_name(store, file), reason)


def _stray_files(store: Store) -> Iterator[Damage]:
    """Name what lies in the store's own folders and is nothing of ours; temporary files are nothing."""
    for kept, ours in _OURS.items():
        for entry in sorted((store.folder / kept).rglob("*")):
            name = entry.relative_to(store.folder / kept).as_posix()
            is_read = name.endswith((".json", ".xlsx"))  # and was named where it cannot be
            sound = ours.fullmatch(name) is not None and (is_read or entry.is_dir())
            if not sound and not entry.name.endswith(TEMPORARY):
                reason = "xlsync が置いたものではないファイルかフォルダです"
                yield Damage(_name(store, entry), reason)


def _name(store: Store, file: Path) -> str:
    return file.relative_to(store.folder).as_posix()


def _why(fault: Exception) -> str:
    if isinstance(fault, StoreDamaged):
        return fault.reason
    return f"読めません（{getattr(fault, 'strerror', None) or fault}）"

"""Check a whole store without changing it: every file is read, every chain of revisions followed, every damage named."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError, StoreDamaged, StoreError, StoreUnreachable, XlsyncError
from xlsync.sheet_keys import SheetId, key_of_name
from xlsync.store.acts_audit import faults_beside_sheets, faults_of_acts
from xlsync.store.copy_state import parse_copy_state
from xlsync.store.form_versions import faults_of_versions
from xlsync.store.known_keys import keys_in_order, known_keys_file, parsed_keys
from xlsync.store.lock import QUIET, holding
from xlsync.store.migration import STORE_FILE
from xlsync.store.own_paths import PATTERNS, stray_files, unlisted_folders
from xlsync.store.revision import Revision, hash_of, head_bytes
from xlsync.store.seal_audit import ListedSeals, listed_seals
from xlsync.store.store_files import files_below, has_revisions, listable_names, numbers_in
from xlsync.store.store_path import StorePath, name_below

if TYPE_CHECKING:
    from xlsync.store.store import Store

_LOST: Final = "版の台帳にある版がありません（失われたか、消されています）。控えから戻してください"
_REPLACED: Final = (
    "版の台帳にある記録と違います（受け取ったあとに書き換えられています）。控えから戻してください"
)
_UNLISTED: Final = (
    "版の台帳にない版です（audit --rebuild か、このシートの次の受け取りで書き加えられます。"
    "停電などの心当たりがないときは、紙に控えた照合番号と照らしてください）"
)

Position = tuple[int, int, SheetId]
"""A revision's number, edition and key according to its file's path."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage: the file (relative to the store), a Japanese sentence, and whether `rebuild` can restore it (`derived`)."""

    file: str
    message: str
    derived: bool = False

    def to_document(self) -> dict[str, str | bool]:
        """Return the damage as JSON."""
        return {"file": self.file, "message": self.message, "derived": self.derived}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A revision's file and its bytes; `parsed_revision` is None where they cannot be parsed."""

    file: StorePath
    data: bytes = b""
    parsed_revision: Revision | None = None


def audit(store: Store, anchors: Mapping[int, str] = MappingProxyType({})) -> list[Damage]:
    """Return every damage, none for a clean store.

    Args:
        store: The store.
        anchors: Codes from paper, by the number of their line in the list of seals.

    Raises:
        StoreError: There is no readable store.

    """
    damages = _format_damages(store)
    try:
        form = store.form.id
    except StoreDamaged as fault:  # no revision can be read then
        return [*damages, Damage(Path(fault.where).name, fault.reason)]
    seals = listed_seals(store)
    damages += [Damage(file, reason) for file, reason in (*seals.faults, *seals.broken(anchors))]
    for year, key in store.listable_sheets():
        if any(_damages_of_sheet(store, seals, year, key)):
            damages += _confirmed(store, year, key)
    damages += [Damage(_name(store, file), _LOST) for file in seals.missing(store)]
    damages += _received_damages(store)
    damages += _orphaned_heads(store)
    damages += _copy_state_damages(store)
    faults = (
        *faults_of_versions(store.files, form),
        *faults_of_acts(store),
        *faults_beside_sheets(store.files),
    )
    damages += starmap(Damage, faults)
    damages += starmap(Damage, stray_files(store.files))
    named = {damage.file for damage in damages}
    unlisted = starmap(Damage, unlisted_folders(store.files))
    return [*damages, *(damage for damage in unlisted if damage.file not in named)]


def _format_damages(store: Store) -> list[Damage]:
    """Check store.json; where it is broken the rest is checked all the same."""
    try:
        store.check_format()
    except StoreDamaged as fault:
        return [Damage(STORE_FILE, fault.reason)]
    return []


def _confirmed(store: Store, year: int, key: SheetId) -> list[Damage]:
    """Check a sheet again while holding the lock: the damage may have been an unfinished commit."""
    with contextlib.suppress(StoreError), holding(store.files, patience=QUIET):
        return list(_damages_of_sheet(store, listed_seals(store), year, key))
    return list(_damages_of_sheet(store, listed_seals(store), year, key))


def _damages_of_sheet(
    store: Store, seals: ListedSeals, year: int, key: SheetId
) -> Iterator[Damage]:
    first = store.revision_file(key, year, 1)
    try:
        last = max(numbers_in(first.parent), default=0)
    except StoreDamaged as fault:
        yield Damage(_name(store, first.parent), fault.reason)
        return
    before: _Kept | None = None
    revisions: list[Revision | None] = []
    for number in range(1, last + 1):
        kept = _Kept(first.with_name(f"{number}.json"))
        try:
            data = kept.file.read_bytes()
            kept = _Kept(kept.file, data, store.stored_form.parse(data, str(kept.file)))
        except StoreUnreachable:
            raise
        except (OSError, XlsyncError) as fault:
            yield Damage(_name(store, kept.file), _why(fault))
        else:
            yield from _position_damages(store, kept, (number, year, key))
            yield from _chain_damages(store, kept, before)
            yield from _seal_damages(store, seals, kept, (number, year, key))
        before = kept
        revisions.append(kept.parsed_revision)
    if before is not None:
        head = head_of(before.data, before.parsed_revision, (last, year, key))
        yield from _head_damages(store, store.head_file(key, year), head, last)
    yield from _key_damages(store, year, key, revisions)


def _position_damages(store: Store, kept: _Kept, position: Position) -> Iterator[Damage]:
    """Report an intact revision under the wrong path, and a missing received workbook."""
    number, year, key = position
    revision = kept.parsed_revision
    if revision is None:
        return
    if (revision.number, revision.parent) != (number, number - 1):
        yield Damage(_name(store, kept.file), "版の番号がファイル名と合いません")
    if (revision.sheet.edition.year, revision.sheet.id) != (year, key):
        yield Damage(_name(store, kept.file), "別のシートの版が置かれています")
    workbook = revision.draft.submission.workbook_hash
    if workbook and not store.received_file(workbook).is_file():
        reason = f"受け取ったブックの控えがありません（{key} 第{number}版）"
        yield Damage(_name(store, store.received_file(workbook)), reason)


def _chain_damages(store: Store, kept: _Kept, before: _Kept | None) -> Iterator[Damage]:
    revision = kept.parsed_revision
    if revision is None or (before is not None and before.parsed_revision is None):
        return  # reported already
    if revision.parent_hash != (hash_of(before.data) if before is not None else ""):
        reason = "一つ前の版とつながりません（前の版が書き換えられた可能性があります）"
        yield Damage(_name(store, kept.file), reason)


def _seal_damages(
    store: Store, seals: ListedSeals, kept: _Kept, position: Position
) -> Iterator[Damage]:
    """Report an intact revision that is another than the one that was listed, or that is not listed."""
    number, year, key = position
    digest = seals.digests.get((year, key, number))
    if kept.parsed_revision is None or _position_of(kept.parsed_revision) != position:
        return  # reported already
    if digest is None and seals.is_complete:
        yield Damage(_name(store, kept.file), _UNLISTED, derived=True)
    elif digest is not None and digest != hash_of(kept.data):
        yield Damage(_name(store, kept.file), _REPLACED)


def head_of(data: bytes, newest: Revision | None, position: Position) -> bytes | None:
    """Return the head that follows from the newest revision's file; None where that is broken or another's."""
    if newest is None:
        return None
    return head_bytes(data) if _position_of(newest) == position else None


def _position_of(revision: Revision) -> Position:
    return revision.number, revision.sheet.edition.year, revision.sheet.id


def is_only_record(head: bytes, derived: bytes | None, last: int) -> bool:
    """True where a head is later than the last revision: its content is nowhere else."""
    number, content = _numbered(head)
    return number > last and (derived is None or content != _numbered(derived)[1])


def _numbered(head: bytes) -> tuple[int, Mapping[str, Any]]:
    try:
        document = parse_json(head)
    except SheetError:
        document = None
    if not isinstance(document, dict):
        return 0, {}
    number = document.pop("revision", None)
    return (number if isinstance(number, int) else 0), document


def _head_damages(
    store: Store, file: StorePath, derived: bytes | None, last: int
) -> Iterator[Damage]:
    """Report a head that differs from the newest revision; where that is broken there is nothing to compare with."""
    remedy = "（audit --rebuild か次の受け取りで作り直されます）" if derived is not None else ""
    try:
        data = file.read_bytes()
    except OSError:
        reason = f"現在の内容のファイルがありません{remedy}"
        yield Damage(_name(store, file), reason, derived=derived is not None)
        return
    if data == derived:
        return
    if is_only_record(data, derived, last):
        reason = f"第{last + 1}版以降の記録が失われています。控えから戻してください"
        yield Damage(_name(store, file), reason)
    elif derived is not None:
        reason = f"現在の内容が最新の版と違います{remedy}"
        yield Damage(_name(store, file), reason, derived=True)


def _key_damages(
    store: Store, year: int, sheet_id: SheetId, revisions: Sequence[Revision | None]
) -> Iterator[Damage]:
    """Report a file of a sheet's keys that does not name those of its revisions, unless one of these cannot be read."""
    sheets = [revision.sheet for revision in revisions if revision is not None]
    known = [sheet.key for sheet in sheets if sheet.id == sheet_id]
    file = known_keys_file(store.files, sheet_id, year)
    if len(known) == len(revisions) and parsed_keys(file) != keys_in_order(sheet_id, known):
        reason = "事業コードの控えが、版の記録と違います（audit --rebuild で作り直されます）"
        yield Damage(_name(store, file), reason, derived=True)


def _received_damages(store: Store) -> Iterator[Damage]:
    folder = store.files / "received"
    for name in sorted(listable_names(folder)):
        if not PATTERNS["received"].fullmatch(name):
            continue  # reported as a stray file
        try:
            sound = hash_of((folder / name).read_bytes()) == name.partition(".")[0]
        except OSError as fault:
            yield Damage(f"received/{name}", _why(fault))
            continue
        if not sound:
            reason = "受け取ったブックの控えが壊れています（内容がハッシュ値と合いません）"
            yield Damage(f"received/{name}", reason)


def _orphaned_heads(store: Store) -> Iterator[Damage]:
    for file in files_below(store.files / "sheets", 2):
        revisions = store.files / "revisions" / file.parent.name / file.stem
        if not file.name.startswith(".") and not has_revisions(revisions):
            reason = "版の記録がないシートです（記録が失われたか、登録データの外から置かれました）"
            yield Damage(_name(store, file), reason)


def _copy_state_damages(store: Store) -> Iterator[Damage]:
    """Report unreadable states of copies: without one a merge may ask a question again, and loses nothing."""
    for file in files_below(store.files / "taken", 3):
        if PATTERNS["taken"].fullmatch(name_below(file, store.files / "taken")):
            key, year = key_of_name(file.parent.name), int(file.parent.parent.name)
            try:
                sound = parse_copy_state(file.read_bytes(), store.stored_form, year).sheet.id == key
            except (OSError, StoreDamaged):
                sound = False
            if not sound:
                reason = (
                    "ブックが最後に持っていた内容の控えが壊れています。次の受け取りで作り直されます"
                    "（入力の重なりをもう一度たずねることがあります）"
                )
                yield Damage(_name(store, file), reason)


def _name(store: Store, file: StorePath) -> str:
    return name_below(file, store.files)


def _why(fault: Exception) -> str:
    if isinstance(fault, StoreDamaged):
        return fault.reason
    return f"読めません（{getattr(fault, 'strerror', None) or fault}）"

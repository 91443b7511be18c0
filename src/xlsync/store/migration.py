"""The store's format version in store.json: a newer one is refused, an older one migrated after a backup.

Steps of a migration from format n to n + 1. A process killed at any of them leaves the old format, or a migration that the
next process to open the store completes first:

    1. backup-<n>-<number>.part/   store.json and every file the step may change, copied; then named backup-<n>-<number>/
    2. store.json                  {"format": n + 1, …, "migrating": "backup-<n>-<number>"}: from here on only forwards
    3. each file                   converted from the backup: idempotent
    4. store.json                  {"format": n + 1, …}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.disk import TEMPORARY
from xlsync.errors import SheetError, StoreDamaged, StoreError, StoreNewer
from xlsync.store.store_path import (
    Notify,
    StorePath,
    create_once,
    entries_below,
    name_below,
    name_folder,
    remove,
    remove_folder,
    replace_whole,
)

FORMAT: Final = 3
STORE_FILE: Final = "store.json"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the format, n to n + 1.

    Attributes:
        touches: Files and folders of the store that the step reads and changes.
        convert: Takes a folder that holds these as they were, and yields each file that changes with its new bytes, None
            for one to delete. Its result depends on that folder alone.

    """

    touches: tuple[str, ...]
    convert: Callable[[StorePath], Iterable[tuple[str, bytes | None]]]


Migrations = Mapping[int, Migration]

_NO_FILE_CHANGES: Final = Migration((), lambda _: ())
MIGRATIONS: Final[Migrations] = {1: _NO_FILE_CHANGES, 2: _NO_FILE_CHANGES}
"""The step from each format, by its number. Format 1 is the first that was ever released.

1 to 2: revisions may name the version of the form they were made under, which a program of format 1 would not ask for. No
file changes: what names no version was made under the first.

2 to 3: a sheet may have another key than the id that its files are named by, which a program of format 2 would take for
damage. No file changes: what names no id has its key as id.
"""


def is_current(folder: StorePath) -> bool:
    """True for our format, False for an older one or an unfinished migration; StoreNewer for a newer one."""
    version, document = read_store_file(folder)
    if version > FORMAT:
        reason = (
            f"新しい版の xlsync が作った登録データです（形式 {version}）。xlsync を更新してください"
        )
        raise StoreNewer(reason, str(folder / STORE_FILE))
    return version == FORMAT and "migrating" not in document


def migrate(folder: StorePath, migrations: Migrations, notify: Notify) -> None:
    """Migrate a store to our format, step by step, each with a backup. The caller holds the lock."""
    while not is_current(folder):
        version, document = read_store_file(folder)
        if "migrating" not in document:
            step = _step(folder, version, migrations)
            notify(
                f"登録データを新しい形式に移しています（形式 {version} → {version + 1}）。しばらくお待ちください"
            )
            document = {
                **document,
                "format": version + 1,
                "migrating": _back_up(folder, version, step),
            }
            replace_whole(folder / STORE_FILE, canonical(document))
        _finish(folder, document, migrations, notify)


def _finish(
    folder: StorePath, document: dict[str, Any], migrations: Migrations, notify: Notify
) -> None:
    backup = folder / str(document.pop("migrating"))
    step = _step(folder, document["format"] - 1, migrations)
    if not (backup / STORE_FILE).is_file():
        reason = "新しい形式に移す途中で、元の内容の控えがなくなっています。控えから戻してください"
        raise StoreDamaged(reason, str(backup))
    for name, data in step.convert(backup):
        if data is None:
            remove(folder / name)
        else:
            replace_whole(folder / name, data)
    replace_whole(folder / STORE_FILE, canonical(document))
    notify(f"登録データを新しい形式に移しました。元の内容は {backup} にあります")


def _step(folder: StorePath, version: int, migrations: Migrations) -> Migration:
    if version not in migrations:
        reason = f"古い形式（形式 {version}）の登録データです。この版の xlsync では開けません"
        raise StoreError(reason, str(folder / STORE_FILE))
    return migrations[version]


def _back_up(folder: StorePath, version: int, step: Migration) -> str:
    """Copy what a step may change into a folder that gets its name once it is complete; return the name."""
    number = 1
    while (folder / f"backup-{version}-{number}").exists():
        number += 1
    name = f"backup-{version}-{number}"
    aside = folder / f"{name}{TEMPORARY}"
    if aside.exists():
        remove_folder(aside)  # an incomplete copy of a killed process
    for file in (folder / STORE_FILE, *_files(folder, step.touches)):
        create_once(aside / name_below(file, folder), file.read_bytes())
    name_folder(aside, folder / name)
    return name


def _files(folder: StorePath, touched: Iterable[str]) -> Iterator[StorePath]:
    for name in touched:
        path = folder / name
        files = sorted(entries_below(path), key=str) if path.is_dir() else [path]
        yield from (file for file in files if file.is_file() and file.suffix != TEMPORARY)


def no_store(folder: StorePath) -> StoreError:
    """Return the error that says that there is no store in a folder."""
    reason = (
        "登録データがありません。なくなったときは `xlsync restore` で控えから戻し、場所が変わったときは"
        "設定の folders.store を直してください（新しく始めるときは `xlsync init`）"
    )
    return StoreError(reason, str(folder))


def read_store_file(folder: StorePath) -> tuple[int, dict[str, Any]]:
    """Return the format's version and the document in store.json.

    Raises:
        StoreError: There is no store, or it cannot be read.
        StoreDamaged: store.json is missing from a store that holds revisions, or broken.

    """
    file = folder / STORE_FILE
    broken = "壊れています。控えから戻してください"
    try:
        document = parse_json(file.read_bytes())
    except FileNotFoundError as fault:
        if (folder / "revisions").is_dir():
            raise StoreDamaged("なくなっています。控えから戻してください", str(file)) from fault
        raise no_store(folder) from fault
    except OSError as fault:
        raise StoreError(f"登録データを読めません（{fault.strerror}）", str(file)) from fault
    except SheetError as fault:
        raise StoreDamaged(broken, str(file)) from fault
    version = document.get("format") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise StoreDamaged(broken, str(file))
    return version, document

"""store.json, the format's version: a newer one is refused, an older one migrated, its files copied first.

A step from format n to n + 1 goes so; killed anywhere, it leaves the old format, or the new one that whoever opens the
store next finishes first:

    1. backup-<n>-<number>.part/   store.json and every file the step may change, copied; then named backup-<n>-<number>/
    2. store.json                  {"format": n + 1, …, "migrating": "backup-<n>-<number>"}: from here on it is decided
    3. each file                   made anew out of the copies: the same again if done twice
    4. store.json                  {"format": n + 1, …}
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xlsync.disk import TEMPORARY, create_once, name_folder, remove, replace_whole
from xlsync.errors import SheetError, StoreDamaged, StoreError
from xlsync.sheet import canonical, parse_json
from xlsync.store.lock import Told

FORMAT: Final = 1
STORE_FILE: Final = "store.json"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the format, n to n + 1.

    `touches` names the files and folders of the store that it reads and changes. `remake` is given a folder that holds
    these as they were, and gives each file that changes with its new bytes, or None for one that goes; what it gives
    follows from that folder alone.
    """

    touches: tuple[str, ...]
    remake: Callable[[Path], Iterable[tuple[str, bytes | None]]]


Migrations = Mapping[int, Migration]

MIGRATIONS: Final[Migrations] = {}
"""The step that leaves each format, by its number. Format 1 is the first that was ever given out."""


def is_current(folder: Path) -> bool:
    """True where the store is of our format, False where it is older or on its way; StoreError where it is newer."""
    version, document = _read(folder)
    if version > FORMAT:
        reason = (
            f"新しい版の xlsync が作った保管庫です（形式 {version}）。xlsync を更新してください"
        )
        raise StoreError(reason, str(folder / STORE_FILE))
    return version == FORMAT and "migrating" not in document


def migrate(folder: Path, migrations: Migrations, told: Told) -> None:
    """Bring a store to our format, step by step, each with a backup. Call while holding its lock."""
    while not is_current(folder):
        version, document = _read(folder)
        if "migrating" not in document:
            step = _step(folder, version, migrations)
            told(
                f"保管庫を新しい形式に移しています（形式 {version} → {version + 1}）。しばらくお待ちください"
            )
            document = {
                **document,
                "format": version + 1,
                "migrating": _back_up(folder, version, step),
            }
            replace_whole(folder / STORE_FILE, canonical(document))
        _finish(folder, document, migrations, told)


def _finish(folder: Path, document: dict[str, Any], migrations: Migrations, told: Told) -> None:
    backup = folder / str(document.pop("migrating"))
    step = _step(folder, document["format"] - 1, migrations)
    if not (backup / STORE_FILE).is_file():
        reason = "新しい形式に移す途中で、元の内容の控えがなくなっています。控えから戻してください"
        raise StoreDamaged(reason, str(backup))
    for name, data in step.remake(backup):
        if data is None:
            remove(folder / name)
        else:
            replace_whole(folder / name, data)
    replace_whole(folder / STORE_FILE, canonical(document))
    told(f"保管庫を新しい形式に移しました。元の内容は {backup} にあります")


def _step(folder: Path, version: int, migrations: Migrations) -> Migration:
    if version not in migrations:
        reason = f"古い形式（形式 {version}）の保管庫です。この版の xlsync では開けません"
        raise StoreError(reason, str(folder / STORE_FILE))
    return migrations[version]


def _back_up(folder: Path, version: int, step: Migration) -> str:
    """Copy what a step may change into a folder named only when it is whole; give its name."""
    number = 1
    while (folder / f"backup-{version}-{number}").exists():
        number += 1
    name = f"backup-{version}-{number}"
    aside = folder / f"{name}{TEMPORARY}"
    if aside.exists():
        shutil.rmtree(aside)  # a copy that a killed program began
    for file in (folder / STORE_FILE, *_files(folder, step.touches)):
        create_once(aside / file.relative_to(folder), file.read_bytes())
    name_folder(aside, folder / name)
    return name


def _files(folder: Path, touched: Iterable[str]) -> Iterator[Path]:
    for name in touched:
        place = folder / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (file for file in found if file.is_file() and file.suffix != TEMPORARY)


def _read(folder: Path) -> tuple[int, dict[str, Any]]:
    """Give the format's version and store.json; StoreError where there is no store, StoreDamaged where it is broken."""
    file = folder / STORE_FILE
    broken = "壊れています。控えから戻してください"
    try:
        document = parse_json(file.read_bytes())
    except FileNotFoundError as fault:
        if (folder / "revisions").is_dir():
            raise StoreDamaged("なくなっています。控えから戻してください", str(file)) from fault
        reason = (
            "保管庫がありません。`xlsync init` で作るか、設定の folders.store を確かめてください"
        )
        raise StoreError(reason, str(folder)) from fault
    except OSError as fault:
        raise StoreError(f"保管庫を読めません（{fault.strerror}）", str(file)) from fault
    except SheetError as fault:
        raise StoreDamaged(broken, str(file)) from fault
    version = document.get("format") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise StoreDamaged(broken, str(file))
    return version, document

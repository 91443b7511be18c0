"""A list of the city (CSV) put in place of the one before, which is kept; settings that name none name it from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.city.settings_change import change_settings, settings_text, text_digest
from xlsync.city.settings_file import settings_entries
from xlsync.city.settings_tables import with_entries
from xlsync.disk import create_once, replace_whole
from xlsync.errors import Stale, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.city.settings_change import ChangedBy


@dataclass(frozen=True, slots=True)
class NamingEntry:
    """The entry of xlsync.toml that names a list."""

    table_name: str
    entry_name: str

    def name_in(self, text: str) -> str:
        """Return what settings call the list, "" where they name none."""
        table = settings_entries(text).get(self.table_name, {})
        return str(table.get(self.entry_name, "")) if isinstance(table, dict) else ""


@dataclass(frozen=True, slots=True)
class ListReplacement:
    """A list, and what it says before and after.

    Attributes:
        file: The list.
        bytes_before: What it says, nothing where there is none yet.
        bytes_after: What it is to say.
        naming_entry: The entry of the settings that is to name it, None where that is not needed.

    """

    file: Path
    bytes_before: bytes
    bytes_after: bytes
    naming_entry: NamingEntry | None


def planned_replacement(
    city: CitySettings, name: str, data: bytes, naming_entry: NamingEntry | None
) -> ListReplacement:
    """Return what it is to write a list; `naming_entry` is what names such lists, None for those with a fixed name."""
    is_named = naming_entry is None or bool(naming_entry.name_in(settings_text(city.folder)))
    file = city.folder / name
    return ListReplacement(file, _bytes_of(file), data, None if is_named else naming_entry)


def former_lists(city: CitySettings, file: Path) -> Path:
    """Return the folder in which the lists are kept that a file held before."""
    return city.store.folder / "page" / "lists" / file.name


def replace_list(city: CitySettings, planned: ListReplacement, by: ChangedBy) -> Path | None:
    """Write a list, and return where the former one is kept, None where there was none.

    Raises:
        Stale: The list is another one than was looked at, or the settings name another one by now.
        SettingsError: The settings cannot be rewritten, or not be followed with the list.

    """
    kept = None
    with city.store.writing():
        if _bytes_of(planned.file) != planned.bytes_before:
            raise Stale("一覧がその間に変わりました。何もしていません")
        _named_settings(city, planned)  # refused before anything is written
        if planned.bytes_before not in {b"", planned.bytes_after}:
            kept = _keep(former_lists(city, planned.file), planned.bytes_before)
        replace_whole(planned.file, planned.bytes_after)
    before, after = _named_settings(city, planned)
    kept_settings = city.store.folder / "page" / "settings"
    if before != after:
        change_settings(city, after, text_digest(before), kept_settings, by)
    return kept


def _named_settings(city: CitySettings, planned: ListReplacement) -> tuple[str, str]:
    """Return the settings as they are, and as they name the list; Stale where they name another one by now."""
    text, entry = settings_text(city.folder), planned.naming_entry
    if entry is None:
        return text, text
    name = planned.file.name
    if entry.name_in(text) not in {"", name}:
        raise Stale("設定がその間に変わりました。いまの設定を確かめてください")
    return text, with_entries(text, entry.table_name, {entry.entry_name: name})


def _keep(folder: Path, data: bytes) -> Path:
    """Keep a former list under the number after the highest one, and return the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    numbers = [int(file.stem) for file in folder.glob("*.csv") if file.stem.isdecimal()]
    kept = folder / f"{max(numbers, default=0) + 1}.csv"
    create_once(kept, data)
    return kept


def _bytes_of(file: Path) -> bytes:
    """Return what a list says, nothing where there is none; StoreError where it cannot be read."""
    try:
        return file.read_bytes() if file.exists() else b""
    except OSError as fault:
        raise StoreError(f"一覧を読めません（{fault.strerror}）", str(file)) from fault


__all__ = [
    "ListReplacement",
    "NamingEntry",
    "former_lists",
    "planned_replacement",
    "replace_list",
]

"""The table [backup] of xlsync.toml, and what a backup must know of a city: read even where other settings are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, ValidationError

from xlsync.backup.retention import Retention
from xlsync.city.further_forms import (
    city_folder,
    form_folders,
    name_in_database,
    with_inherited,
)
from xlsync.city.settings_file import (
    SETTINGS_FILE,
    decoded_settings,
    entries_in,
    folder_settings,
    settings_entries,
)
from xlsync.errors import SettingsError
from xlsync.form.strict import Strict, explain
from xlsync.store.store_location import LOCAL, files_at, is_address, local_folder
from xlsync.store.store_path import FilesPath

if TYPE_CHECKING:
    from xlsync.backup.backup_sources import BackupSource
    from xlsync.city.settings import CitySettings

_NO_CITY: Final = (
    "設定ファイル {name} がありません。市のフォルダで実行するか、-C で指定してください"
)
_APART: Final = (
    "この様式の登録データは、市とは別のところ（データベース）にあります。この行を消して市と同じところに置くか、"
    "`xlsync store copy` でフォルダに写してください"
)
_UNREAD: Final = "{fault}。この様式は、フォルダにあるものをそのまま控えに入れました"
_LISTS: Final = (
    ("organization", "file"),
    ("programs", "names"),
    ("plans", "file"),
    ("plans", "indicators"),
    ("publication", "names"),
)
"""Where settings name a list of the city's: table and entry."""
_DEFAULT: Final = Retention()


class BackupSettings(Strict):
    """The table as it is written."""

    folder: str = ""
    shared: bool = False
    keep_last: int = Field(default=_DEFAULT.last, ge=1, le=10_000)
    keep_daily: int = Field(default=_DEFAULT.daily, ge=0, le=10_000)
    keep_weekly: int = Field(default=_DEFAULT.weekly, ge=0, le=10_000)
    keep_monthly: int = Field(default=_DEFAULT.monthly, ge=0, le=10_000)
    keep_yearly: int = Field(default=_DEFAULT.yearly, ge=0, le=10_000)

    @property
    def retention(self) -> Retention:
        """How many snapshots are kept."""
        return Retention(
            self.keep_last, self.keep_daily, self.keep_weekly, self.keep_monthly, self.keep_yearly
        )


@dataclass(frozen=True, slots=True)
class BackupTerms:
    """What a backup must know of a city. `backup_folder` is where the settings want it, None where they do not say."""

    city_name: str
    backup_source: BackupSource
    retention: Retention
    backup_folder: Path | None


def backup_terms(start: Path, *, with_shared: bool | None = None) -> BackupTerms:
    """Return what the settings of the city of a folder say of backups; SettingsError where there are none.

    A backup is of all forms of a city together. `with_shared` overrules whether the shared folder is taken, too.
    """
    from xlsync.backup.backup_sources import BackupSource

    folder = city_folder(start.resolve())
    if folder is None:
        raise SettingsError(_NO_CITY.format(name=SETTINGS_FILE), str(start))
    file = folder / SETTINGS_FILE
    try:
        entries = _entries(file.read_bytes(), str(file))
        backup = BackupSettings.model_validate(entries.get("backup", {}))
        folders = folder_settings(entries, str(file))
    except OSError as fault:
        raise SettingsError(f"設定ファイルを読めません（{fault.strerror}）", str(file)) from fault
    except ValidationError as fault:
        raise SettingsError(explain(fault, entries), str(file)) from fault
    source = BackupSource(
        folder,
        local_folder(folder, folders.store).resolve(),
        (folder / folders.shared).resolve(),
        backup.shared if with_shared is None else with_shared,
        tuple(further_stores(folder).values()),
        _databases(folder, folders.store),
    )
    target = (folder / backup.folder).resolve() if backup.folder else None
    return BackupTerms(str(entries.get("city", "")), source, backup.retention, target)


def wanted_backup_folder(city: CitySettings) -> Path | None:
    """Return where a city's backups are to be; None where its settings do not say."""
    return backup_terms(city.folder).backup_folder


def is_in_database(city: CitySettings) -> bool:
    """Whether a city's store is in a database."""
    return not isinstance(city.store.files, Path)


def _databases(folder: Path, location: str) -> tuple[tuple[str, FilesPath], ...]:
    """Return the stores of a city and its further forms in a database, each with what its paths begin with in a snapshot."""
    from xlsync.backup.snapshot import CITY, STORE

    if not is_address(location):
        return ()
    folders = {STORE: folder}
    for further in form_folders(folder).values():
        folders[f"{CITY}{further.relative_to(folder).as_posix()}/{LOCAL}/"] = further
    databases = []
    for prefix, form_folder in folders.items():
        root = files_at(form_folder, location, name_in_database(form_folder))
        if isinstance(root, FilesPath):
            databases.append((prefix, root))
    return tuple(databases)


def store_path_of(settings: bytes, where: str) -> str:
    """Return where settings have the store: its path below the city's folder, "" where it lies elsewhere."""
    return _path_inside(_entries(settings, where), "store")


def is_store_in_database(settings: bytes, where: str) -> bool:
    """Whether settings have the store in a database."""
    return is_address(_entries(settings, where).get("folders", {}).get("store"))


def shared_path_of(settings: bytes, where: str) -> str:
    """Return where settings have the shared folder: its path below the city's folder, "" where it lies elsewhere."""
    return _path_inside(_entries(settings, where), "shared")


def shared_text_of(settings: bytes, where: str) -> str:
    """Return the shared folder as settings name it."""
    return str(_entries(settings, where).get("folders", {}).get("shared", "shared"))


def unread_forms(start: Path) -> list[str]:
    """Return in Japanese why the settings of further forms of a city cannot be read: a backup takes what lies there."""
    city = city_folder(start.resolve())
    faults = []
    for folder in () if city is None else form_folders(city).values():
        try:
            entries_in(folder)
        except SettingsError as fault:
            faults.append(_UNREAD.format(fault=fault))
    return faults


def outside_files(start: Path) -> list[str]:
    """Return the lists, forms and stores that settings name outside the city's folder: a backup does not take them."""
    city = city_folder(start.resolve())
    if city is None:
        return []
    folders = (city, *form_folders(city).values())
    named = [path for folder in folders for path in _named_in(folder)]
    named += further_stores(city).values()
    outside = (path for path in named if path.exists() and not path.is_relative_to(city))
    return [*dict.fromkeys(map(str, outside))]


def further_stores(city: Path) -> dict[str, Path]:
    """Return the folders of the stores of a city's further forms, by the forms' names."""
    return {name: _store_of(folder) for name, folder in form_folders(city).items()}


def _store_of(folder: Path) -> Path:
    entries = with_inherited(folder, _readable_entries(folder))
    own = _readable_entries(folder).get("folders", {})
    if isinstance(own, dict) and is_address(own.get("store")):
        raise SettingsError(_APART, str(folder / SETTINGS_FILE))
    return local_folder(folder, str(entries["folders"].get("store", LOCAL))).resolve()


def _named_in(folder: Path) -> list[Path]:
    """Return the lists and the form that the settings in a folder name."""
    entries = _readable_entries(folder)
    named = [entries.get("form")]
    for table, name in _LISTS:
        of_table = entries.get(table)
        named.append(of_table.get(name) if isinstance(of_table, dict) else None)
    return [(folder / name).resolve() for name in named if name and isinstance(name, str)]


def _readable_entries(folder: Path) -> dict[str, Any]:
    """Return the entries of the settings in a folder, none where they cannot be read (`unread_forms`)."""
    try:
        return entries_in(folder)
    except SettingsError:
        return {}


def _entries(settings: bytes, where: str) -> dict[str, Any]:
    return settings_entries(decoded_settings(settings, where), where)


def _path_inside(entries: dict[str, Any], name: str) -> str:
    path = PurePath(str(entries.get("folders", {}).get(name, name)).replace("\\", "/"))
    elsewhere = path.is_absolute() or ":" in str(path) or str(path).startswith("/")
    return "" if elsewhere or ".." in path.parts or path == PurePath() else path.as_posix()

"""All checks of `xlsync doctor`, one after the other: one that fails is itself a finding, and the others go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from xlsync.city.backup_settings import backup_terms, is_in_database
from xlsync.city.city_paths import converter_of
from xlsync.city.clock_and_user import user
from xlsync.city.diagnosis.diagnosis import Diagnosis
from xlsync.city.diagnosis.folder_checks import (
    FolderSubject,
    disk_checks,
    path_checks,
    share_checks,
    store_checks,
)
from xlsync.city.diagnosis.machine_checks import (
    account_checks,
    console_checks,
    office_checks,
    package_checks,
)
from xlsync.city.diagnosis.running_checks import (
    backup_checks,
    clock_checks,
    event_checks,
    form_checks,
    watcher_checks,
)
from xlsync.city.further_forms import form_folders
from xlsync.city.settings import CitySettings, find_settings
from xlsync.city.settings_file import settings_folder
from xlsync.errors import StoreError, StoreNewer, StoreUnreachable, XlsyncError

_OF_STORE: Final[dict[type[StoreError], str]] = {
    StoreNewer: "ほかのパソコンと同じ新しい版の xlsync を入れてください。"
    "この版に戻すときは、この版でとった控えから `xlsync restore 控えのフォルダ 新しいフォルダ` で戻してください",
    StoreUnreachable: "データベースが動いているか、設定の [folders] store の宛先と、"
    "パスワード（~/.pgpass か PGPASSWORD）を確かめてください",
    StoreError: "なくなったり壊れたりしたときは、控えから `xlsync restore 控えのフォルダ 新しいフォルダ` で戻してください。"
    "場所が変わったときは、設定の [folders] store を直してください",
}
"""The remedy of each fault of the store, the special ones first."""
_OF_SETTINGS: Final = (
    "市のフォルダで実行するか -C で指定し、誤りがあれば xlsync.toml を直してください"
)
_OF_DATABASE: Final = Diagnosis(
    "database",
    "ok",
    "登録データはデータベースにあります。ディスクの空きと、データベースそのものの控えは、その管理者に任されています",
)
Check = Callable[[], Iterable[Diagnosis]]


def examine(start: Path, encoding: str) -> Iterator[Diagnosis]:
    """Yield everything that was looked at: the computer, then the city of a folder where there is one.

    `encoding` is that of the terminal.
    """
    city = _city_of(start)
    machine: list[Check] = [
        package_checks,
        lambda: account_checks(user()),
        lambda: console_checks(encoding),
        lambda: office_checks(converter_of(None if isinstance(city, Diagnosis) else city)),
    ]
    yield from _results(machine)
    now = dt.datetime.now().astimezone()
    yield from _of_form(city, now)
    if not isinstance(city, Diagnosis):
        yield from _results([lambda: backup_checks(backup_terms(city.folder).backup_folder, now)])
    folder = settings_folder(start)
    for name, further in form_folders(folder).items() if folder else ():
        for diagnosis in _of_form(_city_of(further), now):
            yield replace(diagnosis, message=f"様式「{name}」：{diagnosis.message}")


def _of_form(city: CitySettings | Diagnosis, now: dt.datetime) -> Iterator[Diagnosis]:
    """Yield what was looked at of one form, or what keeps it from being read."""
    if isinstance(city, Diagnosis):
        yield city
        return
    yield _settings_are_right(city)
    yield from _results(_form_checks(city, now))


def _settings_are_right(city: CitySettings) -> Diagnosis:
    return Diagnosis("settings", "ok", f"{city.name}（{city.folder}）の設定に誤りはありません")


def _city_of(start: Path) -> CitySettings | Diagnosis:
    """Return the city of a folder, or what keeps it from being read."""
    try:
        city = find_settings(start)
        city.store.check_format()
    except StoreError as fault:
        remedy = next(words for kind, words in _OF_STORE.items() if isinstance(fault, kind))
        return Diagnosis("store", "error", str(fault), remedy)
    except XlsyncError as fault:
        return Diagnosis("settings", "error", str(fault), _OF_SETTINGS)
    return city


def _form_checks(city: CitySettings, now: dt.datetime) -> list[Check]:
    share = FolderSubject("share", "共有フォルダ", city.shared)
    checks: list[Check] = [
        lambda: form_checks(city),
        *_store_checks(city),
        lambda: clock_checks(city, now),
        lambda: disk_checks(share),
    ]
    if city.shared.is_dir():
        checks += [
            lambda: share_checks(share),
            lambda: path_checks(share),
            lambda: event_checks(city),
        ]
    return [*checks, lambda: watcher_checks(city, now)]


def _store_checks(city: CitySettings) -> list[Check]:
    """Return the checks of the store's folder; whoever has a database looks after it there."""
    if is_in_database(city):
        return [lambda: [_OF_DATABASE]]
    store = FolderSubject("store", "登録データ", city.store.folder)
    return [lambda: disk_checks(store), lambda: store_checks(store)]


def _results(checks: Iterable[Check]) -> Iterator[Diagnosis]:
    for check in checks:
        try:
            yield from check()
        except (XlsyncError, OSError) as fault:
            remedy = "アクセス権と、ディスクやネットワークの状態を確かめてください"
            yield Diagnosis("check-failed", "error", f"確かめられません（{fault}）", remedy)

"""What ought to be running: the watcher, backups, and a clock that agrees with the store."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.retention import moment_of
from xlsync.city.diagnosis.diagnosis import Diagnosis
from xlsync.city.unused_form import unused_form
from xlsync.errors import XlsyncError
from xlsync.inbox.heartbeat import is_watcher_alive, read_heartbeat
from xlsync.inbox.intake.mounts import is_on_network
from xlsync.inbox.watcher_lock import is_lock_held
from xlsync.store import read_seal_list

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

_LATE: Final = dt.timedelta(hours=36)
_VERY_LATE: Final = dt.timedelta(days=8)
_SKEW: Final = dt.timedelta(minutes=1)
_WATCHES: Final = Path("/proc/sys/fs/inotify/max_user_watches")


def watcher_checks(city: CitySettings, now: dt.datetime) -> Iterator[Diagnosis]:
    """Whether a watcher works on the store, and whether anything fails in it."""
    folder = city.store.folder
    beat = read_heartbeat(folder)
    if not is_watcher_alive(folder, now):
        state = "固まっています" if is_lock_held(folder) else "動いていません"
        last = f"（最後の記録 {beat.when}）" if beat is not None else ""
        remedy = "`xlsync service install` で常に動かすか、`xlsync watch` を始めてください"
        yield Diagnosis("watcher", "error", f"見張りが{state}{last}", remedy)
    elif beat is not None and (beat.mode == "away" or beat.errors):
        remedy = "`xlsync watch --health` と store/log/watch.log で理由を確かめてください"
        reasons = "、".join(filter(None, (beat.reason, *beat.errors)))
        yield Diagnosis(
            "watcher",
            "warning",
            f"見張りは動いていますが、できない仕事があります：{reasons}",
            remedy,
        )
    else:
        yield Diagnosis(
            "watcher", "ok", f"見張りが動いています（{beat.when if beat is not None else ''}）"
        )


def backup_checks(folder: Path | None, now: dt.datetime) -> Iterator[Diagnosis]:
    """When the last backup was made. `folder` is where the settings want backups, None where they do not say."""
    if folder is None:
        remedy = "設定に [backup] folder を書き、`xlsync backup` を毎晩実行してください（手引きの「控えをとる」）"
        yield Diagnosis("backup", "warning", "控えをとる場所の設定がありません", remedy)
        return
    backups = BackupFolder(folder)
    try:
        names = backups.names()
    except XlsyncError as fault:
        remedy = "つながっているか、アクセス権があるかを確かめてください"
        yield Diagnosis("backup", "error", str(fault), remedy)
        return
    if not names:
        remedy = "`xlsync backup` を実行してください"
        yield Diagnosis("backup", "error", f"控えがまだありません（{folder}）", remedy)
        return
    age = now.replace(tzinfo=None) - moment_of(names[-1])
    shown = f"最後の控えは {moment_of(names[-1]):%Y-%m-%d %H:%M}、全部で {len(names)}回分です"
    if age > _LATE:
        remedy = "毎晩の `xlsync backup` が動いているか、失敗していないか確かめてください"
        yield Diagnosis("backup", "error" if age > _VERY_LATE else "warning", shown, remedy)
    else:
        yield Diagnosis("backup", "ok", shown)


def clock_checks(city: CitySettings, now: dt.datetime) -> Iterator[Diagnosis]:
    """Whether the clock is behind what the store has recorded."""
    lines = read_seal_list(city.store.files).seal_lines
    with contextlib.suppress(ValueError, IndexError, TypeError):
        last = dt.datetime.fromisoformat(lines[-1].sealed.when)
        if last > now + _SKEW:
            remedy = "このパソコンの時計を合わせてください"
            message = f"時計が、最後の受け取り（{lines[-1].sealed.when}）より前を指しています"
            yield Diagnosis("clock", "error", message, remedy)
            return
    yield Diagnosis("clock", "ok", f"時計は {now:%Y-%m-%d %H:%M} です（最後の受け取りより後）")


def event_checks(city: CitySettings) -> Iterator[Diagnosis]:
    """Whether the system tells of changes in the share, or the watcher has to look itself."""
    polls = city.long_running.watch.events == "polling" or is_on_network(city.shared.resolve())
    if polls:
        yield Diagnosis("events", "ok", "共有フォルダは、定期確認で見張ります")
        return
    folders = sum(1 for entry in city.shared.rglob("*") if entry.is_dir())
    limit = _watch_limit()
    if limit is not None and folders * 2 > limit:
        remedy = 'fs.inotify.max_user_watches を増やすか、設定の [watch] に events = "polling" と書いてください'
        message = f"フォルダ {folders}件に対して、通知の上限（{limit}）が足りません"
        yield Diagnosis("events", "warning", message, remedy)
    else:
        yield Diagnosis("events", "ok", "共有フォルダは、通知と定期確認で見張ります")


def _watch_limit() -> int | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return int(_WATCHES.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def form_checks(city: CitySettings) -> Iterator[Diagnosis]:
    """Whether the form in the city's folder is the one in use."""
    sentence = unused_form(city)
    if sentence:
        yield Diagnosis(
            "form", "warning", sentence, "使わないときは、フォルダをもとの様式に戻してください"
        )
    else:
        yield Diagnosis(
            "form",
            "ok",
            f"様式「{city.terms.form.id}」の {city.terms.fiscal_year}年度を使っています",
        )

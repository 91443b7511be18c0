"""Acts about backups: one made now, and all of them read to see whether they can be restored."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.backup.backup_check import check_backups
from xlsync.backup.snapshot_taking import BackupRun
from xlsync.city.backup_run import backup_folder, megabytes, run_backup
from xlsync.city.backup_settings import backup_terms, outside_files
from xlsync.errors import BackupError
from xlsync.page.acts.office_act import FilledForm, OfficeAct, ShownPlan, parts_of
from xlsync.page.page_context import city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsync.backup.backup_folder import BackupFolder
    from xlsync.city.settings import CitySettings
    from xlsync.page.page_jobs import JobRun

_SHOWN: Final = 50


def backup_lines(city_folder: Path) -> Iterator[str]:
    """Yield a line for each backup, the newest first; SettingsError where the settings name no folder."""
    backups = backup_folder(city_folder, None)
    backups.check()
    for name in reversed(backups.names()):
        try:
            snapshot = backups.load(name)
        except BackupError as fault:
            yield f"{name}：{fault.reason}"
            continue
        shared = "、共有フォルダも" if snapshot.has_shared else ""
        size = megabytes(snapshot.byte_count)
        yield f"{snapshot.when[:16].replace('T', ' ')}：シート {snapshot.sheet_count}件、{size}{shared}（{name}）"


def _plan_backup(_filled: FilledForm) -> ShownPlan:
    settings = city()
    backups = backup_folder(settings.folder, None)
    known = list(backup_lines(settings.folder)) if backups.folder.exists() else []
    return ShownPlan(
        f"{backups.folder} に、登録データと設定の控えをとります。見張りは動いたままで構いません。",
        {"folder": str(backups.folder)},
        parts_of({"これまでの控え": known[:_SHOWN]}),
        button="控えをとる",
        work=partial(_back_up, settings, backups),
    )


def _back_up(settings: CitySettings, backups: BackupFolder, run: JobRun) -> None:
    warnings: list[str] = []
    terms = backup_terms(settings.folder)
    done = run_backup(terms, backups, BackupRun(run.steps, warnings.append))
    new = done.new_snapshot
    size = megabytes(new.snapshot.byte_count)
    run.say([f"控えをとりました：{new.name}（シート {new.snapshot.sheet_count}件、{size}）"])
    run.say(warnings)
    run.say([f"控えは {done.snapshot_count}回分あります"])
    run.say(
        f"前の控えにあった記録がなくなっているか変わっています：{path}" for path in new.lost_paths
    )
    run.say(f"読めないため控えに入っていません：{path}" for path in new.snapshot.unread)
    outside = outside_files(settings.folder)
    run.say(f"市のフォルダの外にあるので、控えに入っていません：{path}" for path in outside)


def _plan_check(_filled: FilledForm) -> ShownPlan:
    settings = city()
    backups = backup_folder(settings.folder, None)
    backups.check()
    return ShownPlan(
        f"{backups.folder} の控え {len(backups.names())}回分をすべて読み、戻せるかどうかを確かめます。何も書き換えません。",
        {"folder": str(backups.folder)},
        parts_of({"控え": list(backup_lines(settings.folder))[:_SHOWN]}),
        button="控えを確かめる",
        work=partial(_check, backups),
    )


def _check(backups: BackupFolder, run: JobRun) -> None:
    with backups.locked():
        check = check_backups(backups, run.steps)
    run.say([f"控え {check.snapshot_count}回分、中身 {check.object_count}件を読みました"])
    if not check.backup_faults:
        run.say(["すべて戻せます"] if check.snapshot_count else ["控えがまだ1回分もありません"])
    run.say(f"{fault.path or '控えの一覧'}：{fault.reason}" for fault in check.backup_faults)


BACKUP_ACTS: Final = (
    OfficeAct(
        "back-up",
        "控えをとる",
        "控え",
        "登録データと設定の控えを、設定の [backup] folder にとります。",
        _plan_backup,
    ),
    OfficeAct(
        "check-backups",
        "控えを確かめる",
        "控え",
        "すべての控えを読み、戻せるかどうかを確かめます。戻すときは、情報システム担当が `xlsync restore` を使います。",
        _plan_check,
    ),
)

__all__ = ["BACKUP_ACTS", "backup_lines"]

"""Acts about backups: one made now, and all of them read to see whether they can be restored."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.backup.backup_check import check_backups
from xlsync.backup.restoration import (
    begun_snapshot,
    is_vacant,
    refuse_full_disk,
    remove_unfinished,
    restore,
)
from xlsync.backup.snapshot_taking import BackupRun
from xlsync.city.backup_run import backup_folder, megabytes, run_backup
from xlsync.city.backup_settings import backup_terms, outside_files, unread_forms
from xlsync.city.restore_order import restore_order, store_damages
from xlsync.errors import BackupError
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    OfficeAct,
    ShownPlan,
    needed_text,
    parts_of,
)
from xlsync.page.page_context import city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsync.backup.backup_folder import BackupFolder
    from xlsync.backup.restoration import RestoreOrder
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
    run.say(unread_forms(settings.folder))
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


def _restore_inputs() -> tuple[ActInput, ...]:
    backups = backup_folder(city().folder, None)
    backups.check()
    lines = list(backup_lines(city().folder))[:_SHOWN]
    names = list(reversed(backups.names()))[:_SHOWN]
    choices = tuple(zip(names, lines, strict=False))
    return (ActInput("snapshot", "どの控え", "choice", input_choices=choices),)


def _plan_restore(filled: FilledForm) -> ShownPlan:
    backups = backup_folder(city().folder, None)
    order = restore_order(backups, needed_text(filled, "snapshot", "どの控え"), "")
    folder = city().folder
    to = folder.with_name(f"{folder.name}_戻した控え_{order.name}")
    if to.resolve().is_relative_to(backups.folder.resolve()):
        raise BackupError("控えのフォルダの中には戻せません", str(to))
    begun = begun_snapshot(to) == order.name
    faults = () if begun or is_vacant(to) else (f"もう戻してあります：{to}",)
    return ShownPlan(
        f"控え {order.name} を、新しいフォルダに戻します。いまの登録データとファイルは、そのままです。",
        {"snapshot": order.name, "to": str(to)},
        parts_of({"戻す先": [str(to)]}),
        faults,
        "新しいフォルダに戻す",
        partial(_restore, backups, order, to),
        order.name,
    )


def _restore(backups: BackupFolder, order: RestoreOrder, to: Path, run: JobRun) -> None:
    with backups.locked():
        remove_unfinished(to)
        if not begun_snapshot(to):
            refuse_full_disk(order.snapshot, to)
        done = restore(order, backups.objects, to, run.steps, partly=False)
    run.say([f"戻しました：{to}"])
    run.say(f"{path}：{reason}" for path, reason in done.faults)
    run.say(store_damages(to) or ["登録データに異常はありません"])
    run.say(
        [
            "いまのフォルダと入れ替えるときは、情報システム担当が見張りを止めて `xlsync restore` を使います"
        ]
    )


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
    OfficeAct(
        "restore-aside",
        "控えを新しいフォルダに戻す",
        "控え",
        "控えの内容を、市のフォルダの隣の新しいフォルダに戻します。いまの登録データは、そのままです。",
        _plan_restore,
        _restore_inputs,
    ),
)

__all__ = ["BACKUP_ACTS", "backup_lines"]

"""`xlsync backup verify`: whether the backups can be restored; nothing is changed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from itertools import starmap
from pathlib import Path
from typing import Final

from xlsync.backup.backup_check import BackupCheck, check_backups
from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.restoration import refuse_full_disk, restore
from xlsync.city.backup_run import backup_folder
from xlsync.city.restore_order import restore_order, store_damages
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.errors import XlsyncError

_SHOWN: Final = 20


def verify_backups(city: Path, folder: Path | None, *, restoring: bool, as_json: bool) -> int:
    """Read every backup and print what cannot be restored; return the exit code."""
    backups = backup_folder(city, folder)
    backups.check()
    with backups.locked():
        check = check_backups(backups, _show_progress)
        trial = _trial(backups) if restoring else []
    is_sound = bool(check.snapshot_count) and not (check.backup_faults or trial)
    if as_json:
        faults = [fault.to_document() for fault in check.backup_faults]
        put_json(
            {
                "snapshots": check.snapshot_count,
                "contents": check.object_count,
                "faults": faults,
                "restored": trial,
            }
        )
    else:
        _say(check, trial, restoring=restoring)
    return 0 if is_sound else ATTENTION


def _show_progress(digests: Sequence[str]) -> Iterable[str]:
    return progress(digests, "確かめています", at_least=200)


def _trial(backups: BackupFolder) -> list[str]:
    """Restore the newest snapshot into a temporary folder, and return what is wrong with its store."""
    with tempfile.TemporaryDirectory(prefix="xlsync-") as scratch:
        to = Path(scratch) / "city"
        try:
            order = restore_order(backups, "", "")
            refuse_full_disk(order.snapshot, to)
            done = restore(order, backups.objects, to, lambda files: files, partly=True)
        except XlsyncError as fault:
            return [str(fault)]
        return [*starmap("{}：{}".format, done.faults), *store_damages(to, complain)]


def _say(check: BackupCheck, trial: list[str], *, restoring: bool) -> None:
    for fault in check.backup_faults[:_SHOWN]:
        complain(
            f"{fault.path or '控えの一覧'}：{fault.reason}（{'、'.join(fault.snapshots[-3:])}）"
        )
    if len(check.backup_faults) > _SHOWN:
        complain(f"ほか {len(check.backup_faults) - _SHOWN}件")
    for line in trial[:_SHOWN]:
        complain(line)
    say(f"控え {check.snapshot_count}回分、中身 {check.object_count}件を読みました。")
    if not check.snapshot_count:
        complain("控えがまだ1回分もありません")
    elif check.backup_faults:
        complain("`xlsync backup --verify` で、いまの登録データから書き直せるものを書き直せます")
    elif not trial:
        say("すべて戻せます。")
    if restoring and not trial:
        say("いちばん新しい控えを仮の場所に戻し、登録データに異常がないことを確かめました。")

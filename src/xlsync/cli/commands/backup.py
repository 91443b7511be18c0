"""`xlsync backup`: a snapshot of a city, and the old ones thinned out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xlsync.backup.backup_sources import SourceFile
from xlsync.backup.snapshot_taking import BackupRun, NewSnapshot, Sources
from xlsync.city.backup_run import backup_folder, megabytes, run_backup
from xlsync.city.backup_settings import backup_terms, outside_files, unread_forms
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, progress, put_json, say

_SHOWN: Final = 10
"""Names of files that are listed; further ones are counted."""


@dataclass(frozen=True, slots=True)
class BackupOptions:
    """What the command's options say; `with_shared` is None where the settings decide."""

    with_shared: bool | None = None
    rereads: bool = False
    keeps_all: bool = False
    as_json: bool = False


def make_backup(city: Path, folder: Path | None, options: BackupOptions) -> int:
    """Make a backup, thin out the old ones and say what was done; return the exit code."""
    terms = backup_terms(city, with_shared=options.with_shared)
    outside = outside_files(city)
    run = BackupRun(_show_progress, complain, options.rereads)
    done = run_backup(terms, backup_folder(city, folder), run, keeps_all=options.keeps_all)
    new, removed, count = done.new_snapshot, list(done.removed_names), done.snapshot_count
    if options.as_json:
        put_json(_document(new, removed, count, outside))
    else:
        _say(new, count, len(removed), done.freed_bytes)
    _complain(new, outside)
    unread = unread_forms(city)
    for fault in unread:
        complain(fault)
    return 0 if done.is_sound and not (outside or unread) else ATTENTION


def _show_progress(files: Sources) -> Iterable[tuple[str, SourceFile]]:
    return progress(files, "控えをとっています", at_least=200)


def _say(done: NewSnapshot, count: int, removed: int, freed: int) -> None:
    snapshot = done.snapshot
    say(f"控えをとりました：{done.name}")
    say(
        f"  シート {snapshot.sheet_count}件、ファイル {len(snapshot.kept_files)}件"
        f"（{megabytes(snapshot.byte_count)}）、新しく写したもの {done.new_objects}件（{megabytes(done.new_bytes)}）"
    )
    thinned = f"。古いもの {removed}回分を消しました（{megabytes(freed)}）" if removed else ""
    say(f"  控えは {count}回分あります{thinned}")


def _complain(done: NewSnapshot, outside: list[str]) -> None:
    if done.lost_paths:
        complain(
            f"前の控えにあった記録 {len(done.lost_paths)}件が、なくなっているか変わっています。"
            "`xlsync audit` で確かめてください。古い控えは消していません"
        )
    if done.snapshot.unread:
        complain(
            f"読めないため、控えに入っていないファイルがあります（{len(done.snapshot.unread)}件）。"
            "アクセス権と、だれかが保存中でないかを確かめ、もう一度とってください。古い控えは消していません"
        )
    for path in (*done.lost_paths, *done.snapshot.unread)[:_SHOWN]:
        complain(f"  {path}")
    for path in outside:
        complain(
            f"{path}：市のフォルダの外にあるので、控えに入っていません。市のフォルダに移し、設定を書き換えてください"
        )


def _document(
    done: NewSnapshot, removed: list[str], count: int, outside: list[str]
) -> dict[str, Any]:
    return {
        "snapshot": done.name,
        "when": done.snapshot.when,
        "sheets": done.snapshot.sheet_count,
        "files": len(done.snapshot.kept_files),
        "bytes": done.snapshot.byte_count,
        "new_files": done.new_objects,
        "new_bytes": done.new_bytes,
        "lost": list(done.lost_paths),
        "unread": list(done.snapshot.unread),
        "outside": outside,
        "removed": removed,
        "snapshots": count,
    }


__all__ = ["BackupOptions", "make_backup"]

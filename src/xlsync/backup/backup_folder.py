"""A folder of backups: opened, locked, its snapshots listed, saved and deleted."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from xlsync.backup.object_files import ObjectFiles
from xlsync.backup.snapshot import Snapshot, parse_snapshot, snapshot_name
from xlsync.canonical_json import canonical
from xlsync.disk import create_once, is_temporary, remove, remove_unchanged_since
from xlsync.errors import BackupError

MARKER: Final = "xlsync-backup.json"
_README: Final = "お読みください.txt"
_TEXT: Final = """\
xlsync の控えです。中のファイルを書き換えたり、消したり、名前を変えたりしないでください。

戻すとき　：xlsync restore このフォルダ 戻す先のフォルダ
一覧　　　：xlsync backup list このフォルダ
確かめる　：xlsync backup verify このフォルダ

xlsync がないとき：snapshots の中の .json（名前は日時）に、ファイルごとの path（名前）と digest（中身の番号）があります。
objects の中の、番号の初めの2文字のフォルダにある、その番号のファイルが中身です。写して path の名前に直せば元のファイルです。
"""
_NAME: Final = re.compile(r"[0-9]{8}-[0-9]{9}-[0-9a-f]{12}")


class BackupFolder:
    """A folder of backups."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; `prepare` or `check` says whether it is one of backups."""
        self.folder = folder
        self.objects = ObjectFiles(folder / "objects")

    def check(self) -> None:
        """Raise BackupError where the folder is missing or holds no backups."""
        if not self.folder.is_dir():
            raise BackupError(
                "控えのフォルダがありません。場所と、つながっているかを確かめてください",
                str(self.folder),
            )
        if not (self.folder / MARKER).is_file():
            reason = f"xlsync の控えのフォルダではありません（{MARKER} がありません）"
            raise BackupError(reason, str(self.folder))

    def prepare(self) -> None:
        """Make a new folder one of backups; BackupError where it holds something else."""
        if (self.folder / MARKER).is_file():
            return
        if self.folder.exists() and not _is_vacant(self.folder):
            reason = "ほかのファイルがあります。空のフォルダか、前に控えをとったフォルダを指定してください"
            raise BackupError(reason, str(self.folder))
        create_once(self.folder / _README, _TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
        create_once(self.folder / MARKER, canonical({"format": 1}))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other backups, checks and restorations of this folder out; a disk that cannot be written needs no lock."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as fault:
            reason = "このフォルダの控えを、ほかの xlsync が扱っています。終わってからもう一度実行してください"
            raise BackupError(reason, str(self.folder)) from fault
        except OSError:
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def names(self) -> list[str]:
        """Return the names of the snapshots, oldest first."""
        try:
            files = [file.name for file in (self.folder / "snapshots").iterdir()]
        except FileNotFoundError:
            return []
        except OSError as fault:
            reason = (
                f"控えのフォルダを読めません（{fault.strerror}）。読み書きの権限を確かめてください"
            )
            raise BackupError(reason, str(self.folder)) from fault
        stems = [name.removesuffix(".json") for name in files if name.endswith(".json")]
        return sorted(stem for stem in stems if _NAME.fullmatch(stem))

    def load(self, name: str) -> Snapshot:
        """Return a snapshot; BackupError where it is missing or damaged."""
        try:
            data = self._file(name).read_bytes()
        except OSError as fault:
            reason = f"控えの一覧を読めません（{fault.strerror}）"
            raise BackupError(reason, str(self._file(name))) from fault
        return parse_snapshot(data, name)

    def choose(self, words: str) -> str:
        """Return the newest snapshot whose name, or day, begins with some words; BackupError where there is none."""
        names = self.names()
        if not names:
            reason = "控えがまだ1回分もありません（途中で止まった控えは戻せません）"
            raise BackupError(reason, str(self.folder))
        wanted = re.sub(r"[-:T ]", "", words)
        matching = [name for name in names if name.replace("-", "").startswith(wanted)]
        if not matching:
            reason = f"「{words}」の控えがありません。次から選んでください：{'、'.join(names[-5:])}"
            raise BackupError(reason, str(self.folder))
        return matching[-1]

    def save(self, snapshot: Snapshot) -> str:
        """Write a snapshot, whose contents are all there, and return its name."""
        name = snapshot_name(snapshot)
        create_once(self._file(name), snapshot.to_bytes())
        return name

    def delete(self, names: Sequence[str]) -> None:
        """Delete snapshots."""
        for name in names:
            remove(self._file(name))

    def remove_unused(self) -> int:
        """Delete the contents that no snapshot names; return how many bytes that gave back.

        Nothing is deleted where a snapshot is damaged: it may name any of them.
        """
        digests: set[str] = set()
        try:
            for name in self.names():
                digests.update(kept.digest for kept in self.load(name).kept_files)
        except BackupError:
            return 0
        return self.objects.remove_all_but(digests)

    def remove_leftovers(self, moment: float) -> None:
        """Delete unfinished files that nobody has written since a moment (seconds since 1970)."""
        for folder in (self.folder, self.folder / "snapshots"):
            remove_unchanged_since(folder, moment)
        self.objects.remove_leftovers(moment)

    def _file(self, name: str) -> Path:
        return self.folder / "snapshots" / f"{name}.json"


def _is_vacant(folder: Path) -> bool:
    """True for a folder without files but those that an earlier, killed backup began with."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except NotADirectoryError as fault:
        raise BackupError("フォルダではありません", str(folder)) from fault
    except OSError as fault:
        reason = f"控えのフォルダを読めません（{fault.strerror}）。読み書きの権限を確かめてください"
        raise BackupError(reason, str(folder)) from fault
    return all(name in {_README, ".lock"} or is_temporary(name) for name in names)

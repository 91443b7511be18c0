"""Acts of the planning office beside the sheets, each written once, sealed and chained to the one before.

    <name>/<edition>/<id>/<n>.json   {"seal", "act": n, "parent_hash", …}

What an act says beside its number belongs to whoever keeps acts here: `register_acts`, `stage_acts`,
`figure_imports` (there a kind of file stands for the key).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError, StoreBusy, StoreDamaged
from xlsync.store.revision import hash_of, is_sealed, sealed
from xlsync.store.store_files import YEAR, keys_among, keys_in, listable_names, numbers_in, safe_key
from xlsync.store.store_path import StorePath, create_once, name_below


@dataclass(frozen=True, slots=True)
class ActChain:
    """Acts of one sort.

    Attributes:
        name: Their folder below the store's.
        words: What people call their files: 台帳の記録.
        refuse_incomplete: Raises KeyError, TypeError or ValueError for an act that lacks anything.

    """

    name: str
    words: str
    refuse_incomplete: Callable[[Mapping[str, Any]], object]

    def folder_of(self, folder: StorePath, key: str, edition: int) -> StorePath:
        """Return the folder of a sheet's acts, below a store's folder."""
        return folder / self.name / str(edition) / safe_key(key)

    def keys(self, folder: StorePath, edition: int) -> list[str]:
        """Return the keys of an edition's sheets about which there are acts, in order."""
        return keys_in(folder / self.name / str(edition))

    def read(self, folder: StorePath, key: str, edition: int) -> list[dict[str, Any]]:
        """Return the acts about a sheet in order; those that cannot be read are left out, for the audit names them."""
        acts = []
        own = self.folder_of(folder, key, edition)
        for number in _numbers(own):
            with contextlib.suppress(OSError, StoreDamaged):
                file = own / f"{number}.json"
                acts.append(self._parsed(file.read_bytes(), str(file)))
        return acts

    def last(self, folder: StorePath, key: str, edition: int) -> dict[str, Any] | None:
        """Return the last act about a sheet alone, None where there is none or it cannot be read."""
        with contextlib.suppress(StoreDamaged):
            return self.sound_last(folder, key, edition)
        return None

    def sound_last(self, folder: StorePath, key: str, edition: int) -> dict[str, Any] | None:
        """Return the last act about a sheet, None where there is none; StoreDamaged where it cannot be read."""
        own = self.folder_of(folder, key, edition)
        last = max(numbers_in(own), default=0)
        if not last:
            return None
        file = own / f"{last}.json"
        try:
            return self._parsed(file.read_bytes(), str(file))
        except OSError as fault:
            raise StoreDamaged(self._damaged, str(file)) from fault

    def newest_file(self, folder: StorePath, key: str, edition: int) -> tuple[str, int] | None:
        """Return the last act's file by its name and time of change, None where there is none: equal ones hold the same."""
        own = self.folder_of(folder, key, edition)
        file = own / f"{max(_numbers(own), default=0)}.json"
        with contextlib.suppress(OSError):
            return file.name, file.stat().st_mtime_ns
        return None

    def write(self, folder: StorePath, key: str, edition: int, act: Mapping[str, Any]) -> None:
        """Write the next act about a sheet. Call within `Store.writing`; StoreBusy where another program was quicker."""
        own = self.folder_of(folder, key, edition)
        last = max(numbers_in(own), default=0)
        parent_hash = hash_of((own / f"{last}.json").read_bytes()) if last else ""
        document = {"act": last + 1, "parent_hash": parent_hash, **act}
        if not create_once(own / f"{last + 1}.json", sealed(document)):
            raise StoreBusy(
                "ほかのプログラムが同じシートを書き込みました。もう一度実行してください", key
            )

    def faults(self, folder: StorePath) -> Iterator[tuple[str, str]]:
        """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
        root = folder / self.name
        for year in sorted(filter(YEAR.fullmatch, listable_names(root))):
            for key in keys_among(listable_names(root / year)):
                for file, reason in self._faults_of_sheet(self.folder_of(folder, key, int(year))):
                    yield name_below(file, folder), reason

    def _faults_of_sheet(self, own: StorePath) -> Iterator[tuple[StorePath, str]]:
        parent_hash = ""
        for number in range(1, max(_numbers(own), default=0) + 1):
            file = own / f"{number}.json"
            try:
                data = file.read_bytes()
                document = self._parsed(data, str(file))
            except (OSError, StoreDamaged):
                yield file, self._damaged
                return
            if (document["act"], document["parent_hash"]) != (number, parent_hash):
                yield (
                    file,
                    f"一つ前の{self.words}とつながりません（書き換えられた可能性があります）",
                )
            parent_hash = hash_of(data)

    def _parsed(self, data: bytes, where: str) -> dict[str, Any]:
        """Parse an act's file; StoreDamaged where it is broken or was changed."""
        if not is_sealed(data):
            raise StoreDamaged(self._damaged, where)
        try:
            document = dict(parse_json(data))
            self.refuse_incomplete(document)
            is_sound = isinstance(document["act"], int) and isinstance(document["parent_hash"], str)
        except (SheetError, KeyError, TypeError, ValueError) as fault:
            raise StoreDamaged(self._damaged, where) from fault
        if not is_sound:
            raise StoreDamaged(self._damaged, where)
        return document

    @property
    def _damaged(self) -> str:
        return f"{self.words}が壊れているか、書き換えられています。控えから戻してください"


def _numbers(own: StorePath) -> list[int]:
    with contextlib.suppress(StoreDamaged):
        return sorted(numbers_in(own))
    return []


__all__ = ["ActChain"]

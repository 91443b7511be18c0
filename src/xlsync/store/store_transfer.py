"""A store copied elsewhere, to a folder or a database, byte by byte: begun again where it was broken off, compared at the end.

store.json is written last, so that no program takes what is half there for a store. The source is closed to writers meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.disk import is_temporary, reported_at
from xlsync.errors import StoreError
from xlsync.flushing import THREADS, flush_folders, written_beside
from xlsync.store.lock import PATIENCE, holding
from xlsync.store.migration import STORE_FILE, is_current, no_store
from xlsync.store.own_paths import KEPT, REWRITTEN
from xlsync.store.revision import hash_of
from xlsync.store.store_path import (
    Notify,
    StorePath,
    entries_below,
    name_below,
    remove,
    replace_whole,
)

_AT_ONCE: Final = 200
"""Files of one transaction, or flushed together."""
_MOST_BYTES: Final = 32 * 1024 * 1024
_OTHER_STORE: Final = (
    "写す先に別の登録データがあります。空のフォルダか、まだ使っていない市の名前を指定してください"
)
_OLD_FORMAT: Final = (
    "古い形式の登録データです。`xlsync audit` を一度実行して新しい形式に移してから、写してください"
)
_DIFFERENT: Final = "写したあとの照合で内容が違いました。もう一度実行してください"

Progress = Callable[[Sequence[str]], Iterable[str]]
"""Yields names one by one, and shows how far it is."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What was copied: how many files the store has, how many of them were written, and their bytes."""

    file_count: int
    written_count: int
    byte_count: int


def transfer(
    source: StorePath, target: StorePath, progress: Progress = iter, notify: Notify = lambda _: None
) -> Transfer:
    """Copy the files of a store to another location, and compare them there.

    Raises:
        StoreError: There is no store, the other location holds another one, or one of them cannot be read or written.

    """
    if not (source / STORE_FILE).exists():
        raise no_store(source)
    if not is_current(source):
        raise StoreError(_OLD_FORMAT, str(source))
    with holding(source, PATIENCE, notify), _closed(target):
        names = _names(source)
        for name in _refuse_other_store(source, target, names):
            remove(target / name)
        digests, count = dict[str, str](), 0
        for each in _in_portions(_changed(source, target, progress(names), digests)):
            _write(target, each)
            count += len(each)
        last = (source / STORE_FILE).read_bytes()
        _write(target, {STORE_FILE: last})
        size = _compared(target, {**digests, STORE_FILE: hash_of(last)})
    return Transfer(len(names) + 1, count, size)


@contextmanager
def _closed(target: StorePath) -> Iterator[None]:
    """Keep others out of a folder; each portion in a database is a transaction, and what is half there no store."""
    if not isinstance(target, Path):
        yield
        return
    with reported_at(target):
        target.mkdir(parents=True, exist_ok=True)
    with holding(target):
        for entry in (target, *entries_below(target)):
            if is_temporary(entry.name) and entry.is_file():
                remove(entry)  # what a killed program left
        yield


def _names(root: StorePath) -> list[str]:
    """Return the names of all files that belong to a store, but store.json."""
    below = (entry for kept in KEPT for entry in entries_below(root / kept))
    return sorted(
        name_below(entry, root)
        for entry in below
        if not is_temporary(entry.name) and entry.is_file()
    )


def _refuse_other_store(source: StorePath, target: StorePath, names: Iterable[str]) -> list[str]:
    """Return what a copy begun earlier holds that is no longer there; StoreError for another store."""
    there, known = _names(target), frozenset(names)
    fixed = [name for name in there if name.partition("/")[0] not in REWRITTEN]
    for name in fixed:
        if name not in known or (source / name).read_bytes() != (target / name).read_bytes():
            raise StoreError(_OTHER_STORE, str(target / name))
    return [name for name in there if name not in known]


def _changed(
    source: StorePath, target: StorePath, names: Iterable[str], digests: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files that the target lacks or has otherwise; note the digest of every one."""
    there = set(_names(target))
    for name in names:
        data = (source / name).read_bytes()
        digests[name] = hash_of(data)
        if name not in there or (target / name).read_bytes() != data:
            yield name, data


def _in_portions(files: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    waiting: dict[str, bytes] = {}
    for name, data in files:
        waiting[name] = data
        if len(waiting) >= _AT_ONCE or sum(map(len, waiting.values())) > _MOST_BYTES:
            yield waiting
            waiting = {}
    if waiting:
        yield waiting


def _write(target: StorePath, files: dict[str, bytes]) -> None:
    """Write files durably, in one transaction or flushed together."""
    if not isinstance(target, Path):
        with holding(target):
            for name, data in files.items():
                replace_whole(target / name, data)
        return
    with written_beside(
        ((target / name, data) for name, data in files.items()), THREADS
    ) as temporaries:
        for name, temporary in zip(files, temporaries, strict=True):
            with reported_at(target / name):
                temporary.replace(target / name)
        flush_folders(((target / name).parent for name in files), THREADS)


def _compared(target: StorePath, digests: Mapping[str, str]) -> int:
    """Return the bytes of all files of a copy; StoreError where one is missing or has another digest."""
    size = 0
    if set(_names(target)) != digests.keys() - {STORE_FILE}:
        raise StoreError(_DIFFERENT, str(target))
    for name, digest in digests.items():
        data = (target / name).read_bytes()
        if hash_of(data) != digest:
            raise StoreError(_DIFFERENT, str(target / name))
        size += len(data)
    return size


__all__ = ["Transfer", "transfer"]

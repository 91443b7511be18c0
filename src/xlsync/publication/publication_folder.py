"""A publication written into a folder beside its own, then renamed in one step: never half of it is published."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.atomic_rename import UNSUPPORTED, exchange
from xlsync.disk import flush_folder, replace_whole, write_unflushed
from xlsync.errors import StoreError
from xlsync.publication.manifest import MANIFEST, Manifest, read_manifest

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublishedYear

_NEW: Final = ".{}.xlsync-new"
_OLD: Final = ".{}.xlsync-old"
_FOREIGN: Final = "公表用のフォルダではなく、ほかのファイルがあります。空のフォルダか、新しい名前を指定してください"
_OTHER_FORM: Final = "別の様式（{}）の公表用のフォルダです。別のフォルダを指定してください"
_IS_PREVIEW: Final = "下見（--all）のフォルダで、確認済でないシートが入っています。公表には新しいフォルダを指定してください"
_IS_PUBLICATION: Final = (
    "公表用のフォルダには、下見（--all）を書き込めません。下見には新しいフォルダを指定してください"
)

_NOT_WRITTEN: Final = (
    "公表用のフォルダを書き換えられません（{}）。"
    "だれかが開いていないか、書き込み権限があるか確かめてください"
)


@dataclass
class NewPublication:
    """The folder in which a publication is publication. Each file is written once, for one fiscal year or (0) for every one."""

    new_folder: Path
    last_manifest: Manifest
    years_by_path: dict[str, int] = field(default_factory=dict)
    page_titles: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, data: bytes, year: int, title: str = "") -> None:
        """Write a file; StoreError names it and the reason, such as a full disk. A page of a project has a `title`."""
        self._write(path, data)
        self.years_by_path[path] = year
        if title:
            self.page_titles[path] = title

    def take_along(self, path: str, data: bytes, year: int | None) -> None:
        """Write a file of the last publication as it was; `year` is None for one that nobody of ours has written."""
        self._write(path, data)
        if year is not None:
            self.years_by_path[path] = year

    def _write(self, path: str, data: bytes) -> None:
        """Write a file that `_replace_folder` flushes with all others: each by itself would take hours for a big city."""
        write_unflushed(self.new_folder / path, data)

    def write_all(self, files: Mapping[str, bytes], folder: str, year: int) -> None:
        """Write files below a folder."""
        for path, data in files.items():
            self.write(f"{folder}{path}", data, year)


@contextlib.contextmanager
def new_publication(target: Path, year: PublishedYear) -> Iterator[NewPublication]:
    """Yield a publication to be written; at the end of the block it takes the place of the one in the folder `target`.

    Files of other fiscal years, and files that nobody of ours has written, are taken along. Where anything fails, the last
    publication stays as it is.

    Raises:
        StoreError: The folder holds other files, or a file cannot be written.

    """
    last = manifest_for(target, year)
    new_folder = target.with_name(_NEW.format(target.name))
    with _reported(target):
        _clear_remains(target)
        new_folder.mkdir(parents=True)
    try:
        publication = NewPublication(new_folder, last)
        yield publication
        _take_along(target, publication)
        titles = {**last.page_titles, **publication.page_titles}
        paths = dict(publication.years_by_path)
        manifest = Manifest(last.form_id, paths, titles, last.is_preview)
        replace_whole(new_folder / MANIFEST, manifest.to_json())
        with _reported(target):
            _replace_folder(new_folder, target)
    finally:
        shutil.rmtree(new_folder, ignore_errors=True)


def manifest_for(target: Path, year: PublishedYear) -> Manifest:
    """Return what a folder holds of earlier publications; StoreError where a year cannot be written beside that."""
    form_id = year.edition.form
    _finish_interrupted(target)
    manifest = read_manifest(target)
    if manifest is None:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise StoreError(_FOREIGN, str(target))
        return Manifest(form_id, is_preview=year.is_preview)
    if manifest.form_id != form_id:
        raise StoreError(_OTHER_FORM.format(manifest.form_id), str(target))
    if manifest.is_preview != year.is_preview:
        raise StoreError(_IS_PREVIEW if manifest.is_preview else _IS_PUBLICATION, str(target))
    return manifest


def _take_along(target: Path, publication: NewPublication) -> None:
    """Copy what this publication does not renew: the files of other years, and those that are not ours."""
    renewed = set(publication.years_by_path.values())
    for file in sorted(target.rglob("*")) if target.is_dir() else ():
        path = file.relative_to(target).as_posix()
        year = publication.last_manifest.years_by_path.get(path)
        is_kept = file.is_file() and path != MANIFEST and path not in publication.years_by_path
        if is_kept and (year is None or year not in renewed):
            publication.take_along(path, file.read_bytes(), year)


def _replace_folder(new_folder: Path, target: Path) -> None:
    """Flush the finished folder and rename it, in one step where the system can exchange names."""
    if hasattr(os, "sync"):
        os.sync()
    if not target.exists():
        new_folder.rename(target)
    else:
        try:
            exchange((str(new_folder), None), (str(target), None))
        except OSError as fault:
            if fault.errno not in UNSUPPORTED and os.name != "nt":
                raise
            _rename_both(new_folder, target)
    flush_folder(target.parent)


def _rename_both(new_folder: Path, target: Path) -> None:
    """Rename the last publication away and the new one into its place: two steps, which the next run finishes."""
    old = target.with_name(_OLD.format(target.name))
    target.rename(old)
    try:
        new_folder.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _finish_interrupted(target: Path) -> None:
    """Put the last publication back where a program was killed between the two steps."""
    old = target.with_name(_OLD.format(target.name))
    if old.exists() and not target.exists():
        with _reported(target):
            old.rename(target)


def _clear_remains(target: Path) -> None:
    for pattern in (_NEW, _OLD):
        remains = target.with_name(pattern.format(target.name))
        if remains.exists():
            shutil.rmtree(remains)


@contextlib.contextmanager
def _reported(target: Path) -> Iterator[None]:
    """Turn an OSError into a StoreError that names the folder and the reason."""
    try:
        yield
    except OSError as fault:
        raise StoreError(_NOT_WRITTEN.format(fault.strerror), str(target)) from fault


__all__ = ["NewPublication", "manifest_for", "new_publication"]

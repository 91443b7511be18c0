"""The versions of a form that a store has lived under: each written once, and which of them is in use.

    forms/<form>/<n>/form.toml, drawing.xlsx    the definition and drawing, as adopted
    forms/<form>/<n>/version.json               their SHA-256, and the version in use before
    forms/<form>/adopted/<k>.json               which version came into use, when and by whom; the last one counts

A version is complete before it is adopted: a process killed in between leaves a version that is not in use.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.disk import TEMPORARY
from xlsync.errors import (
    FormError,
    SheetError,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreUnreachable,
)
from xlsync.form.library import (
    FORM_FILE,
    Form,
    form_files,
    hash_files,
    load_form,
    read_form,
)
from xlsync.store.store_files import numbers_in
from xlsync.store.store_path import (
    StorePath,
    create_once,
    name_below,
    name_folder,
    names_in,
    remove_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION_FILE: Final = "version.json"
FIRST: Final = 1
"""The version of revisions that name none: they are older than the versions."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """One change of the version in use: its number, the time in ISO 8601, and by whom."""

    version: int
    when: str
    who: str


class FormVersions:
    """The versions of one form in a store's folder.

    Args:
        folder: The store's folder.
        form: The form's id.

    """

    def __init__(self, folder: StorePath, form: str) -> None:
        self.folder = folder / "forms" / form

    def adoptions(self) -> list[Adoption]:
        """Return every change of the version in use, oldest first; StoreDamaged where one cannot be read."""
        folder = self.folder / "adopted"
        return [_adoption(folder / f"{number}.json") for number in sorted(numbers_in(folder))]

    def current(self) -> int:
        """Return the number of the version in use, 0 where none is adopted yet."""
        last = max(numbers_in(self.folder / "adopted"), default=0)
        return _adoption(self.folder / f"adopted/{last}.json").version if last else 0

    def previous(self) -> int:
        """Return the version that was in use before the one in use, 0 where there is none.

        Once it is put into use again, the one before that is the previous one: whoever goes back twice is two versions back.
        """
        line: list[int] = []
        for adoption in self.adoptions():
            if line[-2:-1] == [adoption.version]:
                line.pop()
            else:
                line.append(adoption.version)
        return line[-2] if len(line) > 1 else 0

    def in_use_before(self, number: int) -> list[int]:
        """Return the other versions that were in use before a version was put into use for the last time, in order."""
        adopted = [adoption.version for adoption in self.adoptions()]
        times = (at for at, version in enumerate(adopted) if version == number)
        return sorted(set(adopted[: max(times, default=0)]) - {number})

    def numbers(self) -> list[int]:
        """Return the numbers of all versions kept, in order."""
        names = (name for name in names_in(self.folder) if name.isascii() and name.isdecimal())
        return sorted(int(name) for name in names if (self.folder / name / VERSION_FILE).is_file())

    def form(self, number: int) -> Form:
        """Return a version's form; StoreDamaged where it is missing or broken."""
        folder = self.folder / str(number)
        try:
            return self.numbered(_form(folder), number)
        except FormError as fault:
            reason = f"様式の第{number}版（forms/{self.folder.name}/{number}）が読めません（{fault.reason}）"
            raise StoreDamaged(reason, str(folder)) from fault

    def numbered(self, form: Form, number: int) -> Form:
        """Return a form as the version of a number, beside the others."""
        return replace(form, version=number, history=self)

    def record(self, number: int) -> Mapping[str, Any]:
        """Return what version.json says: "hash" and "before", the number of the version in use before (0: none)."""
        file = self.folder / str(number) / VERSION_FILE
        document = _document(file)
        if not isinstance(document.get("hash"), str) or not isinstance(document.get("before"), int):
            raise _broken(file)
        return document

    def mentioned(self) -> list[int]:
        """Return the numbers of all versions that are kept or were ever in use, in order; StoreDamaged as `adoptions`."""
        return sorted({*self.numbers(), *(adoption.version for adoption in self.adoptions())})

    def verify(self, number: int) -> None:
        """Read a version and compare it with its SHA-256; StoreDamaged where it is missing, broken or another."""
        folder = self.folder / str(number)
        try:
            actual = hash_files(read_form(folder, str(folder)))
        except FormError as fault:
            raise StoreDamaged(f"様式の版が読めません（{fault.reason}）", str(folder)) from fault
        if actual != self.record(number)["hash"]:
            raise StoreDamaged("様式の版が、採用したときの内容と違います", str(folder))

    def ancestors(self, number: int) -> list[int]:
        """Return a version and those it came from, newest first."""
        line = [number]
        while before := self.record(line[-1])["before"]:
            if before >= line[-1]:
                raise _broken(self.folder / str(line[-1]) / VERSION_FILE)
            line.append(before)
        return line

    def steps(self, start: int, end: int) -> list[int]:
        """Return the versions that lie between two, `end` included: back to what both came from, then forwards."""
        old, new = self.ancestors(start), self.ancestors(end)
        common = next((number for number in old if number in new), 0)
        back = old[1 : old.index(common) + 1] if common else old[1:]
        onwards = new[: new.index(common)] if common else new
        return [*back, *reversed(onwards)]

    def number_of(self, form: Form) -> int:
        """Return the number of the version that a form is equal to, 0 where none is."""
        digest = hash_files(form)
        equal = (number for number in self.numbers() if self.record(number)["hash"] == digest)
        return max(equal, default=0)

    def keep(self, form: Form) -> int:
        """Keep a form, and return its number: that of an equal version where there is one. Call while holding the lock."""
        equal = self.number_of(form)
        if equal:
            return equal
        number = max(self.numbers(), default=0) + 1
        aside = self.folder / f".{number}{TEMPORARY}"
        if aside.exists():
            remove_folder(aside)  # an incomplete version of a killed process
        record = {"hash": hash_files(form), "before": self.current()}
        for name, data in {**form_files(form), VERSION_FILE: canonical(record)}.items():
            create_once(aside / name, data)
        name_folder(aside, self.folder / str(number))
        return number

    def adopt(self, number: int, when: str, who: str) -> None:
        """Put a kept version into use. Call while holding the lock; StoreBusy where another process did so meanwhile."""
        last = max(numbers_in(self.folder / "adopted"), default=0)
        adoption = {"version": number, "when": when, "who": who}
        if not create_once(self.folder / f"adopted/{last + 1}.json", canonical(adoption)):
            reason = "ほかのプログラムが同時に様式を改めました。もう一度実行してください"
            raise StoreBusy(reason, self.folder.name)


def half_written_versions(folder: StorePath) -> list[StorePath]:
    """Return the folders that a process killed while it kept a version has left in a store's folder."""
    half = re.compile(rf"\.[0-9]+{re.escape(TEMPORARY)}")
    forms = folder / "forms"
    below = (forms / form for form in sorted(names_in(forms)))
    named = (folder / name for folder in below for name in sorted(names_in(folder)))
    return [each for each in named if half.fullmatch(each.name) and each.is_dir()]


@cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="xlsync-")  # deleted when the program ends


def _on_disk(folder: StorePath) -> Path:
    """Return a folder of the disk with a version's files: readers of other processes know a form by its folder."""
    if isinstance(folder, Path):
        return folder
    copied = Path(tempfile.mkdtemp(dir=_scratch().name))
    for name in names_in(folder):
        (copied / name).write_bytes((folder / name).read_bytes())
    return copied


@cache  # written once
def _form(folder: StorePath) -> Form:
    return read_form(_on_disk(folder), str(folder / FORM_FILE))


@cache  # written once
def _adoption(file: StorePath) -> Adoption:
    document = _document(file)
    try:
        return Adoption(int(document["version"]), str(document["when"]), str(document["who"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise _broken(file) from fault


def _document(file: StorePath) -> Mapping[str, Any]:
    try:
        document = parse_json(file.read_bytes())
    except (OSError, SheetError) as fault:
        raise _broken(file) from fault
    if not isinstance(document, dict):
        raise _broken(file)
    return document


def _broken(file: StorePath) -> StoreDamaged:
    name = "/".join(file.parts[-4:])
    reason = f"様式の版の記録（{name}）が壊れているか、失われています。控えから戻してください"
    return StoreDamaged(reason, str(file))


def faults_of_versions(folder: StorePath, form: str) -> Iterator[tuple[str, str]]:
    """Yield each version of a form that is missing, broken or changed: its folder in the store, and a Japanese reason."""
    versions = FormVersions(folder, form)
    try:
        numbers = versions.mentioned()
    except (StoreDamaged, StoreUnreachable):
        raise
    except StoreError:  # the audit names each folder that cannot be listed
        return
    for number in numbers:
        try:
            versions.verify(number)
        except StoreDamaged as fault:
            where = name_below(versions.folder / str(number), folder)
            yield where, f"様式の第{number}版：{fault.reason}"


def form_in_use(folder: StorePath, name: str, base: Path) -> Form:
    """Return the form of a store: the adopted version, or the form of a name (`load_form`) while none is adopted.

    Args:
        folder: The store's folder, which need not exist.
        name: A shipped form's id, or the folder of a city's own form.
        base: What the folder is relative to.

    Raises:
        FormError: No version is adopted, and the named form cannot be read.
        StoreDamaged: The adopted version is missing or broken.

    """
    versions = FormVersions(folder, _form_id(folder))
    number = versions.current()
    if not number:
        return load_form(name, base)
    with contextlib.suppress(FormError):
        named = load_form(name, base)
        if hash_files(named) == versions.record(number)["hash"]:
            return versions.numbered(named, number)
    return versions.form(number)


def _form_id(folder: StorePath) -> str:
    """Return the id of the form that a store is of, a name of no form where there is no readable store."""
    with contextlib.suppress(OSError, SheetError):
        document = parse_json((folder / "store.json").read_bytes())
        if isinstance(document, dict) and isinstance(document.get("form"), str):
            return str(document["form"])
    return "-"

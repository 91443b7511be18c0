"""Where forms are kept: those shipped with xlsync, and a city's own folders (form.toml and drawing.xlsx side by side)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from xlsync.errors import FormError
from xlsync.form import SHIPPED_FORM
from xlsync.form.definition import Definition, read_definition
from xlsync.form.definition_text import definition_text
from xlsync.form.expansion import edition_of
from xlsync.form.years import YEAR_PLACEHOLDER

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

SHIPPED: Final = (SHIPPED_FORM,)
FORM_FILE: Final = "form.toml"
EARLIEST: Final = 1989
LATEST: Final = 2100


class FormFile(Protocol):
    """A file of a form: on the disk, in an installed package, or in a store."""

    def read_bytes(self) -> bytes:
        """Return its bytes."""

    def read_text(self, encoding: str | None = None) -> str:
        """Return its text."""


class FormFolder(Protocol):
    """The folder of a form's definition and drawing."""

    def __truediv__(self, name: str, /) -> FormFile:
        """Return one of its files."""


class History(Protocol):
    """The versions of a form that a store has kept."""

    def numbers(self) -> list[int]:
        """Return the numbers of all versions, in order."""

    def form(self, number: int) -> Form:
        """Return the form of a version."""

    def steps(self, start: int, end: int) -> list[int]:
        """Return the versions through which a sheet of version `start` is carried into `end`, `end` included."""


@dataclass(frozen=True)
class Form:
    """A form: its definition and where its drawing lies. `at(year)` gives the edition.

    `version` is its number among the versions that a store has kept, 0 for a form of no store; `history` are these versions.
    `fiscal_year` is the year whose sheets are being collected, 0 where unknown: a page on which no year stands is of it.
    """

    definition: Definition
    folder: FormFolder
    where: str
    version: int = 0
    history: History | None = field(default=None, compare=False, repr=False)
    fiscal_year: int = field(default=0, compare=False)

    @property
    def has_years(self) -> bool:
        """Whether the paths of its fields name years, so that a page tells its year by the names of its cells."""
        paths = (entry.path for entry in self.definition.field)
        keys = (str(entry.key) for axis in self.definition.axes.values() for entry in axis)
        return any(YEAR_PLACEHOLDER.search(text) for text in (*paths, *keys))

    @property
    def id(self) -> str:
        """The form's id."""
        return self.definition.id

    def at(self, year: int) -> Edition:
        """Return the form at a fiscal year; FormError where no such year is sensible or the definition is wrong."""
        return _edition(self, year)

    def of_version(self, number: int) -> Form:
        """Return another version of the form by its number; itself for its own number, for 0, and where none are kept."""
        if self.history is None or number in {0, self.version}:
            return self
        return collecting(self.history.form(number), self.fiscal_year)

    def versions_from(self, number: int) -> list[Form]:
        """Return the versions through which a sheet of a version is carried into this one, itself last; none for its own."""
        if self.history is None or number in {0, self.version}:
            return []
        steps = self.history.steps(number, self.version)
        return [self.of_version(step) for step in steps]

    def drawing(self) -> bytes:
        """Return the bytes of the drawing."""
        name = self.definition.page.drawing
        try:
            return (self.folder / name).read_bytes()
        except OSError as fault:
            raise FormError(
                "様式の図面が読めません。ファイルがあるか確かめてください", f"{self.folder}/{name}"
            ) from fault

    def __hash__(self) -> int:
        return hash(self.where)


def collecting(form: Form, year: int) -> Form:
    """Return a form as it is while the sheets of a fiscal year are collected; itself where its pages tell their year."""
    return form if not year or _tells_year(form) else replace(form, fiscal_year=year)


@cache
def _tells_year(form: Form) -> bool:
    """Return whether a form has years, as a cache may say it: equal forms of two cities have histories of their own."""
    return form.has_years


@cache
def _edition(form: Form, year: int) -> Edition:
    if not EARLIEST <= year <= LATEST:
        raise FormError(f"年度 {year} の様式は作れません（{EARLIEST}～{LATEST}）", form.where)
    return edition_of(form.definition, year, form.where)


def load_form(name: str = SHIPPED[0], base: Path | None = None) -> Form:
    """Return a form.

    Args:
        name: The id of a shipped form, or the folder of a city's own.
        base: The folder that such a folder is relative to, by default the working directory.

    Returns:
        The form; `form.at(year)` is its edition of a fiscal year, with the fields.

    Raises:
        FormError: There is no such form, or its definition is wrong.

    Example:
        >>> load_form("jimu-jigyo-hyoka").at(2018).title
        '予算事業別事務事業評価シート【対象年度：H29年度～H30年度】'

    """
    if name in SHIPPED:
        return _shipped(name)
    folder = (base or Path()) / name
    return read_form(folder, str(folder / FORM_FILE))


@cache
def _shipped(name: str) -> Form:
    """Return a shipped form, always the same object: comparing two forms then costs nothing."""
    return read_form(resources.files("xlsync") / "forms" / name, f"{name}/{FORM_FILE}")


def read_form(folder: FormFolder, where: str) -> Form:
    """Return the form in a folder; FormError, naming `where`, for a missing or wrong definition."""
    file = folder / FORM_FILE
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise FormError(
            "様式の定義（form.toml）が読めません。フォルダ名を確かめてください", str(file)
        ) from fault
    return Form(_definition(_Source(data, where)), folder, where)


@dataclass(frozen=True)
class _Source:
    """The bytes of a definition, and the file to name where they are wrong: equal bytes say the same wherever they lie."""

    data: bytes
    where: str = field(compare=False)


@lru_cache(maxsize=32)
def _definition(source: _Source) -> Definition:
    """Return the definition that bytes say: the same object for the same bytes, so that forms are compared quickly."""
    return read_definition(definition_text(source.data, source.where), source.where)


def form_files(form: Form) -> dict[str, bytes]:
    """Return the bytes of a form's definition and drawing, by file name; FormError where they cannot be read."""
    try:
        definition = (form.folder / FORM_FILE).read_bytes()
    except OSError as fault:
        raise FormError("様式の定義（form.toml）が読めません", form.where) from fault
    return {FORM_FILE: definition, form.definition.page.drawing: form.drawing()}


@cache
def content_hash(form: Form) -> str:
    """Return the SHA-256 of a form's definition and drawing, in hexadecimal, as first read."""
    return hash_files(form)


def hash_files(form: Form) -> str:
    """Return the SHA-256 of a form's definition and drawing, in hexadecimal: equal for equal content wherever it lies."""
    digest = hashlib.sha256()
    for data in form_files(form).values():
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()

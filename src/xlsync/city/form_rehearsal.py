"""Rehearse the adoption of a changed form on a copy of the store and of the staff's workbooks, upgrade included.

Nothing is decided here: the copy goes through the very steps of `form adopt`, `import` and write-back, and is then looked at.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.city_paths import InputFile, display_path
from xlsync.city.clock_and_user import now, user
from xlsync.city.file_intake import receive_file
from xlsync.city.file_receipts import source_of
from xlsync.city.living_workbooks import writable_workbooks, write_back_into
from xlsync.city.settings import refuse_unsuitable_form
from xlsync.errors import WorkbookError
from xlsync.exchange.form_adoption import adopt_form, adopt_form_with_keys, is_key_kept
from xlsync.exchange.past_editions import is_of_past_year
from xlsync.exchange.receipt import Source
from xlsync.store import Store, copy_store
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt
    from xlsync.form.library import Form
    from xlsync.inbox.followup.write_back_file import WriteBackResult
    from xlsync.workbook.reading.reading import Reading

Show = Callable[[Sequence[Path], str], Iterable[Path]]
"""Passes files on one by one and shows how far it is, under a Japanese label."""

_UNRECEIVED: Final = "まだ受け取れない内容があります"
_OFF: Final = "職員のファイルに書き戻さない設定です（xlsync.toml の write_back）"
_TRIAL: Final = "お試し用のファイルです"
_UNSTAMPED: Final = (
    "発行情報が失われています。`xlsync export` で新しいブックを作り、配り直してください"
)


@dataclass(frozen=True, slots=True)
class WorkbookRehearsal:
    """What becomes of one workbook: brought to the new version, or kept as it is for a reason (Japanese).

    `displaced_count` is how much of what somebody typed or added finds no place on the new page; it is listed in the workbook.
    """

    file: str
    displaced_count: int = 0
    reason: str = ""

    @property
    def is_upgraded(self) -> bool:
        """True where it has the new version's page afterwards."""
        return not self.reason

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"file": self.file, "displaced": self.displaced_count, "reason": self.reason}


@dataclass(frozen=True)
class FormRehearsal:
    """What adopting a changed form did to the copy.

    Attributes:
        version: The number that the form got.
        workbooks: What became of each workbook of the form that was tried.
        tried_count: How many files were tried.
        file_count: How many there are.
        adoption_seconds: What the adoption took.
        workbook_seconds: What the workbooks that were tried took together.

    """

    version: int
    workbooks: tuple[WorkbookRehearsal, ...]
    tried_count: int
    file_count: int
    adoption_seconds: float
    workbook_seconds: float

    @property
    def is_clean(self) -> bool:
        """True where every workbook is upgraded and everything in it finds its place."""
        return all(book.is_upgraded and not book.displaced_count for book in self.workbooks)

    @property
    def expected_seconds(self) -> float:
        """How long it will take for all files, extrapolated where only some were tried."""
        share = self.file_count / self.tried_count if self.tried_count else 1
        return self.adoption_seconds + self.workbook_seconds * share

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        kept = [book.to_document() for book in self.workbooks if not book.is_upgraded]
        displaced = [book.to_document() for book in self.workbooks if book.displaced_count]
        return {
            "version": self.version,
            "files": self.file_count,
            "tried": self.tried_count,
            "upgraded": len(self.workbooks) - len(kept),
            "kept": kept,
            "displaced": displaced,
            "seconds": {
                "adoption": round(self.adoption_seconds, 1),
                "workbooks": round(self.workbook_seconds, 1),
                "expected": round(self.expected_seconds, 1),
            },
        }


def rehearse(
    city: CitySettings, changed: Form, files: Sequence[Path], sample: int, show: Show
) -> FormRehearsal:
    """Adopt a changed form on a copy, receive and upgrade copies of workbooks there, and return what came of it.

    Args:
        city: The city's settings.
        changed: The form.
        files: The staff's workbooks.
        sample: How many of them to try, spread evenly; 0 for all.
        show: Shows the progress.

    Raises:
        FormError: The form cannot be adopted.
        SettingsError: The settings name something that the form does not have.
        StoreError: The store cannot be read or copied, or it cannot live under this form.

    """
    refuse_unsuitable_form(city.folder, changed)
    tried = _spread(files, sample)
    with tempfile.TemporaryDirectory(prefix="xlsync-") as name:
        copy_store(city.store, Path(name) / "store")
        began = time.perf_counter()
        copied = _adopted(city, changed, Path(name))
        adopted = time.perf_counter()
        workbooks = tuple(_Workbooks(city, copied).rehearsed(tried, show))
        ended = time.perf_counter()
        version = copied.terms.form.version
    return FormRehearsal(
        version, workbooks, len(tried), len(files), adopted - began, ended - adopted
    )


def _spread(files: Sequence[Path], sample: int) -> Sequence[Path]:
    """Return some files, evenly spread over all, so that every department is likely to be among them."""
    if not sample or sample >= len(files):
        return files
    return [files[number * len(files) // sample] for number in range(sample)]


def _adopted(city: CitySettings, changed: Form, folder: Path) -> CitySettings:
    """Adopt a form on the store's copy in a folder, and return the settings of a city that lives there under it."""
    store = Store(folder / "store", city.terms.form, must_exist=False)
    if not (city.store.files / "store.json").exists():
        store.create()
    year = city.terms.fiscal_year
    keeps_key = is_key_kept(city.terms.form.at(year), changed.at(year))
    adopt = adopt_form if keeps_key else adopt_form_with_keys
    adopt(store, city.terms, changed, Source("様式の試し", now(), user()))
    terms = replace(city.terms, form=store.form)
    return replace(city, folder=folder, store=store, terms=terms, shared=folder / "shared")


@dataclass(frozen=True)
class _Workbooks:
    """The workbooks of a city, tried on a copy of it."""

    city: CitySettings
    copied: CitySettings

    def rehearsed(self, files: Sequence[Path], show: Show) -> Iterator[WorkbookRehearsal]:
        """Receive copies of workbooks and bring them up to date, as `import` does; yield what becomes of those of the form."""
        copies: dict[Path, Path] = {}
        receipts: dict[Path, list[Receipt]] = {}
        for number, file in enumerate(show(files, "写しで受け取り中")):
            receipts[file] = self._received(file)
            copies[file] = self.copied.sheets / str(number) / file.name
            copies[file].parent.mkdir(parents=True)
            shutil.copy2(file, copies[file])
        for file in show(files, "写しで書き換え中"):
            source = replace(source_of(file, self.city, now(), user()), saved="")
            is_writable = bool(writable_workbooks(self.copied, [copies[file]]))
            result = write_back_into(self.copied, copies[file], source) if is_writable else None
            outcome = self._outcome(file, copies[file], receipts[file], result)
            if outcome is not None:
                yield outcome

    def _received(self, file: Path) -> list[Receipt]:
        source = source_of(file, self.city, now(), user())
        try:
            return receive_file(self.copied, InputFile(file), source)
        except WorkbookError:
            return []  # said of the file itself already

    def _outcome(
        self, file: Path, copy: Path, receipts: Sequence[Receipt], result: WriteBackResult | None
    ) -> WorkbookRehearsal | None:
        """Return what became of a workbook, None for a file that is no workbook of the form, or one of a past year."""
        version = self.copied.terms.form.version
        displaced_count = 0 if result is None else result.displaced_count
        rehearsal = WorkbookRehearsal(display_path(file, self.city), displaced_count)
        if result is not None and result.version == version:
            return rehearsal
        try:
            readings = read(copy.read_bytes(), self.copied.terms.form)
        except WorkbookError:
            return None
        if all(map(self._is_of_past_year, readings)):
            return None
        if all(reading.version == version for reading in readings):
            return rehearsal
        return replace(rehearsal, reason=_reason(receipts, result))

    def _is_of_past_year(self, reading: Reading) -> bool:
        city = self.copied
        return is_of_past_year(city.store, city.terms, reading.sheet.edition)


def _reason(receipts: Sequence[Receipt], result: WriteBackResult | None) -> str:
    """Return why a workbook was not upgraded: it is a trial, was refused, or write-back left it as it is."""
    if any(receipt.outcome == "trial" for receipt in receipts):
        return _TRIAL
    refusals = (receipt.refusal.reason for receipt in receipts if receipt.outcome == "refused")
    return next(refusals, "") or _left_reason(result)


def _left_reason(result: WriteBackResult | None) -> str:
    """Return why write-back left a workbook as it is."""
    if result is None:
        return _OFF
    if result.fate == "unreceived":
        return _UNRECEIVED
    return result.reason or _UNSTAMPED


__all__ = ["FormRehearsal", "WorkbookRehearsal", "rehearse"]

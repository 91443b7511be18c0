"""The form that a store is in use under, and how what was written under another version of it is read.

Every file is parsed under the version it was written under, then carried from version to version into the one in use. A file
that names no version is older than the versions: it was written under the first one that its paths fit.
"""

from __future__ import annotations

import contextlib
import copy
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from xlsync.carry_over import LostValue, carried_paths, carry_over, heirs_through
from xlsync.errors import SheetError, StoreDamaged, StoreError
from xlsync.form.library import hash_files
from xlsync.store.form_versions import FIRST, FormVersions
from xlsync.store.revision import Revision, form_version_of, is_sealed, revision_of
from xlsync.store.store_path import StorePath
from xlsync.store.stored_sheet import parse_stored_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet

OTHER_FORM: Final = (
    "いまの様式の定義では読めない版です。様式を変えたときは、変える前の様式のフォルダを指定して "
    "`xlsync form adopt いまの様式 --from 変える前の様式` を実行してください"
)
# Cached by content, so that a changed file is parsed again. A save asks for the heads of its budget program some ten times.
_revision_of = lru_cache(maxsize=256)(revision_of)


class StoredForm:
    """A store's form: the adopted version, or the given form while none is adopted.

    What is in use is asked once: a process keeps the version it began with, and `is_outdated` says that there is another.

    Args:
        folder: The store's folder.
        given: The form in use while no version is adopted.

    """

    def __init__(self, folder: StorePath, given: Form) -> None:
        self.versions = FormVersions(folder, given.id)
        self.given = given
        self.versions_of_years: dict[int, int] = {}
        """The version that each past fiscal year is read in, as `form_version_of_year` has found it."""
        self._number: int | None = None
        self._pinned: int | None = None
        self._forms: dict[int, Form] = {0: given}
        self._earlier_fields: dict[tuple[int, int, int], Mapping[str, str]] = {}

    def pinned(self, number: int) -> StoredForm:
        """Return the same form with another version in the place of the one in use, for the sheets of a past year."""
        form = copy.copy(self)
        form._pinned = number  # noqa: SLF001 - our own
        form._earlier_fields = {}  # noqa: SLF001 - our own
        return form

    def at(self, folder: StorePath) -> StoredForm:
        """Return the form of the same store, reached through another `folder`."""
        form = StoredForm(folder, self.given)
        form._pinned = self._pinned
        return form

    @property
    def number(self) -> int:
        """The number of the version in use, 0 while none is adopted; of a pinned form, that version's."""
        return self.in_use if self._pinned is None else self._pinned

    @property
    def in_use(self) -> int:
        """The number of the version in use, whichever is pinned."""
        if self._number is None:
            self._number = self.versions.current()
        return self._number

    @property
    def form(self) -> Form:
        """The form in use."""
        return self.of(self.number)

    def is_outdated(self) -> bool:
        """True where another process has adopted another version since.

        The first version of a new store is the very form that it was founded on: whoever began before goes on with it.
        """
        current = self.versions.current()
        if self._number == 0 and current and self._is_given(current):
            self._number = current
        return self._number is not None and self._number != current

    def _is_given(self, number: int) -> bool:
        return bool(self.versions.record(number)["hash"] == hash_files(self.given))

    def of(self, number: int) -> Form:
        """Return a version's form, the given one for 0 and where it is the same; StoreDamaged where it is missing or broken."""
        if number not in self._forms:
            is_given = self._is_given(number)
            form = self.versions.numbered(self.given, number) if is_given else None
            self._forms[number] = form or self.versions.form(number)
        return self._forms[number]

    def parse(self, data: bytes, where: str) -> Revision:
        """Parse a revision's file under the version it was written under; StoreDamaged names the file and the reason."""
        number = form_version_of(data)
        forms = [self.of(each) for each in ([number] if number else self.versions.numbers())]
        try:
            return _first_that_fits(forms or [self.given], data, where)
        except StoreDamaged as fault:
            if forms or not is_sealed(data):
                raise
            raise StoreDamaged(f"{OTHER_FORM}（{fault.reason}）", where) from fault

    def read(self, data: bytes, where: str, into: int | None = None) -> Revision:
        """Parse a revision's file, and carry its sheet into a version, by default the one in use.

        Fields that only earlier revisions have are blank (`earlier_fields`). StoreDamaged names the file and the reason.
        """
        written = self.parse(data, where)
        draft = written.draft
        sheet, lost = self.carry(draft.sheet, written.form_version, into)
        if sheet is draft.sheet:
            return written
        conflicts = self.carry_conflicts(
            draft.conflicts, draft.sheet.edition.year, written.form_version
        )
        return replace(written, draft=replace(draft, sheet=sheet, conflicts=conflicts), lost=lost)

    def version_at(self, moment: str) -> int:
        """Return the version in use at a moment (ISO 8601), 0 where none was adopted yet.

        A pinned form is one that no version came after.
        """
        adoptions = self.versions.adoptions()
        while self._pinned in {each.version for each in adoptions[:-1]} and (
            adoptions[-1].version != self._pinned
        ):
            adoptions.pop()
        adopted = [adoption.version for adoption in adoptions if adoption.when <= moment]
        return adopted[-1] if adopted else 0

    def carry(
        self, sheet: Sheet, written_under: int, into: int | None = None
    ) -> tuple[Sheet, tuple[LostValue, ...]]:
        """Return a sheet in the fields of a version, by default the one in use, and what has no field there.

        It is the sheet itself where it is in these fields.
        """
        lost: dict[str, LostValue] = {}
        last = self.of(self.number if into is None else into)
        for form in last.versions_from(written_under or FIRST):
            sheet, gone = carry_over(sheet, form.at(sheet.edition.year))
            lost |= {value.path: value for value in gone}
        return sheet, tuple(lost.values())

    def heirs(self, edition: int, written_under: int, into: int) -> dict[str, str]:
        """Return the field of a version that takes over the value of each field of another one, where one does."""
        old, new = self.of(written_under or FIRST), self.of(into)
        versions = (form.at(edition) for form in new.versions_from(written_under or FIRST))
        return heirs_through(old.at(edition), versions)

    def earlier_fields(self, edition: int, written_under: int, into: int) -> Mapping[str, str]:
        """Return the fields of a version that another one lacks, but not all of those in use before that one.

        They are returned by each path that they had in those. Totals are left out: they are computed.
        """
        asked = edition, written_under or FIRST, into
        if asked not in self._earlier_fields:
            self._earlier_fields[asked] = self._missing_of_earlier(*asked) if self.number else {}
        return self._earlier_fields[asked]

    def _missing_of_earlier(self, edition: int, written_under: int, into: int) -> dict[str, str]:
        earlier: dict[str, str] = {}
        for number in self.versions.in_use_before(written_under):
            with contextlib.suppress(StoreDamaged):  # one that is missing is named by the audit
                earlier |= self.heirs(edition, number, into)
        if not earlier:
            return {}
        carried = set(self.heirs(edition, written_under, into).values())
        carried |= self.of(into).at(edition).formulas.keys()
        return {former: path for former, path in earlier.items() if path not in carried}

    def carry_conflicts(
        self, conflicts: tuple[Mapping[str, Any], ...], edition: int, written_under: int
    ) -> tuple[Mapping[str, Any], ...]:
        """Return conflicts written under a version, those of fields that are in the form in use, under their paths there."""
        old = self.of((written_under or FIRST) if self.number else 0).at(edition)
        for form in self.form.versions_from(written_under or FIRST):
            new = form.at(edition)
            conflicts = _carried_conflicts(conflicts, old, new)
            old = new
        return conflicts

    def parse_head(self, document: Any, edition: int) -> tuple[Sheet, int]:
        """Parse a head, which names no version, and return the newest version that fits; SheetError where none does."""
        others = (number for number in reversed(self.versions.numbers()) if number != self.number)
        for number in (self.number, *others):
            with contextlib.suppress(SheetError):
                return parse_stored_sheet(self.of(number).at(edition), document), number
        raise SheetError("登録内容がどの様式にも合いません")

    def adopt(self, form: Form, when: str, who: str) -> int:
        """Put a form into use, and return its version's number. Call while holding the store's lock.

        Raises:
            StoreBusy: Another process adopted a version meanwhile.

        """
        number = self.versions.keep(form)
        if number != self.versions.current():
            self.versions.adopt(number, when, who)
        self._number = number
        self._earlier_fields.clear()
        self.versions_of_years.clear()
        return number

    def adopt_first(
        self,
        form: Form,
        next_form: Form,
        act: tuple[str, str],
        revisions: Iterable[tuple[str, bytes]],
    ) -> int:
        """Put a form into use as the first version, where every revision there is was made under it or the next one.

        Args:
            form: The first version.
            next_form: The form that is adopted after it, the same where none is.
            act: The time in ISO 8601, and who does it.
            revisions: The files of the revisions there are, each with its bytes. Damaged ones are left to the audit.

        Raises:
            StoreError: A revision was made under another form.

        """
        for file, data in revisions:
            if is_sealed(data) and not any(
                _is_readable(data, version, file) for version in (form, next_form)
            ):
                raise StoreError(OTHER_FORM, file)
        return self.adopt(form, *act)


def _carried_conflicts(
    conflicts: tuple[Mapping[str, Any], ...], old: Edition, new: Edition
) -> tuple[Mapping[str, Any], ...]:
    """Return the conflicts of fields that are in another edition too, under their paths there and of the same kind."""
    paths = {former: path for path, (former, *more) in carried_paths(old, new).items() if not more}
    carried = []
    for conflict in conflicts:
        path = paths.get(conflict["path"])
        if path is not None and old.by_path[conflict["path"]].kind == new.by_path[path].kind:
            carried.append({**conflict, "path": path})
    return tuple(carried)


def _first_that_fits(forms: list[Form], data: bytes, where: str) -> Revision:
    """Return the revision under the first form that reads it, else raise what the last one says."""
    for form in forms[:-1]:
        with contextlib.suppress(StoreDamaged):
            return _revision_of(data, form, where)
    return _revision_of(data, forms[-1], where)


def _is_readable(data: bytes, form: Form, where: str) -> bool:
    try:
        revision_of(data, form, where)
    except StoreDamaged:
        return False
    return True

"""A changed form tried over every sheet there is, before anybody gets it: what would newly fail, what would not go in.

Each sheet is carried over into the changed edition by the paths of its fields; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.checks import check
from xlsync.computed import ALONE, results
from xlsync.errors import FormError, SheetError, WorkbookError
from xlsync.exchange.check_context import context_of
from xlsync.exchange.incoming import complete, read_incoming
from xlsync.exchange.receipt import Source
from xlsync.finding_catalogue import SEVERITIES
from xlsync.kinds import DASH, Unreadable
from xlsync.sheet import Sheet

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition, Field
    from xlsync.form.library import Form
    from xlsync.kinds import Value
    from xlsync.store import Store

_UNFIT: Final = frozenset(
    {
        "unreadable",
        "dash-refused",
        "not-in-list",
        "not-in-closed-list",
        "too-long",
        "length",
        "pattern",
    }
)
"""Checks that say a value itself no longer fits its field."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that has no place in the changed form."""

    path: str
    field: str
    shown: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One sheet under the changed form; `file` is the workbook it stands in, "" for the store's head.

    `failing` are errors and warnings that it does not have today, or less gravely; `unfit` those among them that say a value
    itself no longer fits its field; `lost` the values whose field is gone.
    """

    key: str
    title: str
    file: str
    failing: tuple[Finding, ...] = ()
    unfit: tuple[Finding, ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True where nothing newly fails and nothing is lost."""
        return not (self.failing or self.unfit or self.lost)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.key,
            "file": self.file,
            "failing": [found.to_document() for found in self.failing],
            "unfit": [found.to_document() for found in self.unfit],
            "lost": [{"path": one.path, "value": one.shown} for one in self.lost],
        }


@dataclass(frozen=True)
class Rehearsal:
    """What a changed form would do: to every sheet, and which fields are new and which are gone.

    `unread` are the workbooks that nothing can be said about, each with its reason.
    """

    edition: Edition
    tried: tuple[Tried, ...]
    new: tuple[Field, ...]
    gone: tuple[Field, ...]
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def is_clean(self) -> bool:
        """True where the changed form can be given out without anything failing or being lost."""
        return all(one.is_clean for one in self.tried)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON: the sheets that are touched, and the totals of all."""
        touched = [one for one in self.tried if not one.is_clean]
        return {
            "edition": self.edition.year,
            "sheets": [one.to_document() for one in touched],
            "new-fields": [made.path for made in self.new],
            "gone-fields": [made.path for made in self.gone],
            "unread": [{"file": file, "reason": reason} for file, reason in self.unread],
            "totals": {
                "sheets": len(self.tried),
                "touched": len(touched),
                "failing": sum(len(one.failing) for one in touched),
                "unfit": sum(len(one.unfit) for one in touched),
                "lost": sum(len(one.lost) for one in touched),
            },
        }


def rehearse(
    store: Store, terms: Terms, changed: Form, workbooks: Iterable[tuple[str, bytes]] = ()
) -> Rehearsal:
    """Try a changed form over the heads of the terms' edition and over what workbooks (name, bytes) say otherwise.

    FormError where it is another form, or cannot be followed.
    """
    if changed.id != terms.form.id:
        reason = f"別の様式（{changed.id}）です。いまの様式（{terms.form.id}）を直したものを指定してください"
        raise FormError(reason, changed.where)
    now, then = terms.form.at(terms.edition), changed.at(terms.edition)
    heads = {head.key: head for head in store.heads(terms.edition)}
    rehearsing = _Rehearsing(
        store, terms, replace(terms, form=changed), _by_program(heads.values())
    )
    tried = [rehearsing.tried(head, "") for head in heads.values()]
    unread: list[tuple[str, str]] = []
    for file, data in workbooks:
        try:
            found = read_incoming(terms, data, Source(file, "", ""))
        except (WorkbookError, SheetError, FormError) as fault:
            unread.append((file, fault.reason))
            continue
        unread += [(file, incoming.barred) for incoming in found if incoming.barred]
        for incoming in (one for one in found if not one.barred):
            head = heads.get(incoming.key)
            sheet = complete(incoming, head).sheet
            if head is None or not sheet.same_content(head):
                tried.append(rehearsing.tried(sheet, file))
    return Rehearsal(
        then,
        tuple(tried),
        tuple(made for made in then.fields if made.path not in now.by_path),
        tuple(made for made in now.fields if made.path not in then.by_path),
        tuple(unread),
    )


def _by_program(heads: Iterable[Sheet]) -> dict[str, tuple[Sheet, ...]]:
    found: dict[str, tuple[Sheet, ...]] = {}
    for head in heads:
        found[head.program] = (*found.get(head.program, ()), head)
    return found


@dataclass(frozen=True)
class _Rehearsing:
    store: Store
    now: Terms
    then: Terms
    programs: dict[str, tuple[Sheet, ...]]
    moved: dict[str, tuple[Sheet, ...]] = field(default_factory=dict)

    def tried(self, sheet: Sheet, file: str) -> Tried:
        edition = self.then.form.at(self.then.edition)
        moved, lost = carried(sheet, edition)
        program = self.programs.get(sheet.program, ())
        if sheet.program not in self.moved:
            self.moved[sheet.program] = tuple(carried(other, edition)[0] for other in program)
        before = check(sheet, context_of(self.store, self.now, sheet, program))
        after = check(moved, context_of(self.store, self.then, moved, self.moved[sheet.program]))
        worse = list(_worse(before, after))
        checks = {rule.code: rule.check for rule in edition.rules}
        unfit = [found for found in worse if checks.get(found.code, found.code) in _UNFIT]
        return Tried(
            sheet.key,
            sheet.title,
            file,
            tuple(found for found in worse if found not in unfit),
            tuple(unfit),
            lost,
        )


def _worse(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[Finding]:
    """Return the errors and warnings that were not there, or were not so grave."""
    grave = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    known: dict[tuple[str, str], int] = {}
    for found in before:
        at = (found.code, found.path)
        known[at] = min(known.get(at, len(grave)), grave[found.severity])
    for found in after:
        rank_before = known.get((found.code, found.path), len(grave))
        if found.severity != "note" and grave[found.severity] < rank_before:
            yield found


def carried(sheet: Sheet, edition: Edition) -> tuple[Sheet, tuple[Lost, ...]]:
    """Return a sheet in another edition's fields, and the values that have no place there ("-" says nothing to be lost).

    A field of another kind reads the value anew, as its cell would; a computed field that is new is reckoned.
    """
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    lost: list[Lost] = []
    for path, made in sheet.edition.by_path.items():
        value, typed = sheet[path], sheet.unreadable.get(path)
        into = edition.by_path.get(path)
        if into is not None:
            values[path], text = _read_anew(made, into, value, typed)
            unreadable |= {path: text} if text is not None else {}
        elif typed is not None or (value is not None and value != DASH):
            lost.append(Lost(path, made.title, typed if typed is not None else made.words(value)))
    fresh = [path for path in edition.formulas if path not in sheet.edition.by_path]
    values |= results(edition, dict.fromkeys(fresh, ALONE), values)
    return Sheet(edition, sheet.key, values, sheet.revision, unreadable), tuple(lost)


def _read_anew(
    made: Field, into: Field, value: Value, typed: str | None
) -> tuple[Value, str | None]:
    """Return what a value, or a text that could not be read, is in the field that has its path now: value, unread text."""
    if made.kind == into.kind:
        return value, typed
    read = into.kind.parse(made.kind.show(value) if typed is None else typed)
    return (None, read.typed) if isinstance(read, Unreadable) else (read.value, None)

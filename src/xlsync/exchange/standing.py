"""How each stored sheet stands now: its findings against today's store, and who brought it last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.checks import Context, check
from xlsync.finding import Finding
from xlsync.workbook.template import build_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.store import Draft, Store

BLANK_CODES: Final = frozenset({"required", "required-with"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One stored sheet, every finding on it, conflicts still open, and when (ISO 8601) and by whom it last changed."""

    sheet: Sheet
    findings: tuple[Finding, ...]
    open_conflicts: int
    when: str
    who: str

    @property
    def blank(self) -> int:
        """How many required fields are blank."""
        return sum(found.code in BLANK_CODES for found in self.findings)

    @property
    def errors(self) -> int:
        """How many errors there are beside blank fields."""
        return sum(found.severity == "error" for found in self.findings) - self.blank

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return sum(found.severity == "warning" for found in self.findings)


def standings(store: Store, terms: Terms) -> list[Standing]:
    """Give the standing of every sheet of the terms' edition, by department, division, section and key."""
    programs: dict[str, list[Sheet]] = {}
    for head in store.heads(terms.edition):
        programs.setdefault(head.program, []).append(head)
    found = (
        _standing(store, terms, head, tuple(heads)) for heads in programs.values() for head in heads
    )
    return sorted(found, key=_order)


def _standing(store: Store, terms: Terms, head: Sheet, program: tuple[Sheet, ...]) -> Standing:
    """Give one standing; cells are named as in the workbook the sheet last came from, else as in the template."""
    draft = store.revision(head.key, head.edition.year, head.revision or 1).draft
    places = _places(draft, terms)
    checked = check(head, Context(program=program, rates=terms.rates))
    findings = tuple(
        found.at(*places[found.path]) if found.path in places else found for found in checked
    )
    open_conflicts = len(store.open_conflicts(head.key, terms.edition))
    return Standing(head, findings, open_conflicts, draft.when, draft.who)


def _places(draft: Draft, terms: Terms) -> Mapping[str, tuple[str, str]]:
    template = build_template(terms.form, terms.edition)
    usual = {path: (template.edition.worksheet, cell) for path, cell in template.cells.items()}
    seen = {one["path"]: (one["worksheet"], one["cell"]) for one in draft.findings if one["cell"]}
    return {**usual, **seen}


def _order(one: Standing) -> tuple[str, ...]:
    return (one.sheet.department, one.sheet.division, one.sheet.section, one.sheet.key)

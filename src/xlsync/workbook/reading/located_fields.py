"""Where the fields of a sheet lie on its worksheets: by their names where these can be trusted, else by labels."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.finding import Finding, finding
from xlsync.ooxml.titled_references import reference_to
from xlsync.workbook.reading.area_texts import unread_texts
from xlsync.workbook.reading.hidden_fields import hidden_fields
from xlsync.workbook.reading.name_check import NamedPage, misplaced_names, repeated_names
from xlsync.workbook.reading.page_layout import plans_of
from xlsync.workbook.reading.worksheet_names import area_of, reference_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.workbook.reading.field_recovery import Healing
    from xlsync.workbook.reading.identification import PageVersion
    from xlsync.workbook.reading.page_layout import PagePlan
    from xlsync.workbook.reading.reading import State

_NAMED: Final = 3
"""How many fields a note names before it says "など"."""


@dataclass(frozen=True)
class LocatedFields:
    """Where the fields of a sheet lie.

    Attributes:
        named_pages: Its worksheets.
        addresses: The cell of each field found, by path, as a formula on the first worksheet refers to it.
        repaired: The state of each field, and of each table, that has no name to be trusted.
        findings: What is to be said of that.

    """

    named_pages: tuple[NamedPage, ...]
    addresses: Mapping[str, str]
    repaired: Mapping[str, State]
    findings: tuple[Finding, ...]


def locate_fields(
    workbook: Workbook,
    titles: tuple[str, ...],
    pages: Mapping[str, PageVersion],
    scoped: Mapping[str, Mapping[str, str]],
) -> LocatedFields:
    """Return where the fields of a sheet on the worksheets of some titles lie; `scoped` are the names of each worksheet."""
    here = titles[0]
    named_pages: list[NamedPage] = []
    repaired, findings = _absent_fields(here, [pages[title] for title in titles])
    for title in titles:
        named = _named_page(workbook, title, pages[title].plan, scoped[title])
        states, remarks = _locate(named)
        named_pages.append(named)
        repaired |= states
        findings += remarks
    if "absent" in repaired.values():
        edition = pages[here].edition
        repaired |= dict.fromkeys(
            _broken_totals(workbook, edition, named_pages, repaired), "absent"
        )
    addresses = {
        path: reference_to(named.title, address, here)
        for named in named_pages
        for path, address in named.addresses.items()
        if repaired.get(path) != "absent"
    }
    return LocatedFields(tuple(named_pages), addresses, repaired, tuple(findings))


def _absent_fields(here: str, pages: list[PageVersion]) -> tuple[dict[str, State], list[Finding]]:
    """Return the fields and tables of the form's worksheets that a sheet lacks, and an error for each such worksheet."""
    first, numbers = pages[0], {page.number for page in pages}
    if len(numbers) == len(first.edition.worksheets):
        return {}, []
    absent: dict[str, State] = {}
    findings: list[Finding] = []
    for number, plan in enumerate(plans_of(first.form, first.edition.year)):
        if number in numbers or not plan.paths:
            continue
        tables = (path.partition(".")[0] for path in plan.column_ranges)
        absent |= dict.fromkeys((*plan.field_boxes, *tables), "absent")
        missing = finding("lost-worksheet", "", shown=plan.title, count=str(len(plan.field_boxes)))
        findings.append(missing.at(here, ""))
    return absent, findings


def _broken_totals(
    workbook: Workbook,
    edition: Edition,
    named_pages: list[NamedPage],
    states: Mapping[str, State],
) -> Iterator[str]:
    """Yield the computed fields whose formula speaks of a worksheet that is gone: what they show says nothing."""
    absent = {path for path, state in states.items() if state == "absent"}
    broken = {path for path in edition.formulas if _speaks_of(edition, path, absent)}
    for named in named_pages:
        cells = workbook.cells(named.title)
        for path in broken & named.addresses.keys():
            cell = cells.get(named.addresses[path])
            if cell is not None and cell.formula is not None:
                yield path


def _speaks_of(edition: Edition, path: str, absent: Collection[str]) -> bool:
    """Whether what a computed field is made of is absent: a field, or a table with its columns."""
    parts = edition.typed_parts(path)
    return not {*parts, *(part.partition(".")[0] for part in parts)}.isdisjoint(absent)


def _named_page(
    workbook: Workbook, title: str, plan: PagePlan, names: Mapping[str, str]
) -> NamedPage:
    """Return a worksheet with the cell, and the range if it is one, that each field's name refers to there."""
    addresses: dict[str, str] = {}
    areas: dict[str, str] = {}
    for name, field in plan.edition.by_cell_name.items():
        target = reference_of(names.get(name, ""))
        if target is None or target[0] != title or field.path not in plan.field_boxes:
            continue
        addresses[field.path] = target[1]
        if (area := area_of(names[name])) is not None:
            areas[field.path] = area
    return NamedPage(workbook, title, plan, addresses, areas)


def _locate(page: NamedPage) -> tuple[dict[str, State], tuple[Finding, ...]]:
    """Drop the addresses that are not to be trusted and add those of fields that lost their names, found by labels."""
    addresses, edition = page.addresses, page.edition
    errors = misplaced_names(page)
    misplaced = {path: addresses.pop(path) for path in errors}
    repaired: dict[str, State] = dict.fromkeys(misplaced, "misplaced")
    findings = list(errors.values())
    if len(addresses) + len(misplaced) < len(page.plan.field_boxes):
        healing = _heal(page, misplaced)
        addresses |= healing.addresses
        repaired |= {**dict.fromkeys(healing.addresses, "healed"), **healing.without_address}
        findings += _healed(edition, page.title, healing)
    return repaired, (
        *findings,
        *repeated_names(page),
        *unread_texts(page),
        *hidden_fields(page),
    )


def _heal(page: NamedPage, misplaced: Mapping[str, str]) -> Healing:
    """Look for the fields that lost their names; the code for it is loaded only then."""
    from xlsync.workbook.reading.field_recovery import heal

    return heal(page, misplaced)


def _healed(edition: Edition, title: str, healing: Healing) -> tuple[Finding, ...]:
    """Return one note saying which fields were read by their labels."""
    if not healing.addresses:
        return ()
    named = [edition.by_path[path].title for path in edition.by_path if path in healing.addresses]
    listed = "、".join(f"「{name}」" for name in named[:_NAMED])
    parts = listed if len(named) <= _NAMED else f"{listed}など"
    return (finding("healed", "", count=str(len(named)), parts=parts).at(title, ""),)


__all__ = ["LocatedFields", "locate_fields"]

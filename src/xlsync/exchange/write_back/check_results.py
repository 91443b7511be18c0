"""Store → the worksheet チェック of staff's own workbook: what only the store can know, the last receipts, every result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.exchange.check_context import conflict_finding, facts_for, findings_from_store
from xlsync.exchange.reconcile.choices import spoken_time
from xlsync.merging import field_as_json
from xlsync.ooxml.a1 import column_letters
from xlsync.ooxml.patch.patch import put_cells
from xlsync.workbook.checks.check_layout import CHECKS_NAME, PAGE_NAME, WORKSHEET
from xlsync.workbook.checks.reader_findings import unseen_by_formulas
from xlsync.workbook.checks.visible_sheet import PAGE, RECEIPTS, Known, checks_of
from xlsync.workbook.reading.page_layout import plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.finding import Finding
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.ooxml.patch.package_editor import PackageEdit
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.sheet import Sheet
    from xlsync.store import Draft, Store

Address = tuple[str, str]


def put_checks(  # noqa: PLR0913, PLR0917 (what the checks of a workbook depend on)
    store: Store,
    terms: Terms,
    edit: PackageEdit,
    workbook: Workbook,
    state: WorksheetState,
    sheet: Sheet,
    *,
    anyway: bool,
) -> None:
    """Bring the checks up to date with a sheet as the workbook is to hold it.

    Only where they are of our layout and speak of this worksheet. What the store has to tell is reason enough to write;
    the receipts and the results go along with it, or `anyway`.
    """
    titles = _titles(terms, workbook, state)
    if titles is None:
        return
    checks = checks_of(sheet.edition, state.incoming.worksheet, state.incoming.cells)
    findings = [conflict_finding(sheet.edition, one.to_document()) for one in state.conflicts]
    findings += [*findings_from_store(store, terms, sheet), *_still_unseen(state, sheet)]
    known = Known(facts_for(store, terms, sheet), tuple(findings))
    there = _Values(workbook, titles)
    new_findings = there.differing(checks.put(known))
    if not new_findings and not anyway:
        return
    page = workbook.cells(state.incoming.worksheet)
    until_changed = {
        (titles[WORKSHEET], at): formula
        for at, formula in checks.sheet.sentences_until_changed(findings, page).items()
    }
    changes = {spot: until_changed.get(spot, value) for spot, value in new_findings.items()}
    changes |= there.differing(_receipts(store, sheet))
    results = there.differing(checks.results(sheet, known))
    # What is written over are our own formulas at most: sentences that stand until a cell changes.
    put_cells(edit, changes, overwrite_formulas=True, cached=results, stale="keep")


def _still_unseen(state: WorksheetState, sheet: Sheet) -> list[Finding]:
    """Return what only the reader can say of cells that this write-back leaves as they are."""
    read = state.incoming.sheet
    return [
        finding
        for finding in unseen_by_formulas(state.incoming.findings)
        if finding.path in sheet
        and field_as_json(read, finding.path) == field_as_json(sheet, finding.path)
    ]


def _titles(terms: Terms, workbook: Workbook, state: WorksheetState) -> Mapping[str, str] | None:
    """Return the titles of the two worksheets; None where they are missing, of another form, or another worksheet's."""
    incoming, edition = state.incoming, state.incoming.sheet.edition
    if set(incoming.cells) != set(edition.by_path):
        return None
    found: dict[str, str] = {}
    for name, _, refers_to, _ in workbook.names:
        if name.casefold() in {CHECKS_NAME, PAGE_NAME}:
            title = refers_to.rpartition("!")[0].strip("'").replace("''", "'")
            found[name.casefold()] = title
    hidden, page = found.get(CHECKS_NAME), found.get(PAGE_NAME)
    if hidden not in workbook.worksheets or page not in workbook.worksheets:
        return None
    cells = workbook.some_cells(hidden, ("A1", "B1"))
    layout, spoken_of = cells.get("A1"), cells.get("B1")
    about = (spoken_of.formula or "") if spoken_of is not None else ""
    title = about.rpartition("!")[0].strip("'").replace("''", "'")
    if (
        layout is None
        or layout.value != _fingerprint(terms, edition.year)
        or title != incoming.worksheet
    ):
        return None
    return {WORKSHEET: hidden, PAGE: page}


def _fingerprint(terms: Terms, year: int) -> str:
    """Return the fingerprint the present template's checks bear."""
    plan = plan_of(terms.form, year)
    cells = {
        path: f"{column_letters(plan.fields[path].left)}{plan.fields[path].top}"
        for path in plan.edition.by_path
        if path in plan.fields
    }
    return checks_of(plan.edition, plan.edition.worksheet, cells).sheet.fingerprint


class _Values:
    """What the worksheets of the checks hold now, under the titles they have in this workbook."""

    def __init__(self, workbook: Workbook, titles: Mapping[str, str]) -> None:
        self._workbook = workbook
        self._titles = titles

    def differing(self, wanted: Mapping[Address, Scalar]) -> dict[Address, Scalar]:
        """Return those of the values that are not there yet, at their places in this workbook."""
        there = {
            title: self._workbook.some_cells(
                self._titles[title], [address for name, address in wanted if name == title]
            )
            for title in dict.fromkeys(name for name, _ in wanted)
        }
        found: dict[Address, Scalar] = {}
        for (title, address), value in wanted.items():
            here = self._titles[title]
            cell = there[title].get(address)
            if not _same(value, cell.value if cell is not None else None):
                found[here, address] = value
        return found


def _same(wanted: object, there: object) -> bool:
    blank = wanted in {None, ""} and there in {None, ""}
    return blank or (wanted == there and isinstance(wanted, str) == isinstance(there, str))


def _receipts(store: Store, sheet: Sheet) -> dict[Address, Scalar]:
    """Return a line for each of the last receipts, the newest first."""
    last = store.last(sheet.key, sheet.edition.year)
    numbers = range(last, max(0, last - len(RECEIPTS)), -1)
    revisions = (store.find_revision(sheet.key, sheet.edition.year, n) for n in numbers)
    lines = [_receipt(revision.draft) for revision in revisions if revision is not None]
    lines += [""] * (len(RECEIPTS) - len(lines))
    return {(PAGE, at): line or None for at, line in zip(RECEIPTS, lines, strict=True)}


def _receipt(draft: Draft) -> str:
    count = {
        severity: sum(found.get("severity") == severity for found in draft.findings)
        for severity in ("error", "warning")
    }
    return (
        f"受け取り {spoken_time(draft.when)}　{draft.who}：変更 {len(draft.changes)}欄、"
        f"エラー {count['error']}件、注意 {count['warning']}件、入力の重なり {len(draft.conflicts)}件"
    )

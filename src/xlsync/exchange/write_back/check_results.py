"""Store → the worksheet チェック of staff's own workbook: what only the store can know, the last receipts, every result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.checks import beside_the_sheet
from xlsync.exchange.blame import spoken_time
from xlsync.exchange.check_context import (
    conflict_findings,
    context_of,
    facts_for,
    findings_from_store,
    findings_on,
)
from xlsync.exchange.office_notes import office_notes
from xlsync.exchange.phase_view import shown_in_phase
from xlsync.exchange.reconcile.page_request import request_findings
from xlsync.exchange.reconcile.pending_review import rejection, waiting_findings
from xlsync.exchange.stages.hand_in_findings import hand_in_findings
from xlsync.exchange.stages.return_findings import return_findings
from xlsync.exchange.stages.stage_on_checks import about_stage
from xlsync.exchange.write_back.check_worksheets import check_titles
from xlsync.finding_counts import class_of, count_classes, count_findings
from xlsync.merging import field_as_json
from xlsync.ooxml.patch.fast_fill import prepared
from xlsync.ooxml.patch.patch import Formula, put_cells
from xlsync.store import pending_changes
from xlsync.store.revision import hash_of
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.checks.reader_findings import OUTSIDE_THE_CELL, unseen_by_formulas
from xlsync.workbook.checks.visible_sheet import (
    PAGE,
    RECEIPTS,
    AboutStage,
    Checks,
    Known,
    checks_of,
)
from xlsync.workbook.reading.field_values import number_texts
from xlsync.workbook.reading.sheet_content import cells_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.write_back.cell_updates import PageUpdate
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.finding import Finding
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.ooxml.patch.package_editor import PackageEdit
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.sheet import Sheet
    from xlsync.store import Draft, Store

Address = tuple[str, str]
_TRIAL_RECEIPT: Final = "試し提出を確かめました（登録していません）：{counts}"


def put_checks(  # noqa: PLR0913, PLR0917 (what the checks of a workbook depend on)
    store: Store,
    terms: Terms,
    edit: PackageEdit,
    workbook: Workbook,
    state: WorksheetState,
    page: PageUpdate,
    *,
    anyway: bool,
    blank: Collection[str] = (),
) -> None:
    """Bring the checks up to date with a worksheet as it is once the page update was written.

    Only where they are of our layout and speak of this worksheet. What the store has to tell is reason enough to write, and
    so is a save to acknowledge; the receipts and the results go along with it, or `anyway`. Worksheets that are `blank` are
    as the template has them: every result is written into them.
    """
    titles, sheet = check_titles(terms, workbook, state.incoming, blank), page.sheet
    if titles is None:
        return
    conflicts = [conflict.to_document() for conflict in state.conflicts]
    findings = conflict_findings(store, state.head, conflicts)
    findings += [*findings_from_store(store, terms, sheet), *_still_unseen(state.incoming, sheet)]
    findings += [*waiting_findings(state.incoming, state.review), *_rejections(store, state, sheet)]
    returned = return_findings(store, terms, sheet)
    findings += request_findings(state.incoming, state.page_answers.page_request, None)
    findings += [*returned, *hand_in_findings(state.page_answers.hand_in, with_refusal=True)]
    findings += office_notes(store, terms, sheet)
    texts = number_texts(state.incoming.findings).difference(page.paths, page.typed_as_text)
    about = about_stage(state.page_answers, returned)
    known = Known(facts_for(store, terms, sheet), tuple(findings), texts, about)
    there = _Values(workbook, titles, blank)
    new_findings = there.differing(_checks(state.incoming).put(known))
    if new_findings or anyway or _is_newest_save(store, state):
        receipts = there.differing(_receipts(store, sheet))
        _put(edit, there, (state.incoming, sheet, known), new_findings, receipts)


def _rejections(store: Store, state: WorksheetState, sheet: Sheet) -> list[Finding]:
    """Return a note for each change of this copy that the office rejected last, while the field says what it said before."""
    key, year = state.incoming.sheet_id, sheet.edition.year
    last = {proposal.path: proposal for proposal in pending_changes(store, key, year).values()}
    return [
        rejection(sheet.edition, proposal, "note")
        for path, proposal in last.items()
        if proposal.is_rejected
        and proposal.submission.copy == state.incoming.stamp.copy
        and field_as_json(sheet, path) == proposal.before
    ]


def put_trial_answers(
    store: Store,
    terms: Terms,
    edit: PackageEdit,
    workbook: Workbook,
    trials: Iterable[Incoming],
) -> None:
    """Bring the checks of trial worksheets up to date with what they hold, and say there that they are not stored."""
    for incoming in trials:
        _put_trial_answer(store, terms, edit, workbook, incoming)


def _put_trial_answer(
    store: Store, terms: Terms, edit: PackageEdit, workbook: Workbook, incoming: Incoming
) -> None:
    titles = check_titles(terms, workbook, incoming)
    if titles is None:
        return
    sheet = shown_in_phase(terms, incoming.sheet)
    context = context_of(store, terms, sheet, store.program(sheet))
    findings = (*beside_the_sheet(sheet, context), *_still_unseen(incoming, sheet))
    counts = count_findings(findings_on(store, terms, incoming, sheet))
    texts = number_texts(incoming.findings)
    known = Known(facts_for(store, terms, sheet), findings, texts, AboutStage())
    there = _Values(workbook, titles)
    new_findings = there.differing(_checks(incoming).put(known))
    receipts = there.differing({(PAGE, RECEIPTS[0]): _TRIAL_RECEIPT.format(counts=counts.words)})
    if new_findings or receipts:
        _put(edit, there, (incoming, sheet, known), new_findings, receipts)


def _put(
    edit: PackageEdit,
    there: _Values,
    checked: tuple[Incoming, Sheet, Known],
    new_findings: Mapping[Address, Scalar],
    receipts: Mapping[Address, Scalar],
) -> None:
    """Write findings and receipts, and the results of the checks over a sheet as the worksheet is to hold it."""
    incoming, sheet, known = checked
    checks = _checks(incoming)
    page = cells_of(there.workbook, incoming.worksheets)
    until_changed = {
        (there.titles[WORKSHEET], at): formula
        for at, formula in checks.check_sheet.sentences_until_changed(known.listed, page).items()
    }
    changes = {at: until_changed.get(at, value) for at, value in new_findings.items()}
    results = there.differing(checks.results(sheet, known))
    written: dict[Address, Scalar | Formula] = {**changes, **receipts}
    for title in there.blank & set(there.titles.values()):
        values = {at: value for at, value in {**results, **written}.items() if at[0] == title}
        if not _fill_blank(edit, title, values):
            continue
        results = {at: value for at, value in results.items() if at[0] != title}
        written = _not_filled(written, title)
    # What is written over are our own formulas at most: sentences that stand until a cell changes.
    put_cells(edit, written, overwrite_formulas=True, cached=results, stale="keep")


def _not_filled(
    written: Mapping[Address, Scalar | Formula], title: str
) -> dict[Address, Scalar | Formula]:
    """Return what is still to be written once the values of a blank worksheet are there: its formulas, and other worksheets."""
    return {
        at: value for at, value in written.items() if at[0] != title or isinstance(value, Formula)
    }


def _fill_blank(
    edit: PackageEdit, title: str, values: Mapping[Address, Scalar | Formula | None]
) -> bool:
    """Write every value and result into a worksheet of the checks that is as the template has it; False where it is not quite.

    Texts that stand there only until a cell changes are left blank: they are formulas where the template has none.
    """
    cells = {
        address: None if isinstance(value, Formula) else value
        for (_, address), value in values.items()
    }
    entry = edit.workbook.worksheet(title)
    if entry is None:
        return False
    try:
        page = prepared(edit.text(entry.part), frozenset(cells))
    except KeyError:
        return False  # a cell is written in another way: the patcher finds it
    edit.put(entry.part, page.text(cells))
    return True


def _checks(incoming: Incoming) -> Checks:
    return checks_of(incoming.sheet.edition, incoming.worksheet, incoming.cells)


def _still_unseen(incoming: Incoming, sheet: Sheet) -> list[Finding]:
    """Return what only the reader can say of cells that this write-back leaves as they are."""
    read = incoming.sheet
    return [
        finding
        for finding in unseen_by_formulas(incoming.findings)
        if finding.code in OUTSIDE_THE_CELL
        or (
            finding.path in sheet
            and field_as_json(read, finding.path) == field_as_json(sheet, finding.path)
        )
    ]


class _Values:
    """What the worksheets of the checks hold now, under the titles they have in this workbook."""

    def __init__(
        self, workbook: Workbook, titles: Mapping[str, str], blank: Collection[str] = ()
    ) -> None:
        self.workbook = workbook
        self.titles = titles
        self.blank = frozenset(blank)

    def differing(self, wanted: Mapping[Address, Scalar]) -> dict[Address, Scalar]:
        """Return those of the values that are not there yet, by worksheet and address in this workbook.

        Of a blank worksheet these are all: each of its cells is to be written.
        """
        by_worksheet: dict[str, dict[str, Scalar]] = {}
        for (name, address), value in wanted.items():
            by_worksheet.setdefault(self.titles[name], {})[address] = value
        differing: dict[Address, Scalar] = {}
        for title, values in by_worksheet.items():
            if title in self.blank:
                differing |= {(title, address): value for address, value in values.items()}
                continue
            cells = self.workbook.cells_at(title, list(values))
            for address, value in values.items():
                cell = cells.get(address)
                if not _same(value, cell.value if cell is not None else None):
                    differing[title, address] = value
        return differing


def _same(wanted: object, there: object) -> bool:
    blank = wanted in {None, ""} and there in {None, ""}
    return blank or (wanted == there and isinstance(wanted, str) == isinstance(there, str))


def _is_newest_save(store: Store, state: WorksheetState) -> bool:
    """Return whether a sheet's newest revision came from a workbook with these very bytes.

    The save is then acknowledged. The bytes written are others, and no revision's, so this happens once.
    """
    key, year = state.incoming.sheet_id, state.incoming.sheet.edition.year
    revision = store.find_revision(key, year, store.last(key, year))
    return revision is not None and revision.draft.submission.workbook_hash == hash_of(
        state.incoming.workbook_data
    )


def _receipts(store: Store, sheet: Sheet) -> dict[Address, Scalar]:
    """Return a line for each of the last receipts, the newest first."""
    last = store.last(sheet.id, sheet.edition.year)
    numbers = range(last, max(0, last - len(RECEIPTS)), -1)
    revisions = (store.find_revision(sheet.id, sheet.edition.year, n) for n in numbers)
    lines = [_receipt(revision.draft) for revision in revisions if revision is not None]
    lines += [""] * (len(RECEIPTS) - len(lines))
    return {(PAGE, at): line or None for at, line in zip(RECEIPTS, lines, strict=True)}


def _receipt(draft: Draft) -> str:
    classes = (class_of(finding["code"], finding["severity"]) for finding in draft.findings)
    counts = replace(count_classes(classes), open_conflicts=len(draft.conflicts))
    receipt = f"受け取り {spoken_time(draft.when)}　{draft.who}：変更 {len(draft.changes)}欄"
    return f"{receipt}、{counts.words}"

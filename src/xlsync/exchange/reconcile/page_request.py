"""What staff say and ask for on チェック: keep what they cleared, bring it back, or take their last save back.

A request counts once: the words that a copy asked for are kept with its state, under the mark beside the cell, as for the
cell in which a sheet is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.blame import spoken_time
from xlsync.exchange.stages.hand_in_cell import NO_CELL, HandIn, newest_words
from xlsync.finding import Finding, finding
from xlsync.merging import field_as_json
from xlsync.store import with_documents
from xlsync.store.revision import hash_of
from xlsync.workbook.reading.page_answers import NO_REQUEST, REQUEST_WORDS

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source
    from xlsync.sheet import Sheet
    from xlsync.store import CopyFile, Draft, Store
    from xlsync.workbook.reading.reading import RequestCell

_PREFIX: Final = "request "
"""Before the marks of requests among the words of a copy."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What is asked for on チェック.

    Attributes:
        request_cell: What the cell says, None where the workbook has none.
        known_request: What this copy asked for last under the same mark.
        is_clearing_meant: Whether whoever brings the workbook says that clearing was meant.
        last_draft: The newest revision of this copy, None where there is none to take back.

    """

    request_cell: RequestCell | None = None
    known_request: str = ""
    is_clearing_meant: bool = False
    last_draft: Draft | None = None

    @property
    def word(self) -> str:
        """What is asked for now: "clear", "restore", "undo" or "unclear", "" for nothing new."""
        now = "" if self.request_cell is None else self.request_cell.request_word
        return "" if now == self.known_request else now

    @property
    def keeps_clearing(self) -> bool:
        """Whether what was cleared is to stay so."""
        return self.is_clearing_meant or self.word == "clear"

    @property
    def is_new(self) -> bool:
        """Whether anything is asked for that is not done yet."""
        return self.word in {"clear", "restore", "undo"}


NO_PAGE_REQUEST: Final = PageRequest()


def read_page_request(
    store: Store, incoming: Incoming, copy_file: CopyFile | None, source: Source
) -> PageRequest:
    """Return what an incoming workbook asks for; `copy_file` is what is known of its copy."""
    cell = None if incoming.reading is None else incoming.reading.answers.request_cell
    if cell is None:
        return PageRequest(is_clearing_meant=source.clearing_meant)
    words = {} if copy_file is None else copy_file.hand_in_words
    request = PageRequest(cell, words.get(_PREFIX + cell.mark, ""), source.clearing_meant)
    if request.word != "undo":
        return request
    return replace(request, last_draft=_last_draft(store, incoming))


def _last_draft(store: Store, incoming: Incoming) -> Draft | None:
    """Return the newest revision that this copy brought; None where the very bytes were received: then it was taken back."""
    year, digest = incoming.sheet.edition.year, hash_of(incoming.workbook_data)
    for number in range(store.last(incoming.sheet_id, year), 1, -1):
        draft = store.revision(incoming.sheet_id, year, number).draft
        if draft.submission.workbook_hash == digest:
            return None
        if draft.submission.copy == incoming.stamp.copy != "":
            return draft
    return None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking the last save back comes to: the values that were before it, and the fields that are others by now."""

    sheet: Sheet
    left_paths: tuple[str, ...] = ()
    finding_code: str = ""


def taken_back(
    request: PageRequest, incoming: Sheet, head: Sheet | None, *, is_alone: bool
) -> TakenBack:
    """Return an incoming sheet as it was before the copy's last save, where that is asked for.

    Not where the same save brings anything else: nobody could tell which of the two is meant by the last one.
    """
    if request.word != "undo" or head is None:
        return TakenBack(incoming)
    if request.last_draft is None or not is_alone:
        code = "undo-nothing" if request.last_draft is None else "undo-not-alone"
        return TakenBack(incoming, finding_code=code)
    former = _former_values(request.last_draft, incoming, head)
    paths = (change["path"] for change in request.last_draft.changes)
    left = tuple(path for path in paths if path in incoming and path not in former)
    return TakenBack(with_documents(incoming, former), left, "undone")


def _former_values(draft: Draft, *sheets: Sheet) -> dict[str, Any]:
    """Return the values (JSON) before a save, of the fields in which every sheet still says what it brought."""
    changes = (change for change in draft.changes if change["path"] in sheets[0])
    return {change["path"]: change["from"] for change in changes if _stands(change, *sheets)}


def _stands(change: Mapping[str, Any], *sheets: Sheet) -> bool:
    """Whether every sheet still says what a change brought."""
    return all(field_as_json(sheet, change["path"]) == change["to"] for sheet in sheets)


@dataclass(frozen=True, slots=True)
class PageAnswers:
    """What チェック of a workbook says."""

    hand_in: HandIn = NO_CELL
    page_request: PageRequest = NO_PAGE_REQUEST

    @property
    def are_known(self) -> bool:
        """True where it says nothing that is still to be done."""
        return self.hand_in.act_kind is None and not self.page_request.is_new


NO_ANSWERS: Final = PageAnswers()


def request_findings(
    incoming: Incoming, request: PageRequest, done: TakenBack | None
) -> list[Finding]:
    """Return what became of what is asked for, and that nobody can tell what that is."""
    cell = request.request_cell
    if cell is None:
        return []
    findings: list[Finding] = []
    if request.word == "unclear":
        choices = "".join(f"「{word}」" for word in REQUEST_WORDS)
        findings = [finding("request-unclear", "", shown=cell.typed, choices=choices)]
    elif done is not None and done.finding_code:
        findings = [_undone(incoming, request, done)]
    return [each.at(cell.worksheet, cell.cell) for each in findings]


def _undone(incoming: Incoming, request: PageRequest, done: TakenBack) -> Finding:
    draft, by_path = request.last_draft, incoming.sheet.edition.by_path
    when = "" if draft is None else f"（{spoken_time(draft.when)}、{draft.who}）"
    count = 0 if draft is None else len(draft.changes) - len(done.left_paths)
    fields = "".join(f"「{by_path[path].title}」" for path in done.left_paths[:3])
    reason = f"{fields}は、その後に変わっているため、そのままです。" if fields else ""
    return finding(done.finding_code, "", registered=when, count=str(count), reason=reason)


def with_request_read(file: CopyFile, request: PageRequest) -> CopyFile:
    """Return what is known of a copy's file once its request was carried out."""
    cell = request.request_cell
    if cell is None or cell.request_word in {"", "unclear"}:
        return file
    words = {**file.hand_in_words, _PREFIX + cell.mark: cell.request_word}
    return replace(file, hand_in_words=newest_words(words))


def request_texts(request: PageRequest) -> tuple[str, str] | None:
    """Return word and mark that set the cell back once the request was carried out, None where it stays."""
    cell = request.request_cell
    if cell is None or request.word or not cell.request_word:
        return None
    return NO_REQUEST, f"{int(cell.mark) + 1}" if cell.mark.isdecimal() else "1"


__all__ = [
    "NO_ANSWERS",
    "NO_PAGE_REQUEST",
    "PageAnswers",
    "PageRequest",
    "TakenBack",
    "read_page_request",
    "request_findings",
    "request_texts",
    "taken_back",
    "with_request_read",
]

"""Close the edition of a past year: its workbooks are protected and get a folder of their own, as do summaries and board.

That can be taken back: the same workbooks can be written into again and lie where they lay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.city.board_update import renew_board
from xlsync.city.city_paths import workbook_file
from xlsync.city.clock_and_user import now, user
from xlsync.city.file_receipts import source_of
from xlsync.city.living_workbooks import living_files
from xlsync.city.summary_files import departments_of, survey_of, write_summaries
from xlsync.city.usual_names import rename_where_possible
from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange.write_back.compared_workbook import compare_workbook
from xlsync.inbox.config import BOARD_BOOK, BOARD_PAGE, SUMMARIES
from xlsync.inbox.followup.protection import protection_of
from xlsync.inbox.followup.workbook_replacement import replace_unchanged
from xlsync.inbox.share_paths import can_be_seen, usual_file
from xlsync.ooxml.patch.worksheet_protection import protect_worksheets, unprotect_worksheets
from xlsync.owner_file import OWNER_FILE_BEGINNINGS, opened_by
from xlsync.shared_folder import SharedFolder, scratch_folder
from xlsync.store.rollover_acts import (
    EditionAct,
    is_closed,
    is_founding,
    is_reopened,
    write_edition_act,
)

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Source
    from xlsync.sheet import Sheet

Progress = Callable[[Sequence["Sheet"]], Iterable["Sheet"]]
_NOT_YET: Final = (
    "いまの対象年度は{present}年度です。{year}年度は、年度更新をしてから締めてください"
)
_NOT_CLOSED: Final = "{year}年度は締めていません"
_UNRECEIVED: Final = "まだ受け取っていない内容があります。受け取ってから、もう一度実行してください"


@dataclass(frozen=True, slots=True)
class ClosedFile:
    """A workbook of a closed year: where it lies now, and in Japanese why it is not as it should be, "" where it is."""

    file: Path
    hindrance: str = ""


def refuse_present_year(city: CitySettings, year: int) -> None:
    """Raise StoreError for a year that is not over for the city, or of which there are no sheets."""
    present = city.terms.fiscal_year
    if year >= present:
        raise StoreError(_NOT_YET.format(present=present, year=year))
    if not city.store.keys(year):
        raise StoreError(f"{year}年度のシートは登録されていません")


def close_year(
    city: CitySettings, source: Source, progress: Progress, *, protects: bool
) -> Iterator[ClosedFile]:
    """Close the year of a city's settings, and yield what became of each workbook; run again, it goes on where it stopped.

    Raises StoreError where the store or the share cannot be written.
    """
    year = city.terms.fiscal_year
    with city.store.writing():
        if not is_closed(city.store.files, year):
            act = EditionAct("close", year, source.when, source.who)
            write_edition_act(city.store.files, year, act)
    is_first = is_founding(city.store.files, year)
    for head in progress(city.store.heads(year)):
        target = workbook_file(city, head)
        former = usual_file(city.sheets, head) if is_first else target
        for file in dict.fromkeys((*living_files(city, head, former), *_existing(target))):
            yield _closed(city, head, file, former, protects=protects)
    from_and_to = _generated(city, ""), _generated(city, f"{year}年度")
    yield from _generated_files(city, *from_and_to, moves=is_first)


def closing_words(city: CitySettings, year: int) -> str:
    """Return what closing a year comes to, in the past tense; run again, it closes the workbooks that were left."""
    if is_closed(city.store.files, year):
        return "すでに締めてあります。残っていたファイルも確かめました"
    return "締めました"


def reopening_words(city: CitySettings, year: int) -> str:
    """Return what opening a closed year again comes to, in the past tense, as for closing it."""
    if is_reopened(city.store.files, year):
        return "締めたことは、すでに取り消してあります。残っていたファイルも確かめました"
    return "締めたことを取り消しました"


def refuse_open_year(city: CitySettings, year: int) -> None:
    """Raise StoreError for a year that is not closed, and was not opened again either."""
    files = city.store.files
    if not (is_closed(files, year) or is_reopened(files, year)):
        raise StoreError(_NOT_CLOSED.format(year=year))


def reopen_year(city: CitySettings, source: Source, progress: Progress) -> Iterator[ClosedFile]:
    """Take back that the year of a city's settings was closed, and yield what became of each workbook.

    Run again, it goes on where it stopped. Workbooks that somebody has open stay as they are. Raises StoreError where the
    store or the share cannot be written.
    """
    year = city.terms.fiscal_year
    with city.store.writing():
        if not is_reopened(city.store.files, year):
            act = EditionAct("reopen", year, source.when, source.who)
            write_edition_act(city.store.files, year, act)
    for head in progress(city.store.heads(year)):
        closed, target = usual_file(city.sheets, head, f"{year}年度"), workbook_file(city, head)
        for file in dict.fromkeys((*living_files(city, head, target), *_existing(closed))):
            hindrance = _rewritten(city, file, lambda _file, data: unprotect_worksheets(data))
            yield _moved(city, file, closed, target, hindrance)
    from_and_to = _generated(city, f"{year}年度"), _generated(city, "")
    yield from _generated_files(city, *from_and_to, moves=is_founding(city.store.files, year))


def _existing(file: Path) -> list[Path]:
    """Return a file where it is there: an earlier run may have moved it already."""
    return [file] if can_be_seen(file) else []


def _closed(
    city: CitySettings, head: Sheet, file: Path, former: Path, *, protects: bool
) -> ClosedFile:
    """Protect a workbook, then move it from its former usual place to that of its year."""
    hindrance = _rewritten(city, file, partial(_protected, city)) if protects else ""
    return _moved(city, file, former, workbook_file(city, head), hindrance)


def _moved(
    city: CitySettings, file: Path, former: Path, target: Path, hindrance: str
) -> ClosedFile:
    """Move a workbook that lies at its former usual place, unless something hinders that."""
    if hindrance or file != former or file == target:
        return ClosedFile(file, hindrance)
    hindrance = rename_where_possible(city, file, target)
    return ClosedFile(file if hindrance else target, hindrance)


def _protected(city: CitySettings, file: Path, data: bytes) -> bytes:
    """Return a workbook with its worksheets protected; WorkbookError where it holds anything that is not received yet."""
    reason = _unreceived(city, file, data) or protection_of(file, file.lstat(), data)
    if reason:
        raise WorkbookError(reason)
    return protect_worksheets(data)


def _rewritten(city: CitySettings, file: Path, change: Callable[[Path, bytes], bytes]) -> str:
    """Write what becomes of a workbook; return in Japanese why that cannot be done, "" where it is so."""
    opened = opened_by(file)
    if opened is not None:
        return f"{opened.who or 'だれか'}が開いています"
    shared = SharedFolder(city.shared.resolve(), scratch_folder(city.store.folder))
    data = shared.read(file)
    if data is None:
        return "読み取れません"
    try:
        written = change(file, data)
    except WorkbookError as fault:
        return fault.reason
    if written == data:
        return ""
    outcome = replace_unchanged(shared, file, data, written)
    return "" if outcome == "written" else "いま保存されたところです。もう一度実行してください"


def _unreceived(city: CitySettings, file: Path, data: bytes) -> str:
    source = source_of(file, city, now(), user())
    compared = compare_workbook(city.store, city.terms, data, source)
    return _UNRECEIVED if compared.unreceived_worksheets else ""


class _Generated(NamedTuple):
    """Where the summaries and the board of an edition are."""

    summaries: Path
    boards: tuple[Path, ...]


def _generated(city: CitySettings, name: str) -> _Generated:
    """Return where they are under the name of a year, "" for an edition without a folder of its own."""
    boards = (city.shared / BOARD_PAGE, city.shared / BOARD_BOOK)
    named = tuple(file.with_stem(f"{file.stem}_{name}") if name else file for file in boards)
    return _Generated(city.shared / SUMMARIES / name, named)


def _generated_files(
    city: CitySettings, former: _Generated, target: _Generated, *, moves: bool
) -> Iterator[ClosedFile]:
    """Move summaries and board and bring them up to date; yield those that cannot be moved now.

    Then none is made anew: what was made in the new place would keep the former file from ever being moved there.
    """
    left = [*_move_generated(city, former, target)] if moves else []
    yield from left
    if not left:
        _renew_generated(city)


def _move_generated(
    city: CitySettings, former: _Generated, target: _Generated
) -> Iterator[ClosedFile]:
    workbooks = sorted(former.summaries.glob("*.xlsx"))
    summaries = [file for file in workbooks if not file.name.startswith(OWNER_FILE_BEGINNINGS)]
    moves = {file: target.summaries / file.name for file in summaries}
    moves |= dict(zip(former.boards, target.boards, strict=True))
    for file, moved in moves.items():
        if file.is_file() and not moved.exists():
            hindrance = rename_where_possible(city, file, moved)
            if hindrance:
                yield ClosedFile(file, hindrance)


def _renew_generated(city: CitySettings) -> None:
    seen = survey_of(city)
    for _ in write_summaries(city, seen, departments_of(seen), city.summaries):
        pass
    renew_board(city, (), lambda _sentence: None)


__all__ = [
    "ClosedFile",
    "close_year",
    "refuse_open_year",
    "refuse_present_year",
    "reopen_year",
]

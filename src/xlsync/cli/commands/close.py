"""`xlsync close YEAR`: close a past year's workbooks, once it is said what that does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.city.city_paths import display_path
from xlsync.city.clock_and_user import now, user
from xlsync.city.closed_year import ClosedFile, close_year, refuse_present_year
from xlsync.city.year_change import at_year
from xlsync.cli import ATTENTION, INTERRUPTED
from xlsync.cli.agreement import Agreement
from xlsync.cli.cancellable_steps import CancellableSteps, StepsCancelled
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange import Source

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet

_QUESTION: Final = "締めますか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"


def close_edition(folder: Path, year: int, agreement: Agreement, *, protects: bool) -> int:
    """Close a past year's edition where that is agreed, and return the exit code."""
    city = current_city(folder)
    refuse_present_year(city, year)
    about = {"edition": year, "sheets": len(city.store.keys(year))}
    if not agreement.as_json:
        _say_what_happens(year, about["sheets"], protects=protects)
    if not agreement.is_reached(_QUESTION):
        return _left(about, agreement)
    steps = CancellableSteps("締めています", is_whole=True)
    closed = _closed(city, year, steps, protects=protects)
    return _say_closed(city, about, closed, steps, as_json=agreement.as_json)


def _say_closed(
    city: CitySettings,
    about: dict[str, int],
    closed: Sequence[ClosedFile],
    steps: CancellableSteps,
    *,
    as_json: bool,
) -> int:
    """Say what became of the workbooks, and return the exit code."""
    hindered = [each for each in closed if each.hindrance]
    for each in hindered:
        complain(f"{display_path(each.file, city)}：{each.hindrance}")
    steps.complain()
    if as_json:
        files = [_document(city, each) for each in closed]
        put_json({**about, "done": not steps.is_cancelled, "files": files, **steps.to_document()})
    else:
        word = "途中まで締めました" if steps.is_cancelled else "締めました"
        done = len(closed) - len(hindered)
        say(f"{word}。ファイル {done}件、そのままのファイル {len(hindered)}件")
    if steps.is_cancelled:
        return INTERRUPTED
    return ATTENTION if hindered else 0


def _left(about: dict[str, int], agreement: Agreement) -> int:
    if agreement.as_json:
        put_json({**about, "done": False})
    elif not agreement.is_dry_run:
        say(_NOT_DONE)
    return 0 if agreement.is_dry_run else ATTENTION


def _say_what_happens(year: int, count: int, *, protects: bool) -> None:
    how = "書き込めないようにし（写すことはできます）、" if protects else ""
    say(f"{year}年度のシート {count}件のファイルを{how}{year}年度のフォルダに移します。")
    say("開かれているファイルと、まだ受け取っていない内容のあるファイルは、そのままにします。")


class _Closing(NamedTuple):
    """A sheet whose workbooks are closed."""

    sheet: Sheet


def _closed(
    city: CitySettings, year: int, steps: CancellableSteps, *, protects: bool
) -> list[ClosedFile]:
    """Close the year, and return what became of each workbook until somebody cancelled it."""
    source = Source("年度の締め", now(), user())

    def shown(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
        for step in steps([_Closing(sheet) for sheet in sheets]):
            yield step.sheet

    closed: list[ClosedFile] = []
    with contextlib.suppress(StepsCancelled):
        for each in close_year(at_year(city, year), source, shown, protects=protects):
            closed.append(each)  # noqa: PERF402 - what was closed before somebody cancelled it stays
    return closed


def _document(city: CitySettings, closed: ClosedFile) -> dict[str, str]:
    return {"file": display_path(closed.file, city), "reason": closed.hindrance}


__all__ = ["close_edition"]

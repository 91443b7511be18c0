"""`xlsync close YEAR`: close a past year's workbooks, once it is said what that does; or take that back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.city.city_paths import display_path
from xlsync.city.clock_and_user import now, user
from xlsync.city.closed_year import (
    ClosedFile,
    close_year,
    closing_words,
    refuse_open_year,
    refuse_present_year,
    reopen_year,
    reopening_words,
)
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

_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"


@dataclass(frozen=True, slots=True)
class _Act:
    """An act about the workbooks of a past year: what it is called, and what carries it out.

    `done_words` stand where it is partly done, and where it is done, `label` beside the bar.
    """

    question: str
    done_words: tuple[str, str]
    label: str
    carry_out: Callable[[CitySettings, Callable[..., Iterator[Sheet]]], Iterator[ClosedFile]]


def close_edition(folder: Path, year: int, agreement: Agreement, *, protects: bool) -> int:
    """Close a past year's edition where that is agreed, and return the exit code."""
    city = current_city(folder)
    refuse_present_year(city, year)
    how = "書き込めないようにし（写すことはできます）、" if protects else ""
    lines = (
        f"のファイルを{how}{year}年度のフォルダに移します。",
        "開かれているファイルと、まだ受け取っていない内容のあるファイルは、そのままにします。",
    )
    source = Source("年度の締め", now(), user())

    def closed(at: CitySettings, shown: Callable[..., Iterator[Sheet]]) -> Iterator[ClosedFile]:
        return close_year(at, source, shown, protects=protects)

    act = _Act("締めますか", ("締めました", closing_words(city, year)), "締めています", closed)
    return _carried_out(city, year, agreement, act, lines)


def reopen_edition(folder: Path, year: int, agreement: Agreement) -> int:
    """Take back that a past year's edition was closed where that is agreed, and return the exit code."""
    city = current_city(folder)
    refuse_open_year(city, year)
    lines = (
        "のファイルを書き込めるように戻し、締める前のフォルダに移します。",
        "開かれているファイルは、そのままにします。",
    )
    source = Source("年度の締めの取消し", now(), user())

    def reopened(at: CitySettings, shown: Callable[..., Iterator[Sheet]]) -> Iterator[ClosedFile]:
        return reopen_year(at, source, shown)

    question, words = (
        "締めたことを取り消しますか",
        ("締めたことを取り消しました", reopening_words(city, year)),
    )
    return _carried_out(
        city, year, agreement, _Act(question, words, "戻しています", reopened), lines
    )


def _carried_out(
    city: CitySettings, year: int, agreement: Agreement, act: _Act, lines: Sequence[str]
) -> int:
    """Show an act, carry it out where that is agreed, and return the exit code."""
    about = {"edition": year, "sheets": len(city.store.keys(year))}
    if not agreement.as_json:
        first, *others = lines
        say(f"{year}年度のシート {about['sheets']}件{first}")
        for line in others:
            say(line)
    if not agreement.is_reached(act.question):
        return _left(about, agreement)
    steps = CancellableSteps(act.label, is_whole=True)
    closed = _closed(at_year(city, year), act, steps)
    return _say_closed(city, about, closed, act, steps, as_json=agreement.as_json)


def _say_closed(
    city: CitySettings,
    about: dict[str, int],
    closed: Sequence[ClosedFile],
    act: _Act,
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
        partly, whole = act.done_words
        word = f"途中まで{partly}" if steps.is_cancelled else whole
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


class _Closing(NamedTuple):
    """A sheet whose workbooks are closed."""

    sheet: Sheet


def _closed(city: CitySettings, act: _Act, steps: CancellableSteps) -> list[ClosedFile]:
    """Carry an act out, and return what became of each workbook until somebody cancelled it."""

    def shown(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
        for step in steps([_Closing(sheet) for sheet in sheets]):
            yield step.sheet

    closed: list[ClosedFile] = []
    with contextlib.suppress(StepsCancelled):
        for each in act.carry_out(city, shown):
            closed.append(each)  # noqa: PERF402 - what was closed before somebody cancelled it stays
    return closed


def _document(city: CitySettings, closed: ClosedFile) -> dict[str, str]:
    return {"file": display_path(closed.file, city), "reason": closed.hindrance}


__all__ = ["close_edition", "reopen_edition"]

"""A file still growing is never taken; one that stops is taken exactly once; nothing depends on when anybody looked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from xlsync.inbox.intake.stability import (
    OVERDUE_AFTER,
    FileSignature,
    Verdict,
    WatchedFile,
    decide,
    is_overdue,
    mark_failed,
    mark_for_retry,
    mark_ingested,
    observe,
)

QUIET = 10.0
START = 12_345.0
"""The clock counts from when the machine was started, not from 0."""
A, B = FileSignature(1, 1, 1, 1), FileSignature(2, 2, 2, 1)

gaps = st.lists(st.floats(0, 25, allow_nan=False), max_size=25)


def test_a_file_is_taken_when_it_has_rested_at_two_looks() -> None:
    file = observe(None, A, START)
    assert decide(file, START, QUIET) == Verdict("wait", START + 10)
    later = START + 9.9
    assert decide(observe(file, A, later), later, QUIET) == Verdict("wait", START + 10)
    assert decide(observe(file, A, START + 10), START + 10, QUIET).answer == "take"


def test_one_look_is_never_enough_even_without_patience() -> None:
    assert decide(observe(None, A, START), START, 0) == Verdict("wait", START)
    assert decide(observe(None, A, START), START + 0.1, 0).answer == "take"


def test_what_was_taken_stays_so_until_it_looks_otherwise() -> None:
    file = mark_ingested(observe(None, A, START))
    assert decide(observe(file, A, START + 1e6), START + 1e6, QUIET).answer == "unchanged"
    assert decide(observe(file, B, START + 1e6), START + 1e6, QUIET).answer == "wait"


def test_a_file_that_is_again_as_it_was_taken_is_neither_taken_nor_unstable() -> None:
    file = observe(mark_ingested(observe(None, A, START)), B, START + 20)
    again = observe(file, A, START + 30)
    assert decide(again, START + 1e6, QUIET).answer == "unchanged"
    assert not is_overdue(again, START + 1e6)


def test_size_and_time_alone_are_not_all_of_a_look() -> None:
    file = mark_ingested(observe(None, A, START))
    for other in (replace(A, ctime=9), replace(A, inode=9)):
        assert decide(observe(file, other, START + 50), START + 50, QUIET).answer == "wait"


def test_failures_are_tried_again_ever_more_slowly_and_for_ever() -> None:
    file, now, pauses = observe(None, A, START), START + 10, []
    for _ in range(9):
        assert decide(file, now, QUIET).answer == "take"
        file = mark_failed(file, now)
        held = decide(file, now, QUIET)
        assert held.answer == "hold"
        pauses.append(held.due_at - now)
        now = held.due_at
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_a_file_that_changes_after_a_failure_is_not_held_back() -> None:
    file = mark_failed(observe(None, A, START), START + 10)
    assert decide(observe(file, B, START + 11), START + 21, QUIET).answer == "take"


def test_a_file_to_take_once_more_is_taken_at_once_and_pauses_from_the_beginning() -> None:
    file = mark_failed(mark_failed(observe(None, A, START), START + 10), START + 12)
    again = mark_for_retry(mark_ingested(file))
    assert decide(again, START + 13, QUIET).answer == "take"
    assert decide(mark_failed(again, START + 13), START + 13, QUIET) == Verdict("hold", START + 15)
    assert is_overdue(again, START + OVERDUE_AFTER)
    failed_before = mark_for_retry(file)
    assert decide(failed_before, START + 13, QUIET).answer == "take"
    assert mark_failed(failed_before, START + 13).retry == START + 15


def test_people_are_told_after_ten_minutes_of_unrest() -> None:
    file = observe(None, A, START)
    for second in range(1, int(OVERDUE_AFTER)):
        file = observe(file, replace(A, mtime=second), START + second)
        assert not is_overdue(file, START + second)
    assert is_overdue(file, START + OVERDUE_AFTER)
    assert not is_overdue(mark_ingested(file), START + OVERDUE_AFTER)


def test_the_unrest_of_a_file_that_was_taken_begins_with_its_first_change() -> None:
    file = observe(mark_ingested(observe(None, A, START)), B, START + 5)
    file = observe(file, replace(B, mtime=9), START + 300)
    assert not is_overdue(file, START + 4 + OVERDUE_AFTER)
    assert is_overdue(file, START + 5 + OVERDUE_AFTER)


@given(writes=gaps, looks=gaps)
def test_nothing_is_taken_that_was_written_to_less_than_quiet_ago(
    writes: list[float], looks: list[float]
) -> None:
    """However the looks fall: late, doubled (a gap of 0), or in bursts."""
    written = _times(writes)
    file: WatchedFile | None = None
    for now in _times(looks):
        done = [moment for moment in written if moment <= now]
        if not done:
            continue  # not there yet
        file = observe(file, FileSignature(len(done), 0, 0, 1), now)
        if decide(file, now, QUIET).answer == "take":
            assert now - done[-1] >= QUIET
            file = mark_ingested(file)


@given(writes=gaps.filter(bool), looks=gaps, fails=st.integers(0, 8))
def test_a_file_that_stops_is_taken_exactly_once(
    writes: list[float], looks: list[float], fails: int
) -> None:
    written, moments = _times(writes), _times(looks)
    end = max((*written, *moments, 0.0))
    moments += [
        end + 11 * step for step in range(1, 60)
    ]  # the scan goes on whatever the events did
    file: WatchedFile | None = None
    takings: list[int] = []
    for now in moments:
        state = sum(moment <= now for moment in written)
        if not state:
            continue
        file = observe(file, FileSignature(state, 0, 0, 1), now)
        if decide(file, now, QUIET).answer == "take":
            if state == len(written) and fails:
                fails, file = fails - 1, mark_failed(file, now)
            else:
                takings.append(state)
                file = mark_ingested(file)
    assert takings == sorted(set(takings))
    assert takings[-1] == len(written)


@given(
    seconds=st.lists(st.integers(0, 25), min_size=1, max_size=25),
    events=st.lists(
        st.sampled_from(["same", "saved", "failed", "taken"]), min_size=25, max_size=25
    ),
    began=st.sampled_from([1, 3_600, 10**7]),
)
def test_what_is_decided_does_not_depend_on_when_the_clock_began(
    seconds: list[int], events: list[str], began: int
) -> None:
    assert _verdicts(seconds, events, began) == _verdicts(seconds, events, 0)


def _verdicts(seconds: list[int], events: list[str], began: int) -> list[tuple[str, float, bool]]:
    """What is decided at each look, and when the next is due, in seconds since the clock began."""
    file: WatchedFile | None = None
    decided: list[tuple[str, float, bool]] = []
    now, state = float(began), 1
    for pause, event in zip(seconds, events, strict=False):
        now += pause
        state += event == "saved"
        file = observe(file, FileSignature(state, 0, 0, 1), now)
        verdict = decide(file, now, QUIET)
        due = verdict.due_at - began if verdict.answer in {"wait", "hold"} else 0
        decided.append((verdict.answer, due, is_overdue(file, now)))
        file = mark_failed(file, now) if event == "failed" else file
        file = mark_ingested(file) if event == "taken" else file
    return decided


def _times(steps: list[float]) -> list[float]:
    now, times = 0.0, []
    for step in steps:
        now += step
        times.append(now)
    return times

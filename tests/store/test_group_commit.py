"""Group commit: read as if it were written, written in an order that a power cut cannot turn round, told of afterwards."""

from __future__ import annotations

import contextlib
import errno
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.cities import city
from tests.store.disk_calls import Call, refusing, watching
from xlsync.errors import StoreBusy, StoreError
from xlsync.exchange import Source, Terms
from xlsync.exchange.receive import receive
from xlsync.form.library import load_form
from xlsync.store import Store, audit
from xlsync.store.commit_order import Act, Write, steps
from xlsync.store.group_commit import LONGEST, GroupCommit
from xlsync.store.lock import holding
from xlsync.store.store_batch import store_batch
from xlsync.store.store_path import FilesPath, name_below, remove_folder

TERMS = Terms(load_form(), papers.EDITION)
SHEETS = ("01", "02", "03")
PATHS = (
    "revisions/2018/01/1.json",
    "revisions/2018/01/2.json",
    "sheets/2018/02.json",
    "keys/2018/03.json",
)


def still() -> float:
    return 0.0


def act_of(sheet: str, number: int, *, is_listed: bool, has_workbook: bool, copies: int) -> Act:
    """What a receipt writes, in the order in which it would write it alone."""
    received = [Write("create", f"received/{number}.xlsx")] if has_workbook else []
    line = [Write("replace", "seals/000001.txt", b"%d" % number)] if is_listed else []
    saved = [Write("replace", f"taken/2018/{sheet}/{copy}.json") for copy in range(copies)]
    revision = Write("create", f"revisions/2018/{sheet}/{number}.json")
    return [*received, revision, *line, Write("replace", f"sheets/2018/{sheet}.json"), *saved]


@st.composite
def groups(draw: st.DrawFn) -> list[Act]:
    """Acts on different sheets."""
    sheets = draw(st.lists(st.sampled_from(SHEETS), unique=True, min_size=1))
    flags = st.booleans()
    return [
        act_of(
            sheet,
            number,
            is_listed=draw(flags),
            has_workbook=draw(flags),
            copies=draw(st.integers(0, 3)),
        )
        for number, sheet in enumerate(sheets, 1)
    ]


@given(groups())
def test_every_act_keeps_its_order_and_the_list_holds_all_lines_before_any_head(
    acts: list[Act],
) -> None:
    order = list(steps(acts))
    place = {id(write): number for number, step in enumerate(order) for write in step}
    lists = [number for number, step in enumerate(order) for write in step if write.is_seal]
    for act in acts:
        written = [place[id(write)] for write in act if not write.is_seal]
        assert written == sorted(set(written)), "two writes of an act are in one step"
        if any(write.is_seal for write in act):
            names = {write.name.partition("/")[0]: place.get(id(write)) for write in act}
            assert names["revisions"] < lists[0] < names["sheets"]  # type: ignore[operator]
    assert len(lists) <= 1
    last = [write.data for act in acts for write in act if write.is_seal][-1:]
    assert [write.data for step in order for write in step if write.is_seal] == last


def test_an_act_that_concerns_all_sheets_is_written_alone() -> None:
    adopted = [
        Write("create", "forms/f/adopted/1.json"),
        Write("create", "revisions/2018/01/1.json"),
    ]
    order = list(steps([act_of("02", 1, is_listed=True, has_workbook=False, copies=0), adopted]))
    assert [len(step) for step in order] == [1] * 5


changes = st.lists(
    st.tuples(
        st.sampled_from(["create", "replace", "remove"]),
        st.sampled_from(PATHS),
        st.binary(max_size=3),
    ),
    max_size=12,
)


@given(changes, st.integers(0, 12))
def test_what_waits_reads_as_it_will_on_the_disk(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, bytes]], at: int
) -> None:
    folder = tmp_path_factory.mktemp("store")
    group, expected = GroupCommit(folder, still, threads=1), dict[str, bytes]()
    for number, change in enumerate(changes):
        if number == at:
            group.commit()
        with group.holding(1, lambda _sentence: None):
            make(group, change, expected)
        assert told(FilesPath(group), expected) == expected
    group.commit()
    files = [folder / name for name in PATHS]
    assert {
        name_below(each, folder): each.read_bytes() for each in files if each.exists()
    } == expected


def make(group: GroupCommit, change: tuple[str, str, bytes], expected: dict[str, bytes]) -> None:
    """Make a change in the group, and in what is expected."""
    kind, name, data = change
    if kind == "create":
        assert group.create_once(name, data) == (name not in expected)
        expected.setdefault(name, data)
    elif kind == "replace":
        group.replace_whole(name, data)
        expected[name] = data
    elif name in expected:
        group.remove(name)
        del expected[name]


def told(root: FilesPath, expected: dict[str, bytes]) -> dict[str, bytes]:
    """What reading tells of all paths; listing, asking and opening must agree."""
    found = {}
    for name in PATHS:
        file = root / name
        listed = file.parent.exists() and file.name in file.parent.backend.names(
            file.parent.name_below
        )
        assert listed == file.exists() == file.is_file() == (name in expected)
        if file.exists():
            found[name] = file.read_bytes()
            assert file.stat().st_size == len(found[name])
    return found


def received(store: Store, key: str) -> int:
    source = Source(f"{key}.json", "2018-07-03T09:00:00+09:00", "職員")
    (receipt,) = receive(store, TERMS, papers.official_bytes()[key], source)
    assert receipt.revision is not None
    return receipt.revision


def test_what_cannot_be_flushed_is_never_told_even_where_the_fault_was_swallowed(
    tmp_path: Path,
) -> None:
    store = city(tmp_path).store
    with pytest.raises(StoreError, match="空き容量"):
        receive_through_a_fault(store)
    assert store.keys(papers.EDITION) == [papers.CLEAN]
    assert received(store, papers.KEYS[1]) == 1
    assert audit(store) == []


def receive_through_a_fault(store: Store) -> None:
    """Receive sheets in a group whose first flush fails, whatever is said of it."""
    with store_batch(store, still, 1) as batch:
        assert received(batch, papers.CLEAN) == 1  # flushed at once: the form is adopted with it
        assert received(batch, papers.KEYS[1]) == 1
        with watching(refusing(1, errno.ENOSPC)), contextlib.suppress(StoreError):
            remove_folder(batch.files / "nothing")  # flushes what waits
        with contextlib.suppress(StoreError):
            received(batch, papers.KEYS[2])


def test_what_no_memory_was_left_to_flush_is_never_told(tmp_path: Path) -> None:
    store = city(tmp_path).store
    with pytest.raises(StoreError, match="MemoryError"):
        receive_without_memory(store)
    assert store.keys(papers.EDITION) == [papers.CLEAN]
    assert received(store, papers.KEYS[1]) == 1
    assert audit(store) == []


def receive_without_memory(store: Store) -> None:
    """Receive sheets in a group that lasts and finds no memory to be flushed, whatever is said of it."""

    def without_memory(call: Call) -> None:
        if call.name == "fsync":
            raise MemoryError

    now = [0.0]
    with store_batch(store, lambda: now[0], 1) as batch:
        for key in papers.KEYS[:2]:
            received(batch, key)
        now[0] += LONGEST
        with watching(without_memory), contextlib.suppress(StoreError, MemoryError):
            received(batch, papers.KEYS[2])


def test_others_wait_for_a_group_and_see_all_of_it(tmp_path: Path) -> None:
    store, seen = city(tmp_path).store, list[int]()

    def look() -> None:
        with holding(store.files):
            seen.append(len(Store(store.folder).keys(papers.EDITION)))

    with store_batch(store, still, 1) as batch:
        for key in papers.KEYS[:3]:
            received(batch, key)
        other = threading.Thread(target=look)
        other.start()
        assert Store(store.folder).keys(papers.EDITION) == [papers.KEYS[0]]
    other.join()
    assert seen == [3]


def test_a_group_that_lasts_lets_others_write(tmp_path: Path) -> None:
    store, now = city(tmp_path).store, [0.0]
    with store_batch(store, lambda: now[0], 1) as batch:
        for key in papers.KEYS[:2]:
            received(batch, key)
        with pytest.raises(StoreBusy), holding(store.files, patience=0):
            pass
        now[0] += LONGEST
        received(batch, papers.KEYS[2])
        assert Store(store.folder).keys(papers.EDITION) == sorted(papers.KEYS[:2])


def test_whoever_waits_gets_in_between_two_groups(tmp_path: Path) -> None:
    store, now, got_in = city(tmp_path).store, [0.0], threading.Event()

    def wait_and_look() -> None:
        with holding(store.files):
            got_in.set()

    other = threading.Thread(target=wait_and_look)
    with store_batch(store, lambda: now[0], 1) as batch:
        received(batch, papers.KEYS[0])
        received(batch, papers.KEYS[1])
        other.start()
        for _ in range(10):
            now[0] += LONGEST
            with batch.writing():
                pass
        has_waited = not got_in.is_set()
    other.join()
    assert not has_waited

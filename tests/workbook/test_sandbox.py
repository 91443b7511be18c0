"""Files nobody watches are read in a child: whatever becomes of it, the parent goes on and says why."""

from __future__ import annotations

import os
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests import papers
from tests.fuzz.seeds import filled
from tests.ooxml import samples
from xlsync.errors import DamagedWorkbook, HostileWorkbook, NotOurForm
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.sandbox import SandboxReader

procfs = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks a process up in /proc"
)
limited = pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds the time only")


@pytest.fixture(scope="module")
def reader() -> Iterator[SandboxReader]:
    with SandboxReader() as reader:
        yield reader


@pytest.mark.parametrize("key", papers.KEYS)
def test_the_child_reads_what_the_parent_would_read(reader: SandboxReader, key: str) -> None:
    here, there = read(filled(key)), reader.read(filled(key))
    assert there == here
    assert there[0].sheet.edition is here[0].sheet.edition
    assert there[0].sheet.to_json() == here[0].sheet.to_json()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", DamagedWorkbook),
        (b"PK\3\4" + bytes(20 * 2**20), HostileWorkbook),
        (samples.book(""), NotOurForm),
        (samples.zipped(samples.parts("<broken")), NotOurForm),
    ],
    ids=["empty", "too big", "another workbook", "a broken worksheet"],
)
def test_an_error_comes_back_as_it_was_raised(
    reader: SandboxReader, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error) as here:
        read(data)
    with pytest.raises(error) as there:
        reader.read(data)
    assert there.value.args == here.value.args


def test_one_child_reads_many_files(reader: SandboxReader) -> None:
    reader.read(filled())
    child = reader.pid
    for _ in range(200):
        assert reader.read(filled())[0].sheet.key == papers.CLEAN
    assert reader.pid == child


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_child_killed_between_files_is_replaced_unnoticed(reader: SandboxReader) -> None:
    for _ in range(3):
        reader.read(filled())
        child = reader.pid
        assert child is not None
        os.kill(child, signal.SIGKILL)
        assert reader.read(filled())[0].sheet.key == papers.CLEAN
        assert reader.pid != child


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_read() -> None:
    with SandboxReader(seconds=0.0001) as reader:
        for _ in range(2):
            with pytest.raises(HostileWorkbook, match="時間"):
                reader.read(filled())
            assert reader.pid is None


@pytest.mark.slow
@limited
def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_one_read() -> None:
    hog = samples.WORKBOOK.replace("<sheets>", "<a>x</a>" * 240_000 + "<sheets>")
    data = samples.zipped(samples.parts(samples.sheet(""), workbook=hog), zipfile.ZIP_STORED)
    with pytest.raises(NotOurForm):
        read(data)
    with SandboxReader(memory_limit_mb=_enough_for_a_form()) as reader:
        assert reader.read(filled())[0].sheet.key == papers.CLEAN
        with pytest.raises(HostileWorkbook, match=r"メモリ|止まりました"):
            reader.read(data)
        assert reader.read(filled())[0].sheet.key == papers.CLEAN


def _enough_for_a_form() -> int:
    """Megabytes in which the child itself and a form find room, and hardly more."""
    for megabytes in range(60, 500, 20):
        with SandboxReader(memory_limit_mb=megabytes) as reader:
            try:
                reader.read(filled())
            except HostileWorkbook:
                continue
            return megabytes
    pytest.fail("the reader needs 500 MB for a form")


def test_a_form_of_a_citys_own_is_read_by_its_own_definition(tmp_path: Path) -> None:
    own = papers.edited_form(tmp_path / "own", ('title = "予算事業別', 'title = "わが市の'))
    with SandboxReader(own) as reader:
        found = reader.read(filled())
    assert found == read(filled(), own)
    assert found[0].sheet.edition is own.at(papers.EDITION)


def test_a_reader_that_was_closed_starts_again() -> None:
    reader = SandboxReader()
    reader.close()
    with reader:
        reader.read(filled())
    assert reader.pid is None
    with reader:
        assert reader.read(filled())[0].sheet.key == papers.CLEAN


def _hog() -> bytes:
    """A workbook of another program that takes half a second to refuse."""
    hog = samples.WORKBOOK.replace("<sheets>", "<a>x</a>" * 240_000 + "<sheets>")
    return samples.zipped(samples.parts(samples.sheet(""), workbook=hog), zipfile.ZIP_STORED)


def _processor_time(pid: int) -> int:
    """Hundredths of a second that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _outcome_while(reader: SandboxReader, act: Callable[[int], None]) -> str:
    """Let the child read, do something once it is at work on the file, and return what became of the file."""
    reader.read(filled())
    pid = reader.pid
    assert pid is not None
    before = _processor_time(pid)

    def disturb() -> None:
        while _processor_time(pid) < before + 6:
            time.sleep(0.005)
        act(pid)

    thread = Thread(target=disturb, daemon=True)
    thread.start()
    try:
        reader.read(_hog())
    except (HostileWorkbook, NotOurForm) as fault:
        thread.join(10)
        return f"{fault.code} {fault.reason}"
    return ""


@procfs
def test_a_child_that_has_to_wait_longer_than_its_seconds_reads_the_file_all_the_same() -> None:
    def stand_still(pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(pid, signal.SIGCONT)

    with SandboxReader(seconds=1) as reader:
        assert _outcome_while(reader, stand_still).startswith(NotOurForm.code)


@procfs
def test_the_system_ends_a_child_that_uses_more_processor_time_and_that_is_what_is_told() -> None:
    limits: list[int] = []

    def look_and_end(pid: int) -> None:
        lines = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8").splitlines()
        (line,) = (line for line in lines if line.startswith("Max cpu time"))
        limits.append(int(line.split()[3]) - _processor_time(pid) // 100)
        os.kill(pid, signal.SIGXCPU)  # what the system does at the limit

    with SandboxReader(seconds=3) as reader:
        assert "時間" in _outcome_while(reader, look_and_end)
        assert reader.read(filled())[0].sheet.key == papers.CLEAN
    assert 3 <= limits[0] <= 6

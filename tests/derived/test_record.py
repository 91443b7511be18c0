"""The record of what was derived: it tells what was saved or nothing, whatever happens to its file."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xlsync.derived.derived_record import DerivedRecord, DerivedRow

ROWS = {
    f"2018/01-02-{number:02}": DerivedRow(f"{number:064x}", f"値{number}".encode() * number)
    for number in range(1, 60)
}


def _record(folder: Path) -> DerivedRecord:
    record = DerivedRecord(folder)
    record.save("progress", ROWS)
    return record


def test_what_is_saved_is_told_by_kind_and_subject(tmp_path: Path) -> None:
    record = _record(tmp_path)
    assert record.rows("progress") == ROWS
    some = dict(list(ROWS.items())[3:5])
    assert DerivedRecord(tmp_path).rows("progress", [*some, "2018/none"]) == some
    assert record.rows("receipts") == {}
    record.save("progress", {"2018/01-02-01": DerivedRow("new", b"")})
    assert record.rows("progress") == {**ROWS, "2018/01-02-01": DerivedRow("new", b"")}


def test_reading_makes_no_file_and_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    record = DerivedRecord(tmp_path / "away")
    assert record.rows("progress") == {}
    record.save("progress", ROWS)
    assert DerivedRecord(tmp_path).rows("progress") == {}
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_of_a_damaged_file_no_row_says_anything_else(
    tmp_path_factory: object, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("record")  # type: ignore[attr-defined]
    file = _record(folder).file
    content = bytearray(file.read_bytes())
    if data.draw(st.booleans(), label="torn"):
        del content[data.draw(st.integers(0, len(content)), label="length") :]
    for _ in range(data.draw(st.integers(1, 4), label="flips")):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    record = DerivedRecord(folder)
    assert record.rows("progress").items() <= ROWS.items()
    assert record.rows("progress", ROWS).items() <= ROWS.items()
    record.save("progress", ROWS)
    record.save("progress", ROWS)  # the first one may have found no database, and begun anew
    assert record.rows("progress").items() <= ROWS.items()


def test_a_file_that_is_no_database_is_begun_anew(tmp_path: Path) -> None:
    record = _record(tmp_path)
    record.file.write_bytes(b"no database at all" * 100)
    assert record.rows("progress") == {}
    record.save("progress", ROWS)
    record.save("progress", ROWS)
    assert record.rows("progress") == ROWS


def test_a_writer_killed_at_any_moment_leaves_rows_that_were_saved(tmp_path: Path) -> None:
    killed = 0
    for pause in (0.002, 0.01, 0.03, 0.06, 0.1):
        child = os.fork()
        if child == 0:
            number = 0
            while True:
                number += 1
                rows = {
                    name: DerivedRow(f"{number}", row.derived_data) for name, row in ROWS.items()
                }
                DerivedRecord(tmp_path).save("progress", rows)
        time.sleep(pause)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WTERMSIG(status) == signal.SIGKILL
        rows = DerivedRecord(tmp_path).rows("progress")
        is_whole = len({row.inputs_digest for row in rows.values()}) <= 1
        assert rows == ROWS or is_whole, "half of a save"  # ROWS: killed before it saved anything
        assert all(row.derived_data == ROWS[name].derived_data for name, row in rows.items())
        DerivedRecord(tmp_path).save("progress", ROWS)
        assert DerivedRecord(tmp_path).rows("progress") == ROWS
    assert killed == 5


def test_while_another_process_writes_nothing_waits_for_long(tmp_path: Path) -> None:
    record = _record(tmp_path)
    with record._connected(writes=True) as other:  # noqa: SLF001 - the lock of another process
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert record.rows("progress") == {}
        record.save("progress", {"2018/01-02-01": DerivedRow("new", b"")})
        assert time.monotonic() - began < 2
        other.execute("ROLLBACK")
    assert record.rows("progress") == ROWS

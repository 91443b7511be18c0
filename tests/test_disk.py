"""Files are created whole or not at all, replaced in one step, and never half written."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from xlsync.disk import create_once, replace_in_place, replace_whole
from xlsync.errors import StoreError


def never(_seconds: float) -> None:
    pytest.fail("it waited")


def test_a_file_is_created_once(tmp_path: Path) -> None:
    file = tmp_path / "部" / "課" / "a.xlsx"
    assert create_once(file, b"one")
    assert not create_once(file, b"two")
    assert file.read_bytes() == b"one"
    assert [entry.name for entry in file.parent.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_share_without_hard_links_gets_its_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    file = tmp_path / "a.xlsx"
    assert create_once(file, b"one")
    assert not create_once(file, b"two")
    assert file.read_bytes() == b"one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


def test_replacing_in_place_keeps_the_permissions(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"old")
    file.chmod(0o640)
    replace_in_place(file, b"new", never)
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


class Busy(OSError):
    """What Windows says while somebody looks at the file."""

    winerror = 32


def busy_for(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [Busy() for _ in range(times)]
    replace = Path.replace

    def sometimes(self: Path, target: Path) -> Path:
        if left:
            raise left.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", sometimes)


def test_a_virus_scanner_at_the_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"old")
    busy_for(6, monkeypatch)
    waited: list[float] = []
    replace_in_place(file, b"new", waited.append)
    assert file.read_bytes() == b"new"
    assert sum(waited) == pytest.approx(2.5)


def test_a_file_that_stays_busy_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"old")
    busy_for(99, monkeypatch)
    with pytest.raises(StoreError, match="書き込めません"):
        replace_in_place(file, b"new", lambda _: None)
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [
        ("a.xlsx", b"old")
    ]


def test_a_disk_that_is_full_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.json"
    replace_whole(file, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError) as told:
        replace_whole(file, b"new")
    assert told.value.where == str(file)
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [
        ("a.json", b"old")
    ]

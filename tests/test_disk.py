"""Files are created whole or not at all, replaced in one step, and never half written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xlsync.disk import create_once, remove, replace_in_place, replace_whole
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

    def __init__(self, winerror: int = 32) -> None:
        super().__init__("ほかのプログラムが使用中です")
        self.winerror = winerror


def busy_for(times: int, monkeypatch: pytest.MonkeyPatch, winerror: int = 32) -> None:
    """Let every way to name or unname a file fail some times."""
    left = [Busy(winerror) for _ in range(times)]

    def sometimes(real: Callable[..., None]) -> Callable[..., None]:
        def instead(*given: Any, **options: Any) -> None:
            if left:
                raise left.pop()
            real(*given, **options)

        return instead

    for name in ("link", "replace", "rename"):
        monkeypatch.setattr(os, name, sometimes(getattr(os, name)))


WRITERS: dict[str, Callable[[Path, Callable[[float], None]], object]] = {
    "created once": lambda file, wait: create_once(file, b"new", wait),
    "replaced whole": lambda file, wait: replace_whole(file, b"new", wait),
    "replaced in place": lambda file, wait: replace_in_place(file, b"new", wait),
}
writers = pytest.mark.parametrize("way", WRITERS)


def before(way: str, file: Path) -> None:
    if way != "created once":
        file.write_bytes(b"old")


@writers
@pytest.mark.parametrize("winerror", [5, 32, 33, 1175])
def test_a_virus_scanner_at_the_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, winerror: int
) -> None:
    file = tmp_path / "a.xlsx"
    before(way, file)
    busy_for(6, monkeypatch, winerror)
    waited: list[float] = []
    WRITERS[way](file, waited.append)
    assert file.read_bytes() == b"new"
    assert waited == sorted(waited)
    assert waited[0] == pytest.approx(0.05)
    assert waited[-1] == pytest.approx(1.0)
    assert sum(waited) == pytest.approx(2.5)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


@writers
def test_a_file_that_stays_busy_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    file = tmp_path / "a.xlsx"
    before(way, file)
    busy_for(99, monkeypatch)
    with pytest.raises(StoreError, match="書き込めません"):
        WRITERS[way](file, lambda _: None)
    left = [] if way == "created once" else [("a.xlsx", b"old")]
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == left


@writers
@pytest.mark.parametrize("winerror", [2, 3, 112])
def test_what_does_not_pass_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, winerror: int
) -> None:
    file = tmp_path / "a.xlsx"
    before(way, file)
    busy_for(1, monkeypatch, winerror)
    with pytest.raises(StoreError, match="書き込めません"):
        WRITERS[way](file, never)


def test_a_memory_somebody_looks_at_is_deleted_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"x")
    left = [Busy(), Busy()]
    unlink = os.unlink

    def sometimes(path: Path) -> None:
        if left:
            raise left.pop()
        unlink(path)

    monkeypatch.setattr(os, "unlink", sometimes)
    waited: list[float] = []
    remove(file, waited.append)
    assert not file.exists()
    assert len(waited) == 2


def test_a_temporary_file_that_cannot_be_deleted_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named already, and whoever asked must be told so."""

    def held(_path: Path) -> None:
        raise Busy

    monkeypatch.setattr(os, "unlink", held)
    assert create_once(tmp_path / "a.json", b"x", never)
    assert (tmp_path / "a.json").read_bytes() == b"x"


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


def test_a_file_is_not_replaced_where_the_last_look_says_no(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    assert not replace_in_place(file, b"new", lambda _: None, only_if=lambda: False)
    assert file.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert replace_in_place(file, b"new", lambda _: None, only_if=lambda: True)
    assert file.read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives files away")
def test_a_replaced_file_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    os.chown(file, 65534, 65534)
    file.chmod(0o640)
    assert replace_in_place(file, b"new")
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65534, 0o640)


@pytest.mark.parametrize(("mode", "replaced"), [(0o640, False), (0o666, True)])
def test_a_file_is_not_taken_from_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, *, replaced: bool
) -> None:
    """Where the new file would be ours alone, those who could write the old one could not any more."""
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(mode)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    other = os.stat_result((*file.stat()[:4], 12345, 12345, *file.stat()[6:]))
    look = Path.stat
    monkeypatch.setattr(os, "chown", refuse)
    monkeypatch.setattr(
        Path, "stat", lambda path, **how: other if path == file else look(path, **how)
    )
    if replaced:
        assert replace_in_place(file, b"new")
    else:
        with pytest.raises(StoreError):
            replace_in_place(file, b"new")
    assert file.read_bytes() == (b"new" if replaced else b"old")

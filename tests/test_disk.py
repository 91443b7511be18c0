"""Files are created whole or not at all, replaced in one step, and never half written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xlsync import atomic_rename, disk
from xlsync.atomic_rename import rename_to_free_name
from xlsync.disk import (
    create_once,
    is_file_in_use,
    is_temporary,
    remove,
    remove_unchanged_since,
    replace_whole,
    reported_at,
)
from xlsync.errors import StoreError
from xlsync.open_folder import temporary_name

pytestmark = pytest.mark.usefixtures("real_flushes")


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


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    name = "評" * 83 + ".xlsx" + "a"
    assert len(os.fsencode(name)) == 255
    replace_whole(tmp_path / name, b"whole")
    assert create_once(tmp_path / f"b{name[1:]}", b"once")
    assert (tmp_path / name).read_bytes() == b"whole"


def test_a_planted_link_is_never_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the random name could be guessed."""
    secret, folder = tmp_path / "secret", tmp_path / "folder"
    secret.write_bytes(b"secret")
    folder.mkdir()
    name = temporary_name()
    (folder / name).symlink_to(secret)
    monkeypatch.setattr(disk, "temporary_name", lambda: name)
    with pytest.raises(StoreError):
        replace_whole(folder / "a.json", b"mine")
    assert secret.read_bytes() == b"secret"


@pytest.mark.parametrize(
    "name", [".xlsync-0123456789abcdef.part", ".評価.xlsx.1234-5678.part", ".4.json.123.part"]
)
def test_our_temporary_files_are_recognized(name: str) -> None:
    assert is_temporary(name)
    assert is_temporary(temporary_name())


@pytest.mark.parametrize("name", ["日報.part", ".part", ".xlsync-1.part", "a.1-2.part"])
def test_other_peoples_files_are_not_taken_for_ours(name: str) -> None:
    assert not is_temporary(name)


def test_only_our_temporary_files_that_nobody_writes_any_more_are_deleted(tmp_path: Path) -> None:
    old, new, other = (
        tmp_path / name for name in (temporary_name(), temporary_name(), "日報.part")
    )
    for file in (old, new, other):
        file.write_bytes(b"half")
    os.utime(old, (1_000, 1_000))
    os.utime(other, (1_000, 1_000))
    remove_unchanged_since(tmp_path, 2_000)
    assert sorted(tmp_path.iterdir()) == sorted((new, other))
    remove_unchanged_since(tmp_path / "none", 2_000)


def test_a_planted_link_with_the_name_of_a_temporary_file_is_deleted_and_not_what_it_leads_to(
    tmp_path: Path,
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"new")
    link = tmp_path / temporary_name()
    link.symlink_to(precious)
    os.utime(link, (1_000, 1_000), follow_symlinks=False)
    remove_unchanged_since(tmp_path, 2_000)
    assert [*tmp_path.iterdir()] == [precious]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(OSError(errno.ENOSPC, "No space left"), "No space left"), (OSError(), "入出力エラー")],
)
def test_the_reason_of_the_system_is_told(tmp_path: Path, fault: OSError, reason: str) -> None:
    with pytest.raises(StoreError, match=f"書き込めません（{reason}）"), reported_at(tmp_path):
        raise fault


def test_a_file_in_use_is_told_apart_from_other_errors(tmp_path: Path) -> None:
    for winerror, in_use in ((32, True), (33, True), (5, False), (0, False)):
        with pytest.raises(StoreError) as told, reported_at(tmp_path):
            raise Busy(winerror)
        assert is_file_in_use(told.value) is in_use


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file on a system that renames in no other way than os.rename."""
    monkeypatch.setattr(atomic_rename, "_FUNCTION", None)
    (tmp_path / "new").write_bytes(b"new")
    return tmp_path


@pytest.mark.parametrize("code", [None, errno.EPERM, errno.EOPNOTSUPP])
def test_a_free_name_is_taken_without_renameat2_and_without_links(
    plain: Path, monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    if code is not None:
        monkeypatch.setattr(os, "link", _refusing(code))
    rename_to_free_name((str(plain / "new"), None), (str(plain / "file"), None))
    assert [(entry.name, entry.read_bytes()) for entry in plain.iterdir()] == [("file", b"new")]


@pytest.mark.parametrize("code", [None, errno.EPERM])
def test_a_name_that_is_taken_stays_whoever_has_it(
    plain: Path, monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    if code is not None:
        monkeypatch.setattr(os, "link", _refusing(code))
    (plain / "file").write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        rename_to_free_name((str(plain / "new"), None), (str(plain / "file"), None))
    assert (plain / "file").read_bytes() == b"theirs"
    assert (plain / "new").read_bytes() == b"new"


def test_a_name_taken_in_vain_is_free_again(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", _refusing(errno.EPERM))
    monkeypatch.setattr(os, "replace", _refusing(errno.EIO))
    with pytest.raises(OSError, match="no"):
        rename_to_free_name((str(plain / "new"), None), (str(plain / "file"), None))
    assert [entry.name for entry in plain.iterdir()] == ["new"]


def test_links_refused_for_another_reason_are_an_error(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _refusing(errno.EIO))
    with pytest.raises(OSError, match="no"):
        rename_to_free_name((str(plain / "new"), None), (str(plain / "file"), None))
    assert [entry.name for entry in plain.iterdir()] == ["new"]


def _refusing(code: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "no")

    return refuse


def test_the_systems_own_rename_takes_a_free_name_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"new")
    rename_to_free_name((str(tmp_path / "new"), None), (str(tmp_path / "file"), None))
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("file", b"new")]
    (tmp_path / "new").write_bytes(b"newer")
    with pytest.raises(FileExistsError):
        rename_to_free_name((str(tmp_path / "new"), None), (str(tmp_path / "file"), None))
    assert (tmp_path / "file").read_bytes() == b"new"
    assert (tmp_path / "new").read_bytes() == b"newer"

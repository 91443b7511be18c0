"""A place is empty when its file is gone, not when nobody can look."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.city_paths import is_vacant


def test_a_place_is_empty_only_where_its_folder_is_there(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    file = share / "a.xlsx"
    file.write_bytes(b"x")
    assert not is_vacant(str(file), None)
    file.unlink()
    assert is_vacant(str(file), None)
    share.rmdir()
    assert not is_vacant(str(file), None), "the share is away; the file may be there"

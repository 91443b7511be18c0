"""The fiscal year in xlsync.toml, changed in its line; every other character of the file stays as it is."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.disk import replace_whole
from xlsync.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_LINE: Final = re.compile(r"^(\s*edition\s*=\s*)[0-9]+", re.MULTILINE)
_BY_HAND: Final = (
    "edition の行を書き換えられません。edition = {year} と書き換えてから、もう一度実行してください"
)


def set_edition(folder: Path, year: int) -> None:
    """Write a fiscal year into a city's settings; SettingsError where its line is not found."""
    file = folder / SETTINGS_FILE
    data = file.read_bytes()
    text = data.decode("utf-8-sig")
    before = tomllib.loads(text)
    if before.get("edition") == year:
        return
    written = _LINE.sub(lambda line: f"{line[1]}{year}", text, count=1)
    if tomllib.loads(written) != {**before, "edition": year}:
        raise SettingsError(_BY_HAND.format(year=year), str(file))
    marker = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    replace_whole(file, marker + written.encode())


__all__ = ["set_edition"]

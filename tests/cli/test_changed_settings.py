"""Settings that change while a program runs: taken where they can be followed, told once where they cannot."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from xlsync.city.changed_settings import ChangedSettings

LOG = logging.getLogger("xlsync.test")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("edition", "edition = 9"), ("form", 'form = "ない様式"')],
)
def test_settings_that_cannot_be_followed_are_told_once_and_the_next_ones_are_taken(
    line: str, wrong: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = folder / "xlsync.toml"
    good = file.read_text(encoding="utf-8")
    changed = ChangedSettings(folder, LOG)
    assert changed.renewed() is None
    bad, count = re.subn(rf"(?m)^{line} = .*$", wrong, good)
    assert count == 1
    file.write_text(bad, encoding="utf-8")
    assert [changed.renewed(), changed.renewed()] == [None, None]
    assert len([record for record in caplog.records if "前の設定のまま" in record.message]) == 1
    file.write_text(good.replace("つくば市", "ほかの市"), encoding="utf-8")
    city = changed.renewed()
    assert city is not None
    assert city.name == "ほかの市"

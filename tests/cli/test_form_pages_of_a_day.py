"""`xlsync export --at` gives the workbook of every version out again: byte for byte what was issued, but for the copy's id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run, living
from tests.form_changes import CHANGES, changed_form
from tests.ooxml import samples
from xlsync.city.settings import find_settings
from xlsync.workbook.reading.form_reader import read

KEY = papers.CLEAN
VERSIONS = ((), tuple(CHANGES))
HIDDEN_CHECKS = "xl/worksheets/sheet5.xml"
DAY = "2018-0{}-15"


def test_the_page_of_every_version_is_what_was_issued_apart_from_the_copys_id(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = []
    for number, names in enumerate(VERSIONS, 1):
        at(monkeypatch, f"{DAY.format(number)}T10:00:00+09:00")
        if names:
            form = changed_form(folder / f"form-{number}", names)
            assert run("form", "adopt", "--yes", "-C", folder, form).code == 0
        else:
            assert run("import", "-C", folder, EXAMPLES / f"{KEY}.json").code in {0, 1}
        run("export", "-C", folder, KEY)
        file = living(folder)
        issued.append(file.read_bytes())
        file.unlink()
    for number, data in enumerate(issued, 1):
        day = DAY.format(number)
        assert run("export", "-C", folder, KEY, "--at", day, "--out", folder).code == 0
        again = (folder / f"{KEY}_{day}時点.xlsx").read_bytes()
        (reading,) = read(again, find_settings(folder).terms.form)
        assert reading.version == number
        before, after = parts(data), parts(again)
        assert [name for name in before if before[name] != after.get(name)] == []
        assert after.keys() == before.keys()


def at(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    """Let the commands run at a time."""
    for module in ("cli.commands.form_adopt", "city.file_receipts"):
        monkeypatch.setattr(f"xlsync.{module}.now", lambda: time)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook without the copy's id, and without what the checks know of other sheets today."""
    copies = set(re.findall(rb"copy=([0-9a-f]+)", samples.unzipped(data)["xl/workbook.xml"]))
    (copy,) = copies
    return {
        name: part.replace(copy, b"COPY")
        for name, part in samples.unzipped(data).items()
        if name != HIDDEN_CHECKS
    }

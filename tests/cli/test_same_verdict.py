"""A file of which some part is not what was written is refused at every door alike, and a file that is whole at none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import cities, papers, watching
from tests.addin import pressed
from tests.commands import Run
from tests.damage import damaged, padded
from xlsync.addin.protocol.changes import Verb
from xlsync.errors import DamagedWorkbook
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.sandbox import SandboxReader

SENTENCE = "ファイルの中身が壊れています"


@pytest.fixture
def issued(tmp_path: Path) -> bytes:
    town = cities.city(tmp_path / "issuer")
    town.register()
    return cities.typed(town.give_out(), {"purpose": "新しい目的"})


def test_reading_in_python_and_in_the_sandbox(issued: bytes) -> None:
    with SandboxReader() as sandbox:
        for reader in (read, sandbox.read):
            with pytest.raises(DamagedWorkbook, match=SENTENCE):
                reader(damaged(issued))
            assert reader(padded(issued)) == read(issued)


def test_check_and_import(issued: bytes, tmp_path: Path, run: Run) -> None:
    assert run("init", tmp_path / "city").code == 0
    bad, good = tmp_path / "壊れた.xlsx", tmp_path / "評価シート.xlsx"
    bad.write_bytes(damaged(issued))
    good.write_bytes(padded(issued))
    for command in ("check", "import"):
        said = run(command, "-C", tmp_path / "city", bad)
        assert said.code
        assert SENTENCE in said.out + said.err
        assert SENTENCE not in run(command, "-C", tmp_path / "city", good).out
    assert papers.CLEAN in run("status", "-C", tmp_path / "city").out


def test_the_watcher(issued: bytes, tmp_path: Path) -> None:
    here = watching.desk(tmp_path / "watched")
    here.put("a.xlsx", damaged(issued))
    assert here.outcomes().count("accepted") == 0
    here.pass_time(3600)
    here.outcomes()
    assert SENTENCE in here.sweep.troubles["a.xlsx"]
    here.put("a.xlsx", padded(here.town.give_out()))
    here.outcomes()
    assert not here.sweep.troubles


@pytest.mark.parametrize("verb", ["validate", "submit", "pull"])
def test_the_buttons(verb: Verb, tmp_path: Path) -> None:
    desk = pressed.desk(tmp_path / "pressed")
    screen = desk.open()
    screen.type({"purpose": "新しい目的"})
    whole = screen.data
    screen.data = damaged(whole)
    assert SENTENCE in pressed.failed(desk.press(verb, screen))
    screen.data = padded(whole)
    assert not desk.press(verb, screen).answer.failed

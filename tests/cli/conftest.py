"""A command line for the tests: `run` runs it in this process, `folder` is a city's folder made by it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.commands import EXAMPLES, Run, Said, ended
from tests.made_once import made_once
from tests.watcher import impatient

# It needs root and control groups to write in, which no tool of ours can install: `make plays` runs it.
collect_ignore = [] if os.environ.get("XLSYNC_SYSTEMD") else ["test_background_systemd.py"]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line with these words."""

    def ran(*words: object) -> Said:
        code = ended(*words)
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)

    return ran


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A city's folder made by `xlsync init`, whose watcher waits for a moment only."""
    made = tmp_path / "市"
    assert run("init", made, "--name", "つくば市").code == 0
    impatient(made)
    return made


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `filled` copies: it is made once."""

    def make(place: Path) -> None:
        made = place / "市"
        for words in (
            ("init", made, "--name", "つくば市"),
            ("import", "-C", made, EXAMPLES),
            ("export", "-C", made, "--all"),
        ):
            assert ended(*words) in {0, 1}
        impatient(made)

    return made_once(tmp_path_factory, "issued", make) / "市"


@pytest.fixture
def filled(tmp_path: Path, issued: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's folder with the five official sheets and their workbooks; the working directory."""
    folder = tmp_path / "市"
    shutil.copytree(issued, folder)
    monkeypatch.chdir(folder)
    return folder

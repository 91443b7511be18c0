"""A command line for the tests: `run` runs it in this process, `folder` is a city's folder made by it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests import example_forms
from tests.commands import EXAMPLES, Run, Said, city_with_a_workbook, ended
from tests.made_once import made_once
from tests.watcher import impatient

# It needs root and control groups to write in, which no tool of ours can install: `make plays` runs it.
collect_ignore = [] if os.environ.get("XLSYNC_SYSTEMD") else ["test_background_systemd.py"]

FURTHER_FORMS = {"備品": "bihin", "研修": "kenshu"}
"""Names of further forms of a city, and the examples that they are."""


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


@pytest.fixture(scope="session")
def founded_with_forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `several_forms` copies: it is made once."""

    def make(place: Path) -> None:
        folder = place / "市"
        city_with_a_workbook(folder)
        for name, example in FURTHER_FORMS.items():
            words = ("form", "add", name, "--form", example_forms.FOLDER / example)
            assert ended(*words, "--edition", example_forms.YEAR, "-C", folder) == 0
            sheet = min((example_forms.FOLDER / example / "examples").glob("*.json"))
            assert ended("import", "-C", folder / "forms" / name, sheet) in {0, 1}
        assert ended("export", "-C", folder / "forms/備品", "A-301") == 0

    return made_once(tmp_path_factory, "several-forms", make) / "市"


@pytest.fixture
def several_forms(
    founded_with_forms: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A city with the shipped form and two further ones, with their filled sheets; the working directory."""
    folder = Path(shutil.copytree(founded_with_forms, tmp_path / "市"))
    monkeypatch.chdir(folder)
    return folder

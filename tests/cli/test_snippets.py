"""Every example in a docstring and in a README.md does what it says, in a folder with a city and a workbook."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
from pathlib import Path

import pytest

import xlsync
from tests import papers
from tests.commands import EXAMPLES, Run
from xlsync.ooxml import patch_cells, read_cells

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
DOCUMENTED = sorted(
    file for file in (SOURCE / "xlsync").rglob("*.py") if ">>> " in file.read_text(encoding="utf-8")
)
NAMES = {name: getattr(xlsync, name) for name in xlsync.__all__} | {
    "patch_cells": patch_cells,
    "read_cells": read_cells,
}


@pytest.fixture
def desk(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with city/, whose store holds one sheet, and that sheet's workbook sheet.xlsx; the working directory."""
    monkeypatch.chdir(tmp_path)
    assert run("init", "city", "--name", "つくば市").code == 0
    monkeypatch.chdir(tmp_path / "city")
    assert run("import", EXAMPLES / f"{papers.CLEAN}.json").code == 0
    monkeypatch.chdir(tmp_path)
    xlsync.open_city("city").export(papers.CLEAN, "sheet.xlsx")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("file", DOCUMENTED, ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_the_examples_of_a_module_do_what_they_say(file: Path) -> None:
    name = ".".join(file.relative_to(SOURCE).with_suffix("").parts)
    module = importlib.import_module(name.removesuffix(".__init__"))
    result = doctest.testmod(module, extraglobs=NAMES, optionflags=doctest.ELLIPSIS)
    assert result.attempted
    assert not result.failed


def blocks(language: str, readme: Path = ROOT / "README.md") -> list[str]:
    """The code blocks of a README.md in a language."""
    text = readme.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("code", blocks("python"))
def test_the_readmes_python_runs(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("code", blocks("python", SOURCE / "xlsync" / "ooxml" / "README.md"))
def test_the_python_of_the_readme_of_ooxml_runs(code: str) -> None:
    exec(compile(code, "src/xlsync/ooxml/README.md", "exec"), {})  # noqa: S102


def test_the_readmes_tour_runs(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    for key in (papers.CLEAN, papers.KEYS[1]):
        (sheets / f"{key}.json").write_bytes(papers.official_bytes()[key])
    monkeypatch.chdir(tmp_path)
    (tour,) = blocks("console")
    lines = [shlex.split(line, comments=True) for line in tour.splitlines()]
    ran = [words for words in lines if words]
    for program, *words in ran:
        if program == "cd":
            monkeypatch.chdir(words[0])
        else:
            assert program == "xlsync"
            said = run(*words)
            assert said.code in {0, 1}, (words, said)
    assert len(ran) > 10

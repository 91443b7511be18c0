"""A few points of the sweep over every command that writes, and that it is every one; `make crashes` goes over all points."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import typer

from tests.commands import command_names, living
from tests.crash_sweep import (
    COMMANDS,
    NEVER_ENDING,
    READ_ONLY,
    Points,
    in_folder,
    prepared,
    run,
    sweep,
)
from tests.made_once import made_once
from xlsync.cli.app import app

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
EVERY_THIRD = Points(3)


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = made_once(tmp_path_factory, "sweep", prepared)
    return {folder.name: folder for folder in made.iterdir() if folder.is_dir()}


def failures(
    name: str, place: Path, grounds: dict[str, Path], fault: str, points: Points
) -> list[str]:
    (count,) = sweep(name, place, grounds, [fault], points)
    assert count.points
    return count.failures


def begins(words: tuple[str, ...], name: str) -> bool:
    return " ".join(words).startswith(name)


def test_every_command_is_swept_or_changes_no_file() -> None:
    known = [command.words for command in COMMANDS.values()] + [*READ_ONLY.values()]
    names = {*command_names(typer.main.get_command(app))}
    for name in names - NEVER_ENDING.keys():
        assert any(begins(words, name) for words in known), (
            f"{name}: sweep it in tests/crash_sweep.py, or put it among those that change no file"
        )


@pytest.mark.slow
def test_a_command_that_is_not_swept_changes_no_file(
    grounds: dict[str, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(grounds["conflict"], tmp_path / "city"))
    shutil.copytree(grounds["reformed"] / "changed-form", folder / "changed-form")
    shutil.copytree(grounds["kept"] / "控え", folder / "控え")
    before = files_of(folder)
    assert living(folder) in before
    for name, words in READ_ONLY.items():
        code, said = run(in_folder(words, folder))
        assert code in {0, 1, 3}, (name, said)
        assert files_of(folder) == before, name


def files_of(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """The content and time of every file but the locks and the record of what was derived, which may go at any time."""
    every = (file for file in folder.rglob("*") if file.is_file())
    files = (file for file in every if file.suffix not in {".lock", ".sqlite"})
    return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


@pytest.mark.slow
def test_a_demo_killed_in_the_middle_leaves_a_sound_city_and_can_be_run_elsewhere(
    grounds: dict[str, Path], tmp_path: Path
) -> None:
    assert failures("demo", tmp_path, grounds, "kill", Points(10_000, 700)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["form adopt", "live submit", "watch --once", "figures reflection --out"]
)
def test_a_fault_in_the_middle_of_an_adoption_a_press_or_a_watch_is_made_good_too(
    grounds: dict[str, Path], name: str, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, "kill", Points(most=1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["init", "form add", "serve --new-key"])
@pytest.mark.parametrize("fault", ["kill", "EACCES"])
def test_a_fault_in_a_short_command_is_made_good_by_the_next_run(
    grounds: dict[str, Path], name: str, fault: str, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, fault, EVERY_THIRD) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["import what waits", "review --accept", "review --reject"])
@pytest.mark.parametrize(("fault", "start"), [("kill", 5), ("ENOSPC", 3)])
def test_a_fault_while_a_change_waits_or_is_decided_is_made_good_by_the_next_run(
    grounds: dict[str, Path], name: str, fault: str, start: int, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, fault, Points(20, start)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["import a JSON sheet", "import a workbook", "export a workbook", "rollover"]
)
@pytest.mark.parametrize(("fault", "start"), [("kill", 11), ("ENOSPC", 7)])
def test_a_fault_in_the_middle_of_a_command_is_made_good_by_the_next_run(
    grounds: dict[str, Path], name: str, fault: str, start: int, tmp_path: Path
) -> None:
    assert failures(name, tmp_path, grounds, fault, Points(10_000, start)) == []

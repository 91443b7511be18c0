"""The table of what writes (docs/acts.md) speaks of every command there is, and of no option or way back that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from xlsync.cli.app import app

_TEXT = (Path(__file__).parents[2] / "docs/acts.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip("`"): cells[1:]
    for line in _TEXT.splitlines()
    if line.startswith("| `")
    and (cells := [cell.strip() for cell in line.strip("| ").split(" | ")])
}
BESIDE = re.findall(r"`([^`]+)`", _TEXT.partition("These add something")[2])


def _commands(command: Any, *words: str) -> Iterator[tuple[str, frozenset[str]]]:
    for name, each in getattr(command, "commands", {}).items():
        yield from _commands(each, *words, name)
    if not hasattr(command, "commands"):
        yield " ".join(words), frozenset(opt for param in command.params for opt in param.opts)


COMMANDS = dict(_commands(typer.main.get_command(app)))


def test_every_command_is_in_the_table_or_named_beside_it() -> None:
    assert sorted([*ROWS, *BESIDE]) == sorted(COMMANDS)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_what_the_command_can_do(name: str) -> None:
    preview, asks, taken_back, *others = ROWS[name]
    assert (preview == "`--dry-run`") == ("--dry-run" in COMMANDS[name])
    assert (asks == "`--yes`") == ("--yes" in COMMANDS[name])
    assert len(others) == 3
    for way in re.findall(r"`([^`]+)`", taken_back):
        command, _, option = way.partition(" --")
        assert command in COMMANDS
        assert not option or f"--{option}" in COMMANDS[command]
    assert taken_back.startswith(("`", "– ("))
    if "`--revision`" in others[0]:
        assert "--revision" in COMMANDS[name]


def test_every_act_is_shown_first() -> None:
    assert [name for name, cells in ROWS.items() if cells[0] != "`--dry-run`"] == []

"""The guide of the IT section, followed from top to bottom in an empty folder, its settings written as it shows them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.test_guides import ROOT, blocks
from tests.commands import EXAMPLES, Run

GUIDE = ROOT / "docs/ja/it.md"
CITY, BACKUPS = r"C:\評価2018", r"\\backupserver\xlsync\評価2018"
ELSEWHERE = ("service install", "service uninstall", "serve")
"""What changes the computer or runs until it is ended: tests/cli/test_background.py, tests/addin/test_web.py."""


def command_lines() -> list[str]:
    lines = [line for block in blocks(GUIDE) for line in block.splitlines()]
    return [re.split(r"  +#", line)[0].strip() for line in lines if line.startswith("xlsync ")]


def backup_settings() -> str:
    (block,) = (block for block in blocks(GUIDE) if block.startswith("[backup]"))
    return block


def test_the_it_guide_can_be_followed_from_top_to_bottom(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = {CITY: tmp_path / "評価2018", BACKUPS: tmp_path / "控え"}
    followed = []
    for line in command_lines():
        words = [str(folders.get(word, word)) for word in line.split()[1:]]  # \ is no escape here
        if " ".join(words) in ELSEWHERE:
            continue
        if words[0] == "restore":  # the computer is gone
            monkeypatch.chdir(tmp_path)
            shutil.rmtree(folders[CITY])
        if words[:2] == ["service", "install"]:
            words += ["--account", "xlsync"]
        said = run(*words)
        assert said.code in ({0, 1, 3} if words[:2] == ["watch", "--health"] else {0, 1}), (
            line,
            said,
        )
        followed.append(words[0])
        if words[0] == "init":
            monkeypatch.chdir(folders[CITY])
            with Path("xlsync.toml").open("a", encoding="utf-8") as settings:
                settings.write("\n" + backup_settings().replace(BACKUPS, str(folders[BACKUPS])))
            assert run("import", EXAMPLES).code in {0, 1}
    assert {"init", "service", "watch", "serve", "doctor", "backup", "restore"} == {*followed}
    assert "シート 5件" in run("audit", "-C", folders[CITY]).out
    assert (folders[CITY] / "keys.toml").is_file()

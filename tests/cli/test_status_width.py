"""`xlsync status` fits a terminal, where a full-width character takes two columns."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run


def columns(line: str) -> int:
    """The columns a line takes at most: what Unicode calls ambiguous is broad in the fonts of a Japanese Windows."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)


@pytest.mark.parametrize("width", [80, 100])
def test_no_row_is_wider_than_the_terminal(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    settings = folder / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('handed-in = "act"', 'handed-in = "complete"'), "utf-8")
    monkeypatch.setenv("COLUMNS", str(width))
    rows = run("status").out.splitlines()
    assert [row for row in rows if columns(row) > width] == []
    assert any("月" in row and ":" in row for row in rows)


def test_a_line_break_in_the_name_of_a_unit_breaks_no_row(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    sheet = json.loads((EXAMPLES / f"{papers.CLEAN}.json").read_text(encoding="utf-8"))
    sheet["organization"]["department"] = "政策\nイノベーション部"
    Path("sheet.json").write_text(json.dumps(sheet, ensure_ascii=False), encoding="utf-8")
    assert run("import", "sheet.json").code in {0, 1}
    division, section = sheet["organization"]["division"], sheet["organization"]["section"]
    assert f"政策 イノベーション部 {division} {section}" in run("status").out.splitlines()

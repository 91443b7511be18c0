"""The buttons in the ribbon: whatever happens ends in one box over the Excel that called."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import xlsync.cli.runpython as buttons
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run, living
from tests.fake_excel.model import opened
from tests.fake_excel.pywin32 import Desktop


@pytest.fixture
def city(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    """A city with the official sheets, named by XLSYNC_CITY."""
    assert run("import", EXAMPLES, "-C", folder).code in {0, 1}
    assert run("export", "--all", "-C", folder).code == 0
    monkeypatch.setenv("XLSYNC_CITY", str(folder))
    return folder


@pytest.mark.slow
def test_a_press_in_the_ribbon_means_the_excel_that_called(
    city: Path, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = desktop.start()
    opened(excel, living(city))
    desktop.start().take(r"C:\前.xlsx")
    called = ["-c", "--wb=x.xlsx", "--from_xl=1", "--app=Excel", f"--hwnd={excel.hwnd}"]
    monkeypatch.setattr(sys, "argv", called)
    buttons.validate()
    assert len(desktop.boxes) == 1
    assert "検証しました" in desktop.boxes[0].text
    buttons.submit()
    buttons.pull()
    buttons.diff()
    buttons.summary()
    buttons.selftest()
    buttons.unmark()
    assert len(desktop.boxes) == 7
    assert all("不具合" not in box.text for box in desktop.boxes)


def test_every_trouble_is_one_box(
    city: Path, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["-c"])
    buttons.validate()
    assert "開いているブックが見つかりません" in desktop.boxes[0].text
    opened(desktop.start(), living(city))
    monkeypatch.delenv("XLSYNC_CITY")
    buttons.validate()
    assert "XLSYNC_CITY" in desktop.boxes[1].text
    monkeypatch.setenv("XLSYNC_URL", "http://127.0.0.1:9")
    buttons.validate()
    assert "サーバーとつながりません" in desktop.boxes[2].text
    assert len(desktop.boxes) == 3

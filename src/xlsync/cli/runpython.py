"""The buttons by xlwings' RunPython: `RunPython "import xlsync.cli.runpython as x; x.validate()"` in a macro of one's own.

XLSYNC_CITY names the city's folder, or XLSYNC_URL and XLSYNC_KEY a server. Whatever happens ends in one box over Excel.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.clock_and_user import user
from xlsync.cli import report_bug
from xlsync.cli.commands.live import Way
from xlsync.errors import SettingsError, XlsyncError

if TYPE_CHECKING:
    from xlsync.addin.client.live_session import LiveVerb

CITY_VARIABLE: Final = "XLSYNC_CITY"
URL_VARIABLE: Final = "XLSYNC_URL"
_WINDOW: Final = "--hwnd="


def validate() -> None:
    """検証."""
    press("validate")


def submit() -> None:
    """提出."""
    press("submit")


def pull() -> None:
    """反映."""
    press("pull")


def diff() -> None:
    """差分."""
    press("diff")


def summary() -> None:
    """部別集計."""
    press("summary")


def selftest() -> None:
    """自己診断."""
    press("selftest")


def unmark() -> None:
    """印を消す."""
    press("unmark")


def press(verb: LiveVerb) -> None:
    """Press a button in the Excel that runs this, and say there what came of it."""
    from xlsync.addin.client.boxes import Boxes
    from xlsync.addin.client.excel_engine import excel_engine
    from xlsync.addin.client.live_session import Button, press_button

    engine = excel_engine()  # first of all: it takes xlwings' exit handler away
    hwnd = _window(sys.argv)
    try:
        done = press_button(engine, Button(verb, uuid.uuid4().hex, user(), hwnd=hwnd), _way().desk)
        Boxes(engine, done.hwnd).say(done.level, "\n".join((*done.list_lines, done.text)))
    except XlsyncError as fault:
        Boxes(engine, hwnd or 0).say("error", str(fault))
    except Exception:  # noqa: BLE001 - the boundary: whatever is left is a bug, and is reported as one
        Boxes(engine, hwnd or 0).say("error", report_bug())


def _way() -> Way:
    folder, url = (os.environ.get(name, "") for name in (CITY_VARIABLE, URL_VARIABLE))
    if not (folder or url):
        reason = (
            f"環境変数 {CITY_VARIABLE} に市のフォルダ（xlsync.toml のある場所）を入れて、"
            "Excelを起動し直してください"
        )
        raise SettingsError(reason)
    return Way(Path(folder), url)


def _window(words: Sequence[str]) -> int | None:
    """Return the window of the Excel that called, as xlwings passes it."""
    windows = [word.removeprefix(_WINDOW) for word in words if word.startswith(_WINDOW)]
    return int(windows[-1]) if windows and windows[-1].isdigit() else None

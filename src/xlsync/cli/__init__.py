"""The command line: typer commands that call one module each, and the one place where errors end.

Exit codes: 0 clean, 1 done but errors or conflicts remain, 2 wrong usage, 3 the task failed, 70 a bug
(130: interrupted by Ctrl+C, as everywhere).
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

ATTENTION: Final = 1
FAILED: Final = 3
BUG: Final = 70
INTERRUPTED: Final = 130
_OBJECTS_BEFORE_COLLECTION: Final = 50_000
"""At Python's own 700 a start spends a tenth of its time looking for garbage among modules, which are none."""
_NO_JAPANESE: Final = (
    "日本語のファイル名を使えない環境です。環境変数 PYTHONUTF8=1 を設定してください"
    " (file names cannot be Japanese here: set PYTHONUTF8=1)"
)


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    # Pydantic would read the metadata of every installed package to look for plugins of its own, of which we have none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="replace"
            )  # a console of cp932 has no character for some of our words
    if not _names_can_be_japanese():
        sys.stderr.write(f"xlsync: {_NO_JAPANESE}\n")
        sys.exit(FAILED)
    if sys.argv[1:] == ["--version"]:  # asked by scripts: typer alone takes longer than the answer
        from xlsync.cli.version_lines import version_lines

        sys.stdout.write("".join(f"{line}\n" for line in version_lines()))
        sys.exit(0)
    _run_command()


def _run_command() -> NoReturn:
    """Run the command that is named, and end the process with its exit code."""
    from typer import Abort

    from xlsync.city.user_cache import use_user_cache
    from xlsync.cli.app import app
    from xlsync.cli.usage import disk_error, usage_error
    from xlsync.errors import XlsyncError

    use_user_cache()
    try:
        called = app.with_command(sys.argv[1]) if len(sys.argv) > 1 else app
        sys.exit(called(prog_name="xlsync", standalone_mode=False))
    except Abort:
        sys.exit(INTERRUPTED)
    except XlsyncError as fault:
        sys.stderr.write(f"xlsync: {fault}\n")
        sys.exit(FAILED)
    except Exception as fault:  # noqa: BLE001 - the boundary: whatever is left is wrong usage or a bug
        ended = usage_error(fault) or disk_error(fault)
        sentence, code = ended or (f"xlsync: {report_bug()}", BUG)
        sys.stderr.write(f"{sentence}\n")
        sys.exit(code)


def _names_can_be_japanese() -> bool:
    """False under a locale without Japanese where somebody has also turned off Python's own remedy, the UTF-8 mode."""
    try:
        "日本語".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        return False
    return True


def report_bug() -> str:
    """Write the traceback of the current exception into a file, and return the sentence that names the file."""
    return f"プログラムの不具合です。次のファイルを開発者に送ってください：{_log()}"


def _log() -> Path:
    """Write the traceback into a new file, and return its path."""
    name = f"xlsync-{datetime.now().astimezone():%Y%m%d-%H%M%S}-"
    with tempfile.NamedTemporaryFile(
        "w", prefix=name, suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as log:
        log.write(f"{' '.join(sys.argv)}\n{traceback.format_exc()}")
    return Path(log.name)

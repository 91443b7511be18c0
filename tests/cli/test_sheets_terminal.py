"""`xlsync sheets add` at a terminal: the question is asked there, and only yes registers anything."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import papers
from tests.commands import Run
from xlsync import open_city

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a system without pty")
MAIN = "from xlsync.cli import main; raise SystemExit(main())"
LIST = (
    "部,課,係,会計,款,項,目,事業,予算事業名,事務事業名（番号）,事務事業名\n"
    "総務部,総務課,庶務係,01,02,01,08,14,情報管理,01,庁内LAN\n"
)


def at_a_terminal(arguments: list[str], typed: bytes) -> tuple[int, str]:
    """Run a command at a pseudo-terminal of its own, and answer its question once it is asked."""
    import pty

    pid, terminal = pty.fork()
    if not pid:  # pragma: no cover - the child
        os.execv(sys.executable, [sys.executable, "-c", MAIN, *arguments])  # noqa: S606 - our own program
    shown, is_answered = b"", False
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the child has closed it
            break
        if not part:
            break
        shown += part
        if not is_answered and "このとおり登録しますか".encode() in shown:
            os.write(terminal, typed)
            is_answered = True
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert is_answered, shown.decode("utf-8", "replace")
    return os.waitstatus_to_exitcode(status), shown.decode("utf-8", "replace")


@pytest.mark.parametrize(("typed", "registered"), [(b"y\n", 1), (b"n\n", 0), (b"\n", 0)])
def test_the_question_is_asked_at_a_terminal_and_only_yes_registers(
    tmp_path: Path, run: Run, typed: bytes, registered: int
) -> None:
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", papers.EDITION).code == 0
    (folder / "台帳.csv").write_text(LIST, encoding="utf-8")
    command = ["sheets", "add", str(folder / "台帳.csv"), "-C", str(folder)]
    code, shown = at_a_terminal(command, typed)
    assert "新しい事業 1件" in shown
    assert len(open_city(folder).store.keys(papers.EDITION)) == registered
    assert (code, "登録していません" in shown) == (1 - registered, not registered)

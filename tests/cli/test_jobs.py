"""`--jobs`: several processes tell what one tells, in the same order, and end with it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.commands import Run
from tests.watcher import MAIN


def _many(folder: Path, count: int) -> Path:
    """A folder of copies of the workbooks of a city, with files that cannot be read between them."""
    books = sorted((folder / "shared/評価シート").rglob("*.xlsx"))
    many = folder / "many"
    many.mkdir()
    for number in range(count):
        shutil.copyfile(books[number % len(books)], many / f"{number:03}.xlsx")
    (many / "003.xlsx").write_bytes(b"no workbook")
    (many / "010x.txt").write_bytes(b"no workbook either")
    return many


def test_processes_tell_what_one_tells_in_the_same_order(filled: Path, run: Run) -> None:
    many = _many(filled, 21)
    alone, together = run("check", many, "--json"), run("check", many, "--json", "--jobs", 3)
    assert (together.code, together.out) == (alone.code, alone.out)
    files = [receipt["file"] for receipt in json.loads(alone.out)["receipts"]]
    assert len(files) == 21
    assert files == sorted(files)
    assert run("check", many, "--jobs", 2).out == run("check", many).out


def test_outside_a_city_too(filled: Path, run: Run, tmp_path: Path) -> None:
    many = _many(filled, 9).rename(tmp_path / "elsewhere")
    there = ("-C", tmp_path)
    assert run("check", many, *there, "--jobs", 2).out == run("check", many, *there).out


def test_ctrl_c_ends_all_of_them_without_a_traceback(filled: Path) -> None:
    many = _many(filled, 400)
    # A shell lets what it starts in the background ignore Ctrl+C; the suite may run there.
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", heeding + MAIN, "check", str(many), "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=filled, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        end = time.monotonic() + 60
        while len(children.read_text(encoding="ascii").split()) < 2:
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.05)
        working = [int(number) for number in children.read_text(encoding="ascii").split()]
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in out + err
    for child in working:
        while Path(f"/proc/{child}").exists():
            assert time.monotonic() < end + 60
            time.sleep(0.05)


_INTERRUPTED_AT_A_START = """
import os, signal, sys, threading
opened = os.open("opened.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
parent = os.getpid()
def hook(event, args):
    if event == "open" and str(args[0]).endswith(".xlsx") and os.getpid() != parent:
        os.write(opened, os.fsencode(args[0]) + b"\\n")
sys.addaudithook(hook)  # also in the processes that are forked
signal.signal(signal.SIGINT, signal.default_int_handler)
start = threading.Thread.start
def interrupted(thread):
    threading.Thread.start = start
    signal.raise_signal(signal.SIGINT)
    start(thread)
threading.Thread.start = interrupted
"""


def test_ctrl_c_while_the_processes_start_ends_as_anywhere(filled: Path) -> None:
    command = [sys.executable, "-c", _INTERRUPTED_AT_A_START + MAIN]
    command += ["check", str(_many(filled, 160)), "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=filled, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
    ) as process:
        try:
            _, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert (process.returncode, err) == (130, "")
    opened = set((filled / "opened.txt").read_text(encoding="utf-8").splitlines())
    assert len(opened) < 80, "the files that were left were checked first"

"""The programs of a city that run in the background, and the steps by which they are installed and removed."""

from __future__ import annotations

import codecs
import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from xlsync.disk import remove, replace_whole
from xlsync.errors import BackgroundError

JobName = Literal["watch", "serve", "backup"]

DESCRIPTIONS: Final[dict[JobName, str]] = {
    "watch": "xlsync watch：共有フォルダに保存されたファイルを受け取ります",
    "serve": "xlsync serve：Excelのボタンの窓口です",
    "backup": "xlsync backup：設定、様式、名簿、登録データの控えを毎晩とります",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One program in the background.

    Attributes:
        job_name: Its command.
        command_words: The file of xlsync, and words that stand before the command.
        city_folder: Where its settings lie.
        writable: The folders that it writes into.
        account: The account that it runs under, "" for the one of the person who installs it.

    """

    job_name: JobName
    command_words: tuple[str, ...]
    city_folder: Path
    writable: tuple[Path, ...]
    account: str = ""


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Write a file whole."""

    file: Path
    data: bytes


@dataclass(frozen=True, slots=True)
class DeleteFile:
    """Delete a file where it is there."""

    file: Path


@dataclass(frozen=True, slots=True)
class RunProgram:
    """Run a program of the system; `may_fail` where its failure stops nothing."""

    words: tuple[str, ...]
    may_fail: bool = False


Step = WriteFile | DeleteFile | RunProgram
Run = Callable[[tuple[str, ...]], tuple[int, str]]
"""Runs a program and returns its exit code and what it said."""


def run_program(words: tuple[str, ...]) -> tuple[int, str]:
    """Run a program of the system; its questions, as for a password, reach the person at the terminal."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # noqa: S603 - planned here
    except FileNotFoundError:
        return 127, f"{words[0]} がありません"
    return done.returncode, _as_text(done.stdout).strip()


def _as_text(data: bytes) -> str:
    """Return what a program said: in UTF-8 or UTF-16, or else in the code page of the terminal, as schtasks says it."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return data.decode("utf-16", "replace")
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    return data.decode("oem" if sys.platform == "win32" else "utf-8", "replace")


def carry_out(steps: Iterable[Step], run: Run) -> None:
    """Carry out steps in order; BackgroundError where a program fails, StoreError where a file cannot be written."""
    for step in steps:
        match step:
            case WriteFile(file, data):
                replace_whole(file, data)
            case DeleteFile(file):
                remove(file)
            case RunProgram(words, may_fail):
                code, output = run(words)
                if code and not may_fail:
                    reason = (
                        f"実行できませんでした（終了コード {code}）：{output or '出力はありません'}"
                    )
                    raise BackgroundError(reason, " ".join(words))

"""Folders that every process of a parallel run uses and only one of them makes."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

import xlsync
from tests import papers
from xlsync.form.library import load_form
from xlsync.workbook.template.template import build_template


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder of this test run, made by the first process that asks for it. To be copied, never to be changed."""
    base = factory.getbasetemp()
    # With pytest-xdist each process has a folder of its own in the folder of the run.
    run = base.parent if base.name.startswith("popen-") else base
    folder, done = run / f"once-{name}", run / f"once-{name}.done"
    with FileLock(run / f"once-{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what an attempt that failed has left
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@cache
def warm() -> None:
    """Import the program and build the template, for processes forked later not to do so each time."""
    for module in pkgutil.walk_packages(xlsync.__path__, "xlsync."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):  # what is for Windows
                importlib.import_module(module.name)
    assert build_template(load_form(), papers.EDITION).check_parts

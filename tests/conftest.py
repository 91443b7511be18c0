"""What tests are given, and what happens to those whose tools are not on this machine."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests import browser, cities, corpus, exploring, nginx, node_tools, office, postgres, smb
from xlsync.city.user_cache import CACHE_VARIABLE
from xlsync.workbook.template.template_cache import keep_templates_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}

LONG = ("long", "medium")
"""Marks of the tests that `make fast` and `make quick` leave out: a list of names each, measured by `make durations`."""

_REPEATABLE = settings(
    derandomize=True,  # a red run can be repeated, and is never red by luck
    deadline=None,  # a busy machine is no defect
    print_blob=True,
    suppress_health_check=exploring.SLOW,
)
_WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)
"""For tools/mutants.py, which asks whether a law fails and not why."""
settings.register_profile("quick", _REPEATABLE, max_examples=5)
settings.register_profile("dev", _REPEATABLE, max_examples=50)
settings.register_profile("trial", _REPEATABLE, max_examples=15, phases=_WITHOUT_SHRINKING)
settings.register_profile(
    "explore",  # new seeds: tools/explore.py
    max_examples=exploring.EXAMPLES,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("dev")


REAL_FLUSHES = {name: getattr(os, name) for name in ("fsync", "fdatasync") if hasattr(os, name)}


def flushed(descriptor: int) -> None:
    """Take a file for flushed whose descriptor is good.

    Nobody cuts the power of a test: tests/store/power.py simulates it. Real flushes are those of tests/test_disk.py and of
    the programs that tests start; waiting for them in each test takes a good part of a run.
    """
    os.fstat(descriptor)


@pytest.fixture
def real_flushes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test wait for the disk."""
    for name, real in REAL_FLUSHES.items():
        monkeypatch.setattr(os, name, real)


TEMPLATES = Path(tempfile.gettempdir()) / "xlsync-tests" / "templates"
"""Where the programs that tests start find the templates of those before them; not the folder of who runs the tests."""


def pytest_sessionstart() -> None:
    """Do not wait for the disk, draw repeatably, and let programs keep their templates among those of the tests."""
    os.environ[CACHE_VARIABLE] = str(TEMPLATES)
    for name in REAL_FLUSHES:
        setattr(os, name, flushed)
    _draw_repeatably()


def _draw_repeatably() -> None:
    """Let repeatable tests draw the same whichever modules a process has imported, and after any change of the code.

    Hypothesis adds the constants of every imported module of a project to what it draws; with tests spread over processes
    those differ from run to run. `make explore` draws with them.
    """
    with contextlib.suppress(ImportError):  # versions before 6.131 add no constants
        constants = importlib.import_module("hypothesis.internal.constants_ast")
        providers = importlib.import_module("hypothesis.internal.conjecture.providers")
        if settings().derandomize:
            monkeypatch = pytest.MonkeyPatch()
            monkeypatch.setattr(providers, "_get_local_constants", constants.Constants)


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of the five official sheets, <key>.json each."""
    return Path(__file__).parent.parent / "src/xlsync/forms/jimu-jigyo-hyoka/examples"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, for tests marked `browser`."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=browser.PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which(browser.CHROMIUM), args=["--no-sandbox"]
        )
        yield opened
        opened.close()


@pytest.fixture
def city(tmp_path: Path) -> cities.City:
    """A city with an empty store, without personnel rates."""
    return cities.city(tmp_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `corpus_file` once for each workbook of the corpus."""
    if "corpus_file" not in metafunc.fixturenames:
        return
    files = corpus.files() or [corpus.FOLDER]  # one test remains, to say why it was skipped
    params = [pytest.param(file, id=file.name, marks=pytest.mark.corpus) for file in files]
    metafunc.parametrize("corpus_file", params)


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that `make fast` and `make quick` leave out."""
    tests = Path(__file__).parent
    for mark in LONG:
        names = frozenset((tests / f"{mark}.txt").read_text(encoding="utf-8").split())
        for item in items:
            if item.nodeid.partition("[")[0] in names:
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """Keep the garbage collector away from ten thousand collected tests: each full collection would walk all of them."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)  # before any fixture starts LibreOffice
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what lacks its tools; on CI a missing tool is a failure, only the corpus may be away."""
    keep_templates_in(None)  # as a test finds it that runs no command of ours in this process
    if item.get_closest_marker("corpus") and not corpus.files():
        pytest.skip(corpus.ABSENT)
    if item.get_closest_marker("office") and (lacking := _lacking()):
        _go_without(lacking, "tools/install-office.sh")
    if item.get_closest_marker("node") and (lacking := tuple(node_tools.missing())):
        _go_without(lacking, "tools/install-node-tools.sh")
    if item.get_closest_marker("smb") and (lacking := tuple(smb.missing())):
        _go_without(lacking, "tools/install-samba.sh")
    if item.get_closest_marker("browser") and (lacking := tuple(browser.missing())):
        _go_without(lacking, "tools/install-browser.sh, tools/install-node-tools.sh")
    if item.get_closest_marker("nginx") and (lacking := tuple(nginx.missing())):
        _go_without(lacking, "tools/install-nginx.sh")
    if item.get_closest_marker("postgres") and (lacking := tuple(postgres.missing())):
        _go_without(lacking, "tools/install-postgresql.sh")


def _go_without(lacking: tuple[str, ...], remedy: str) -> None:
    reason = f"missing: {', '.join(lacking)} ({remedy})"
    if CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@cache
def _lacking() -> tuple[str, ...]:
    return tuple(office.missing())

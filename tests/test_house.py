"""The house keeps its own rules; which room may import which is the linter's part (make doors)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "src" / "xlsync"
MODULES = sorted(ROOT.rglob("*.py"))

MODULE_LINES = 300
FUNCTION_LINES = 40
JUNK = re.compile(r"(util|helper|common|manager|handler|service|base)s?", re.IGNORECASE)

DOORSTEP = ("cli", "addin")
"""Where the world comes in: clock, environment and user name. Below, they are arguments."""
WORLD = {
    "time",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "os.environ",
    "os.getenv",
    "os.getlogin",
    "getpass",
    "pathlib.Path.home",
}
SLEEPER = "disk.py"
"""May sleep, and only that: its default `wait`, for which its docstring gives the reason."""

by_module = pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(ROOT).as_posix())


@by_module
def test_a_module_says_what_it_is_and_stays_short(module: Path) -> None:
    assert ast.get_docstring(_tree(module)), "no docstring"
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@by_module
def test_functions_stay_short(module: Path) -> None:
    lengths = {
        f"{node.name}, line {node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n > FUNCTION_LINES} == {}


@by_module
def test_nothing_is_named_a_junk_drawer(module: Path) -> None:
    named = (
        module.relative_to(ROOT).as_posix().replace("merge_base", "merge-ancestor")
    )  # git's term
    words = re.split(r"\W|_", named)
    classes = [node.name for node in ast.walk(_tree(module)) if isinstance(node, ast.ClassDef)]
    words += [re.split(r"(?=[A-Z])", name)[-1] for name in classes]
    assert [word for word in words if JUNK.fullmatch(word)] == []


def test_no_two_modules_share_a_basename() -> None:
    names = [module.name for module in MODULES if module.name != "__init__.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@by_module
def test_the_world_comes_in_at_the_doorstep_only(module: Path) -> None:
    if module.relative_to(ROOT).parts[0] not in DOORSTEP:
        allowed = {"time"} if module.relative_to(ROOT).as_posix() == SLEEPER else set()
        assert [what for what in _names(_tree(module)) if what in WORLD - allowed] == []


def test_the_one_sleeper_does_not_look_at_the_clock() -> None:
    used = {name for name in _names(_tree(ROOT / SLEEPER)) if name.startswith("time")}
    assert used == {"time", "time.sleep"}


def test_the_world_is_recognised_however_it_is_spelled() -> None:
    source = """
import os, datetime as dt
from datetime import datetime, date as day
from time import sleep
os.environ["A"]; dt.datetime.now(); datetime.now(tz=None); day.today(); sleep(1)
datetime.fromisoformat("2018-04-01"); os.fspath("a")
"""
    assert sorted({what for what in _names(ast.parse(source)) if what in WORLD}) == [
        "datetime.date.today",
        "datetime.datetime.now",
        "os.environ",
        "time",
    ]


@cache
def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), module.name)


def _names(tree: ast.Module) -> Iterator[str]:
    """Every imported module and name, and every dotted use of one, spelled out from its module."""
    origin: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                origin[alias.asname or alias.name.partition(".")[0]] = alias.name
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            for alias in node.names:
                origin[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, rest = ast.unparse(node).partition(".")
            if head in origin:
                yield f"{origin[head]}.{rest}"

"""The code keeps its own limits (tools/structure.py); which package may import which is the linter's part (make imports)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from attribute_types import attribute_types
from structure import JUNK, faults

REPOSITORY = Path(__file__).resolve().parent.parent
ROOT = REPOSITORY / "src" / "xlsync"
MODULES = sorted(ROOT.rglob("*.py"))

SEVERAL_TYPES = {
    "file": "a file by its path (Path), or by the name under which people know it (str)",
}
"""Attribute names that may have several types, and why."""

OUTERMOST = ("cli", "city", "addin")
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


def test_the_code_stays_within_its_limits() -> None:
    tools = [
        module
        for folder in ("tools", "benchmarks")
        for module in sorted((REPOSITORY / folder).glob("*.py"))
    ]
    broken = [fault for module in (*MODULES, *tools) for fault in faults(module)]
    assert not broken, "\n".join(map(str, broken))


def test_an_attribute_name_has_one_type() -> None:
    several = attribute_types(MODULES)
    unexplained = {name: types for name, types in several.items() if name not in SEVERAL_TYPES}
    assert unexplained == {}
    assert sorted(several) == sorted(SEVERAL_TYPES), "explains names that have one type"


def test_a_name_of_two_types_is_recognised_however_they_are_written(tmp_path: Path) -> None:
    module = tmp_path / "example.py"
    module.write_text(
        """
class Stamp:
    base: int = 0
    key: str
    values: tuple[str, ...]
class Sides(NamedTuple):
    base: "Sheet | None"
    key: Literal["a", "b"]
    values: dict[int, list[str]]
class FieldRule(Strict):
    key: float
"""
    )
    types_by_name = {name: sorted(types) for name, types in attribute_types([module]).items()}
    assert types_by_name == {"base": ["Sheet", "number"]}


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python before 3.11.5, such as that of Debian 12, goes on at a wrong place behind such a group (gh-106052)."""
    possessive = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")
    assert possessive.search(r"(?:a|b(?!c))*+")
    assert not possessive.search("(?>(?:a++|b(?!c))*)")
    repeated = [
        f"{module.relative_to(ROOT)}:{number}"
        for module in MODULES
        for number, line in enumerate(module.read_text(encoding="utf-8").splitlines(), start=1)
        if possessive.search(line)
    ]
    assert repeated == []


def test_nothing_is_named_a_junk_drawer() -> None:
    junk = [f"{module.relative_to(ROOT)}: {word}" for module in MODULES for word in _junk(module)]
    assert junk == []


def _junk(module: Path) -> list[str]:
    named = (
        module.relative_to(ROOT).as_posix().replace("merge_base", "merge-ancestor")
    )  # git's term
    words = re.split(r"\W|_", named)
    classes = [node.name for node in ast.walk(_tree(module)) if isinstance(node, ast.ClassDef)]
    words += [
        re.split(r"(?=[A-Z])", name.replace("MergeBase", "MergeAncestor"))[-1] for name in classes
    ]
    return [word for word in words if JUNK.fullmatch(word)]


def test_no_two_modules_share_a_basename() -> None:
    names = [module.name for module in MODULES if module.name != "__init__.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_clock_user_and_environment_come_in_at_the_top_only() -> None:
    below = [module for module in MODULES if module.relative_to(ROOT).parts[0] not in OUTERMOST]
    assert {module: what for module in below if (what := _world(module))} == {}


def _world(module: Path) -> list[str]:
    allowed = {"time"} if module.relative_to(ROOT).as_posix() == SLEEPER else set()
    return [what for what in _names(_tree(module)) if what in WORLD - allowed]


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

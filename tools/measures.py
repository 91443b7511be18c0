"""Measure the table of docs/decisions/0015: modules, density, and the walk of an incoming sheet.

    python tools/measures.py        # a Markdown table of the code as it is; nothing is written

The walk is what runs when one changed workbook is received: a copy given out, one field changed in it, another field changed
in the store since. Functions of `exchange`, `merging` and `store` are counted, comprehensions and lambdas are not; names are
the local variables under which the incoming sheet, the very object, is bound.
"""

from __future__ import annotations

import ast
import collections
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any, Final

from attribute_types import attribute_types
from structure import complexity

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src/xlsync"
PACKAGES: Final = (
    "workbook",
    "ooxml",
    "exchange",
    "summary",
    "inbox",
    "cli",
    "city",
    "addin",
    "store",
)
WALKED: Final = ("exchange", "store", "merging.py")
DENSE: Final = 8
"""A complexity that the table counts beside the limit."""

sys.path.insert(0, str(ROOT))


def main() -> None:
    """Print the table."""
    print("| | now |\n| --- | --- |")
    for name, measure in (*_structure(), *_walk()):
        print(f"| {name} | {measure} |")


def _nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text("utf-8")))


def _structure() -> Iterator[tuple[str, str]]:
    modules = sorted(SOURCE.rglob("*.py"))
    yield "modules", str(len(modules))
    for package in PACKAGES:
        inside = sorted((SOURCE / package).rglob("*.py"))
        yield (
            f"modules (folders) of {package}",
            f"{len(inside)} ({len({m.parent for m in inside})})",
        )
    nodes = list(chain.from_iterable(map(_nodes, modules)))
    numbers = [
        complexity(node)
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    yield "functions", str(len(numbers))
    yield f"functions above complexity {DENSE}", str(sum(number > DENSE for number in numbers))
    statements = sum(isinstance(node, ast.stmt) for node in nodes)
    comprehensions = sum(
        isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
        for node in nodes
    )
    conditionals = sum(isinstance(node, ast.IfExp) for node in nodes)
    yield "comprehensions per 100 statements", f"{100 * comprehensions / statements:.1f}"
    yield "conditional expressions per 100 statements", f"{100 * conditionals / statements:.1f}"
    yield "attribute names with several types", str(len(attribute_types(modules)))


class _Walk:
    """Counts calls, and the names of the incoming sheet, while it is the profile function."""

    def __init__(self) -> None:
        self.calls: collections.Counter[str] = collections.Counter()
        self.sheets: list[Any] = []
        self.kept: list[Any] = []
        self.names: dict[int, set[str]] = collections.defaultdict(set)

    def __call__(self, frame: FrameType, event: str, result: Any) -> None:
        code = frame.f_code
        if not code.co_filename.startswith(str(SOURCE)):
            return
        module = Path(code.co_filename).relative_to(SOURCE)
        if event == "return" and code.co_name == "read_incoming":
            self.sheets += [incoming.sheet for incoming in result]
        if module.parts[0] not in WALKED:
            return
        if event == "call" and "<" not in code.co_name:
            self.calls[f"{module}:{code.co_qualname}"] += 1
        elif event == "return":
            self._note_names(frame.f_locals)

    def _note_names(self, variables: Mapping[str, Any]) -> None:
        for name, value in variables.items():
            if type(value).__name__ == "Sheet":
                self.kept.append(value)  # else another object may get its id
                self.names[id(value)].add(name)

    def sheet_names(self) -> set[str]:
        """The local names of the sheets that were read."""
        return set().union(*(self.names[id(sheet)] for sheet in self.sheets))


def _walk() -> Iterator[tuple[str, str]]:
    from tests import cities

    with tempfile.TemporaryDirectory() as folder:
        city = cities.city(Path(folder))
        city.register()
        data = cities.typed(city.give_out(), {"purpose": "新しい目的"})
        city.bring_one(cities.typed(city.give_out(), {"outline": "新しい概要"}))
        walk = _Walk()
        sys.setprofile(walk)
        city.bring_one(data)
        sys.setprofile(None)
    yield "walk of a sheet: functions", str(len(walk.calls))
    for package in WALKED:
        yield f"… of {package}", str(sum(name.startswith(package) for name in walk.calls))
    yield "… calls", str(sum(walk.calls.values()))
    names = sorted(walk.sheet_names())
    yield "… names of the incoming sheet", f"{len(names)} ({', '.join(names)})"


if __name__ == "__main__":
    main()

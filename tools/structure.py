"""What the structure of the code must be, measured over its syntax tree; tests/test_structure.py holds the limits.

Run it for a list of what is left to do: `python tools/structure.py [FOLDER…]` (default: src/xlsync).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULE_LINES = 300
FUNCTION_LINES = 40
COMPLEXITY = 10
"""McCabe's number, with every comprehension, condition in it and boolean operator counted as a branch."""
DATACLASS_FIELDS = 9

JUNK = re.compile(r"(util|helper|common|manager|handler|service|base)s?", re.IGNORECASE)

NO_PART_OF_A_NAME = frozenset(
    {
        "arrival",
        "anew",
        "descent",
        "found",
        "memory",
        "noted",
        "offered",
        "origins",
        "ours",
        "reckon",
        "remembered",
        "rested",
        "said",
        "settled",
        "spot",
        "standing",
        "standpoint",
        "told",
        "bounded",
        "place",
        "places",
    }
)
"""Words no identifier may contain, as a whole or between underscores: the glossary has the field's word for each."""
NO_NAME = NO_PART_OF_A_NAME | {"taken", "was", "idle", "usual", "odd", "sign", "made", "one"}
"""Words no identifier may be."""
FIELD_TERMS = frozenset(
    {"merge_base", "memory_limit", "memory_bytes", "peak_memory", "in_place", "MemoryError"}
)
"""Standard terms that contain one of those words."""

_BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.match_case,
    ast.Assert,
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Fault:
    """One thing that breaks a rule: the rule, the module's path and line, and what was seen there."""

    rule: str
    module: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.rule}: {self.what}"


def faults(module: Path) -> Iterator[Fault]:
    """Yield every fault of one module."""
    text = module.read_text(encoding="utf-8")
    tree = ast.parse(text, module.name)
    for rule, line, what in (
        *_module_faults(tree, text),
        *_function_faults(tree),
        *_expression_faults(tree),
        *_docstring_faults(tree),
        *_name_faults(tree),
    ):
        yield Fault(rule, module, line, what)


def complexity(function: ast.AST) -> int:
    r"""McCabe's number of a function, its inner functions included, comprehensions and boolean operators counted.

    >>> complexity(ast.parse("def f(a, b):\n    return [x for x in a if x or b]").body[0])
    4
    """
    number = 1
    for node in ast.walk(function):
        if isinstance(node, _BRANCHES):
            number += 1
        elif isinstance(node, ast.BoolOp):
            number += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            number += 1 + len(node.ifs)
    return number


def _module_faults(tree: ast.Module, text: str) -> Iterator[tuple[str, int, str]]:
    if not ast.get_docstring(tree):
        yield "module-docstring", 1, "no docstring"
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield "module-length", 1, f"{lines} lines"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Returns how many lines a docstring adds to the first: it documents, and makes no function harder to follow."""
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno


def _function_faults(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTIONS):
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
            if length > FUNCTION_LINES:
                yield "function-length", node.lineno, f"{node.name}: {length} lines"
            number = complexity(node)
            if number > COMPLEXITY:
                yield "complexity", node.lineno, f"{node.name}: {number}"
        elif isinstance(node, ast.ClassDef) and _is_dataclass(node):
            fields = sum(isinstance(part, ast.AnnAssign) for part in node.body)
            if fields > DATACLASS_FIELDS:
                yield "dataclass-fields", node.lineno, f"{node.name}: {fields}"


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def _expression_faults(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and _count(node, (ast.IfExp,)) > 1:
            yield "nested-conditional", node.lineno, ast.unparse(node)[:80]
        if not isinstance(node, ast.stmt) or hasattr(node, "body"):
            continue
        if _count(node, _COMPREHENSIONS) > 1:
            yield "comprehensions", node.lineno, ast.unparse(node)[:80]


def _count(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> int:
    return sum(isinstance(part, kinds) for part in ast.walk(node))


def _docstring_faults(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Module)):
            text = ast.get_docstring(node) or ""
            if re.match(r"(Give|Tell)\b", text):
                yield "docstring", getattr(node, "lineno", 1), text.splitlines()[0][:80]


def _name_faults(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    seen = set()
    for line, name in _identifiers(tree):
        if name not in seen and is_refused(name):
            seen.add(name)
            yield "name", line, name


def is_refused(name: str) -> bool:
    """Whether the glossary has another word for this identifier, or for a part of it."""
    plain = name.strip("_")
    for term in FIELD_TERMS:
        plain = plain.replace(term, "")
    words = [word.lower() for word in re.split(r"_+|(?<=[a-z0-9])(?=[A-Z])", plain)]
    return plain.lower() in NO_NAME or not NO_PART_OF_A_NAME.isdisjoint(words)


def _identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name the module itself binds: functions, classes, parameters, variables, attributes of its classes."""
    for node in ast.walk(tree):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.lineno, node.name


def main() -> int:
    """List the faults below the folders named, and count them by rule."""
    folders = [Path(name) for name in sys.argv[1:]] or [Path("src/xlsync")]
    modules = [module for folder in folders for module in sorted(folder.rglob("*.py"))]
    counts: dict[str, int] = {}
    for module in modules:
        for fault in faults(module):
            counts[fault.rule] = counts.get(fault.rule, 0) + 1
            print(fault)
    print(counts)
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())

"""Which attribute names have several types, measured over the syntax tree; tests/test_structure.py allows a few.

Run it for the list: `python tools/attribute_types.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

RECORDS = frozenset(
    {
        *(
            "Strict",
            "RuleEntry",
            "FieldRule",
            "ExpressionRule",
        ),  # what a form's or a city's TOML file says
        *("Change", "Conflict", "Finding"),  # the contract's JSON
        *("Entry", "Heartbeat", "SheetResult", "WriteBackRecord"),  # JSON files of the watcher
    }
)
"""Classes that a file format names the attributes of, and the bases of such classes."""
RECORD_MODULES = frozenset({"changes", "form_fields", "page_fields", "summary_pages"})
"""Modules of such classes: the protocol of the buttons, and what the tables [[summary]] of a form say."""

_CONTAINERS = frozenset({"tuple", "list", "set", "frozenset", "Sequence", "Iterable", "Collection"})
_WITHOUT_SUBJECT = frozenset({"Any", "None", "Term", "Piece"})
_SAME_SUBJECT = {
    **dict.fromkeys(("int", "float", "Decimal", "Number"), "number"),
    **dict.fromkeys(("Scalar", "Value", "CellValue", "Typed", "Quantity"), "value"),
    **dict.fromkeys(("FormFolder", "StorePath"), "Path"),
}


def attribute_types(modules: Iterable[Path]) -> dict[str, dict[str, list[str]]]:
    """The attributes declared in class bodies that have several types: by name and by type, the classes that declare it.

    Types are compared as `_subjects` writes them. Left out are private attributes, constants of a class, and records whose
    names are those of a file format or of the contract (`_is_record`).
    """
    declared: dict[str, list[tuple[frozenset[str], str]]] = {}
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"), module.name)):
            if isinstance(node, ast.ClassDef) and not _is_record(module, node):
                for name, subjects in _declarations(node):
                    declared.setdefault(name, []).append((subjects, f"{module}:{node.name}"))
    grouped = {name: _by_type(uses) for name, uses in sorted(declared.items())}
    return {name: by_type for name, by_type in grouped.items() if len(by_type) > 1}


def _by_type(uses: list[tuple[frozenset[str], str]]) -> dict[str, list[str]]:
    """The classes by type; where one holds any value of a field, a number or a text is one of these values."""
    values = {"number", "str"} if any("value" in subjects for subjects, _ in uses) else set()
    by_type: dict[str, list[str]] = {}
    for subjects, where in uses:
        merged = subjects - values | {"value"} if subjects & values else subjects
        by_type.setdefault(" | ".join(sorted(merged)), []).append(where)
    return by_type


def _is_record(module: Path, node: ast.ClassDef) -> bool:
    """Whether a file format names the attributes: a pydantic model, or a class that is written as JSON by its attributes."""
    named = {ast.unparse(base) for base in node.bases} | {node.name}
    return module.stem in RECORD_MODULES or not named.isdisjoint(RECORDS)


def _declarations(node: ast.ClassDef) -> Iterator[tuple[str, frozenset[str]]]:
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name, subjects = part.target.id, frozenset(_subjects(part.annotation))
            if subjects and not name.startswith("_") and "ClassVar" not in subjects:
                yield name, subjects


def _subjects(annotation: ast.expr) -> Iterator[str]:
    """What an annotation is about: containers and None aside, and one word for types that hold the same.

    Whether one or several are held is for the name's plural to say. A term of a rule stands for anything, and Any says nothing.
    """
    match annotation:
        case ast.Constant(value=str(text)):
            yield from _subjects(ast.parse(text, mode="eval").body)
        case ast.BinOp(left=left, right=right):
            yield from (*_subjects(left), *_subjects(right))
        case ast.Subscript(value=ast.Name(id="Literal")):
            yield "value"
        case ast.Subscript(
            value=ast.Name(id="Mapping" | "dict"), slice=ast.Tuple(elts=[_, content])
        ):
            yield from _subjects(content)
        case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _CONTAINERS:
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            yield from chain.from_iterable(map(_subjects, parts))
        case ast.Name() | ast.Attribute() | ast.Subscript():
            name = ast.unparse(annotation).partition("[")[0].rpartition(".")[2]
            yield from {_SAME_SUBJECT.get(name, name)} - _WITHOUT_SUBJECT
        case _:
            return


def main() -> None:
    """List each name with its types and the classes that declare it."""
    for name, by_type in attribute_types(sorted(Path("src/xlsync").rglob("*.py"))).items():
        print(name)
        for subject, classes in by_type.items():
            print(f"  {subject}: {', '.join(classes)}")


if __name__ == "__main__":
    main()

"""Nothing outside forms/ knows a field of the shipped form: neither its path nor its label nor the title of its page."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from xlsync.form.library import load_form

_SHORT: Final = 3
"""Characters of labels that are words of any office: 係等名 is not, 課題 is."""
ROOT: Final = Path(__file__).resolve().parent.parent / "src" / "xlsync"
COMMON: Final = frozenset(
    {
        *("budget", "environment", "grades", "indicator", "level", "line", "organization"),
        *("outline", "position", "project", "purpose", "year", "years"),
    }
)
"""Paths and names of the form that any program has words like."""
ALLOWED: Final[dict[str, dict[str, int]]] = {
    "cli/commands/demo.py": {"costs.": 2, "program_totals.": 1},
    "cli/settings_template.py": {"時間外勤務": 1},
    "finding_catalogue.py": {"時間外勤務": 1},
    "form/__init__.py": {"jimu-jigyo-hyoka": 1},
    "inbox/config.py": {"評価シート": 1},
    "summary/export/tidy.py": {
        "years.": 1,
        "costs.": 1,
        "事業費(A)": 1,
        "period": 4,
        "target_year": 2,
    },
}
"""What still names something of the shipped form; entries are only ever taken out."""


def _words() -> tuple[set[str], set[str]]:
    """Return what no text may contain, and what no text may be as a whole."""
    form = load_form().definition
    paths = {entry.path for entry in form.field}
    stems = {path.partition("{")[0] for path in paths if "{" in path}
    labels = {entry.label for entry in form.field if len(entry.label) > _SHORT}
    parts = {part for part in form.parts.values() if len(part) > _SHORT}
    inside = {path for path in paths if "." in path} | stems | labels | parts
    whole = paths | set(form.axes) | set(form.parts)
    return inside | {form.page.worksheet, form.id}, whole - COMMON


def _texts(module: Path) -> Iterator[str]:
    """Yield the texts of a module's code, but for docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.value


def known_words() -> dict[str, dict[str, int]]:
    """Return how often each module's texts name something of the shipped form."""
    inside, whole = _words()
    found: dict[str, Counter[str]] = {}
    for module in sorted(ROOT.rglob("*.py")):
        for text in _texts(module):
            for word in {text} & whole | {word for word in inside if word in text}:
                found.setdefault(module.relative_to(ROOT).as_posix(), Counter())[word] += 1
    return {module: dict(counter) for module, counter in found.items()}


def test_nothing_but_the_form_knows_a_field_of_the_form() -> None:
    assert known_words() == ALLOWED, (
        "a word less: take it out of ALLOWED; a word more: ask the form"
    )


def test_what_is_allowed_only_shrinks() -> None:
    assert sum(sum(words.values()) for words in ALLOWED.values()) <= 16

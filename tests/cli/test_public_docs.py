"""What a script can use is documented: each parameter, what comes back, each attribute, and an example that runs."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import xlsync

MODULES = {"errors": xlsync.errors.__all__, "ooxml": xlsync.ooxml.__all__}
NAMES = [
    *(name for name in xlsync.__all__ if name not in {*MODULES, "__version__"}),
    *(f"{module}.{name}" for module, names in MODULES.items() for name in names),
]


def public(name: str) -> Any:
    """The object of a public name."""
    value: Any = xlsync
    for step in name.split("."):
        value = getattr(value, step)
    return inspect.unwrap(value)


CLASSES = [name for name in NAMES if inspect.isclass(public(name))]
FUNCTIONS = [name for name in NAMES if not inspect.isclass(public(name))]


def methods(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public methods of a class that are ours, inherited ones included."""
    for name, member in inspect.getmembers(cls, inspect.isroutine):
        is_ours = str(getattr(member, "__module__", "")).startswith("xlsync")
        is_called = not isinstance(member, functools.cached_property)  # a routine to Python 3.13
        if not name.startswith("_") and is_called and is_ours:
            yield f"{cls.__name__}.{name}", member


METHODS = dict(pair for name in CLASSES for pair in methods(public(name)))
CLASS_OF = {name: cls for cls in map(public, CLASSES) for name, _ in methods(cls)}
CALLABLES = {name: public(name) for name in FUNCTIONS} | METHODS


def lacks(text: str, words: list[str]) -> list[str]:
    """The words that a docstring does not mention."""
    return [word for word in words if not re.search(rf"\b{word}\b", text)]


@pytest.mark.parametrize("name", CALLABLES)
def test_a_docstring_names_every_parameter_and_says_what_comes_back(name: str) -> None:
    """A class may explain once what several of its methods take."""
    function = CALLABLES[name]
    text = inspect.getdoc(function) or ""
    of_class = inspect.getdoc(CLASS_OF[name]) if name in CLASS_OF else ""
    signature = inspect.signature(function)
    parameters = [word for word in signature.parameters if word not in {"self", "cls"}]
    assert lacks(f"{text} {of_class}", parameters) == []
    returns = signature.return_annotation not in {None, "None"}
    says = re.match(r"Return |Iterate ", text) or "Returns:" in text
    assert bool(says) or not returns or "contextmanager" in inspect.getsource(function)


@pytest.mark.parametrize("name", FUNCTIONS + [name for name in METHODS if name.startswith("City.")])
def test_what_scripts_call_has_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(CALLABLES[name]) or "")


@pytest.mark.parametrize("name", [name for name in CLASSES if not name.startswith("errors.")])
def test_a_class_names_its_attributes_and_has_an_example(name: str) -> None:
    cls = public(name)
    text = f"{inspect.getdoc(cls)}\n{inspect.getdoc(cls.__init__)}"
    assert ">>> " in text
    fields = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    names = [field.name for field in fields] or list(getattr(cls, "_fields", ()))
    assert lacks(text, names) == []


@pytest.mark.parametrize("name", [name for name in CLASSES if name.startswith("errors.")])
def test_an_error_has_a_sentence_and_a_code_of_its_own(name: str) -> None:
    cls = public(name)
    assert inspect.getdoc(cls)
    assert [other for other in CLASSES if getattr(public(other), "code", None) == cls.code] == [
        name
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_every_property_is_documented(name: str) -> None:
    properties = inspect.getmembers(public(name), lambda member: isinstance(member, property))
    assert [prop for prop, member in properties if not inspect.getdoc(member)] == []

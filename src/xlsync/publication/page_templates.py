"""Templates of pages, shipped beside the code, filled with values that are escaped."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined


@cache
def _environment(package: str) -> Environment:
    folder = resources.files(package) / "templates"

    def source(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def filled(package: str, name: str, **values: Any) -> bytes:
    """Return a template of a package's folder `templates`, filled with values, in UTF-8."""
    return _environment(package).get_template(name).render(**values).encode("utf-8", "replace")


def shipped(package: str, name: str) -> bytes:
    """Return a file of a package's folder `templates` as it is."""
    return (resources.files(package) / "templates" / name).read_bytes()


__all__ = ["filled", "shipped"]

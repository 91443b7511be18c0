"""Names of a package whose modules are imported when a name is first used, so that the command line starts quickly."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__` (PEP 562).

    Args:
        package: The package's `__name__`.
        modules: The module that defines each name, without the package's own name.

    """

    def import_name(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{modules[name]}")
        # All of them: the import has put the module itself under its own name, which one of them may have.
        for other in (other for other in modules if modules[other] == modules[name]):
            setattr(sys.modules[package], other, getattr(module, other))
        return getattr(module, name)

    return import_name

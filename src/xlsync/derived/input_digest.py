"""One digest of a value such as the terms of a city, equal for equal values in every process; and one of the program itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from xlsync.form.library import Form, content_hash
from xlsync.form.strict import Strict
from xlsync.version import VERSION

_PLAIN = (type(None), bool, int, float, str, bytes, Decimal, dt.date)


def digest_of(*values: object) -> str:
    """Return the digest of values: plain ones, mappings, sets, sequences, dataclasses, forms, entries; TypeError for others."""
    digest = hashlib.sha256()
    for value in values:
        for text in _texts(value):
            digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _texts(value: object) -> Iterator[str]:
    """Yield a text for each part of a value, so that different values have different texts."""
    if isinstance(value, _PLAIN):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, Form):
        yield f"form {value.id} {value.version} {content_hash(value)}"
    elif isinstance(value, Strict):
        yield type(value).__name__
        yield from _texts(dict(value))
    elif dataclasses.is_dataclass(value):
        names = [each.name for each in dataclasses.fields(value) if each.compare]
        yield f"{type(value).__name__} {len(names)}"
        for name in names:
            yield name
            yield from _texts(getattr(value, name))
    else:
        yield from _texts_of_many(value)


def _texts_of_many(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield f"mapping {len(value)}"
        for key in sorted(value, key=str):
            yield from _texts(key)
            yield from _texts(value[key])
    elif isinstance(value, AbstractSet):
        yield f"set {len(value)}"
        for each in sorted(value, key=str):
            yield from _texts(each)
    elif isinstance(value, tuple | list):
        yield f"sequence {len(value)}"
        for each in value:
            yield from _texts(each)
    else:
        raise TypeError(f"no digest of {type(value).__name__}")


@lru_cache(maxsize=1)
def program_digest() -> str:
    """Return a digest of the program: another one after an update, and after an edit of a developer."""
    package = Path(__file__).parent.parent
    files = sorted(_files_below(str(package)))
    return digest_of(VERSION, files)


def _files_below(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of each file of the program."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files_below(entry.path)
            elif not entry.name.endswith(".pyc"):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns


__all__ = ["digest_of", "program_digest"]

"""One digest of a value such as the terms of a city, equal for equal values in every process."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

from xlsync.form.library import Form, content_hash
from xlsync.form.strict import Strict

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


__all__ = ["digest_of"]

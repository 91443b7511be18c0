"""A template without its stamp, and where its fields are; as bytes, for processes to come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_PARTS: Final = 2
"""The addresses and ranges, on one line of JSON; after it the workbook."""


class DrawnPage(NamedTuple):
    """The saved workbook, the address of each field's cell, and the range of each column of its tables, by path."""

    data: bytes
    addresses: Mapping[str, str]
    column_ranges: Mapping[str, str]


def page_as_bytes(page: DrawnPage) -> bytes:
    """Return a page as bytes of which `page_of_bytes` makes it again."""
    addresses = json.dumps([dict(page.addresses), dict(page.column_ranges)])
    return addresses.encode() + b"\n" + page.data


def page_of_bytes(data: bytes) -> DrawnPage | None:
    """Return the page of such bytes, None where they are none."""
    addresses, newline, workbook = data.partition(b"\n")
    try:
        read = json.loads(addresses) if newline else None
    except ValueError:
        return None
    if not isinstance(read, list) or len(read) != _PARTS or not all(map(_maps_to_texts, read)):
        return None
    return DrawnPage(workbook, *read)


def _maps_to_texts(read: Any) -> bool:
    return isinstance(read, dict) and all(isinstance(address, str) for address in read.values())


__all__ = ["DrawnPage", "page_as_bytes", "page_of_bytes"]

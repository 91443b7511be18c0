"""Cells of several worksheets, as a formula on one of them (`here`) refers to them: C5, '様式2'!C5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from xlsync.ooxml.formula_titles import quoted

_K = TypeVar("_K")


def reference_to(title: str, address: str, here: str) -> str:
    """Return a cell or range of a worksheet as a formula on the worksheet `here` refers to it.

    >>> reference_to("様式2", "C5", "様式1"), reference_to("様式1", "C5", "様式1")
    ("'様式2'!C5", 'C5')
    """
    return address if title == here else f"{quoted(title)}!{address}"


def split_title(reference: str, here: str) -> tuple[str, str]:
    """Return worksheet and address of a reference on the worksheet `here`.

    >>> split_title("'様式2'!C5", "様式1"), split_title("C5", "様式1")
    (('様式2', 'C5'), ('様式1', 'C5'))
    """
    title, mark, address = reference.rpartition("!")
    return (title[1:-1].replace("''", "'"), address) if mark else (here, reference)


def shown_reference(reference: str) -> str:
    """Return a reference as people read it, its title without quotes.

    >>> shown_reference("'様式2'!C5")
    '様式2!C5'
    """
    return reference.replace("'", "")


def on_worksheet(references: Mapping[_K, str], title: str, here: str) -> dict[_K, str]:
    """Return the addresses of those references on the worksheet `here` that are to cells of one worksheet.

    >>> on_worksheet({"a": "B1", "b": "'様式2'!C5"}, "様式2", "様式1")
    {'b': 'C5'}
    """
    located = {name: split_title(each, here) for name, each in references.items()}
    return {name: address for name, (there, address) in located.items() if there == title}


def seen_from(
    references: Mapping[_K, str], reference: str, here: str
) -> tuple[str, Mapping[_K, str]]:
    """Return the worksheet of a cell, and references on the worksheet `here` as a formula in that cell writes them."""
    there, _ = split_title(reference, here)
    if there == here:
        return here, references
    return there, {
        name: reference_to(*split_title(each, here), there) for name, each in references.items()
    }


__all__ = ["on_worksheet", "reference_to", "seen_from", "shown_reference", "split_title"]

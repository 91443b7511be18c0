"""The comments of a worksheet at other cells: notes, their shapes, and the threads of newer programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from xlsync.ooxml.a1 import Area, Position, column_letters, split_reference
from xlsync.ooxml.opc.package import Parts
from xlsync.ooxml.opc.relationships import related
from xlsync.ooxml.patch.kept_cells import NotKept
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.xml.encoding import local_name, parsed, string_value
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    children,
    mask,
    root_element,
    spliced,
    with_attribute,
)

Targets = Mapping[str, str | None]
"""The new address of each commented cell, None where the comment is left out."""

_SHAPE: Final = re.compile(r"<(\w+:)?shape\s[^<>]*(?<!/)>.*?</\1shape\s*>", re.DOTALL)
_NOTE: Final = re.compile(r"""\sObjectType\s*=\s*["']Note["']""")
_ROW: Final = re.compile(r"(<(?:\w+:)?Row\s*>\s*)([0-9]{1,7})(?=\s*<)")
_COLUMN: Final = re.compile(r"(<(?:\w+:)?Column\s*>\s*)([0-9]{1,5})(?=\s*<)")
_ANCHOR: Final = re.compile(r"(<(?:\w+:)?Anchor\s*>)([^<]*)(?=<)")
_ANCHOR_COLUMNS: Final = (0, 4)
_ANCHOR_ROWS: Final = (2, 6)


def comments_of(package: Parts, worksheet_part: str) -> dict[str, str]:
    """Return the text of each comment of a worksheet by its address; of a thread, all that was written."""
    notes = _texts(package, related(package, worksheet_part, "comments"), "comment", "t")
    threads = related(package, worksheet_part, "threadedComment")
    return notes | _texts(package, threads, "threadedComment", "text")


def _texts(package: Parts, parts: Iterable[str], name: str, text_name: str) -> dict[str, str]:
    """Return what the elements of a name say, line by line, by the addresses they state."""
    texts: dict[str, list[str]] = {}
    roots = (parsed(package.part(part), part) for part in parts)
    for element in (element for root in roots for element in root.iter()):
        if local_name(element.tag) == name:
            words = [
                word.text or "" for word in element.iter() if local_name(word.tag) == text_name
            ]
            lines = texts.setdefault(element.get("ref", ""), [])
            lines.append(string_value("".join(words)))
    return {address: "\n".join(lines) for address, lines in texts.items()}


def move_comments(
    edit: PackageEdit, worksheet_part: str, moved: Targets, merges: Sequence[Area]
) -> list[NotKept]:
    """Move the comments of a worksheet to other cells, and return those left out: told to be, or because another one is there.

    Comments of cells that `moved` does not name stay where they are; in an area that is merged, at the cell that is shown.
    """
    wanted = {address: moved.get(address, address) for address in comments_of(edit, worksheet_part)}
    shown = {old: None if new is None else _shown(new, merges) for old, new in wanted.items()}
    targets, not_kept = _without_doubles(shown, moved)
    if all(old == new for old, new in targets.items()):
        return not_kept
    for part in related(edit, worksheet_part, "comments"):
        edit.put(part, _with_targets(edit.text(part), "comment", targets))
    for part in related(edit, worksheet_part, "threadedComment"):
        edit.put(part, _with_targets(edit.text(part), "threadedComment", targets))
    for part in related(edit, worksheet_part, "vmlDrawing"):
        text = edit.text(part)
        edit.put(part, _SHAPE.sub(lambda shape: _shape(shape[0], targets), text))
    return not_kept


def _shown(address: str, merges: Sequence[Area]) -> str:
    """Return the address of the cell that shows what stands at an address."""
    row, column = split_reference(address)
    for top, left, bottom, right in merges:
        if top <= row <= bottom and left <= column <= right:
            return f"{column_letters(left)}{top}"
    return address


def _without_doubles(wanted: Targets, moved: Targets) -> tuple[Targets, list[NotKept]]:
    """Return where the comments go, those first that are moved, and those that go nowhere or find another one there."""
    targets: dict[str, str | None] = {}
    not_kept: list[NotKept] = []
    for address in sorted(wanted, key=lambda address: address not in moved):
        target = wanted[address]
        if target is None or target in targets.values():
            not_kept.append(NotKept("comment", address))
            target = None
        targets[address] = target
    return targets, not_kept


def _with_targets(text: str, name: str, targets: Targets) -> str:
    """Return the part's text with its elements of a name at their new cells."""
    edits: list[Edit] = []
    for element in _elements(text, name):
        old = attributes(element.attributes).get("ref", "")
        new = targets.get(old, old)
        if new is None:
            edits.append((element.start, element.end, ""))
        elif new != old:
            tag = with_attribute(text[element.start : element.inner], "ref", new)
            edits.append((element.start, element.inner, tag))
    return spliced(text, edits)


def _elements(text: str, name: str) -> Iterator[Element]:
    """The elements of a local name, in the part's root or in a list there."""
    masked = mask(text)
    root = root_element(masked, "")
    for element in children(masked, root.inner, root.inner_end):
        if element.name == f"{root.prefix}{name}":
            yield element
        elif element.name == f"{root.prefix}{name}List":
            yield from children(masked, element.inner, element.inner_end)


def _shape(text: str, targets: Targets) -> str:
    """Return a shape of the drawing; that of a comment stands beside the comment's new cell, or is left out with it."""
    row, column = _ROW.search(text), _COLUMN.search(text)
    if row is None or column is None or _NOTE.search(text) is None:
        return text
    old = (int(row[2]) + 1, int(column[2]) + 1)
    address = f"{column_letters(old[1])}{old[0]}"
    target = targets.get(address, address)
    if target is None:
        return ""
    new = split_reference(target)
    text = _ROW.sub(rf"\g<1>{new[0] - 1}", text, count=1)
    text = _COLUMN.sub(rf"\g<1>{new[1] - 1}", text, count=1)
    return _ANCHOR.sub(lambda anchor: anchor[1] + _anchor(anchor[2], old, new), text, count=1)


def _anchor(written: str, old: Position, new: Position) -> str:
    """Return the corners of a shape as far from the new cell as they were from the old one."""
    numbers = written.split(",")
    if len(numbers) != 2 * len(_ANCHOR_COLUMNS + _ANCHOR_ROWS):
        return written
    shifts = dict.fromkeys(_ANCHOR_COLUMNS, new[1] - old[1])
    shifts |= dict.fromkeys(_ANCHOR_ROWS, new[0] - old[0])
    try:
        moved = [max(0, int(number) + shifts.get(index, 0)) for index, number in enumerate(numbers)]
    except ValueError:
        return written
    return ", ".join(map(str, moved))

"""The fields of a form's entries at an edition: all, the last that is over, as amounts, as parts of a sum, as grades."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.kinds import fold
from xlsync.summary.figures.page_fields import Block, Scale

if TYPE_CHECKING:
    from xlsync.form.definition import AxisEntry
    from xlsync.form.edition import Edition, Field

_AXIS: Final = re.compile(r"\{([a-z_][^{}]*)\}")


def fields_of(edition: Edition, pattern: str) -> tuple[Field, ...]:
    """The fields of an entry, by its path with axes in braces, in the order of their axes."""
    return tuple(field for field in edition.fields if field.entry.path == pattern)


def shown_fields(edition: Edition, patterns: Iterable[str]) -> tuple[Field, ...]:
    """The field of each entry at the last column that is over; all of an entry with no such column."""
    return tuple(chain.from_iterable(last_over(edition, pattern) for pattern in patterns))


def last_over(edition: Edition, pattern: str) -> tuple[Field, ...]:
    """The field of an entry at the last column that is over; all of its fields where no axis of it has such columns."""
    fields = fields_of(edition, pattern)
    over = [field for field in fields if is_over(edition, field)]
    has_finished = any(entry.finished for axis in _axes(edition, pattern) for entry in axis)
    return tuple(over[-1:]) if has_finished else fields


def _axes(edition: Edition, pattern: str) -> list[list[AxisEntry]]:
    return [edition.definition.axes[name] for name in _AXIS.findall(pattern)]


def is_over(edition: Edition, field: Field) -> bool:
    """Whether all that a field stands for on its axes is over; false for a field without axes."""
    path = field.entry.path
    steps = zip(path.split("."), field.steps, strict=True)
    steps_on_axes = [(match[1], step) for part, step in steps if (match := _AXIS.fullmatch(part))]
    return bool(steps_on_axes) and all(
        _finished(edition, axis, str(step)) for axis, step in steps_on_axes
    )


def _finished(edition: Edition, axis: str, key: str) -> bool:
    entries = edition.definition.axes[axis]
    return any(entry.finished and edition.expand(str(entry.key)) == key for entry in entries)


def axis_keys(field: Field) -> tuple[str, ...]:
    """The keys of a field on its axes."""
    steps = zip(field.entry.path.split("."), field.steps, strict=True)
    return tuple(str(step) for part, step in steps if _AXIS.fullmatch(part))


def amounts_of(edition: Edition, patterns: Iterable[str]) -> tuple[Block, ...]:
    """The amounts of some entries, over their axes."""
    every = (fields_of(edition, pattern) for pattern in patterns)
    return tuple(Block(fields[0].label, fields[0].unit, fields) for fields in every if fields)


def parts_of(edition: Edition, totals: Iterable[str]) -> tuple[Block, ...]:
    """What amounts are made up of, as the form's sum rule lists it."""
    parts = {
        rule.path: rule.parts
        for rule in reversed(edition.rules)  # the first rule of a total is the one that holds
        if rule.check == "sum"
    }
    by_label: dict[str, list[Field]] = {}
    for pattern in totals:
        for total in fields_of(edition, pattern):
            for path in parts.get(total.path, ()):
                field = edition.by_path[path]
                by_label.setdefault(field.label, []).append(field)
    return tuple(Block(label, fields[0].unit, tuple(fields)) for label, fields in by_label.items())


def scale_of(field: Field) -> Scale:
    """The words of a choice, with their short forms."""
    words = field.kind.listed() if field.kind.is_choice else ()
    heads = tuple(word.replace("：", ":").partition(":")[0] for word in words)
    distinct = len({fold(head) for head in heads}) == len(heads) and all(map(str.isalpha, heads))
    return Scale(field, words, heads if distinct else words)

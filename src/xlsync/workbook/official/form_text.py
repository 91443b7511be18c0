"""form.toml of a form that the office has defined in Excel: the same rows as entries, with paths nobody has to type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.kinds import KINDS
from xlsync.workbook.official.definition_rows import parts_of_row
from xlsync.workbook.official.official_field import (
    FILLERS,
    KEY,
    KIND_WORDS,
    LEVELS,
    LISTED_WORDS,
    MULTILINE,
    REQUIRED,
    TITLE,
)
from xlsync.workbook.official.year_heading import offset, year_heading

if TYPE_CHECKING:
    from xlsync.workbook.official.definition_rows import DefinitionRow, DefinitionRows

FIRST_LINE: Final = "# xlsync form new が「様式の定義」のシートから作りました。直すときは、そのシートを直して作り直します。"
"""The first line of what is written here: only such a file is written over."""
_LEVEL_NAME: Final = 20
_TITLE: Final = 31


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows that are one entry of form.toml: one field, or one for each heading along an axis."""

    entry_rows: tuple[DefinitionRow, ...]
    axis: str = ""

    @property
    def first(self) -> DefinitionRow:
        """The row that the entry's words come from."""
        return self.entry_rows[0]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of its rows."""
        return tuple(row.defined.field_words.heading for row in self.entry_rows)

    @property
    def path(self) -> str:
        """Its path, the axis in braces; the rows of a list come before the field."""
        name = f"item_{self.first.number}"
        if not self.axis:
            return name
        is_list = _is_numbered(self.headings)
        rows = self.axis.replace("axis", "rows")
        return f"{rows}.{{{self.axis}}}.{name}" if is_list else f"{name}.{{{self.axis}}}"


@dataclass(frozen=True)
class FormText:
    """A form's definition as text, and the path of each row's field as the drawing marks it."""

    defined_form: DefinitionRows
    id: str

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of form.toml: rows that have all but their heading in common are one."""
        groups: dict[object, list[DefinitionRow]] = {}
        for row in self.defined_form.defined_rows:
            field = row.defined
            own = () if field.field_words.heading else (row.row,)
            words = (field.field_words.group, field.field_words.label)
            groups.setdefault(
                (words, field.value_kind, field.filled_by, field.requirement, own), []
            ).append(row)
        entries = [Entry(tuple(rows)) for rows in groups.values()]
        return tuple(Entry(entry.entry_rows, self._axis_of(entry, entries)) for entry in entries)

    def _axis_of(self, entry: Entry, entries: Sequence[Entry]) -> str:
        """Return the name of an entry's axis: those with the same headings share one."""
        headings = list(dict.fromkeys(other.headings for other in entries if other.headings[0]))
        return f"axis_{headings.index(entry.headings) + 1}" if entry.headings[0] else ""

    @cached_property
    def paths(self) -> dict[int, str]:
        """The path of each row's field, its year counted from the edition: item_3.{-1}."""
        paths: dict[int, str] = {}
        for entry in self.entries:
            for row, key in zip(
                entry.entry_rows, _keys(entry.headings, self.defined_form.year), strict=True
            ):
                paths[row.row] = entry.path.replace(f"{{{entry.axis}}}", key)
        return paths

    def text(self) -> str:
        """Return form.toml."""
        blocks = [*self._head(), self._axes(), *self._choices()]
        blocks += [self._field(entry) for entry in self.entries]
        blocks += [self._sum(row) for row in self.defined_form.defined_rows if row.summed_areas]
        return "\n\n".join(blocks) + "\n"

    def _head(self) -> Iterator[str]:
        yield f"{FIRST_LINE}\nformat = 1\nid = {_quoted(self.id)}\ntitle = {_quoted(_safe(self.defined_form.title))}"
        first, *further = worksheet_titles(self.defined_form.page_titles)
        more = f"further-worksheets = {_list(further)}\n" if further else ""
        yield f"[page]\nworksheet = {_quoted(first)}\n{more}issue-month = 4"
        yield "\n".join(self._identity())
        yield "\n".join(
            ["[parts]", *(f"{name} = {_quoted(text)}" for text, name in self._parts.items())]
        )

    def _identity(self) -> Iterator[str]:
        keys, titles = self.defined_form.at(KEY), self.defined_form.at(TITLE)
        yield "[identity]"
        yield f"key = {json.dumps([self.paths[row.row] for row in keys])}"
        levels = [row for level in LEVELS for row in self.defined_form.at(level)]
        if levels:
            yield "organization = ["
            for row in levels:
                name = _quoted(row.defined.field_words.label[:_LEVEL_NAME])
                yield f"  {{ field = {_quoted(self.paths[row.row])}, name = {name} }},"
            yield "]"
        if titles or len(keys) == 1:
            yield f"title = {_quoted(self.paths[(titles or keys)[0].row])}"

    @cached_property
    def _parts(self) -> dict[str, str]:
        groups = dict.fromkeys(
            _safe(row.defined.field_words.group) for row in self.defined_form.defined_rows
        )
        return {group: f"part_{number}" for number, group in enumerate(groups, start=1)}

    def _axes(self) -> str:
        lines = ["[axes]"]
        axes = {entry.axis: entry.headings for entry in self.entries if entry.axis}
        for axis, headings in axes.items():
            keys = _keys(headings, self.defined_form.year)
            entries = [self._axis_entry(*each) for each in zip(keys, headings, strict=True)]
            lines += [f"{axis} = [", *entries, "]"]
        return "\n".join(lines)

    def _axis_entry(self, key: str, heading: str) -> str:
        year = year_heading(heading)
        label = _safe(heading) if year is None else year.counted(self.defined_form.year)
        over = (
            ", finished = true" if year is not None and year.is_over(self.defined_form.year) else ""
        )
        return f"  {{ key = {key if key.isdigit() else _quoted(key)}, label = {_quoted(label)}{over} }},"

    @cached_property
    def _lists(self) -> dict[tuple[str, ...], str]:
        """The lists of words, each with the label of the first field that offers it."""
        chosen = [
            row.defined
            for row in self.defined_form.defined_rows
            if row.defined.value_kind.word in LISTED_WORDS
        ]
        return {field.value_kind.items: field.field_words.label for field in reversed(chosen)}

    def _choices(self) -> Iterator[str]:
        for items, label in self._lists.items():
            listed = json.dumps(items, ensure_ascii=False)
            yield f"[choices.{self._list_name(items)}]\nlabel = {_quoted(label)}\nitems = {listed}"

    def _list_name(self, items: tuple[str, ...]) -> str:
        return f"list-{list(self._lists).index(items) + 1}"

    def _field(self, entry: Entry) -> str:
        field = entry.first.defined
        kind = KIND_WORDS[field.value_kind.word]
        has_list = "choices" in KINDS[kind].options
        lines = {
            "path": entry.path,
            "label": _safe(field.field_words.label),
            "part": self._parts[_safe(field.field_words.group)],
            "kind": kind,
            "unit": field.value_kind.unit if "unit" in KINDS[kind].options else None,
            "choices": self._list_name(field.value_kind.items) if has_list else None,
            "filled-by": FILLERS[field.filled_by],
            "required": "always"
            if field.requirement == REQUIRED or field.role_word == KEY
            else None,
            "dash": "refused" if field.role_word == KEY else None,
        }
        written = [
            f"{name} = {_quoted(value)}" for name, value in lines.items() if value is not None
        ]
        written += ["multiline = true"] if field.value_kind.word == MULTILINE else []
        return "\n".join(["[[field]]", *written])

    def _sum(self, row: DefinitionRow) -> str:
        """Return the rule of a sum; parts that need not be filled in count for nothing while they are blank."""
        parts = parts_of_row(row, self.defined_form.defined_rows)
        required = all(part.defined.requirement == REQUIRED for part in parts)
        lines = {
            "check": "sum",
            "code": f"sum-{row.number}",
            "total": self.paths[row.row],
            "parts": [self.paths[part.row] for part in parts],
            "blank": "missing" if required else "nothing",
        }
        return "\n".join(
            ["[[rule]]", *(f"{name} = {json.dumps(value)}" for name, value in lines.items())]
        )

    @cached_property
    def path_by_cell(self) -> Mapping[str, str]:
        """The path that marks each cell or area of the drawing."""
        return {row.defined.cell: self.paths[row.row] for row in self.defined_form.defined_rows}

    @cached_property
    def years(self) -> frozenset[str]:
        """The headings that say a year, without spaces."""
        headings = (row.defined.field_words.heading for row in self.defined_form.defined_rows)
        return frozenset(
            re.sub(r"\s", "", text) for text in headings if year_heading(text) is not None
        )


def _is_numbered(headings: Sequence[str]) -> bool:
    return list(headings) == [str(number) for number in range(1, len(headings) + 1)]


def _keys(headings: Sequence[str], edition: int) -> list[str]:
    """Return the keys of an axis: 0, 1 … for rows; the year, with a number where it is there twice; else a number each."""
    if _is_numbered(headings):
        return [str(number) for number in range(len(headings))]
    keys: list[str] = []
    for number, heading in enumerate(headings, start=1):
        year = year_heading(heading)
        key = f"c{number}" if year is None else f"{{{offset(year.year, edition)}}}"
        keys.append(f"{key}-{number}" if key in keys else key)
    return keys


def worksheet_titles(titles: Sequence[str]) -> list[str]:
    """Return titles of worksheets without what the name of one in a form may not have, each another one."""
    plain: list[str] = []
    for title in titles:
        bare = re.sub(r"[\[\]:*?/\\']", "", title)[:_TITLE] or "様式"
        is_taken = bare.casefold() in {other.casefold() for other in plain}
        plain.append(f"{bare[: _TITLE - 2]}_{len(plain) + 1}" if is_taken else bare)
    return plain


def _safe(text: str) -> str:
    """Return a text in which nothing is taken for a placeholder of a year, without line breaks."""
    return re.sub(r"\s*\n\s*", " ", text).replace("{", "｛").replace("}", "｝")


def _list(texts: Sequence[str]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def id_of(name: str) -> str:
    """Return an id for a form from a file's name: Latin letters, digits and hyphens of it, after `form` where it needs that."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return words if re.match(r"[a-z]", words) else f"form-{words}".strip("-")

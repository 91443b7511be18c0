"""The cell formats of one workbook in the styles part of another (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.part_cache import cached_by_text
from xlsync.ooxml.opc.workbook_part import TRUE, read_workbook_part
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_equality import (
    StyleKey,
    shown_keys,
    style_children,
    style_key,
    style_text,
)
from xlsync.ooxml.patch.styles_part import (
    GRAY_FILL,
    NO_FILL,
    Lists,
    completed,
    style_lists,
    styles_part,
    with_added,
)
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, decoded, escaped, local_name, parsed_text
from xlsync.ooxml.xml.prefixes import with_one_prefix

FormatKey = tuple[object, ...]
Key = TypeVar("Key", bound=Hashable)

_INDICES: Final = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_MOST_FORMATS: Final = 65_490
_BUILT_IN_IDS: Final = 164
_PRESET_FILLS: Final = [style_key(parsed_text(fill)) for fill in (NO_FILL, GRAY_FILL)]
_NO_STYLES: Final = f'<styleSheet xmlns="{MAIN_NAMESPACES[0]}"/>'


@dataclass(frozen=True, slots=True)
class StyleNumbers:
    """Where the formats of one workbook stand in another: its index of each is the position here.

    Attributes:
        cell_formats: The indices of cell formats, as `s` of a cell states them.
        differential_formats: The indices of the formats of conditional formatting, as `dxfId` states them.

    """

    cell_formats: tuple[int, ...]
    differential_formats: tuple[int, ...]


def merge_styles(edit: PackageEdit, source: Package) -> StyleNumbers:
    """Put the cell formats of another workbook into the styles of the one that is being edited.

    A format that shows alike is not put a second time, however either program wrote it. All are based on the style 標準.

    Args:
        edit: The package that is being edited; its styles part is made if there is none.
        source: The package whose formats are wanted.

    Returns:
        Where each format of `source` stands now.

    Raises:
        UnwritableWorkbook: There would be more formats than Excel has.

    """
    part = styles_part(edit)
    text, numbers = _merged(edit.text(part), part, _source_text(source))
    if text is not None:
        edit.put(part, text)
    return numbers


def _source_text(source: Package) -> str:
    part = read_workbook_part(source).target(source, "styles")
    return _NO_STYLES if part is None else with_one_prefix(decoded(source.part(part), part))


@cached_by_text
def _merged(text: str, where: str, source_text: str) -> tuple[str | None, StyleNumbers]:
    """Return a styles part's text with the formats of another, None where it has them all, and where they stand."""
    text = completed(text)
    source = style_lists(completed(source_text), where)
    merge = _Merge(_Styles(style_lists(text, where)), _Styles(source))
    numbers = merge.numbers()
    return (with_added(text, merge.added) if merge.added else None), numbers


class _Styles:
    """The formats of one styles part, and what each of them shows."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        stated = {
            format_.get("numFmtId", ""): format_.get("formatCode", "")
            for format_ in lists.get("numFmts", ())
        }
        # Some programs state what the ids built into Excel mean, in their own words.
        self.codes = {key: code for key, code in stated.items() if _is_custom(key)}
        fills = lists["fills"][len(_PRESET_FILLS) :]
        self.keys: Mapping[str, list[StyleKey]] = {
            "fonts": list(map(style_key, lists["fonts"])),
            "fills": [*_PRESET_FILLS, *map(style_key, fills)],
            "borders": list(map(style_key, lists["borders"])),
        }

    @cached_property
    def normal(self) -> str:
        """The index of the format that the style 標準 has."""
        for style in self.lists.get("cellStyles", ()):
            if style.get("builtinId") == "0":
                return style.get("xfId", "0")
        return "0"

    def index(self, name: str, format_: Element) -> int:
        """The index of a cell format's font, fill or border, that of the first for one that does not exist."""
        index = whole_number(format_.get(name, "0")) or 0
        return index if index < len(self.keys[_INDICES[name]]) else 0

    def key(self, format_: Element) -> FormatKey:
        """What two cell formats have in common exactly if Excel shows the same by them."""
        number = format_.get("numFmtId", "0")
        shown = [self.keys[group][self.index(name, format_)] for name, group in _INDICES.items()]
        quoted = format_.get("quotePrefix") in TRUE
        unapplied = frozenset(_unapplied(format_))
        return (self.codes.get(number, number), *shown, shown_keys(format_), quoted, unapplied)


def _unapplied(format_: Element) -> list[str]:
    """What a cell format has and says that it is not to be shown."""
    children = {name for name, _, _ in shown_keys(format_)}
    names = {"Alignment": "alignment", "Protection": "protection"}
    ids = {"NumberFormat": "numFmtId", "Font": "fontId", "Fill": "fillId", "Border": "borderId"}
    aspects = [aspect for aspect, name in names.items() if name in children]
    aspects += [aspect for aspect, name in ids.items() if format_.get(name, "0") != "0"]
    return [aspect for aspect in aspects if format_.get(f"apply{aspect}", "1") not in TRUE]


class _Merge:
    """What is added to the lists of one styles part for the formats of another."""

    def __init__(self, target: _Styles, source: _Styles) -> None:
        self._target = target
        self._source = source
        self.added: dict[str, list[str]] = {}
        self._indices = {name: _first_indices(keys) for name, keys in target.keys.items()}
        self._ids = {code: identity for identity, code in reversed(target.codes.items())}
        self._largest_id = max(
            (whole_number(identity) or 0 for identity in target.codes), default=0
        )

    def numbers(self) -> StyleNumbers:
        """Return the indices of the source's formats, once what is lacking is in `added`."""
        formats = map(self._target_key, self._target.lists["cellXfs"])
        cells = _first_indices(formats)
        differential = _first_indices(map(style_key, self._target.lists.get("dxfs", ())))
        source = self._source.lists
        indices = [self._cell_format(format_, cells) for format_ in source["cellXfs"]]
        others = [self._differential(format_, differential) for format_ in source.get("dxfs", ())]
        return StyleNumbers(tuple(indices), tuple(others))

    def _target_key(self, format_: Element) -> FormatKey:
        """Return what a format of the target shows; nothing of ours is like one based on another style than 標準."""
        normal = self._target.normal
        return self._target.key(format_) if format_.get("xfId", normal) == normal else ()

    def _cell_format(self, format_: Element, known: dict[FormatKey, int]) -> int:
        """Return the index of a cell format, added if there is none like it."""
        key = self._source.key(format_)
        if key not in known:
            attributes = dict(format_.items())
            attributes["numFmtId"] = self._number_format(format_.get("numFmtId", "0"))
            for name, group in _INDICES.items():
                attributes[name] = str(self._index(group, self._source.index(name, format_)))
            attributes["xfId"] = self._target.normal
            if "cellStyleXfs" not in self._target.lists:
                del attributes["xfId"]
            known[key] = self._add("cellXfs", _with_attributes(format_, attributes))
        return known[key]

    def _differential(self, format_: Element, known: dict[StyleKey, int]) -> int:
        """Return the index of a format of conditional formatting, added if there is none like it."""
        key = style_key(format_)
        if key not in known:
            children = [self._with_target_id(child) for child in style_children(format_)]
            copy = Element(format_.tag, dict(format_.items()))
            copy.extend(children)
            known[key] = self._add("dxfs", copy)
        return known[key]

    def _with_target_id(self, part: Element) -> Element:
        """Return a part of a differential format; a number format has the id of its code in the target."""
        code = part.get("formatCode")
        if local_name(part.tag) != "numFmt" or code is None:
            return part
        identity = part.get("numFmtId", "")
        custom = _is_custom(identity)
        return _with_attributes(
            part, {"numFmtId": self._id(code) if custom else identity, "formatCode": code}
        )

    def _number_format(self, identity: str) -> str:
        """Return the id in the target of one of the source's number formats."""
        code = self._source.codes.get(identity)
        return identity if code is None else self._id(code)

    def _id(self, code: str) -> str:
        """Return the id of a custom number format in the target, added if it has none."""
        if code not in self._ids:
            self._largest_id = max(self._largest_id + 1, _BUILT_IN_IDS)
            self._ids[code] = str(self._largest_id)
            written = f'<numFmt numFmtId="{self._largest_id}" formatCode="{escaped(code)}"/>'
            self.added.setdefault("numFmts", []).append(written)
        return self._ids[code]

    def _index(self, group: str, index: int) -> int:
        """Return the index in the target of one of the source's fonts, fills or borders, added if there is none like it."""
        key = self._source.keys[group][index]
        known = self._indices[group]
        if key not in known:
            known[key] = self._add(group, self._source.lists[group][index])
        return known[key]

    def _add(self, group: str, element: Element) -> int:
        """Add an element to a list, and return its index."""
        added = self.added.setdefault(group, [])
        added.append(style_text("", element))
        index = len(self._target.lists.get(group, ())) + len(added) - 1
        if group == "cellXfs" and index >= _MOST_FORMATS:
            raise UnwritableWorkbook(
                "セルの書式の種類が多すぎて書き込めません。使っていない書式を減らしてください。"
            )
        return index


def _is_custom(identity: str) -> bool:
    """Return whether an id of a number format is none of those built into Excel."""
    return (whole_number(identity) or 0) >= _BUILT_IN_IDS


def _with_attributes(element: Element, attributes: dict[str, str]) -> Element:
    """Return a copy of the element with other attributes."""
    copy = Element(element.tag, attributes)
    copy.extend(element)
    return copy


def _first_indices(keys: Iterable[Key]) -> dict[Key, int]:
    """Return the index of the first of the elements that have each key."""
    indices: dict[Key, int] = {}
    for index, key in enumerate(keys):
        indices.setdefault(key, index)
    return indices

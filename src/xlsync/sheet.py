"""ONE FILLED FORM: path → value, with its canonical JSON in and out.

Canonical JSON is UTF-8, indented by two spaces, keys in form order, one newline at the end: equal sheets are equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xlsync.errors import SheetError
from xlsync.kinds import DASH, Value

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Step, Tree

_HEAD = ("form", "edition", "key")


@dataclass(frozen=True)
class Sheet:
    """One filled form of an edition.

    `values` holds every field of the edition (blank is None); `unreadable` holds, by path, the text of cells that could
    not be read (their value is None); `revision` is the store's number, None where the sheet is not from the store.
    """

    edition: Edition = field(repr=False)
    key: str
    values: Mapping[str, Value] = field(repr=False)
    revision: int | None = None
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the values in form order, every field present and none unknown."""
        unknown = set(self.values) - set(self.edition.by_path)
        if unknown:
            raise SheetError(f"様式にない項目です（{min(unknown)}）", self.key)
        ordered = {path: self.values.get(path) for path in self.edition.by_path}
        object.__setattr__(self, "values", MappingProxyType(ordered))
        kept = {path: self.unreadable[path] for path in ordered if path in self.unreadable}
        object.__setattr__(self, "unreadable", MappingProxyType(kept))

    def __getitem__(self, path: str) -> Value:
        """Give the value at a path; KeyError where the edition has no such field."""
        return self.values[path]

    def text(self, path: str) -> str:
        """Give the value as the page shows it, "" for blank."""
        shown = self.edition.by_path[path].kind.show(self.values[path])
        return "" if shown is None else str(shown)

    @property
    def program(self) -> str:
        """The key of the budget program (予算事業) the sheet belongs to."""
        return "-".join(self.text(path) for path in self.edition.definition.identity.program)

    @property
    def department(self) -> str:
        """The department's name, "" where blank."""
        return self.text(self.edition.definition.identity.department)

    @property
    def division(self) -> str:
        """The division's name, "" where blank."""
        return self.text(self.edition.definition.identity.division)

    @property
    def section(self) -> str:
        """The section's name, "" where blank."""
        return self.text(self.edition.definition.identity.section)

    @property
    def title(self) -> str:
        """The project's name, "" where blank."""
        return self.text(self.edition.definition.identity.title)

    def with_revision(self, revision: int | None) -> Sheet:
        """Give the same sheet under another revision number."""
        return replace(self, revision=revision)

    def same_content(self, other: Sheet) -> bool:
        """True when both say the same, whatever their revision numbers."""
        return (
            (self.edition.form, self.edition.year, self.key)
            == (other.edition.form, other.edition.year, other.key)
            and self.values == other.values
            and self.unreadable == other.unreadable
        )

    def to_document(self) -> dict[str, Any]:
        """Give the canonical document as plain dicts and lists."""
        document: dict[str, Any] = {
            "form": self.edition.form,
            "edition": self.edition.year,
            "key": self.key,
        }
        if self.revision is not None:
            document["revision"] = self.revision
        for path, made in self.edition.by_path.items():
            _place(document, made.steps, made.kind.to_json(self.values[path]))
        if self.unreadable:
            document["unreadable"] = dict(self.unreadable)
        return document

    def to_json(self) -> bytes:
        """Give the canonical bytes."""
        return canonical(self.to_document())


def canonical(document: Any) -> bytes:
    """Give a JSON document as canonical bytes; NaN and infinities are refused."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode(
        "utf-8", "backslashreplace"
    )  # a lone surrogate becomes JSON's own escape of it


def key_of(edition: Edition, values: Mapping[str, Value]) -> str | None:
    """Give the key the values speak of (01-02-01-08-14-01), or None where a part of it is missing."""
    parts = [values.get(path) for path in edition.definition.identity.key]
    if not all(isinstance(part, str) and part != DASH for part in parts):
        return None
    return "-".join(str(part) for part in parts)


def sheet_of(edition: Edition, document: Any) -> Sheet:
    """Read a canonical document; SheetError names the path and the reason."""
    if not isinstance(document, dict):
        raise SheetError("シートのJSONではありません（最も外側が { } ではありません）")
    form, year, key = (document.get(name) for name in _HEAD)
    if (
        (form, year) != (edition.form, edition.year)
        or not isinstance(key, str)
        or isinstance(year, bool)
    ):
        raise SheetError("form・edition・key が様式と合いません", str(key)[:100])
    revision, unreadable = document.get("revision"), document.get("unreadable", {})
    body = {
        step: value
        for step, value in document.items()
        if step not in (*_HEAD, "revision", "unreadable")
    }
    values: dict[str, Value] = {}
    _walk(body, edition.tree, (), values)
    _refuse_odd(revision, unreadable, edition, values, key)
    return Sheet(edition, key, values, revision, unreadable)


def _walk(document: Any, tree: Tree, above: tuple[Step, ...], values: dict[str, Value]) -> None:
    """Take the values out of a document of exactly the tree's shape; nothing beyond it is looked into."""
    is_list = 0 in tree
    if is_list and isinstance(document, list):
        document = dict(enumerate(document))
    elif is_list or not isinstance(document, dict):
        raise SheetError("項目の形が様式と違います", _dotted(above))
    if document.keys() != tree.keys():
        odd = [step for step in document if step not in tree]
        word = "様式にない項目です" if odd else "項目がありません"
        first = odd[0] if odd else next(step for step in tree if step not in document)
        path = _dotted((*above, first))
        raise SheetError(f"{word}（{path}）", path)
    for step, inner in tree.items():
        if isinstance(inner, dict):
            _walk(document[step], inner, (*above, step), values)
            continue
        try:
            values[inner.path] = inner.kind.from_json(document[step])
        except ValueError as fault:
            raise SheetError(str(fault), inner.path) from fault


def _dotted(steps: tuple[Step, ...]) -> str:
    return ".".join(str(step) for step in steps)[:200]


def peek(document: Any) -> tuple[str, int]:
    """Give the form id and fiscal year a document claims, before anything else of it is read."""
    form, year = (
        (document.get("form"), document.get("edition"))
        if isinstance(document, dict)
        else (None, None)
    )
    if not isinstance(form, str) or not isinstance(year, int) or isinstance(year, bool):
        raise SheetError("シートのJSONではありません（form と edition がありません）")
    return form, year


def parse_json(data: bytes) -> Any:
    """Give the document of JSON bytes; SheetError where they are none."""
    try:
        return json.loads(
            data.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_no_twins
        )
    except (ValueError, RecursionError) as fault:
        raise SheetError(f"JSONとして読めません（{fault}）") from fault


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Give a JSON object; one that says an item twice leaves open which is meant."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"項目「{next(name for name in names if names.count(name) > 1)}」が二度あります"
        )
    return made


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} は使えません")


def _refuse_odd(
    revision: object, unreadable: object, edition: Edition, values: Mapping[str, Value], key: str
) -> None:
    if revision is not None and (
        not isinstance(revision, int) or isinstance(revision, bool) or revision < 1
    ):
        raise SheetError("revision は1以上の整数です", key)
    if not isinstance(unreadable, dict) or not all(
        isinstance(text, str) for text in unreadable.values()
    ):
        raise SheetError("unreadable は {欄: 文字列} です", key)
    for path in unreadable:
        if path not in edition.by_path or values[path] is not None:
            raise SheetError(f"unreadable の「{path}」が、様式にないか、空欄ではありません", key)
    named = key_of(edition, values)
    if named is not None and named != key:
        raise SheetError(f"key と予算コード（{named}）が食い違っています", key)


def _place(document: dict[str, Any], steps: tuple[str | int, ...], value: object) -> None:
    here: Any = document
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        fresh: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(here, list):
            if len(here) == step:
                here.append(fresh)
            here = here[int(step)]
        else:
            here = here.setdefault(step, fresh)


__all__ = [
    "Sheet",
    "canonical",
    "key_of",
    "parse_json",
    "peek",
    "sheet_of",
]

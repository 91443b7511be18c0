"""One filled form: a mapping from path to value, with its canonical JSON in and out.

Canonical JSON is UTF-8, indented by two spaces, keys in form order, one newline at the end: equal sheets are equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError
from xlsync.form.library import SHIPPED, Form, load_form
from xlsync.form.nesting import flat, nested
from xlsync.kinds import Value
from xlsync.kinds.characters import cleaned
from xlsync.sheet_identity import is_key_of, key_of, program_of, stated_program, text_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

_HEAD = ("form", "edition", "key")
BESIDE_FIELDS = (*_HEAD, "revision", "unreadable")
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class Sheet(Mapping[str, Value]):
    """One filled form of an edition: an immutable mapping from the path of each field to its value, in form order.

    Every field of the edition is a key; a blank one is None. Two sheets are equal where edition, key, values, unreadable
    cells and revision are; `same_content` leaves the revision out.

    Args:
        edition: The form at a fiscal year.
        key: The sheet's key, such as "01-02-01-08-14-01".
        values: Values by path; fields left out are blank.
        revision: The store's number, None where the sheet is not from the store.
        unreadable: The text of cells that could not be read, by path; their value is None.

    Raises:
        SheetError: `values` has a path that the edition does not have.

    Example:
        >>> from xlsync.form.library import load_form
        >>> sheet = Sheet(
        ...     load_form().at(2018), "01-02-01-08-14-01", {"project.name": "共有システム"}
        ... )
        >>> sheet["project.name"], sheet["purpose"]
        ('共有システム', None)
        >>> sheet
        <Sheet jimu-jigyo-hyoka 2018 01-02-01-08-14-01: 1 of 128 fields filled>

    """

    __slots__ = ("_values", "edition", "key", "revision", "unreadable")

    edition: Edition
    key: str
    revision: int | None
    unreadable: Mapping[str, str]
    _values: Mapping[str, Value]

    def __init__(
        self,
        edition: Edition,
        key: str,
        values: Mapping[str, Value] = _EMPTY,
        revision: int | None = None,
        unreadable: Mapping[str, str] = _EMPTY,
    ) -> None:
        unknown = set(values) - set(edition.by_path)
        if unknown:
            raise SheetError(f"様式にない項目です（{min(unknown)}）", key)
        ordered = {path: values.get(path) for path in edition.by_path}
        in_order = {path: cleaned(unreadable[path]) for path in ordered if path in unreadable}
        state = {
            "edition": edition,
            "key": key,
            "revision": revision,
            "_values": MappingProxyType(ordered),
            "unreadable": MappingProxyType(in_order),
        }
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a sheet does not change; make another by with_values ({name})")

    def __getitem__(self, path: str) -> Value:
        """Return the value at a path; KeyError where the edition has no such field."""
        return self._values[path]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the paths in form order."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many fields the edition has, blank ones included."""
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        """Compare content and revision; a plain mapping is never equal to a sheet."""
        if not isinstance(other, Sheet):
            return NotImplemented
        return self.revision == other.revision and self.same_content(other)

    __hash__ = None  # type: ignore[assignment]  # as of every mapping

    def __repr__(self) -> str:
        """Return whose sheet it is and how far it is filled, never its texts."""
        filled = sum(value is not None for value in self.values())
        revision = f" revision {self.revision}" if self.revision is not None else ""
        unreadable = f", {len(self.unreadable)} unreadable" if self.unreadable else ""
        name = f"{self.edition.form} {self.edition.year} {self.key}{revision}"
        return f"<Sheet {name}: {filled} of {len(self)} fields filled{unreadable}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what the constructor takes."""
        values, unreadable = dict(self._values), dict(self.unreadable)
        return Sheet, (self.edition, self.key, values, self.revision, unreadable)

    def text(self, path: str) -> str:
        """Return the value at a `path` as the page shows it, "" for blank."""
        return text_of(self.edition, path, self)

    @property
    def program(self) -> str:
        """The key of the budget program (予算事業) the sheet belongs to; its own key where the form knows no programs."""
        return stated_program(self.edition, self.key, self)

    @property
    def units(self) -> tuple[str, ...]:
        """The units it belongs to, one for each level of the form's organization from the top, "" where blank."""
        levels = self.edition.definition.identity.organization
        return tuple(self.text(level.field) for level in levels)

    @property
    def department(self) -> str:
        """The name of its uppermost unit, "" where blank or where the form has no organization."""
        return "".join(self.units[:1])

    @property
    def division(self) -> str:
        """The name of its unit on the second level, "" where blank or where the form has none."""
        return "".join(self.units[1:2])

    @property
    def section(self) -> str:
        """The names of its units below the second level, "" where blank or where the form has none."""
        return " ".join(filter(None, self.units[2:]))

    @property
    def title(self) -> str:
        """The project's name, "" where blank or where the form has none."""
        path = self.edition.definition.identity.title
        return self.text(path) if path else ""

    def with_revision(self, revision: int | None) -> Sheet:
        """Return the same sheet under another revision number."""
        return Sheet(self.edition, self.key, self._values, revision, self.unreadable)

    def with_values(
        self, values: Mapping[str, Value] = _EMPTY, unreadable: Mapping[str, str] = _EMPTY
    ) -> Sheet:
        """Return the sheet with other values at some paths, under the same key and revision.

        Args:
            values: New values by path; a cell given here is no longer unreadable.
            unreadable: Texts that cannot be read, by path; the values there become None.

        Raises:
            SheetError: A path is none of the edition.

        Example:
            >>> from xlsync.form.library import load_form
            >>> blank = Sheet(load_form().at(2018), "01-02-01-08-14-01")
            >>> blank.with_values({"purpose": "市民の足を守る"})["purpose"]
            '市民の足を守る'

        """
        kept = {path: text for path, text in self.unreadable.items() if path not in values}
        blanked: dict[str, Value] = dict.fromkeys(unreadable)
        return Sheet(
            self.edition,
            self.key,
            {**self._values, **values, **blanked},
            self.revision,
            {**kept, **unreadable},
        )

    def same_content(self, other: Sheet) -> bool:
        """Return whether the `other` sheet holds the same, whatever its revision number."""
        return (
            (self.edition.form, self.edition.year, self.key)
            == (other.edition.form, other.edition.year, other.key)
            and self._values == other._values
            and self.unreadable == other.unreadable
        )

    def to_document(self) -> dict[str, Any]:
        """Return the canonical document as plain dicts and lists."""
        document: dict[str, Any] = {
            "form": self.edition.form,
            "edition": self.edition.year,
            "key": self.key,
        }
        if self.revision is not None:
            document["revision"] = self.revision
        document |= nested(self.edition, self._values)
        if self.unreadable:
            document["unreadable"] = dict(self.unreadable)
        return document

    def to_json(self) -> bytes:
        """Return the canonical JSON in UTF-8."""
        return canonical(self.to_document())

    @classmethod
    def from_json(cls, data: bytes | str, form: Form | None = None) -> Sheet:
        """Return the sheet of canonical JSON.

        Args:
            data: The JSON, as bytes in UTF-8 or as text.
            form: The form the sheet is of; without it, the shipped form that the JSON names.

        Raises:
            SheetError: No JSON, or of no sheet of the form; the message names the path.
            FormError: The JSON names a fiscal year for which the form has no edition.

        Example:
            >>> from xlsync.form.library import load_form
            >>> sheet = Sheet(load_form().at(2018), "01-02-01-08-14-01")
            >>> Sheet.from_json(sheet.to_json()) == sheet
            True

        """
        document = parse_json(
            data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        )
        name, year = peek(document)
        if form is None and name not in SHIPPED:
            raise SheetError(f"様式「{name[:100]}」は同梱していません。form で様式を渡してください")
        return sheet_of((form or load_form(name)).at(year), document)


def sheet_of(edition: Edition, document: Any) -> Sheet:
    """Return the sheet of a canonical document; SheetError names the path and the reason."""
    if not isinstance(document, dict):
        raise SheetError("シートのJSONではありません（最も外側が { } ではありません）")
    form, year, key = (document.get(name) for name in _HEAD)
    if (
        (form, year) != (edition.form, edition.year)
        or not isinstance(key, str)
        or isinstance(year, bool)
    ):
        raise SheetError("form・edition・key が様式と合いません", str(key)[:100])
    body = {step: value for step, value in document.items() if step not in BESIDE_FIELDS}
    values = flat(edition, body)
    revision = _revision(document.get("revision"), key)
    unreadable = _unreadable(document.get("unreadable", {}), values, key)
    if not is_key_of(edition, values, key):
        on_page = key_of(edition, values)
        raise SheetError(f"key と予算コード（{on_page}）が食い違っています", key)
    return Sheet(edition, key, values, revision, unreadable)


def _revision(revision: object, key: str) -> int | None:
    if revision is None:
        return None
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
        raise SheetError("revision は1以上の整数です", key)
    return revision


def _unreadable(unreadable: object, values: Mapping[str, Value], key: str) -> dict[str, str]:
    texts = unreadable.values() if isinstance(unreadable, dict) else [None]
    if not isinstance(unreadable, dict) or not all(isinstance(text, str) for text in texts):
        raise SheetError("unreadable は {欄: 文字列} です", key)
    for path in unreadable:
        if path not in values or values[path] is not None:
            raise SheetError(f"unreadable の「{path}」が、様式にないか、空欄ではありません", key)
    return unreadable


def peek(document: Any) -> tuple[str, int]:
    """Return the form id and fiscal year a document names, before anything else of it is read."""
    form, year = (
        (document.get("form"), document.get("edition"))
        if isinstance(document, dict)
        else (None, None)
    )
    if not isinstance(form, str) or not isinstance(year, int) or isinstance(year, bool):
        raise SheetError("シートのJSONではありません（form と edition がありません）")
    return form, year


__all__ = ["Sheet", "key_of", "peek", "program_of", "sheet_of"]

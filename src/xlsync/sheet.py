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
from xlsync.sheet_document import (
    BESIDE_FIELDS,
    HEAD,
    id_in,
    peek,
    revision_in,
    unreadable_in,
)
from xlsync.sheet_identity import is_key_of, key_of, program_of, stated_program, text_of
from xlsync.sheet_rows import Row, in_form_order, rows_of, value_of_row, with_rows_changed

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class Sheet(Mapping[str, Value]):
    """One filled form of an edition: an immutable mapping from the path of each field to its value, in form order.

    Every field of the edition is a key; a blank one is None. Two sheets are equal where edition, key, values, unreadable
    cells and revision are; `same_content` leaves the revision out.

    Args:
        edition: The form at a fiscal year.
        key: The sheet's key of today, such as "01-02-01-08-14-01"; it follows the fields that make it.
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

    __slots__ = ("_values", "edition", "id", "key", "revision", "unreadable")

    edition: Edition
    id: str
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
        ordered = in_form_order(edition, values, unreadable, key)
        in_order = {path: cleaned(unreadable[path]) for path in ordered if path in unreadable}
        state = {
            "edition": edition,
            "id": key,
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
        """Return the value at a path, None in a row that is not there; KeyError where the edition has no such field."""
        known = path in self._values
        return self._values[path] if known else value_of_row(self.edition, self._values, path)

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
        filled = f"{sum(value is not None for value in self.values())} of {len(self)}"
        revision = f" revision {self.revision}" if self.revision is not None else ""
        unread = f", {len(self.unreadable)} unreadable" if self.unreadable else ""
        name = f"{self.edition.form} {self.edition.year} {self.key}"
        return f"<Sheet {name}{revision}: {filled} fields filled{unread}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what the constructor takes, and the id."""
        cells = dict(self._values), self.revision, dict(self.unreadable)
        return Sheet, (self.edition, self.key, *cells), self.id

    def __setstate__(self, sheet_id: str) -> None:
        object.__setattr__(self, "id", sheet_id)

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

    def rows(self, table: str) -> list[Row]:
        """Return the rows of the `table` at a path; KeyError where the form has no such table."""
        return rows_of(self.edition.table_of[table], self._values)

    def with_revision(self, revision: int | None) -> Sheet:
        """Return the same sheet under another revision number."""
        return self._copy(revision=revision)

    def with_values(
        self, values: Mapping[str, Value] = _EMPTY, unreadable: Mapping[str, str] = _EMPTY
    ) -> Sheet:
        """Return the sheet with other values at some paths, under the same id and revision; its key follows its fields.

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
        cells = with_rows_changed(self.edition, self._values, {**values, **blanked})
        texts = {path: text for path, text in {**kept, **unreadable}.items() if path in cells}
        return self.with_cells(cells, texts)

    def with_cells(self, values: Mapping[str, Value], unreadable: Mapping[str, str]) -> Sheet:
        """Return the sheet with these values and unreadable texts instead of all its own; fields left out are blank."""
        key = self._key_with(values)
        return Sheet(self.edition, key, values, self.revision, unreadable).with_id(self.id)

    def _key_with(self, values: Mapping[str, Value]) -> str:
        """Return the key under new values: the same where its fields are the same, or do not say one."""
        paths = self.edition.definition.identity.key
        is_same = all(values.get(path) == self._values[path] for path in paths)
        return (None if is_same else key_of(self.edition, values)) or self.key

    def with_id(self, sheet_id: str) -> Sheet:
        """Return the same sheet under the `sheet_id` it was registered by; "" stands for its key, the id of a new sheet."""
        return self if sheet_id in {"", self.id} else self._copy(id=sheet_id)

    def _copy(self, **changed: Any) -> Sheet:
        sheet = object.__new__(Sheet)
        for name in Sheet.__slots__:
            value = changed[name] if name in changed else getattr(self, name)
            object.__setattr__(sheet, name, value)
        return sheet

    def same_content(self, other: Sheet) -> bool:
        """Return whether the `other` sheet holds the same, whatever its revision number."""
        return (
            (self.edition.form, self.edition.year, self.id, self.key)
            == (other.edition.form, other.edition.year, other.id, other.key)
            and self._values == other._values
            and self.unreadable == other.unreadable
        )

    def to_document(self) -> dict[str, Any]:
        """Return the canonical document as plain dicts and lists."""
        head = (self.edition.form, self.edition.year, self.key)
        document: dict[str, Any] = dict(zip(HEAD, head, strict=True))
        if self.id != self.key:
            document["id"] = self.id
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
    form, year, key = (document.get(name) for name in HEAD)
    if (
        (form, year) != (edition.form, edition.year)
        or not isinstance(key, str)
        or isinstance(year, bool)
    ):
        raise SheetError("form・edition・key が様式と合いません", str(key)[:100])
    body = {step: value for step, value in document.items() if step not in BESIDE_FIELDS}
    values = flat(edition, body)
    revision = revision_in(document.get("revision"), key)
    unreadable = unreadable_in(document.get("unreadable", {}), values, key)
    if not is_key_of(edition, values, key):
        on_page = key_of(edition, values)
        raise SheetError(f"key と予算コード（{on_page}）が食い違っています", key)
    sheet = Sheet(edition, key, values, revision, unreadable)
    return sheet.with_id(id_in(document.get("id", ""), key))


__all__ = ["Sheet", "key_of", "peek", "program_of", "sheet_of"]

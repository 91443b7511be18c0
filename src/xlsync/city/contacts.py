"""Whom to write to: 連絡先.csv in the city's folder, a row for each unit on the first two levels of the organization."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import list_rows
from xlsync.errors import SettingsError
from xlsync.kinds import fold
from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

CONTACTS_FILE: Final = "連絡先.csv"
_ADDRESS: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_ADDRESS_WORDS: Final = ("メール", "メールアドレス", "宛先", "アドレス")
_PERSON_WORDS: Final = ("担当者", "氏名", "名前", "担当")


@dataclass(frozen=True, slots=True)
class Contact:
    """The mail addresses of a unit, and who reads them ("" where that is not said)."""

    addresses: tuple[str, ...] = ()
    person: str = ""


class Contacts:
    """The contacts of a city by unit; a unit without one of its own has that of the unit above."""

    def __init__(self, by_unit: Mapping[tuple[str, ...], Contact]) -> None:
        """Take the contacts by the names of their units, from the top."""
        self._by_unit = {
            tuple(map(plain_name, names)): contact for names, contact in by_unit.items()
        }

    def has(self, unit_names: Sequence[str]) -> bool:
        """Whether a unit, or the unit below which it is, has a contact of its own."""
        names = tuple(map(plain_name, unit_names))
        return any(names[:length] in self._by_unit for length in range(1, len(names) + 1))

    def of(self, unit_names: Sequence[str]) -> Contact:
        """Return the contact of a unit, one without addresses where there is none."""
        names = tuple(map(plain_name, unit_names))
        for length in range(len(names), -1, -1):
            contact = self._by_unit.get(names[:length])
            if contact is not None:
                return contact
        return Contact()


def read_contacts(city: CitySettings) -> Contacts:
    """Return the city's contacts, none where it has no such file; SettingsError names the line at fault."""
    if not (city.folder / CONTACTS_FILE).exists():
        return Contacts({})
    rows = list_rows(city, CONTACTS_FILE, "連絡先")
    levels = city.terms.form.at(city.terms.fiscal_year).definition.identity.level_words[:2]
    columns = _columns(rows[0][1] if rows else [], levels)
    return Contacts(dict(_contacts(rows[1:], columns, len(levels))))


def contact_texts(city: CitySettings) -> dict[tuple[str, ...], ContactText]:
    """Return what the list says of each unit, as it is written there."""
    rows, columns, _ = _listed(city)
    return {columns.unit_of(row): columns.text_of(row) for row in rows}


def rows_with_contacts(
    city: CitySettings, texts: Mapping[tuple[str, ...], ContactText]
) -> list[list[str]]:
    """Return the rows of the list, headings first, in which units have other contacts; one without an address has no row.

    What other columns say stays, and so do units that are not named.
    """
    rows, columns, heading = _listed(city)
    known = [columns.unit_of(row) for row in rows]
    kept = [row for row in rows if texts.get(columns.unit_of(row), _ANY).address_text]
    kept += [
        columns.blank_row(unit, len(heading)) for unit, text in texts.items()
        if unit not in known and text.address_text
    ]  # fmt: skip
    for row in kept:
        columns.write(row, texts.get(columns.unit_of(row), columns.text_of(row)))
    return [heading, *kept]


def _listed(city: CitySettings) -> tuple[list[list[str]], _Columns, list[str]]:
    """Return the rows of the list, its columns, and its headings; those of a new list where there is none."""
    levels = city.terms.form.at(city.terms.fiscal_year).definition.identity.level_words[:2]
    new_heading = [*levels, _ADDRESS_WORDS[0], _PERSON_WORDS[0]]
    heading, *rows = [row for _, row in list_rows(city, CONTACTS_FILE, "連絡先")] or [new_heading]
    columns = _columns(heading, levels)
    return [[*row, *[""] * (len(heading) - len(row))] for row in rows], columns, heading


@dataclass(frozen=True, slots=True)
class ContactText:
    """The addresses of a unit and who reads them, as somebody writes them."""

    address_text: str
    person: str = ""


_ANY: Final = ContactText("*")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where units, addresses and persons stand."""

    unit_columns: tuple[int, ...]
    address_column: int
    person_column: int | None

    def unit_of(self, row: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the unit that a row is about."""
        return tuple(filter(None, (row[at] for at in self.unit_columns)))

    def text_of(self, row: Sequence[str]) -> ContactText:
        """Return what a row says of its unit."""
        person = "" if self.person_column is None else row[self.person_column]
        return ContactText(row[self.address_column], person)

    def blank_row(self, unit: Sequence[str], length: int) -> list[str]:
        """Return a row of a unit that says nothing yet."""
        row = [""] * length
        for at, name in zip(self.unit_columns, unit, strict=False):
            row[at] = name
        return row

    def write(self, row: list[str], text: ContactText) -> None:
        """Let a row say something of its unit."""
        row[self.address_column] = text.address_text
        if self.person_column is not None:
            row[self.person_column] = text.person


def _columns(headings: Sequence[str], levels: Sequence[str]) -> _Columns:
    folded = [fold(heading.strip().lstrip("\ufeff")) for heading in headings]
    units = tuple(at for level in levels if (at := _position(folded, (level,))) is not None)
    address = _position(folded, _ADDRESS_WORDS)
    if address is None or len(units) != len(levels):
        wanted = "・".join([*levels, _ADDRESS_WORDS[0]])
        raise SettingsError(f"1行目に {wanted} の見出しを書いてください", CONTACTS_FILE)
    return _Columns(units, address, _position(folded, _PERSON_WORDS))


def _position(folded: Sequence[str], words: Sequence[str]) -> int | None:
    return next((at for at, text in enumerate(folded) if text in set(map(fold, words))), None)


def _contacts(
    rows: Sequence[tuple[int, list[str]]], columns: _Columns, levels: int
) -> Iterator[tuple[tuple[str, ...], Contact]]:
    for number, row in rows:
        cells = [*row, *[""] * (levels + len(_PERSON_WORDS))]
        names = tuple(cells[at] for at in columns.unit_columns)
        addresses = _addresses(cells[columns.address_column], f"{CONTACTS_FILE} {number}行目")
        person = "" if columns.person_column is None else cells[columns.person_column]
        yield tuple(filter(None, names)), Contact(addresses, person)


def _addresses(text: str, where: str) -> tuple[str, ...]:
    """Return the addresses of a cell; SettingsError where it holds none, or anything else."""
    addresses = tuple(part for part in re.split(r"[,;、；\s]+", text) if part)
    wrong = [address for address in addresses if not _ADDRESS.fullmatch(address)]
    if wrong or not addresses:
        reason = f"「{wrong[0] if wrong else text}」はメールアドレスではありません"
        raise SettingsError(reason, where)
    return addresses


__all__ = [
    "CONTACTS_FILE",
    "Contact",
    "ContactText",
    "Contacts",
    "contact_texts",
    "read_contacts",
    "rows_with_contacts",
]

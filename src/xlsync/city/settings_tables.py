"""Tables of xlsync.toml written anew, entry by entry: comments, order and every other line stay as they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from xlsync.city.settings_file import SETTINGS_FILE, settings_entries
from xlsync.errors import SettingsError

Entries: TypeAlias = Mapping[str, Any]
"""What entries of a table are to say; None for one that is to go."""
_NAME: Final = "name"
_NEWLINE: Final = re.compile(r"\r?\n")


def with_entries(text: str, table_name: str, entries: Entries) -> str:
    """Return settings in which some entries of a table say something else; SettingsError where they cannot be written."""
    wanted = settings_entries(text)
    _set_entries(wanted.setdefault(table_name, {}), entries)

    def write(document: tomlkit.TOMLDocument) -> None:
        if table_name not in document:
            document[table_name] = tomlkit.table()
        _set_entries(document[table_name], entries)

    return _written(text, write, wanted)


def with_subtables(text: str, table_name: str, tables: Mapping[str, Entries | None]) -> str:
    """Return settings in which tables below another one ([rates."2018-budget"]) say something else, or are gone (None)."""
    wanted = settings_entries(text)
    _set_tables(wanted.setdefault(table_name, {}), tables, dict)

    def write(document: tomlkit.TOMLDocument) -> None:
        if table_name not in document:
            document[table_name] = tomlkit.table(is_super_table=True)
        _set_tables(document[table_name], tables, tomlkit.table)

    return _written(text, write, wanted)


def with_named_table(text: str, list_name: str, former_name: str, entries: Entries | None) -> str:
    """Return settings in which one of several tables ([[phase]]) says something else, is new, or is gone.

    Args:
        text: The settings.
        list_name: What the tables are called.
        former_name: The name of the table that is changed, "" for a new one.
        entries: What its entries are to say; None where the table is to go.

    Raises:
        SettingsError: The settings cannot be written so, or there is no table of that name.

    """
    wanted = settings_entries(text)
    listed = wanted.setdefault(list_name, [])
    _set_named(listed, former_name, entries, dict)
    if not listed:
        del wanted[list_name]

    def write(document: tomlkit.TOMLDocument) -> None:
        tables = document.get(list_name)
        if not isinstance(tables, AoT):
            document[list_name] = tables = tomlkit.aot()
        _set_named(tables, former_name, entries, tomlkit.table)
        if not tables:
            del document[list_name]

    return _written(text, write, wanted)


def _set_entries(table: Any, entries: Entries) -> None:
    for name, value in entries.items():
        if value is not None:
            table[name] = value
        elif name in table:
            del table[name]


def _set_tables(table: Any, tables: Mapping[str, Entries | None], new: Callable[[], Any]) -> None:
    for name, entries in tables.items():
        if entries is None:
            table.pop(name, None)
            continue
        if name not in table:
            table[name] = new()
        _set_entries(table[name], entries)


def _set_named(
    tables: Any, former_name: str, entries: Entries | None, new: Callable[[], Any]
) -> None:
    if entries is None:
        del tables[_position(tables, former_name)]
    elif former_name:
        _set_entries(tables[_position(tables, former_name)], entries)
    else:
        table = new()
        _set_entries(table, entries)
        tables.append(table)


def _position(tables: Sequence[Mapping[str, Any]], name: str) -> int:
    names = [table.get(_NAME) for table in tables]
    if not name or name not in names:
        raise SettingsError(f"「{name}」は設定にもうありません", SETTINGS_FILE)
    return names.index(name)


def _written(
    text: str, write: Callable[[tomlkit.TOMLDocument], None], wanted: Mapping[str, Any]
) -> str:
    """Return the text that says what is wanted; SettingsError where rewriting it says anything else."""
    try:
        document = tomlkit.parse(text)
        write(document)
        written = tomlkit.dumps(document)
        is_right = _filled(tomllib.loads(written)) == _filled(wanted)
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, TypeError):
        is_right = False
    if not is_right:
        raise SettingsError(
            "この設定は書き換えられません。「設定」の画面で、設定の文を書き換えてください",
            SETTINGS_FILE,
        )
    return _NEWLINE.sub("\r\n", written) if "\r\n" in text else written


def _filled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says beside tables that say nothing."""
    return {name: value for name, value in document.items() if value not in ({}, [])}


__all__ = ["Entries", "with_entries", "with_named_table", "with_subtables"]

"""Which sheets a command is about: named one by one, those of a department, or those of a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange.register.register_plan import listed_keys
from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


@dataclass(frozen=True, slots=True)
class Chosen:
    """The keys of sheets, or the department or the list (a file) whose sheets are meant."""

    keys: tuple[str, ...] = ()
    department: str = ""
    list_file: Path | None = None

    @property
    def is_selection(self) -> bool:
        """Whether nobody named the sheets one by one, so that those about which nothing can be done are left out."""
        return bool(self.department)


def chosen_keys(city: CitySettings, chosen: Chosen) -> tuple[list[str], tuple[str, ...]]:
    """Return the keys that are meant, and what of a list is not read.

    Raises:
        StoreError: There are none.
        WorkbookError: The list cannot be read, or names none.

    """
    if chosen.list_file is not None:
        return _keys_in_list(city, chosen.list_file)
    if chosen.department:
        return _keys_of_department(city, chosen.department), ()
    return list(chosen.keys), ()


def _keys_of_department(city: CitySettings, department: str) -> list[str]:
    year = city.terms.fiscal_year
    counted = set(city.store.counted_keys(year))
    wanted = plain_name(department)
    keys = [
        head.key
        for head in city.store.heads(year)
        if head.id in counted and plain_name(head.department) == wanted
    ]
    if not keys:
        raise StoreError(f"「{department}」のシートはありません。部の名前を確かめてください")
    return keys


def _keys_in_list(city: CitySettings, file: Path) -> tuple[list[str], tuple[str, ...]]:
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise WorkbookError(f"一覧を読めません（{fault.strerror}）", str(file)) from fault
    mapping = REGISTER_HEADINGS.read(city)
    keys, unread = listed_keys(city.store, city.terms, data, file.name, mapping)
    if not keys:
        raise WorkbookError("一覧に事業がありません", str(file))
    return keys, unread


__all__ = ["Chosen", "chosen_keys"]

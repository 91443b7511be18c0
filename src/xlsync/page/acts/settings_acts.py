"""The act that replaces a list of the city by another one, and the file of all of them."""

from __future__ import annotations

import difflib
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.city_paths import display_path
from xlsync.city.code_lists import budget_names_of, plan_list_of
from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.figure_files import (
    KINDS_FILE,
    SHARES_FILE,
    read_kinds,
    sheets_and_shares,
)
from xlsync.city.grade_headings import GRADE_HEADINGS
from xlsync.city.list_replacement import NamingEntry, planned_replacement, replace_list
from xlsync.city.plan_file import PLAN_ENTRY, USUAL_NAME
from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.city.settings import organization_of
from xlsync.city.settings_change import ChangedBy, settings_text
from xlsync.city.staff_list import POSTS_FILE, staff_of_city
from xlsync.csv_bytes import csv_text_of
from xlsync.errors import StoreError
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    MadeFile,
    OfficeAct,
    OfficeFile,
    ShownPlan,
    parts_of,
)
from xlsync.page.page_context import city, context, visitor
from xlsync.page.uploads import plan_digest
from xlsync.page.zipped_files import zipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsync.city.list_replacement import ListReplacement
    from xlsync.city.settings import CitySettings
    from xlsync.page.page_jobs import JobRun

_CITY_LISTS: Final[dict[str, Callable[[CitySettings], Any]]] = {
    CONTACTS_FILE: read_contacts,
    POSTS_FILE: staff_of_city,
    SHARES_FILE: sheets_and_shares,
    KINDS_FILE: read_kinds,
    REGISTER_HEADINGS.name: REGISTER_HEADINGS.read,
    GRADE_HEADINGS.name: GRADE_HEADINGS.read,
}
"""The lists that can be replaced, and what reads each, or says which line is wrong."""


@dataclass(frozen=True, slots=True)
class _NamedList:
    """A list whose name stands in xlsync.toml: in which entry, how it is called otherwise, and what reads it."""

    naming_entry: NamingEntry
    usual_name: str
    read: Callable[[CitySettings, str], Any]

    def named(self) -> str:
        """Return what it is called, or will be."""
        return self.naming_entry.name_in(settings_text(city().folder)) or self.usual_name


_NAMED_LISTS: Final = (
    _NamedList(
        NamingEntry("organization", "file"),
        "組織.csv",
        lambda settings, name: organization_of(settings.folder, name, settings.terms.form),
    ),
    _NamedList(
        PLAN_ENTRY, USUAL_NAME, lambda settings, name: plan_list_of(settings.folder, name, "")
    ),
    _NamedList(
        NamingEntry("plans", "indicators"),
        "指標.csv",
        lambda settings, name: plan_list_of(settings.folder, "", name),
    ),
    _NamedList(
        NamingEntry("programs", "names"),
        "款項目.csv",
        lambda settings, name: budget_names_of(settings.folder, name),
    ),
)


def _readers() -> dict[str, Callable[[CitySettings], Any]]:
    """Return what reads each list, by its name in the city's folder."""
    named = {
        each.named(): partial(_read_named, each)
        for each in _NAMED_LISTS
        if Path(each.named()).name == each.named()
    }
    return {**_CITY_LISTS, **named}


def _read_named(listed: _NamedList, settings: CitySettings) -> Any:
    return listed.read(settings, listed.named())


_SHOWN: Final = 200


def _list_inputs() -> tuple[ActInput, ...]:
    names = tuple((name, name) for name in _readers())
    return ActInput("list", "一覧", "choice", input_choices=names), ActInput(
        "file", "新しい一覧（CSV）", "file"
    )


def _plan_list(filled: FilledForm) -> ShownPlan:
    name, upload = filled.text("list"), filled.uploads[0]
    lead = f"{name} を、選んだ {upload.file} に置き換えます。前の一覧は残ります。"
    return planned_list(name, upload.file_bytes, lead)


def planned_list(name: str, data: bytes, lead: str) -> ShownPlan:
    """Return what it would do to write a list of the city; an error of ours where it cannot be read."""
    settings = city()
    readers = _readers()
    if name not in readers:
        raise StoreError("この一覧は、この画面では書き換えられません", name)
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        (Path(folder) / name).write_bytes(data)
        readers[name](replace(settings, folder=Path(folder)))
    planned = planned_replacement(settings, name, data, _naming_entry(name))
    old, new = (csv_text_of(each) or "" for each in (planned.bytes_before, data))
    changed = [
        line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"
    ]
    entry = planned.naming_entry
    named = [] if entry is None else [f"[{entry.table_name}] {entry.entry_name} = {name}"]
    by = ChangedBy(visitor().person, context().moment)
    return ShownPlan(
        lead,
        {
            "name": name,
            "before": plan_digest({"text": old}),
            "after": plan_digest({"text": new}),
            "named": named,
        },
        parts_of({"変わる行": changed[:_SHOWN], "設定に書き加える行": named}),
        () if changed or named else ("いまと同じです",),
        "置き換える",
        partial(write_list, settings, planned, by),
        name,
    )


def _naming_entry(name: str) -> NamingEntry | None:
    """Return the entry of the settings that names a list, None for a list that needs none."""
    return next((each.naming_entry for each in _NAMED_LISTS if each.named() == name), None)


def write_list(
    settings: CitySettings, planned: ListReplacement, by: ChangedBy, run: JobRun
) -> None:
    """Write a list of the city, and say where the former one is kept."""
    kept = replace_list(settings, planned, by)
    where = "" if kept is None else f"。前の一覧は {display_path(kept, settings)} に残っています"
    run.say([f"{planned.file.name} を書き換えました{where}"])


def _lists(_filled: FilledForm) -> MadeFile:
    files = sorted(city().folder.glob("*.csv"))
    if not files:
        raise StoreError("市のフォルダに一覧（CSV）がまだありません")
    data = zipped({file.name: file.read_bytes() for file in files})
    return MadeFile("市の一覧.zip", data, "application/zip")


SETTINGS_ACTS: Final = (
    OfficeAct(
        "replace-list",
        "市の一覧を置き換える",
        "期限・一覧",
        "組織・施策・指標・連絡先・定員・予算と事業の対応・見出しなどの一覧を、Excel で直した CSV に置き換えます。"
        "誤りのある行は先に示します。",
        _plan_list,
        _list_inputs,
    ),
)
LISTS_OF_CITY: Final = OfficeFile(
    "lists.zip",
    "市の一覧",
    "期限・一覧",
    "市のフォルダにある一覧（CSV）をまとめて保存します。",
    _lists,
)

__all__ = ["LISTS_OF_CITY", "SETTINGS_ACTS", "planned_list", "write_list"]

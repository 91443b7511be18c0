"""The act that replaces a list of the city by another one, and the file of all of them."""

from __future__ import annotations

import difflib
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.code_lists import budget_names_of, plan_list_of
from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.figure_files import (
    KINDS_FILE,
    SHARES_FILE,
    read_kinds,
    sheets_and_shares,
)
from xlsync.city.grade_headings import GRADE_HEADINGS
from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.city.settings import organization_of
from xlsync.city.settings_change import ChangedBy, settings_text
from xlsync.city.settings_tables import with_entries
from xlsync.city.staff_list import POSTS_FILE, staff_of_city
from xlsync.csv_bytes import csv_text_of
from xlsync.disk import create_once, replace_whole
from xlsync.errors import Stale, StoreError
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    MadeFile,
    OfficeAct,
    OfficeFile,
    ShownPlan,
    parts_of,
)
from xlsync.page.acts.settings_forms import SettingsTexts, present_table, write_settings
from xlsync.page.page_context import city, context, visitor
from xlsync.page.uploads import plan_digest
from xlsync.page.zipped_files import zipped

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """A list whose name stands in xlsync.toml: in which table and entry, how it is called otherwise, and what reads it."""

    table_name: str
    entry_name: str
    usual_name: str
    read: Callable[[CitySettings, str], Any]

    def present_name(self) -> str:
        """Return what the settings call it, "" where they name none."""
        return str(present_table(self.table_name).get(self.entry_name, ""))

    def named(self) -> str:
        """Return what it is called, or will be."""
        return self.present_name() or self.usual_name


_NAMED_LISTS: Final = (
    _NamedList(
        "organization",
        "file",
        "組織.csv",
        lambda settings, name: organization_of(settings.folder, name, settings.terms.form),
    ),
    _NamedList(
        "plans", "file", "施策.csv", lambda settings, name: plan_list_of(settings.folder, name, "")
    ),
    _NamedList(
        "plans",
        "indicators",
        "指標.csv",
        lambda settings, name: plan_list_of(settings.folder, "", name),
    ),
    _NamedList(
        "programs",
        "names",
        "款項目.csv",
        lambda settings, name: budget_names_of(settings.folder, name),
    ),
)


@dataclass(frozen=True, slots=True)
class _WrittenList:
    """A list and what it says before and after, and the settings where they are to name it."""

    list_name: str
    bytes_before: bytes
    bytes_after: bytes
    settings_texts: SettingsTexts | None


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
    before = _bytes_of(settings.folder / name)
    old, new = (csv_text_of(each) or "" for each in (before, data))
    changed = [
        line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"
    ]
    written = _WrittenList(name, before, data, _naming(name))
    by = ChangedBy(visitor().person, context().moment)
    return ShownPlan(
        lead,
        {"name": name, "before": plan_digest({"text": old}), "after": plan_digest({"text": new})},
        parts_of({"変わる行": changed[:_SHOWN]}),
        () if changed else ("いまと同じです",),
        "置き換える",
        partial(_write_list, settings, written, by, context().sessions.folder),
        name,
    )


def _bytes_of(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _naming(name: str) -> SettingsTexts | None:
    """Return the settings before and after they name a list; None where nothing is to be written into them."""
    unnamed = [each for each in _NAMED_LISTS if each.named() == name and not each.present_name()]
    if not unnamed:
        return None
    before = settings_text(city().folder)
    entries = {unnamed[0].entry_name: name}
    return SettingsTexts(before, with_entries(before, unnamed[0].table_name, entries))


def _write_list(
    settings: CitySettings, written: _WrittenList, by: ChangedBy, page_folder: Path, run: JobRun
) -> None:
    name = written.list_name
    file, kept = settings.folder / name, page_folder / "lists" / name
    with settings.store.writing():
        if _bytes_of(file) != written.bytes_before:
            raise Stale("一覧がその間に変わりました。何もしていません")
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = len(list(kept.glob("*.csv"))) + 1
        create_once(kept / f"{number}.csv", written.bytes_before)
        replace_whole(file, written.bytes_after)
    if written.settings_texts is not None:
        write_settings(settings, written.settings_texts, page_folder, by)
    where = f"store/page/lists/{name}/{number}.csv"
    run.say([f"{name} を書き換えました。前の一覧は {where} に残っています"])


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
        "連絡先・定員・予算と事業の対応・見出しの一覧を、Excel で直した CSV に置き換えます。誤りのある行は先に示します。",
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

__all__ = ["LISTS_OF_CITY", "SETTINGS_ACTS", "planned_list"]

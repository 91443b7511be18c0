"""Acts about what the city has decided: the deadline, and the lists in its folder."""

from __future__ import annotations

import datetime as dt
import difflib
import io
import re
import tempfile
import tomllib
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.figure_files import (
    KINDS_FILE,
    SHARES_FILE,
    read_kinds,
    sheets_and_shares,
)
from xlsync.city.grade_headings import GRADE_HEADINGS
from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.city.settings import read_settings
from xlsync.city.settings_change import change_settings, settings_text, text_digest
from xlsync.city.staff_list import POSTS_FILE, staff_of_city
from xlsync.csv_bytes import csv_text_of
from xlsync.disk import create_once, replace_whole
from xlsync.errors import SettingsError, Stale, StoreError
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    MadeFile,
    OfficeAct,
    OfficeFile,
    ShownPlan,
    parts_of,
)
from xlsync.page.page_context import city, context
from xlsync.page.uploads import plan_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsync.city.settings import CitySettings
    from xlsync.page.page_jobs import JobRun

_SECTION: Final = re.compile(r"^\[deadline\][^\n]*\n", re.MULTILINE)
_NEXT: Final = re.compile(r"^\[", re.MULTILINE)
_CITY_LISTS: Final[dict[str, Callable[[CitySettings], Any]]] = {
    CONTACTS_FILE: read_contacts,
    POSTS_FILE: staff_of_city,
    SHARES_FILE: sheets_and_shares,
    KINDS_FILE: read_kinds,
    REGISTER_HEADINGS.name: REGISTER_HEADINGS.read,
    GRADE_HEADINGS.name: GRADE_HEADINGS.read,
}
"""The lists that can be replaced, and what reads each, or says which line is wrong."""
_SHOWN: Final = 200


def _deadline_inputs() -> tuple[ActInput, ...]:
    day = ActInput("day", "提出期限", "day", "空けておくと、期限を決めません。", is_needed=False)
    return day, ActInput(
        "closed", "受付を締め切る（保存されても受け取りません）", "tick", is_needed=False
    )


def _plan_deadline(filled: FilledForm) -> ShownPlan:
    settings = city()
    if settings.deadline.phase_name:
        raise SettingsError(
            "期限は段階（[[phase]]）で決めています。「設定」の画面で書き換えてください"
        )
    before = settings_text(settings.folder)
    day, is_closed = _day(filled.text("day")), filled.is_ticked("closed")
    after = _with_deadline(before, day, is_closed=is_closed)
    read_settings(settings.folder, text=after)
    changed = [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"
    ]
    words = f"提出期限を {day} にします" if day else "提出期限を決めないことにします"
    return ShownPlan(
        f"{words}。{'受付は締め切ります。' if is_closed else ''}",
        {"before": text_digest(before), "after": text_digest(after)},
        parts_of({"設定の変わる行": changed}),
        () if changed else ("いまと同じです",),
        "この期限にする",
        partial(_change, settings, after, text_digest(before), context().sessions.folder),
        day,
    )


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError as fault:
        raise StoreError("提出期限は 2026-05-31 のように書いてください", text) from fault


def _with_deadline(text: str, day: str, *, is_closed: bool) -> str:
    """Return the settings with another deadline; every other line stays as it is."""
    wanted = [f"date = {day}"] if day else []
    wanted.append(f"closed = {str(is_closed).lower()}")
    section = _SECTION.search(text)
    if section is None:
        return f"{text.rstrip()}\n\n[deadline]\n{chr(10).join(wanted)}\n"
    following = _NEXT.search(text, section.end())
    end = len(text) if following is None else following.start()
    inside = text[section.end() : end].splitlines(keepends=True)
    kept = [line for line in inside if not re.match(r"\s*(date|closed)\s*=", line)]
    written = "".join((*(f"{line}\n" for line in wanted), *kept))
    changed = text[: section.end()] + written + text[end:]
    _refuse_other_changes(text, changed)
    return changed


def _refuse_other_changes(before: str, after: str) -> None:
    """Raise SettingsError where more than day and closing would change."""
    old, new = tomllib.loads(before), tomllib.loads(after)
    for document in (old, new):
        for name in ("date", "closed"):
            document.get("deadline", {}).pop(name, None)
    if old != new:
        raise SettingsError("期限の行を書き換えられません。「設定」の画面で書き換えてください")


def _change(settings: CitySettings, text: str, seen: str, page_folder: Path, run: JobRun) -> None:
    change_settings(settings, text, seen, page_folder / "settings")
    run.say(["期限を変えました。前の設定は「設定」の画面に残っています"])


def _list_inputs() -> tuple[ActInput, ...]:
    names = tuple((name, name) for name in _CITY_LISTS)
    return ActInput("list", "一覧", "choice", input_choices=names), ActInput(
        "file", "新しい一覧（CSV）", "file"
    )


def _plan_list(filled: FilledForm) -> ShownPlan:
    settings, name, upload = city(), filled.text("list"), filled.uploads[0]
    if name not in _CITY_LISTS:
        raise StoreError("この一覧は、この画面では書き換えられません", name)
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        (Path(folder) / name).write_bytes(upload.file_bytes)
        _CITY_LISTS[name](replace(settings, folder=Path(folder)))
    before = _bytes_of(settings.folder / name)
    old, new = (csv_text_of(data) or "" for data in (before, upload.file_bytes))
    changed = [
        line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"
    ]
    return ShownPlan(
        f"{name} を、選んだ {upload.file} に置き換えます。前の一覧は残ります。",
        {"name": name, "before": plan_digest({"text": old}), "file": upload.digest},
        parts_of({"変わる行": changed[:_SHOWN]}),
        () if changed else ("いまと同じです",),
        "置き換える",
        partial(
            _replace_list, settings, name, (before, upload.file_bytes), context().sessions.folder
        ),
        name,
    )


def _bytes_of(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _replace_list(
    settings: CitySettings, name: str, sides: tuple[bytes, bytes], page_folder: Path, run: JobRun
) -> None:
    before, after = sides
    file, kept = settings.folder / name, page_folder / "lists" / name
    with settings.store.writing():
        if _bytes_of(file) != before:
            raise Stale("一覧がその間に変わりました。何もしていません")
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = len(list(kept.glob("*.csv"))) + 1
        create_once(kept / f"{number}.csv", before)
        replace_whole(file, after)
    run.say(
        [f"{name} を置き換えました。前の一覧は store/page/lists/{name}/{number}.csv に残っています"]
    )


def _lists(_filled: FilledForm) -> MadeFile:
    files = sorted(city().folder.glob("*.csv"))
    if not files:
        raise StoreError("市のフォルダに一覧（CSV）がまだありません")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return MadeFile("市の一覧.zip", data.getvalue(), "application/zip")


SETTINGS_ACTS: Final = (
    OfficeAct(
        "deadline",
        "提出期限を変える",
        "期限・一覧",
        "期限と、受付の締切りを変えます。ほかの設定は「設定」の画面で書き換えます。",
        _plan_deadline,
        _deadline_inputs,
    ),
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

__all__ = ["LISTS_OF_CITY", "SETTINGS_ACTS"]

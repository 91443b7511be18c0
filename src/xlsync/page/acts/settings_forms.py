"""What forms of settings share: the entries as they are now, and a plan that shows which lines of xlsync.toml change."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from xlsync.city.settings import read_settings
from xlsync.city.settings_change import (
    ChangedBy,
    change_settings,
    settings_text,
    text_digest,
)
from xlsync.city.settings_file import SETTINGS_FILE, settings_entries
from xlsync.errors import SettingsError, StoreError
from xlsync.page.acts.office_act import ActInput, FilledForm, ShownPlan, parts_of
from xlsync.page.page_context import city, context, edition, visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.page.page_jobs import JobRun

PART_PREFIX = "part."


@dataclass(frozen=True, slots=True)
class _SettingsTexts:
    """What xlsync.toml says, and what it is to say."""

    text_before: str
    text_after: str


def present_entries() -> dict[str, Any]:
    """Return what xlsync.toml says; SettingsError where it cannot be followed."""
    text = settings_text(city().folder)
    entries = settings_entries(text)
    _refuse_unfollowed(text)
    return entries


def present_table(name: str) -> dict[str, Any]:
    """Return what a table of xlsync.toml says, nothing where there is none."""
    table = present_entries().get(name, {})
    return table if isinstance(table, dict) else {}


def table_called(list_name: str, name: str) -> dict[str, Any]:
    """Return one of several tables ([[phase]]) by its name; SettingsError where there is none of that name, {} for ""."""
    tables = present_entries().get(list_name, [])
    called = next((table for table in tables if table.get("name") == name), None)
    if called is None and name:
        raise SettingsError(f"「{name}」は設定にもうありません")
    return called or {}


def planned_change(before: str, after: str, lead: str, detail: str = "") -> ShownPlan:
    """Return what a change of the settings would do; SettingsError where they could not be followed any more."""
    settings = city()
    _refuse_unfollowed(after)
    changed = [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"
    ]
    texts = _SettingsTexts(before, after)
    by = ChangedBy(visitor().person, context().moment)
    return ShownPlan(
        lead,
        {"before": text_digest(before), "after": text_digest(after)},
        parts_of({"設定の変わる行": changed}),
        () if changed else ("いまと同じです",),
        "この設定にする",
        partial(_change, settings, texts, context().page_folder, by),
        detail,
    )


def _refuse_unfollowed(text: str) -> None:
    """Raise SettingsError where settings could not be followed."""
    try:
        read_settings(city().folder, text=text)
    except SettingsError as fault:
        raise SettingsError(fault.reason, SETTINGS_FILE) from fault


def _change(
    settings: CitySettings, texts: _SettingsTexts, page_folder: Path, by: ChangedBy, run: JobRun
) -> None:
    """Write the settings as they were shown; Stale where they have changed since, unless they say so already."""
    if settings_text(settings.folder) != texts.text_after:
        seen = text_digest(texts.text_before)
        change_settings(settings, texts.text_after, seen, page_folder / "settings", by)
    run.say(["設定を変えました。前の設定は「設定」の画面に残っています"])


def removal_input(former: str) -> tuple[ActInput, ...]:
    """Return the box by which a table is taken away; none where there is none yet."""
    box = ActInput("gone", "この段階をなくす", "tick", is_needed=False)
    return (box,) if former else ()


def part_inputs(group: str, chosen: list[str], prefix: str = PART_PREFIX) -> tuple[ActInput, ...]:
    """Return a box for each part of the form, ticked where it is chosen."""
    return tuple(
        ActInput(
            f"{prefix}{name}",
            words or name,
            "tick",
            is_needed=False,
            input_group=group,
            present_text="1" if name in chosen else "",
        )
        for name, words in edition().definition.parts.items()
    )


def ticked_parts(filled: FilledForm, prefix: str = PART_PREFIX) -> list[str]:
    """Return the parts of the form that are ticked."""
    parts = edition().definition.parts
    return [name for name in parts if filled.is_ticked(f"{prefix}{name}")]


def day_of(text: str, caption: str) -> dt.date | None:
    """Return a day as it is filled in, None for none; StoreError where it is none."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise StoreError(f"{caption}は 2026-05-31 のように書いてください（{text}）") from fault


def lines_of(filled: FilledForm, name: str) -> Iterator[str]:
    """Yield the lines of a text that say anything."""
    yield from filter(None, map(str.strip, filled.text(name).splitlines()))


__all__ = [
    "day_of",
    "lines_of",
    "part_inputs",
    "planned_change",
    "present_entries",
    "present_table",
    "removal_input",
    "table_called",
    "ticked_parts",
]

"""What is done for every form of a city: one after the other, and one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from xlsync.city.further_forms import city_above, form_folders, form_name
from xlsync.city.settings_file import settings_folder
from xlsync.cli import FAILED
from xlsync.cli.console import complain, put_json, say
from xlsync.errors import XlsyncError

Outcome = tuple[int, dict[str, Any]]
"""An exit code, and what `--json` shows."""


def every_form(start: Path) -> dict[str, Path]:
    """Return the folders that a command is about, by the names of their forms, "" for the one of the city's own folder.

    From the city's folder these are all its forms, from the folder of a further form this one.
    """
    folder = settings_folder(start.resolve())
    if folder is None:
        return {"": start}
    return {form_name(folder): folder, **further_forms(folder)}


def further_forms(folder: Path) -> dict[str, Path]:
    """Return the folders of the further forms of a city by their names; none for the folder of such a form."""
    return {} if city_above(folder) is not None else form_folders(folder)


def for_each_form(start: Path, act: Callable[[Path], Outcome], *, as_json: bool) -> int:
    """Do something for every form of a city, and return the worst exit code.

    Args:
        start: The folder in which the command is called.
        act: Does it in the folder of one form; prints what it finds unless that is wanted as JSON.
        as_json: Print one document: that of the city's own form with the others' as `forms`, by name.

    Raises:
        XlsyncError: It failed, and there is one form only.

    """
    folders = every_form(start)
    if len(folders) == 1:
        [folder] = folders.values()
        code, document = act(folder)
        if as_json:
            put_json(document)
        return code
    outcomes: dict[str, Outcome] = {}
    for name, folder in folders.items():
        if name and not as_json:
            say(f"\n【{name}】")
        outcomes[name] = _outcome(name, folder, act)
    if as_json:
        documents = {name: document for name, (_, document) in outcomes.items()}
        put_json({**documents.pop(""), "forms": documents})
    return max(code for code, _ in outcomes.values())


def _outcome(name: str, folder: Path, act: Callable[[Path], Outcome]) -> Outcome:
    """Return what came of doing something for one of several forms; that it failed is said."""
    try:
        return act(folder)
    except XlsyncError as fault:
        complain(f"様式「{name}」：{fault}" if name else str(fault))
        return FAILED, {"error": str(fault)}


__all__ = ["Outcome", "every_form", "for_each_form", "further_forms"]

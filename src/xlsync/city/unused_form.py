"""Whether the folder of a city's own form holds a form that was never put into use: edited, and not adopted."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.errors import FormError, StoreDamaged
from xlsync.form.library import FORM_FILE, SHIPPED, read_form

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


def unused_form(city: CitySettings) -> str:
    """Return a Japanese sentence that names the folder, and what to do; "" where its form is, or was, in use.

    Before the first revision it is used as it is.
    """
    form = city.store.stored_form
    entries = tomllib.loads((city.folder / SETTINGS_FILE).read_text(encoding="utf-8-sig"))
    name = str(entries.get("form", SHIPPED[0]))
    if not form.number or name in SHIPPED:
        return ""
    folder = city.folder / name
    try:
        is_known = bool(form.versions.number_of(read_form(folder, str(folder / FORM_FILE))))
    except FormError:
        is_known = False  # what is wrong with it, `form check` says
    except StoreDamaged:
        return ""  # what is wrong with a version that is not in use, `audit` says
    if is_known:
        return ""
    return (
        f"{name} の様式は、いま使っている様式（第{form.number}版）と違い、まだ使われていません。"
        f"使い始めるときは `xlsync form try {name}` で試してから `xlsync form adopt {name}` を実行してください"
    )


__all__ = ["unused_form"]

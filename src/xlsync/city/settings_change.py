"""xlsync.toml changed as a whole: validated first, the former text kept, refused where it has changed meanwhile."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from xlsync.city.settings import read_settings
from xlsync.city.settings_file import SETTINGS_FILE, decoded_settings, settings_entries
from xlsync.disk import create_once, replace_whole
from xlsync.errors import SettingsError, Stale

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings

_MARKER: Final = "\ufeff"
_BY_HAND: Final = ("form", "edition", "folders", "libreoffice", "serve", "page", "backup")
"""What says which programs run, where things lie and who is let in: changed only on the computer itself, or by its command."""
_FORMER: Final = re.compile(r"([1-9][0-9]{0,8})\.toml")


@dataclass(frozen=True, slots=True)
class ChangedBy:
    """Who changed the settings, and when (ISO 8601)."""

    who: str
    when: str


@dataclass(frozen=True, slots=True)
class FormerSettings:
    """A text that the settings had, by its number, and who replaced it; None where that was not noted."""

    number: int
    file: Path
    replaced_by: ChangedBy | None = None

    def text(self) -> str:
        """Return the text."""
        return self.file.read_text(encoding="utf-8")


def settings_text(folder: Path) -> str:
    """Return the text of a city's settings; SettingsError where it is no UTF-8."""
    return decoded_settings((folder / SETTINGS_FILE).read_bytes())


def text_digest(text: str) -> str:
    """Return what stands for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def change_settings(
    city: CitySettings, text: str, seen_digest: str, kept_in: Path, by: ChangedBy
) -> bool:
    """Replace a city's settings by a text; False where it is the same.

    Args:
        city: The city.
        text: What xlsync.toml is to say.
        seen_digest: What stands for the text that was looked at (`text_digest`).
        kept_in: The folder in which the former text is kept.
        by: Who changes them, kept beside the former text.

    Raises:
        Stale: The settings are not those any more that were looked at.
        SettingsError: The text cannot be followed, or changes what is changed only on the computer itself.

    """
    file = city.folder / SETTINGS_FILE
    with city.store.writing():
        before = settings_text(city.folder)
        if text_digest(before) != seen_digest:
            raise Stale("設定がその間に変わりました。いまの設定を確かめてください")
        if before == text:
            return False
        _refuse_what_is_changed_by_hand(before, text, str(file))
        read_settings(city.folder, text=text)
        marker = _MARKER if file.read_bytes().startswith(_MARKER.encode()) else ""
        kept_in.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = max((each.number for each in former_settings(kept_in)), default=0) + 1
        create_once(kept_in / f"{number}.toml", before.encode())
        replacer = json.dumps(asdict(by), ensure_ascii=False)
        create_once(kept_in / f"{number}.json", replacer.encode("utf-8", "replace"))
        replace_whole(file, (marker + text).encode())
    return True


def former_settings(kept_in: Path) -> list[FormerSettings]:
    """Return the texts that the settings had, the newest first."""
    if not kept_in.is_dir():
        return []
    matches = [(_FORMER.fullmatch(file.name), file) for file in kept_in.iterdir()]
    former = [
        FormerSettings(int(match[1]), file, _replaced_by(file)) for match, file in matches if match
    ]
    return sorted(former, key=lambda each: each.number, reverse=True)


@dataclass(frozen=True, slots=True)
class SettingsStep:
    """A change of the settings: the text before it, and the lines that went (-) and came (+)."""

    former_settings: FormerSettings
    changed_lines: tuple[str, ...]


def settings_history(kept_in: Path, present_text: str) -> list[SettingsStep]:
    """Return every change of the settings, the newest first."""
    steps, after = [], present_text
    for former in former_settings(kept_in):
        before = former.text()
        differing = difflib.ndiff(before.splitlines(), after.splitlines())
        steps.append(SettingsStep(former, tuple(line for line in differing if line[0] in "+-")))
        after = before
    return steps


def _replaced_by(file: Path) -> ChangedBy | None:
    """Return who replaced a former text."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return ChangedBy(**json.loads(file.with_suffix(".json").read_bytes()))
    return None


def _refuse_what_is_changed_by_hand(before: str, text: str, where: str) -> None:
    old, new = settings_entries(before, where), settings_entries(text, where)
    changed = [name for name in _BY_HAND if old.get(name) != new.get(name)]
    if changed:
        reason = (
            f"{changed[0]} はこの画面では変えられません。サーバーのパソコンで書き換えてください"
        )
        raise SettingsError(reason, where)


__all__ = [
    "ChangedBy",
    "FormerSettings",
    "SettingsStep",
    "change_settings",
    "former_settings",
    "settings_history",
    "settings_text",
    "text_digest",
]

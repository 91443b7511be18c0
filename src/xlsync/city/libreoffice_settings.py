"""The table [libreoffice] of xlsync.toml: the program that converts files, and how long it may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.errors import SettingsError
from xlsync.form.strict import Strict
from xlsync.inbox.intake.libreoffice import LibreOffice, find_libreoffice

if TYPE_CHECKING:
    from pathlib import Path


class LibreOfficeSettings(Strict):
    """The table as it is written."""

    program: str = Field(default="auto", min_length=1)
    seconds: float = Field(default=60, ge=1, le=600)

    def libreoffice(self, folder: Path) -> LibreOffice:
        """Return the program; SettingsError where the one that is named does not exist."""
        is_named = self.program not in {"auto", "off"}
        program = find_libreoffice(str(folder / self.program) if is_named else self.program)
        if program is None and is_named:
            reason = f'[libreoffice] program の「{self.program}」がありません。"auto" か "off" にするか、場所を確かめてください'
            raise SettingsError(reason, str(folder / SETTINGS_FILE))
        return LibreOffice(program, self.seconds)


__all__ = ["LibreOfficeSettings"]

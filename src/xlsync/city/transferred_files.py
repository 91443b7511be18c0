"""Workbooks of sheets that went to another unit: moved to its folder, and in the old folder a notice where they are now.

Nothing that lies there already is replaced, and no workbook that somebody has open is moved: it is received where it is.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.city_paths import shared_folder_of, workbook_file
from xlsync.city.living_workbooks import living_files
from xlsync.city.usual_names import rename_where_possible
from xlsync.errors import StoreError
from xlsync.exchange.reorganization.reorganization_plan import with_units
from xlsync.exchange.reorganization.unit_succession import shown
from xlsync.inbox.share_paths import can_be_seen
from xlsync.open_folder import open_folder
from xlsync.owner_file import opened_by
from xlsync.store.reorganization_acts import reorganization_acts
from xlsync.workbook.move_notice import NOTICE_FILE, NoticeLine, is_move_notice, move_notice

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.unit_lines import Unit

_OTHERS_NOTICE = "職員のファイルのため、移動先の案内を置いていません"
_NOTICE_OPEN = "開かれているため、移動先の案内を書き換えていません"


@dataclass(frozen=True, slots=True)
class TransferredFile:
    """A workbook where it was, where it belongs, and in Japanese why it is still there, "" where it was moved."""

    former_file: Path
    file: Path
    hindrance: str = ""


@dataclass(frozen=True)
class Transfers:
    """The sheets of an edition that were ever moved by a reorganisation, or are about to be: their units by id."""

    city: CitySettings
    planned_units: dict[SheetId, Unit]

    @cached_property
    def _sheets(self) -> list[tuple[Sheet, Sheet, list[Path]]]:
        """Each sheet as it stands, as it is to be, and the folders where its workbook belonged or belongs."""
        year = self.city.terms.fiscal_year
        units: dict[SheetId, dict[Unit, None]] = {each: {} for each in self.planned_units}
        for act in reorganization_acts(self.city.store.files, year):
            for moved in act.moved_sheets:
                both = dict.fromkeys((moved.former_units, moved.new_units))
                units[moved.moved_id] = units.get(moved.moved_id, {}) | both
        heads = ((self.city.store.head(each, year), known) for each, known in units.items())
        return [self._with_folders(head, [*known]) for head, known in heads if head is not None]

    def _with_folders(self, head: Sheet, known: list[Unit]) -> tuple[Sheet, Sheet, list[Path]]:
        new_units = self.planned_units.get(head.id)
        sheet = head if new_units is None else with_units(head, new_units)
        former = [head, *(with_units(head, units) for units in known)]
        folders = dict.fromkeys(workbook_file(self.city, each).parent for each in former)
        folders.pop(workbook_file(self.city, sheet).parent, None)
        return head, sheet, [*folders]

    def files(self) -> Iterator[TransferredFile]:
        """Yield each workbook in a folder where it does not belong any more; `hindrance` is said where it is open."""
        for head, sheet, folders in self._sheets:
            target = workbook_file(self.city, sheet)
            defaults = [folder / workbook_file(self.city, head).name for folder in folders]
            for file in self._living(head, defaults):
                if file.parent in folders:
                    own_name = target if file in defaults else target.parent / file.name
                    opened = opened_by(file)
                    hindrance = "" if opened is None else f"{opened.who or 'だれか'}が開いています"
                    yield TransferredFile(file, own_name, hindrance)

    def _living(self, head: Sheet, defaults: Iterable[Path]) -> Iterator[Path]:
        seen = dict.fromkeys(
            file for default in defaults for file in living_files(self.city, head, default)
        )
        yield from seen

    def move(self) -> Iterator[TransferredFile]:
        """Move the workbooks, and yield what became of each."""
        for each in self.files():
            hindrance = each.hindrance or rename_where_possible(
                self.city, each.former_file, each.file
            )
            yield TransferredFile(each.former_file, each.file, hindrance)

    def write_notices(self, made_on: dt.date) -> Iterator[tuple[Path, str]]:
        """Bring the notices up to date, and yield those that could not be, with the reason; a needless one is deleted."""
        lines: dict[Path, list[NoticeLine]] = {}
        for head, _, folders in self._sheets:
            for folder in folders:
                lines.setdefault(folder, []).append(self._line(head, folder))
            lines.setdefault(workbook_file(self.city, head).parent, [])
        for folder, listed in lines.items():
            reason = self._write_notice(folder, sorted(listed, key=lambda line: line.key), made_on)
            if reason:
                yield folder / NOTICE_FILE, reason

    def _line(self, head: Sheet, folder: Path) -> NoticeLine:
        file = workbook_file(self.city, head)
        link = ""
        if can_be_seen(file):
            link = os.path.relpath(file, folder).replace(os.sep, "/")
        return NoticeLine(head.key, head.title, shown(head.units), link)

    def _write_notice(self, folder: Path, lines: list[NoticeLine], made_on: dt.date) -> str:
        """Write, renew or delete the notice of a folder; return why that was left, "" where it is as it should be."""
        file = folder / NOTICE_FILE
        present = shared_folder_of(self.city, folder).read(file)
        if not folder.is_dir() or (present is None and not lines):
            return ""
        if present is not None and not is_move_notice(present):
            return _OTHERS_NOTICE if lines else ""
        wanted = b""
        if lines:
            wanted = move_notice(self.city.terms.form.definition.words, lines, made_on)
        if present == wanted:
            return ""
        return _NOTICE_OPEN if opened_by(file) is not None else self._replaced(file, wanted)

    def _replaced(self, file: Path, wanted: bytes) -> str:
        """Write a notice, or delete it where none is wanted; return why that failed, "" where it did not."""
        try:
            if wanted:
                shared_folder_of(self.city, file.parent).replace_whole(file, wanted)
                return ""
            with open_folder(file.parent, self.city.shared) as folder:
                folder.unlink(file.name)
                folder.flush()
        except StoreError as fault:
            return fault.reason
        except OSError as fault:
            return f"書き換えられません（{fault.strerror}）"
        return ""


__all__ = ["TransferredFile", "Transfers"]

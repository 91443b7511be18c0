"""An official form's workbook: its worksheets, each as a grid, and what cannot be kept of it."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.read.reader import open_workbook
from xlsync.ooxml.xml.encoding import decoded
from xlsync.workbook.official.page_grid import grid_of
from xlsync.workbook.official.pull_down_lists import pull_down_lists
from xlsync.workbook.official.worksheet_roles import DEFINITION, FORM, page_of
from xlsync.workbook.template.kept_drawings import is_kept

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from xlsync.workbook.official.page_grid import PageGrid
    from xlsync.workbook.official.worksheet_roles import OfficialPage

_DRAWING: Final = "<drawing "
_LOST: Final = (
    ("<controls", "フォームのボタンやチェックボックス"),
    ("<oleObjects", "埋め込まれたファイル"),
)


class OfficialWorkbook:
    """A workbook of an official form, opened for reading its pages. `name` is its file's name, for messages."""

    def __init__(self, data: bytes, name: str = "") -> None:
        """Open it; WorkbookError, in Japanese, where the bytes are no workbook that can be read."""
        open_workbook(data)  # says in our words what is wrong with it, before openpyxl meets it
        self.data, self.name = data, name
        self.package = Package.open(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what openpyxl leaves out is read by `lost`
                self.book: Workbook = openpyxl.load_workbook(io.BytesIO(data))
        except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as fault:
            reason = "ブックを開けません。Excelで開き、.xlsx の形式で保存し直してください"
            raise DamagedWorkbook(reason, name) from fault

    def pages(self) -> list[OfficialPage]:
        """Return the worksheets in their order, each with what it is for."""
        return [page_of(page) for page in self.book.worksheets]

    def form_pages(self) -> list[str]:
        """Return the titles of the worksheets that are forms."""
        return [page.title for page in self.pages() if page.purpose == FORM]

    @property
    def has_definition(self) -> bool:
        """Whether it has the worksheet 様式の定義."""
        return DEFINITION in self.book.sheetnames

    def grid(self, title: str) -> PageGrid:
        """Return a worksheet as a grid."""
        page = self.book[title]
        return grid_of(page, pull_down_lists(self.book, page, self._xml(title)))

    def _xml(self, title: str) -> str:
        entry = read_workbook_part(self.package).worksheet(title)
        return decoded(self.package.part(entry.part)) if entry is not None else ""

    def lost(self, title: str) -> list[str]:
        """Return what of a worksheet a new drawing cannot keep, in Japanese."""
        xml = self._xml(title)
        lost = [words for tag, words in _LOST if tag in xml]
        if _DRAWING in xml and not is_kept(self.package, title):
            lost = ["図形・文字の枠・画像（グラフなどがあるため）", *lost]
        has_macros = any(name.endswith("vbaProject.bin") for name in self.package.names)
        return [*lost, "マクロ"] if has_macros else lost

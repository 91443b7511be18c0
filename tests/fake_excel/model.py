"""Excel's object model over openpyxl, as far as xlsync and xlwings go: members it does not have raise.

It knows what Excel is known to do where that matters to us: it understands what is typed (`typing_in.py`), refuses
protected cells with error 1004, selects only on the active worksheet, is now and then busy. It does not calculate.
It never quits, closes or saves: whoever asks for that fails the test.
"""

# ruff: noqa: PLW0108 - the classes that the members name come later
from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange

from tests.fake_excel.com import CDispatch, Mood, refused
from tests.fake_excel.ranges import Comment
from tests.fake_excel.ranges import Range as CellsOfSheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet as Page


def forbidden(what: str) -> AssertionError:
    """The error for what xlsync must never do to somebody's Excel."""
    return AssertionError(f"{what}: not ours to do")


class Application(CDispatch):
    """One running Excel."""

    Version, Build, OperatingSystem = "16.0", 17328, "Windows (64-bit) NT 10.00"
    Name, Path, Calculation = "Microsoft Excel", r"C:\Office16", -4105
    UserName = "総務課 山田"

    def __init__(self, hwnd: int) -> None:
        super().__init__(Mood())
        self.hwnd = hwnd
        self.books: list[Workbook] = []
        self.active: Workbook | None = None
        self.in_protected_view: list[str] = []
        self.updating = True

    Hwnd = property(lambda self: self.hwnd)
    Application = property(lambda self: self)
    Workbooks = property(lambda self: Workbooks(self))
    ActiveWorkbook = property(lambda self: self.active)
    ProtectedViewWindows = property(lambda self: ProtectedViewWindows(self))

    @property
    def ScreenUpdating(self) -> bool:  # noqa: N802
        return self.updating

    @ScreenUpdating.setter
    def ScreenUpdating(self, value: bool) -> None:  # noqa: N802
        self.updating = value

    def Quit(self) -> None:  # noqa: N802
        raise forbidden("Quit")

    def take(self, path: str, book: openpyxl.Workbook | None = None) -> Workbook:
        """Somebody opens a workbook, or begins a new one: it is active then."""
        taken = Workbook(self, path, openpyxl.Workbook() if book is None else book)
        self.books.append(taken)
        self.active = taken
        return taken


class ProtectedViewWindows(CDispatch):
    """Workbooks that are shown and cannot be touched."""

    def __init__(self, app: Application) -> None:
        super().__init__(app.mood)
        self.names = app.in_protected_view

    Count = property(lambda self: len(self.names))


class Workbooks(CDispatch):
    """The open workbooks."""

    def __init__(self, app: Application) -> None:
        super().__init__(app.mood)
        self.app = app

    Application = property(lambda self: self.app)
    Count = property(lambda self: len(self.app.books))

    def __iter__(self) -> Iterator[Workbook]:
        return iter(self.app.books)

    def __call__(self, which: str | int) -> Workbook:
        self.mood.knock("Workbooks()")
        for number, book in enumerate(self.app.books, start=1):
            if which == number or str(which).lower() == book.name.lower():
                return book
        raise refused("インデックスが有効範囲にありません。")

    def Add(self) -> Workbook:  # noqa: N802
        return self.app.take(f"Book{len(self.app.books) + 1}")

    def Open(self, path: str, _links: Any = None, read_only: Any = None, *_more: Any) -> Workbook:  # noqa: N802
        found = opened(self.app, Path(path))
        found.read_only = bool(read_only)
        return found


class Workbook(CDispatch):
    """One open workbook; its file is what openpyxl makes of it."""

    def __init__(self, app: Application, path: str, book: openpyxl.Workbook) -> None:
        super().__init__(app.mood)
        self.app, self.path, self.book = app, path, book
        self.read_only = self.saved = False
        self.sheets = [Worksheet(self, page) for page in book.worksheets]
        self.active = self.sheets[book.index(book.active)] if book.active else self.sheets[0]
        self.followed: list[str] = []
        book.calculation.fullCalcOnLoad = True

    @property
    def name(self) -> str:
        return self.path.replace("\\", "/").rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path[: -len(self.name)].rstrip("/\\")

    Application = property(lambda self: self.app)
    Parent = property(lambda self: self.app)
    Name = property(lambda self: self.name)
    FullName = property(lambda self: self.path)
    Path = property(lambda self: self.folder)
    ReadOnly = property(lambda self: self.read_only)
    Worksheets = property(lambda self: Worksheets(self))
    ActiveSheet = property(lambda self: self.active)

    @property
    def Saved(self) -> bool:  # noqa: N802
        return self.saved

    @Saved.setter
    def Saved(self, value: bool) -> None:  # noqa: N802
        self.saved = value

    def Activate(self) -> None:  # noqa: N802
        self.app.active = self

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802
        self.book.save(path)

    def FollowHyperlink(self, address: str) -> None:  # noqa: N802
        self.followed.append(address)

    def Save(self) -> None:  # noqa: N802
        raise forbidden("Save")

    def Close(self, *_said: Any) -> None:  # noqa: N802
        raise forbidden("Close")


class Worksheets(CDispatch):
    """A workbook's worksheets."""

    def __init__(self, book: Workbook) -> None:
        super().__init__(book.mood)
        self.parent = book

    Count = property(lambda self: len(self.parent.sheets))
    Parent = property(lambda self: self.parent)

    def __iter__(self) -> Iterator[Worksheet]:
        return iter(self.parent.sheets)

    def __call__(self, which: str | int) -> Worksheet:
        self.mood.knock("Worksheets()")
        for number, sheet in enumerate(self.parent.sheets, start=1):
            if which == number or str(which).lower() == sheet.page.title.lower():
                return sheet
        raise refused("インデックスが有効範囲にありません。")


class Worksheet(CDispatch):
    """One worksheet."""

    def __init__(self, book: Workbook, page: Page) -> None:
        super().__init__(book.mood)
        self.parent, self.page = book, page
        self.threads: dict[str, str] = {}
        self.links: list[tuple[str, str, str]] = []
        self.selected = "A1"

    Parent = property(lambda self: self.parent)
    Application = property(lambda self: self.parent.app)
    Names = property(lambda self: Names(self))
    Comments = property(lambda self: Comments(self))
    Hyperlinks = property(lambda self: Hyperlinks(self))
    ProtectContents = property(lambda self: bool(self.page.protection.sheet))
    Visible = property(lambda self: -1 if self.page.sheet_state == "visible" else 0)

    @property
    def Name(self) -> str:  # noqa: N802
        return str(self.page.title)

    @Name.setter
    def Name(self, value: str) -> None:  # noqa: N802
        if len(value) > 31 or any(sign in value for sign in r":\/?*[]"):
            raise refused("その名前をシートに付けることができません。")
        self.page.title = value

    def Range(self, first: Any, second: Any = None) -> CellsOfSheet:  # noqa: N802
        if second is not None:
            return CellsOfSheet(self, (*first.bounds[:2], *second.bounds[2:]))
        try:
            area = CellRange(first)
        except ValueError:
            raise refused("'Range' メソッドは失敗しました") from None
        return CellsOfSheet(self, area.bounds)

    def Cells(self, row: int, column: int) -> CellsOfSheet:  # noqa: N802
        return CellsOfSheet(self, (column, row, column, row))

    def Activate(self) -> None:  # noqa: N802
        if self.page.sheet_state != "visible":
            raise refused("Worksheet クラスの Activate メソッドが失敗しました。")
        self.parent.active = self


class Comments(CDispatch):
    """A worksheet's notes."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__(sheet.mood)
        self.sheet = sheet

    def __iter__(self) -> Iterator[Comment]:
        found = [cell for row in self.sheet.page.iter_rows() for cell in row if cell.comment]
        for cell in found:
            yield Comment(self.sheet.Range(cell.coordinate))


class Names(CDispatch):
    """The names that are a worksheet's own."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__(sheet.mood)
        self.sheet = sheet

    def Add(self, name: str, refers_to: str, visible: bool = True) -> None:  # noqa: N802, FBT001, FBT002
        if not refers_to.startswith("="):
            raise refused("この名前の構文が正しくありません。")
        defined = DefinedName(name, attr_text=refers_to[1:], hidden=not visible or None)
        self.sheet.page.defined_names[name] = defined

    def __call__(self, name: str) -> Name:
        self.mood.knock("Names()")
        if name not in self.sheet.page.defined_names:
            raise refused("アプリケーション定義またはオブジェクト定義のエラーです。")
        return Name(self.mood, self.sheet.page.defined_names[name])


class Name(CDispatch):
    """A name and what it refers to."""

    def __init__(self, mood: Mood, defined: DefinedName) -> None:
        super().__init__(mood)
        self.defined = defined

    RefersTo = property(lambda self: f"={self.defined.attr_text}")
    Visible = property(lambda self: not self.defined.hidden)


class Hyperlinks(CDispatch):
    """A worksheet's links."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__(sheet.mood)
        self.sheet = sheet

    def Add(self, anchor: Any, address: str, place: str = "") -> None:  # noqa: N802
        self.sheet.links.append((anchor.Address.replace("$", ""), address, place))


def opened(app: Application, file: Path) -> Workbook:
    """Somebody opens a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # sparklines, which openpyxl leaves out
        return app.take(str(file), openpyxl.load_workbook(file))


def protect(sheet: Worksheet, *unlocked: str, formats: bool = False) -> None:
    """Protect a worksheet but for some cells; `formats` leaves people colours and number formats."""
    for cell in unlocked:
        sheet.page[cell].protection = Protection(locked=False)
    sheet.page.protection.sheet = True
    sheet.page.protection.formatCells = not formats
    sheet.page.protection.objects = True

"""The add-in's VBA run in pyOpenVBA's Excel in memory, with a workbook open in it, and our own desk on the other side.

Two modules are replaced because that Excel neither touches files nor puts up boxes: `Machine` (files) and `Host` (Excel on
Windows) are the Python below; everything else is the code that ships. It shows what the VBA does by
an Excel rebuilt from measurements, not what Excel does.
"""

from __future__ import annotations

import functools
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import ExcelApplication, SheetView, Workbook, _engine_book
from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.apps.excel._io import save_workbook
from pyopenvba.formula import _prefixes
from pyopenvba.interpreter._objects import VBAObject, method
from pyopenvba.interpreter._values import VBAInt, error
from pyopenvba.powerquery import _opc, _package

import build_addin


def _raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


# The template's formulas are the same in every workbook: each is parsed once for a whole run.
_engine_book.parse = functools.cache(_engine_book.parse)
_prefixes.in_file = functools.cache(_prefixes.in_file)
# Its own deflate is written in Python, to the bytes of .NET's; any deflate will do here.
for _module in (_opc, _package):
    _module.raw_compress = _raw_deflate

YES, NO, CANCEL, OK = 6, 7, 2, 1
_LATE = 1000.0


@dataclass
class World:
    """What the stand-ins know: `at_pause` is what happens while the client waits, `places` stand for %NAME%."""

    at_pause: Callable[[], None]
    places: dict[str, str]
    said: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    picked: str = ""
    threads: set[str] = field(default_factory=set)
    protected_view: bool = False
    escape: bool = False
    paused: int = 0
    post: Callable[[str, str, bytes], tuple[int, bytes]] | None = None
    fetch: Callable[[str, str], bytes] | None = None


class Excel:
    """An Excel with the add-in loaded."""

    def __init__(self, world: World, book: Path | None = None) -> None:
        self.world = world
        self.app = ExcelApplication.open(build_addin.BUILT, with_vba=False)
        self.app.interpreter.host = _Bridge(self.app.application, world)
        for name, source in build_addin.modules().items():
            if name not in {"Machine", "Host"}:
                self.app.add_module(source, name=name)
        self.app.application.user_name = "総務 花子"
        self.book = self.app.open_workbook(book) if book else None

    def press(self, button: str) -> str:
        """Press a button of the ribbon; its one message."""
        before = len(self.world.said)
        self.app.run(f"Xlsync{button}", self.app.application)
        said = self.world.said[before:]
        assert self.app.application.screen_updating
        assert self.app.application.enable_events
        return said[-1] if said else ""

    def sheet(self, name: str) -> SheetView:
        """A worksheet of the live workbook."""
        assert self.book is not None
        return self.app.sheet(name, workbook=self.book)

    def do(self, code: str) -> Any:
        """The value of a VBA expression."""
        return self.app.evaluate(code)

    def lists(self) -> list[Workbook]:
        """The workbooks that the add-in made."""
        return [book for book in self.app.workbooks() if not book.path]

    def close_lists(self) -> None:
        """Close them without saving."""
        for book in self.lists():
            self.app.application.workbooks_.books.remove(book)
        if self.book is not None:
            self.app.activate_workbook(self.book)

    def rows(self) -> list[list[str]]:
        """The texts of the newest list."""
        sheet = SheetView(self.lists()[-1].sheets_[0])
        return [[str(value or "") for value in row] for row in sheet.rows()]

    def save(self, path: Path) -> bytes:
        """The live workbook's bytes as it stands now."""
        assert self.book is not None
        return _saved(self.book, path)


class _Bridge(ExcelBridge):
    def __init__(self, application: Any, world: World) -> None:
        super().__init__(application)
        self._objects = {"machine": Machine(world), "host": Host(world, application)}

    def global_object(self, name: str) -> object:
        return self._objects.get(name) or super().global_object(name)


class Machine(VBAObject):
    """Files and folders."""

    vba_type_name = "Machine"

    def __init__(self, world: World) -> None:
        self.world = world
        self.temporaries: list[Path] = []

    @method
    def PathSign(self) -> object:
        return os.sep

    @method
    def Place(self, variable: object) -> object:
        return self.world.places.get(str(variable), "")

    @method
    def Temporary(self, title: object) -> object:
        path = Path(self.world.places["TEMP"]) / str(title)
        self.temporaries.append(path)
        return str(path)

    @method
    def ForgetTemporary(self) -> object:
        for path in self.temporaries:
            path.unlink(missing_ok=True)
        self.temporaries = []
        return 0

    @method
    def FileExists(self, path: object) -> object:
        return Path(str(path)).is_file()

    @method
    def FolderExists(self, path: object) -> object:
        return Path(str(path)).is_dir()

    @method
    def MakeFolder(self, path: object) -> object:
        Path(str(path)).mkdir(exist_ok=True)
        return 0

    @method
    def MoveFile(self, path: object, target: object) -> object:
        Path(str(path)).rename(str(target))
        return 0

    @method
    def DeleteFile(self, path: object) -> object:
        there = Path(str(path)).is_file()
        Path(str(path)).unlink(missing_ok=True)
        return there

    @method
    def SizeOf(self, path: object) -> object:
        return VBAInt(Path(str(path)).stat().st_size, "Long")

    @method
    def ReadWords(self, path: object, most: object) -> object:
        return _words(Path(str(path)).read_bytes())

    @method
    def WriteWords(self, path: object, text: object) -> object:
        Path(str(path)).write_bytes(b"\xff\xfe" + str(text).encode("utf-16-le"))
        return 0

    @method
    def WriteRequest(self, path: object, header: object, copied: object) -> object:
        book = Path(str(copied)).read_bytes() if copied else b""
        words = str(header).encode("utf-16-le", "surrogatepass")
        try:
            first = f"xlsync-request 1 {len(words)} {len(book)}\n".encode("ascii")
            Path(str(path)).write_bytes(first + words + book)
        except OSError as fault:
            raise error(76, str(fault.strerror)) from fault
        return 0

    @method
    def Pause(self, elapsed: object) -> object:
        self.world.paused += 1
        if self.world.escape:
            raise error(18)
        if self.world.paused > _LATE:
            raise AssertionError("nobody answers and nobody gives up")
        self.world.at_pause()
        return 0


class Host(VBAObject):
    """Excel on Windows."""

    vba_type_name = "Host"

    def __init__(self, world: World, application: Any) -> None:
        self.world = world
        self.application = application

    @method
    def Say(self, text: object, style: object) -> object:
        self.world.said.append(str(text))
        return VBAInt(self.world.answers.pop(0) if self.world.answers else OK, "Long")

    @method
    def ShowProgress(self, text: object) -> object:
        self.world.progress.append(str(text))
        return 0

    @method
    def LetEscape(self, mode: object) -> object:
        return 0

    @method
    def InFront(self) -> object:
        return self.application.vba_get("ActiveWorkbook")

    @method
    def WorksheetInFront(self, book: Any) -> object:
        return book.vba_get("ActiveSheet").vba_get("Name")

    @method
    def FullNameOf(self, book: Any) -> object:
        return book.vba_get("FullName")

    @method
    def Held(self, cell: Any) -> object:
        return cell.vba_get("Value2")

    @method
    def NewWorkbook(self) -> object:
        return self.application.vba_get("Workbooks").vba_get("Add")

    @method
    def PutLink(self, cell: Any, path: object, spot: object) -> object:
        cell.vba_get("Worksheet").vba_get("Hyperlinks").vba_get("Add", [cell, path, spot])
        return 0

    @method
    def ShowPlace(self, sheet: Any, cell: object) -> object:
        sheet.vba_get("Parent").vba_get("Activate")
        sheet.vba_get("Activate")
        sheet.vba_get("Range", [cell]).vba_get("Select")
        return 0

    @method
    def SaveCopy(self, book: object, path: object) -> object:
        assert isinstance(book, Workbook)
        _saved(book, Path(str(path)))
        return 0

    @method
    def IsOpenXml(self, book: object) -> object:
        assert isinstance(book, Workbook)
        return not book.name.endswith(".xls")

    @method
    def InProtectedView(self) -> object:
        return self.world.protected_view

    @method
    def WhoPresses(self) -> object:
        return "総務 花子"

    @method
    def WhoAndWhere(self) -> object:
        return "PC-01花子"

    @method
    def HasThread(self, cell: Any) -> object:
        return str(cell.vba_get("Address", [False, False])) in self.world.threads

    @method
    def CellOfNote(self, sheet: Any, index: object) -> object:
        return sheet.vba_get("Comments", [index]).vba_get("Parent")

    @method
    def PutHiddenName(self, sheet: Any, title: object, refersTo: object) -> object:  # noqa: N803 - VBA's
        sheet.vba_get("Names").vba_get("Add", [title, refersTo, False])
        return 0

    @method
    def OpenReadOnly(self, path: object) -> object:
        if not Path(str(path)).is_file():
            raise error(1004)
        self.world.opened.append(str(path))
        return 0

    @method
    def PickFolder(self) -> object:
        return self.world.picked

    @method
    def Post(  # noqa: PLR0913, PLR0917 - VBA's
        self, url: object, key: object, path: object, seconds: object, most: object, status: object
    ) -> object:
        assert self.world.post is not None
        _, data = self.world.post(str(url), str(key), Path(str(path)).read_bytes())
        return _words(data)

    @method
    def Fetch(self, url: object, key: object, path: object, seconds: object) -> object:
        assert self.world.fetch is not None
        Path(str(path)).write_bytes(self.world.fetch(str(url), str(key)))
        return 0

    @method
    def Facts(self, book: object) -> object:
        from pyopenvba.interpreter._runtime import Collection

        return Collection()


def _words(data: bytes) -> str:
    return data[2:].decode("utf-16-le", "surrogatepass") if data[:2] == b"\xff\xfe" else ""


def _saved(book: Workbook, path: Path) -> bytes:
    saved = book.saved
    save_workbook(book, path)
    book.saved = saved
    return path.read_bytes()


def shown(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines, for a failing test."""
    return "\n".join(" | ".join(row) for row in rows)

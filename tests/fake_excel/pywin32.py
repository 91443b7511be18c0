"""The modules of pywin32 and the corners of Windows that xlwings' engine imports, over Excels of our own making.

`windows()` puts them in place once and gives the one desktop; there xlwings' own `_xlwindows.py` runs unchanged, without
a licence key, and registers itself as xlwings does on Windows.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from tests.fake_excel.com import CDispatch, Mood, com_error
from tests.fake_excel.model import Application

_DESK, _BOOKS = 100_000, 200_000
"""Added to a window's number they give its child windows, as Excel's XLDESK and EXCEL7 are."""
_NEXT = 2


class WindowsFault(Exception):
    """pywintypes.error."""


@dataclass
class Box:
    """A message box that was shown."""

    text: str
    title: str
    style: int


@dataclass
class Desktop:
    """The running Excels, the frontmost first; what was asked in boxes and what people press (OK where nothing is said)."""

    excels: list[Application] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    presses: list[int] = field(default_factory=list)
    started: int = 0

    def start(self) -> Application:
        """Somebody starts Excel: it is in front."""
        self.started += 1
        self.excels.insert(0, Application(1000 + self.started))
        return self.excels[0]

    def window_after(self, hwnd: int | None) -> int:
        """Give the next window below another, 0 for none."""
        windows = [app.hwnd for app in self.excels]
        following = windows if hwnd is None else windows[windows.index(hwnd) + 1 :]
        return following[0] if following else 0

    def child(self, hwnd: int, kind: str) -> int:
        """Give a window's child; an Excel without workbooks has no EXCEL7."""
        if kind == "XLDESK":
            return hwnd + _DESK
        return hwnd - _DESK + _BOOKS if self.at(hwnd - _DESK).books else 0

    def window_object(self, child: int) -> Window:
        """Give what accessibility gives for an EXCEL7 window."""
        return Window(self.at(child - _BOOKS))

    def at(self, hwnd: int) -> Application:
        return next(app for app in self.excels if app.hwnd == hwnd)

    def ask(self, _hwnd: int, text: str, title: str, style: int) -> int:
        """Show a box and give the button pressed."""
        self.boxes.append(Box(text, title, style))
        return self.presses.pop(0) if style & 0xF else 1


class Window(CDispatch):
    """An Excel window as accessibility gives it."""

    def __init__(self, app: Application) -> None:
        super().__init__(Mood())
        self.app = app

    Application = property(lambda self: self.app)


class CoClassBaseClass:
    """win32com.client's, never made here."""


class DispatchBaseClass:
    """win32com.client's, never made here."""


@cache
def windows() -> Desktop:
    """Put the modules in place and give the desktop behind them; xlwings then has its engine "excel"."""
    desktop = Desktop()
    sys.modules.update(_modules(desktop))
    subprocess.CREATE_NO_WINDOW = 0  # type: ignore[attr-defined] # else its exit handler fails before it begins
    with _windows_ctypes(desktop):
        import xlwings
        from xlwings import _xlwindows
    xlwings.engines.add(xlwings.main.Engine(impl=_xlwindows.engine))
    xlwings.engines["excel"].activate()
    return desktop


def _modules(desktop: Desktop) -> dict[str, ModuleType]:
    def to_windows(hwnd: int) -> tuple[int, int]:
        return 1, hwnd * 10

    client = _module(
        "win32com.client",
        CDispatch=CDispatch,
        CoClassBaseClass=CoClassBaseClass,
        DispatchBaseClass=DispatchBaseClass,
        Dispatch=lambda thing: thing,
        DispatchEx=_never("a new Excel"),
    )
    buttons = {"MB_OK": 0, "MB_OKCANCEL": 1, "MB_YESNO": 4, "MB_YESNOCANCEL": 3}
    icons = {"MB_ICONINFORMATION": 0x40, "MB_ICONWARNING": 0x30}
    zone = type("TimeZoneInfo", (), {"utc": staticmethod(lambda: dt.UTC)})
    made = [
        _module(
            "pywintypes", com_error=com_error, error=WindowsFault, TimeType=dt.datetime, IID=str
        ),
        _module(
            "pythoncom",
            com_error=com_error,
            ole_error=com_error,
            CoInitialize=lambda: None,
            __file__="pythoncom311.dll",
        ),
        _module("win32api", MessageBox=desktop.ask, OpenProcess=_never("OpenProcess")),
        _module("win32con", **buttons, **icons),
        _module(
            "win32gui", FindWindowEx=lambda hwnd, _after, kind, _title: desktop.child(hwnd, kind)
        ),
        _module("win32process", GetWindowThreadProcessId=to_windows),
        _module("win32timezone", TimeZoneInfo=zone),
        client,
        _module("win32com", client=client),
    ]
    return {module.__name__: module for module in made}


@contextmanager
def _windows_ctypes(desktop: Desktop) -> Iterator[None]:
    """The DLLs that the engine takes hold of while it is imported."""
    known = ctypes.PyDLL

    def accessible(child: int, _what: int, _guid: Any, pointer: Any) -> int:
        pointer._obj.value = child  # noqa: SLF001 - what byref() was given
        return 0

    def next_window(hwnd: int, _which: int) -> int:
        assert _which == _NEXT
        return desktop.window_after(hwnd)

    def unknown_to_object(pointer: Any, _guid: Any, _add: bool) -> Window:  # noqa: FBT001
        return desktop.window_object(pointer.value)

    user32 = _module("user32", GetTopWindow=desktop.window_after, GetWindow=next_window)
    ole = _module("ole32", CLSIDFromString=lambda _text, _guid: 0)
    dll = _module("pythoncom311", PyCom_PyObjectFromIUnknown=unknown_to_object)
    ctypes.windll = _module("windll", user32=user32)  # type: ignore[attr-defined]
    ctypes.oledll = _module(  # type: ignore[attr-defined]
        "oledll", ole32=ole, oleacc=_module("oleacc", AccessibleObjectFromWindow=accessible)
    )
    ctypes.PyDLL = lambda _name: dll  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        ctypes.PyDLL = known  # type: ignore[misc]
        del ctypes.windll, ctypes.oledll  # type: ignore[attr-defined]


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)
    return module


def _never(what: str) -> Callable[..., Any]:
    def fails(*_said: Any, **_more: Any) -> Any:
        raise AssertionError(f"{what}: not ours to do")

    return fails

"""xlwings' Windows engine with its traps closed: no exit handler that ends Excel, and patience that has an end.

Only its BSD part is used. Nothing here starts, saves, closes or quits an Excel or a workbook.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self, cast

from xlsync.errors import ExcelError

BUSY: Final = (
    "セルの入力中か、Excelが別の処理をしています。Enter で入力を確定し、"
    "開いているメッセージがあれば閉じてから、もう一度実行してください"
)
_INSTALL: Final = (
    'xlwings が入っていません。コマンドプロンプトで pip install "xlsync[excel]" を実行してください'
)
_ELSEWHERE: Final = (
    "xlsync live は、Excelの動いているWindowsのパソコンで使います。"
    "ここでは xlsync check や xlsync import に保存済みのブックを渡してください"
)
_GONE: Final = "Excelとつながりません。Excelが閉じられていないか確かめて、もう一度実行してください"

_REJECTED: Final = -2147418111
_RETRY_LATER: Final = -2147417846
_EDITING: Final = -2146777998
_APPLICATION_DEFINED: Final = -2146827284
"""Excel's error 1004: protected, or otherwise not to be done."""
_SOURCE_CODE: Final = 5
_TEXT: Final = 2
_WITHOUT_NUMBER: Final = 1_000_000


class Patience(int):
    """How long xlwings goes on asking a busy Excel: it compares its attempts with this number before each further one.

    xlwings itself counts attempts, without a pause and by default without end; this counts `seconds` from the first one.
    """

    _clock: Callable[[], float]
    _sleep: Callable[[float], None]
    _seconds: float
    _pause: float
    _end: float

    def __new__(
        cls,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        seconds: float = 10.0,
        pause: float = 0.2,
    ) -> Self:
        """Make a number larger than any count of attempts."""
        patience = super().__new__(cls, _WITHOUT_NUMBER)
        patience._clock, patience._sleep, patience._seconds, patience._pause, patience._end = (
            clock,
            sleep,
            seconds,
            pause,
            0.0,
        )
        return patience

    def __gt__(self, attempts: int) -> bool:
        """Say, after a pause, whether another attempt is worth it."""
        now = self._clock()
        if attempts == 1:
            self._end = now + self._seconds
        if now >= self._end:
            return False
        self._sleep(self._pause)
        return True


@dataclass(frozen=True)
class Engine:
    """xlwings, and its module for Windows."""

    xlwings: Any
    windows: Any

    @property
    def com_error(self) -> type[Exception]:
        """What COM raises."""
        return cast("type[Exception]", self.windows.pywintypes.com_error)

    def apps(self) -> list[Any]:
        """Return the running Excels that have a workbook open, the frontmost first."""
        return list(self.xlwings.engines["excel"].apps)

    def app_of(self, hwnd: int) -> Any:
        """Return the Excel that owns a window."""
        return self.xlwings.App(impl=self.windows.App(xl=hwnd))

    def box(self, hwnd: int, text: str, title: str, style: int) -> int:
        """Show Windows' message box over a window (0: over none) and return the button pressed."""
        return int(self.windows.win32api.MessageBox(hwnd, text, title, style))

    @contextmanager
    def excel_errors(self) -> Iterator[None]:
        """Raise COM's errors as an ExcelError with a sentence."""
        try:
            yield
        except self.windows.ExcelBusyError as fault:
            raise ExcelError(BUSY) from fault
        except self.com_error as fault:
            raise ExcelError(_sentence(fault)) from fault

    def is_refusal(self, fault: Exception) -> bool:
        """True where Excel says that this cannot be done here (error 1004), and not that it is busy."""
        return (
            isinstance(fault, self.com_error) and _code_and_text(fault)[0] == _APPLICATION_DEFINED
        )


def excel_engine(patience: Patience | None = None) -> Engine:
    """Load xlwings' engine for Excel on Windows without its exit handler; ExcelError if there is none."""
    try:
        import xlwings
    except ImportError as fault:
        raise ExcelError(why_no_engine(os.name)) from fault
    windows: Any = getattr(xlwings, "_xlwindows", None)
    if windows is None:
        raise ExcelError(why_no_engine(os.name))
    # At exit it would end every EXCEL.EXE that it cannot attach to, with whatever is unsaved there.
    atexit.unregister(windows.cleanup)
    windows.N_COM_ATTEMPTS = patience if patience is not None else Patience()
    return Engine(xlwings, windows)


def why_no_engine(system: str) -> str:
    """Say why Excel cannot be reached from here: `system` as os.name has it."""
    return _INSTALL if system == "nt" else _ELSEWHERE


def _sentence(fault: Exception) -> str:
    code, text = _code_and_text(fault)
    if code in {_REJECTED, _RETRY_LATER, _EDITING}:
        return BUSY
    if code == _APPLICATION_DEFINED:
        reason = f"（{' '.join(text.split())}）" if text else ""
        return f"Excelで実行できませんでした{reason}。シートの保護や読み取り専用でないか確かめてください"
    return _GONE


def _code_and_text(fault: Exception) -> tuple[int, str]:
    """Return the code and text of a COM error, Excel's own if it has them."""
    more = getattr(fault, "excepinfo", None)
    code, text = (more[_SOURCE_CODE], more[_TEXT]) if more else (0, "")
    return int(code or getattr(fault, "hresult", 0)), str(text or "")

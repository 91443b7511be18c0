"""Workbooks nobody watches are read in a child process: a file that eats memory or time ends the child, never us.

One child reads many files, one after the other. It gets nothing but the bytes of the file; what it sends back are the
readings (or the WorkbookError), with editions named by their year, since an edition is far bigger than a reading.

Windows has no limit of memory for a process of its own kind, so that there only the time is bounded; the limits of the
package (xlsync.ooxml.limits) hold everywhere.
"""

from __future__ import annotations

import contextlib
import io
import math
import multiprocessing
import pickle
import signal
import sys
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from xlsync.errors import HostileWorkbook, XlsyncError
from xlsync.form.edition import Edition
from xlsync.form.library import Form, load_form
from xlsync.ooxml import limits
from xlsync.ooxml.opc.package import Package
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

__all__ = ["BoundedReader", "ReaderFault"]

_MEGABYTE: Final = 2**20
_SECONDS_TO_START: Final = 60
_READY: Final = b"ready"
_TAKEN: Final = b"taken"
_SAFE_MODULES: Final = ("decimal", "datetime")
_TOO_SLOW: Final = (
    "ファイルの読み取りに時間がかかりすぎます。不要な内容を減らして、Excelで保存し直してください。"
)
_TOO_MUCH: Final = "ファイルの読み取りに大量のメモリが必要です。不要な内容を減らして、Excelで保存し直してください。"
_STOPPED: Final = "ファイルを読み取る処理が途中で止まりました。Excelで開いて保存し直してください。"


class ReaderFault(Exception):
    """A defect of ours met in the child; its traceback as text. It is the cause of the HostileWorkbook it looks like."""


class BoundedReader:
    """Reads workbooks of a form in a child bounded in memory and in time per file; use it with `with`.

    The child is started at the first file and anew after each one that ended it. Not for several threads at once.
    """

    def __init__(
        self, form: Form | None = None, *, memory_mb: int = 512, seconds: float = 5
    ) -> None:
        self._form = form or load_form()
        self._memory = memory_mb * _MEGABYTE
        self._seconds = seconds
        self._child: tuple[BaseProcess, Connection] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is no child."""
        return None if self._child is None else self._child[0].pid

    def read(self, data: bytes) -> list[Reading]:
        """What `form_reader.read` gives or raises for these bytes; HostileWorkbook where the child did not survive them.

        XlsyncError where no child can be started, which is no fault of the file.
        """
        if len(data) > limits.FILE_BYTES:
            Package.open(data)  # raises, and nothing so big is sent about
        answer = _loaded(self._asked(data), self._form)
        if isinstance(answer, XlsyncError):
            raise answer
        if isinstance(answer, str):
            self.close()
            raise HostileWorkbook(_STOPPED) from ReaderFault(answer)
        readings: list[Reading] = answer
        return readings

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is None:
            return
        process, connection = self._child
        self._child = None
        connection.close()
        process.kill()
        process.join()
        process.close()

    def _asked(self, data: bytes) -> bytes:
        """The child's answer. A child that died before it took the file is replaced once: the file did not kill it."""
        for last in (False, True):
            connection = self._connection()
            try:
                connection.send_bytes(data)
                taken = connection.poll(_SECONDS_TO_START) and connection.recv_bytes() == _TAKEN
            except (EOFError, OSError):
                taken = False
            if taken:
                return self._answer(connection)
            self.close()
            if last:
                break
        raise _no_child()

    def _answer(self, connection: Connection) -> bytes:
        try:
            if connection.poll(self._seconds):
                return connection.recv_bytes()
        except (EOFError, OSError):
            self.close()
            raise HostileWorkbook(_STOPPED) from None
        self.close()
        raise HostileWorkbook(_TOO_SLOW)

    def _connection(self) -> Connection:
        """The way to a living child, started where there is none."""
        if self._child is not None and self._child[0].is_alive():
            return self._child[1]
        self.close()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        folder = self._form.folder
        source = str(Path.cwd() / folder) if isinstance(folder, Path) else self._form.id
        process = context.Process(
            target=_serve,
            args=(theirs, source, self._memory, self._seconds),
            name="xlsync-reader",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._child = (process, ours)
        with contextlib.suppress(EOFError, OSError):
            if ours.poll(_SECONDS_TO_START) and ours.recv_bytes() == _READY:
                return ours
        self.close()
        raise _no_child()


def _no_child() -> XlsyncError:
    return XlsyncError(
        "ファイルを読み取るためのプロセスを起動できません。パソコンを再起動してからやり直してください。"
    )


# --- in the child


def _serve(connection: Connection, source: str, memory: int, seconds: float) -> None:
    """Read files until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's business
    form = load_form(source)
    _bound(memory)
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(_READY)
        while True:
            data = connection.recv_bytes()
            connection.send_bytes(_TAKEN)
            _bound_time(seconds)
            connection.send_bytes(_dumped(_read(data, form)))


def _read(data: bytes, form: Form) -> list[Reading] | XlsyncError | str:
    """The readings, the error, or the traceback of a defect of ours."""
    try:
        return read(data, form)
    except XlsyncError as error:
        return error.with_traceback(None)
    except MemoryError:
        return HostileWorkbook(_TOO_MUCH)
    except Exception:  # noqa: BLE001 - it is told, and the parent goes on
        return traceback.format_exc()


def _bound(memory: int) -> None:
    """Refuse this process more address space than that, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _bound_time(seconds: float) -> None:
    """End this process when the file takes more: the parent does so too, unless it has died meanwhile."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


# --- between them


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: object) -> Any:
        """Name an edition by its year; read-only mappings cannot be pickled as they are."""
        if isinstance(obj, Edition):
            return _edition, (obj.year,)
        return (_read_only, (dict(obj),)) if isinstance(obj, MappingProxyType) else NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, form: Form) -> None:
        super().__init__(io.BytesIO(data))
        self._form = form

    def find_class(self, module_name: str, global_name: str) -> Any:
        """Give what a reading is made of, and nothing else; an edition is our own of that year."""
        if (module_name, global_name) == (__name__, _edition.__name__):
            return self._form.at
        if module_name.startswith("xlsync.") or module_name in _SAFE_MODULES:
            return super().find_class(module_name, global_name)
        raise pickle.UnpicklingError(f"{module_name}.{global_name}")


def _edition(year: int) -> Edition:
    """Stand for the edition of the form on the way; who unpickles it puts in his own."""
    raise NotImplementedError(year)


def _read_only(content: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(content)


def _dumped(answer: list[Reading] | XlsyncError | str) -> bytes:
    out = io.BytesIO()
    _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(answer)
    return out.getvalue()


def _loaded(answer: bytes, form: Form) -> Any:
    return _Unpickler(answer, form).load()

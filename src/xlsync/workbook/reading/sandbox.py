"""Parse untrusted workbooks in a child process with limits of memory and time: a hostile file ends the child, never us.

One child reads many files, one after the other. It gets nothing but the bytes of the file; what it sends back is
JSON (xlsync.workbook.reading.reading_json).

On Windows only the time is limited, since a process there cannot limit its own memory; the limits of the
package (xlsync.ooxml.limits) hold everywhere.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import signal
import sys
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from xlsync.errors import HostileWorkbook, StoreUnreachable, XlsyncError
from xlsync.form.library import Form, History, load_form
from xlsync.ooxml import limits
from xlsync.ooxml.opc.package import Package
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.reading.reading_json import Answer, answer_from_json, answer_to_json

__all__ = ["ReaderFault", "SandboxReader"]

FormSource = tuple[str, int, History | None, int]
"""What a form is loaded by, the number of its version, the other versions, and the fiscal year that is collected."""

_MEGABYTE: Final = 2**20
_SECONDS_TO_START: Final = 60
_BUSY: Final = 1 if sys.platform == "win32" else 10
"""How many times longer than its processor time a file may take: a busy computer is no fault of the file.

On Windows the time by the clock is the only limit.
"""
_READY: Final = b"ready"
_ACCEPTED: Final = b"accepted"
_TOO_SLOW: Final = (
    "ファイルの読み取りに時間がかかりすぎます。不要な内容を減らして、Excelで保存し直してください。"
)
_TOO_MUCH: Final = "ファイルの読み取りに大量のメモリが必要です。不要な内容を減らして、Excelで保存し直してください。"
_STOPPED: Final = "ファイルを読み取る処理が途中で止まりました。Excelで開いて保存し直してください。"


class ReaderFault(Exception):
    """A defect of ours met in the child; its traceback as text. It is the cause of the HostileWorkbook it looks like."""


class SandboxReader:
    """Reads workbooks of a form in a child process with limits of memory and of time per file; use it with `with`.

    The child is started at the first file, and again after each one that ended it. Not for several threads at once.
    """

    def __init__(
        self, form: Form | None = None, *, memory_limit_mb: int = 512, seconds: float = 5
    ) -> None:
        self._form = form or load_form()
        self._limits = (memory_limit_mb * _MEGABYTE, seconds)
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
        """Return or raise what `form_reader.read` does for these bytes; HostileWorkbook where the child did not survive them.

        XlsyncError where no child can be started, which is no fault of the file.
        """
        if len(data) > limits.FILE_BYTES:
            Package.open(data)  # raises, and nothing so big is sent about
        sent = self._asked(data)
        try:
            answer = answer_from_json(sent, self._form)
        except StoreUnreachable:  # a version of the form is asked for in the store
            raise
        except (ValueError, LookupError, TypeError, XlsyncError) as fault:
            self.close()
            raise HostileWorkbook(_STOPPED) from fault
        if isinstance(answer, XlsyncError):
            raise answer
        if isinstance(answer, str):
            self.close()
            raise HostileWorkbook(_STOPPED) from ReaderFault(answer)
        return answer

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
        """Return the answer of the child; one that died before accepting the file is replaced once, no fault of the file."""
        for last in (False, True):
            connection = self._connection()
            try:
                connection.send_bytes(data)
                accepted = (
                    connection.poll(_SECONDS_TO_START) and connection.recv_bytes() == _ACCEPTED
                )
            except (EOFError, OSError):
                accepted = False
            if accepted:
                return self._answer(connection)
            self.close()
            if last:
                break
        raise _no_child()

    def _answer(self, connection: Connection) -> bytes:
        """Return the answer; HostileWorkbook where the child ended, or was silent beyond what a busy computer explains."""
        try:
            if connection.poll(self._limits[1] * _BUSY):
                return connection.recv_bytes()
        except (EOFError, OSError):
            is_slow = self._is_out_of_time()
            self.close()
            raise HostileWorkbook(_TOO_SLOW if is_slow else _STOPPED) from None
        self.close()
        raise HostileWorkbook(_TOO_SLOW)

    def _is_out_of_time(self) -> bool:
        """Whether the system ended the child because it had used its processor time."""
        if self._child is None or sys.platform == "win32":
            return False
        process = self._child[0]
        process.join(_SECONDS_TO_START)
        return process.exitcode == -signal.SIGXCPU

    def _connection(self) -> Connection:
        """Return the connection to a living child; start one where there is none."""
        if self._child is not None and self._child[0].is_alive():
            return self._child[1]
        self.close()
        context = multiprocessing.get_context("spawn")
        near_end, far_end = context.Pipe()
        folder = self._form.folder
        name = str(Path.cwd() / folder) if isinstance(folder, Path) else self._form.id
        source = (name, self._form.version, self._form.history, self._form.fiscal_year)
        process = context.Process(
            target=_serve,
            args=(far_end, source, *self._limits),
            name="xlsync-reader",
            daemon=True,
        )
        process.start()
        far_end.close()
        self._child = (process, near_end)
        with contextlib.suppress(EOFError, OSError):
            if near_end.poll(_SECONDS_TO_START) and near_end.recv_bytes() == _READY:
                return near_end
        self.close()
        raise _no_child()


def _no_child() -> XlsyncError:
    return XlsyncError(
        "ファイルを読み取るためのプロセスを起動できません。パソコンを再起動してからやり直してください。"
    )


# --- in the child


def _serve(connection: Connection, source: FormSource, memory_limit: int, seconds: float) -> None:
    """Read files until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's business
    name, version, history, year = source
    form = replace(load_form(name), version=version, history=history, fiscal_year=year)
    _apply_memory_limit(memory_limit)
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(_READY)
        while True:
            data = connection.recv_bytes()
            connection.send_bytes(_ACCEPTED)
            _apply_time_limit(seconds)
            connection.send_bytes(answer_to_json(_read(data, form)))


def _read(data: bytes, form: Form) -> Answer:
    """Return the readings, the error, or the traceback of a defect of ours."""
    try:
        return read(data, form)
    except XlsyncError as error:
        return error.with_traceback(None)
    except MemoryError:
        return HostileWorkbook(_TOO_MUCH)
    except Exception:  # noqa: BLE001 - it is told, and the parent goes on
        return traceback.format_exc()


def _apply_memory_limit(memory_limit: int) -> None:
    """Refuse this process more address space than that, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))


def _apply_time_limit(seconds: float) -> None:
    """End this process when the file takes more: the parent does so too, unless it has died meanwhile."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))

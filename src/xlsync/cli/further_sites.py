"""The further forms of a city served beside its own: one that cannot be opened does not stop the others, and is tried again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from xlsync.cli.every_form import further_forms
from xlsync.cli.long_running import Bell, working_on
from xlsync.errors import XlsyncError
from xlsync.inbox.log_messages import line

if TYPE_CHECKING:
    from xlsync.cli.served_form import ServedForm

LOG: Final = logging.getLogger("xlsync.serve")
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks for forms that were added, taken away, or put into use anew."""
_RENEWED: Final = "様式が改められたため、開き直しています"


@dataclass
class FurtherSites:
    """Serves the further forms of a city until the block ends.

    Attributes:
        city_folder: The city's folder.
        open_form: Serves the form of a folder until the end of the block.
        note_forms: Is told which forms are served, and why others are not, by name; of one that ends before it does.
        upper_bell: Stops the server.
        again_after: Seconds after which a form is tried again that could not be opened.

    """

    city_folder: Path
    open_form: Callable[[Path], AbstractContextManager[ServedForm]]
    note_forms: Callable[[Mapping[str, ServedForm], Mapping[str, str]], None]
    upper_bell: Bell
    again_after: float = 60.0
    served: Mapping[str, ServedForm] = field(default_factory=dict)
    _blocks: dict[str, ExitStack] = field(default_factory=dict)
    _failed: dict[str, tuple[float, str]] = field(default_factory=dict)
    """When and why a form could not be opened, by its name."""

    def __enter__(self) -> Self:
        """Begin."""
        self._bell = Bell(self.upper_bell)
        self._supervisor = threading.Thread(target=self._supervise, name="xlsync-forms")
        self._supervisor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End what is served."""
        self._bell.stop()
        self._supervisor.join()
        for name in [*self._blocks]:
            self._close(name)

    def _supervise(self) -> None:
        wait = Bell(self._bell).world().wait
        while not self._bell.is_stopped:
            pause = _LOOK_EVERY
            try:
                self._look()
            except Exception:
                LOG.exception("不具合")
                pause = self.again_after
            wait(pause)

    def _look(self) -> None:
        """Close what is no more, or is another version by now, and open what is not open yet."""
        folders = further_forms(self.city_folder)
        for name, form in self.served.items():
            if name not in folders:
                self._close(name)
            elif form.is_outdated():
                self._close(name, {name: _RENEWED})
            else:
                form.renewed.renew()
        for name, folder in folders.items():
            if name not in self.served and self._is_due(name):
                self._open(name, folder)
        self._failed = {name: why for name, why in self._failed.items() if name in folders}
        self.note_forms(self.served, self._reasons())

    def _reasons(self) -> dict[str, str]:
        """Return why forms are not served, by name."""
        return {name: reason for name, (_, reason) in self._failed.items()}

    def _is_due(self, name: str) -> bool:
        failed_at, _ = self._failed.get(name, (float("-inf"), ""))
        return time.monotonic() - failed_at >= self.again_after

    def _open(self, name: str, folder: Path) -> None:
        block = ExitStack()
        with working_on(name):
            try:
                form = block.enter_context(self.open_form(folder))
            except XlsyncError as fault:
                self._note_failed(name, line(str(fault)))
                return
            except Exception as fault:
                self._note_failed(name, repr(fault))
                LOG.exception("不具合")
                return
            LOG.info("開始 様式「%s」", name)
        self._failed.pop(name, None)
        self._blocks[name] = block
        self.served = {**self.served, name: form}

    def _close(self, name: str, reasons: Mapping[str, str] = MappingProxyType({})) -> None:
        left = {key: form for key, form in self.served.items() if key != name}
        self.note_forms(left, {**self._reasons(), **reasons})
        self.served = left
        with working_on(name):
            try:
                self._blocks.pop(name).close()
            except Exception:
                LOG.exception("不具合")
            LOG.info("終了 様式「%s」", name)

    def _note_failed(self, name: str, reason: str) -> None:
        """Note when a form could not be opened, and say why unless that was said last time."""
        _, before = self._failed.get(name, (0.0, ""))
        self._failed[name] = time.monotonic(), reason
        if reason != before:
            LOG.error(
                "中断 様式「%s」の画面とボタンを開けません：%s（%.0f秒ごとにやり直します）",
                name,
                reason,
                self.again_after,
            )


__all__ = ["FurtherSites"]

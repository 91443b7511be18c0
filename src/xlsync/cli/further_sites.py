"""The further forms of a city served beside its own: one that cannot be opened does not stop the others, and is tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from xlsync.cli.every_form import further_forms
from xlsync.cli.failed_forms import FailedForms
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
    _failed: FailedForms = field(init=False)

    def __enter__(self) -> Self:
        """Begin."""
        self._failed = FailedForms(LOG, "の画面とボタンを開けません", self.again_after)
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
            if name not in self.served and self._failed.is_due(name):
                self._open(name, folder)
        self._failed.forget_others(folders.keys())
        self.note_forms(self.served, self._failed.reasons)

    def _open(self, name: str, folder: Path) -> None:
        block = ExitStack()
        with working_on(name):
            try:
                form = block.enter_context(self.open_form(folder))
            except XlsyncError as fault:
                self._failed.note(name, line(str(fault)))
                return
            except Exception as fault:
                self._failed.note(name, repr(fault))
                LOG.exception("不具合")
                return
            LOG.info("開始 様式「%s」", name)
        self._failed.forget(name)
        self._blocks[name] = block
        self.served = {**self.served, name: form}

    def _close(self, name: str, reasons: Mapping[str, str] = MappingProxyType({})) -> None:
        left = {key: form for key, form in self.served.items() if key != name}
        self.note_forms(left, {**self._failed.reasons, **reasons})
        self.served = left
        with working_on(name):
            try:
                self._blocks.pop(name).close()
            except Exception:
                LOG.exception("不具合")
            LOG.info("終了 様式「%s」", name)


__all__ = ["FurtherSites"]

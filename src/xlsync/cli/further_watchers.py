"""The further forms of a city watched beside its own, each in a thread: one that fails does not stop the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from xlsync.cli.every_form import further_forms
from xlsync.cli.failed_forms import FailedForms
from xlsync.cli.long_running import Bell, working_on
from xlsync.errors import XlsyncError
from xlsync.inbox.log_messages import line

LOG: Final = logging.getLogger("xlsync.watch")
_LOOK_EVERY: Final = 5.0
"""Seconds between two looks for forms that were added."""
_AGAIN_AFTER: Final = 60.0
"""Seconds after which a form is tried again whose watching failed."""


@dataclass
class FurtherWatchers:
    """Watches the further forms of a city until the block ends, also those that are added meanwhile.

    `watch_folder` watches the form of a folder until its bell stops.
    """

    city_folder: Path
    upper_bell: Bell
    watch_folder: Callable[[Path, Bell], None]
    _bell: Bell = field(init=False)
    _supervisor: threading.Thread = field(init=False)
    _threads: dict[str, threading.Thread] = field(default_factory=dict)
    _failed: FailedForms = field(
        default_factory=lambda: FailedForms(LOG, "を見張れません", _AGAIN_AFTER)
    )

    def __enter__(self) -> None:
        """Begin."""
        self._bell = Bell(self.upper_bell)
        self._supervisor = threading.Thread(target=self._supervise, name="xlsync-forms")
        self._supervisor.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, once the files at hand are done."""
        self._bell.stop()
        self._supervisor.join()
        for thread in self._threads.values():
            thread.join()

    def _supervise(self) -> None:
        wait = Bell(self._bell).world().wait
        while not self._bell.is_stopped:
            for name, folder in further_forms(self.city_folder).items():
                if self._is_due(name):
                    self._begin(name, folder)
            wait(_LOOK_EVERY)

    def _is_due(self, name: str) -> bool:
        """True for a form that is not watched, unless it failed just now."""
        thread = self._threads.get(name)
        if thread is not None and thread.is_alive():
            return False
        return self._failed.is_due(name)

    def _begin(self, name: str, folder: Path) -> None:
        thread = threading.Thread(
            target=self._keep_watch, args=(name, folder), name=f"xlsync-{name}"
        )
        try:
            thread.start()
        except RuntimeError as fault:  # the system gives no further thread
            self._failed.note(name, str(fault))
            return
        self._threads[name] = thread

    def _keep_watch(self, name: str, folder: Path) -> None:
        with working_on(name):
            try:
                self.watch_folder(folder, self._bell)
            except XlsyncError as fault:
                self._failed.note(name, line(str(fault)))
            except Exception as fault:
                self._failed.note(name, repr(fault))
                LOG.exception("不具合")


__all__ = ["FurtherWatchers"]

"""The fields that a form shares with others of its city (`same-as`), kept in step while its watcher runs."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlsync.city.office import office_of
from xlsync.city.same_fields_of_city import forms_of_city, take_over_fields
from xlsync.city.settings import find_settings
from xlsync.errors import XlsyncError
from xlsync.form.same_fields import other_forms
from xlsync.inbox.log_messages import line
from xlsync.inbox.status.sheet_states import committed

LOG: Final = logging.getLogger("xlsync.watch")
_LOOK_EVERY: Final = 5.0
"""Seconds between two looks at the stores of the forms."""


@dataclass
class FormsInStep:
    """Takes over what other forms own whenever a form of the city has changed; what cannot be done is logged once."""

    folder: Path
    _looked_at: float = float("-inf")
    _seen: tuple[int, ...] = ()
    _logged: set[str] = field(default_factory=set)

    def renew(self) -> None:
        """Look whether a form has changed since the last look, and take over; nothing where it is too early."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = now
        try:
            self._renew()
        except (OSError, XlsyncError) as fault:
            self._log([str(fault)])
        except Exception as fault:  # the thread goes on answering buttons
            if repr(fault) not in self._logged:
                LOG.exception("不具合 ほかの様式と同じ欄")
            self._logged = {repr(fault)}

    def _renew(self) -> None:
        folders = forms_of_city(self.folder)
        if len(folders) == 1:
            return
        city = find_settings(self.folder)
        if not other_forms(city.terms.form.at(city.terms.fiscal_year)):
            return
        state = tuple(committed(office_of(find_settings(each))) for each in folders)
        if state == self._seen:
            return
        done = take_over_fields(city)
        self._seen = state
        self._log(done.faults)
        if done.step_receipts:
            LOG.info("同じ欄 %d件を、ほかの様式の内容に合わせました", len(done.step_receipts))

    def _log(self, sentences: list[str]) -> None:
        for sentence in sentences:
            if sentence not in self._logged:
                LOG.warning("同じ欄 %s", line(sentence))
        self._logged = set(sentences)


__all__ = ["FormsInStep"]

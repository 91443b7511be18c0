"""Up to which inputs the steps after a pass were done, across processes: a watcher that starts again does the rest only."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.derived.derived_record import DerivedRecord, DerivedRow
from xlsync.derived.input_digest import digest_of

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig

_KIND: Final = "followed-up"
_SUMMARIES: Final = "summaries"


@dataclass
class FollowedUp:
    """The budget programs of a city for which board, workbooks and summaries are as the store is.

    Believed only while the settings are the same and the summaries lie there as they were written.
    """

    config: InboxConfig
    _saved: dict[str, str] = field(default_factory=dict, repr=False)

    def programs(self, digests: Mapping[str, str]) -> set[str]:
        """Return the programs, by their digests of today, for which all was done."""
        year = self.config.terms.fiscal_year
        rows = self._record.rows(_KIND)
        about = rows.get(f"{year}/ {_SUMMARIES}")
        if about is None or about.inputs_digest != self._of_surroundings():
            return set()
        self._saved = {subject: row.inputs_digest for subject, row in rows.items()}
        return {each for each in digests if self._saved.get(f"{year}/{each}") == digests[each]}

    def note(self, digests: Mapping[str, str], unfinished: Collection[str]) -> None:
        """Note that all was done up to these digests, but for some programs."""
        year = self.config.terms.fiscal_year
        done = {f"{year}/{each}": digests[each] for each in digests if each not in unfinished}
        done[f"{year}/ {_SUMMARIES}"] = self._of_surroundings()
        new = {subject: each for subject, each in done.items() if self._saved.get(subject) != each}
        self._record.save(_KIND, {subject: DerivedRow(each, b"") for subject, each in new.items()})
        self._saved |= new

    @property
    def _record(self) -> DerivedRecord:
        return DerivedRecord(self.config.store.folder)

    def _of_surroundings(self) -> str:
        """Return the digest of the settings, and of how the summaries lie in their folder."""
        config = self.config
        files: list[tuple[str, int, int]] = []
        with contextlib.suppress(OSError), os.scandir(config.summaries) as entries:
            for entry in entries:
                if entry.name.endswith(".xlsx") and not entry.name.startswith("~$"):
                    status = entry.stat()
                    files.append((entry.name, status.st_size, status.st_mtime_ns))
        settings = config.name, str(config.shared), config.deadline, config.write_back
        return digest_of(settings, sorted(files))


__all__ = ["FollowedUp"]

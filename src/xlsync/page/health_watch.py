"""How what runs beside the page was when it was last looked at: a share that does not answer keeps no visit waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from xlsync.page.watcher_health import HealthItem

LOG: Final = logging.getLogger("xlsync.serve")
HEALTH_EXTENSION: Final = "xlsync.health"
_EVERY: Final = 10.0
"""Seconds from one look to the next, while somebody visits."""
_PATIENCE: Final = 2.0
"""Seconds for which a visit waits for the first look."""
_STUCK_AFTER: Final = 30.0
_NO_ANSWER: Final = HealthItem(
    "共有フォルダとディスク",
    "共有フォルダかディスクが、しばらく応答していません。",
    advice="ネットワークと、サーバーのディスクを確かめてください。",
)
_NOT_KNOWN: Final = HealthItem(
    "監視",
    "見張り・共有フォルダ・ディスクのようすを調べられません。",
    advice="記録（store/log/serve.log）とともに情報システム担当に連絡してください。",
)


@dataclass
class HealthWatch:
    """The last health known. `read_health` is called in a thread of its own, one at a time: it may hang."""

    read_health: Callable[[], Iterable[HealthItem]]
    clock: Callable[[], float]
    _items: tuple[HealthItem, ...] = ()
    _looked_at: float | None = None
    _is_looking: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _has_seen: threading.Event = field(default_factory=threading.Event)

    def items(self) -> tuple[HealthItem, ...]:
        """Return how things were at the last look; where that is some seconds ago, another one begins."""
        if self._is_stuck():
            return (_NO_ANSWER, *self._items)
        self._has_seen.wait(_PATIENCE)
        return self._items

    def words(self) -> list[str]:
        """Return a sentence for each thing that is not well."""
        return [f"{item.what}{item.advice}" for item in self.items() if not item.is_well]

    def _is_stuck(self) -> bool:
        """Begin a look where it is time for one; whether the present one takes too long."""
        now = self.clock()
        with self._lock:
            if self._is_looking:
                return now - (self._looked_at or now) > _STUCK_AFTER
            if self._looked_at is None or abs(now - self._looked_at) >= _EVERY:
                self._is_looking, self._looked_at = True, now
                threading.Thread(target=self._renew, name="xlsync-health", daemon=True).start()
            return False

    def _renew(self) -> None:
        try:
            items = tuple(self.read_health())
        except Exception:
            LOG.exception("不具合")
            items = (_NOT_KNOWN,)
        with self._lock:
            self._items, self._is_looking = items, False
        self._has_seen.set()


__all__ = ["HEALTH_EXTENSION", "HealthWatch"]

"""Why steps of the watcher's work fail, kept for the board and the heartbeat until they succeed: a log alone tells nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from xlsync.errors import XlsyncError
from xlsync.inbox.log_messages import line

LOG: Final = logging.getLogger("xlsync.watch")
_BUG: Final = "プログラムの不具合です。記録（store/log/watch.log）を開発者に送ってください"
_RETRIED: Final = (
    "{reason}。やり直しを続けています。消えないときは情報システム担当に連絡してください"
)


@dataclass
class StepErrors:
    """The sentence for each step that failed when it was last run, by the step's name."""

    sentences: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, step: Callable[[], None]) -> bool:
        """Run a step; False where it failed, which is logged and kept until it succeeds."""
        try:
            step()
        except XlsyncError as fault:
            LOG.warning("失敗 %s", line(f"{name} {fault}"))
            self.record(name, str(fault))
        except Exception:
            LOG.exception("不具合 %s", name)
            self.record(name, _BUG)
        else:
            self.record(name, "")
            return True
        return False

    def record(self, name: str, reason: str) -> None:
        """Keep the reason why a step failed; "" where it succeeded."""
        if reason:
            self.sentences[name] = _RETRIED.format(reason=reason)
        else:
            self.sentences.pop(name, None)

    @property
    def texts(self) -> tuple[str, ...]:
        """One sentence for each step that fails."""
        return tuple(f"{name}：{sentence}" for name, sentence in self.sentences.items())

"""The further forms of a city that could not be opened or watched: why, said once, and when each is tried again."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging


@dataclass
class FailedForms:
    """What became of the last attempt at each further form, by the forms' names.

    Attributes:
        log: Is told why, unless that was said last time.
        what_failed: What could not be done, as the log says it: を開けません.
        again_after: Seconds after which a form is tried again.

    """

    log: logging.Logger
    what_failed: str
    again_after: float
    _attempts: dict[str, tuple[float, str]] = field(default_factory=dict)
    """When and why a form failed last."""

    @property
    def reasons(self) -> dict[str, str]:
        """Why each failed."""
        return {name: reason for name, (_, reason) in [*self._attempts.items()]}

    def is_due(self, name: str) -> bool:
        """Whether to try a form: it has not failed, or that is a while ago."""
        failed_at, _ = self._attempts.get(name, (float("-inf"), ""))
        return time.monotonic() - failed_at >= self.again_after

    def note(self, name: str, reason: str) -> None:
        """Note that a form failed just now."""
        _, before = self._attempts.get(name, (0.0, ""))
        self._attempts[name] = time.monotonic(), reason
        if reason != before:
            self.log.error(
                "中断 様式「%s」%s：%s（%.0f秒ごとにやり直します）",
                name,
                self.what_failed,
                reason,
                self.again_after,
            )

    def forget(self, name: str) -> None:
        """Forget that a form failed."""
        self._attempts.pop(name, None)

    def forget_others(self, names: Collection[str]) -> None:
        """Forget all forms but these."""
        for name in self._attempts.keys() - names:
            self.forget(name)


__all__ = ["FailedForms"]

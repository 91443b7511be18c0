"""How long the search for failing examples goes on: a fixed and small number of examples, or more with fresh seeds."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

EXAMPLES: Final = int(os.environ.get("XLSYNC_EXPLORE_EXAMPLES", "300"))
STEPS: Final = int(os.environ.get("XLSYNC_EXPLORE_STEPS", "50"))


SLOW: Final = (HealthCheck.too_slow, HealthCheck.data_too_large)
"""Health checks that a busy machine fails."""
ONE_FIXTURE: Final = (*SLOW, HealthCheck.function_scoped_fixture)
"""The same for a law whose examples may share what a fixture made."""


def is_exploring() -> bool:
    """True in the profile `explore`, the only one that draws with fresh seeds."""
    return not settings().derandomize


def examples(count: int) -> int:
    """Return how many examples a slow law draws: the count, or as many as an exploration is told."""
    return EXAMPLES if is_exploring() else count


def state_machine(count: int, steps: int) -> settings:
    """Return the settings of a state machine: as many examples as said, or as an exploration is told."""
    steps = STEPS if is_exploring() else steps
    return settings(max_examples=examples(count), stateful_step_count=steps)

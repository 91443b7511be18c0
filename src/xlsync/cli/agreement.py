"""Whether an act that was shown is carried out: what `--yes`, `--dry-run` and `--json` say, and who can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.cli.console import is_at_terminal, is_confirmed


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the options of a command say about carrying out what it has shown."""

    is_given: bool = False
    is_dry_run: bool = False
    as_json: bool = False

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits at a terminal and reads what is shown."""
        return not self.as_json and is_at_terminal()

    def is_reached(self, question: str) -> bool:
        """Whether the act is to be carried out; somebody at a terminal is asked."""
        if self.is_given or self.is_dry_run:
            return not self.is_dry_run
        return self.can_ask and is_confirmed(question)

    def is_reached_for(self, count: int, question: str) -> bool:
        """Whether an act about so many sheets is to be carried out: about one at once, about many where it is agreed to."""
        if self.is_dry_run or not count:
            return False
        return count == 1 or self.is_reached(question)

    def is_reached_for_new(self, new_count: int, count: int, question: str) -> bool:
        """Whether an act about `count` sheets is to be carried out that is not written yet of `new_count` of them.

        Nobody is asked where it is written of all of them: a run that was cut off comes to its end so.
        """
        if count and not new_count:
            return not self.is_dry_run
        return self.is_reached_for(new_count, question)


ASK: Final = Agreement()
"""Without options: somebody at a terminal is asked, and without one nothing is carried out."""

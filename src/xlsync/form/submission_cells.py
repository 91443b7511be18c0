"""The table [submission] of form.toml: the cells in which staff say that a sheet is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from xlsync.form.strict import Strict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.sheet_stage import StageActKind


class SubmissionCells(Strict):
    """Which choice says how far staff are, by which words, and which fields say who and when.

    `open` is what the planning office sets it back to; `endorse` is the word of the head of the section, "" where a form
    asks for none.
    """

    field: str
    open: str = Field(min_length=1)
    submit: str = Field(min_length=1)
    endorse: str = ""
    name: str = ""
    date: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields: what is said in them is no change of the sheet's content."""
        return tuple(filter(None, (self.field, self.name, self.date)))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that the choice has to offer."""
        return tuple(filter(None, (self.open, self.submit, self.endorse)))

    @property
    def acts(self) -> Mapping[str, StageActKind]:
        """The act that each word stands for."""
        acts: dict[str, StageActKind] = {self.open: "withdraw", self.submit: "submit"}
        return acts | ({self.endorse: "endorse"} if self.endorse else {})

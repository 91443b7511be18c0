"""The stamp (発行印): what a workbook says of itself, in all its carriers (`stamp_carriers`) a text of one form:
form=…;edition=2018;key=…;base=3;copy=1f2e3d4c;version=2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from xlsync.sheet_keys import key_of_name, name_on_disk

STAMP_NAME: Final = "_xlsync.stamp"
STAMP_PROPERTY: Final = "xlsync.stamp"
TRIAL_MARK: Final = "試し用（提出しても登録されません）"
"""What a trial workbook shows on its page and in print."""
HIDDEN_WORKSHEET: Final = "_xlsync"
"""The worksheet that holds the choice lists and the stamp, and never a form."""

_TEXT = re.compile(
    r"form=(?P<form>[a-z][a-z0-9-]*);edition=(?P<edition>\d{4});key=(?P<key>[0-9A-Za-z=-]*);"
    r"base=(?P<base>\d{1,9});copy=(?P<copy>[0-9a-f]*)(?:;version=(?P<version>\d{1,6}))?"
    r"(?:;state=(?P<state>[0-9a-f]{1,32}))?(?P<trial>;trial=1)?"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Form, fiscal year, key ("" on a blank template), the revision it was made from (0: none), and this copy's id.

    `state` names what was known of the copy when a button was last pressed in it, "" where none was. `is_trial` is true
    for a workbook exported for trying the form out: its sheet is checked and never stored. `version` is the number of the
    form's version that the worksheet was drawn by, 0 where it was drawn outside a store, or before there were versions.
    """

    form_name: str
    fiscal_year: int
    key: str = ""
    base_revision: int = 0
    copy: str = ""
    state: str = ""
    is_trial: bool = False
    version: int = 0

    def as_trial(self) -> Stamp:
        """Return the stamp as that of a trial workbook."""
        return replace(self, is_trial=True)

    def is_same_copy(self, stamp: Stamp | None) -> bool:
        """Whether another stamp is of the same copy of the same sheet."""
        return stamp is not None and (stamp.key, stamp.copy) == (self.key, self.copy)

    def text(self) -> str:
        """Return the text that `stamp_of` parses."""
        key = name_on_disk(self.key)
        sheet = f"form={self.form_name};edition={self.fiscal_year};key={key}"
        text = f"{sheet};base={self.base_revision};copy={self.copy}"
        version = f";version={self.version}" if self.version else ""
        state = f";state={self.state}" if self.state else ""
        trial = ";trial=1" if self.is_trial else ""
        return f"{text}{version}{state}{trial}"


def stamp_of(text: str) -> Stamp | None:
    """Read a stamp's text, or a string literal of it; None where it is none."""
    match = _TEXT.fullmatch(text.strip().strip('"'))
    if match is None:
        return None
    return Stamp(
        match["form"],
        int(match["edition"]),
        key_of_name(match["key"]) or "",
        int(match["base"]),
        match["copy"],
        match["state"] or "",
        match["trial"] is not None,
        int(match["version"] or 0),
    )

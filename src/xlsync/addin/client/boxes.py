"""Message boxes over Excel's window: what is said at the end, and questions that are answered yes, no or cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.addin.client.carrying_out import Reply
    from xlsync.addin.client.excel_engine import Engine
    from xlsync.addin.protocol.changes import Level

TITLE: Final = "xlsync"
_YES_NO_CANCEL: Final = 0x03
_ICONS: Final[dict[Level, int]] = {"info": 0x40, "warning": 0x30, "error": 0x10}
_QUESTION: Final = 0x20
_TO_THE_FRONT: Final = 0x10000
_REPLIES: Final[dict[int, Reply]] = {6: "yes", 7: "no"}


@dataclass(frozen=True)
class Boxes:
    """The boxes of one Excel; `hwnd` 0 is no window of anyone's."""

    engine: Engine
    hwnd: int = 0

    def say(self, level: Level, text: str) -> None:
        """Say something; the user closes it."""
        self.engine.box(self.hwnd, text, TITLE, _ICONS[level] | _TO_THE_FRONT)

    def ask(self, question: str) -> Reply:
        """Ask something; a closed box is a cancel."""
        style = _YES_NO_CANCEL | _QUESTION | _TO_THE_FRONT
        return _REPLIES.get(self.engine.box(self.hwnd, question, TITLE, style), "cancel")

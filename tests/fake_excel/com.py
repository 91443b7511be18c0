"""COM as pywin32 shows it: errors with numbers, objects that know their members and refuse all others, an Excel that is busy.

The base of everything in `model.py`; the numbers are Excel's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CALL_REJECTED = -2147418111
EXCEPTION = -2147352567
EDITING = -2146777998
APPLICATION_DEFINED = -2146827284
UNKNOWN_NAME = -2147352570


class com_error(Exception):  # noqa: N801 - pywin32 spells it so
    """pywintypes.com_error."""

    def __init__(
        self, hresult: int, strerror: str, excepinfo: tuple[Any, ...] | None, argerror: Any = None
    ) -> None:
        super().__init__(hresult, strerror, excepinfo, argerror)
        self.hresult, self.strerror = hresult, strerror
        self.excepinfo, self.argerror = excepinfo, argerror


def refused(why: str) -> com_error:
    """Excel's error 1004."""
    said = (0, "Microsoft Excel", why, "xlmain11.chm", 0, APPLICATION_DEFINED)
    return com_error(EXCEPTION, "Exception occurred.", said)


def rejected() -> com_error:
    """What a call gets while Excel is busy."""
    return com_error(CALL_REJECTED, "Call was rejected by callee.", None)


def editing() -> com_error:
    """What setting a property gets while somebody types into a cell."""
    return com_error(EXCEPTION, "Exception occurred.", (0, None, None, None, 0, EDITING))


@dataclass
class Mood:
    """How Excel takes the next calls: the first `busy` of them are rejected; what happened is written down."""

    busy: int = 0
    spelled_as_missing: bool = False
    """pywin32 sometimes tells of a rejected call as of a member that does not exist."""
    busy_at: str = ""
    """From the second call of this name on, every call is rejected."""
    calls: list[str] = field(default_factory=list)

    def knock(self, name: str, *, setting: bool = False) -> None:
        """Let a call in, or raise as a busy Excel does."""
        self.calls.append(name)
        if self.busy_at and self.calls.count(self.busy_at) > 1:
            self.busy = 10**6
        if self.busy > 0:
            self.busy -= 1
            if self.spelled_as_missing and not setting:
                raise AttributeError(name)
            raise editing() if setting else rejected()


class Unwrapped:
    """`_oleobj_` of an object: asked by xlwings whether a member really does not exist."""

    def __init__(self, thing: CDispatch) -> None:
        self.thing = thing

    def GetIDsOfNames(self, _lcid: int, name: str) -> int:  # noqa: N802
        """Raise as COM does: unknown name, or rejected."""
        if hasattr(type(self.thing), name):
            raise rejected()
        raise com_error(UNKNOWN_NAME, "Unknown name.", None)


class CDispatch:
    """A COM object: its members begin with a capital, all others are the fake's own; unknown ones raise."""

    mood: Mood
    _oleobj_: Unwrapped

    def __init__(self, mood: Mood) -> None:
        object.__setattr__(self, "mood", mood)
        object.__setattr__(self, "_oleobj_", Unwrapped(self))

    def __getattribute__(self, name: str) -> Any:
        if name[0].isupper():
            object.__getattribute__(self, "mood").knock(f"{type(self).__name__}.{name}")
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name[0].isupper():
            self.mood.knock(f"{type(self).__name__}.{name} =", setting=True)
            member = getattr(type(self), name, None)
            if not isinstance(member, property) or member.fset is None:
                raise AttributeError(f"Property '{type(self).__name__}.{name}' can not be set.")
        object.__setattr__(self, name, value)

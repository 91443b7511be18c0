"""The time of day and the user's name: read here and in `cli` and `addin`, arguments everywhere below."""

from __future__ import annotations

import datetime as dt
import getpass
import time
from typing import Literal


def seconds_passed() -> float:
    """Return the seconds since some moment, whatever somebody does to the clock: for how long something takes."""
    return time.monotonic()


def now(to: Literal["seconds", "milliseconds"] = "seconds") -> str:
    """Return the time as ISO 8601 with offset, to the second or millisecond."""
    return dt.datetime.now().astimezone().isoformat(timespec=to)


def today() -> dt.date:
    """Return the date where this computer stands."""
    return dt.datetime.now().astimezone().date()


def user() -> str:
    """Return who runs the program, "" where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""

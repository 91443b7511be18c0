"""The limits of the HTTP server, and which connection is closed where there are too many.

It is the oldest one that waits for a request, of the address with the most. So one computer that opens
connections and sends nothing closes its own, and a press from anywhere still gets through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from xlsync.addin.protocol.request import LARGEST

CONNECTIONS: Final = 300
"""In all; a program on Windows can watch some 500."""
PER_ADDRESS: Final = 32
"""From one address: a terminal server has many users, who each use one for the seconds of a press."""


@dataclass(frozen=True)
class Limits:
    """Limits of number, size (bytes) and time (seconds)."""

    connections: int = CONNECTIONS
    per_address: int = PER_ADDRESS
    header_bytes: int = 16 * 2**10
    body_bytes: int = 2 * LARGEST
    """Beyond these a body is not even received; what is only too large is, so that its sender can read why."""
    header_seconds: float = 10.0
    """For the head of a request, from the opening of the connection or its first byte."""
    receive_seconds: float = 60.0
    """For the body of a request, however often a byte of it comes."""
    send_seconds: float = 120.0
    idle_seconds: float = 20.0
    """Between two requests on one connection."""


class Connection(Protocol):
    """An open connection."""

    @property
    def address(self) -> str:
        """The address it comes from."""

    @property
    def opened(self) -> float:
        """When it was opened."""

    @property
    def is_waiting(self) -> bool:
        """True if no whole request came in that is not answered yet."""


C = TypeVar("C", bound=Connection)


def surplus(newest: C, connections: Iterable[C], per_address: int, most: int) -> C | None:
    """Return the connection to close now that `newest` was opened, None if there is room."""
    others = [connection for connection in connections if connection is not newest]
    counts = Counter(connection.address for connection in others)
    if counts[newest.address] >= per_address:
        others = [connection for connection in others if connection.address == newest.address]
    elif len(others) < most:
        return None
    waiting = (connection for connection in others if connection.is_waiting)
    return min(waiting, key=lambda other: (-counts[other.address], other.opened), default=newest)

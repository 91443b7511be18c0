"""The ribbon's icons, drawn: 32 × 32 PNGs in `addin/icons` (python tools/draw_icons.py).

A drawing is a function that gives the colour at a point of the unit square, or None; each pixel is the mean of 8 × 8 points.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Final

Colour = tuple[int, int, int]
Point = tuple[float, float]
Drawing = Callable[[Point], Colour | None]

ICONS: Final = Path(__file__).resolve().parent.parent / "addin" / "icons"
SIZE: Final = 32
FINE: Final = 8

GREEN: Final = (33, 115, 70)
BLUE: Final = (31, 95, 166)
RED: Final = (192, 57, 43)
GREY: Final = (96, 96, 96)
PAPER: Final = (255, 255, 255)


def box(at: Point, left: float, top: float, right: float, bottom: float) -> bool:
    """True within the rectangle."""
    x, y = at
    return left <= x <= right and top <= y <= bottom


def stroke(at: Point, *points: Point, width: float = 0.11) -> bool:
    """True within half of `width` of the line through the points."""
    return any(_distance(at, start, end) <= width / 2 for start, end in pairwise(points))


def ring(at: Point, radius: float, width: float) -> bool:
    """True on the circle around the middle."""
    x, y = at
    return abs(hypot(x - 0.5, y - 0.5) - radius) <= width / 2


def sheet(at: Point, edge: Colour) -> Colour | None:
    """A page with two lines on it."""
    if not box(at, 0.16, 0.06, 0.84, 0.94):
        return None
    if not box(at, 0.225, 0.125, 0.775, 0.875) or box(at, 0.31, 0.25, 0.69, 0.312):
        return edge
    return PAPER


def validate(at: Point) -> Colour | None:
    """A page and a tick."""
    if stroke(at, (0.34, 0.58), (0.5, 0.76), (0.88, 0.34), width=0.13):
        return GREEN
    return sheet(at, GREY)


def submit(at: Point) -> Colour | None:
    """An arrow up, out of a tray."""
    return _arrow((at[0], 1 - at[1]), GREEN) or _tray(at)


def pull(at: Point) -> Colour | None:
    """An arrow down, into a tray."""
    return _arrow((at[0], at[1] + 0.18), BLUE) or _tray(at)


def diff(at: Point) -> Colour | None:
    """Two pages side by side, one line different."""
    for left, colour in ((0.06, GREY), (0.56, BLUE)):
        if box(at, left, 0.12, left + 0.38, 0.88):
            page = box(at, left + 0.0625, 0.1825, left + 0.3175, 0.8175)
            if box(at, left + 0.11, 0.6, left + 0.27, 0.67):
                return RED if colour == BLUE else colour
            return PAPER if page and not box(at, left + 0.11, 0.3, left + 0.27, 0.37) else colour
    return None


def summary(at: Point) -> Colour | None:
    """Bars over a line."""
    for left, top, colour in ((0.14, 0.5, BLUE), (0.41, 0.28, GREEN), (0.68, 0.1, BLUE)):
        if box(at, left, top, left + 0.19, 0.8):
            return colour
    return GREY if box(at, 0.06, 0.84, 0.94, 0.92) else None


def selftest(at: Point) -> Colour | None:
    """A beating line in a ring."""
    if stroke(
        at,
        (0.16, 0.52),
        (0.38, 0.52),
        (0.47, 0.28),
        (0.57, 0.72),
        (0.65, 0.52),
        (0.84, 0.52),
        width=0.08,
    ):
        return RED
    if ring(at, 0.42, 0.08):
        return GREY
    return None


def unmark(at: Point) -> Colour | None:
    """A page and a cross."""
    if stroke(at, (0.5, 0.5), (0.88, 0.88), width=0.13) or stroke(
        at, (0.88, 0.5), (0.5, 0.88), width=0.13
    ):
        return RED
    return sheet(at, GREY)


def settings(at: Point) -> Colour | None:
    """A cogwheel."""
    teeth = any(
        stroke(at, (0.5 - dx, 0.5 - dy), (0.5 + dx, 0.5 + dy), width=0.15)
        for dx, dy in ((0.44, 0.0), (0.0, 0.44), (0.31, 0.31), (0.31, -0.31))
    )
    if ring(at, 0.25, 0.18) or (teeth and ring(at, 0.35, 0.22)):
        return GREY
    return None


DRAWINGS: Final = (validate, submit, pull, diff, summary, selftest, unmark, settings)


def png(drawing: Drawing) -> bytes:
    """The drawing as a PNG with transparency."""
    rows = b"".join(_scan_line(drawing, row) for row in range(SIZE))
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def main() -> int:
    """Draw every icon."""
    ICONS.mkdir(exist_ok=True)
    for drawing in DRAWINGS:
        (ICONS / f"{drawing.__name__}.png").write_bytes(png(drawing))
    print(f"{len(DRAWINGS)} icons in {ICONS.name}/")
    return 0


def _scan_line(drawing: Drawing, row: int) -> bytes:
    """A row of pixels behind its filter type: none."""
    return b"\0" + b"".join(_pixel(drawing, column, row) for column in range(SIZE))


def _pixel(drawing: Drawing, column: int, row: int) -> bytes:
    steps = [(step + 0.5) / FINE for step in range(FINE)]
    points = [
        drawing(((column + right) / SIZE, (row + down) / SIZE)) for down in steps for right in steps
    ]
    painted = [point for point in points if point is not None]
    if not painted:
        return bytes(4)
    colour = [round(sum(channel) / len(painted)) for channel in zip(*painted, strict=True)]
    return bytes([*colour[:3], round(255 * len(painted) / len(points))])


def _distance(at: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = at, start, end
    dx, dy = x2 - x1, y2 - y1
    along = max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)))
    return hypot(x - x1 - along * dx, y - y1 - along * dy)


def _arrow(at: Point, colour: Colour) -> Colour | None:
    """Pointing down, its tip at 0.86."""
    tip, wide = 0.86, 0.3
    shaft = box(at, 0.42, 0.3, 0.58, 0.62)
    head = tip - wide <= at[1] <= tip and abs(at[0] - 0.5) <= tip - at[1]
    return colour if shaft or head else None


def _tray(at: Point) -> Colour | None:
    sides = box(at, 0.08, 0.6, 0.17, 0.92) or box(at, 0.83, 0.6, 0.92, 0.92)
    return GREY if sides or box(at, 0.08, 0.83, 0.92, 0.92) else None


if __name__ == "__main__":
    sys.exit(main())

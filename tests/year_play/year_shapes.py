"""The five shapes of a year (三島, 登別, 唐津, 須坂, 大分) as settings, and what happens in each, step by step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

HandingIn = Literal["act", "saved", "complete"]
REQUIRED_LATER: Final = "other_indicators"
"""A field that the form does not require, and the second phase of 三島 does."""


@dataclass(frozen=True)
class Shape:
    """A shape: when a sheet is handed in, what waits for the office, the tiers, the settings, and the steps of its year."""

    name: str
    rule: HandingIn
    reviewed: str
    tiers: tuple[str, ...]
    steps: tuple[str, ...]
    has_phases: bool = False
    rounding: str = "四捨五入"

    def settings(self, today: dt.date, phase: int = 1, *, is_late: bool = False) -> str:
        """Return what replaces the tables of a new xlsync.toml."""
        day = dt.timedelta(days=1)
        lines = ["[submission]", f'handed-in = "{self.rule}"']
        if self.has_phases:
            lines += [f'phase = "第{phase}期"', "", *_phases(today)]
        if "due" in self.steps:
            lines += ["", "[deadline]", f"date = {(today - day if is_late else today).isoformat()}"]
        if self.reviewed:
            lines += ["", "[review]", f'fields = "{self.reviewed}"']
        for tier in self.tiers:
            lines += ["", "[[tier]]", f'name = "{tier}"']
        return "\n".join(lines) + "\n"


def _phases(today: dt.date) -> list[str]:
    later = today + dt.timedelta(days=1)
    first = ["[[phase]]", 'name = "第1期"', f"from = {today - dt.timedelta(days=60)}"]
    second = ["[[phase]]", 'name = "第2期"', f"from = {later}"]
    return [
        *(*first, f"until = {today}", "required = []", "not-due = []", ""),
        *(*second, f"until = {later + dt.timedelta(days=30)}"),
        *(f'required = ["{REQUIRED_LATER}"]', "not-due = []"),
    ]


SHAPES: Final = {
    shape.name: shape
    for shape in (
        Shape(
            "三島",
            "act",
            "",
            (),
            (
                *("staff", "remind", "accept", "return", "staff", "confirm", "snapshot", "phase"),
                *("figures", "staff", "staff", "remind", "accept", "confirm", "finalize", "staff"),
            ),
            has_phases=True,
        ),
        Shape(
            "登別",
            "act",
            "office",
            ("二次評価", "三次評価"),
            (
                *("staff", "figures", "staff", "review", "accept", "return", "staff", "confirm"),
                *("grades 二次評価", "finalize", "publish", "snapshot", "reopen"),
                *("staff", "grades 三次評価", "finalize", "publish", "remind"),
            ),
            rounding="調整",
        ),
        Shape(
            "唐津",
            "saved",
            "",
            (),
            (
                *("staff", "due", "remind", "staff", "accept", "snapshot", "return", "staff"),
                *("remind", "confirm", "staff", "confirm", "finalize"),
            ),
        ),
        Shape(
            "須坂",
            "act",
            "office",
            ("外部評価",),
            (
                *("exclude", "staff", "staff", "accept", "snapshot", "return", "staff", "restore"),
                *("remind", "figures", "review", "confirm", "grades 外部評価", "finalize"),
                *("staff", "review", "publish"),
            ),
            rounding="切捨て",
        ),
        Shape(
            "大分",
            "complete",
            "all",
            ("議会の意見",),
            (
                *("staff", "review", "accept", "remind", "return", "staff", "review"),
                *("confirm", "snapshot", "finalize", "grades 議会の意見", "staff", "review"),
                *("publish", "remind"),
            ),
        ),
    )
}

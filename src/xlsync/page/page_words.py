"""Words and numbers as the templates show them: moments, days, years, amounts."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from flask import url_for
from markupsafe import Markup, escape

from xlsync.merging import json_as_text
from xlsync.sheet_keys import name_on_disk
from xlsync.summary.figures.progress import UNNAMED, day_and_weekday
from xlsync.summary.figures.sheet_completion import ALL_STATES, STATE_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

_COMMAND: Final = re.compile(r"`([^`\n]+)`")


def add_words(app: Flask, now: Callable[[], dt.datetime]) -> None:
    """Let the templates use these words as filters; `now` is the clock."""

    def moment(text: str) -> Markup | str:
        """Return a time (ISO 8601) as people write it, with the year where it is another one."""
        if not text:
            return ""
        try:
            at = dt.datetime.fromisoformat(text)
        except ValueError:
            return text
        year = "" if at.year == now().year else f"{at.year}年"
        shown = f"{year}{at.month}月{at.day}日 {at:%H:%M}"
        return Markup('<time datetime="{}">{}</time>').format(text, shown)

    app.add_template_filter(moment, "moment")
    app.add_template_filter(day_words, "day")
    app.add_template_filter(unit_words, "units")
    app.add_template_filter(number_words, "number")
    app.add_template_filter(name_on_disk, "on_disk")
    app.add_template_filter(lines, "lines")
    app.add_template_filter(coded, "coded")
    app.jinja_env.globals.update(states=ALL_STATES, marks=STATE_MARKS, sheet_url=sheet_url)
    app.jinja_env.globals.update(change_words=json_as_text)


def day_words(day: dt.date | None) -> str:
    """Return a day with its weekday: 5月31日（金）."""
    return "" if day is None else day_and_weekday(day)


def unit_words(names: Sequence[str]) -> str:
    """Return units from the top in one line."""
    return "　".join(name or UNNAMED for name in names)


def number_words(number: float) -> str:
    """Return a number with commas, a negative one with △."""
    return f"△{-number:,}" if number < 0 else f"{number:,}"


def lines(text: str) -> Markup:
    """Return a text of several lines."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def coded(text: str) -> Markup:
    """Return a sentence in which what stands between backquotes is shown as a command."""
    parts = _COMMAND.split(text)
    shown = [escape(part) for part in parts]
    shown[1::2] = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
    return Markup().join(shown)


def sheet_url(endpoint: str, sheet_id: str, **arguments: object) -> str:
    """Return the address of a screen about a sheet."""
    return url_for(endpoint, sheet_name=name_on_disk(sheet_id), **arguments)  # type: ignore[arg-type]


__all__ = ["add_words", "coded", "day_words", "number_words", "sheet_url", "unit_words"]

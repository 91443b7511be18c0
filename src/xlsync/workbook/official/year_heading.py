"""Headings that begin with a fiscal year (令和6年度決算, H29年度, 2024年度), counted from the year a form is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from xlsync.form.years import parse_year

_YEAR: Final = re.compile(
    r"(?P<year>(?P<era>[MTSHR]|明治|大正|昭和|平成|令和)?(?:[0-9]{1,4}|元))(?P<suffix>年度?)?(?P<rest>.*)",
    re.DOTALL,
)
_WIDE: Final = str.maketrans("０１２３４５６７８９ＲＨＳ", "0123456789RHS")
_OVER: Final = re.compile("決算|実績")


@dataclass(frozen=True, slots=True)
class YearHeading:
    """A heading's year, how it is written after the count (`元号年度`), and the rest of the heading."""

    year: int
    year_style: str
    rest: str

    def counted(self, edition: int) -> str:
        """Return the heading with its year as a placeholder: {-1元号年度}決算."""
        return f"{{{offset(self.year, edition)}{self.year_style}{self.rest}"

    def is_over(self, edition: int) -> bool:
        """Whether the year is over when the form is filled in."""
        return self.year < edition or _OVER.search(self.rest) is not None


def year_heading(text: str) -> YearHeading | None:
    """Return what a heading says of a year, None where it does not begin with one."""
    match = _YEAR.match(without_spaces(text).translate(_WIDE))
    if match is None:
        return None
    era, suffix = match["era"] or "", match["suffix"] or ""
    year = parse_year(match["year"] + suffix)
    if year is None or not (era or suffix):
        return None
    if not era:
        return YearHeading(year, f"}}{suffix}", match["rest"])
    return YearHeading(year, f"{'元号' if len(era) > 1 else ''}{suffix or '年'}}}", match["rest"])


def placeholder(text: str, edition: int) -> str:
    """Return a heading with its year counted from the edition; itself without a year.

    >>> placeholder("令和6年度決算", 2025), placeholder("H29年度", 2018), placeholder("合計", 2018)
    ('{-1元号年度}決算', '{-1年度}', '合計')
    """
    heading = year_heading(text)
    return text if heading is None else heading.counted(edition)


def offset(year: int, edition: int) -> str:
    """Return a year counted from the edition: -1, 0, +1."""
    return f"{year - edition:+d}" if year != edition else "0"


def without_spaces(text: str) -> str:
    """Return a heading without the spaces that spread its letters."""
    return re.sub(r"[\s　]", "", text)

"""Fiscal years as the city writes them: 2017 ⇄ H29. The store knows only western years (2017 = April 2017 to March 2018).

A form's definition and drawing name years relative to the edition, by placeholders (edition 2018):

    {-1}      the western year, in paths and markers      2017
    {-1年}    the year's short label                      H29
    {-1年度}  the fiscal year's label                     H29年度
    {-1元号年}, {-1元号年度}  the same with the era's name     平成29年, 平成29年度
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from xlsync.kinds.eras import ERAS, Era

YEAR_PLACEHOLDER = re.compile(r"\{(?P<offset>[+-]?\d{1,2})(?P<style>(?:元号)?年度?)?\}")
_LABEL = re.compile(r"(?P<era>[MTSHR]|明治|大正|昭和|平成|令和)(?P<number>\d{1,2}|元)(?:年度?)?")


@dataclass(frozen=True, slots=True)
class Calendar:
    """How years are written on a form issued on one day: only eras known on that day, year 1 as 1 or 元."""

    issued_on: dt.date
    first_year: str = "1"

    def label(self, year: int) -> str:
        """Return the short label of a fiscal year: 2017 → "H29"; "R1" only on a form issued after May 2019."""
        era = self._era(year)
        if era is None:
            return str(year)
        number = year - era.first + 1
        return era.letter + (self.first_year if number == 1 else str(number))

    def long_label(self, year: int) -> str:
        """Return the label of a fiscal year with the era's name: 2017 → "平成29年"; the western year where there is none."""
        era = self._era(year)
        if era is None:
            return f"{year}年"
        number = year - era.first + 1
        return f"{era.name}{'元' if number == 1 else number}年"

    def _era(self, year: int) -> Era | None:
        """Return the era of a fiscal year that is known when the form is issued, None where it is before all of them."""
        known = [era for era in ERAS if era.first_day <= self.issued_on and era.first <= year]
        return known[-1] if known else None


def parse_year(label: str) -> int | None:
    """Read a fiscal year as people write it (H29, H29年度, 平成29年度, R元, 2017, 2017年度), or return None."""
    text = unicodedata.normalize("NFKC", label).strip()
    if western := re.fullmatch(r"(\d{4})(?:年度?)?", text):
        return int(western[1])
    label_ = _LABEL.fullmatch(text)
    if label_ is None:
        return None
    era = next(era for era in ERAS if label_["era"] in {era.letter, era.name})
    return era.first + (1 if label_["number"] == "元" else int(label_["number"])) - 1


def year_of_key(key: str) -> int | None:
    """Return the fiscal year that a key on an axis begins with (2017-settled, 2017), None where it names none."""
    year = re.match(r"\d{4}(?!\d)", key)
    return int(year[0]) if year else None


def expand(text: str, year: int, calendar: Calendar) -> str:
    """Return the text with every year placeholder written out for an edition."""

    def written(placeholder: re.Match[str]) -> str:
        fiscal_year = year + int(placeholder["offset"])
        style = placeholder["style"]
        if not style:
            return str(fiscal_year)
        if style.startswith("元号"):
            return calendar.long_label(fiscal_year) + ("度" if style.endswith("度") else "")
        return calendar.label(fiscal_year) + (style if style == "年度" else "")

    return YEAR_PLACEHOLDER.sub(written, text)

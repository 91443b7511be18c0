"""The worksheet チェック: how the sheet stands, and what is left to do, a line each with a link to the cell.

Formulas over the hidden worksheet (`check_sheet`), with the results they have: a program that does not calculate shows
the same. Kept apart from its looks (`check_drawing`), which only the template needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xlsync.workbook.checks.check_layout import CLASS_WORDS, COUNTS, WORKSHEET, class_of
from xlsync.workbook.checks.hidden_sheet import CheckSheet

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.workbook.checks.normalised_values import Scalar

PAGE: Final = "チェック"
ROWS: Final = 60
FIRST: Final = 9
STATE, SUMMARY = "A3", "A4"
READY: Final = "提出できます"
NOT_READY: Final = "まだ直すところがあります"
RECEIPTS: Final = ("A5", "A6", "A7")
"""Cells for the last receipts, newest first."""
_STATUS, _WHERE, _SENTENCE, _LINK, _ORDER, _PLACE = "ABCDFG"
Address = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """What a workbook's checks carry along from the store: facts by name, and findings that only the store can make."""

    facts: Mapping[str, Value] = field(default_factory=dict)
    told: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Checks:
    """Both worksheets of the checks in a workbook whose page has this title and these addresses."""

    sheet: CheckSheet

    @property
    def statics(self) -> dict[Address, str | int]:
        """What never changes on the hidden worksheet."""
        return {(WORKSHEET, at): value for at, value in self.sheet.statics.items()}

    @property
    def formulas(self) -> dict[Address, str]:
        """Every formula, without "="."""
        hidden = {(WORKSHEET, at): formula for at, formula in self.sheet.formulas.items()}
        return hidden | {(PAGE, at): formula for at, formula in self._page_formulas().items()}

    def results(self, sheet: Sheet, known: Known) -> dict[Address, Scalar]:
        """What each formula comes to over a sheet, with what the store knows of it."""
        said = self.sheet.said(sheet, known.facts)
        hidden = self.sheet.results(sheet, said, known.told)
        page = self._page_results(hidden, self.sheet.listed(said, known.told))
        return {
            **{(WORKSHEET, at): value for at, value in hidden.items()},
            **{(PAGE, at): value for at, value in page.items()},
        }

    def put(self, known: Known) -> dict[Address, Scalar | None]:
        """What has to be written into cells beside the formulas: the facts, and the store's findings."""
        cells = {**self.sheet.fact_cells(known.facts), **self.sheet.slots(known.told)}
        return {(WORKSHEET, at): value for at, value in cells.items()}

    def _page_formulas(self) -> dict[str, str]:
        count = {name: f"'{WORKSHEET}'!${at[0]}${at[1:]}" for name, at in COUNTS.items()}
        found = {
            STATE: f'IF({count["error"]}+{count["blank"]}=0,"{READY}","{NOT_READY}")',
            SUMMARY: "&".join(
                f'"{CLASS_WORDS[name]} "&{count[name]}&"件{gap}"'
                for name, gap in (("blank", " ・ "), ("error", " ・ "), ("warning", ""))
            ),
        }
        orders, places, sentences, classes = (
            self.sheet.outside(what) for what in ("order", "row", "sentence", "class")
        )
        addresses = self.sheet.outside("address")
        total = "+".join(count.values())
        for k in range(1, ROWS + 1):
            row = FIRST + k - 1
            place = f"${_PLACE}{row}"
            field = f"INDEX({places},{place})"
            link = f"\"#\"&'{WORKSHEET}'!$C$1&{_WHERE}{row}"
            found |= {
                f"{_ORDER}{row}": f'IF({k}>{total},"",SMALL({orders},{k}))',
                f"{_PLACE}{row}": f'IF(${_ORDER}{row}="","",MATCH(${_ORDER}{row},{orders},0))',
                f"{_STATUS}{row}": f'IF({place}="","",INDEX({classes},{place}))',
                f"{_WHERE}{row}": f'IF({place}="","",IF(N({field})=0,"",INDEX({addresses},{field})))',
                f"{_SENTENCE}{row}": f'IF({place}="","",INDEX({sentences},{place}))',
                f"{_LINK}{row}": f'IF({_WHERE}{row}="","",HYPERLINK({link},"移動"))',
            }
        return found

    def _page_results(
        self, hidden: Mapping[str, Scalar], listed: Sequence[tuple[int, Finding]]
    ) -> dict[str, Scalar]:
        counts = {name: hidden[at] for name, at in COUNTS.items()}
        left = int(counts["error"]) + int(counts["blank"])
        found: dict[str, Scalar] = {
            STATE: NOT_READY if left else READY,
            SUMMARY: " ・ ".join(
                f"{CLASS_WORDS[name]} {counts[name]}件" for name in ("blank", "error", "warning")
            ),
        }
        for k in range(ROWS):
            place, one = listed[k] if k < len(listed) else (None, None)
            where = self.sheet.cells.get(one.path, "") if one is not None else ""
            cells: dict[str, Scalar] = {
                _ORDER: self.sheet.order(place - 1, class_of(one))
                if place is not None and one is not None
                else "",
                _PLACE: place if place is not None else "",
                _STATUS: CLASS_WORDS[class_of(one)] if one is not None else "",
                _WHERE: where,
                _SENTENCE: one.message if one is not None else "",
                _LINK: "移動" if where else "",
            }
            found |= {f"{column}{FIRST + k}": value for column, value in cells.items()}
        return found


@lru_cache(maxsize=8)
def _checks(edition: Edition, title: str, cells: tuple[tuple[str, str], ...]) -> Checks:
    return Checks(CheckSheet(edition, title, dict(cells)))


def checks_of(edition: Edition, title: str, cells: Mapping[str, str]) -> Checks:
    """Give the checks of a page of this title whose fields lie at these addresses."""
    return _checks(edition, title, tuple(cells.items()))

"""The worksheet チェック: how the sheet stands, and what is left to do, a line each with a link to the cell.

Formulas over the hidden worksheet (`check_sheet`), with the results they have: a program that does not calculate shows
the same. Kept apart from its looks (`check_drawing`), which only the template needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xlsync.finding import fitted
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
ROW_COLUMNS: Final = 256
"""Half-width characters that the two lines of a row hold in workbooks of every age."""
FIRST: Final = 9
STATE, SUMMARY = "A3", "A4"
READY: Final = "提出できます"
NOT_READY: Final = "まだ直すところがあります"
NOT_FILLED: Final = "まだ入力していないところがあります"
"""Where blanks are all that is left."""
MORE: Final = f"C{FIRST + ROWS}"
"""Says below the list how many findings it has no room for."""
_MORE_WORDS: Final = ("ほかに", "件あります。上の欄を直すと、続きがここに出ます。")
RECEIPTS: Final = ("A5", "A6", "A7")
"""Cells for the last receipts, newest first."""
_SUMMED: Final = ("conflict", "blank", "error", "warning")
_GAP: Final = " ・ "
_STATUS, _WHERE, _SENTENCE, _LINK, _ORDER, _LINE = _COLUMNS = "ABCDFG"
Address = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """What a workbook's checks carry along from the store: facts by name, and findings that only the store can make.

    `texts` are the paths of the summed fields whose cell holds a number as text.
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    store_findings: tuple[Finding, ...] = ()
    texts: frozenset[str] = frozenset()

    @property
    def listed(self) -> tuple[Finding, ...]:
        """The store's findings in sentences that a row of the list holds."""
        return tuple(fitted(finding, ROW_COLUMNS) for finding in self.store_findings)


@dataclass(frozen=True)
class Checks:
    """Both worksheets of the checks in a workbook whose page has this title and these addresses."""

    check_sheet: CheckSheet

    @property
    def statics(self) -> dict[Address, str | int]:
        """What never changes on the hidden worksheet."""
        return {(WORKSHEET, at): value for at, value in self.check_sheet.statics.items()}

    @property
    def formulas(self) -> dict[Address, str]:
        """Every formula, without "="."""
        hidden = {(WORKSHEET, at): formula for at, formula in self.check_sheet.formulas.items()}
        return hidden | {(PAGE, at): formula for at, formula in self._page_formulas().items()}

    def results(self, sheet: Sheet, known: Known) -> dict[Address, Scalar]:
        """What each formula comes to over a sheet, with what the store knows of it."""
        evaluated = self.check_sheet.line_findings(sheet, known.facts, known.texts)
        store_findings = known.listed
        hidden = self.check_sheet.results(sheet, evaluated, store_findings)
        page = self._page_results(hidden, self.check_sheet.listed(evaluated, store_findings))
        values = {(WORKSHEET, at): value for at, value in hidden.items()}
        return values | {(PAGE, at): value for at, value in page.items()}

    def put(self, known: Known) -> dict[Address, Scalar | None]:
        """What has to be written into cells beside the formulas: the facts, and the store's findings."""
        cells = {
            **self.check_sheet.fact_cells(known.facts),
            **self.check_sheet.slots(known.listed),
        }
        return {(WORKSHEET, at): value for at, value in cells.items()}

    def _page_formulas(self) -> dict[str, str]:
        count = {name: f"'{WORKSHEET}'!${at[0]}${at[1:]}" for name, at in COUNTS.items()}
        formulas = {
            STATE: (
                f'IF({count["error"]}+{count["conflict"]}>0,"{NOT_READY}",'
                f'IF({count["blank"]}>0,"{NOT_FILLED}","{READY}"))'
            ),
            SUMMARY: "&".join(_summary_formulas(count)),
        }
        orders, fields, sentences, classes = (
            self.check_sheet.outside(what) for what in ("order", "row", "sentence", "class")
        )
        addresses = self.check_sheet.outside("address")
        total = "+".join(count.values())
        head, tail = _MORE_WORDS
        formulas[MORE] = f'IF({total}>{ROWS},"{head}"&({total}-{ROWS})&"{tail}","")'
        for k in range(1, ROWS + 1):
            row = FIRST + k - 1
            line = f"${_LINE}{row}"
            field = f"INDEX({fields},{line})"
            link = f"\"#\"&'{WORKSHEET}'!$C$1&{_WHERE}{row}"
            formulas |= {
                f"{_ORDER}{row}": f'IF({k}>{total},"",SMALL({orders},{k}))',
                f"{_LINE}{row}": f'IF(${_ORDER}{row}="","",MATCH(${_ORDER}{row},{orders},0))',
                f"{_STATUS}{row}": f'IF({line}="","",INDEX({classes},{line}))',
                f"{_WHERE}{row}": f'IF({line}="","",IF(N({field})=0,"",INDEX({addresses},{field})))',
                f"{_SENTENCE}{row}": f'IF({line}="","",INDEX({sentences},{line}))',
                f"{_LINK}{row}": f'IF({_WHERE}{row}="","",HYPERLINK({link},"移動"))',
            }
        return formulas

    def _page_results(
        self, hidden: Mapping[str, Scalar], listed: Sequence[tuple[int, Finding]]
    ) -> dict[str, Scalar]:
        counts = {name: hidden[at] for name, at in COUNTS.items()}
        unfilled = NOT_FILLED if counts["blank"] else READY
        values: dict[str, Scalar] = {
            STATE: NOT_READY if counts["error"] or counts["conflict"] else unfilled,
            SUMMARY: _summary(counts),
        }
        more = len(listed) - ROWS
        values[MORE] = f"{more}".join(_MORE_WORDS) if more > 0 else ""
        for k in range(ROWS):
            values |= dict.fromkeys((f"{column}{FIRST + k}" for column in _COLUMNS), "")
        for k, (index, finding) in enumerate(listed[:ROWS]):
            cells = self._row_results(index, finding)
            values |= {f"{column}{FIRST + k}": value for column, value in cells.items()}
        return values

    def _row_results(self, index: int, finding: Finding) -> dict[str, Scalar]:
        where = self.check_sheet.field_addresses.get(finding.path, "")
        return {
            _ORDER: self.check_sheet.order(index - 1, class_of(finding)),
            _LINE: index,
            _STATUS: CLASS_WORDS[class_of(finding)],
            _WHERE: where,
            _SENTENCE: finding.message,
            _LINK: "移動" if where else "",
        }


def _summary(counts: Mapping[str, Scalar]) -> str:
    """Return the line that counts the findings; conflicts stand in it only where there are any."""
    named = _SUMMED if counts["conflict"] else _SUMMED[1:]
    return _GAP.join(f"{CLASS_WORDS[name]} {counts[name]}件" for name in named)


def _summary_formulas(count: Mapping[str, str]) -> Iterator[str]:
    """Yield the formulas whose texts together are that line."""
    for name in _SUMMED:
        words = f'"{CLASS_WORDS[name]} "&{count[name]}&"件'
        if name == "conflict":
            yield f'IF({count[name]}>0,{words}{_GAP}","")'
        else:
            yield f'{words}{_GAP if name != _SUMMED[-1] else ""}"'


@lru_cache(maxsize=8)
def _checks(edition: Edition, title: str, cells: tuple[tuple[str, str], ...]) -> Checks:
    return Checks(CheckSheet(edition, title, dict(cells)))


def checks_of(edition: Edition, title: str, cells: Mapping[str, str]) -> Checks:
    """Return the checks of a page with this title and these field addresses; equal arguments give the same object."""
    return _checks(edition, title, tuple(cells.items()))

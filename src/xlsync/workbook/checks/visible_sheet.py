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
from xlsync.ooxml.a1 import split_reference
from xlsync.workbook.checks.answer_cells import HAND_IN_CELLS, NEW
from xlsync.workbook.checks.check_layout import CLASS_WORDS, COUNTS, WORKSHEET, class_of
from xlsync.workbook.checks.hidden_sheet import NOTHING_MOVED, CheckSheet

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.kinds.excel.cell_formulas import Scalar
    from xlsync.sheet import Sheet

PAGE: Final = "チェック"
ROWS: Final = 60
ROW_COLUMNS: Final = 256
"""Half-width characters that the two lines of a row hold in workbooks of every age."""
FIRST: Final = 10
STATE, SUMMARY = "A3", "A4"
STAGE: Final = "F3"
"""Hidden: what there is to say of the sheet's stage, "" as long as it is with staff."""
READY: Final = "提出できます"
NOT_READY: Final = "まだ直すところがあります"
NOT_FILLED: Final = "まだ入力していないところがあります"
"""Where blanks are all that is left."""
MORE: Final = f"C{FIRST + ROWS}"
"""Says below the list how many findings it has no room for."""
_MORE_WORDS: Final = ("ほかに", "件あります。上の欄を直すと、続きがここに出ます。")
RECEIPTS: Final = ("C5", "C6", "C7")
"""Cells for the last receipts, newest first."""
_SUMMED: Final = ("conflict", "blank", "error", "warning")
_GAP: Final = " ・ "
_STATUS, _WHERE, _SENTENCE, _LINK, _ORDER, _LINE = _COLUMNS = "ABCDFG"
_OWN_COLUMNS: Final = 7
"""A to G."""
Address = tuple[str, str]


def is_in_list(address: str) -> bool:
    """Whether a cell of チェック is in the columns and rows that are the form's own, in whatever layout."""
    row, column = split_reference(address)
    return column <= _OWN_COLUMNS and row <= FIRST + ROWS


@dataclass(frozen=True)
class AboutStage:
    """What is said of the sheet's stage: a sentence, "" for none, and the cells for handing in that are to be written."""

    sentence: str = ""
    answer_texts_by_cell: Mapping[str, str | None] = field(default_factory=dict)


_NEW_SHEET: Final = AboutStage("", NEW)


@dataclass(frozen=True)
class Known:
    """What a workbook's checks carry along from the store: facts by name, and findings that only the store can make.

    `texts` are the paths of the summed fields whose cell holds a number as text.
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    store_findings: tuple[Finding, ...] = ()
    texts: frozenset[str] = frozenset()
    about_stage: AboutStage = _NEW_SHEET

    @property
    def listed(self) -> tuple[Finding, ...]:
        """The store's findings in sentences that a row of the list holds."""
        return tuple(fitted(finding, ROW_COLUMNS) for finding in self.store_findings)


@dataclass(frozen=True)
class Checks:
    """Both worksheets of the checks in a workbook whose page has this title and these addresses."""

    check_sheet: CheckSheet

    @property
    def has_hand_in_cells(self) -> bool:
        """Whether staff hand the sheet in here: a form may draw a cell for that on its own page."""
        return self.check_sheet.edition.definition.submission is None

    @property
    def statics(self) -> dict[Address, str | int]:
        """What never changes on the hidden worksheet."""
        return {(WORKSHEET, at): value for at, value in self.check_sheet.statics.items()}

    @property
    def formulas(self) -> dict[Address, str]:
        """Every formula, without "="."""
        hidden = {(WORKSHEET, at): formula for at, formula in self.check_sheet.formulas.items()}
        return hidden | {(PAGE, at): formula for at, formula in self._page_formulas().items()}

    def results(
        self, sheet: Sheet, known: Known, moved_cells: Mapping[str, str] = NOTHING_MOVED
    ) -> dict[Address, Scalar]:
        """What each formula comes to over a sheet, with what the store knows of it.

        `moved_cells` are the addresses, by path, of fields that stand elsewhere than drawn, and of the cells of rows.
        """
        evaluated = self.check_sheet.line_findings(sheet, known.facts, known.texts)
        store_findings = known.listed
        hidden = self.check_sheet.results(sheet, evaluated, store_findings, moved_cells)
        listed = self.check_sheet.listed(evaluated, store_findings)
        page = self._page_results(hidden, listed, known.about_stage.sentence, moved_cells)
        values = {(WORKSHEET, at): value for at, value in hidden.items()}
        return values | {(PAGE, at): value for at, value in page.items()}

    def put(self, known: Known) -> dict[Address, Scalar | None]:
        """What has to be written into cells beside the formulas: the facts, and the store's findings."""
        cells = {
            **self.check_sheet.fact_cells(known.facts),
            **self.check_sheet.slots(known.listed),
        }
        about = known.about_stage
        answers = {STAGE: about.sentence or None}
        answers |= {
            at: text
            for at, text in about.answer_texts_by_cell.items()
            if self.has_hand_in_cells or at not in HAND_IN_CELLS
        }
        hidden = {(WORKSHEET, at): value for at, value in cells.items()}
        return hidden | {(PAGE, at): value for at, value in answers.items()}

    def _page_formulas(self) -> dict[str, str]:
        count = {name: f"'{WORKSHEET}'!${at[0]}${at[1:]}" for name, at in COUNTS.items()}
        formulas = {
            STATE: _state_formula(count),
            SUMMARY: "&".join(_summary_formulas(count)),
        }
        orders, fields, sentences, classes = (
            self.check_sheet.outside(what) for what in ("order", "row", "sentence", "class")
        )
        addresses = self.check_sheet.outside("address")
        total = "+".join(count.values())
        if self.check_sheet.row_lines:  # each of which may count many rows
            total = f"COUNT({orders})"
        head, tail = _MORE_WORDS
        formulas[MORE] = f'IF({total}>{ROWS},"{head}"&({total}-{ROWS})&"{tail}","")'
        for k in range(1, ROWS + 1):
            row = FIRST + k - 1
            line = f"${_LINE}{row}"
            field = f"INDEX({fields},{line})"
            link = self._link_formula(f"{_WHERE}{row}")
            formulas |= {
                f"{_ORDER}{row}": f'IF({k}>{total},"",SMALL({orders},{k}))',
                f"{_LINE}{row}": f'IF(${_ORDER}{row}="","",MATCH(${_ORDER}{row},{orders},0))',
                f"{_STATUS}{row}": f'IF({line}="","",INDEX({classes},{line}))',
                f"{_WHERE}{row}": f'IF({line}="","",IF(N({field})=0,"",INDEX({addresses},{field})))',
                f"{_SENTENCE}{row}": f'IF({line}="","",INDEX({sentences},{line}))',
                f"{_LINK}{row}": f'IF({_WHERE}{row}="","",HYPERLINK({link},"移動"))',
            }
        return formulas

    def _link_formula(self, where: str) -> str:
        """Return the formula of a link to the cell whose address, as people read it, stands in a cell."""
        on_page = f"'{WORKSHEET}'!$C$1&{where}"
        if not self.check_sheet.further_titles:
            return f'"#"&{on_page}'
        titled = f'"\'"&SUBSTITUTE({where},"!","\'!")'
        return f'"#"&IF(ISNUMBER(FIND("!",{where})),{titled},{on_page})'

    def _page_results(
        self,
        hidden: Mapping[str, Scalar],
        listed: Sequence[tuple[int, Finding]],
        stage_sentence: str,
        moved_cells: Mapping[str, str],
    ) -> dict[str, Scalar]:
        counts = {name: hidden[at] for name, at in COUNTS.items()}
        unfilled = NOT_FILLED if counts["blank"] else READY
        left = NOT_READY if counts["error"] or counts["conflict"] else unfilled
        values: dict[str, Scalar] = {
            STATE: _state(left, stage_sentence),
            SUMMARY: _summary(counts),
        }
        more = len(listed) - ROWS
        values[MORE] = f"{more}".join(_MORE_WORDS) if more > 0 else ""
        for k in range(ROWS):
            values |= dict.fromkeys((f"{column}{FIRST + k}" for column in _COLUMNS), "")
        for k, (index, finding) in enumerate(listed[:ROWS]):
            where = self.check_sheet.shown_address(finding.path, moved_cells)
            cells = self._row_results(index, finding, where)
            values |= {f"{column}{FIRST + k}": value for column, value in cells.items()}
        return values

    def _row_results(self, index: int, finding: Finding, where: str) -> dict[str, Scalar]:
        return {
            _ORDER: self.check_sheet.order(index - 1, class_of(finding)),
            _LINE: index,
            _STATUS: CLASS_WORDS[class_of(finding)],
            _WHERE: where,
            _SENTENCE: finding.message,
            _LINK: "移動" if where else "",
        }


def _state(left: str, stage_sentence: str) -> str:
    """Return how the sheet stands; where it is with staff no longer, what is left of it comes behind its stage."""
    if not stage_sentence:
        return left
    return stage_sentence if left == READY else f"{stage_sentence}（{left}）"


def _state_formula(count: Mapping[str, str]) -> str:
    """Return the formula of that sentence."""
    stage = f"${STAGE[0]}${STAGE[1:]}"
    is_wrong, is_blank = f"{count['error']}+{count['conflict']}>0", f"{count['blank']}>0"
    plain = f'IF({is_wrong},"{NOT_READY}",IF({is_blank},"{NOT_FILLED}","{READY}"))'
    behind = f'IF({is_wrong},"（{NOT_READY}）",IF({is_blank},"（{NOT_FILLED}）",""))'
    return f"IF(LEN({stage})=0,{plain},{stage}&{behind})"


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

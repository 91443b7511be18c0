"""The table of 概要 that shows what all projects cost over the columns of the form, and how that changed.

The amounts of a column are over the projects that have a number there, and say how many have none; a change or a share is
over the projects that have every number it needs, and says how many those are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell
from xlsync.summary.excel.project_list_formulas import ListFormulas
from xlsync.summary.excel.subtotals import sum_formulas, write_pair
from xlsync.summary.figures.comparison import Comparison, compare
from xlsync.summary.figures.figures import Figures

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.page_fields import Block, OverviewFields
    from xlsync.summary.figures.projects import Number, Total

_STEP: Final = 2
_CHANGE: Final = 9
"""The column of the change, after four columns of the form in two cells each and the label."""
_MOST_PERIODS: Final = 4
_NOTHING: Final = '=""'


@dataclass(frozen=True)
class Overview:
    """The page that is written, and what of."""

    page: Page
    figures: Figures
    formulas: ListFormulas
    overview_fields: OverviewFields

    @property
    def periods(self) -> tuple[str, ...]:
        """The labels of the form's columns that the page shows."""
        fields = [f for block in self.overview_fields.measures for f in block.fields]
        return tuple(dict.fromkeys(f.axis_label for f in fields))[:_MOST_PERIODS]

    @property
    def compared(self) -> tuple[str, str]:
        """The labels of the last two columns of final accounts; "" where the form has none."""
        before, after = (*("", ""), *self.overview_fields.finished)[-2:]
        return before, after


@dataclass(frozen=True)
class TrendLine:
    """A line of the table of costs: its cells and values by the form's column, and how it changed between two of them.

    `change` is the value in the cell that compares the last two columns of final accounts, in relation to the first of them or
    in points of a share; `population` says of how many projects that is.
    """

    label: str
    unit: str
    amount_role: str
    addresses: Mapping[str, str]
    values: Mapping[str, Number | float | None]
    change: tuple[str, float | None]
    population: tuple[str, str]


@dataclass(frozen=True)
class Trend:
    """The table of costs as it was written: the lines that are shown in large, and its last row."""

    cards: tuple[TrendLine, ...]
    last: int


def write_trend(overview: Overview, at: tuple[int, int]) -> Trend:
    """Write what all projects cost over the form's columns, the change between the last two settled ones beside."""
    fields = overview.overview_fields
    _write_trend_heads(overview, at)
    row, left = at[0] + 1, at[1]
    lines: list[TrendLine] = []
    blocks = [(block, "") for block in (*fields.measures, *fields.share)]
    blocks += [(block, f"（{block.unit}）" if block.unit else "") for block in fields.others]
    for block, note in blocks:
        lines.append(_write_block(overview, (row, left), block, note))
        row += 1
        if block in fields.share and fields.parts.parts:
            lines.append(_write_share(overview, (row, left), block))
            row += 1
    return Trend(_cards(overview, lines), row - 1)


def _cards(overview: Overview, lines: Sequence[TrendLine]) -> tuple[TrendLine, ...]:
    """The lines that are shown in large: the whole cost, persons, and the share of the general sources."""
    fields = overview.overview_fields
    labels = [block.label for block in (*fields.measures[-1:], *fields.others[:1])]
    labels += map(_share_label, fields.share)
    by_label = {line.label: line for line in lines if set(overview.compared) <= set(line.addresses)}
    return tuple(by_label[label] for label in labels if label in by_label)


def _share_label(block: Block) -> str:
    return f"{block.label}の割合"


def _write_trend_heads(overview: Overview, at: tuple[int, int]) -> None:
    page, (top, left) = overview.page, at
    unit = next((block.unit for block in overview.overview_fields.measures), "")
    page.text(top, left, f"（{unit}）", styles.HEAD)
    for index, period in enumerate(overview.periods):
        column = left + 1 + _STEP * index
        page.merged((top, column, top, column + 1), period, styles.HEAD)
    for offset, head in enumerate(("増減", "増減率", "増減の対象")):
        page.text(top, left + _CHANGE + offset, head, styles.HEAD)
    page.height(top, 22)


def _write_block(overview: Overview, at: tuple[int, int], block: Block, note: str) -> TrendLine:
    """Write the sums of a block over the columns that have it, and how they changed."""
    page, (row, left) = overview.page, at
    role = "money" if block.fields[0].kind.is_shown_whole else "persons"
    page.text(row, left, f"{block.label}{note}", styles.style(styles.CELL, shrink=True, indent=1))
    page.height(row, 19)
    cells: dict[str, str] = {}
    values: dict[str, Number | float | None] = {}
    by_label = {field.axis_label: field for field in block.fields}
    for index, period in enumerate(overview.periods):
        column = left + 1 + _STEP * index
        field = by_label.get(period)
        if field is None:
            page.merged((row, column, row, column + 1), "", styles.GREYED)
            continue
        _write_sum(overview, (row, column), field)
        cells[period], values[period] = cell(row, column), overview.figures.total(field.path).known
    pair = [by_label[period] for period in overview.compared if period in by_label]
    change = _write_change(overview, (row, left + _CHANGE), pair, role)
    return TrendLine(block.label, block.unit, role, cells, values, *change)


def _write_sum(overview: Overview, at: tuple[int, int], field: Field) -> None:
    """Write the sum of a field and the mark of how many projects have no number there."""
    formulas, total = overview.formulas, overview.figures.total(field.path)
    known = formulas.known(field.path, None, "")
    source = (formulas.sum(field.path, None, ""), known, formulas.size(None, ""))
    pair = sum_formulas(total, source)
    write_pair(overview.page, at, pair, styles.style(), field.kind)


def _write_share(overview: Overview, at: tuple[int, int], block: Block) -> TrendLine:
    """Write what share a source has of all sources, over the projects that have all of them."""
    page, (row, left) = overview.page, at
    page.text(row, left, _share_label(block), styles.style(styles.CELL, indent=1))
    page.height(row, 19)
    cells: dict[str, str] = {}
    values: dict[str, Number | float | None] = {}
    by_label = {field.axis_label: field for field in block.fields}
    for index, period in enumerate(overview.periods):
        column = left + 1 + _STEP * index
        fields = overview.overview_fields.parts.parts_at(period)
        field = by_label.get(period)
        if field is None or field not in fields:
            page.merged((row, column, row, column + 1), "", styles.GREYED)
            continue
        compared = compare(overview.figures.projects, fields)
        share = compared.share(fields.index(field))
        due = any(overview.figures.total(source.path).due for source in fields)
        _write_one_share(overview, (row, column), field, share, compared.total(due=due))
        cells[period], values[period] = cell(row, column), share
    change = _write_share_change(overview, (row, left + _CHANGE), block)
    return TrendLine(_share_label(block), "", "share", cells, values, *change)


def _write_one_share(
    overview: Overview, at: tuple[int, int], field: Field, share: float | None, total: Total
) -> None:
    """Write the share of a source in one column of the form, and how many projects lack a source there."""
    row, column = at
    formulas, whole = overview.formulas, overview.overview_fields.parts.sum_name(field.axis_label)
    known, summed = formulas.known(whole, None, ""), formulas.sum(whole, None, "")
    part = formulas.group_sum_with(field.path, whole, None, "")
    look = styles.style(styles.NUMBER, styles.AMOUNT, styles.SHARED)
    source = (f'IF({summed}=0,"",{part}/{summed})', known, formulas.size(None, ""))
    (formula, amount), (lacking, missing) = sum_formulas(total, source)
    overview.page.formula(row, column, formula, amount if total.is_open else share, look)
    mark = styles.style(styles.MARK, styles.SMALL)
    overview.page.formula(row, column + 1, lacking, missing, mark)


def _write_change(
    overview: Overview, at: tuple[int, int], pair: Sequence[Field], role: str
) -> tuple[tuple[str, float | None], tuple[str, str]]:
    """Write the change between two columns of the form, its rate, and of how many projects; return the last two.

    Both amounts are those of the projects that have both.
    """
    page, (row, column) = overview.page, at
    if len(pair) < 2:  # noqa: PLR2004 - a pair
        for offset in range(3):
            page.text(row, column + offset, "", styles.GREYED)
        return (_NOTHING, None), (_NOTHING, "")
    compared, formulas = compare(overview.figures.projects, pair), overview.formulas
    names = [field.path for field in pair]
    count = formulas.compared_count(names)
    before, after = (formulas.compared_sum(name, names) for name in names)
    look = styles.CHANGE if role == "money" else styles.CHANGE_PERSONS
    page.formula(row, column, f'=IF({count}=0,"",{after}-{before})', compared.change, look)
    rate = f'=IF({count}=0,"",IF({before}=0,"",({after}-{before})/{before}))'
    page.formula(row, column + 1, rate, compared.rate, styles.CHANGE_SHARE)
    _write_population(overview, (row, column + 2), count, compared)
    population = f"={cell(row, column + 2)}", population_words(compared)
    return (f"={cell(row, column + 1)}", compared.rate), population


def _write_share_change(
    overview: Overview, at: tuple[int, int], block: Block
) -> tuple[tuple[str, float | None], tuple[str, str]]:
    """Write by how many points a share changed, over the projects that have all sources in both columns of the form."""
    page, (row, column) = overview.page, at
    parts = overview.overview_fields.parts
    by_label = {field.axis_label: field for field in block.fields}
    pair = [by_label[period] for period in overview.compared if period in by_label]
    sources = [parts.parts_at(field.axis_label) for field in pair]
    page.text(row, column + 1, "", styles.GREYED)
    if len(pair) < 2 or any(f not in fields for f, fields in zip(pair, sources, strict=True)):  # noqa: PLR2004
        page.text(row, column, "", styles.GREYED)
        page.text(row, column + 2, "", styles.GREYED)
        return (_NOTHING, None), (_NOTHING, "")
    compared = compare(overview.figures.projects, [*sources[0], *sources[1]])
    points = _points(compared, pair, sources)
    names = [overview.overview_fields.parts.sum_name(field.axis_label) for field in pair]
    shares = [_share_formula(overview, field, names) for field in pair]
    count = overview.formulas.compared_count(names)
    formula = f'=IF({count}=0,"",IFERROR(100*({shares[1]}-{shares[0]}),""))'
    page.formula(row, column, formula, points, styles.CHANGE_POINTS)
    _write_population(overview, (row, column + 2), count, compared)
    population = f"={cell(row, column + 2)}", population_words(compared)
    return (f"={cell(row, column)}", points), population


def _points(
    compared: Comparison, pair: Sequence[Field], sources: Sequence[tuple[Field, ...]]
) -> float | None:
    """By how many points the share of a source changed; None where a whole is 0 or nothing can be compared."""
    parts = (compared.sums[: len(sources[0])], compared.sums[len(sources[0]) :])
    if not (compared.count and all(map(sum, parts))):
        return None
    before, after = (
        float(part[fields.index(field)]) / float(sum(part))
        for part, fields, field in zip(parts, sources, pair, strict=True)
    )
    return 100 * (after - before)


def _share_formula(overview: Overview, field: Field, names: Sequence[str]) -> str:
    formulas, whole = overview.formulas, overview.overview_fields.parts.sum_name(field.axis_label)
    return f"{formulas.compared_sum(field.path, names)}/{formulas.compared_sum(whole, names)}"


def _write_population(
    overview: Overview, at: tuple[int, int], count: str, compared: Comparison
) -> None:
    small = styles.style(styles.WORD, styles.SMALL, shrink=True, text_wrap=False)
    population = population_formula(count, overview.formulas.size(None, ""))
    overview.page.formula(*at, f"={population}", population_words(compared), small)


def population_words(compared: Comparison) -> str:
    """Of how many projects a comparison is, and how many it leaves out."""
    missing = f"、未入力{compared.missing}件" if compared.missing else ""
    return f"{compared.count}件で比較{missing}"


def population_formula(count: str, size: str) -> str:
    """The formula of `population_words`, from the formulas of how many are compared, and of how many there are."""
    return f'{count}&"件で比較"&IF({size}>{count},"、未入力"&({size}-{count})&"件","")'

"""One page to hand over: how far the sheets are, what they cost, the largest and the most changed, charts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.project_list_formulas import MET, STATE, ListFormulas
from xlsync.summary.figures.budget_reconciliation import programs_of
from xlsync.summary.figures.figures import Figures
from xlsync.summary.figures.page_fields import OverviewFields
from xlsync.summary.figures.projects import HANDED_IN_WORDS, SUBMITTED, Number, words_counted
from xlsync.summary.figures.ranking import largest, most_changed
from xlsync.summary.figures.targets import VERDICTS, verdict
from xlsync.summary.sheets.overview_charts import HEIGHT_ROWS, write_charts
from xlsync.summary.sheets.overview_tables import write_counts, write_grades, write_ranking
from xlsync.summary.sheets.overview_trend import Overview, Trend, TrendLine, write_trend
from xlsync.summary.sheets.program_table import agreements

LEGEND: Final = (
    "金額の横の「未1」は、未入力（空欄・「-」など）の欄が1件あり、合計に含まれていないことを表します。"
    "増減・割合・図は、比べるすべての欄が入力されたシートだけで計算し、その件数を示します。事業の並びは、この集計を作ったときのものです。"
)
_WIDTHS: Final = (
    *(16, *(9.5, 4.5) * 4, 10, 8.5, 15, 2),
    *(20, 7, 8, 2, 16, *(5.5,) * 7),
    *(2, 2, 14, *(9,) * 4),
)
"""Left, right, and right of the print what the charts draw."""
_CARDS: Final = ((0, 2), (3, 6), (7, 11), (13, 15), (17, 24))
_LEFT, _MIDDLE, _RIGHT, _HIDDEN = 0, 13, 17, 27
_CARD_ROW, _TABLE_ROW, _MOST = 4, 8, 5


@dataclass(frozen=True)
class _Card:
    """One figure in large, what it is to be seen against, and of how many projects that is."""

    name: str
    figure: tuple[str, Number | float | None]
    style: styles.Style
    note: tuple[str, Number | float | None]
    note_format: str
    population: tuple[str, str] = ('=""', "")


def write_overview(
    frame: Frame, figures: Figures, formulas: ListFormulas, fields: OverviewFields
) -> None:
    """Write the page."""
    page = frame.page(fields.title, _WIDTHS)
    page.text(LEGEND_ROW, 0, LEGEND, styles.NOTE)
    overview = Overview(page, figures, formulas, fields)
    trend = write_trend(overview, (_TABLE_ROW, _LEFT))
    _write_cards(overview, trend)
    pair = fields.compared
    row = trend.last + 2
    if pair is not None:
        before, after = pair
        noun = figures.form_fields.words.caption
        title = f"{after.label}の大きい{noun}（{after.axis_label}）"
        row = (
            write_ranking(
                overview, (row, _LEFT), title, largest(figures.projects, *pair, _MOST), pair
            )
            + 2
        )
        title = f"{after.label}の増減が大きい{noun}（{before.axis_label}→{after.axis_label}）"
        changes = most_changed(figures.projects, *pair, _MOST)
        row = write_ranking(overview, (row, _LEFT), title, changes, pair) + 2
    below = _write_right(overview)
    write_charts(overview, (below + 2, _MIDDLE), (_TABLE_ROW, _HIDDEN))
    last = max(row - 2, below + 2 + HEIGHT_ROWS)
    page.head(0, LEGEND_ROW, 0)
    page.on_one_page()
    page.print_area(last, 0, _RIGHT + 7)


def _write_right(overview: Overview) -> int:
    """Write the tables on the right and give the last row they take."""
    figures, formulas = overview.figures, overview.formulas
    states = [
        (word, f"={formulas.words(STATE, None, '', word)}", _count(overview, word))
        for word in _state_words(overview)
    ]
    last = write_counts(overview, (_TABLE_ROW, _MIDDLE), "状況", states)
    last = max(last, write_grades(overview, (_TABLE_ROW, _RIGHT)))
    top = last + 2
    ends = [top]
    if figures.form_fields.program.totals:
        cells = agreements(figures)
        deepest = len(figures.form_fields.program.codes)
        verdicts: list[str] = [
            program.agreement(figures.form_fields.program.totals)
            for program in programs_of(figures)
            if len(program.codes) == deepest
        ]
        words = ("一致", "不一致", "確認できません")
        rows = [(word, f'=COUNTIF({cells},"{word}")', verdicts.count(word)) for word in words]
        ends.append(
            write_counts(
                overview,
                (top, _MIDDLE),
                f"{figures.form_fields.program.totals[0].stated.part}の照合",
                rows,
            )
        )
    targets = figures.form_fields.targets
    for target, actual in targets.series.finished[-1:] if targets else ():
        marks = [verdict(p.sheet[target.path], p.sheet[actual.path]) for p in figures.projects]
        names = ("達成", "未達成", "判定できない", "目標・実績なし", "未入力")
        rows = [
            (name, f"={formulas.words(MET, None, '', mark)}", marks.count(mark))
            for name, mark in zip(names, VERDICTS, strict=True)
        ]
        title = f"{target.part} {target.axis_label}"
        ends.append(write_counts(overview, (top, _RIGHT), title, rows, wide=True))
    return max(ends)


def _state_words(overview: Overview) -> tuple[str, ...]:
    return words_counted(project.item for project in overview.figures.projects)


def _handed_in(overview: Overview) -> tuple[str, int]:
    """Return the formula of how many are handed in, over the table of the states, and the number."""
    words = [word for word in _state_words(overview) if word in HANDED_IN_WORDS]
    first, last = (cell(_TABLE_ROW + 1 + row, _MIDDLE + 1) for row in (0, len(words) - 1))
    formula = f"={first}" if first == last else f"=SUM({first}:{last})"
    return formula, sum(_count(overview, word) for word in words)


def _count(overview: Overview, state: str) -> int:
    return sum(project.item.state == state for project in overview.figures.projects)


def _write_cards(overview: Overview, trend: Trend) -> None:
    """Write the figures in large, each a formula over the tables of this page."""
    page = overview.page
    cards = [_size_card(overview), *map(partial(_trend_card, overview), trend.cards)]
    cards.append(_findings_card(overview))
    for (first, last), card in zip(_CARDS, cards, strict=False):
        page.merged((_CARD_ROW - 1, first, _CARD_ROW - 1, last), card.name, styles.CARD_NAME)
        page.merged_formula((_CARD_ROW, first, _CARD_ROW, last), *card.figure, card.style)
        look = styles.style(styles.CARD_NOTE, num_format=card.note_format, bottom=0)
        page.merged_formula((_CARD_ROW + 1, first, _CARD_ROW + 1, last), *card.note, look)
        below = (_CARD_ROW + 2, first, _CARD_ROW + 2, last)
        page.merged_formula(below, *card.population, styles.CARD_NOTE)
    page.height(_CARD_ROW, 32)


def _size_card(overview: Overview) -> _Card:
    return _Card(
        overview.figures.form_fields.words.sheet,
        (f"={overview.formulas.size(None, '')}", len(overview.figures.projects)),
        styles.style(styles.CARD, num_format='0"件"'),
        _handed_in(overview),
        f'"うち{SUBMITTED} "0"件"',
    )


def _findings_card(overview: Overview) -> _Card:
    counts = [project.counts for project in overview.figures.projects]
    errors = sum(each.errors for each in counts)
    warnings = sum(each.warnings for each in counts)
    blanks = sum(each.blanks for each in counts)
    cells = overview.formulas.cells
    return _Card(
        "要確認",
        (f"=SUM({cells('error')})", errors),
        styles.style(styles.CARD, num_format='"エラー "0"件"'),
        (f"=SUM({cells('warning')})", warnings),
        '"ほかに注意 "0"件"',
        (f'="未入力 "&SUM({cells("blank")})&"件"', f"未入力 {blanks}件"),
    )


def _trend_card(overview: Overview, line: TrendLine) -> _Card:
    _, after = overview.compared
    shown = {"money": f'{styles.MONEY.partition(";")[0]}"{line.unit}"', "share": styles.SHARE}
    change = '+0.0"ポイント";△0.0"ポイント"' if line.amount_role == "share" else "+0.0%;△0.0%"
    above, below = (f'"前年度比 "{half}' for half in change.split(";"))
    return _Card(
        f"{line.label}（{after}）",
        (f"={line.addresses[after]}", line.values[after]),
        styles.style(styles.CARD, num_format=shown.get(line.amount_role, f'#,##0.00"{line.unit}"')),
        line.change,
        f'{above};{below};"前年度と同じ"',
        line.population,
    )

"""No yen is lost: what a file says is what the sheets have and what has no sheet, at every level, in every unit."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from xlsync.exchange import Source
from xlsync.exchange.figures.budget_codes import BudgetCode, SheetsByCode, code_of_text
from xlsync.exchange.figures.figures_plan import FiguresFile, FiguresPlan, plan_figures
from xlsync.exchange.figures.figures_run import import_of
from xlsync.exchange.figures.file_kinds import FileKind
from xlsync.exchange.figures.line_shares import LineShares, Share
from xlsync.exchange.figures.reconciliation import Yen, reconciled
from xlsync.sheet import Sheet

SHEETS = [papers.sheet(key).with_id(key) for key in papers.KEYS]
NAMES = ("national", "prefectural", "local_bonds", "other_specific", "general")
PATHS = [f"costs.2017-settled.sources.{name}" for name in NAMES]
KNOWN = [*papers.KEYS, "01-02-01-08-99-01", "01-03-02-01-01-01", "02-01-01-01-01-01"]
"""Codes of sheets, and of none."""
LINES = st.lists(
    st.tuples(
        st.sampled_from(KNOWN), st.lists(st.integers(-(10**9), 10**10), min_size=5, max_size=5)
    ),
    min_size=1,
    max_size=12,
)
SHARED = st.dictionaries(
    st.sampled_from(KNOWN),
    st.lists(st.integers(1, 9), min_size=2, max_size=4),
    max_size=2,
)
Rounding = Literal["四捨五入", "切捨て", "調整"]


def plan_of(
    lines: list[tuple[str, list[int]]], shared: dict[str, list[int]], rounding: Rounding
) -> FiguresPlan:
    text = "\n".join(
        [",".join(["code", *NAMES]), *(f"{code},{','.join(map(str, yen))}" for code, yen in lines)]
    )
    meanings = {"code": "code", **dict(zip(NAMES, PATHS, strict=True))}
    kind = FileKind("決算", rounding=rounding, column_meanings=meanings)
    listed: dict[BudgetCode, list[Share]] = {
        code_of_text(code): [
            Share(sheet, Fraction(weight, sum(weights)))
            for sheet, weight in zip(SHEETS, weights, strict=False)
        ]
        for code, weights in shared.items()
    }
    shares = LineShares(SheetsByCode(SHEETS), listed)
    return plan_figures(
        FiguresFile(text.encode(), "決算.csv", kind), SHEETS[0].edition, SHEETS, shares
    )


@settings(max_examples=exploring.examples(60))
@given(lines=LINES, shared=SHARED, rounding=st.sampled_from(["四捨五入", "切捨て", "調整"]))
def test_what_the_file_says_is_what_is_kept_and_what_every_page_adds_up_to(
    lines: list[tuple[str, list[int]]], shared: dict[str, list[int]], rounding: Rounding
) -> None:
    plan = plan_of(lines, shared, rounding)
    assert not plan.faults
    imported = import_of(
        plan, Source("決算.csv", "2018-06-01T09:00:00+09:00", "企画"), "2018-05-31"
    )
    filled = {planned.sheet.id: planned.sheet for planned in plan.sheet_figures}
    sheets: list[Sheet] = [filled.get(sheet.id, sheet) for sheet in SHEETS]
    compared = reconciled(imported, SHEETS[0].edition, sheets)
    total = compared.total_yen
    in_file = sum(sum(yen) for _, yen in lines)
    kept = sum(f.yen for figures in imported.field_figures.values() for f in figures.values())
    without = sum(sum(line["yen"].values()) for line in compared.lines_without)
    assert in_file == kept + without == total.budget
    assert total.without_sheet == without
    assert total.difference == 0
    assert total.stored_yen == in_file - without + total.rounding
    assert sum((sheet.amounts for sheet in compared.by_sheet), Yen(without, without)) == total
    by_level: Counter[str] = Counter()
    for code in compared.by_code:
        by_level[code.level_label] += code.amounts.budget
    assert set(by_level.values()) == {in_file}
    for sheet in compared.by_sheet:
        for each in sheet.by_field:
            assert abs(each.amounts.rounding) < 1000
        if rounding == "調整":
            assert abs(sheet.amounts.rounding) <= 500

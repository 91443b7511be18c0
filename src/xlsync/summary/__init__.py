"""MANY SHEETS → ONE PICTURE: what a department, or the whole city, looks like in one workbook.

    concepts   which fields of an edition a summary speaks of (the only paths in this room)
    figures    the sheets in order, grouped by 部 課 係, and what they add up to; pure
    ledger     which columns 事業一覧 has, and how other worksheets point at them; pure
    *_page     one worksheet each: what stands where
    frame      what the worksheets share: title, date, the tree of groups down the side
    sums       a sum over a group as a formula, its value, and the mark of what is missing
    styles     how it looks, as data
    workbook   the worksheets of a summary, in order
    book       the only place that knows XlsxWriter: cells, heights, paper

Every total is a live formula over 事業一覧 and carries the value it gives. A blank amount is missing, never 0.
Equal sheets give equal bytes, whatever order they come in.
"""

from __future__ import annotations

from xlsync.summary.figures import Figures, Group, Item, Project, Tally, Total, figures_of
from xlsync.summary.workbook import summarize

__all__ = ["Figures", "Group", "Item", "Project", "Tally", "Total", "figures_of", "summarize"]

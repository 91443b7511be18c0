"""MANY SHEETS → ONE PICTURE: what a department, or the whole city, looks like in one workbook.

    concepts   which fields of an edition a summary speaks of (the only paths in this room)
    figures    the sheets in order, grouped by 部 課 係, and what they add up to; pure, and so are
    programs   the sheets by budget code, against 要する経費全体 as they state it
    targets    whether an indicator's target is met
    ranking    the largest and the most changed projects
    spelling   one spelling for each 部 課 係
    progress   how far everybody is (提出状況)
    ledger     事業一覧 as the other worksheets sum over it; columns: which columns it has
    *_page     one worksheet each: what stands where
    frame      what the worksheets share: title, date, the tree of groups down the side
    sums       a sum over a group as a formula, its value, and the mark of what is missing
    styles     how it looks, as data; charts: what is drawn, as data; texts: how much room a text takes
    workbook   the worksheets of a summary, in order
    tidy       the same sheets as a table for other programs; tables: as CSV, JSON or Parquet
    book       the only place that knows XlsxWriter: cells, heights, paper

Every total is a live formula over 事業一覧 and carries the value it gives. A blank amount is missing, never 0.
Equal sheets give equal bytes, whatever order they come in.
"""

from __future__ import annotations

from xlsync.summary.figures.figures import (
    Figures,
    Group,
    Item,
    Project,
    Tally,
    Total,
    figures_of,
    state_word,
)
from xlsync.summary.summary_workbook import summarize, workbook_of

__all__ = [
    "Figures",
    "Group",
    "Item",
    "Project",
    "Tally",
    "Total",
    "figures_of",
    "state_word",
    "summarize",
    "workbook_of",
]

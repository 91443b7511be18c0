"""Many sheets in one workbook: what a department, or the whole city, looks like.

    figures/   what the sheets add up to, pure: `form_fields` names the fields (the form's [[summary]] says which),
               `projects` and `figures` add up, `budget_reconciliation` compares with 要する経費全体, `targets` judges
               indicators, `ranking` finds what stands out, `progress` is 提出状況
    sheets/    one module for each kind of page: which figure stands where
    excel/     how it is written: `book` and `page` know XlsxWriter; `project_list_formulas` has the formulas over 事業一覧,
               `subtotals` the sum of a group with the mark of what is missing
    export/    the same sheets as a tidy table, in CSV, JSON or Parquet

Every total is a live formula over 事業一覧 and carries the value it gives. A blank amount is missing, never 0.
Equal sheets give equal bytes, whatever order they come in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.lazy_names import lazy_names

if TYPE_CHECKING:
    from xlsync.summary.figures.figures import Figures, Group, figures_of
    from xlsync.summary.figures.projects import Item, Project, Tally, Total, state_word
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

__getattr__ = lazy_names(
    __name__,
    {
        "Figures": "figures.figures",
        "Group": "figures.figures",
        "Item": "figures.projects",
        "Project": "figures.projects",
        "Tally": "figures.projects",
        "Total": "figures.projects",
        "figures_of": "figures.figures",
        "state_word": "figures.projects",
        "summarize": "summary_workbook",
        "workbook_of": "summary_workbook",
    },
)

"""Which projects of earlier years a published project comes from, with the relation: 改称, 統合, 分割, 移管."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.publication.open_data.data_table import DataColumn, DataTable
from xlsync.publication.open_data.sheet_tables import ID_COLUMN

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublishedYear

PREDECESSORS: Final = "predecessors"
_COLUMNS: Final = (
    ID_COLUMN,
    DataColumn("former_id", "前身の識別番号"),
    DataColumn("former_edition", "前身の対象年度（西暦）", "integer"),
    DataColumn("former_key", "前身の番号"),
    DataColumn("former_title", "前身の名称"),
    DataColumn(
        "relation",
        "関係",
        meaning="改称・統合・分割・移管。同じ識別番号のまま続く事業は、この表にありません",
    ),
    DataColumn(
        "share_percent",
        "引き継いだ割合",
        "number",
        "％",
        meaning="前身の金額のうち、この事業に引き継がれた割合",
    ),
)


def predecessor_table(year: PublishedYear) -> DataTable:
    """Return the table of predecessors."""
    rows = [
        {
            "id": each.sheet_id,
            "former_id": each.earlier_id,
            "former_edition": each.earlier_year,
            "former_key": each.earlier_key,
            "former_title": each.earlier_title or None,
            "relation": each.relation_word,
            "share_percent": float(each.share_percent),
        }
        for each in year.public_predecessors
    ]
    key = ("id", "former_id", "former_edition")
    return DataTable(PREDECESSORS, "前身の事業", _COLUMNS, rows, key)


__all__ = ["PREDECESSORS", "predecessor_table"]

"""The comparison of budget and sheets as a workbook: by budget code, by sheet, and what is missing on either side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.workbook.list_workbook import ListPage, lists_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.figures.reconciliation import Reconciliation, Yen
    from xlsync.form.edition import Edition
    from xlsync.workbook.list_workbook import CellValue

_AMOUNTS: Final = (
    "財務会計（円）",
    "うちシートのない予算（円）",
    "端数処理（円）",
    "シートに入れた額（円）",
    "シートとの差（円）",
    "いまのシート（円）",
)
_YEN: Final = '#,##0;"△"#,##0'


def reconciliation_workbook(
    reconciliation: Reconciliation, edition: Edition, names: Mapping[str, str]
) -> bytes:
    """Return the workbook; `names` are what the city calls budget codes (01-02: 総務費)."""
    words = edition.definition.words
    by_code = [
        [code.level_label, code.code, names.get(code.code, ""), *_amounts(code.amounts)]
        for code in reconciliation.by_code
    ]
    by_sheet = [
        [sheet.sheet.key, sheet.sheet.title, *_amounts(sheet.amounts)]
        for sheet in reconciliation.by_sheet
    ]
    lines = [
        [line["row"], line["code"], line["name"], sum(line["yen"].values()), line["reason"]]
        for line in reconciliation.lines_without
    ]
    without = [[sheet.key, sheet.title] for sheet in reconciliation.sheets_without]
    total: list[CellValue] = ["合計", "", "", *_amounts(reconciliation.total_yen)]
    return lists_workbook(
        [
            ListPage(
                "予算コード別", ["区分", "予算コード", "名称", *_AMOUNTS], [*by_code, total], _YEN
            ),
            ListPage("シート別", [words.key, words.title, *_AMOUNTS], by_sheet, _YEN),
            ListPage(
                "シートのない予算",
                ["行", "予算コード", "名称", "財務会計（円）", "理由"],
                lines,
                _YEN,
            ),
            ListPage("数字のないシート", [words.key, words.title], without),
        ]
    )


def _amounts(yen: Yen) -> list[CellValue]:
    return [
        yen.budget,
        yen.without_sheet,
        yen.rounding,
        yen.rounded,
        yen.difference,
        yen.stored_yen,
    ]


__all__ = ["reconciliation_workbook"]

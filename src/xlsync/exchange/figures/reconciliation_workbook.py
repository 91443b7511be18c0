"""The comparison of budget and sheets as a printed workbook: the sums, by budget code, sheet and field, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.exchange.figures.budget_codes import code_of_text
from xlsync.exchange.figures.reconciliation import Yen
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.list_page import Column, PrintedList, write_list_page

if TYPE_CHECKING:
    from xlsync.exchange.figures.reconciliation import Reconciliation
    from xlsync.form.edition import Edition
    from xlsync.summary.excel.list_page import CellValue

PAGE: Final = "照合"
_AMOUNTS: Final = tuple(
    Column(head, 18)
    for head in (
        "財務会計（円）",
        "うちシートの\nない予算（円）",
        "端数処理（円）",
        "シートに\n入れた額（円）",
        "シートとの差\n（円）",
        "いまのシート\n（円）",
    )
)


def reconciliation_workbook(
    reconciliation: Reconciliation, edition: Edition, about: str, names: Mapping[str, str]
) -> bytes:
    """Return the workbook.

    Args:
        reconciliation: The comparison.
        edition: The form of the sheets.
        about: What was compared, in words: 歳出決算（決算、平成30年5月31日現在）.
        names: What the city calls budget codes (01-02: 総務費).

    """
    book = Book(f"{PAGE}　{about}", dt.date(2000, 1, 1))
    pages = (
        _sums(reconciliation),
        _by_code(reconciliation, names),
        _by_sheet(reconciliation, edition),
        _by_field(reconciliation, edition),
        _lines_without(reconciliation),
        _sheets_without(reconciliation, edition),
    )
    for page in pages:
        write_list_page(book, page, about)
    return book.close()


def _sums(reconciliation: Reconciliation) -> PrintedList:
    total = reconciliation.total_yen
    with_sheet = total.budget - total.without_sheet
    differing = sum(bool(sheet.amounts.difference) for sheet in reconciliation.by_sheet)
    sheets, lines = len(reconciliation.by_sheet), len(reconciliation.lines_without)
    rows: list[Sequence[CellValue]] = [
        ["① 財務会計", total.budget, "取り込んだファイルの合計"],
        ["② シートのない予算", total.without_sheet, f"{lines}行（ページ「シートのない予算」）"],
        ["③ シートのある予算（①－②）", with_sheet, f"シート {sheets}件"],
        ["④ 端数処理", total.rounding, "シートの単位にしたときの、切上げ・切捨ての合計"],
        ["⑤ シートに入れた額（③＋④）", total.rounded, "取り込んだときにシートに入れた金額"],
        ["⑥ シートとの差", total.difference, f"{differing}件（ページ「欄別」）"],
        ["⑦ いまのシート（⑤＋⑥）", total.stored_yen, "いま登録されているシートの合計"],
    ]
    without = len(reconciliation.sheets_without)
    notes = [f"数字のないシート {without}件（ページ「数字のないシート」）"] if without else []
    return PrintedList(
        PAGE, [Column("区分", 34), Column("金額（円）", 24), Column("説明", 60)], rows, notes
    )


def _by_code(reconciliation: Reconciliation, names: Mapping[str, str]) -> PrintedList:
    known = {code_of_text(code).parts: name for code, name in names.items()}
    rows = [
        [
            code.level_label,
            code.code,
            known.get(code_of_text(code.code).parts, ""),
            *_amounts(code.amounts),
        ]
        for code in reconciliation.by_code
    ]
    columns = [Column("区分", 8), Column("予算コード", 24), Column("名称", 28), *_AMOUNTS]
    notes = ["上の段の金額は、下の段の金額を含みます。"]
    total = ["合計", "", "", *_amounts(reconciliation.total_yen)]
    return PrintedList("予算コード別", columns, rows, notes, total)


def _by_sheet(reconciliation: Reconciliation, edition: Edition) -> PrintedList:
    words = edition.definition.words
    rows = [
        [sheet.sheet.key, sheet.sheet.title, *_amounts(sheet.amounts)]
        for sheet in reconciliation.by_sheet
    ]
    columns = [Column(words.key, 24), Column(words.title, 36), *_AMOUNTS]
    with_sheet = _amounts(sum((sheet.amounts for sheet in reconciliation.by_sheet), Yen()))
    return PrintedList("シート別", columns, rows, (), ["合計", "", *with_sheet])


def _by_field(reconciliation: Reconciliation, edition: Edition) -> PrintedList:
    words = edition.definition.words
    rows: list[Sequence[CellValue]] = [
        [sheet.sheet.key, sheet.sheet.title, each.title, *_amounts(each.amounts)]
        for sheet in reconciliation.by_sheet
        for each in sheet.by_field
        if each.amounts.rounding or each.amounts.difference
    ]
    columns = [Column(words.key, 24), Column(words.title, 28), Column("欄", 36)]
    notes = ["端数処理か、シートとの差のある欄だけを載せています。"]
    columns += [column for column in _AMOUNTS if "ない予算" not in column.heading]
    trimmed = [[*row[:4], *row[5:]] for row in rows]
    return PrintedList("欄別", columns, trimmed, notes)


def _lines_without(reconciliation: Reconciliation) -> PrintedList:
    rows = [
        [line["row"], line["code"], line["name"], sum(line["yen"].values()), line["reason"]]
        for line in reconciliation.lines_without
    ]
    columns = [Column("行", 8, "0"), Column("予算コード", 22), Column("名称", 30)]
    columns += [Column("財務会計（円）", 18), Column("理由", 60)]
    total: list[CellValue] = ["合計", "", "", reconciliation.total_yen.without_sheet, ""]
    return PrintedList("シートのない予算", columns, rows, (), total)


def _sheets_without(reconciliation: Reconciliation, edition: Edition) -> PrintedList:
    words = edition.definition.words
    rows = [[sheet.key, sheet.title] for sheet in reconciliation.sheets_without]
    return PrintedList("数字のないシート", [Column(words.key, 24), Column(words.title, 60)], rows)


def _amounts(yen: Yen) -> list[CellValue]:
    return [
        yen.budget,
        yen.without_sheet,
        yen.rounding,
        yen.rounded,
        yen.difference,
        yen.stored_yen,
    ]


__all__ = ["PAGE", "reconciliation_workbook"]

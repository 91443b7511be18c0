"""`xlsync figures reconcile`: the figures of the financial system that were taken in, against the sheets as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.cli import ATTENTION
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.disk import replace_whole
from xlsync.exchange.figures.import_checks import import_called, replacing_kind
from xlsync.exchange.figures.reconciliation import reconciled
from xlsync.exchange.figures.reconciliation_workbook import reconciliation_workbook
from xlsync.store.figure_imports import FigureSource, figures_imports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsync.exchange.figures.reconciliation import Reconciliation

_SHOWN: Final = 20
"""Lines of each sort that are shown; all stand in --json and in the workbook."""


def reconcile_figures(folder: Path, kind: str, out: Path | None, *, as_json: bool) -> int:
    """Print the comparison, write it where that is wanted, and return the exit code: 1 where more than rounding differs."""
    city = current_city(folder)
    name, imported = import_called(city.store.files, city.terms.fiscal_year, kind)
    year = city.terms.fiscal_year
    edition = city.terms.form.at(year)
    reconciliation = reconciled(imported, edition, city.store.counted_heads(year))
    source = FigureSource(name, imported.basis, imported.as_of)
    if out is not None:
        names = city.terms.budget_names
        replace_whole(out, reconciliation_workbook(reconciliation, edition, source.words, names))
    replacing = replacing_kind(name, figures_imports(city.store.files, year))
    if as_json:
        about = {"kind": name, "basis": imported.basis, "as_of": imported.as_of}
        about["replaced_by"] = replacing
        put_json({**about, "file": imported.file, **reconciliation.to_document()})
    else:
        say(f"{source.words}（{imported.file}）")
        if replacing:
            say(f"この数字は、その後に取り込んだ「{replacing}」の数字に置き換わっています")
        for line in _lines(reconciliation):
            say(line)
        if out is not None:
            say(f"書き出しました {out}")
    return 0 if reconciliation.agrees else ATTENTION


def _lines(reconciliation: Reconciliation) -> Iterator[str]:
    total = reconciliation.total_yen
    with_sheet = total.budget - total.without_sheet
    yield (
        f"財務会計 {total.budget:,}円 ＝ シートのある予算 {with_sheet:,}円 ＋ シートのない予算 {total.without_sheet:,}円"
    )
    yield (
        f"いまのシート {total.stored_yen:,}円 ＝ シートのある予算 {with_sheet:,}円 ＋ 端数処理 {total.rounding:,}円 "
        f"＋ シートとの差 {total.difference:,}円"
    )
    differing = [
        f"シートとの差 {sheet.sheet.key} {sheet.sheet.title}：{sheet.amounts.difference:,}円"
        for sheet in reconciliation.by_sheet
        if sheet.amounts.difference
    ]
    missing = [
        f"シートのない予算 {line['code']} {line['name']}：{sum(line['yen'].values()):,}円。{line['reason']}"
        for line in reconciliation.lines_without
    ]
    without = [
        f"数字のないシート {sheet.key} {sheet.title}" for sheet in reconciliation.sheets_without
    ]
    for lines in (differing, missing, without):
        yield from lines[:_SHOWN]
        if len(lines) > _SHOWN:
            yield f"ほか {len(lines) - _SHOWN}行（すべては --out か --json で見られます）"


__all__ = ["reconcile_figures"]

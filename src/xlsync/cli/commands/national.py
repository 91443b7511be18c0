"""`xlsync national`: the published tables of many cities compared, as a workbook with the same tables as CSV beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, put_json, say
from xlsync.disk import replace_whole
from xlsync.errors import SettingsError
from xlsync.national.city_comparison import COMPARISON_BOOK, compared_cities, comparison_workbook
from xlsync.national.package_folders import package_folders

if TYPE_CHECKING:
    from xlsync.national.city_comparison import CityComparison
    from xlsync.summary.export.tidy import Row

_LISTED: Final = 20
"""Lines of what was left out that are shown on the screen; the workbook has all."""


@dataclass(frozen=True, slots=True)
class NationalOptions:
    """The address of the packages, the list of residents, where the tables go, and whether the result is told as JSON."""

    address: str
    residents: Path | None
    out: Path
    as_json: bool = False


def compare_cities(options: NationalOptions) -> int:
    """Compare what cities published; return the exit code: ATTENTION where a package or a row could not be used."""
    folders = package_folders(options.address)
    compared = compared_cities(folders, options.residents)
    rows = {table.name: list(table.rows) for table in compared.data_tables}
    if not rows["cities"]:
        _complain_left_out(rows["left-out"])
        raise SettingsError(
            "比べられる公表データがありません（datapackage.json のあるフォルダを探しました）",
            options.address,
        )
    files = _write(options.out, compared)
    if options.as_json:
        put_json({"files": files, "skipped": list(compared.skipped_rows), **rows})
    else:
        _say(rows, files)
        _complain_left_out(rows["left-out"])
        for line in compared.skipped_rows:
            complain(f"人口の一覧で読み取れなかった行：{line}")
    return ATTENTION if rows["left-out"] or compared.skipped_rows else 0


def _write(out: Path, compared: CityComparison) -> list[str]:
    """Write the workbook and the CSV files; return their paths."""
    files = {out / COMPARISON_BOOK: comparison_workbook(compared)}
    files |= {out / f"{table.title}.csv": table.to_csv() for table in compared.data_tables}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            replace_whole(file, data)
    except OSError as fault:
        raise SettingsError(
            f"書き込めません（{fault.strerror}）。空き容量と書き込み権限を確かめてください",
            str(out),
        ) from fault
    return [str(file) for file in files]


def _say(rows: dict[str, list[Row]], files: list[str]) -> None:
    for row in rows["total"]:
        people = f"、1人当たり {row['per_resident']:,}{row['unit']}" if row["residents"] else ""
        say(
            f"{row['edition']}年度のシート　{row['amount']}（{row['fiscal_year']}年度）："
            f"{row['cities']}団体 {row['sheets']:,}件　{row['total']:,}{row['unit'] or ''}{people}"
        )
    say(f"書き出しました：{files[0]}（ほかにCSV {len(files) - 1}件）")


def _complain_left_out(left_out: list[Row]) -> None:
    for row in left_out[:_LISTED]:
        complain(f"比べなかったもの：{row['address']}　{row['reason']}")
    if len(left_out) > _LISTED:
        complain(
            f"比べなかったもの：ほか {len(left_out) - _LISTED}件（{COMPARISON_BOOK} の「比べなかったもの」）"
        )


__all__ = ["NationalOptions", "compare_cities"]

"""What cities published, compared: the tables, and the workbook of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.errors import SettingsError
from xlsync.national.city_figures import national_figures
from xlsync.national.national_tables import national_tables
from xlsync.national.published_packages import read_packages
from xlsync.national.residents import Residents, read_residents
from xlsync.workbook.list_workbook import ListPage, lists_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.national.package_folders import PackageFolders
    from xlsync.publication.open_data.data_table import DataTable

COMPARISON_BOOK: Final = "団体比較.xlsx"
_FORMATS: Final = {"edition": "0", "fiscal_year": "0", "per_resident": "#,##0.0", "share": "0.0"}
"""Of columns that hold something else than counts and sums."""
_SKIPPED: Final = "読み取れなかった人口の行"


@dataclass(frozen=True, slots=True)
class CityComparison:
    """The tables, and the rows of the list of residents that could not be read."""

    data_tables: tuple[DataTable, ...] = field(repr=False)
    skipped_rows: tuple[str, ...] = ()


def compared_cities(folders: PackageFolders, residents_file: Path | None) -> CityComparison:
    """Return what the published packages in some folders say, beside each other.

    Raises:
        SettingsError: DuckDB is not installed, or the list of residents cannot be read.

    """
    residents = _residents(residents_file)
    packages = read_packages(folders)
    figures = national_figures(folders, packages.compared_packages)
    tables = national_tables(figures, packages, residents)
    return CityComparison(tuple(tables), tuple(residents.skipped_rows))


def comparison_workbook(compared: CityComparison) -> bytes:
    """Return the workbook of the tables, a worksheet each, and one of the rows of residents that could not be read."""
    pages = [_page(table) for table in compared.data_tables]
    if compared.skipped_rows:
        pages.append(ListPage(_SKIPPED, [_SKIPPED], [[row] for row in compared.skipped_rows]))
    return lists_workbook(pages)


def _residents(file: Path | None) -> Residents:
    if file is None:
        return Residents()
    try:
        return read_residents(file.read_bytes(), str(file))
    except OSError as fault:
        raise SettingsError(f"読めません（{fault.strerror}）", str(file)) from fault


def _page(table: DataTable) -> ListPage:
    names = {column.name: column.heading for column in table.data_columns}
    formats = {names[name]: form for name, form in _FORMATS.items() if name in names}
    rows = [list(map(row.__getitem__, names)) for row in table.rows]
    return ListPage(table.title, [*names.values()], rows, "#,##0", formats)


__all__ = ["COMPARISON_BOOK", "CityComparison", "compared_cities", "comparison_workbook"]

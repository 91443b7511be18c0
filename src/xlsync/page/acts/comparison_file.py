"""The city compared with others by what they published, which somebody has laid into its folder."""

from __future__ import annotations

from typing import Final

from xlsync.errors import StoreError
from xlsync.national.city_comparison import COMPARISON_BOOK, compared_cities, comparison_workbook
from xlsync.national.package_folders import LocalFolders
from xlsync.page.acts.office_act import FilledForm, MadeFile, OfficeFile
from xlsync.page.job_works import PUBLICATION_FOLDER
from xlsync.page.page_context import city

_OTHERS: Final = "ほかの団体"
_RESIDENTS: Final = "人口.csv"
_NO_PACKAGES: Final = (
    f"市のフォルダに「{_OTHERS}」というフォルダを作り、"
    "比べる団体の公表データ（datapackage.json のあるフォルダ）を入れてください。"
    f"1人当たりの額は、団体コードと人口の一覧（{_RESIDENTS}）をそこに置くと出ます"
)


def _comparison(_filled: FilledForm) -> MadeFile:
    others = city().folder / _OTHERS
    if not any(LocalFolders((others,)).package_addresses()):
        raise StoreError(_NO_PACKAGES)
    packages = LocalFolders((city().folder / PUBLICATION_FOLDER, others))
    residents = others / _RESIDENTS
    compared = compared_cities(packages, residents if residents.exists() else None)
    return MadeFile(COMPARISON_BOOK, comparison_workbook(compared))


COMPARISON_FILE: Final = OfficeFile(
    "national.xlsx", "ほかの団体との比較", "時点・年度",
    f"市のフォルダの「{_OTHERS}」に置いた公表データと、この市の公表データを比べます（団体別・区分別・1人当たり）。",
    _comparison,
)  # fmt: skip

__all__ = ["COMPARISON_FILE"]

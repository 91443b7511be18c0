"""A city as scripts use it: `xlsync.open_city`. The commands of the same names do the same and return the same."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsync.city.city_paths import InputFile, input_files
from xlsync.city.settings import CitySettings, find_settings
from xlsync.errors import SettingsError, XlsyncError

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt
    from xlsync.store import Store

PathLike = str | os.PathLike[str]
LOG = logging.getLogger("xlsync.city")


def open_city(folder: PathLike) -> City:
    """Open the city whose `xlsync.toml` lies in a folder or above it.

    Args:
        folder: The folder made by `xlsync init`, or one below it.

    Returns:
        The city. Its settings are read once; nothing is written.

    Raises:
        SettingsError: There is no such folder or no `xlsync.toml`, or it says something that cannot be followed.
        StoreError: The store that it names is not there.

    Example:
        >>> city = open_city("city")
        >>> city.name
        'つくば市'

    """
    start = _path(folder).resolve()
    if not start.is_dir():
        raise SettingsError(
            "フォルダがありません。`xlsync init` で作ったフォルダを指定してください", str(folder)
        )
    settings = find_settings(start, LOG.warning)
    settings.store.check_format()
    return City(settings)


class City:
    """A city's sheets: check, receive, export, status, summaries, and the store itself.

    Attributes:
        settings: What `xlsync.toml` says.

    Example:
        >>> city = open_city("city")
        >>> for receipt in city.check("sheet.xlsx"):
        ...     print(receipt.key, receipt.outcome, [finding.code for finding in receipt.findings])
        01-02-01-08-14-01 accepted []

    """

    def __init__(self, settings: CitySettings) -> None:
        """Use settings that were read already; scripts call `open_city`."""
        self.settings = settings

    def __repr__(self) -> str:
        return f"<City {self.name} {self.edition} in {self.folder}>"

    @property
    def name(self) -> str:
        """The city's name."""
        return self.settings.name

    @property
    def folder(self) -> Path:
        """The folder that holds `xlsync.toml`."""
        return self.settings.folder

    @property
    def edition(self) -> int:
        """The fiscal year whose sheets are worked on."""
        return self.settings.terms.fiscal_year

    @property
    def store(self) -> Store:
        """The store: iterate over it for every sheet as it stands."""
        return self.settings.store

    def check(self, path: PathLike) -> list[Receipt]:
        """Check a workbook, a JSON sheet or a whole folder, and write nothing.

        Args:
            path: A file or a folder.

        Returns:
            One receipt per sheet, as `xlsync check` prints it; `receipt.findings` holds every finding. A file that is no
            workbook of the form has outcome "refused" and a Japanese sentence as its `reason`.

        Raises:
            StoreError: The store cannot be read.

        Example:
            >>> [receipt.outcome for receipt in open_city("city").check("sheet.xlsx")]
            ['accepted']

        """
        from xlsync.city.file_checks import check_files

        return check_files(self.settings, self._files(path))

    def receive(
        self,
        path: PathLike,
        *,
        who: str = "",
        clearing_meant: bool = False,
        after_deadline: bool = False,
    ) -> list[Receipt]:
        """Receive a workbook, a JSON sheet or a whole folder into the store, and bring 提出状況 up to date.

        The files are not written into; `xlsync import` does that afterwards.

        Args:
            path: A file or a folder.
            who: Who brings it, where the workbook does not say; the user that runs the script by default.
            clearing_meant: Receive also where many fields of a sheet were cleared at once, which is held back otherwise.
            after_deadline: Receive also where the settings say `closed = true`.

        Returns:
            One receipt per sheet, as `xlsync import` prints it: outcome, revision, changes, conflicts, findings.

        Raises:
            StoreError: The store cannot be read or written.

        Example:
            >>> [
            ...     receipt.outcome
            ...     for receipt in open_city("city").receive("sheet.xlsx", who="企画担当")
            ... ]
            ['unchanged']

        """
        from xlsync.city.board_update import renew_board
        from xlsync.city.file_intake import receive_files

        receipts = receive_files(
            self.settings,
            self._files(path),
            who=who,
            clearing_meant=clearing_meant,
            after_deadline=after_deadline,
        )
        if any(receipt.outcome != "unchanged" for receipt in receipts):
            renew_board(self.settings, receipts, LOG.warning)
        return receipts

    def export(self, key: str, to: PathLike) -> Path:
        """Write a new workbook of a stored sheet.

        Args:
            key: The sheet's key, such as "01-02-01-08-14-01".
            to: A file that does not exist yet, or a folder in which the workbook gets its usual name.

        Returns:
            The file written.

        Raises:
            StoreError: The store has no such sheet, or the file exists.
            WorkbookError: The sheet fits no workbook.

        Example:
            >>> open_city("city").export("01-02-01-08-14-01", "copy.xlsx").name
            'copy.xlsx'

        """
        from xlsync.city.city_paths import workbook_file
        from xlsync.city.workbook_export import export_to

        file = _path(to)
        sheet_id = self.store.id_of(key, self.edition)
        head = self.store.head(sheet_id, self.edition) if file.is_dir() else None
        if head is not None:
            file /= workbook_file(self.settings, head).name
        export_to(self.settings, key, file)
        return file

    def status(self) -> list[dict[str, Any]]:
        """Return how far each sheet is.

        Returns:
            One dictionary per sheet, as in the JSON of `xlsync status --json`: key, department, division, section, title,
            revision, state (in words), and the numbers of blanks, errors, warnings and conflicts.

        Raises:
            StoreError: The store cannot be read.

        Example:
            >>> [sheet["state"] for sheet in open_city("city").status()]
            ['未着手']

        """
        from xlsync.city.status_table import status_documents, status_of

        return status_documents(status_of(self.settings))

    def summarize(self, to: PathLike | None = None) -> list[Path]:
        """Write the summary workbook of each department and of the whole city.

        Args:
            to: The folder, by default 集計 in the city's shared folder.

        Returns:
            The files, also those that did not change. One that somebody has open is left as it is.

        Raises:
            StoreError: The store cannot be read.

        Example:
            >>> [file.name for file in open_city("city").summarize()]
            ['政策イノベーション部.xlsx', '全庁.xlsx']

        """
        from xlsync.city.summary_files import departments_of, survey_of, write_summaries

        folder = self.settings.summaries if to is None else _path(to)
        seen = survey_of(self.settings)
        written = write_summaries(self.settings, seen, departments_of(seen), folder)
        return [summary.file for summary in written]

    def to_frame(self) -> Any:
        """Return the tidy table: one row per sheet and period, money in thousands of yen (docs/table.md).

        Returns:
            A pandas.DataFrame with the columns of `xlsync summarize --format csv`.

        Raises:
            SettingsError: pandas is not installed.
            StoreError: The store cannot be read.

        Example:
            >>> frame = open_city("city").to_frame()
            >>> frame.loc[frame["period"] == "2017-settled", "costs.project_cost"].tolist()
            [31149]

        """
        from xlsync.city.summary_files import survey_of, tidy_table

        try:
            import pandas as pd
        except ImportError as fault:
            raise SettingsError(
                "表にするには pandas が必要です。`pip install xlsync[frame]` で入れてください"
            ) from fault
        columns, rows = tidy_table(self.settings, survey_of(self.settings), None)
        return pd.DataFrame(rows, columns=[column.name for column in columns])

    def _files(self, path: PathLike) -> Iterable[InputFile]:
        return input_files([_path(path)], self.settings)


def _path(path: object) -> Path:
    """Return a path; XlsyncError where it is none, such as None or a workbook's bytes."""
    if not isinstance(path, str | os.PathLike):
        name = type(path).__name__
        raise XlsyncError(
            f"ファイルまたはフォルダの場所（パス）を指定してください（渡されたもの：{name}）"
        )
    return Path(path)

"""CSV files: their text, in UTF-8 or cp932, as Excel writes "CSV" in Japan, and their rows."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import Final

from xlsync.errors import SettingsError, WorkbookError

_REASONS: Final = {
    "unexpected end": '「"」で始まるセルが閉じられていません',
    "expected after": 'セルの終わりの「"」のあとに、区切りのない文字があります',
    "field larger": "1つのセルが長すぎます",
}
_USUAL_REASON: Final = "形が正しくありません"


def csv_text_of(data: bytes) -> str | None:
    """Return the text of a CSV file, None for bytes that are none.

    >>> csv_text_of("部,課".encode("cp932")), csv_text_of("部,課".encode("utf-8-sig"))
    ('部,課', '部,課')
    >>> csv_text_of(bytes([0])) is None
    True
    """
    for encoding in ("utf-8-sig", "cp932"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            return None if "\x00" in text else text
    return None


def csv_rows(
    text: str, where: str, error: type[SettingsError | WorkbookError] = SettingsError
) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row and its cells; blank rows have none.

    A quotation mark that is not closed would take all further rows into one cell: it is refused.

    Args:
        text: The file's text.
        where: The file's name, for messages.
        error: What is raised for rows that are no CSV; its message names the row.

    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            yield number, cells
    except csv.Error as fault:
        reason = next((sentence for word, sentence in _REASONS.items() if word in str(fault)), "")
        raise error(
            f"CSVとして読めません（{reason or _USUAL_REASON}）", f"{where} {number + 1}行目"
        ) from fault


__all__ = ["csv_rows", "csv_text_of"]

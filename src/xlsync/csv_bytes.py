"""The text of a CSV file: UTF-8, or cp932, as Excel writes "CSV" in Japan."""

from __future__ import annotations

import contextlib


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

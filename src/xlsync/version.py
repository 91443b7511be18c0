"""The release's number, which answers, log files and `xlsync --version` show."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"

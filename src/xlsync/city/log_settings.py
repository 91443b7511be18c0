"""The table [log] of xlsync.toml: how `xlsync watch` and `xlsync serve` write their logs, and how much of them is kept."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from xlsync.form.strict import Strict


class LogSettings(Strict):
    """The table as it is written."""

    format: Literal["text", "json"] = "text"
    megabytes: float = Field(default=5, gt=0, le=1000)
    keep_files: int = Field(default=10, ge=1, le=1000)

"""`xlsync export --dry-run`: which workbooks would be made and which brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlsync.city.living_workbooks import planned_write_back, writable_workbooks
from xlsync.city.workbook_export import living_or_new
from xlsync.cli.console import progress, put_json, say

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.inbox.followup.write_back_file import WriteBackResult
    from xlsync.sheet import Sheet

_KEPT = "すでにあります（書き換えません）"
_FATES = {
    "open": "開かれているため書き戻しません",
    "unreceived": "まだ受け取っていない入力があるため書き戻しません",
    "changed": "いま保存されたところです",
    "nothing": "すでにあります（最新の内容です）",
}


def show_export(city: CitySettings, heads: Sequence[Sheet], *, as_json: bool) -> int:
    """Print what exporting sheets would do, and return the exit code; nothing is written."""
    documents: list[dict[str, Any]] = []
    lines: list[str] = []
    for head in progress(heads, "確かめています"):
        file, existing = living_or_new(city, head)
        if not existing:
            documents.append({"key": head.key, "file": str(file), "outcome": "created"})
            lines.append(f"作成します {file}")
        writable = set(writable_workbooks(city, existing))
        for each in existing:
            result = planned_write_back(city, each) if each in writable else None
            written = result is not None and result.fate == "written"
            outcome = "written-back" if written else "kept"
            documents.append({"key": head.key, "file": str(each), "outcome": outcome})
            lines.append(_line(each, result))
    if as_json:
        put_json({"done": False, "workbooks": documents})
        return 0
    for line in lines:
        say(line)
    say("まだ何もしていません（--dry-run）。")
    return 0


def _line(file: Path, result: WriteBackResult | None) -> str:
    if result is None:
        return f"{_KEPT} {file}"
    if result.fate == "written":
        return f"書き戻します（{result.field_count}か所） {file}"
    if result.fate == "refused":
        return f"書き戻せません {file}：{result.reason}"
    return f"{_FATES[result.fate]} {file}"


__all__ = ["show_export"]

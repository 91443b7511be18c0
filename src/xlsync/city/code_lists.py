"""The lists of codes and names that a city's settings name: budget codes, 施策, shared indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from xlsync.budget_names import read_budget_names
from xlsync.csv_bytes import csv_text_of
from xlsync.errors import SettingsError
from xlsync.indicator_list import read_indicators
from xlsync.plan_list import PlanList, read_plan_list


def budget_names_of(folder: Path, name: str) -> Mapping[str, str]:
    """Return the city's names of budget codes; none where no file is named."""
    if not name:
        return {}
    file = folder / name
    return read_budget_names(csv_text(file, "款項目の一覧", "[programs] の names"), str(file))


def plan_list_of(folder: Path, plans: str, indicators: str) -> PlanList:
    """Return the city's list of 施策 with its shared indicators; an empty one where no file is named."""
    listed = PlanList()
    if plans:
        file = folder / plans
        listed = read_plan_list(csv_text(file, "施策の一覧", "[plans] の file"), str(file))
    if indicators:
        file = folder / indicators
        text = csv_text(file, "指標の一覧", "[plans] の indicators")
        listed = replace(listed, shared_indicators=read_indicators(text, str(file)))
    return listed


def csv_text(file: Path, what: str, entry: str) -> str:
    """Return the text of a CSV file (UTF-8, or cp932 as Excel writes CSV); SettingsError where it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError as fault:
        reason = f"{what}を読めません（{fault.strerror}）。{entry} を確かめてください"
        raise SettingsError(reason, str(file)) from fault
    text = csv_text_of(data)
    if text is None:
        raise SettingsError(
            "文字コードがわかりません。Excelで開き、「CSV UTF-8」で保存し直してください", str(file)
        )
    return text


__all__ = ["budget_names_of", "csv_text", "plan_list_of"]

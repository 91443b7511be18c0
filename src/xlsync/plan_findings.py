"""The findings on plans (施策) that a sheet names and that are not in the city's list."""

from __future__ import annotations

from typing import Final

from xlsync.finding_entry import Entry

PLAN_FINDINGS: Final = {
    "plan-unknown": Entry(
        "warning",
        "「{field}」の「{typed}」は、市の施策の一覧（{shown}）にありません。いちばん近いのは「{meant}」です。コードと名称を確かめてください。",
    ),
    "indicator-shared": Entry(
        "warning",
        "「{field}」の「{typed}」は、市の指標の一覧の「{shown}」では「{meant}」です。ほかの事業と共通の指標です。違うときは企画担当に連絡してください。",
    ),
    "plan-name": Entry(
        "warning",
        "「{field}」の「{typed}」の名称は、市の施策の一覧では「{meant}」です。どちらが正しいか確かめてください。",
    ),
}

__all__ = ["PLAN_FINDINGS"]

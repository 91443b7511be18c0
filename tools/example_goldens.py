"""Add up the filled example sheets by themselves and write what a summary must say: `summary.tsv` beside each example.

Run from anywhere: `python3 tools/example_goldens.py`. It reads the JSON of the sheets and nothing else of the project, so that
`tests/cli/test_example_forms.py` compares two programs. A line is: worksheet, row, heading, heading below, figure.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any, Final

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "src/xlsync/forms/examples"
Line = tuple[str, str, str, str, str]
Sheet = Mapping[str, Any]
WHOLE: Final = "全庁　合計"
LEVELS_OF_COUNTS: Final = 2
"""Levels of the organization by which words are counted."""
_COSTS: Final = {
    "2024-settled": "R6年度決算",
    "2025-settled": "R7年度決算",
    "2026-budget": "R8年度予算",
    "2027-request": "R9年度要求",
}
_THREE: Final = {"2023": "R5年度", "2024": "R6年度", "2025": "R7年度"}
_GRANT_YEARS: Final = {"2024": "R6年度決算", "2025": "R7年度決算", "2026": "R8年度予算"}
_KNOWN: Final = {"2025-settled": "R7年度決算", "2026-initial": "R8年度当初"}
_PLANNED: Final = {"2027": "R9年度", "2028": "R10年度", "2029": "R11年度"}
_REVIEW_YEARS: Final = {"2024": "R6年度", "2025": "R7年度", "2026": "R8年度"}
_UNITS: Final = {
    "bihin": ("unit.department", "unit.division"),
    "gyosei-review": ("unit.ministry", "unit.bureau", "unit.office"),
    "hojokin": ("unit.department", "unit.division"),
    "jikangai": ("unit.bureau", "unit.division"),
    "jisshi-keikaku": ("unit.department", "unit.division", "unit.section"),
    "keikaku-hyoka": ("unit.department", "unit.group"),
    "kenshu": ("unit.office",),
    "seika-setsumei": ("unit.department", "unit.division", "unit.section"),
    "shitei-kanri": ("unit.department", "unit.division"),
}
_SUMS: Final[Mapping[str, Sequence[tuple[str, str, str, Mapping[str, str]]]]] = {
    "bihin": [
        ("合計", "点数（点）", "total.count", {}),
        ("合計", "取得価格（円）", "total.price", {}),
    ],
    "gyosei-review": [
        ("部局別の予算", "当初予算", "budget.{}.initial", _REVIEW_YEARS),
        ("部局別の予算", "計", "budget.{}.whole", _REVIEW_YEARS),
        ("部局別の予算", "執行額", "budget.{}.spent", {"2024": "R6年度", "2025": "R7年度"}),
    ],
    "hojokin": [
        ("課別の金額", "対象事業費", "amounts.{}.project", _GRANT_YEARS),
        ("課別の金額", "補助金額", "amounts.{}.grant", _GRANT_YEARS),
        ("課別の金額", "うち一般財源", "amounts.{}.own", _GRANT_YEARS),
    ],
    "jikangai": [
        ("課別の時間", "勤務した日数（日）", "total.days", {}),
        ("課別の時間", "時間数（時間）", "total.as_number", {}),
        ("課別の時間", "手当の見込み（円）", "total.pay", {}),
    ],
    "jisshi-keikaku": [
        ("課別の計画額", "事業費", "known.{}.total", _KNOWN),
        ("課別の計画額", "事業費", "plan.{}.total", _PLANNED),
        ("課別の計画額", "一般財源", "plan.{}.general", _PLANNED),
    ],
    "keikaku-hyoka": [
        ("グループ別", "直接事業費", "costs.{}.direct", _COSTS),
        ("グループ別", "人件費", "costs.{}.personnel", _COSTS),
        ("グループ別", "総事業費", "costs.{}.whole", _COSTS),
    ],
    "kenshu": [("課別の日数", "日数", "course.days", {})],
    "seika-setsumei": [
        ("課別の決算額", "予算現額", "budget.final", {}),
        ("課別の決算額", "決算額", "settled.total", {}),
        ("課別の決算額", "一般財源", "settled.general", {}),
    ],
    "shitei-kanri": [
        ("課別の収支", "指定管理料", "money.{}.fee", _THREE),
        ("課別の収支", "収入計", "money.{}.income", _THREE),
        ("課別の収支", "支出計", "money.{}.cost", _THREE),
        ("課別の収支", "収支差額", "money.{}.balance", _THREE),
        ("利用状況", "利用者数", "use.{}.visitors", _THREE),
    ],
}
_COUNTS: Final[Mapping[str, Sequence[tuple[str, str, str]]]] = {
    "bihin": [],
    "gyosei-review": [
        ("点検結果", f"評価（{label}）", f"check.{key}.mark")
        for key, label in (
            ("need", "国費投入の必要性"),
            ("efficiency", "事業の効率性"),
            ("effect", "事業の有効性"),
        )
    ],
    "hojokin": [
        ("課別の金額", "性質", "grant.type"),
        ("今後の方向", "今後の方向", "conclusion.direction"),
    ],
    "jikangai": [],
    "jisshi-keikaku": [
        ("優先度と査定", "優先度", "review.priority"),
        ("課別の計画額", "優先度", "review.priority"),
    ],
    "keikaku-hyoka": [
        ("グループ別", "事業区分", "project.kind"),
        ("評価", "評価（効率性（費用は適切か））", "grades.cost.grade"),
    ],
    "kenshu": [
        ("課別の日数", "分野", "course.field"),
        ("受講者の評価", "評価（講師・教材）", "result.grades.teacher"),
    ],
    "seika-setsumei": [],
    "shitei-kanri": [
        ("課別の収支", "料金制度", "manager.scheme"),
        ("評価", "市の評価（安全管理・緊急時の体制）", "items.safety.office"),
    ],
}


def at(sheet: Sheet, path: str) -> Any:
    """Return what stands in a sheet at a dotted path."""
    return reduce(lambda value, step: value[step], path.split("."), sheet)


def sheets_of(example: str) -> list[Sheet]:
    """Return the filled sheets of an example."""
    files = sorted((EXAMPLES / example / "examples").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal) for file in files]


def units_of(example: str, sheet: Sheet) -> list[str]:
    """Return the units that a sheet is counted in, the whole city last."""
    return [*(at(sheet, path) for path in _UNITS[example]), WHOLE]


def sums_of(example: str, sheets: Sequence[Sheet]) -> Iterator[Line]:
    """Yield what the columns of amounts add up to, by unit."""
    for page, heading, path, columns in _SUMS[example]:
        for key, below in (columns or {"": ""}).items():
            sums: dict[str, Decimal] = defaultdict(Decimal)
            for sheet in sheets:
                for unit in units_of(example, sheet):
                    sums[unit] += at(sheet, path.format(key)) or 0
            for unit, total in sums.items():
                yield page, unit, heading, below, f"{total.normalize():f}"


def counts_of(example: str, sheets: Sequence[Sheet]) -> Iterator[Line]:
    """Yield how often words were chosen, by unit."""
    for page, heading, path in _COUNTS[example]:
        words: dict[str, Counter[str]] = defaultdict(Counter)
        for sheet in sheets:
            for unit in {*units_of(example, sheet)[:LEVELS_OF_COUNTS], WHOLE}:
                words[unit][at(sheet, path)] += 1
        for unit, counted in sorted(words.items()):
            for word, count in counted.items():
                yield page, unit, heading, word, str(count)


def table_of(example: str) -> bytes:
    """Return the figures as a table of tab-separated values."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(("worksheet", "row", "heading", "below", "figure"))
    sheets = sheets_of(example)
    writer.writerows((*sums_of(example, sheets), *counts_of(example, sheets)))
    return out.getvalue().encode()


if __name__ == "__main__":
    for name in _SUMS:
        (EXAMPLES / name / "summary.tsv").write_bytes(table_of(name))

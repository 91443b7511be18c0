"""Where each box of the 予算事業別事務事業評価シート lies on its A3 page, and what stands in it.

The page is a list of boxes. A box covers an area in Excel's own notation ("A7:B7") and holds
either a printed label or the marker of one field, `[[path]]`. Years are never written out:

- `{-1}`, `{0}`, `{+1}` in a marker: the edition's western fiscal year plus that offset;
- `{-1年度}`, `{-1年}` in a label: the same year the official way (H29年度, H29).

Next year's 当初 has no staffing and no totals. Those seven cells carry a marker like the others:
no field answers to it, so the template builder greys them.

The parts stand in the order in which the eye takes them on paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Style = Literal["title", "head", "label", "vertical", "prose", "line", "choice", "code", "amount"]


@dataclass(frozen=True)
class Box:
    """One bordered rectangle of the page: its area, its text and the way the text is set."""

    area: str
    text: str
    style: Style


# The grid. Column widths in millimetres on paper, row heights in points.
COLUMNS: dict[str, float] = {
    # 所属, 事務事業, 位置付け, 目的・概要, ISO 14001
    "A": 11.5, "B": 7.0, "C": 8.5, "D": 8.5, "E": 8.5, "F": 19.0, "G": 24.0,
    # the finished year, and with it 予算 and the first years of 指標
    "H": 6.5, "I": 17.0, "J": 18.0, "K": 18.0, "L": 18.0, "M": 18.0,
    # the running year, and with it 予算事業名 and the last years of 指標
    "N": 6.5, "O": 11.5, "P": 5.5, "Q": 12.5, "R": 5.5, "S": 12.5, "T": 20.0, "U": 3.5, "V": 18.0,
    # 要する経費全体, 事業実施コスト, 次年度
    "W": 6.5, "X": 6.5, "Y": 17.5, "Z": 23.5, "AA": 23.5, "AB": 23.5, "AC": 23.5,
}  # fmt: skip
ROWS: dict[int, float] = {
    1: 24.0,
    **dict.fromkeys(range(2, 6), 14.25),
    6: 6.0,
    7: 31.5,
    8: 14.25,
    9: 16.5,
    10: 8.25,
    11: 8.25,
    12: 16.5,
    **dict.fromkeys(range(13, 56), 14.25),
}
PAGE = "A1:AC55"

# Rectangles with a medium outline; every other line is thin.
FRAMES = ("A2:G5", "I2:T5", "V2:AC5", "A7:G55", "H7:AC12", "H13:M55", "N13:V55", "W13:AC55")

PERIODS: tuple[tuple[str, str, str], ...] = (
    ("Z", "{-2}-settled", "{-2年度}決算"),
    ("AA", "{-1}-settled", "{-1年度}決算"),
    ("AB", "{0}-initial", "{0年度}当初"),
    ("AC", "{+1}-initial", "{+1年度}当初"),
)


def boxes() -> tuple[Box, ...]:
    """Every box of the page, part by part."""
    return (
        Box("A1:AC1", "予算事業別事務事業評価シート【対象年度：{-1年度}～{0年度}】", "title"),
        *organization(),
        *budget(),
        *program_totals(),
        *project(),
        *indicator(),
        *policy(),
        *year("{-1}", "{-1年度}", FINISHED_YEAR, first_half=""),
        *year("{0}", "{0年度}", RUNNING_YEAR, first_half="上半期"),
        *environment(),
        *costs(),
        *next_year(),
    )


def field(area: str, path: str, style: Style) -> Box:
    """The box a department fills in: it holds nothing but the marker of its field."""
    return Box(area, f"[[{path}]]", style)


def organization() -> Iterator[Box]:
    """所属: who owns the sheet."""
    for first, last, label, name in (
        ("A", "D", "部等名", "department"),
        ("E", "F", "課等名", "division"),
        ("G", "G", "係等名", "section"),
    ):
        yield Box(f"{first}2:{last}2", label, "label")
        yield field(f"{first}3:{last}5", f"organization.{name}", "choice")


def budget() -> Iterator[Box]:
    """予算: the five two-digit codes and the name of the budget program."""
    for column, label, name in (
        ("I", "会計", "account"),
        ("J", "款", "kan"),
        ("K", "項", "kou"),
        ("L", "目", "moku"),
        ("M", "事業", "program"),
    ):
        yield Box(f"{column}2", label, "label")
        yield field(f"{column}3:{column}5", f"budget.{name}", "code")
    yield Box("N2:T2", "予算事業名", "label")
    yield field("N3:T5", "budget.name", "line")


def program_totals() -> Iterator[Box]:
    """要する経費全体: the sums over all projects of the budget program."""
    yield Box("V2:W5", "要する経費全体", "label")
    yield Box("X2:Y2", "事業実施コスト", "label")
    for column, _, label in PERIODS:
        yield Box(f"{column}2", label, "label")
    for row, label, name in (
        (3, "総事業費", "project_cost"),
        (4, "総人件費", "personnel_cost"),
        (5, "総事業コスト", "total_cost"),
    ):
        yield Box(f"X{row}:Y{row}", label, "label")
        for column, period, _ in PERIODS:
            yield field(f"{column}{row}", f"program_totals.{period}.{name}", "amount")


def project() -> Iterator[Box]:
    """事務事業名: number and name."""
    yield Box("A7:B7", "事務事業名", "label")
    yield field("C7", "project.number", "code")
    yield field("D7:G7", "project.name", "line")


def indicator() -> Iterator[Box]:
    """指標: what is measured, and its target and actual value over seven years."""
    yield Box("H7:I7", "指標名", "label")
    yield field("J7:M7", "indicator.name", "line")
    yield Box("N7:O7", "指標種別", "label")
    yield field("P7:S7", "indicator.kind", "choice")
    yield Box("T7:T8", "指標の概要", "label")
    yield field("U7:AC8", "indicator.description", "line")
    yield Box("H8:I8", "", "label")
    yield Box("H9:I10", "目標値", "label")
    yield Box("H11:I12", "実績", "label")
    for first, last, offset in (
        ("J", "J", "-4"),
        ("K", "K", "-3"),
        ("L", "L", "-2"),
        ("M", "M", "-1"),
        ("N", "O", "0"),
        ("P", "Q", "+1"),
        ("R", "S", "+2"),
    ):
        yield Box(f"{first}8:{last}8", f"{{{offset}年度}}", "label")
        yield field(f"{first}9:{last}10", f"indicator.targets.{{{offset}}}", "choice")
        yield field(f"{first}11:{last}12", f"indicator.actuals.{{{offset}}}", "choice")
    yield Box("T9:T12", "その他の指標", "label")
    yield field("U9:AC12", "other_indicators", "line")


def policy() -> Iterator[Box]:
    """位置付け, 目的・概要: the plans the project serves, what it is for and what it does."""
    yield Box("A8:B8", "戦略プラン", "label")
    yield from plan_line("strategic_plan", 8, 8)
    yield Box("A9:B12", "総合戦略", "label")
    for number, (top, bottom) in enumerate(((9, 9), (10, 11), (12, 12))):
        yield from plan_line(f"comprehensive_strategy.{number}", top, bottom)
    for top, bottom, label, name in (
        (13, 14, "市長公約", "mayoral_pledge"),
        (15, 17, "個別計画", "individual_plan"),
        (18, 20, "根拠法令等", "legal_basis"),
        (21, 22, "事業分類", "classification"),
        (23, 24, "執行体制", "delivery"),
    ):
        yield Box(f"A{top}:B{bottom}", label, "label")
        yield field(f"C{top}:G{bottom}", name, "line")
    yield Box("A25:A31", "事業の目的", "vertical")
    yield field("B25:G31", "purpose", "prose")
    yield Box("A32:A47", "事業の概要", "vertical")
    yield field("B32:G47", "outline", "prose")


def plan_line(path: str, top: int, bottom: int) -> Iterator[Box]:
    """One line of a plan: three codes (大・中・小) and a name."""
    for number, column in enumerate("CDE"):
        yield field(f"{column}{top}:{column}{bottom}", f"{path}.codes.{number}", "code")
    yield field(f"F{top}:G{bottom}", f"{path}.name", "line")


@dataclass(frozen=True)
class YearColumns:
    """The columns of one year's part; progress takes two pairs of label and value side by side."""

    first: str
    prose: str
    label_end: str
    value: str
    value_end: str
    second_label: str
    second_label_end: str
    second_value: str
    last: str


FINISHED_YEAR = YearColumns("H", "I", "I", "J", "J", "K", "L", "M", "M")
RUNNING_YEAR = YearColumns("N", "O", "P", "Q", "R", "S", "U", "V", "V")


def year(path: str, heading: str, at: YearColumns, first_half: str) -> Iterator[Box]:
    """年度別: goal, plan, what was done, progress and grades of one year."""
    yield Box(f"{at.first}13:{at.last}13", heading, "head")
    for top, bottom, label, name in (
        (14, 18, "改善目標", "improvement_goal"),
        (19, 25, "事業計画", "plan"),
        (26, 36, f"{first_half}活動実績", "activities"),
        (37, 47, f"{first_half}成果", "results"),
        (48, 51, "課題", "issues"),
    ):
        yield Box(f"{at.first}{top}:{at.first}{bottom}", label, "vertical")
        yield field(f"{at.prose}{top}:{at.last}{bottom}", f"years.{path}.{name}", "prose")
    yield Box(f"{at.first}52:{at.label_end}52", "事業の進捗状況", "label")
    yield field(f"{at.value}52:{at.value_end}52", f"years.{path}.progress", "choice")
    yield Box(f"{at.second_label}52:{at.second_label_end}52", "改善目標の進捗状況", "label")
    yield field(f"{at.second_value}52:{at.last}52", f"years.{path}.goal_progress", "choice")
    yield Box(f"{at.first}53:{at.first}55", "評価", "vertical")
    for row, label, name in (
        (53, "有効性", "effectiveness"),
        (54, "効率性", "efficiency"),
        (55, "総合評価", "overall"),
    ):
        yield Box(f"{at.prose}{row}:{at.label_end}{row}", label, "label")
        yield field(f"{at.value}{row}:{at.last}{row}", f"years.{path}.{name}", "line")


def environment() -> Iterator[Box]:
    """ISO 14001: theme and text for both years."""
    yield Box("A48:A55", "ISO 14001", "label")
    for top, offset in ((48, "-1"), (52, "0")):
        yield Box(f"B{top}:C{top + 3}", f"{{{offset}年}} 環境関連性", "label")
        yield field(f"D{top}:G{top}", f"environment.{{{offset}}}.relevance", "line")
        yield field(f"D{top + 1}:G{top + 3}", f"environment.{{{offset}}}.detail", "prose")


def costs() -> Iterator[Box]:
    """事業実施コスト: 事業費(A), 人件費(B) and what they are made of, over four periods."""
    yield Box("W13:Y13", "事業実施コスト", "head")
    for column, _, label in PERIODS:
        yield Box(f"{column}13", label, "head")
    yield Box("W16:W25", "内訳", "vertical")
    yield Box("W28:W33", "内訳", "vertical")
    yield Box("X28:X31", "正職員", "vertical")
    for top, first, label, name in (
        (14, "W", "事業費(A)", "project_cost"),
        (16, "X", "国庫支出金", "sources.national"),
        (18, "X", "県支出金", "sources.prefectural"),
        (20, "X", "地方債", "sources.local_bonds"),
        (22, "X", "その他特財", "sources.other_specific"),
        (24, "X", "一般財源", "sources.general"),
        (26, "W", "人件費(B)", "personnel_cost"),
        (28, "Y", "従事割合", "regular_staff_fte"),
        (30, "Y", "時間外勤務", "overtime_hours"),
        (32, "X", "臨時職員等", "temporary_staff"),
        (34, "W", "事業コスト(A+B)", "total_cost"),
    ):
        yield Box(f"{first}{top}:Y{top + 1}", label, "label")
        style: Style = "choice" if name == "temporary_staff" else "amount"
        for column, period, _ in PERIODS:
            yield field(f"{column}{top}:{column}{top + 1}", f"costs.{period}.{name}", style)


def next_year() -> Iterator[Box]:
    """次年度: how next year's budget was estimated, and where the project goes."""
    yield Box("W36:AC36", "{+1年度}当初積算根拠", "label")
    yield field("W37:AC47", "next_year.estimate_basis", "prose")
    yield Box("W48:Y48", "{+1年度}の方向性", "label")
    yield field("W49:Y55", "next_year.direction", "choice")
    yield Box("Z48:AC48", "理由", "label")
    yield field("Z49:AC55", "next_year.reason", "prose")

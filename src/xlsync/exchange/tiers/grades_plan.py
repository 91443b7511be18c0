"""What taking in a table of grades would do, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlsync.errors import WorkbookError
from xlsync.exchange.register.headed_table import HeadedTable, first_headed
from xlsync.exchange.register.list_table import read_tables
from xlsync.exchange.tiers.grade_rows import GradeRow, read_grade_rows
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.exchange.tiers.tier_headings import tier_columns
from xlsync.merging import field_as_json, json_as_text

if TYPE_CHECKING:
    from xlsync.exchange.figures.line_shares import LineShares
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.tiers.tier import Tier, TierPart
    from xlsync.exchange.tiers.tier_headings import TierColumns
    from xlsync.sheet import Sheet
    from xlsync.store.tier_grades import TierGrades


@dataclass(frozen=True, slots=True)
class PartChange:
    """What a table changes in a part of a tier, as JSON; `path` is the field's, "" for a part kept beside the sheet."""

    tier_name: str
    tier_part: TierPart
    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class SheetGrades:
    """What a table says of a sheet: its row, the sheet as it is to be, and what that changes."""

    row: int
    sheet: Sheet
    part_changes: tuple[PartChange, ...]

    @property
    def has_fields(self) -> bool:
        """Whether fields of the sheet itself change."""
        return any(change.path for change in self.part_changes)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        changes = [
            {
                "tier": change.tier_name,
                "part": change.tier_part,
                "path": change.path,
                "from": change.before,
                "to": change.after,
            }
            for change in self.part_changes
        ]
        named = {"key": self.sheet.key, "title": self.sheet.title, "row": self.row}
        return {**named, "changes": changes}


@dataclass(frozen=True, slots=True)
class GradesPlan:
    """What taking in a table would do.

    Attributes:
        sheet_grades: The sheets that it names.
        sheets_without: The sheets that it does not name.
        faults: Why nothing can be done, each with row and cell.
        doubts: What somebody should look at first.
        passed_over: Rows and columns that are not read.

    """

    sheet_grades: tuple[SheetGrades, ...] = ()
    sheets_without: tuple[Sheet, ...] = ()
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[SheetGrades, ...]:
        """The sheets of which something changes."""
        return tuple(each for each in self.sheet_grades if each.part_changes)

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        without = [{"key": sheet.key, "title": sheet.title} for sheet in self.sheets_without]
        return {
            "sheets": [each.to_document() for each in self.sheet_grades],
            "sheets_without_grade": without,
            "faults": list(self.faults),
            "doubts": list(self.doubts),
            "passed_over": list(self.passed_over),
        }


@dataclass(frozen=True, slots=True)
class GradesFile:
    """A table as it came: its bytes, its name, and what the city says of its headings."""

    data: bytes = field(repr=False)
    name: str
    mapping: Mapping[str, str] = field(default_factory=dict)


def plan_grades(  # noqa: PLR0913, PLR0917 - the table, and all that it is compared with
    file: GradesFile,
    terms: Terms,
    tiers: Sequence[Tier],
    sheets: Sequence[Sheet],
    shares: LineShares,
    known: Mapping[str, TierGrades],
) -> GradesPlan:
    """Read a table and compare it with the sheets; nothing is written.

    Args:
        file: The table.
        terms: The city's form and fiscal year.
        tiers: The tiers that it may be about.
        sheets: The newest revisions of the sheets that count.
        shares: Which sheets a code means.
        known: What is kept of each tier.

    Raises:
        WorkbookError: The bytes are no table, or no row of it names the sheets and a tier.

    """
    headed = _table_of(file, terms, tiers)
    columns = headed.list_headings
    reading = read_grade_rows(headed.list_table, columns, (tiers, sheets, shares))
    planned = tuple(_planned(row, tiers, known) for row in reading.grade_rows)
    named = {each.sheet.id for each in planned}
    ignored = [f"読まない列：{'、'.join(columns.ignored)}"] if columns.ignored else []
    return GradesPlan(
        planned,
        tuple(sheet for sheet in sheets if sheet.id not in named),
        (*columns.faults, *reading.faults, *_nothing(reading.grade_rows, reading.faults)),
        (*headed.unread_lists, *reading.doubts),
        (*ignored, *reading.passed_over),
    )


def part_words(change: PartChange, sheet: Sheet) -> str:
    """Return what a change says, in words: 二次評価 評価：（空欄） → 「B」."""
    before, after = (_side_words(change, side, sheet) for side in (change.before, change.after))
    return f"{change.tier_name} {PART_WORDS[change.tier_part]}：{before} → {after}"


def _side_words(change: PartChange, side: Any, sheet: Sheet) -> str:
    text = side if not change.path else json_as_text(sheet.edition, change.path, side)
    return f"「{text}」" if text else "（空欄）"


def _table_of(file: GradesFile, terms: Terms, tiers: Sequence[Tier]) -> HeadedTable[TierColumns]:
    tables = read_tables(file.data, file.name)
    headed = first_headed(tables, lambda table: tier_columns(table, terms, tiers, file.mapping))
    if headed is not None:
        return headed
    key = terms.form.definition.words.key
    names = "・".join(tier.tier_name for tier in tiers)
    reason = (
        f"見出しの行が見つかりません。{key}の列と、{names}の評価か理由の列が並んでいることを確かめ、"
        f"見出しの言葉が違うときは --map 見出し={tiers[0].tier_name}.評価 のように決めてください"
    )
    raise WorkbookError(reason, file.name)


def _planned(row: GradeRow, tiers: Sequence[Tier], known: Mapping[str, TierGrades]) -> SheetGrades:
    paths = {tier.tier_name: tier.field_paths for tier in tiers}
    values = {
        paths[name][part]: value
        for (name, part), value in row.part_values.items()
        if part in paths[name]
    }
    filled = row.sheet.with_values(values)
    changes = []
    for name, part in row.part_values:
        path = paths[name].get(part, "")
        if path:
            before, after = field_as_json(row.sheet, path), field_as_json(filled, path)
        else:
            texts = known[name].texts_by_sheet.get(row.sheet.id, {})
            before, after = texts.get(part, ""), str(row.part_values[name, part])
        if before != after:
            changes.append(PartChange(name, part, path, before, after))
    return SheetGrades(row.row, filled, tuple(changes))


def _nothing(rows: Sequence[GradeRow], faults: Sequence[str]) -> Iterator[str]:
    if not rows and not faults:
        yield "評価の入った行が1行もありません"


__all__ = ["GradesFile", "GradesPlan", "PartChange", "SheetGrades", "part_words", "plan_grades"]

"""The worksheet 様式の定義 as the office has corrected it, read back, and what is still wrong beside each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xlsync.errors import FormError
from xlsync.form.years import parse_year
from xlsync.workbook.official.definition_sheet import (
    FIRST_ROW,
    HEAD_ROW,
    HEADINGS,
    PAGE_ROW,
    TITLE_ROW,
    YEAR_ROW,
)
from xlsync.workbook.official.official_field import (
    COMPUTED,
    FILLERS,
    KEY,
    KIND_WORDS,
    LEVELS,
    LISTED_WORDS,
    NO_FIELD,
    OFFICE,
    OPTIONAL,
    REQUIRED,
    ROLES,
    STAFF,
    SUMMED_WORDS,
    TITLE,
    FieldKind,
    FieldWords,
    OfficialField,
)
from xlsync.workbook.official.page_grid import Area
from xlsync.workbook.official.titled_cell import (
    areas_in,
    plain_cell,
    split_cell,
    titles_in,
    titles_text,
)
from xlsync.workbook.official.worksheet_roles import DEFINITION

_COLUMNS: Final = {heading: chr(ord("A") + index) for index, heading in enumerate(HEADINGS)}
FAULT_COLUMN: Final = _COLUMNS["指摘"]
NUMBER_COLUMN: Final = _COLUMNS["記号"]


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A row: the field it defines, its number, which stays when its words change, and the addresses or ranges it adds up."""

    row: int
    number: int
    defined: OfficialField
    summed_areas: tuple[Area, ...] = ()

    @property
    def worksheet(self) -> str:
        """The title of its worksheet, "" for the form's first one."""
        return split_cell(self.defined.cell)[0]

    @property
    def area(self) -> Area | None:
        """The area of its cell, None where that is no address."""
        areas = areas_in(split_cell(self.defined.cell)[1])
        return areas[0] if len(areas) == 1 else None

    def is_in(self, area: Area) -> bool:
        """Whether its cell lies in an area of its worksheet."""
        return self.area is not None and area.has(self.area.top, self.area.left)

    def overlaps(self, other: DefinitionRow) -> bool:
        """Whether its cell and that of another row have a cell in common."""
        if self.worksheet != other.worksheet or self.area is None or other.area is None:
            return False
        return self.area.overlaps(other.area)


@dataclass(frozen=True, slots=True)
class DefinitionRows:
    """What the worksheet says: title, worksheets and year of the form, its rows, and the faults by row (0: of the whole)."""

    title: str
    page_titles: tuple[str, ...]
    year: int
    defined_rows: tuple[DefinitionRow, ...]
    faults: Mapping[int, str]

    def at(self, role: str) -> list[DefinitionRow]:
        """Return the rows of a role."""
        return [row for row in self.defined_rows if row.defined.role_word == role]


def read_rows(
    cells: Mapping[str, object], where: str, titles: Collection[str] = ()
) -> DefinitionRows:
    """Return what the worksheet's cells say, with a fault for each row that cannot be used.

    `titles` are those of the workbook's worksheets.
    """
    if _text(cells, f"B{HEAD_ROW}") != HEADINGS[1]:
        reason = f"「{DEFINITION}」のシートの{HEAD_ROW}行目に見出し（{HEADINGS[0]}、{HEADINGS[1]} …）がありません"
        raise FormError(f"{reason}。form new でもう一度作ってください", where)
    last = max(int(re.sub(r"\D", "", address)) for address in cells)
    worksheets = titles_in(_text(cells, f"B{PAGE_ROW}"), titles)
    rows = [_row(cells, row, worksheets[0]) for row in range(FIRST_ROW, last + 1)]
    used = _numbered(
        [row for row in rows if row is not None and row.defined.value_kind.word != NO_FIELD]
    )
    year = parse_year(_text(cells, f"B{YEAR_ROW}")) or 0
    title = _text(cells, f"B{TITLE_ROW}")
    faults = dict(_faults(used, worksheets))
    if not year:
        faults[YEAR_ROW] = (
            f"B{YEAR_ROW} の対象年度は、西暦か元号で入力してください（例：2026、令和8年度）"
        )
    if not title:
        faults[TITLE_ROW] = f"B{TITLE_ROW} に様式の名前を入力してください"
    return DefinitionRows(title, worksheets, year, tuple(used), faults)


def _text(cells: Mapping[str, object], address: str) -> str:
    value = cells.get(address)
    if isinstance(value, float | Decimal) and value == int(value):
        value = int(value)
    return "" if value is None else str(value).strip()


def _row(cells: Mapping[str, object], row: int, first: str) -> DefinitionRow | None:
    """Return a row, None for a blank one; `first` is the title of the form's first worksheet."""
    texts = {heading: _text(cells, f"{column}{row}") for heading, column in _COLUMNS.items()}
    if not any(texts[heading] for heading in ("欄名", "セル", "種類")):
        return None
    areas = areas_in(texts["計算"])
    field = OfficialField(
        FieldWords(texts["区分"], texts["欄名"], texts["見出し"]),
        plain_cell(texts["セル"], first),
        FieldKind(texts["種類"] or "文章", texts["単位"], items_of(texts["一覧"])),
        texts["記入者"] or (COMPUTED if areas else STAFF),
        texts["必須"] or OPTIONAL,
        (texts["計算"],) if texts["計算"] else (),
        texts["役割"],
    )
    number = int(texts["記号"]) if texts["記号"].isdigit() else 0
    return DefinitionRow(row, number, field, areas)


def items_of(text: str) -> tuple[str, ...]:
    """Return the words of a list: a line each, or parted by ／, else by 、 or a comma.

    >>> items_of("はい／いいえ"), items_of("有、無")
    (('はい', 'いいえ'), ('有', '無'))
    """
    separator = next((mark for mark in ("\n", "／", "、", "，", ",") if mark in text), "\n")
    words = (word.strip() for word in text.split(separator))
    return tuple(dict.fromkeys(word for word in words if word))


def _numbered(rows: Sequence[DefinitionRow]) -> list[DefinitionRow]:
    """Return the rows with a number for each that has none, or one that another row has: it was copied."""
    highest, seen = max((row.number for row in rows), default=0), set[int]()
    numbered = []
    for row in rows:
        number = row.number
        if number == 0 or number in seen:
            highest += 1
            number = highest
        seen.add(number)
        numbered.append(DefinitionRow(row.row, number, row.defined, row.summed_areas))
    return numbered


def _faults(rows: Sequence[DefinitionRow], worksheets: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the first fault of each row, and what the whole lacks."""
    words = Counter(row.defined.field_words for row in rows)
    for row in rows:
        fault = _fault_of_row(row, rows, worksheets) or _fault_of_words(row.defined, words)
        if fault:
            yield row.row, fault
    fault = _fault_of_roles([row.defined.role_word for row in rows])
    if fault:
        yield HEAD_ROW, fault


def _fault_of_roles(roles: Sequence[str]) -> str:
    """Return what the fields lack together, "" for nothing."""
    levels = sorted(role for role in roles if role in LEVELS)
    if not roles:
        return "欄がひとつもありません。欄名・セル・種類を入力してください"
    if KEY not in roles:
        return f"シートを見分ける番号の欄がありません。役割に「{KEY}」を選んでください"
    if roles.count(TITLE) > 1:
        return f"役割「{TITLE}」の欄が2つ以上あります。1つにしてください"
    if levels != list(LEVELS[: len(levels)]):
        return "組織の役割は、組織1、組織2 … の順に1つずつ選んでください"
    return ""


def _fault_of_row(
    row: DefinitionRow, rows: Sequence[DefinitionRow], worksheets: Sequence[str]
) -> str:
    """Return what is wrong with a row, whatever it is called; "" for nothing."""
    return (
        _fault_of_page(row, worksheets)
        or _fault_of_cell(row, rows)
        or _fault_of_kind(row.defined.value_kind)
        or _fault_of_choices(row.defined)
        or _fault_of_total(row, rows)
    )


def _fault_of_page(row: DefinitionRow, worksheets: Sequence[str]) -> str:
    if row.worksheet in {"", *worksheets}:
        return ""
    reason = f"シート「{row.worksheet}」は様式のシートではありません。B{PAGE_ROW} に"
    return f"{reason}、{titles_text([*worksheets, row.worksheet])} のように並べてください"


def _fault_of_cell(row: DefinitionRow, rows: Sequence[DefinitionRow]) -> str:
    if row.area is None:
        return (
            f"セル「{row.defined.cell}」は番地ではありません。B5 や D9:G9 のように入力してください"
        )
    before = (other for other in rows if other.row < row.row)
    other = next((other for other in before if row.overlaps(other)), None)
    return (
        "" if other is None else f"セル {row.defined.cell} は {other.row}行目の欄と重なっています"
    )


def _fault_of_words(field: OfficialField, words: Mapping[FieldWords, int]) -> str:
    if not field.field_words.label:
        return "欄名を入力してください"
    if words[field.field_words] > 1:
        return "同じ区分・欄名・見出しの行がほかにあります。欄名か見出しを変えてください"
    return ""


def _fault_of_kind(kind: FieldKind) -> str:
    if kind.word not in KIND_WORDS:
        return f"種類「{kind.word}」は使えません。一覧から選んでください"
    if kind.word in LISTED_WORDS and not kind.items:
        return "一覧に選択肢を入力してください（例：はい／いいえ）"
    if kind.word == "金額" and not kind.unit:
        return "単位を入力してください（円、千円など）"
    return ""


def _fault_of_choices(field: OfficialField) -> str:
    """Return what is wrong with the words that a row chose from lists, "" where they are sound."""
    if field.filled_by not in FILLERS:
        return f"記入者「{field.filled_by}」は使えません。{STAFF}・{OFFICE}・{COMPUTED}から選んでください"
    if field.requirement not in {REQUIRED, OPTIONAL}:
        return f"必須「{field.requirement}」は使えません。{REQUIRED}か{OPTIONAL}を選んでください"
    if field.role_word and field.role_word not in ROLES:
        return f"役割「{field.role_word}」は使えません。一覧から選んでください"
    if field.role_word and field.field_words.heading:
        return "見出しのある欄（表の中の欄）は、番号・名称・組織にはできません"
    return ""


def _fault_of_total(row: DefinitionRow, rows: Sequence[DefinitionRow]) -> str:
    if row.defined.filled_by != COMPUTED:
        reason = f"計算があります。記入者を「{COMPUTED}」にするか、計算を消してください"
        return reason if row.defined.summed_cells else ""
    if not row.summed_areas:
        return "計算に、合計する欄のセルを入力してください（例：D9:D28、E5+E6）"
    if row.defined.value_kind.word not in SUMMED_WORDS:
        return f"{COMPUTED}の欄の種類は、金額か数にしてください"
    return _fault_of_parts(row, parts_of_row(row, rows))


def _fault_of_parts(row: DefinitionRow, parts: Sequence[DefinitionRow]) -> str:
    """Return what is wrong with what a row adds up, "" where it can be added up."""
    kind = row.defined.value_kind
    for area in row.summed_areas:
        if not any(part.is_in(area) for part in parts):
            return f"計算の {area.address} は、ほかの欄のセルではありません"
    for part in parts:
        if (part.defined.value_kind.word, part.defined.value_kind.unit) != (kind.word, kind.unit):
            return f"計算の {part.defined.cell}（{part.defined.field_words.label}）は、種類か単位が違います"
    return ""


def parts_of_row(row: DefinitionRow, rows: Sequence[DefinitionRow]) -> list[DefinitionRow]:
    """Return the rows whose cells, on its own worksheet, a row adds up."""
    there = (other for other in rows if other.worksheet == row.worksheet)
    others = [other for other in there if other.row != row.row]
    return [other for other in others if any(map(other.is_in, row.summed_areas))]

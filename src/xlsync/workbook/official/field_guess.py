"""The inputs of an official page as fields: their words, kinds and sums, as far as the page tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.form_words import is_office, is_picture, is_total
from xlsync.workbook.official.input_area import FORMULA, InputArea
from xlsync.workbook.official.input_areas import input_areas
from xlsync.workbook.official.input_labels import PageLabels
from xlsync.workbook.official.kind_guess import kind_of
from xlsync.workbook.official.official_field import (
    COMPUTED,
    NO_FIELD,
    OFFICE,
    STAFF,
    SUMMED_WORDS,
    FieldKind,
    FieldWords,
    OfficialField,
)
from xlsync.workbook.official.page_totals import parts_of
from xlsync.workbook.official.role_guess import with_roles

if TYPE_CHECKING:
    from xlsync.workbook.official.named_input import Named
    from xlsync.workbook.official.page_grid import Area, PageGrid

_SUMS_OF_SUMS: Final = 3
_FEWEST_PARTS: Final = 2
_PICTURE: Final = "図や写真、印の場所のようです。文字の欄なら種類を選んでください"


def fields_of(grid: PageGrid) -> list[OfficialField]:
    """Return the fields of a page, row by row, each with what was guessed of it."""
    inputs = input_areas(grid)
    every = sorted([*inputs, *_sums(grid, inputs)], key=lambda each: each.area)
    areas = [each.area for each in every]
    fields = [_field(grid, named, areas) for named in PageLabels(grid, every).named()]
    fields = [_with_proposed_sum(field, fields) for field in fields]
    return with_roles(_distinct(fields))


def _sums(grid: PageGrid, inputs: Sequence[InputArea]) -> list[InputArea]:
    """Return the formulas of a page that add up its inputs, or other such sums."""
    formulas = [atom for atom in grid.atoms if grid.look(atom.top, atom.left).formula]
    known = [each.area for each in inputs]
    sums: list[Area] = []
    for _ in range(_SUMS_OF_SUMS):
        rest = [atom for atom in formulas if atom not in sums]
        sums += [atom for atom in rest if _parts(grid, atom, [*known, *sums])]
    return [InputArea(atom, FORMULA) for atom in sums]


def _parts(grid: PageGrid, atom: Area, known: Sequence[Area]) -> tuple[Area, ...]:
    formula = grid.look(atom.top, atom.left).formula
    return parts_of(grid, formula, known) if formula else ()


def _field(grid: PageGrid, named: Named, known: Sequence[Area]) -> OfficialField:
    area = named.input.area
    words = FieldWords(named.group, named.label, named.heading)
    kind, parts = kind_of(grid, named), _parts(grid, area, known)
    if parts and kind.word not in SUMMED_WORDS:
        kind = FieldKind("数", kind.unit)
    remark = named.input.why if named.label else f"{named.input.why}。欄名を入力してください"
    if is_picture(named.label):
        remark = _PICTURE
        kind = FieldKind(NO_FIELD)
    return OfficialField(
        words,
        area.address,
        kind,
        COMPUTED if parts else _filled_by(named),
        summed_cells=tuple(part.first for part in parts),
        remark=remark,
        is_sure=named.is_sure and kind.word != NO_FIELD,
    )


def _filled_by(named: Named) -> str:
    return OFFICE if is_office(f"{named.group}{named.label}") else STAFF


def _with_proposed_sum(field: OfficialField, fields: Sequence[OfficialField]) -> OfficialField:
    """Return a field with a sum proposed where it is a blank number beside 合計."""
    if field.summed_cells or field.value_kind.word not in SUMMED_WORDS:
        return field
    parts = _parts_of_total(
        field, [other for other in fields if other.value_kind == field.value_kind]
    )
    if len(parts) < _FEWEST_PARTS:
        return field
    return replace(
        field,
        filled_by=COMPUTED,
        summed_cells=tuple(part.cell.partition(":")[0] for part in parts),
        remark="見出しから合計と考えました。計算を確かめてください",
        is_sure=False,
    )


def _parts_of_total(field: OfficialField, others: Sequence[OfficialField]) -> list[OfficialField]:
    """Return the fields that a total by its words adds up: those of its row, or those of its column, without other totals."""
    if is_total(field.field_words.heading):
        row = [other for other in others if _row_of(other) == _row_of(field)]
        return [other for other in row if not is_total(other.field_words.heading)]
    return _column_of(field, others) if is_total(field.field_words.label) else []


def _column_of(field: OfficialField, others: Sequence[OfficialField]) -> list[OfficialField]:
    """Return the fields under the heading of a total that are none: those of its group, if there are some."""
    column = [other for other in others if other.field_words.heading == field.field_words.heading]
    parts = [other for other in column if not is_total(other.field_words.label)]
    own_group = [other for other in parts if other.field_words.group == field.field_words.group]
    return own_group or parts


def _row_of(field: OfficialField) -> tuple[str, str]:
    return field.field_words.group, field.field_words.label


def _distinct(fields: Sequence[OfficialField]) -> list[OfficialField]:
    """Return fields of which no two have the same words: those that would get their unit, else a number."""
    return _numbered(_with_units(fields))


def _with_units(fields: Sequence[OfficialField]) -> list[OfficialField]:
    """Return fields with the unit in the label where that tells them from others of the same words: 工期（年）."""
    units: dict[FieldWords, set[str]] = {}
    for field in fields:
        units.setdefault(field.field_words, set()).add(field.value_kind.unit)
    labelled = []
    for field in fields:
        unit = field.value_kind.unit
        by_unit = bool(unit and field.field_words.label) and len(units[field.field_words]) > 1
        labelled.append(_labelled(field, unit) if by_unit else field)
    return labelled


def _labelled(field: OfficialField, suffix: str) -> OfficialField:
    words = replace(field.field_words, label=f"{field.field_words.label}（{suffix}）")
    return replace(field, field_words=words)


def _numbered(fields: Sequence[OfficialField]) -> list[OfficialField]:
    """Return fields with a number in the label where others have the same words."""
    counts = Counter(field.field_words for field in fields)
    seen: Counter[FieldWords] = Counter()
    numbered = []
    for field in fields:
        words = field.field_words
        seen[words] += 1
        is_repeated = counts[words] > 1 and words.label
        numbered.append(_labelled(_unsure(field), str(seen[words])) if is_repeated else field)
    return numbered


def _unsure(field: OfficialField) -> OfficialField:
    remark = f"{field.remark}。同じ欄名がほかにあるため番号を付けました"
    return replace(field, remark=remark, is_sure=False)

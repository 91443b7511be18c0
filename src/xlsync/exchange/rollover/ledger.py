"""The ledger of a roll-over (年度更新の台帳): for each sheet, source cell → target cell → value, as a workbook for print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.exchange.lineage_entries import percent_words
from xlsync.exchange.rollover.carried_sheets import SHEET_FATE_WORDS
from xlsync.workbook.reading.page_layout import drawn_cells
from xlsync.workbook.streamed_list import Column, StreamedPage, streamed_workbook
from xlsync.year_shift import FATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.exchange.rollover.carried_sheets import PlannedRollover
    from xlsync.exchange.rollover.rollover_plan import RolloverPlan
    from xlsync.form.definition import Words
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.year_shift import FieldFate, FieldShift

Row = tuple[str | int | None, ...]
MARK: Final = "昨年度のシートから"
FORMLESS: Final = "いまの様式にない欄"
_OWN_VALUE: Final = "今年度の入力のまま"
_UNWRITTEN: Final = frozenset({"kept", "refused"})
_COUNTED: Final[tuple[FieldFate, ...]] = (
    "carried",
    "shifted",
    "emptied",
    "computed",
    "due",
    "blank",
    "ended",
)


def ledger_workbook(plan: RolloverPlan, form: Form, made_on: dt.date) -> bytes:
    """Return the ledger of a plan, by the cells of the form's templates of both years."""
    words = form.definition.words
    old, new = (form.at(year).expand("{0年度}") for year in (plan.from_year, plan.to_year))
    addresses = tuple(drawn_cells(form, year) for year in (plan.from_year, plan.to_year))
    head = f"年度更新の台帳　{old} → {new}"
    cells = StreamedPage(
        "台帳", head, _columns(words, old, new), _cell_rows(plan, addresses), breaks_pages=True
    )
    counted = [Column(FATE_WORDS[fate], 9) for fate in _COUNTED]
    fields = StreamedPage(
        "欄ごとの件数",
        f"{head}（欄ごとの{words.sheet}の件数）",
        (Column("欄", 50), *counted, Column(f"うち「{MARK}」", 12)),
        _count_rows(plan, form),
    )
    sheets = StreamedPage(
        "シートごとの扱い",
        f"{head}（{words.sheet}ごとの扱い）",
        (Column(words.key, 19), Column(words.title, 40), Column("扱い", 45), Column("理由", 40)),
        _sheet_rows(plan),
    )
    return streamed_workbook((cells, fields, sheets), made_on)


def _columns(words: Words, old: str, new: str) -> tuple[Column, ...]:
    """Return the columns of the ledger; the two last ones, for programs, are not printed."""
    return (
        Column(words.key, 19),
        Column(words.title, 22),
        Column("扱い", 13),
        Column(f"{old}の欄", 32),
        Column("セル", 7),
        Column(f"{new}の欄", 32),
        Column("セル", 7),
        Column("値", 40),
        Column("印", 16),
        Column(f"{old}の項目", 30, is_printed=False),
        Column(f"{new}の項目", 30, is_printed=False),
    )


def _cell_rows(plan: RolloverPlan, addresses: tuple[Mapping[str, str], ...]) -> Iterator[Row]:
    before, after = addresses
    for planned in plan.planned:
        if planned.sheet_fate in _UNWRITTEN:
            continue
        source = planned.shifted.last_year
        for shift in planned.shifted.field_shifts:
            yield (
                planned.sheet.key,
                planned.sheet.title,
                _fate_word(planned, shift),
                _title(source.edition, shift.former_path),
                before.get(shift.former_path, ""),
                _title(planned.sheet.edition, shift.path),
                after.get(shift.path, ""),
                _value(planned, shift),
                MARK if shift.is_marked else "",
                shift.former_path,
                shift.path,
            )
    for sheet, values in plan.formless_sheets:
        for value in values:
            label, shown, path = value.field_label, value.shown, value.path
            yield sheet.key, sheet.title, FORMLESS, label, "", "", "", shown, "", path, ""


def _fate_word(planned: PlannedRollover, shift: FieldShift) -> str:
    path = shift.path
    if path and planned.sheet[path] != planned.shifted.sheet[path]:
        return _OWN_VALUE
    return FATE_WORDS[shift.field_fate]


def _value(planned: PlannedRollover, shift: FieldShift) -> str:
    """Return what the new sheet says there; of what is not carried over, what last year's sheet said."""
    if shift.field_fate in {"emptied", "ended"}:
        return _shown(planned.shifted.last_year, shift.former_path)
    return _shown(planned.sheet, shift.path)


def _shown(sheet: Sheet, path: str) -> str:
    return sheet.unreadable.get(path) or sheet.edition.by_path[path].words(sheet[path])


def _title(edition: Edition, path: str) -> str:
    return edition.by_path[path].title if path else ""


def _count_rows(plan: RolloverPlan, form: Form) -> Iterator[Row]:
    old, new = form.at(plan.from_year), form.at(plan.to_year)
    for path, counter in plan.counts().items():
        field = new.by_path.get(path) or old.by_path[path]
        counts = (counter[fate] or None for fate in _COUNTED)
        yield (field.title, *counts, counter["marked"] or None)


def _sheet_rows(plan: RolloverPlan) -> Iterator[Row]:
    for planned in plan.planned:
        word = SHEET_FATE_WORDS[planned.sheet_fate]
        note = (
            planned.fault or _origin_words(planned) or ("対象外のまま" if planned.excluding else "")
        )
        yield planned.sheet.key, planned.sheet.title, word, note
    for sheet in plan.given_sheets:
        yield sheet.key, sheet.title, "ほかの事業に移ったため作らないシート", ""
    for sheet, act in plan.ended_sheets:
        yield sheet.key, sheet.title, "廃止・完了のため作らないシート", act.reason
    for damaged in plan.unfinished_sheets.damaged:
        yield damaged.key, "", "読めないため作らないシート", damaged.reason


def _origin_words(planned: PlannedRollover) -> str:
    """Return of which sheets, and with what shares, a sheet is made by its lineage, "" for one that just goes on."""
    parts = (
        f"{each.former_id} の {percent_words(each.amount_share)}"
        for each in planned.former_revisions
    )
    return "、".join(parts)


__all__ = ["FORMLESS", "MARK", "ledger_workbook"]

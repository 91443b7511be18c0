"""Lists and tables that are made when somebody asks for them: nothing changes."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.budget_reflection import responses_by_department
from xlsync.city.city_at_snapshot import city_at_snapshot
from xlsync.city.form_documents import form_documents
from xlsync.city.form_trial import checked_template
from xlsync.city.grade_headings import tiers_called
from xlsync.city.hand_in_list import meeting_list
from xlsync.city.staff_list import staff_of_city
from xlsync.city.status_table import status_of
from xlsync.city.summary_files import (
    departments_of,
    survey_of,
    write_axis_tables,
    write_summaries,
    write_table,
)
from xlsync.city.workbook_export import export_past, export_trials
from xlsync.errors import StoreError
from xlsync.exchange.figures.import_checks import import_called
from xlsync.exchange.figures.reconciliation import reconciled
from xlsync.exchange.figures.reconciliation_workbook import reconciliation_workbook
from xlsync.exchange.lineage_table import lineage_rows, lineage_workbook
from xlsync.exchange.reflection.reflection_pages import reflection_workbook
from xlsync.exchange.staffing.staffing_workbook import staffing_workbook
from xlsync.exchange.tiers.former_opinions import former_opinions
from xlsync.exchange.tiers.known_grades import known_grades
from xlsync.exchange.tiers.tier_pages import tier_pages
from xlsync.form.library import form_files
from xlsync.page.acts.office_act import ActInput, FilledForm, MadeFile, OfficeFile
from xlsync.page.acts.reminder_act import drafts_folder
from xlsync.page.page_context import city, context, edition
from xlsync.page.zipped_files import zipped
from xlsync.store import read_seal_list
from xlsync.store.figure_imports import FigureSource, figures_imports
from xlsync.store.phase_snapshots import phase_snapshots
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.list_page import write_list_page
from xlsync.summary.export.table_formats import csv_file
from xlsync.summary.sheets.meeting_list import meeting_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsync.city.settings import CitySettings
    from xlsync.city.summary_files import TableFormat
    from xlsync.sheet_keys import SheetId
    from xlsync.store import SealLine

_ZIP: Final = "application/zip"


def _status(_filled: FilledForm) -> MadeFile:
    settings = city()
    listed = meeting_list(settings, status_of(settings), context().now())
    return MadeFile("提出状況の一覧.xlsx", meeting_workbook(listed))


def _lineage(_filled: FilledForm) -> MadeFile:
    rows = lineage_rows(city().store, city().terms.fiscal_year)
    return MadeFile("事業の新旧対照.xlsx", lineage_workbook(rows, city().terms.form.definition))


def _figure_inputs() -> tuple[ActInput, ...]:
    kinds = figures_imports(city().store.files, city().terms.fiscal_year)
    return (
        ActInput("kind", "種類", "choice", input_choices=tuple((kind, kind) for kind in kinds)),
    )


def _reconciliation(filled: FilledForm) -> MadeFile:
    settings, year = city(), city().terms.fiscal_year
    name, imported = import_called(settings.store.files, year, filled.text("kind"))
    reconciliation = reconciled(imported, edition(), settings.store.counted_heads(year))
    words = FigureSource(name, imported.basis, imported.as_of).words
    data = reconciliation_workbook(reconciliation, edition(), words, settings.terms.budget_names)
    return MadeFile(f"財務データとの照合_{name}.xlsx", data)


def _staffing(_filled: FilledForm) -> MadeFile:
    sheets, staff = staff_of_city(city())
    return MadeFile("定員との照合.xlsx", staffing_workbook(staff, sheets, edition(), city().name))


def _grades(_filled: FilledForm) -> MadeFile:
    settings, year = city(), city().terms.fiscal_year
    tiers = tiers_called(settings)
    sheets, known = settings.store.counted_heads(year), known_grades(settings.store, tiers, year)
    former = former_opinions(settings.store, tiers, edition(), [sheet.id for sheet in sheets])
    pages = tier_pages(tiers, sheets, known, edition(), former)
    book = Book(pages[0].title, dt.date(2000, 1, 1))
    for page in pages:
        write_list_page(book, page, settings.name)
    return MadeFile("評価の一覧.xlsx", book.close())


def _reflection(_filled: FilledForm) -> MadeFile:
    data = reflection_workbook(responses_by_department(city()), edition(), city().name)
    return MadeFile("反映状況.xlsx", data)


def _seals(_filled: FilledForm) -> MadeFile:
    lines = read_seal_list(city().store.files).seal_lines
    if not lines:
        raise StoreError("受け取った版がまだありません")
    head = ["通番", "受け取り", "年度", edition().definition.words.key, "版", "照合番号"]
    return MadeFile("版の台帳.csv", csv_file(head, map(_seal_cells, lines)), "text/csv")


def _seal_cells(line: SealLine) -> list[str]:
    sealed = line.sealed
    numbers = str(sealed.fiscal_year), sealed.key, str(sealed.revision)
    return [str(line.number), sealed.when, *numbers, line.code]


def _form(_filled: FilledForm) -> MadeFile:
    """Return the form in use: its files, the template, and what is made from it to be read."""
    form, shown = city().terms.form, edition()
    template = checked_template(form, shown.year).data
    files = {**form_files(form), "ひな形.xlsx": template, **form_documents(shown)}
    return MadeFile("様式.zip", zipped(files), _ZIP)


def _zipped(folder: Path, name: str) -> MadeFile:
    """Return the files below a folder in one archive; StoreError where there is none."""
    files = sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []
    if not files:
        raise StoreError("保存するファイルがありません")
    named = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    return MadeFile(name, zipped(named), _ZIP)


def _drafts(_filled: FilledForm) -> MadeFile:
    return _zipped(drafts_folder(city()), "催促文の下書き.zip")


def _table_inputs() -> tuple[ActInput, ...]:
    formats = (("csv", "CSV"), ("json", "JSON（説明付き）"))
    return (
        ActInput("format", "形式", "choice", input_choices=formats),
        ActInput(
            "axes", "1シートに1つの欄と、年度区分などごとの表に分ける", "tick", is_needed=False
        ),
    )


def _tables(filled: FilledForm) -> MadeFile:
    form: TableFormat = "json" if filled.text("format") == "json" else "csv"
    write = write_axis_tables if filled.is_ticked("axes") else write_table
    with tempfile.TemporaryDirectory(prefix="xlsync-") as name:
        write(city(), survey_of(city()), None, form, Path(name))
        return _zipped(Path(name), f"表_{form}.zip")


def _snapshot_inputs() -> tuple[ActInput, ...]:
    kept = phase_snapshots(city().store.files, city().terms.fiscal_year)
    names = tuple((each.name, each.name) for each in kept)
    return (ActInput("name", "時点", "choice", input_choices=names),)


def _summaries_of_snapshot(filled: FilledForm) -> MadeFile:
    name = filled.text("name")
    with (
        city_at_snapshot(city(), name) as then,
        tempfile.TemporaryDirectory(prefix="xlsync-") as folder,
    ):
        seen = survey_of(then)
        for _ in write_summaries(then, seen, departments_of(seen), Path(folder)):
            pass
        return _zipped(Path(folder), f"集計_{name}.zip")


def _sheet_inputs() -> tuple[ActInput, ...]:
    word = edition().definition.words.key
    return (
        ActInput("keys", word, "area", "1行に1つ。空けておくと、すべてです。", is_needed=False),
    )


def _past_inputs() -> tuple[ActInput, ...]:
    return ActInput("day", "いつの時点", "day"), *_sheet_inputs()


def _sheet_ids(settings: CitySettings, keys: Iterable[str]) -> list[SheetId]:
    year = settings.terms.fiscal_year
    named = [settings.store.id_of(key, year) for key in keys]
    return named or list(settings.store.counted_keys(year))


def _past(filled: FilledForm) -> MadeFile:
    try:
        day = dt.date.fromisoformat(filled.text("day"))
    except ValueError as fault:
        raise StoreError("いつの時点かを選んでください") from fault
    wanted = _sheet_ids(city(), filled.words("keys"))
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        export_past(city(), wanted, day, Path(folder))
        return _zipped(Path(folder), f"{day}時点.zip")


def _trials(filled: FilledForm) -> MadeFile:
    wanted = set(_sheet_ids(city(), filled.words("keys")))
    heads = [head for head in city().store.heads(city().terms.fiscal_year) if head.id in wanted]
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        export_trials(city(), heads, Path(folder))
        return _zipped(Path(folder), "試し用のファイル.zip")


LIST_FILES: Final = (
    OfficeFile("status.xlsx", "会議用の提出状況（A4横）", "提出", "いまの提出状況の一覧です。", _status),
    OfficeFile("reminders.zip", "催促文の下書き", "提出", "作った下書き（.eml）をまとめて保存します。", _drafts),
    OfficeFile("lineage.xlsx", "事業の新旧対照", "台帳", "前の年度からの統合・分割・改称などです。", _lineage),
    OfficeFile(
        "trials.zip", "試し用のファイル", "台帳", "保存や提出をしても登録されない、練習用のファイルです。",
        _trials, _sheet_inputs,
    ),
    OfficeFile(
        "past.zip", "ある日の時点のファイル", "台帳", "その日の終わりの内容のファイルです。",
        _past, _past_inputs,
    ),
    OfficeFile(
        "reconciliation.xlsx", "財務データとの照合", "財務データ", "取り込んだ数字と、いまのシートを円単位で照合します。",
        _reconciliation, _figure_inputs,
    ),
    OfficeFile(
        "staffing.xlsx", "従事割合と定員の照合", "財務データ", "所属ごとの従事割合の合計を、定員（定員.csv）と比べます。",
        _staffing,
    ),
    OfficeFile(
        "reflection.xlsx", "予算への反映状況", "財務データ",
        "方向性が翌年度の予算にどう反映されたか（拡充・継続・縮減・廃止）です。", _reflection,
    ),
    OfficeFile("grades.xlsx", "評価の一覧", "評価", "各段階の評価を並べ、はじめとおわりを比べます。", _grades),
    OfficeFile(
        "tables.zip", "ほかのソフトで使う表", "時点・年度", "事業×年度区分の表（1行1件）です。",
        _tables, _table_inputs,
    ),
    OfficeFile(
        "form.zip", "いまの様式", "様式",
        "form.toml と drawing.xlsx、職員に配るひな形、欄の説明、JSON Schema です。直して「直した様式を試す」で使います。",
        _form,
    ),
    OfficeFile(
        "seals.csv", "版の台帳", "控え", "受け取ったすべての版と、紙に控える照合番号です。", _seals,
    ),
    OfficeFile(
        "snapshot.zip", "残した時点の集計", "時点・年度", "「いまの時点を残す」で残した時点の集計です。",
        _summaries_of_snapshot, _snapshot_inputs,
    ),
)  # fmt: skip

__all__ = ["LIST_FILES"]

"""A city's own form out of its official Excel file: read into a list to be corrected, and that, corrected, into a form."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.disk import replace_whole
from xlsync.errors import StoreError, WorkbookError
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    MadeFile,
    OfficeAct,
    OfficeFile,
    ShownPlan,
    parts_of,
)
from xlsync.page.page_context import city, context
from xlsync.page.sessions import make_private_folder
from xlsync.page.zipped_files import zipped
from xlsync.workbook.official.definition_sheet import with_definition
from xlsync.workbook.official.definition_use import defined_form
from xlsync.workbook.official.form_guess import guessed_form
from xlsync.workbook.official.official_workbook import OfficialWorkbook
from xlsync.workbook.official.titled_cell import titles_in, titles_text
from xlsync.workbook.official.worksheet_roles import DEFINITION
from xlsync.workbook.stamp import HIDDEN_WORKSHEET

if TYPE_CHECKING:
    from xlsync.page.page_jobs import JobRun
    from xlsync.page.uploads import Upload

_SUFFIX: Final = f"_{DEFINITION}"
_FOLDER: Final = "made"
_SAVED: Final = "「すべての仕事」の「作った様式のファイル」で保存できます"


def _inputs() -> tuple[ActInput, ...]:
    return (
        ActInput(
            "file", "公式様式のExcelファイル、または直した一覧", "file",
            f"はじめは公式様式を選びます。できた一覧の「{DEFINITION}」をExcelで直し、もう一度ここで選ぶと、様式ができます。",
        ),
        ActInput(
            "worksheet", "シートの名前", is_needed=False,
            hint="空けておくと、欄のいちばん多いシートです。何枚かで1つの様式のときは、評価票／別紙 のように並べます。",
        ),
    )  # fmt: skip


def _plan(filled: FilledForm) -> ShownPlan:
    upload = filled.uploads[0]
    official = OfficialWorkbook(upload.file_bytes, upload.file)
    if HIDDEN_WORKSHEET in official.book.sheetnames:
        reason = "xlsync が作った様式のファイルです。もとの公式様式のファイルを選んでください"
        raise WorkbookError(reason, upload.file)
    if official.has_definition:
        return _plan_form(official, upload)
    return _plan_guesses(official, upload, filled.text("worksheet"))


def _plan_guesses(official: OfficialWorkbook, upload: Upload, worksheet: str) -> ShownPlan:
    titles = titles_in(worksheet, official.book.sheetnames) if worksheet else ()
    form = guessed_form(official, titles, city().terms.fiscal_year)
    stem = Path(upload.file).stem
    unsure = sum(not field.is_sure for field in form.official_fields)
    pages = [f"シート「{page.title}」：{page.purpose}" for page in official.pages()]
    files = {f"{stem}{_SUFFIX}.xlsx": with_definition(official.data, form)}
    return ShownPlan(
        f"シート「{titles_text(form.page_titles)}」から、欄 {len(form.official_fields)} を読み取りました。"
        f"確かめてほしい黄色の行が {unsure} あります。",
        {"file": upload.digest, "worksheet": titles_text(form.page_titles)},
        parts_of({"シート": pages, "お知らせ": form.form_remarks}),
        button="直すための一覧を作る",
        work=partial(_keep, context().page_folder, files),
        detail=stem,
    )


def _plan_form(official: OfficialWorkbook, upload: Upload) -> ShownPlan:
    name = Path(upload.file).stem.removesuffix(_SUFFIX) or Path(upload.file).stem
    defined = defined_form(official, name, upload.file)
    return ShownPlan(
        f"直した一覧の欄 {defined.count} から、様式を作ります。できた様式は「直した様式を試す」で確かめてから使います。",
        {"file": upload.digest, "count": defined.count},
        (),
        tuple(defined.faults),
        "様式のファイルを作る",
        partial(
            _keep, context().page_folder,
            {f"{name}の様式.zip": zipped(defined.form_files)},
        ),
        name,
    )  # fmt: skip


def _keep(page_folder: Path, files: dict[str, bytes], run: JobRun) -> None:
    folder = page_folder / _FOLDER
    make_private_folder(folder)
    for name, data in files.items():
        replace_whole(folder / name, data)
        run.say([f"{name} を作りました。{_SAVED}"])


def _kept_files() -> dict[str, Path]:
    """Return the files that were made, by name."""
    folder = context().page_folder / _FOLDER
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {file.name: file for file in files if file.suffix in {".xlsx", ".zip"}}


def _kept_inputs() -> tuple[ActInput, ...]:
    choices = tuple((name, name) for name in _kept_files())
    return (ActInput("name", "ファイル", "choice", input_choices=choices),)


def _take_away(filled: FilledForm) -> MadeFile:
    name = filled.text("name")
    file = _kept_files().get(name)
    if file is None:
        raise StoreError("そのファイルはありません", name)
    kind = "application/zip" if file.suffix == ".zip" else ""
    return MadeFile(name, file.read_bytes(), kind)


NEW_FORM_ACTS: Final = (
    OfficeAct(
        "new-form", "公式様式から様式を作る", "様式",
        "市の公式様式のExcelファイルから欄を読み取り、直せる一覧にします。直した一覧から、様式のファイルができます。",
        _plan, _inputs,
    ),
)  # fmt: skip
NEW_FORM_FILES: Final = OfficeFile(
    "made-forms", "作った様式のファイル", "様式", "「公式様式から様式を作る」で作った一覧と様式です。",
    _take_away, _kept_inputs,
)  # fmt: skip

__all__ = ["NEW_FORM_ACTS", "NEW_FORM_FILES"]

"""`xlsync form new`: an official Excel form becomes a worksheet of guesses, and that, corrected, a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import read_file, write_if_changed
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, say
from xlsync.errors import WorkbookError
from xlsync.form.library import FORM_FILE
from xlsync.owner_file import opened_by
from xlsync.workbook.official.definition_sheet import with_definition
from xlsync.workbook.official.definition_use import DefinedForm, defined_form
from xlsync.workbook.official.form_guess import guessed_form
from xlsync.workbook.official.made_form import changed_files, is_made_here
from xlsync.workbook.official.official_workbook import OfficialWorkbook
from xlsync.workbook.official.worksheet_roles import DEFINITION
from xlsync.workbook.stamp import HIDDEN_WORKSHEET

if TYPE_CHECKING:
    from xlsync.workbook.official.official_field import OfficialForm

_SUFFIX: Final = f"_{DEFINITION}"
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class NewFormOptions:
    """What the options of `xlsync form new` say."""

    page_titles: tuple[str, ...] = ()
    year: int | None = None
    out: Path = Path()


def new_form(file: Path, options: NewFormOptions, year: int) -> int:
    """Write a workbook of guesses, or the form that a corrected one defines; return the exit code.

    `year` is the current fiscal year.
    """
    official = _opened(file)
    if official.has_definition:
        return _make_form(file, official, options)
    return _write_guesses(file, official, options, year)


def _opened(file: Path) -> OfficialWorkbook:
    """Return the workbook of a file; WorkbookError names the file where it is none, or no official form."""
    try:
        official = OfficialWorkbook(read_file(file), file.name)
    except WorkbookError as fault:
        raise type(fault)(fault.reason, fault.where or file.name) from fault
    if HIDDEN_WORKSHEET in official.book.sheetnames:
        reason = "xlsync が作った様式のファイルです。もとの公式様式のファイルを指定してください"
        raise WorkbookError(reason, file.name)
    return official


def _write_guesses(
    file: Path, official: OfficialWorkbook, options: NewFormOptions, year: int
) -> int:
    target = options.out / f"{file.stem}{_SUFFIX}{file.suffix}"
    form = guessed_form(official, options.page_titles, options.year or year)
    data = with_definition(official.data, form)
    _refuse_other_guesses(target, data)
    _say_pages(official, form)
    options.out.mkdir(parents=True, exist_ok=True)
    remove_abandoned(options.out)
    say(f"{'作成' if write_if_changed(target, data) else '変更なし'} {target}")
    unsure = sum(not field.is_sure for field in form.official_fields)
    say(f"欄 {len(form.official_fields)}（うち確かめてほしい黄色の行 {unsure}）")
    for remark in form.form_remarks:
        say(f"お知らせ：{remark}")
    say(f"次に、Excelで「{DEFINITION}」のシートを直して保存し、次のように実行してください。")
    say(f"  xlsync form new {target}")
    return 0


def _refuse_other_guesses(target: Path, data: bytes) -> None:
    """Refuse to write over a workbook of guesses that somebody may have corrected."""
    if target.exists() and read_file(target) != data:
        reason = (
            "このファイルはもうあります。直したあとなら、そのファイルで form new を実行してください。"
            "読み取り直すときは、このファイルの名前を変えるか、削除してください"
        )
        raise WorkbookError(reason, str(target))


def _say_pages(official: OfficialWorkbook, form: OfficialForm) -> None:
    for page in official.pages():
        chosen = "（様式として読み取ります）" if page.title in form.page_titles else ""
        why = f"（{page.why}）" if page.why else ""
        say(f"シート「{page.title}」：{page.purpose}{why}{chosen}")
    others = [title for title in official.form_pages() if title not in form.page_titles]
    if others:
        *_, other = options = [_option(title) for title in (*form.page_titles, others[0])]
        both = " ".join(options)
        say(
            f"様式のシートがほかに{len(others)}枚あります。別の様式にするときは {other}、"
            f"1つの様式にまとめるときは {both} のように指定してください。"
        )


def _option(title: str) -> str:
    """Return the option that names a worksheet, as it is typed into a terminal."""
    return f'--sheet "{title}"' if re.search(r"\s", title) else f"--sheet {title}"


def _make_form(file: Path, official: OfficialWorkbook, options: NewFormOptions) -> int:
    """Make form.toml and the drawing, or write beside each row what is wrong with it."""
    remove_abandoned(file.parent)
    name = file.stem.removesuffix(_SUFFIX) or file.stem
    defined = defined_form(official, name, str(file))
    for line in defined.faults[:_SHOWN]:
        complain(line)
    if len(defined.faults) > _SHOWN:
        complain(f"ほかに {len(defined.faults) - _SHOWN} 件")
    _write_beside(file, official.data, defined)
    if defined.faults:
        say(
            f"様式はまだ作っていません。{file.name} の「{DEFINITION}」の「指摘」の列を見て直し、もう一度実行してください。"
        )
        return ATTENTION
    folder = options.out / f"{name}の様式"
    _refuse_other_form(folder, defined.form_files)
    folder.mkdir(parents=True, exist_ok=True)
    remove_abandoned(folder)
    for written, content in defined.form_files.items():
        target = folder / written
        say(f"{'作成' if write_if_changed(target, content) else '変更なし'} {target}")
    say(f"欄 {defined.count}")
    say(f"次に、xlsync form check --form {folder} --edition {defined.year} で確かめてください。")
    say(f"使い始めるには、xlsync init 市のフォルダ --edition {defined.year} --form {folder}")
    return 0


def _write_beside(file: Path, data: bytes, defined: DefinedForm) -> None:
    """Write the faults beside the rows, where that changes anything and nobody has the workbook open."""
    changed = defined.with_faults(data)
    if changed == data:
        return
    opened = opened_by(file)
    if opened is not None:
        complain(
            f"{file.name} が開かれているため、指摘は書き込んでいません。閉じてから実行すると、行の横に書き込みます。"
        )
        return
    write_if_changed(file, changed)


def _refuse_other_form(folder: Path, new_files: Mapping[str, bytes]) -> None:
    """Refuse to write over a form, or a file of one, that somebody wrote or changed by hand."""
    held = {name: read_file(folder / name) for name in new_files if (folder / name).exists()}
    if FORM_FILE in held and not is_made_here(held[FORM_FILE]):
        reason = (
            "別に作られた様式があるため、書き換えません。--out で別のフォルダを指定してください"
        )
        raise WorkbookError(reason, str(folder / FORM_FILE))
    changed = changed_files(held, new_files)
    if changed:
        reason = (
            f"{'、'.join(changed)} が、作ったあとに直されているようです。書き換えません。"
            "--out で別のフォルダを指定するか、名前を変えて残してから、もう一度実行してください"
        )
        raise WorkbookError(reason, str(folder))
